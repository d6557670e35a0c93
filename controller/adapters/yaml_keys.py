"""Keys that stand twice in a YAML mapping, of which YAML would silently keep the last one."""

from __future__ import annotations

from pathlib import Path

import yaml

from controller.errors import ConfigError


def refuse_twice(node: yaml.Node | None, path: Path) -> None:
    """Refuse a key that stands twice in a mapping of the file `path`. Raises ConfigError with both lines."""
    _look(node, path, set())


def _look(node: yaml.Node | None, path: Path, known: set[int]) -> None:
    if node is None or id(node) in known:
        return
    known.add(id(node))
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            line, name = key.start_mark.line + 1, str(key.value)
            if name in seen:
                raise ConfigError(f"{path}:{line}: key {name!r} stands twice (first in line {seen[name]})")
            seen[name] = line
            _look(value, path, known)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _look(value, path, known)
