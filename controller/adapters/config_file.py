"""Reading autopilot.yaml: every error gives file, line, key and, for a misspelling, the nearest right spelling."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from controller.adapters.yaml_errors import yaml_errors
from controller.adapters.yaml_keys import refuse_endless, refuse_twice
from controller.config.bounds import contradiction
from controller.config.config import Config
from controller.config.judged import contradictions
from controller.config.parameter import ParameterSection
from controller.decide.analysis.level import unreachable
from controller.decide.needed import needed_history
from controller.errors import ConfigError
from exporter.metric import Direction
from exporter.parameters import ParameterError

Location = tuple[str | int, ...]


def _lines(node: yaml.Node | None, at: Location = ()) -> dict[Location, int]:
    """Return the line (from 1) of every key and item below a node, by its path."""
    found: dict[Location, int] = {} if node is None else {at: node.start_mark.line + 1}
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            path = (*at, str(key.value))
            found |= _lines(value, path)
            found[path] = key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            found |= _lines(value, (*at, index))
    return found


def _line_of(lines: dict[Location, int], location: Location) -> int:
    """Return the line of the longest known part of a location; pydantic adds parts that stand in no file."""
    for length in range(len(location), -1, -1):
        if location[:length] in lines:
            return lines[location[:length]]
    return 1


def _siblings(location: Location) -> list[str]:
    """Return the keys that are allowed where an unknown one stands."""
    model: Any = Config
    for part in location[:-1]:
        if isinstance(model, type) and issubclass(model, BaseModel) and part in model.model_fields:
            model = model.model_fields[str(part)].annotation
        model = next((inner for inner in _inner(model) if issubclass(inner, BaseModel)), model)
    return list(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []


def _inner(annotation: Any) -> list[type]:
    """Return the classes inside an annotation such as dict[str, X], tuple[X, ...] or X | None."""
    arguments = getattr(annotation, "__args__", ())
    return [
        found for argument in arguments for found in ([argument] if isinstance(argument, type) else _inner(argument))
    ]


def _near(wrong: str, right: list[str]) -> str:
    near = difflib.get_close_matches(wrong, right, n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; known here: {', '.join(right)}" if right else ""


def _problem(error: ErrorDetails, lines: dict[Location, int], path: Path) -> str:
    location = tuple(error["loc"])
    key = ".".join(str(part) for part in location) or "the file"
    line = _line_of(lines, location)
    if error["type"] == "extra_forbidden":
        return f"{path}:{line}: unknown key {key!r}{_near(str(location[-1]), _siblings(location))}"
    if error["type"] == "missing":
        return f"{path}:{line}: key {key!r} is missing"
    if error["type"] in {"dict_type", "model_type"} and error["input"] is None:
        return f"{path}:{line}: {key}: nothing stands below it; docs/configuration.md says what may"
    text = error["msg"].removeprefix("Value error, ")
    return f"{path}:{line}: {key}: {text}"


def _cross_check(config: Config, lines: dict[Location, int], path: Path) -> None:
    """Check what spans several sections. Raises ConfigError."""

    def where(*location: str | int) -> str:
        return f"{path}:{_line_of(lines, location)}: {'.'.join(str(part) for part in location)}"

    _check_kpis(config, where)
    for place, problem in contradictions(config):
        raise ConfigError(f"{where(*place)}: {problem}")
    for name, section in config.parameters.items():
        _check_parameter(config, name, section, where("parameters", name))
        if (wrong := contradiction(section)) is not None:
            raise ConfigError(f"{where('parameters', name, *wrong[0].split('.'))}: {wrong[1]}")
    canary, interval = config.canary, config.prometheus.scrape_interval
    if canary.history < (needed := needed_history(config.policy)) * interval:
        asks = "canary.minimum_history asks" if needed == canary.minimum_history else "a canary of this duration asks"
        raise ConfigError(
            f"{where('canary', 'history')}: {canary.history:g} s hold {canary.history / interval:.0f} scrapes, and "
            f"{asks} for {needed}: no canary could ever be judged"
        )


def _check_kpis(config: Config, where: Callable[..., str]) -> None:
    own: set[str] = set()
    for index, metric in enumerate(config.metrics):
        if metric.name in own:
            raise ConfigError(f"{where('metrics', index)}: {metric.name!r} stands twice: rename or remove one")
        own.add(metric.name)
    known = list(config.known_kpis)
    named = [(where("kpis", "primary"), config.kpis.primary)]
    named += [(where("kpis", "guardrails", index), rail.kpi) for index, rail in enumerate(config.kpis.guardrails)]
    seen: set[str] = set()
    for place, name in named:
        if name not in known:
            raise ConfigError(f"{place}: unknown KPI {name!r}{_near(name, known)}")
        if name in seen:
            raise ConfigError(f"{place}: KPI {name!r} stands twice; it is either the primary one or one guardrail")
        seen.add(name)
    if config.known_kpis[config.kpis.primary].direction is Direction.BAND:
        raise ConfigError(f"{where('kpis', 'primary')}: the primary KPI must be better higher or lower, not in a band")
    goal = config.kpis.goal
    if goal is not None and (why := unreachable(config.known_kpis[config.kpis.primary], goal)) is not None:
        raise ConfigError(f"{where('kpis', 'goal')}: {why}")


def _check_parameter(config: Config, name: str, section: ParameterSection, where: str) -> None:
    try:
        _ = config.model_copy(update={"parameters": {name: section}}).specs
    except ParameterError as error:
        raise ConfigError(f"{where}: {error}") from None
    if section.step > section.high - section.low:
        raise ConfigError(
            f"{where}: step {section.step:g} is wider than the bounds [{section.low:g}, {section.high:g}]"
        )
    if section.kind == "int" and section.step != int(section.step):
        raise ConfigError(f"{where}: step {section.step:g} must be a whole number, the parameter is an int")


def parse_config(text: str, path: Path) -> Config:
    """Return the configuration in a text; `path` names it in errors.

    `golden.folder` is relative to the file's folder; other relative paths in it follow the working directory.

    Raises:
        ConfigError: with file, line, key and what to do; all problems of the first kind found, one per line.
    """
    with yaml_errors(path):
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        refuse_endless(node, path)
        refuse_twice(node, path)
        lines = _lines(node)
        found = yaml.safe_load(text)
    if not isinstance(found, dict):
        raise ConfigError(f"{path}:1: expected settings by name; see docs/configuration.md for an example")
    try:
        config = Config.model_validate(found)
    except ValidationError as error:
        raise ConfigError("\n".join(_problem(item, lines, path) for item in error.errors())) from None
    _cross_check(config, lines, path)
    return _placed(config, path)


def _placed(config: Config, path: Path) -> Config:
    """Return the configuration with `golden.folder` absolute, whichever folder we run in."""
    if config.golden is None:
        return config
    folder = path.absolute().parent / config.golden.folder
    return config.model_copy(update={"golden": config.golden.model_copy(update={"folder": folder})})


def read_config(path: Path) -> Config:
    """Return the configuration in a file. Raises ConfigError."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file; give one with --config, or let `vvtvctl init` write one") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from None
    return parse_config(text, path)
