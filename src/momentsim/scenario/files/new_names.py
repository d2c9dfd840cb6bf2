"""What a variant or `--set` names is known, or said to be new: a slip of the pen hires no team."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from momentsim.errors import Problem
from momentsim.scenario.files.nodes import KeyPath, MappingNode, Node, ValueNode, find, key_text
from momentsim.scenario.files.written_switch import switch_of
from momentsim.scenario.written import show_value
from momentsim.suggestions import did_you_mean

NEW: Final = "new"
"""Key of a variant that adds things."""
_ANY: Final = "*"
_COLLECTIONS: Final[dict[KeyPath, str]] = {
    ("customers", "segments"): "segment",
    ("moments",): "moment",
    ("demand", "volumes"): "moment",
    ("demand", "day_kinds"): "kind of day",
    ("workforce", "groups"): "group",
    ("workforce", "groups", _ANY, "shifts"): "shift",
    ("workforce", "groups", _ANY, "shift_rules", "kinds"): "kind of shift",
    ("crises",): "crisis",
    ("programmes",): "programme",
}
"""Mappings whose keys are names that the writer gives to things, and what each is."""


def is_new(overlay: MappingNode) -> bool:
    """Does a variant say that it adds things?"""
    return switch_of(overlay.items.get(NEW)) is True


def check_new(overlay: MappingNode, key: str) -> Iterator[Problem]:
    """`new` is on or off."""
    node = overlay.items.get(NEW)
    if node is not None and switch_of(node) is None:
        found = show_value(node.value) if isinstance(node, ValueNode) else "this"
        yield node.mark.problem(f"{key}.{NEW}", f"{found} is not on or off", "write on or off")


def unknown_names(before: MappingNode, after: MappingNode, how: str) -> Iterator[Problem]:
    """Names that a layer adds where there are some already; where there is none, there is nothing to mistake.

    `how` says what allows them.
    """
    for pattern, kind in _COLLECTIONS.items():
        for path, known, now in _pairs(pattern, (), before, after):
            names = [*known.items, *(after_moments(after) if pattern == ("demand", "volumes") else ())]
            for name in now.items:
                if name in names:
                    continue
                what = f"there is no {kind} '{name}' to change, known: {', '.join(known.items)}"[:300]
                meant = did_you_mean(name, names)
                yield now.key_marks[name].problem(key_text((*path, name)), what, how, meant)


def after_moments(after: MappingNode) -> tuple[str, ...]:
    """The moments, any of which may get its first volume."""
    moments = after.items.get("moments")
    return tuple(moments.items) if isinstance(moments, MappingNode) else ()


def _pairs(
    pattern: KeyPath, path: KeyPath, before: Node | None, after: Node | None
) -> Iterator[tuple[KeyPath, MappingNode, MappingNode]]:
    """Where a pattern leads in both trees: path, mapping before and after; only where both have names."""
    if not (isinstance(before, MappingNode) and isinstance(after, MappingNode)):
        return
    if not pattern:
        if before.items:
            yield path, before, after
        return
    steps = list(before.items) if pattern[0] == _ANY else [str(pattern[0])]
    for step in steps:
        yield from _pairs(pattern[1:], (*path, step), find(before, (step,)), find(after, (step,)))
