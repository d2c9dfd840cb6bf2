"""The service level by each named formula, as they differ in how abandoned contacts count: Erlang A knows them all."""

from __future__ import annotations

from typing import Final

from momentsim.measures.service import SERVICE_LEVELS
from momentsim.theory.erlang import erlang_a
from momentsim.validation.centres import Expected, SimulatedCentre, Stream, compare_with_theory, measure
from momentsim.validation.proof import Proof

PER_HOUR: Final = 150
HANDLING_S: Final = 300
PATIENCE_S: Final = 60
"""Impatient callers, so that many hang up within the threshold and the formulas lie far apart."""
SHORT_S: Final = 8
ROOM: Final = SimulatedCentre(
    name="service_levels",
    streams=(
        Stream(
            per_hour=PER_HOUR,
            handling=f"{{distribution: exponential, mean: {HANDLING_S} s}}",
            patience=f"{{distribution: exponential, mean: {PATIENCE_S} s}}",
        ),
    ),
    agents=10,
    waiting=f"redial: {{first: 0 %, further: 0 %}}, short_abandon: {SHORT_S} s",
    days=12,
    seed=61,
)


def service_level_proofs() -> list[Proof]:
    """One run, every formula."""
    exact = erlang_a(PER_HOUR, HANDLING_S, ROOM.agents, PATIENCE_S, 20.0)
    short = erlang_a(PER_HOUR, HANDLING_S, ROOM.agents, PATIENCE_S, SHORT_S).abandoned_in_threshold_share
    return compare_with_theory(
        ROOM,
        [
            Expected(
                f"service level, {formula.replace('_', ' ')}",
                "share",
                exact.service_level_by(formula, short),
                measure(f"service_level_{formula}"),
            )
            for formula in SERVICE_LEVELS
        ],
    )
