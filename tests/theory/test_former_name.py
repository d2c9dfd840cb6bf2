"""What was public under `momentsim.measures.theory` still is."""

from __future__ import annotations

from momentsim.measures import theory
from momentsim.theory import erlang


def test_the_formulas_have_their_former_address_too() -> None:
    assert theory.__all__ == ["QueueFigures", "erlang_a", "erlang_b", "erlang_c"]
    assert all(getattr(theory, name) is getattr(erlang, name) for name in theory.__all__)
