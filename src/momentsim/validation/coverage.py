"""Do intervals hold what they promise? Many small independent experiments with a known truth.

Each experiment is what a user does with few replications of a short run: two staffing levels under common draws,
every measure with its 95 % interval by Student's t (ratios by the delta method), and the paired difference as
`compare` makes it. The truth of a centre that starts empty and is watched for two hours comes from Kolmogorov's
equations. The share of experiments whose interval covers it must be 95 %, within exact binomial bounds.

The same experiments show what common draws gain: the variance of paired differences relative to the variance
that the difference would have if both levels had draws of their own.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from momentsim.measures.catalogue import MEASURES
from momentsim.measures.facts import Sample
from momentsim.measures.service import contact_facts, staff_facts
from momentsim.measures.statistics import CONFIDENCE, Estimate, clip, difference, interval
from momentsim.measures.summary import estimate_measure
from momentsim.theory.erlang import QueueFigures
from momentsim.theory.transient import erlang_a_from_empty
from momentsim.validation.bounds import share_of_trials
from momentsim.validation.common_draws import gain
from momentsim.validation.proof import Proof
from momentsim.validation.simulation import FloatArray, blueprint_of, digests_of, load_text
from momentsim.validation.texts import PLAIN

EXPERIMENTS: Final = 500
REPLICATIONS: Final = 3
"""Of one experiment: few, so that a normal quantile instead of Student's t would cover 81 % only."""
HOURS: Final = 2
PER_HOUR: Final = 240
HANDLING_S: Final = 120
PATIENCE_S: Final = 120
STAFFING: Final = (9, 10)
SEED: Final = 41
TRUTHS: Final = {
    "abandoned_share": "abandoned_share",
    "wait_mean_s": "answered_wait_mean_s",
    "service_level": "service_level_share",
    "occupancy": "occupancy",
}
"""Measure of the summary: field of QueueFigures."""
DIFFERENCES: Final = ("abandoned_share", "wait_mean_s")


class Experiment(NamedTuple):
    """Estimates of one experiment by measure, at both staffing levels."""

    fewer: dict[str, Estimate]
    more: dict[str, Estimate]


def text_of(agents: int) -> str:
    """The scenario file."""
    plain = PLAIN.format(
        name="coverage",
        days=1,
        seed=SEED,
        handling_s=HANDLING_S,
        per_day=24 * PER_HOUR,
        agents=agents,
        patience=f"{{distribution: exponential, mean: {PATIENCE_S} s}}",
        lines="null",
    )
    return plain.replace("horizon: 1 d", f"horizon: {HOURS} h") + "run: {run_out: 1 h}\n"


def truth_of(agents: int) -> QueueFigures:
    """What an experiment estimates."""
    return erlang_a_from_empty(PER_HOUR, HANDLING_S, agents, PATIENCE_S, until_s=3600.0 * HOURS)


def experiments() -> list[Experiment]:
    """All experiments; replication numbers are used once, so they are independent."""
    blueprints = [blueprint_of(load_text(text_of(agents))) for agents in STAFFING]
    scenario = load_text(text_of(STAFFING[0])).scenario
    made = []
    for number in range(EXPERIMENTS):
        own = range(1 + number * REPLICATIONS, 1 + (number + 1) * REPLICATIONS)
        both = [
            Sample(scenario, blueprint.names, tuple(digests_of(blueprint, own))) for blueprint in blueprints
        ]
        made.append(Experiment(*(_estimates(one) for one in both)))
    return made


def _estimates(one: Sample) -> dict[str, Estimate]:
    """The measures as the summary estimates them."""
    facts = contact_facts(one, "all") | staff_facts(one, "all")
    return {
        measure.name: estimate_measure(measure, one, "all", facts)
        for measure in MEASURES
        if measure.name in TRUTHS
    }


def count_covering(estimates: list[Estimate], truth: float, bounds: tuple[float, float]) -> int:
    """How many intervals hold the truth."""
    limits = [clip(interval(one), bounds) for one in estimates]
    return sum(bool(one.low[0] <= truth <= one.high[0]) for one in limits)


def coverage_proofs() -> list[Proof]:
    """Coverage by measure and of two differences; what common draws gain."""
    made = experiments()
    return [*_levels(made), *_differences(made), *_gains(made)]


def _levels(made: list[Experiment]) -> list[Proof]:
    bounds = {measure.name: measure.bounds for measure in MEASURES}
    truth = truth_of(STAFFING[0])
    return [
        share_of_trials(
            "coverage",
            f"held: {name}",
            CONFIDENCE,
            count_covering([one.fewer[name] for one in made], getattr(truth, field), bounds[name]),
            len(made),
        )
        for name, field in TRUTHS.items()
    ]


def paired_differences(made: list[Experiment], name: str) -> list[Estimate]:
    """More agents minus fewer, as `compare` makes it."""
    return [difference(one.fewer[name], one.more[name]) for one in made]


def _differences(made: list[Experiment]) -> list[Proof]:
    fewer, more = (truth_of(agents) for agents in STAFFING)
    proofs = []
    for name in DIFFERENCES:
        truth = getattr(more, TRUTHS[name]) - getattr(fewer, TRUTHS[name])
        hits = count_covering(paired_differences(made, name), truth, (-np.inf, np.inf))
        figure = f"held: difference, {name}"
        proofs.append(share_of_trials("coverage", figure, CONFIDENCE, hits, len(made)))
    return proofs


def squares(estimates: list[Estimate]) -> FloatArray:
    """Sum of squared influences of each experiment: its variance, but for a constant."""
    return np.array([float((one.influence**2).sum()) for one in estimates])


def _gains(made: list[Experiment]) -> list[Proof]:
    proofs = []
    for name in DIFFERENCES:
        together = squares(paired_differences(made, name))
        apart = squares([one.fewer[name] for one in made]) + squares([one.more[name] for one in made])
        proofs.append(gain("common_draws: one more agent", name, together, apart))
    return proofs
