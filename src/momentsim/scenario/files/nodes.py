"""The tree that a scenario file becomes before it is typed: values remember who wrote them, and where."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from momentsim.errors import Problem
from momentsim.scenario.written import WrittenFloat, WrittenInt

Scalar = str | bool | None | WrittenInt | WrittenFloat
KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file, and the layer (base, extended file, variant, --set) that the file was read for."""

    file: str
    line: int
    column: int
    layer: str = "scenario"
    once: str = ""
    """Of a key: its old name, if it was written so."""

    def problem(self, key: str, what: str, allowed: str = "", meant: str = "") -> Problem:
        """A problem at this place."""
        return Problem(self.file, self.line, self.column, key, what, allowed, meant)


@dataclass(frozen=True, slots=True)
class ValueNode:
    """A single value."""

    value: Scalar
    mark: Mark


@dataclass(frozen=True, slots=True)
class ListNode:
    """A list."""

    items: tuple[Node, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class MappingNode:
    """A mapping; keys keep their own places."""

    items: Mapping[str, Node]
    key_marks: Mapping[str, Mark]
    mark: Mark

    def with_item(self, key: str, node: Node, key_mark: Mark) -> MappingNode:
        """A copy with one item set."""
        return MappingNode({**self.items, key: node}, {**self.key_marks, key: key_mark}, self.mark)

    def without(self, *keys: str) -> MappingNode:
        """A copy without these keys."""
        kept = {key: node for key, node in self.items.items() if key not in keys}
        return MappingNode(kept, {key: self.key_marks[key] for key in kept}, self.mark)


Node = ValueNode | ListNode | MappingNode


def is_null(node: Node) -> bool:
    """Is it an empty value, `null` or `~`?"""
    return isinstance(node, ValueNode) and node.value is None


def size_of(node: Node) -> int:
    """Number of values and collections in a tree."""
    if isinstance(node, ValueNode):
        return 1
    below = node.items.values() if isinstance(node, MappingNode) else node.items
    return 1 + sum(map(size_of, below))


def marks_in(node: Node) -> Iterator[Mark]:
    """Where everything within a node stands."""
    yield node.mark
    if isinstance(node, MappingNode):
        yield from node.key_marks.values()
    below = (
        node.items.values()
        if isinstance(node, MappingNode)
        else node.items
        if isinstance(node, ListNode)
        else ()
    )
    for each in below:
        yield from marks_in(each)


def child(node: Node, part: str | int) -> Node | None:
    """The node below, by key or by position in a list."""
    if isinstance(node, MappingNode):
        return node.items.get(str(part))
    if isinstance(node, ListNode) and isinstance(part, int) and 0 <= part < len(node.items):
        return node.items[part]
    return None


def find(node: Node, path: KeyPath) -> Node | None:
    """The node at a path, or None."""
    below: Node | None = node
    for part in path:
        below = child(below, part) if below is not None else None
    return below


def place(root: MappingNode, path: KeyPath) -> Mark:
    """Where a path is written: its value's place, else that of the nearest key above it."""
    node: Node = root
    mark = root.mark
    for part in path:
        below = child(node, part)
        if below is None:
            break
        is_branch_below = isinstance(node, MappingNode) and not isinstance(below, ValueNode)
        mark = node.key_marks[str(part)] if is_branch_below and isinstance(node, MappingNode) else below.mark
        node = below
    return mark


def key_text(path: KeyPath) -> str:
    """`workforce.groups.frontline.heads[0].start`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".")


def merge(base: MappingNode, over: MappingNode) -> MappingNode:
    """`over` on top of `base`: mappings merge deeply, everything else replaces."""
    items = dict(base.items)
    for key, node in over.items.items():
        below = items.get(key)
        if isinstance(below, MappingNode) and isinstance(node, MappingNode):
            items[key] = merge(below, node)
        else:
            items[key] = node
    return MappingNode(items, {**base.key_marks, **over.key_marks}, base.mark)


def remark(node: Node, change: Callable[[Mark], Mark]) -> Node:
    """A copy of a tree with every mark changed."""
    return remark_branch(node, change) if isinstance(node, MappingNode) else _remark(node, change)


def remark_branch(branch: MappingNode, change: Callable[[Mark], Mark]) -> MappingNode:
    """A copy of a mapping with every mark changed, keys included."""
    items = {key: remark(below, change) for key, below in branch.items.items()}
    marks = {key: change(mark) for key, mark in branch.key_marks.items()}
    return MappingNode(items, marks, change(branch.mark))


def _remark(node: ValueNode | ListNode, change: Callable[[Mark], Mark]) -> Node:
    if isinstance(node, ValueNode):
        return ValueNode(node.value, change(node.mark))
    return ListNode(tuple(remark(item, change) for item in node.items), change(node.mark))


def plain(node: Node) -> object:
    """Plain data without nulls: what a null would set is left at its default."""
    if isinstance(node, ValueNode):
        return node.value
    if isinstance(node, ListNode):
        return tuple(plain(item) for item in node.items)
    return {key: plain(below) for key, below in node.items.items() if not is_null(below)}
