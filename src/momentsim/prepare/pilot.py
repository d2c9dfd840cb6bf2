"""The pilot: moments under the reference operation, measured; from them comes the reference of all experience.

Without it a loss-averse rule would drift the whole base downwards for ever. Experiences of a pilot under this
operation are scored but move nothing; one constant per reason then centres disconfirmation so that the mean
jump is 0 there (tag: calibrated).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import HOUR, Table
from momentsim.prepare.expectations import law_in_the_calm
from momentsim.prepare.loaded import Loaded, Operation
from momentsim.prepare.reference import ReasonReference, Reference
from momentsim.scenario.types import Customers, Opening

if TYPE_CHECKING:
    from momentsim.prepare.blueprint import Blueprint


FEWEST: Final = 30
"""Experiences below which a reason takes those of all reasons together."""

SMALLEST_SPREAD: Final = 1e-6

ENOUGH: Final = 4_000
"""Experiences that stand for all of a reason where each is met by many expectations."""


@dataclass(frozen=True, slots=True)
class JumpRule:
    """How disconfirmation d becomes a jump: U = d^exponent x gain above 0, -aversion x |d| below; x size."""

    exponent: float
    aversion: float
    gain: float
    """On the positive side: 1 for reasons that can build the relation."""
    size: float
    """stakes x loyalty_step x kappa, for jumps of y."""

    def mean(self, disconfirmation: npt.NDArray[np.float64]) -> float:
        """Mean response, without the size."""
        return float(self._response(disconfirmation).mean())

    def mean_square(self, disconfirmation: npt.NDArray[np.float64]) -> float:
        """Mean squared jump of y."""
        return float(np.square(self.size * self._response(disconfirmation)).mean())

    def _response(self, disconfirmation: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        up = self.gain * np.maximum(disconfirmation, 0.0) ** self.exponent
        return np.asarray(up + self.aversion * np.minimum(disconfirmation, 0.0))


def centre_of(experiences: npt.NDArray[np.float64], spread: float, rule: JumpRule) -> float:
    """Root of the mean jump in the centre, by bisection: the mean falls as the centre rises."""
    low, high = float(experiences.min()), float(experiences.max())
    for _ in range(80):
        middle = 0.5 * (low + high)
        if rule.mean((experiences - middle) / spread) > 0.0:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


class Pilot(NamedTuple):
    """Experiences of one reason in the pilot."""

    experiences: npt.NDArray[np.float64]
    """Raw, SD."""
    resolved: npt.NDArray[np.bool_]

    @property
    def spread(self) -> float:
        """SD of raw experience."""
        spread = float(self.experiences.std())
        return spread if spread > SMALLEST_SPREAD else 1.0

    def meet(self, expectations: npt.NDArray[np.float64]) -> Pilot:
        """Every experience as it is for customers with each of these expectations (in spreads)."""
        rank = np.argsort(self.experiences, kind="stable")
        step = max(1, len(rank) // ENOUGH)
        rank = rank[step // 2 :: step]
        raw = self.experiences[rank][:, None] - self.spread * expectations
        resolved = np.repeat(self.resolved[rank], len(expectations))
        return Pilot(raw.ravel(), resolved)


def measure_reference(
    pilot: Pilot, spread: float, rule: JumpRule, quantiles: tuple[float, float]
) -> ReasonReference:
    """The reference of raw experiences; `quantiles` are those of let-downs and of delights."""
    centre = centre_of(pilot.experiences, spread, rule)
    disconfirmation = (pilot.experiences - centre) / spread
    let_down, delight = (float(cut) for cut in np.quantile(disconfirmation, quantiles))
    low = disconfirmation < let_down
    return ReasonReference(
        centre=centre,
        spread=spread,
        delight_above=delight,
        let_down_below=let_down,
        usual=float(disconfirmation.mean()),
        jump_square=rule.mean_square(disconfirmation),
        delight_share=float(np.mean(disconfirmation > delight)),
        let_down_share=float(np.mean(low)),
        let_down_unsolved=float(np.mean(low & ~pilot.resolved)),
    )


def reference_from(blueprint: Blueprint, moments: Sequence[Table], agents: Sequence[Table] = ()) -> Reference:
    """Reference from the MOMENT_ROW and AGENT_ROW rows of each replication of a score-only pilot of `blueprint`."""
    references = experience_reference(blueprint, moments)
    if not agents:
        return references
    rows = np.concatenate(agents)
    strain = {
        name: mean_strain(rows[rows["group"] == number])
        for number, name in enumerate(blueprint.names.groups)
        if np.any(worked_hours(rows[rows["group"] == number]) > 0)
    }
    return replace(references, strain=strain, usual_strain=mean_strain(rows))


def worked_hours(agents: Table) -> npt.NDArray[np.float64]:
    """Hours of AGENT_ROW rows on contacts or ready for them."""
    return np.asarray((agents["talk"] + agents["wrap"] + agents["idle"]) / HOUR, np.float64)


def mean_strain(agents: Table) -> float:
    """Strain of AGENT_ROW rows per hour worked; 0 where nobody worked."""
    hours = float(worked_hours(agents).sum())
    return float(agents["strain"].sum()) / hours if hours > 0 else 0.0


def experience_reference(blueprint: Blueprint, moments: Sequence[Table]) -> Reference:
    """The part about experience. Neutral without enough of it.

    Only closed moments count. A reason with fewer than `FEWEST` is measured on the experiences of all
    reasons.
    """
    rows = np.concatenate([np.zeros(0, moments[0].dtype), *moments]) if moments else None
    closed = None if rows is None else rows[(rows["open"] == 0) & np.isfinite(rows["experience"])]
    if closed is None or len(closed) < FEWEST:
        return Reference.neutral(blueprint.names.reasons)
    numbers = range(len(blueprint.names.reasons))
    own = [closed[closed["reason"] == number] for number in numbers]
    every = _pilot_of(closed)
    pilots = [_pilot_of(mine) if len(mine) >= FEWEST else every for mine in own]
    weights = np.array([float(len(mine)) for mine in own])
    met, levels, law = _as_met([*pilots, every], np.append(weights, 0.0), blueprint)
    pilots_there = []
    for number, (pilot, raw, level) in enumerate(zip([*pilots, every], met, levels, strict=True)):
        rule = jump_rule(blueprint, number if number < len(pilots) else 0)
        one = measure_reference(raw, pilot.spread, rule, blueprint.label_quantiles)
        pilots_there.append(replace(one, adapts_from=level - one.centre / one.spread) if law else one)
    return Reference(dict(zip(blueprint.names.reasons, pilots_there, strict=False)), pilots_there[-1], law)


def _pilot_of(rows: Table) -> Pilot:
    return Pilot(rows["experience"], rows["resolved"] == 1)


def _as_met(
    pilots: Sequence[Pilot], weights: npt.NDArray[np.float64], blueprint: Blueprint
) -> tuple[list[Pilot], tuple[float, ...], tuple[float, ...]]:
    """Experiences as customers with adapted expectations meet them, the levels of those, and their law."""
    if not blueprint.settings["expectations_on"][0]:
        return list(pilots), (0.0,) * len(pilots), ()
    effects = blueprint.effects[0]
    law = law_in_the_calm(
        [pilot.experiences / pilot.spread for pilot in pilots],
        weights,
        float(effects["expectation_up"]),
        float(effects["expectation_down"]),
    )
    sample = law.sample()
    return [pilot.meet(sample) for pilot in pilots], law.levels, tuple(law.table().tolist())


def jump_rule(blueprint: Blueprint, reason: int) -> JumpRule:
    """The rule of one reason, from the evidence parameters of the blueprint."""
    effects, row = blueprint.effects[0], blueprint.reasons[reason]
    return JumpRule(
        exponent=float(effects["gain_exponent"]),
        aversion=float(effects["loss_aversion"]),
        gain=1.0 if row["builder"] else float(effects["routine_gain"]),
        size=float(row["stakes"] * effects["loyalty_step"] * effects["kappa"]),
    )


OF_THE_OPERATION: Final = ("skill", "priority", "self_service", "escalates_to", "promise", "selling")
"""Keys of a moment that belong to the operation and not to the need."""


def reference_operation(loaded: Loaded, base: Loaded) -> Operation:
    """The scenario of the pilot: people and needs of `loaded`, operation of `base`; no crises, programmes, recovery.

    Promises and selling are operation too. Recovery is a lever: baselines were observed without it.

    `base` is the same file without variant and overrides. So a variant that staffs less is measured against
    the same calm as the base, while one that changes customers or moments gets a reference of its own. Start,
    horizon and interval belong to the operation. It opens empty, and nobody joins.
    """
    scenario, calm = loaded.scenario, base.scenario
    moments = {}
    for name, moment in scenario.moments.items():
        usual = calm.moments.get(name)
        operation = {} if usual is None else {key: getattr(usual, key) for key in OF_THE_OPERATION}
        moments[name] = moment.model_copy(update=operation)
    volumes = {name: volume for name, volume in calm.demand.volumes.items() if name in moments}
    update = {
        "customers": _as_usual(scenario.customers, calm.customers),
        "moments": moments,
        "demand": calm.demand.model_copy(update={"volumes": volumes}),
        "workforce": calm.workforce,
        "routing": calm.routing,
        "waiting": calm.waiting,
        "start": calm.start,
        "horizon": calm.horizon,
        "interval": calm.interval,
        "crises": {},
        "programmes": {},
        "recovery": None,
        "opening": Opening(),
    }
    return Operation(
        scenario.model_copy(update=update),
        {**loaded.tables, **base.tables},
        {**loaded.samples, **base.samples},
    )


def _as_usual(customers: Customers, usual: Customers) -> Customers:
    """The same customers, promised what the base promises to their segments; and nobody joins."""
    segments = {}
    for name, segment in customers.segments.items():
        promised = usual.segments.get(name, segment)
        update = {
            "promise_kept": promised.promise_kept,
            "promise_within": promised.promise_within,
            "acquired_per_year": 0.0,
        }
        segments[name] = segment.model_copy(update=update)
    return customers.model_copy(update={"segments": segments})
