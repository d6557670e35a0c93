"""One setting of a YAML text changed where it stands: every other character, comments too, stays as it is.

What an alias shares is written out first, so that a change at one place is a change at that place alone.
"""

from __future__ import annotations

import contextlib
import re
from typing import Any

import yaml

from controller.adapters.config_nodes import Nodes, read_nodes
from controller.adapters.config_path import Key

_BELOW = re.compile(r"[ \t]*(?:(#[^\n]*))?\n")  # what is left of a line whose `key:` has its value below it


def inline(value: Any) -> str:
    """Return a value in one line, in a spelling that can stand anywhere."""
    listed = yaml.safe_dump([value], default_flow_style=True, width=float("inf"), allow_unicode=True, sort_keys=False)
    if not listed.strip().isprintable():  # line ends and other characters that no line can hold as themselves
        listed = yaml.safe_dump(
            [value], default_flow_style=True, width=float("inf"), sort_keys=False, default_style='"'
        )
    return listed.strip()[1:-1]


def _written(value: Any, *, block: bool) -> str:
    """Return a value for one line; in a block, a text without quotes where it needs none."""
    if block and isinstance(value, str) and value.isprintable():
        with contextlib.suppress(yaml.YAMLError, ValueError):
            if yaml.safe_load(f"a: {value}\n") == {"a": value}:
                return value
    return inline(value)


def put(text: str, key: Key, value: Any) -> str:
    """Return the text with a setting replaced or added; sections above it that are missing are added with it.

    Raises:
        yaml.YAMLError: the text is not YAML.
    """
    nodes = _alone(text, key)
    path = nodes.path(key)
    depth = len(path) - 1
    if depth == len(key):
        block = not any(getattr(node, "flow_style", False) for node in path[:-1])
        return _replace(nodes, key, _written(value, block=block))
    for part in reversed(key[depth + 1 :]):
        value = [value] if isinstance(part, int) else {part: value}
    parent = path[-1]
    if not isinstance(parent, yaml.CollectionNode) or not parent.value:  # nothing, {} or []
        return _replace(nodes, key[:depth], inline([value] if isinstance(key[depth], int) else {key[depth]: value}))
    listed = isinstance(parent, yaml.SequenceNode)
    if parent.flow_style:
        entry = inline(value) if listed else inline({key[depth]: value})[1:-1]
        at = nodes.end(parent.value[-1])
        return f"{nodes.text[:at]}, {entry}{nodes.text[at:]}"
    lines = [f"- {_written(value, block=True)}"] if listed else _block(str(key[depth]), value, key[depth + 1 :])
    column = _dash(nodes, parent) if listed else parent.value[0][0].start_mark.column
    return _line_after(nodes, parent, column, lines)


def remove(text: str, key: Key) -> str:
    """Return the text without a setting that stands in it, nor the sections above that would be left empty.

    Raises:
        yaml.YAMLError: the text is not YAML.
    """
    nodes = _alone(text, key)
    path = nodes.path(key)
    while len(key) > 1 and len(path[len(key) - 1].value) == 1:
        key = key[:-1]
    parent = path[len(key) - 1]
    entry = nodes.entry(parent, key[-1])
    index = parent.value.index(entry)
    text, start, end = nodes.text, _start(entry), nodes.end(entry)
    line = text.rfind("\n", 0, start) + 1
    if not parent.flow_style and not text[line:start].strip(" -" if isinstance(parent, yaml.SequenceNode) else " "):
        after = text.find("\n", end) + 1 or len(text)
        apart = text[:line].endswith("\n\n") and text[after:].startswith("\n")  # no two empty lines where it stood
        return text[:line] + text[after + apart :]
    if index == 0:
        return text[:start] + text[_start(parent.value[1]) :]
    return text[: nodes.end(parent.value[index - 1])] + text[end:]


def _alone(text: str, key: Key) -> Nodes:
    """Return the nodes of the text, with aliases written out that a change at `key` would touch."""
    nodes = read_nodes(text)
    while (alias := nodes.shared(key)) is not None:
        start, end = alias.start_mark.index, alias.end_mark.index
        nodes = read_nodes(nodes.text[:start] + inline(nodes.plain(alias)) + nodes.text[end:])
    return nodes


def _replace(nodes: Nodes, key: Key, written: str) -> str:
    """Return the text with the value at `key`, which exists, written anew."""
    path, text = nodes.path(key), nodes.text
    node = path[-1]
    start, end = node.start_mark.index, nodes.end(node)
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and isinstance(path[-2], yaml.MappingNode):
        name, _ = nodes.entry(path[-2], key[-1])
        colon = text.index(":", name.end_mark.index) + 1
        if (rest := _BELOW.match(text, colon)) is not None:
            comment = f" {rest[1]}" if rest[1] else ""
            return f"{text[:colon]} {written}{comment}{text[end:]}"
    space = " " if text[start - 1 : start] == ":" else ""
    return f"{text[:start]}{space}{written}{text[end:]}"


def _start(entry: Any) -> int:
    found: int = (entry[0] if isinstance(entry, tuple) else entry).start_mark.index
    return found


def _dash(nodes: Nodes, parent: Any) -> int:
    """Return the column of a block list's dashes."""
    first = _start(parent.value[0])
    dash = nodes.text.rindex("-", 0, first)
    return dash - nodes.text.rfind("\n", 0, dash) - 1


def _block(name: str, value: Any, below: Key) -> list[str]:
    """Return the lines of a new entry: sections that are made for it each on a line, its value on one."""
    lines, depth = [], 0
    for part in below:
        if isinstance(part, int) or not isinstance(value, dict):
            break
        lines.append(f"{'  ' * depth}{inline(name)}:")
        name, value, depth = part, value[part], depth + 1
    return [*lines, f"{'  ' * depth}{inline(name)}: {_written(value, block=True)}"]


def _line_after(nodes: Nodes, parent: Any, column: int, lines: list[str]) -> str:
    """Return the text with lines put below a block's last one; a new section of the file is set apart."""
    text, end = nodes.text, nodes.end(parent)
    at = text.find("\n", end)
    at = len(text.rstrip("\n")) if at < 0 else at
    gap = "\n\n" if column == 0 and len(lines) > 1 and "\n\n" in text else "\n"
    return text[:at] + gap + "\n".join(" " * column + line for line in lines) + text[at:]
