"""`on` and `off` as they stand in a tree, before it is typed."""

from __future__ import annotations

from momentsim.scenario.files.nodes import Node, ValueNode
from momentsim.scenario.written import SWITCH_WORDS


def switch_of(node: Node | None) -> bool | None:
    """What a node says, None where it is no switch or is not there."""
    value = node.value if isinstance(node, ValueNode) else None
    if isinstance(value, str):
        return SWITCH_WORDS.get(value.strip().lower())
    return value if isinstance(value, bool) else None
