"""Who goes first: strict priorities and head starts, against exact mean waits by class (theory_priorities).

With equal exponential work the classes together wait as first come first served would let them; each class
alone does not. So the mean waits of both classes, not their sum, show that the order is right.
"""

from __future__ import annotations

from typing import Final

from momentsim.theory.chains import patient_classes
from momentsim.theory.priorities import (
    ClassFigures,
    Work,
    head_start,
    waits_of_equal_work,
    waits_of_one_agent,
)
from momentsim.validation.centres import Expected, SimulatedCentre, Stream, compare_with_theory, measure
from momentsim.validation.proof import Proof, prove_small_share

MINUTE_LAW: Final = "{distribution: exponential, mean: 60 s}"
FIRST, SECOND, THIRD = "first", "second", "third"
THREE: Final = SimulatedCentre(
    name="priorities",
    streams=(
        Stream(name=THIRD, per_hour=40, handling=MINUTE_LAW, priority=7),
        Stream(name=FIRST, per_hour=60, handling=MINUTE_LAW, priority=1),
        Stream(name=SECOND, per_hour=60, handling=MINUTE_LAW, priority=4),
    ),
    agents=4,
    days=110,
    seed=31,
)
ONE_AGENT: Final = SimulatedCentre(
    name="priorities_one_agent",
    streams=(
        Stream(name=SECOND, per_hour=12, handling="{mean: 120 s, cv: 0.5}", priority=6),
        Stream(name=FIRST, per_hour=20, handling="{distribution: constant, mean: 45 s}", priority=2),
    ),
    agents=1,
    days=180,
    seed=32,
)
PATIENT: Final = SimulatedCentre(
    name="priorities_patience",
    streams=(
        Stream(
            name=SECOND,
            per_hour=70,
            handling=MINUTE_LAW,
            priority=5,
            patience="{distribution: exponential, mean: 240 s}",
        ),
        Stream(
            name=FIRST,
            per_hour=130,
            handling=MINUTE_LAW,
            priority=4,
            patience="{distribution: exponential, mean: 40 s}",
        ),
    ),
    agents=3,
    days=25,
    seed=33,
)
AHEAD_S: Final = 30
HEAD_START: Final = SimulatedCentre(
    name="head_start",
    streams=(
        Stream(name=SECOND, per_hour=80, handling=MINUTE_LAW),
        Stream(name=FIRST, per_hour=80, handling=MINUTE_LAW, head_start_s=AHEAD_S),
    ),
    agents=4,
    days=75,
    seed=34,
)
LEAVING: Final = "{distribution: exponential, mean: 100 s}"
HEAD_START_PATIENCE: Final = SimulatedCentre(
    name="head_start_patience",
    streams=(
        Stream(name=SECOND, per_hour=120, handling=MINUTE_LAW, patience=LEAVING),
        Stream(name=FIRST, per_hour=120, handling=MINUTE_LAW, patience=LEAVING, head_start_s=AHEAD_S),
    ),
    agents=4,
    days=16,
    seed=35,
)
MOST_WAITING: Final = 60
"""Where the chain of two classes is cut; the share of time there is shown."""


def three_classes() -> list[Proof]:
    """Three classes, four agents, the same exponential law: Cobham, Kella and Yechiali."""
    waits = waits_of_equal_work((60, 60, 40), 60, THREE.agents)
    names = (FIRST, SECOND, THIRD)
    return compare_with_theory(
        THREE, [mean_wait(name, wait) for name, wait in zip(names, waits, strict=True)]
    )


def one_agent() -> list[Proof]:
    """Two classes with handling times of their own, one agent: Cobham."""
    classes = (
        Work(arrivals_per_hour=20, handling_time_s=45, handling_time_cv=0.0),
        Work(arrivals_per_hour=12, handling_time_s=120, handling_time_cv=0.5),
    )
    waits = waits_of_one_agent(classes)
    return compare_with_theory(
        ONE_AGENT, [mean_wait(name, wait) for name, wait in zip((FIRST, SECOND), waits, strict=True)]
    )


def patience_of_their_own() -> list[Proof]:
    """Two classes that hang up at different rates: a Markov chain, solved numerically."""
    exact = patient_classes((130, 70), 60, PATIENT.agents, (40, 240), most_waiting=MOST_WAITING)
    expected = []
    for index, name in enumerate((FIRST, SECOND)):
        expected.append(mean_wait(name, exact.wait_mean_s[index]))
        expected.append(abandonment(name, exact.abandoned_share[index]))
    return [*compare_with_theory(PATIENT, expected), prove_small_share(PATIENT.name, exact.edge_share)]


def head_starts() -> list[Proof]:
    """A head start of half a minute, nobody hangs up."""
    ahead, behind = head_start((80, 80), 60, HEAD_START.agents, head_start_s=AHEAD_S)
    return compare_with_theory(
        HEAD_START,
        [mean_wait(FIRST, ahead.wait_mean_s), mean_wait(SECOND, behind.wait_mean_s), in_time(behind)],
    )


def head_starts_with_patience() -> list[Proof]:
    """A head start of half a minute in an overloaded centre that callers leave."""
    ahead, behind = head_start(
        (120, 120), 60, HEAD_START_PATIENCE.agents, head_start_s=AHEAD_S, patience_s=100
    )
    expected = [in_time(behind)]
    for name, exact in ((FIRST, ahead), (SECOND, behind)):
        expected.append(mean_wait(name, exact.wait_mean_s))
        expected.append(abandonment(name, exact.abandoned_share))
    return compare_with_theory(HEAD_START_PATIENCE, expected)


def mean_wait(reason: str, exact: float) -> Expected:
    """Mean wait of one class, answered or not."""
    return Expected(f"mean wait, {reason} class", "s", float(exact), measure("wait_all_mean_s", reason))


def abandonment(reason: str, exact: float) -> Expected:
    """Abandoned share of one class."""
    return Expected(f"abandoned share, {reason} class", "share", exact, measure("abandoned_share", reason))


def in_time(behind: ClassFigures) -> Expected:
    """Service level of the class without a head start."""
    return Expected(
        "service level, second class", "share", behind.service_level_share, measure("service_level", SECOND)
    )
