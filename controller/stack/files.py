"""Writes the configuration files which the plan refers to, for given ports and times, below a layout.

The live parameter file is not among them: it belongs to the controller.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import yaml

from alertmanager.compile import compile_files
from controller.adapters.atomic import write_atomic
from controller.errors import ConfigError, StorageError
from controller.stack.checkout import checkout

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from controller.stack.layout import Layout
    from exporter.endpoints import Endpoints
    from exporter.timing import Timing

AUTOPILOT: Final = "autopilot.yaml"
_LOCATED: Final = ("prometheus", "alertmanager")  # sections of autopilot.yaml whose `url` is ours to set


def make_folders(layout: Layout) -> None:
    """Create the layout's folders.

    Raises:
        StorageError: one cannot be created.
    """
    for folder in layout.folders():
        _make(folder)


def write_files(layout: Layout, endpoints: Endpoints, timing: Timing, *, autopilot: Path | None = None) -> None:
    """Write Prometheus', Alertmanager's and the controller's configuration.

    Args:
        layout: where to.
        endpoints: where each part listens.
        timing: how often to scrape and how patient the alerts are.
        autopilot: the controller's configuration to copy; the checkout's by default.

    Raises:
        ConfigError: `autopilot` is missing, or lacks the keys that say where the servers are.
        StorageError: the state folder cannot be written.
    """
    source = autopilot if autopilot is not None else checkout() / AUTOPILOT
    try:
        original = source.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot read the controller's configuration {source}: {error.strerror}") from error
    located = anchored(locate(original, endpoints, str(source)), source.absolute().parent)
    make_folders(layout)
    write_compiled(layout.config, compile_files(endpoints, timing))
    write_atomic(layout.autopilot, located.encode())


def write_compiled(folder: Path, files: Mapping[str, str]) -> None:
    """Write compiled files; remove rule files that are compiled no more, which Prometheus would go on loading."""
    for name, text in files.items():
        target = folder / name
        _make(target.parent)
        write_atomic(target, text.encode())
    for stale in (folder / "rules").glob("*.yml"):
        if f"rules/{stale.name}" not in files:
            stale.unlink()


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"cannot create {folder}: {error.strerror}. Choose a writable folder with --state."
        ) from error


def locate(text: str, endpoints: Endpoints, source: str) -> str:
    """Return the controller's configuration with the servers' URLs replaced; comments and lines stay."""
    try:
        document = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise ConfigError(f"{source} is not YAML: {error}") from error
    edits = []
    for part in _LOCATED:
        node = _scalar(document, part, "url")
        if node is None:
            raise ConfigError(f"{source} lacks the key {part}.url; add `{part}: {{url: {endpoints.url(part)}}}`")
        edits.append((node.start_mark.index, node.end_mark.index, endpoints.url(part)))
    for start, end, url in sorted(edits, reverse=True):  # from the end, so that earlier positions stay valid
        text = text[:start] + url + text[end:]
    return text


def anchored(text: str, folder: Path) -> str:
    """Return the controller's configuration with `golden.folder` absolute, as a copy that lies elsewhere needs it.

    Args:
        text: the configuration, YAML with its servers' URLs.
        folder: where the original lies, to which `golden.folder` is relative.
    """
    golden = _mapping(yaml.compose(text, Loader=yaml.SafeLoader), "golden")
    if golden is None or not golden.value:
        return text
    given = _scalar(golden, "folder")
    if given is not None:
        start, end = given.start_mark.index, given.end_mark.index
        return text[:start] + json.dumps(str(folder / given.value)) + text[end:]
    first = golden.value[0][0].start_mark
    apart = ", " if golden.flow_style else "\n" + " " * first.column
    return f"{text[: first.index]}folder: {json.dumps(str(folder))}{apart}{text[first.index :]}"


def _mapping(node: yaml.Node | None, key: str) -> yaml.MappingNode | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    found = next((value for name, value in node.value if name.value == key), None)
    return found if isinstance(found, yaml.MappingNode) else None


def _scalar(node: yaml.Node | None, *keys: str) -> yaml.ScalarNode | None:
    for key in keys:
        if not isinstance(node, yaml.MappingNode):
            return None
        node = next((value for name, value in node.value if name.value == key), None)
    return node if isinstance(node, yaml.ScalarNode) else None
