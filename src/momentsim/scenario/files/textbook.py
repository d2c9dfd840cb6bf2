"""What `behaviour: off` says besides: whatever is not written is as in a textbook.

The neutral values enter the tree where nothing is written, as if they stood where the textbook is switched on. So
whatever is written still holds, and a resolved scenario reads back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from momentsim.scenario.files.nodes import (
    KeyPath,
    MappingNode,
    Mark,
    Scalar,
    ValueNode,
    child,
    find,
    is_null,
)
from momentsim.scenario.files.written_switch import switch_of
from momentsim.scenario.sections.settings import SWITCHES
from momentsim.scenario.written import WrittenInt

NEUTRAL: Final[tuple[tuple[KeyPath, Scalar], ...]] = (
    (("moments", "*", "resolution"), "100 %"),
    (("workforce", "groups", "*", "speed_sd"), WrittenInt(0)),
    (("workforce", "groups", "*", "skill_sd"), WrittenInt(0)),
    (("waiting", "redial", "first"), "0 %"),
    (("waiting", "redial", "further"), "0 %"),
)
"""Keys whose defaults are no textbook's, with what a textbook has; evidence parameters stand in the registry."""


def with_textbook(tree: MappingNode) -> MappingNode:
    """The tree with neutral values where `behaviour.textbook` is on and nothing is written."""
    switch = find(tree, ("behaviour", "textbook"))
    if not switch_of(switch) or switch is None:
        return tree
    for pattern, value in NEUTRAL:
        tree = _fill(tree, pattern, ValueNode(value, switch.mark), switch.mark)
    customers = child(tree, "customers")
    if (customers is None or is_null(customers)) and _is_about_nobody(tree):
        tree = tree.with_item("customers", _nobody(tree, switch.mark), switch.mark)
    return tree


def _fill(branch: MappingNode, path: KeyPath, leaf: ValueNode, mark: Mark) -> MappingNode:
    """The branch with a leaf at each place that a pattern fits and nothing is written; `*` is every name there is."""
    name, rest = str(path[0]), path[1:]
    items, marks = dict(branch.items), dict(branch.key_marks)  # one copy, however many names there are
    for key in tuple(branch.items) if name == "*" else (name,):
        below = branch.items.get(key)
        if isinstance(below, MappingNode) and rest:
            items[key] = _fill(below, rest, leaf, mark)
        elif (below is None or is_null(below)) and "*" not in path:
            items[key] = _fill(MappingNode({}, {}, mark), rest, leaf, mark) if rest else leaf
            marks[key] = mark
    return MappingNode(items, marks, branch.mark)


def _is_about_nobody(tree: MappingNode) -> bool:
    """Whether it does not matter who calls: nothing of behaviour is on, and volumes are not those of customers."""
    behaviour = find(tree, ("behaviour",))
    switches = (child(behaviour, name) if behaviour else None for name in SWITCHES)
    return not any(switch_of(switch) is not False for switch in switches) and not any(
        find(volume, ("per_customer_year",)) for volume in _volumes(tree)
    )


def _volumes(tree: MappingNode) -> Iterator[MappingNode]:
    volumes = find(tree, ("demand", "volumes"))
    if isinstance(volumes, MappingNode):
        yield from (volume for volume in volumes.items.values() if isinstance(volume, MappingNode))


def _nobody(tree: MappingNode, mark: Mark) -> MappingNode:
    """One customer, who stands for all, is worth nothing and stays."""
    currency = find(tree, ("currency",))
    written = currency.value if isinstance(currency, ValueNode) and isinstance(currency.value, str) else "USD"
    facts: dict[str, Scalar] = {
        "customers": WrittenInt(1),
        "yearly_margin": f"0 {written}",
        "yearly_churn": "0 %",
    }
    everyone = MappingNode(
        {key: ValueNode(value, mark) for key, value in facts.items()}, dict.fromkeys(facts, mark), mark
    )
    segments = MappingNode({"everyone": everyone}, {"everyone": mark}, mark)
    return MappingNode({"segments": segments}, {"segments": mark}, mark)
