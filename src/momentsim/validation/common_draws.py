"""What common draws gain: the variance of paired differences against that of independent ones.

The difference of two levels under common draws has the variance var(b - a); with draws of their own it would have
var(a) + var(b). Each is a mean of squared influences (`statistics.py`), so their ratio is a ratio of means with its
interval by the delta method. The proof is one-sided: the ratio is below 1, by the wide interval of every sampled
proof. Its inverse says how many times fewer replications a comparison needs.
"""

from __future__ import annotations

from typing import Final

from momentsim.measures.catalogue import MEASURES
from momentsim.measures.facts import Sample
from momentsim.measures.statistics import Estimate, difference, estimate, interval
from momentsim.measures.summary import estimate_measure, facts_of
from momentsim.prepare import Loaded, Reference, lower
from momentsim.runs.reference import shorten
from momentsim.validation.bounds import below
from momentsim.validation.clocks import STORM_DAYS, shipped_scenario
from momentsim.validation.proof import Proof, SampledEstimate
from momentsim.validation.simulation import FloatArray, digests_of, reference_of

CASE: Final = "common_draws"
REPLICATIONS: Final = 40
VARIANT: Final = "notice"
MEASURED: Final = ("abandoned_share", "contacts_per_moment", "value_net")


def variance_ratio(together: FloatArray, apart: FloatArray) -> SampledEstimate:
    """Ratio of the means of two sums of squared influences, one of each per independent unit."""
    estimated = estimate(together[:, None], apart[:, None])
    limits = interval(estimated)
    return SampledEstimate(
        float(estimated.value[0]), float(0.5 * (limits.high[0] - limits.low[0])), len(together)
    )


def gain(case: str, measure: str, together: FloatArray, apart: FloatArray) -> Proof:
    """The proof that paired differences vary less."""
    figure = f"variance ratio, {measure}"
    return below(case, figure, "", 1.0, variance_ratio(together, apart))


def storm_proofs() -> list[Proof]:
    """The first days of the ice storm, as it was and with a notice sent before."""
    overrides = ("run.run_out=0 s",)
    seconds = 86_400.0 * STORM_DAYS
    base = shorten(shipped_scenario("airline_ice_storm", None, overrides), seconds)
    variant = shorten(shipped_scenario("airline_ice_storm", VARIANT, overrides), seconds)
    reference = reference_of(base)
    before, after = (estimates(one, reference) for one in (base, variant))
    proofs = []
    for name in MEASURED:
        changed = difference(before[name], after[name]).influence[:, 0]
        own = before[name].influence[:, 0] ** 2 + after[name].influence[:, 0] ** 2
        proofs.append(gain(f"{CASE}: storm, {VARIANT}", name, changed**2, own))
    return proofs


def estimates(loaded: Loaded, reference: Reference) -> dict[str, Estimate]:
    """The measures of a scenario, each with its influences by replication."""
    blueprint = lower(loaded, reference)
    digests = tuple(digests_of(blueprint, range(1, REPLICATIONS + 1)))
    made = Sample(loaded.scenario, blueprint.names, digests)
    facts = facts_of(made, "all")
    return {
        measure.name: estimate_measure(measure, made, "all", facts)
        for measure in MEASURES
        if measure.name in MEASURED
    }
