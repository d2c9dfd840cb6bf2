"""Keys that once were called otherwise: files with the old names are read, and a note says the new one.

The old name stays with the place of the key, so that the note can be told wherever the value ends up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from momentsim.errors import Problem
from momentsim.scenario.files.nodes import KeyPath, ListNode, MappingNode, Mark, Node, key_text

_ANY: Final = "*"
NEW_KEYS: Final[dict[KeyPath, str]] = {
    ("crises", _ANY, "passengers_per_service"): "customers_per_service",
    ("crises", _ANY, "web_rebooking"): "self_service_offer",
    ("crises", _ANY, "days", _ANY, "cancelled"): "failed",
}
"""Where an old name stands, and the new one."""
_SECTIONS: Final = {old[0] for old in NEW_KEYS}


def new_name(path: KeyPath) -> str | None:
    """Today's name of the last part of a key, None if that is what is written."""
    for old, new in NEW_KEYS.items():
        if len(path) == len(old) and all(part in (_ANY, here) for part, here in zip(old, path, strict=True)):
            return new
    return None


def lever_name(written: str) -> str:
    """Today's name of a lever of a crisis, or a part of it, as files of pulls and playbooks may have the old one."""
    path = written.split(".")
    return ".".join((*path[:-1], new_name(("crises", _ANY, path[-1])) or path[-1]))


def with_new_keys(branch: MappingNode, path: KeyPath = ()) -> MappingNode:
    """The same with keys by their names of today; `path` is where the mapping stands in the scenario.

    An old name beside its new one stays, and is refused later as unknown.
    """
    if path and path[0] not in _SECTIONS:
        return branch
    items: dict[str, Node] = {}
    marks: dict[str, Mark] = {}
    for key, below in branch.items.items():
        renamed = new_name((*path, key))
        name = key if renamed is None or renamed in branch.items else renamed
        mark = branch.key_marks[key]
        marks[name] = mark if name == key else replace(mark, once=key)
        items[name] = with_new_keys(below, (*path, name)) if isinstance(below, MappingNode) else below
    return MappingNode(items, marks, branch.mark)


def new_path(path: KeyPath) -> KeyPath:
    """A key by its names of today, with those of the sections above it."""
    for length in range(1, len(path) + 1):
        renamed = new_name(path[:length])
        if renamed is not None:
            path = (*path[: length - 1], renamed, *path[length:])
    return path


def notes_of(node: Node, path: KeyPath = ()) -> Iterator[Problem]:
    """A note for every key that was written by its old name."""
    if path and path[0] not in _SECTIONS:
        return
    if isinstance(node, ListNode):
        for position, below in enumerate(node.items):
            yield from notes_of(below, (*path, position))
    if isinstance(node, MappingNode):
        for key, below in node.items.items():
            mark = node.key_marks[key]
            if mark.once:
                what = f"'{mark.once}' is called '{key}' now"
                yield mark.problem(key_text((*path, key)), what, "the old name is still read")
            yield from notes_of(below, (*path, key))
