"""Every key that a scenario can have, with the names that it gives to things; and those that end as somebody wrote."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, get_args, get_origin

from momentsim.scenario.fields import kind_of, options
from momentsim.scenario.files.nodes import (
    KeyPath,
    ListNode,
    MappingNode,
    Node,
    ValueNode,
    child,
    find,
    key_text,
)
from momentsim.scenario.types import Scenario, Section

_SHOWN: Final = 3
_MOST_KEYS: Final = 200_000
"""Keys that are looked through; a file may name any number of things."""


def meant_key(written: KeyPath, root: MappingNode) -> str:
    """`did you mean workforce.groups.team.heads?`: the keys that end so, those in the file first; or nothing."""
    found = keys_ending(written, root)
    if not found:
        return ""
    found.sort(key=lambda path: (find(root, path) is None, len(path)))
    shown = [key_text(path) for path in found[:_SHOWN]]
    more = f" (and {len(found) - _SHOWN} more end so)" if len(found) > _SHOWN else ""
    return f"did you mean {' or '.join(shown)}?{more}"


def keys_ending(written: KeyPath, root: MappingNode) -> list[KeyPath]:
    """Keys longer than the written one that end with it, by the types and the names in the file."""
    wanted = tuple(map(str, written))
    found: list[KeyPath] = []
    for count, path in enumerate(_keys(Scenario, root, ())):
        if count > _MOST_KEYS:
            break
        if len(path) > len(wanted) and tuple(map(str, path[-len(wanted) :])) == wanted:
            found.append(path)
    return found


def _keys(annotation: Any, node: Node | None, path: KeyPath) -> Iterator[KeyPath]:
    """All keys at and below a place of the types; where it is a mapping or a list, those of its items in the file."""
    if path:
        yield path
    for option in _fitting(annotation, node):
        if isinstance(option, type) and issubclass(option, Section):
            for name, info in option.model_fields.items():
                yield from _keys(info.annotation, child(node, name) if node else None, (*path, name))
        elif get_origin(option) is dict and isinstance(node, MappingNode):
            for name, below in node.items.items():
                yield from _keys(get_args(option)[1], below, (*path, name))
        elif get_origin(option) is tuple and isinstance(node, ListNode):
            for place, below in enumerate(node.items):
                yield from _keys(get_args(option)[0], below, (*path, place))


def _fitting(annotation: Any, node: Node | None) -> tuple[Any, ...]:
    """The alternatives of a type, or the one of the kind that the file says."""
    kind = child(node, "kind") if node is not None else None
    written = kind.value if isinstance(kind, ValueNode) else None
    every = options(annotation)
    return tuple(option for option in every if kind_of(option) == written) or every
