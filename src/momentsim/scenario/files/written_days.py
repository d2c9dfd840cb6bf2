"""Weekdays as keys, `Wednesday: 1.2` or `mon-fri: 1`, as the one name of each day, so that layers meet under it."""

from __future__ import annotations

from typing import Final

from momentsim.scenario.files.nodes import KeyPath, MappingNode, Mark, Node
from momentsim.scenario.sections.base import weekdays_of

_VOLUMES: Final = ("demand", "volumes")
_BY_DAY: Final = ("weekdays", "weekday_profiles")
"""Keys of a volume whose own keys are weekdays."""


def with_plain_days(branch: MappingNode, path: KeyPath = ()) -> MappingNode:
    """The same with days by their one name; `path` is where the mapping stands in the scenario."""
    if path[:2] != _VOLUMES[: len(path)]:
        return branch
    if len(path) == len(_VOLUMES) + 2:
        return _by_day(branch) if path[-1] in _BY_DAY else branch
    items = {
        key: with_plain_days(below, (*path, key)) if isinstance(below, MappingNode) else below
        for key, below in branch.items.items()
    }
    return MappingNode(items, branch.key_marks, branch.mark)


def _by_day(branch: MappingNode) -> MappingNode:
    """What names no day, or one that is there already, stays as it is and is refused later."""
    items: dict[str, Node] = {}
    marks: dict[str, Mark] = {}
    for key, below in branch.items.items():
        days = weekdays_of(key) or ()
        is_new = bool(days) and not any(day in items or (day != key and day in branch.items) for day in days)
        for name in days if is_new else (key,):
            items[name], marks[name] = below, branch.key_marks[key]
    return MappingNode(items, marks, branch.mark)


def plain_day(path: KeyPath) -> KeyPath:
    """A key that ends with a weekday, with the day by its one name."""
    if path[:2] != _VOLUMES or len(path) != len(_VOLUMES) + 3 or path[-2] not in _BY_DAY:
        return path
    days = weekdays_of(str(path[-1])) or ()
    return (*path[:-1], days[0]) if len(days) == 1 else path
