"""Reads a file or a folder of golden cases; every error gives file, line, case and key.

Files end in .yaml, .yml or .json; names are unique among all files of a folder, `sets` belong to their file.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from controller.errors import ConfigError
from controller.golden.case import Approx, Case, Cases, Comparison, Entry, Expectation
from controller.golden.items import items
from controller.golden.node import Location, composed, line_of
from exporter.parameters import ParameterError, ParameterSpecs

SUFFIXES = (".yaml", ".yml", ".json")
_KEYS = {
    "expect": list(Expectation.model_fields),
    "approx": list(Approx.model_fields),
    "compare": list(Comparison.model_fields),
}


def files_of(place: Path) -> tuple[Path, ...]:
    """Return the files of cases at a place, in order. Raises ConfigError when there is none."""
    if place.is_dir():
        found = tuple(sorted(path for path in place.iterdir() if path.suffix in SUFFIXES and path.is_file()))
        if not found:
            raise ConfigError(f"{place}: the folder holds no golden cases; they stand in .yaml, .yml or .json files")
        return found
    return (place,)


def load_cases(place: Path, specs: ParameterSpecs | None = None) -> tuple[Case, ...]:
    """Return the cases in a file or folder; with `specs`, what they fix must be values of those parameters.

    Raises:
        ConfigError: all that is wrong in one file, one problem per line.
    """
    cases: dict[str, Case] = {}
    for path in files_of(place):
        for case in _read(path, specs):
            if case.name in cases:
                other = cases[case.name].file
                raise ConfigError(f"{path}: case {case.name!r} stands twice, first in {other}; rename or remove one")
            cases[case.name] = case
    if not cases:
        raise ConfigError(f"{place}: holds no golden case; a gate without cases proves nothing")
    return tuple(cases.values())


def _read(path: Path, specs: ParameterSpecs | None) -> tuple[Case, ...]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot read the golden cases {path}: {error.strerror}; see `golden.cases`") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: the golden cases are wrong: not UTF-8: {error.reason}") from None
    return parse_cases(text, path, specs)


def parse_cases(text: str, path: Path, specs: ParameterSpecs | None = None) -> tuple[Case, ...]:
    """Return the cases in a text; `path` names it in errors. Raises ConfigError."""
    node = composed(text, path)
    try:
        found = yaml.constructor.SafeConstructor().construct_document(node) if node is not None else None
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date that is none, like 2026-99-99
        raise ConfigError(f"{path}: the golden cases are wrong: {error}") from None
    if not isinstance(found, dict):
        raise ConfigError(f"{path}:1: the golden cases are wrong: expected `cases:` and a list; see docs/golden.md")
    try:
        whole = Cases.model_validate(found)
    except ValidationError as error:
        raise ConfigError("\n".join(_problem(item, node, found, path) for item in error.errors())) from None
    except RecursionError:
        raise ConfigError(f"{path}: the golden cases are wrong: something in them contains itself") from None
    seen: dict[str, int] = {}
    cases = []
    for index, case in enumerate(whole.cases):
        where = f"{path}:{line_of(node, ('cases', index))}: case {case.name!r}"
        if case.name in seen:
            raise ConfigError(f"{where} stands twice, first in line {seen[case.name]}; rename or remove one")
        seen[case.name] = line_of(node, ("cases", index))
        made = _filled(case, whole.sets, where, path.name)
        _check(made, specs, where)
        cases.append(made)
    return tuple(cases)


def _problem(error: ErrorDetails, node: yaml.Node | None, found: dict[str, Any], path: Path) -> str:
    location = tuple(error["loc"])
    where = f"{path}:{line_of(node, location)}: {_case_of(location, found)}"
    key = ".".join(str(part) for part in location[2 if location[:1] == ("cases",) and len(location) > 1 else 0 :])
    if error["type"] == "extra_forbidden":
        return f"{where}unknown key {key!r}{_near(location)}"
    if error["type"] == "missing":
        return f"{where}key {key!r} is missing"
    if error["type"] == "model_type":
        return f"{where}{key or 'it'}: expected keys and values; see docs/golden.md"
    text = error["msg"].removeprefix("Value error, ")
    return f"{where}{key}: {text}" if key else f"{where}{text}"


def _case_of(location: Location, found: dict[str, Any]) -> str:
    cases = found.get("cases")
    if location[:1] != ("cases",) or len(location) < 2 or not isinstance(cases, list):  # noqa: PLR2004 - cases, index
        return ""
    index = location[1]
    case = cases[index] if isinstance(index, int) and index < len(cases) else None
    name = case.get("name") if isinstance(case, dict) else None
    return f"case {name!r}: " if isinstance(name, str) else f"case {int(index) + 1}: "


def _near(location: Location) -> str:
    section = next((part for part in reversed(location[:-1]) if isinstance(part, str)), "")
    inside = list((Entry if section else Cases).model_fields)
    known = _KEYS.get(section, inside)
    near = difflib.get_close_matches(str(location[-1]), known, n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; known here: {', '.join(known)}"


def _filled(case: Entry, sets: Mapping[str, Any], where: str, file: str) -> Case:
    """Return a case with its sets filled in, also those of its comparisons."""
    compared = tuple(
        other.model_copy(update={"input": _with_sets(other.input, sets, where)}) for other in case.expect.compare
    )
    expect = case.expect.model_copy(update={"compare": compared}) if compared else case.expect
    given = _with_sets(case.input, sets, where)
    return Case.model_construct(**{**dict(case), "input": given, "expect": expect}, file=file)


def _with_sets(given: Mapping[str, Any], sets: Mapping[str, Any], where: str) -> dict[str, Any]:
    filled = {}
    for key, value in given.items():
        if isinstance(value, dict) and value.keys() == {"$set"}:
            name = value["$set"]
            if name not in sets:
                near = difflib.get_close_matches(str(name), sets, n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sets) or 'none'}"
                raise ConfigError(f"{where}: input.{key}: no set {name!r} in this file; {hint}")
            filled[key] = sets[name]
        else:
            filled[key] = value
    return filled


def _check(case: Case, specs: ParameterSpecs | None, where: str) -> None:
    """Check what a case refers to. Raises ConfigError."""
    if "parameters" in case.input:
        raise ConfigError(f"{where}: input.parameters: the parameters are added; write `parameters:` beside `input:`")
    for key in ("among", "includes", "excludes"):
        try:
            items(getattr(case.expect, key) or [], case.input)
        except ValueError as error:
            raise ConfigError(f"{where}: expect.{key}: {error}") from None
    if specs is None:
        return
    try:
        for changed in (case.parameters, *(other.parameters for other in case.expect.compare)):
            for name, value in changed.items():
                specs.get(name).check(value)
        if isinstance(case.expect.count, str):
            specs.get(case.expect.count)
    except ParameterError as error:
        raise ConfigError(f"{where}: {error}") from None
