"""Who answers does not change how long callers wait, where agents are alike; and heart routing against Cobham.

With equal agents a policy only decides who talks: under every one the same calls are answered at the same
microsecond. Heart routing also decides whom a free agent takes. Where all agents are hearts, that is a strict
priority of detected moments over the others, so the waits of both detected classes are known (Cobham), and
those of moments of truth and of routine are their mixtures by sensitivity and specificity. Where some agents
are hearts, only the mean over all is known: nobody is idle while somebody waits, so it is Erlang C's.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from momentsim.contract.plan import Table
from momentsim.engine import simulate
from momentsim.prepare import prepare
from momentsim.theory.erlang import erlang_c
from momentsim.theory.priorities import waits_of_equal_work
from momentsim.validation.centres import Expected, SimulatedCentre, Stream, measure
from momentsim.validation.priorities import FIRST, MINUTE_LAW, SECOND, mean_wait
from momentsim.validation.proof import Proof, prove_equal, prove_estimate
from momentsim.validation.queueing import ERLANG_A_SMALL, WARM_UP
from momentsim.validation.simulation import SimulatedSample, blueprint_of, load_text, sample

CHOICES: Final = ("highest_emotional_intelligence", "most_skilled", "least_occupied")
TRUTH_PER_HOUR, ROUTINE_PER_HOUR = 60, 100
SENSITIVITY, SPECIFICITY = 0.8, 0.9
HEART: Final = SimulatedCentre(
    name="heart",
    streams=(
        Stream(name=SECOND, per_hour=ROUTINE_PER_HOUR, handling=MINUTE_LAW),
        Stream(name=FIRST, per_hour=TRUTH_PER_HOUR, handling=MINUTE_LAW),
    ),
    agents=4,
    days=75,
    seed=36,
)
STAKES: Final = (f"moments.{FIRST}.stakes=90 %", f"moments.{SECOND}.stakes=10 %")
DETECTOR: Final = f"{{sensitivity: {SENSITIVITY:.0%}, specificity: {SPECIFICITY:.0%}}}"


def choice_proofs() -> list[Proof]:
    """Every policy of agents without a preference between contacts, call by call against the longest idle."""
    usual = calls_under("longest_idle")
    proofs = []
    for choice in CHOICES:
        rows = calls_under(choice)
        equal = int(np.count_nonzero(rows["answered"] == usual["answered"])) if len(rows) == len(usual) else 0
        figure = f"calls with the same answer, {choice}"
        proofs.append(prove_equal("agent_choices", figure, "calls", len(usual), equal))
    return proofs


def calls_under(choice: str) -> Table:
    """Calls of half a day of a small centre, in the order of their arrival."""
    overrides = ("horizon=12 h", f"routing.agent_choice={choice}")
    loaded = load_text(ERLANG_A_SMALL.text, overrides=overrides)
    rows = simulate(prepare(blueprint_of(loaded), 1), log=True).contacts
    return rows[np.argsort(rows["contact"])]


def heart_proofs() -> list[Proof]:
    """All agents are hearts: two classes by what the detector says. A quarter of them: Erlang C over all."""
    detected = SENSITIVITY * TRUTH_PER_HOUR + (1.0 - SPECIFICITY) * ROUTINE_PER_HOUR
    other = TRUTH_PER_HOUR + ROUTINE_PER_HOUR - detected
    ahead, behind = waits_of_equal_work((detected, other), 60, HEART.agents)
    truth = SENSITIVITY * ahead + (1.0 - SENSITIVITY) * behind
    routine = (1.0 - SPECIFICITY) * ahead + SPECIFICITY * behind
    expected = [
        mean_wait(FIRST, truth),
        mean_wait(SECOND, routine),
        Expected("moments of truth detected", "share", SENSITIVITY, measure("stakes_detected_share")),
        Expected("false alarms", "share", 1.0 - SPECIFICITY, measure("stakes_false_alarm_share")),
    ]
    exact = erlang_c(TRUTH_PER_HOUR + ROUTINE_PER_HOUR, 60, HEART.agents, 20).wait_mean_s
    some = Expected("mean wait, a quarter are hearts", "s", exact, measure("wait_all_mean_s"))
    return [*compare_hearts(1.0, expected), *compare_hearts(0.25, [some])]


def compare_hearts(share: float, expected: list[Expected]) -> list[Proof]:
    """Simulate with this share of hearts and compare."""
    made = hearts(share)
    return [
        prove_estimate(HEART.name, each.figure, each.unit, each.exact, each.found(made)) for each in expected
    ]


def hearts(share: float) -> SimulatedSample:
    """The centre under heart routing."""
    routing = f"routing={{agent_choice: heart, heart_agents: {share:.0%}, detector: {DETECTOR}}}"
    loaded = load_text(HEART.text, overrides=(*STAKES, routing))
    return sample(loaded, HEART.replications, warm_up=WARM_UP, cool_down=WARM_UP)
