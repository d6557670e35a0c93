"""The nodes of a YAML text with where each begins and ends, and with aliases as they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import yaml

from controller.adapters.config_path import Key


class Alias(yaml.Node):
    """`*name` where it stands; `value` is the node that it repeats."""

    id = "alias"


class _Loader(yaml.SafeLoader):
    """Keeps aliases as they stand, and remembers anchors."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.anchored: dict[int, str] = {}  # by the id of the node
        self.aliases: list[tuple[str, Alias]] = []

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = cast("Any", self).peek_event()  # PyYAML's stubs leave its type open
        node: Any = super().compose_node(parent, index)
        repeats = isinstance(event, yaml.AliasEvent)
        if repeats:
            node = Alias(node.tag, node, event.start_mark, event.end_mark)
            self.aliases.append((event.anchor, node))
        elif event.anchor is not None:
            self.anchored[id(node)] = event.anchor
        return node

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        return super().construct_object(node.value if isinstance(node, Alias) else node, deep)


@dataclass(frozen=True)
class Nodes:
    """A text's nodes. Positions are indices into the text."""

    text: str
    root: Any
    loader: _Loader

    def path(self, key: Key) -> list[Any]:
        """Return the nodes from the root along a key, as far as they exist and have parts."""
        found = [self.root]
        for part in key:
            entry = self.entry(found[-1], part)
            if entry is None:
                break
            found.append(entry[1] if isinstance(entry, tuple) else entry)
        return found

    def entry(self, node: Any, part: str | int) -> Any:
        """Return a section's (key, value) or a list's item; None when there is none."""
        if isinstance(node, yaml.MappingNode):
            return next((pair for pair in reversed(node.value) if str(pair[0].value) == part), None)
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            return node.value[part]
        return None

    def end(self, node: Any) -> int:
        """Return where a node's own characters end, without comments and empty lines after it."""
        if isinstance(node, tuple):
            return self.end(node[1])
        if isinstance(node, yaml.CollectionNode) and not node.flow_style:
            return self.end(node.value[-1])
        start: int = node.start_mark.index
        return start + len(self.text[start : node.end_mark.index].rstrip())

    def plain(self, node: Any) -> Any:
        """Return a node's value."""
        return self.loader.construct_object(node, deep=True)

    def shared(self, key: Key) -> Alias | None:
        """Return an alias that a change below `key` would change too, or would leave without its anchor."""
        path = self.path(key)
        touched = {id(node) for node in path} | (
            {id(node) for node in _below(path[-1])} if len(path) > len(key) else set()
        )
        if own := next((node for node in path if isinstance(node, Alias)), None):
            return own
        names = {name for found, name in self.loader.anchored.items() if found in touched}
        return next((alias for name, alias in self.loader.aliases if name in names and id(alias) not in touched), None)


def _below(node: Any) -> list[Any]:
    if isinstance(node, yaml.MappingNode):
        return [node, *(found for pair in node.value for part in pair for found in _below(part))]
    return (
        [node, *(found for item in node.value for found in _below(item))]
        if isinstance(node, yaml.SequenceNode)
        else [node]
    )


def read_nodes(text: str) -> Nodes:
    """Return a text's nodes. Raises yaml.YAMLError."""
    loader = _Loader(text)
    return Nodes(text, loader.get_single_node(), loader)
