"""What YAML allows and no file of ours may hold: a key that stands twice, and aliases that make a book of a page."""

from __future__ import annotations

from pathlib import Path

import yaml

from controller.errors import ConfigError

MOST_VALUES = 1_000_000


def refuse_endless(node: yaml.Node | None, path: Path) -> None:
    """Refuse what its aliases make too large to be read; a few lines are enough. Raises ConfigError."""
    if _values(node, {}) > MOST_VALUES:
        raise ConfigError(
            f"{path}: its aliases (*name) make it more than {MOST_VALUES:,} values: write out what is meant"
        )


def _values(node: yaml.Node | None, known: dict[int, int]) -> int:
    """Return how many values a node holds once its aliases are filled in; one inside itself counts as one."""
    if not isinstance(node, yaml.CollectionNode):
        return 1
    if id(node) not in known:
        known[id(node)] = 1
        parts = [part for pair in node.value for part in pair] if isinstance(node, yaml.MappingNode) else node.value
        known[id(node)] = 1 + sum(_values(part, known) for part in parts)
    return known[id(node)]


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
