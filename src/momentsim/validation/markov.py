"""Balking and redials, which no formula solves: against Markov chains that are solved numerically beside it."""

from __future__ import annotations

import math
from typing import Final

from momentsim.scenario.sections.settings import SWITCHES
from momentsim.theory.chains import ChainFigures, LimitedCentre, balking, redials
from momentsim.validation.centres import (
    Expected,
    SimulatedCentre,
    Stream,
    attempts_per_hour,
    busy,
    compare_with_theory,
    measure,
    waiting,
)
from momentsim.validation.proof import Proof, prove_small_share

ALL_OFF: Final = ", ".join(["textbook: on", *(f"{switch}: off" for switch in SWITCHES)])
"""As `behaviour: off`, with room for parameters beside it."""
BALK_STRENGTH: Final = 0.8
BALKING_LINE: Final = LimitedCentre(
    arrivals_per_hour=150, handling_time_s=300, agents=9, patience_s=200, lines=16
)
BALKING: Final = SimulatedCentre(
    name="balking",
    streams=(
        Stream(
            per_hour=150,
            handling="{distribution: exponential, mean: 300 s}",
            patience="{distribution: exponential, mean: 200 s}",
        ),
    ),
    agents=9,
    lines=16,
    waiting="announce_wait: on, announced_handling_time: 5 min, redial: {first: 0 %, further: 0 %}",
    behaviour=f"{{{ALL_OFF}, parameters: {{balk_strength: {BALK_STRENGTH}}}}}",
    days=15,
    seed=51,
)
AGAIN_SHARE: Final = 0.6
DELAY_S: Final = 480
MOST_AWAY: Final = 120
"""Where the chain of redials is cut; the share of time there is shown."""
REDIALS_LINE: Final = LimitedCentre(
    arrivals_per_hour=130, handling_time_s=300, agents=9, patience_s=240, lines=14
)
REDIALS: Final = SimulatedCentre(
    name="redials_chain",
    streams=(
        Stream(
            per_hour=130,
            handling="{distribution: exponential, mean: 300 s}",
            patience="{distribution: exponential, mean: 240 s}",
        ),
    ),
    agents=9,
    lines=14,
    waiting=f"redial: {{first: {AGAIN_SHARE * 100:g} %, further: {AGAIN_SHARE * 100:g} %, "
    f"delay: {{distribution: exponential, mean: {DELAY_S} s}}}}",
    days=20,
    seed=52,
)


def stays(waiting_before: int) -> float:
    """Share of callers who stay on hearing the wait announced with so many waiting (rules of the simulator)."""
    announced = (waiting_before + 1) * BALKING_LINE.handling_time_s / BALKING_LINE.agents
    median = BALKING_LINE.patience_s * math.log(2.0)
    return 1.0 - BALK_STRENGTH * (1.0 - math.exp(-announced / median))


def balking_proofs() -> list[Proof]:
    """A room with limited lines whose announced wait turns callers away: births and deaths."""
    exact = balking(BALKING_LINE, stays)
    balked = Expected("balked share", "share", exact.balked_share, measure("balked_share"))
    return compare_with_theory(BALKING, [balked, *figures(exact)])


def redial_chain_proofs() -> list[Proof]:
    """Busy and impatient callers who call again: a two-dimensional chain."""
    exact = redials(REDIALS_LINE, again_share=AGAIN_SHARE, delay_s=DELAY_S, most_away=MOST_AWAY)
    attempts = Expected("attempts per hour", "attempts", exact.attempts_per_hour, attempts_per_hour)
    proofs = compare_with_theory(REDIALS, [attempts, *figures(exact)])
    return [*proofs, prove_small_share(REDIALS.name, exact.edge_share)]


def figures(exact: ChainFigures) -> list[Expected]:
    """What both chains know."""
    return [
        Expected("busy share", "share", exact.blocked_share, measure("blocked_share")),
        Expected("abandoned share", "share", exact.abandoned_share, measure("abandoned_share")),
        Expected("mean wait, all", "s", exact.wait_mean_s, measure("wait_all_mean_s")),
        Expected("mean queue", "contacts", exact.queue_mean, waiting),
        Expected("occupancy", "share", exact.occupancy, busy),
    ]
