"""Editing autopilot.yaml by program: comments, order and spelling of everything else stay as they are.

    original = read_original(path)                                   # ConfigError
    text = edited(original.text, {"schedule.cycle": "daily 04:30", "canary.steps": DELETE}, path)    # ConfigError
    print(difference(original, text))                                # unified diff; "" when nothing changes
    config = save(original, text)                                    # ConfigError, ConflictError, StorageError

`edited` takes dotted keys (controller/adapters/config_path.py) with plain values: texts, numbers, booleans, None, lists
and mappings. Sections that are missing are made; a list grows by the index after its last. `save` reads the text with
the real reader before anything is written, refuses when the file has changed since it was read, replaces it in one
step, and keeps its mode, its owner and, for a symbolic link, the link.
"""

from __future__ import annotations

import difflib
import fcntl
import os
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import yaml

from controller.adapters.atomic import write_atomic
from controller.adapters.config_file import parse_config
from controller.adapters.config_path import Key, key_text, parse_key
from controller.adapters.config_text import put, remove
from controller.adapters.yaml_errors import yaml_errors
from controller.config.config import Config
from controller.errors import ConfigError, ConflictError


class _Delete:
    def __repr__(self) -> str:
        return "DELETE"


DELETE: Final = _Delete()
"""In place of a value: remove the key, so that the setting has its default."""


@dataclass(frozen=True)
class Original:
    """A configuration file as it was read: its name, its text with plain line ends, and its bytes."""

    path: Path
    text: str
    data: bytes


def read_original(path: Path) -> Original:
    """Return a file to be edited. Raises ConfigError."""
    try:
        data = path.read_bytes()
        text = data.decode("utf-8")
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file; `vvtvctl init` writes a first one") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from None
    return Original(path, text.replace("\r\n", "\n"), data)


def edited(text: str, changes: Mapping[str, object], path: Path = Path("autopilot.yaml")) -> str:
    """Return the text with settings changed; `path` names it in errors. The result is not validated here.

    Raises:
        ConfigError: it is not YAML, a key leads through something that is no section or list, or there is nothing to
            remove.
    """
    wanted = _plain(text, path)
    result = text
    for name, value in changes.items():
        key = parse_key(name)
        _change(wanted, key, value, path)
        try:
            result = remove(result, key) if value is DELETE else put(result, key, value)
        except (yaml.YAMLError, ValueError, LookupError):
            raise _by_hand(name, path) from None
        if _plain(result, path) != wanted:
            raise _by_hand(name, path)
    return result


def _by_hand(name: str, path: Path) -> ConfigError:
    return ConfigError(f"{path}: {name} stands in a way that cannot be changed by program; edit the file by hand")


def difference(original: Original, text: str) -> str:
    """Return a unified diff from the file to the new text, with an end to every line; empty when they are equal."""
    old, new = original.text.splitlines(keepends=True), text.splitlines(keepends=True)
    lines = difflib.unified_diff(old, new, str(original.path), f"{original.path} (edited)")
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def save(original: Original, text: str) -> Config:
    """Write the new text in place of the original and return what it says.

    Raises:
        ConfigError: the text is not a valid configuration; nothing was written.
        ConflictError: somebody changed the file in between; nothing was written.
        StorageError: it cannot be written; the file is as it was.
    """
    config = parse_config(text, original.path)
    target = original.path.resolve()
    try:
        with target.open("rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX)  # held until the file is replaced: two edits come one after the other
            if target.read_bytes() != original.data:
                raise ConflictError(
                    f"{original.path} was changed by somebody else in the meantime; look at it and edit again"
                )
            data = text.replace("\n", "\r\n") if b"\r\n" in original.data else text
            write_atomic(target, data.encode(), like=os.fstat(held.fileno()))
    except OSError as error:
        raise ConflictError(
            f"{original.path} cannot be read any more ({error.strerror}); nothing was written"
        ) from None
    return config


def _plain(text: str, path: Path) -> Any:
    """Return what a text says, with what aliases share once for each place. Raises ConfigError."""
    with yaml_errors(path):
        found = yaml.safe_load(text)
    if not isinstance(found, dict):
        raise ConfigError(f"{path}:1: expected settings by name; see docs/configuration.md for an example")
    return _unshared(found)


def _unshared(found: Any) -> Any:
    if isinstance(found, dict):
        return {key: _unshared(value) for key, value in found.items()}
    return [_unshared(value) for value in found] if isinstance(found, list) else found


def _change(document: Any, key: Key, value: object, path: Path) -> None:
    """Change one setting of plain values in place. Raises ConfigError."""
    at = document
    for depth, (part, below) in enumerate(pairwise(key)):
        found = _get(at, part, key[:depth], path)
        if found is None and value is not DELETE:
            found = [] if isinstance(below, int) else {}
            _put(at, part, found)
        at = found
    last = key[-1]
    here = at is not None and (_get(at, last, key[:-1], path) is not None or (isinstance(at, dict) and last in at))
    if value is not DELETE:
        _put(at, last, _unshared(value))
    elif here:
        _remove(document, key)
    else:
        raise ConfigError(f"{path}: {key_text(key)} does not stand in the file: nothing to remove")


def _get(at: Any, part: str | int, above: Key, path: Path) -> Any:
    """Return what is below a section or list, None when nothing is. Raises ConfigError for what has no such part."""
    if at is None or (isinstance(at, dict) and isinstance(part, str)):
        return None if at is None else at.get(part)
    if isinstance(at, list) and isinstance(part, int):
        if part > len(at):
            raise ConfigError(f"{path}: {key_text(above)} has {len(at)} items; the next one is [{len(at)}]")
        return at[part] if part < len(at) else None
    whole = key_text((*above, part))
    if isinstance(at, list):
        raise ConfigError(f"{path}: {key_text(above)} is a list: name an item by its place, like {key_text(above)}[0]")
    if isinstance(at, dict):
        raise ConfigError(f"{path}: {key_text(above)} is a section, not a list: there is no {whole}")
    raise ConfigError(f"{path}: {key_text(above)} is {at!r}, so there is no {whole}; set {key_text(above)} as a whole")


def _put(at: Any, part: Any, value: Any) -> None:
    if isinstance(at, list) and part == len(at):
        at.append(value)
    else:
        at[part] = value


def _remove(document: Any, key: Key) -> None:
    """Remove a key, and the sections above that have nothing left in them."""
    chain = [document]
    for part in key[:-1]:
        chain.append(chain[-1][part])
    for at, part in zip(reversed(chain), reversed(key), strict=True):
        del at[part]
        if at:
            return
