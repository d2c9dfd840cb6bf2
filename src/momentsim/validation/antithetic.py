"""Antithetic pairs: each member alone is right, a pair varies less than two independent ones, a pair is one number.

Whatever is drawn as u in the odd replication of a pair is 1 - u in the even one, so the law of each is the same and
the means still have their exact values (Kolmogorov's equations, as in `coverage`). What a pair gains is its variance
relative to that of the mean of two independent replications, ((z_1 + z_2) / 2)^2 over (z_1^2 + z_2^2) / 4 on average
over pairs; 1 would be nothing. And since members depend on each other, intervals must be those of pair sums: the
summary's half-width is held against the delta method written out here once more.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from momentsim.measures import students_t
from momentsim.measures.facts import Columns, Sample, evaluate
from momentsim.measures.service import contact_facts
from momentsim.validation.common_draws import gain
from momentsim.validation.coverage import STAFFING, TRUTHS, text_of, truth_of
from momentsim.validation.proof import Proof, SampledEstimate, prove_estimate
from momentsim.validation.simulation import FloatArray, SimulatedSample, blueprint_of, digests_of, load_text

CASE: Final = "antithetic"
PAIRS: Final = 1500
MEASURED: Final = {
    "abandoned_share": ("abandoned", "offered"),
    "wait_mean_s": ("wait_answered_s", "answered"),
}
"""Measure: the facts whose sums it is the ratio of."""
ROUNDING: Final = 1e-9


def antithetic_proofs() -> list[Proof]:
    """Means, gain and half-widths."""
    made = pairs()
    facts = contact_facts(Sample(made.scenario, made.names, tuple(made.digests)), "all")
    measures = made.measures()
    truth = truth_of(STAFFING[0])
    proofs = []
    for name in MEASURED:
        unit = "share" if name.endswith("_share") else "s"
        sampled_pairs = SampledEstimate(measures[name].value, measures[name].half_width, PAIRS)
        proofs.append(prove_estimate(CASE, name, unit, getattr(truth, TRUTHS[name]), sampled_pairs))
        members = influences(facts, name).reshape(-1, 2)
        proofs.append(gain(CASE, name, members.mean(axis=1) ** 2, (members**2).sum(axis=1) / 4.0))
        proofs.append(width_proof(facts, name, unit, sampled_pairs.half_width))
    return proofs


def pairs() -> SimulatedSample:
    """The pairs of one small centre."""
    loaded = load_text(text_of(STAFFING[0]), overrides=("run.antithetic=on",))
    blueprint = blueprint_of(loaded)
    return SimulatedSample(loaded.scenario, blueprint.names, digests_of(blueprint, range(1, 2 * PAIRS + 1)))


def influences(facts: Columns, name: str) -> FloatArray:
    """Influence of each replication on a ratio of sums."""
    top, bottom = (evaluate(facts, fact)[:, 0] for fact in MEASURED[name])
    return np.asarray((top - top.sum() / bottom.sum() * bottom) / bottom.mean(), np.float64)


def width_proof(facts: Columns, name: str, unit: str, half_width: float) -> Proof:
    """The half-width of the summary is that of a ratio of sums over independent pairs."""
    top, bottom = (evaluate(facts, fact)[:, 0].reshape(-1, 2).sum(axis=1) for fact in MEASURED[name])
    left = top - top.sum() / bottom.sum() * bottom
    error = math.sqrt((left**2).sum() / (len(left) - 1) / len(left)) / bottom.mean()
    exact = students_t.quantile(len(left) - 1, 0.95) * error
    return Proof(
        case=CASE,
        figure=f"half-width over pairs, {name}",
        unit=unit,
        exact=exact,
        found=half_width,
        tolerance=ROUNDING * exact,
    )
