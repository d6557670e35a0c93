"""A file of cases as YAML nodes, which know their lines."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from controller.adapters.yaml_keys import refuse_twice
from controller.errors import ConfigError

Location = tuple[str | int, ...]
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]  # its base is chosen at run time
    """YAML in which 1e-9 is a number, as in JSON; to YAML 1.1 it is a text."""


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"[-+]?[0-9]+(\.[0-9]*)?[eE][-+]?[0-9]+$"), list("-+0123456789")
)


def composed(text: str, path: Path) -> yaml.Node | None:
    """Return the nodes of a file of cases, None for an empty one. Raises ConfigError with file and line."""
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=_Loader)
        refuse_twice(node, path)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigError(f"{path}:{line}: the golden cases are wrong: not YAML: {error.problem}") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise ConfigError(f"{path}: the golden cases are wrong: not YAML: {error}") from None
    return node


def line_of(node: yaml.Node | None, at: Location) -> int:
    """Return the line (from 1) of the longest known part of a location; pydantic adds parts that stand in no file."""
    line = 1 if node is None else node.start_mark.line + 1
    for part in at:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == part), None)
            if pair is None:
                return line
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            return line
    return line
