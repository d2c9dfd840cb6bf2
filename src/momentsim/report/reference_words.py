"""In words: what customers are used to, by which everything they live through is measured, and what differs from it."""

from __future__ import annotations

from typing import Final

from momentsim.prepare.reference import UsualService
from momentsim.report.numbers import duration, join_words, plain
from momentsim.runs.usual_operation import UsualOperation
from momentsim.scenario.types import Scenario

BADLY_LOST: Final = 0.10
"""Share of calls lost in everyday service from which on it is called bad: twice what planners usually allow."""
BADLY_SHORT: Final = 0.15
"""The same for how far the service level lies below its goal."""


def reference_words(scenario: Scenario, usual: UsualOperation | None) -> tuple[str, ...]:
    """One or two sentences; none where nothing is remembered or nobody called."""
    if usual is None or not usual.service.calls or not scenario.behaviour.memory:
        return ()
    return (
        f"Customers are used to {usual_service_words(scenario, usual.service)}. {_compared(scenario, usual)}",
    )


def usual_service_words(scenario: Scenario, service: UsualService) -> str:
    """`60.7 % of calls answered within 20 s (goal 80 %), a mean wait of 27 s, 10 % lost, 85 % solved when answered`."""
    goal = scenario.waiting.service_level
    return (
        f"{plain(100 * service.service_level, 0)} % of calls answered within {goal.threshold_s:g} s "
        f"(goal {100 * goal.share:g} %), a mean wait of {duration(service.wait_s)}, "
        f"{plain(100 * (service.hung_up + service.turned_away), 0)} % of calls lost, and "
        f"{plain(100 * service.solved, 0)} % of needs solved at the first answer"
    )


def _compared(scenario: Scenario, usual: UsualOperation) -> str:
    """How this run differs from it, and what that means for loyalty."""
    if usual.differences:
        differs = join_words(list(usual.differences))
        said = f"This run differs from that by {differs}, and loyalty moves by what differs."
    else:
        said = "This run is that same operation, so loyalty moves by chance only."
    if not is_bad(scenario, usual.service):
        return said
    return f"That is poor service, but it is what their loyalty was observed with: it does not count as harm. {said}"


def is_bad(scenario: Scenario, service: UsualService) -> bool:
    """Whether customers are used to what a planner would call poor service."""
    short = scenario.waiting.service_level.share - service.service_level
    return service.hung_up + service.turned_away > BADLY_LOST or short > BADLY_SHORT
