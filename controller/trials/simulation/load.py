"""Finds who makes the plants: a builtin one by name, or a factory in somebody's file.

A plant's file is somebody else's code: it may import modules that stand beside it, and whatever it raises is told with
file and line.
"""

from __future__ import annotations

import difflib
import inspect
import os
import sys
from collections.abc import Callable, Iterable
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import cast

from controller.errors import ConfigError
from controller.trials.simulation.plant import CheckedPlant
from controller.trials.simulation.raised import raised

PREFIX = "builtin"
USAGE = "write builtin, builtin:NAME or PATH.py:FACTORY"

MakePlant = Callable[[int], CheckedPlant]


def maker(spec: str) -> MakePlant:
    """Return what makes the checked plant of a seed.

    Args:
        spec: `builtin`, `builtin:NAME`, `NAME` of a builtin plant, or `PATH.py:FACTORY`.

    Raises:
        ConfigError: there is no such plant, file or factory; the message names the nearest one. What is returned raises
            it for a factory that fails or makes no plant.
    """
    factory = _builtin(spec) or _from_file(spec)

    def make(seed: int) -> CheckedPlant:
        try:
            made = factory(seed)
        except (Exception, SystemExit) as error:
            raise ConfigError(f"plant {spec}: the factory {raised(error)}") from error
        return CheckedPlant(made, spec)

    return make


def _builtin(spec: str) -> Callable[[int], object] | None:
    """Return a builtin factory; None when `spec` means a file."""
    from controller.trials.simulation.plants import BUILTIN, DEFAULT  # noqa: PLC0415 - a file's plant needs none of it

    prefix, colon, name = spec.partition(":")
    if spec == PREFIX:
        return BUILTIN[DEFAULT]
    wanted = name if colon and prefix == PREFIX else spec
    if wanted in BUILTIN:
        return BUILTIN[wanted]
    if wanted is not spec:
        raise ConfigError(f"no builtin plant {name!r}; {_nearest(name, BUILTIN)}")
    if not colon and "/" not in spec and not os.path.isfile(spec):  # noqa: PTH113 - never raises, however odd the name
        near = difflib.get_close_matches(spec, (PREFIX, *BUILTIN), n=1)
        hint = f"did you mean {near[0]!r}?" if near else USAGE
        raise ConfigError(f"no plant {spec!r}; {hint}")
    return None


def _from_file(spec: str) -> Callable[[int], object]:
    """Return the factory of `PATH.py:FACTORY`; the path itself may hold colons. Raises ConfigError."""
    name, colon, wanted = spec.rpartition(":")
    if not colon or not wanted.isidentifier():
        raise ConfigError(f"plant {spec!r} names no factory; {USAGE}, for example {spec.rstrip(':')}:make")
    path = Path(name)
    if not os.path.isfile(path):  # noqa: PTH113 - likewise
        what = "is a folder, not a file" if os.path.isdir(path) else "no such file"  # noqa: PTH112 - likewise
        raise ConfigError(f"plant {spec}: {path}: {what}; {USAGE}")
    module = _imported(path, spec)
    found = vars(module).get(wanted)
    if found is None:
        own = [key for key, value in vars(module).items() if _defined(value, module)]
        raise ConfigError(f"plant {spec}: {path} has no {wanted!r}; {_nearest(wanted, own)}")
    if not callable(found):
        raise ConfigError(
            f"plant {spec}: {wanted!r} is {type(found).__name__}; a function or a class that takes a seed is needed"
        )
    _check_signature(found, spec, wanted)
    return cast("Callable[[int], object]", found)


def _imported(path: Path, spec: str) -> ModuleType:
    """Import a file by its path, with its folder importable. Raises ConfigError for whatever it raises."""
    full = path.resolve()
    if str(full.parent) not in sys.path:
        sys.path.insert(0, str(full.parent))
    name = "plant_file" + full.as_posix().replace(".", "_")  # one of its own, without the dots of a package
    loader = SourceFileLoader(name, str(full))
    found = spec_from_loader(name, loader)
    if found is None:  # never for a loader of ours
        raise ConfigError(f"plant {spec}: {path} cannot be imported")
    module = module_from_spec(found)
    sys.modules[name] = module  # dataclasses look their module up
    try:
        loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise ConfigError(f"plant {spec}: importing {path} {raised(error)}") from error
    return module


def _defined(value: object, module: ModuleType) -> bool:
    """Whether a file itself defines a function or class."""
    return callable(value) and getattr(value, "__module__", None) == module.__name__


def _check_signature(factory: Callable[..., object], spec: str, wanted: str) -> None:
    try:
        signature = inspect.signature(factory)
    except (TypeError, ValueError):  # some builtins tell nothing of their arguments
        return
    try:
        signature.bind(0)
    except TypeError as error:
        raise ConfigError(
            f"plant {spec}: {wanted}{signature} cannot be called as {wanted}(seed): {error}; it takes one number"
        ) from None


def _nearest(wanted: str, known: Iterable[str]) -> str:
    names = list(known)
    near = difflib.get_close_matches(wanted, names, n=1)
    return f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names)}" if names else "it defines nothing"
