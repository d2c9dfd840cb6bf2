"""The encounter against its formula: script, empathy, emotional labour, and bundles as totals (MODEL 6, 8).

There are agents in plenty, and load, fatigue and anger are off, so that the same talks are held whatever is changed:
they are compared talk by talk under common draws, without any sampling error. Only the share of deep acts is sampled.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from momentsim.contract.trace import Trace
from momentsim.engine import simulate
from momentsim.prepare import lower, prepare
from momentsim.prepare.careers import exit_hazard, exits_in_the_long_run
from momentsim.rules.encounter import logistic
from momentsim.scenario.evidence import registry
from momentsim.validation.proof import Proof, prove_equal, prove_estimate
from momentsim.validation.simulation import digests_of, load_text, reference_of, sample
from momentsim.validation.texts import ENCOUNTER

FloatArray = npt.NDArray[np.float64]

CASE: Final = "encounter"
REPLICATIONS: Final = 16
ROUNDING: Final = 1e-9
GROUP: Final = "workforce.groups.team."
ALIKE: Final = (f"{GROUP}emotional_intelligence_sd=0", f"{GROUP}skill_sd=0")
"""Every agent is the average one."""
LEVELS: Final = ((85, 0.5), (100, 1.0), (115, 0.5))
"""Emotional intelligence and autonomy at which deep acts are counted."""
BUNDLE: Final = (
    f"{GROUP}careers={{yearly_exits: 1 %}}",
    "programmes={tex: {kind: expert_teams, adoption: 0 s, longer_calls: 0 %, resolution_points: 0 %}}",
)
"""Expert teams, of whom hardly anybody leaves, who hold the same talks as others."""
PUBLISHED_CORRELATION: Final = (0.30, 0.55)
"""Between the published 0.24 to 0.30 over all work and what moments of truth with full freedom may give."""


def encounter_proofs() -> list[Proof]:
    """All of them."""
    return [
        *script_proofs(),
        *empathy_proofs(),
        *labour_proofs(),
        *share_proofs(),
        answer_proof(),
        *bundle_proofs(),
    ]


def told(*overrides: str, reference: Iterable[str] = ()) -> Trace:
    """The first replication, with its log, measured by the reference of the same centre with other overrides."""
    loaded = load_text(ENCOUNTER, overrides=overrides)
    base = load_text(ENCOUNTER, overrides=tuple(reference))
    return simulate(prepare(lower(loaded, reference_of(base)), 1), log=True)


def quality(*overrides: str) -> FloatArray:
    """Quality of every talk, in the order of attempts."""
    rows = told(*overrides).contacts
    return np.asarray(rows["quality"][np.argsort(rows["contact"])], np.float64)


def count(figure: str, unit: str, holds: npt.NDArray[np.bool_]) -> Proof:
    """That something holds of each of them."""
    return prove_equal(CASE, figure, unit, len(holds), int(holds.sum()))


def script_proofs() -> list[Proof]:
    """A script costs everybody at moments of truth, and in routine nothing but minutes."""
    size, speed = registry.get("script_at_stakes").value, registry.get("script_speed").value
    none, half, full = (quality(*ALIKE, f"{GROUP}script={share} %") for share in (0, 50, 100))
    routine = ("moments.trouble.stakes=0 %", *ALIKE)
    free, scripted = (told(*routine, f"{GROUP}script={share} %").contacts for share in (0, 100))
    return [
        count("talks at stakes 1 that lose its whole price by a script", "talks", near(none - full, size)),
        count(
            "talks at stakes 1 that lose half of it by half a script", "talks", near(none - half, 0.5 * size)
        ),
        count("routine talks that lose nothing", "talks", near(free["quality"], scripted["quality"])),
        count(
            "routine talks that are 5 % shorter",
            "talks",
            np.abs(scripted["talk"] - (1.0 - speed) * free["talk"]) <= 1.5,
        ),
    ]


def empathy_proofs() -> list[Proof]:
    """Emotional intelligence helps every talk at stakes 1, by what it does itself and through deep acting."""
    size = registry.get("ei_at_stakes").value
    free = (*ALIKE, f"{GROUP}autonomy=100 %")
    levels = [quality(*free, f"{GROUP}emotional_intelligence_mean={points}") for points in (85, 100, 115)]
    steps = [high - low for low, high in pairwise(levels)]
    rows = told(f"{GROUP}autonomy=100 %", f"{GROUP}heads=400")
    intelligence = rows.agents["emotional_intelligence"][rows.contacts["agent"]]
    found = float(np.corrcoef(intelligence, rows.contacts["quality"])[0, 1])
    low, high = PUBLISHED_CORRELATION
    return [
        count(
            "talks that are better by at least 0.45 SD for an SD of emotional intelligence",
            "talks",
            np.concatenate(steps) >= size - ROUNDING,
        ),
        Proof(
            case=CASE,
            figure="correlation of emotional intelligence and quality of a talk at stakes 1, free (a check)",
            unit="share",
            exact=0.5 * (low + high),
            found=found,
            tolerance=0.5 * (high - low),
        ),
    ]


def labour_proofs() -> list[Proof]:
    """What a surface act costs in quality and in strain, what a deep act gives."""
    entry = registry.get("surface_acting_harm")
    usual = logistic(registry.get("deep_acting_base").value)
    less = quality(*ALIKE, f"behaviour.parameters.surface_acting_harm={entry.low}")
    trace = told(*ALIKE)
    moved = quality(*ALIKE) - less
    deep, acts = int(trace.intervals["deep"].sum()), int(trace.intervals["acts"].sum())
    harm = entry.value - entry.low
    return [
        prove_equal(CASE, "talks with an emotional demand", "talks", len(trace.contacts), acts),
        prove_equal(
            CASE,
            "surface acts that cost their price",
            "talks",
            acts - deep,
            int(near(moved, -harm * usual).sum()),
        ),
        prove_equal(
            CASE, "deep acts that gain theirs", "talks", deep, int(near(moved, harm * (1.0 - usual)).sum())
        ),
        prove_equal(
            CASE, "surface acts that strain", "acts", acts - deep, float(trace.agents["strain"].sum())
        ),
    ]


def share_proofs() -> list[Proof]:
    """The share of deep acts is the logistic of its leaning, without stress."""
    proofs = []
    for points, autonomy in LEVELS:
        overrides = (
            *ALIKE,
            f"{GROUP}emotional_intelligence_mean={points}",
            f"{GROUP}autonomy={100 * autonomy} %",
        )
        leaning = registry.get("deep_acting_base").value
        leaning += registry.get("deep_acting_ei").value * (points - 100) / 15
        leaning += registry.get("deep_acting_autonomy").value * autonomy
        found = sample(load_text(ENCOUNTER, overrides=overrides), REPLICATIONS).measures()
        proofs.append(
            prove_estimate(
                CASE,
                f"deep acts at {points} points and {100 * autonomy:g} % autonomy",
                "share",
                logistic(leaning),
                found["deep_acting_share"],
            )
        )
    return proofs


def answer_proof() -> Proof:
    """More script, less emotional intelligence: more customers are let down, at every step.

    Each step is 0.2 SD of quality in 24,000 talks under common draws: over 20 standard errors.
    """
    base = load_text(ENCOUNTER)
    reference = reference_of(base)

    def let_down(*overrides: str) -> int:
        blueprint = lower(load_text(ENCOUNTER, overrides=overrides), reference)
        return sum(int(each.tallies["let_down"].sum()) for each in digests_of(blueprint, (1, 2)))

    by_script = [let_down(f"{GROUP}script={share} %") for share in (0, 50, 100)]
    by_empathy = [let_down(f"{GROUP}emotional_intelligence_mean={points}") for points in (115, 100, 85)]
    low_team = [
        let_down(f"{GROUP}emotional_intelligence_mean=90", f"{GROUP}script={share} %")
        for share in (0, 50, 100)
    ]
    rising = [np.diff(levels) > 0 for levels in (by_script, by_empathy, low_team)]
    return count("steps to more script or less empathy that let down more", "steps", np.concatenate(rising))


def bundle_proofs() -> list[Proof]:
    """What the autonomy of expert teams does to exits is in their published total, and adds nothing to it."""
    careers = BUNDLE[0]
    without, bundled = (told(*overrides).agents for overrides in ((careers,), BUNDLE))
    same = (
        (without["incumbent"] == bundled["incumbent"]) & (without["tenure"] >= 0) & (bundled["tenure"] >= 0)
    )
    factors = bundled["exit_hazard"][same] / without["exit_hazard"][same]
    group = load_text(ENCOUNTER, overrides=BUNDLE).scenario.workforce.groups["team"]
    values = registry.values({})
    hazard = exit_hazard(group, values)
    usual = exits_in_the_long_run(hazard, values)
    totals = np.array([exits_in_the_long_run(factor * hazard, values) / usual for factor in factors])
    return [
        count(
            "agents whose exits in the long run are the published share of the usual ones",
            "agents",
            np.abs(totals - registry.get("programmes.expert_teams.exit_factor").value) < 1e-6,
        ),
        prove_equal(
            CASE,
            "expert teams are less burnt out and more engaged (1: yes)",
            "",
            1,
            int(
                bundled["burnout"].mean() < without["burnout"].mean()
                and bundled["engagement"].mean() > without["engagement"].mean()
            ),
        ),
    ]


def near(found: FloatArray, exact: FloatArray | float) -> npt.NDArray[np.bool_]:
    """Where they agree but for rounding."""
    return np.abs(found - exact) < ROUNDING
