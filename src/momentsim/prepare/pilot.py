"""The pilot: moments under the reference operation, measured; from them comes the reference of all experience.

Experiences of a pilot under this operation are scored but move nothing: their mean and spread per reason are what
disconfirmation is measured by. A second, live pass by the same draws lets them move customers; its jumps decide what
contacts cost there, and so the levels of rest that balance them (`bond.py`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import HOUR, Table
from momentsim.contract.trace import MOMENT_ROW, MomentClass
from momentsim.prepare.bond import Fading, JumpRule, Learning, Moves, bond_in_the_calm
from momentsim.prepare.expectations import law_in_the_calm
from momentsim.prepare.loaded import Loaded, Operation
from momentsim.prepare.reference import ReasonReference, Reference
from momentsim.rules.loyalty import wallet_size
from momentsim.scenario.types import Customers, Economics, Opening

if TYPE_CHECKING:
    from momentsim.prepare.blueprint import Blueprint


Rates: TypeAlias = Mapping[str, npt.NDArray[np.float64]]
"""Moments a year of one customer, by reason; for each segment."""

FEWEST: Final = 30
"""Experiences below which a reason takes those of all reasons together."""

SMALLEST_SPREAD: Final = 1e-6

ENOUGH: Final = 4_000
"""Experiences that stand for all of a reason where each is met by many expectations."""


class PilotMoments(NamedTuple):
    """Experiences of one reason in the pilot."""

    experiences: npt.NDArray[np.float64]
    """Raw, SD."""
    resolved: npt.NDArray[np.bool_]

    @property
    def spread(self) -> float:
        """SD of raw experience."""
        spread = float(self.experiences.std())
        return spread if spread > SMALLEST_SPREAD else 1.0

    def meet(self, expectations: npt.NDArray[np.float64]) -> PilotMoments:
        """Every experience as it is for customers with each of these expectations (in spreads)."""
        rank = np.argsort(self.experiences, kind="stable")
        step = max(1, len(rank) // ENOUGH)
        rank = rank[step // 2 :: step]
        raw = self.experiences[rank][:, None] - self.spread * expectations
        resolved = np.repeat(self.resolved[rank], len(expectations))
        return PilotMoments(raw.ravel(), resolved)


class Lived(NamedTuple):
    """Moments of one reason as customers live with them, one by one."""

    experience: npt.NDArray[np.float64]
    """Disconfirmation before what this customer expects beyond the usual; of any number of moments."""
    disconfirmation: npt.NDArray[np.float64]
    let_down: npt.NDArray[np.bool_]
    delight: npt.NDArray[np.bool_]
    resolved: npt.NDArray[np.bool_]


def reference_from(
    blueprint: Blueprint,
    moments: Sequence[Table],
    agents: Sequence[Table] = (),
    rates: Rates | None = None,
) -> Reference:
    """Reference from the MOMENT_ROW and AGENT_ROW rows of each replication of a score-only pilot of `blueprint`.

    `rates` are those of contacts (`blueprint.contact_rates`); without them bonds stay neutral.
    """
    references = experience_reference(blueprint, moments, rates)
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


def experience_reference(
    blueprint: Blueprint, moments: Sequence[Table], rates: Rates | None = None
) -> Reference:
    """The part about experience. Neutral without enough of it.

    Only closed moments count. A reason with fewer than `FEWEST` is measured on the experiences of all
    reasons.
    """
    closed = closed_moments(moments)
    if len(closed) < FEWEST:
        return Reference.neutral(blueprint.names.reasons)
    every = _pilot_of(closed)
    pilots = [_pilot_of(mine) if len(mine) >= FEWEST else every for mine in by_reason(blueprint, closed)]
    weights = np.array([float(len(mine)) for mine in by_reason(blueprint, closed)])
    met, levels, law = _as_met([*pilots, every], np.append(weights, 0.0), blueprint)
    found, lived = [], []
    for pilot, raw, level in zip([*pilots, every], met, levels, strict=True):
        centre = float(pilot.experiences.mean())
        d = (raw.experiences - centre) / pilot.spread
        let_down, delight = (float(cut) for cut in np.quantile(d, blueprint.label_quantiles))
        found.append(
            ReasonReference(
                centre=centre,
                spread=pilot.spread,
                delight_above=delight,
                let_down_below=let_down,
                adapts_from=level - centre / pilot.spread if law else 0.0,
            )
        )
        experience = (pilot.experiences - centre) / pilot.spread
        lived.append(Lived(experience, d, d < let_down, d > delight, raw.resolved))
    reasons = dict(zip(blueprint.names.reasons, found, strict=False))
    return live_with(blueprint, Reference(reasons, found[-1], law), lived, moments, rates)


def closed_moments(moments: Sequence[Table]) -> Table:
    """Moments that were over and had left an experience."""
    rows = np.concatenate([np.zeros(0, MOMENT_ROW), *moments])
    return np.asarray(rows[(rows["open"] == 0) & np.isfinite(rows["experience"])])


def by_reason(blueprint: Blueprint, rows: Table) -> list[Table]:
    """Rows of each reason."""
    return [rows[rows["reason"] == number] for number in range(len(blueprint.names.reasons))]


def correct(blueprint: Blueprint, reference: Reference, moments: Sequence[Table], rates: Rates) -> Reference:
    """The same reference with what a live pass of the pilot found customers to live with: shares, costs, and rests."""
    closed = closed_moments(moments)
    if len(closed) < FEWEST:
        return reference
    own = by_reason(blueprint, closed)
    found = [*reference.reasons.values(), reference.fallback]
    lived = [
        _lived(mine if len(mine) >= FEWEST else closed, known)
        for mine, known in zip([*own, closed], found, strict=True)
    ]
    return live_with(blueprint, reference, lived, moments, rates)


def _lived(rows: Table, known: ReasonReference) -> Lived:
    label = rows["label"]
    return Lived(
        (rows["experience"] - known.centre) / known.spread,
        rows["disconfirmation"],
        label == MomentClass.LET_DOWN,
        label == MomentClass.DELIGHT,
        rows["resolved"] == 1,
    )


def live_with(
    blueprint: Blueprint,
    reference: Reference,
    lived: Sequence[Lived],
    moments: Sequence[Table],
    rates: Rates | None,
) -> Reference:
    """A reference with what moments do to customers, reason by reason (the last of `lived`: all of them), and bonds."""
    judged = judged_shares(blueprint, moments)
    kept = []
    moves = []
    for number, (found, mine) in enumerate(
        zip([*reference.reasons.values(), reference.fallback], lived, strict=True)
    ):
        row = number if number < len(blueprint.reasons) else 0
        moved = moves_of(blueprint, row, mine, judged[row])
        moved = replace(moved, adapts_from=found.adapts_from)
        moves.append(moved)
        kept.append(
            replace(
                found,
                usual=float(mine.disconfirmation.mean()),
                jump=float(moved.attitude.mean()),
                **usual_jump(moved, blueprint.effects[0]),
                delight_share=float(mine.delight.mean()),
                let_down_share=float(mine.let_down.mean()),
            )
        )
    fading = Fading.of(blueprint.effects[0])
    learning = learning_of(blueprint, reference)
    segments = {
        name: bond_in_the_calm(moves[:-1], mine, fading, learning) for name, mine in (rates or {}).items()
    }
    reasons = dict(zip(reference.reasons, kept, strict=False))
    return replace(reference, reasons=reasons, fallback=kept[-1], segments=segments)


def usual_jump(moved: Moves, effects: Any) -> dict[str, float]:
    """The one jump that stands for all of a reason: it moves the hazard as they do on average.

    So exp(-slope x behaviour) is the mean of that over jumps, and the grievance is weighted by it.
    """
    slope, kappa = float(effects["churn_slope"]), float(effects["kappa"])
    tilted = np.exp(-slope * kappa * moved.attitude)
    mean = float(tilted.mean())
    return {
        "usual_behaviour": -math.log(mean) / slope if slope > 0.0 else kappa * float(moved.attitude.mean()),
        "usual_grievance": float((moved.grievance * tilted).mean()) / mean,
        "usual_wallet": moved.wallet,
    }


def learning_of(blueprint: Blueprint, reference: Reference) -> Learning:
    """How expectations adapt there."""
    effects = blueprint.effects[0]
    if not blueprint.settings["expectations_on"][0]:
        return Learning()
    up, down = float(effects["expectation_up"]), float(effects["expectation_down"])
    return Learning(up, down, reference.expectation_law or (0.0,))


def judged_shares(blueprint: Blueprint, moments: Sequence[Table]) -> npt.NDArray[np.float64]:
    """By reason, the share of the moments that were over which left an experience; 1 where there were none."""
    over, judged = np.zeros((2, len(blueprint.reasons)), np.int64)
    for rows in moments:
        reasons, is_over = rows["reason"], rows["open"] == 0
        over += np.bincount(reasons[is_over], minlength=len(over))
        judged += np.bincount(reasons[is_over & np.isfinite(rows["experience"])], minlength=len(over))
    return np.where(over > 0, judged / np.maximum(over, 1), 1.0)


def moves_of(blueprint: Blueprint, reason: int, lived: Lived, judged: float) -> Moves:
    """What moments of a reason that were lived through do to attitudes, grievances and wallets."""
    effects, about = blueprint.effects[0], blueprint.reasons[reason]
    stakes = float(about["stakes"])
    unsolved = float(effects["grievance_unsolved"])
    solved = min(float(effects["grievance_solved"]), unsolved)  # a part, never more than the whole
    size = np.where(lived.resolved, solved, unsolved)
    opened = np.where(lived.let_down, stakes * size, 0.0)
    if not blueprint.settings["grievances_on"][0]:
        opened = np.zeros(len(opened))
    floor = float(effects["wallet_stakes_floor"])
    weight = float(effects["kappa"]) * max(stakes - floor, 0.0) / (1.0 - floor)
    gap = math.log1p(float(effects["wallet_gap"]))
    up, down = float(effects["wallet_up"]), float(effects["wallet_down"])
    step = wallet_size(up, down, float(effects["kappa"]), gap, float(effects["wallet_causal_share"]))
    wallet = min(up * weight, 1.0) * float(lived.delight.mean()) * math.expm1(step)
    wallet += min(down * weight, 1.0) * float(lived.let_down.mean()) * math.expm1(-2.0 * step)
    rule = jump_rule(blueprint, reason)
    return Moves(
        attitude=rule.jumps(lived.disconfirmation),
        grievance=opened,
        wallet=wallet,
        judged=judged,
        experience=lived.experience,
        rule=rule,
        adapts_from=0.0,
        failure=int(about["failure"]) if blueprint.settings["buffering_on"][0] else 0,
    )


def _pilot_of(rows: Table) -> PilotMoments:
    return PilotMoments(rows["experience"], rows["resolved"] == 1)


def _as_met(
    pilots: Sequence[PilotMoments], weights: npt.NDArray[np.float64], blueprint: Blueprint
) -> tuple[list[PilotMoments], tuple[float, ...], tuple[float, ...]]:
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
        size=float(row["stakes"] * effects["loyalty_step"]),
    )


OF_THE_OPERATION: Final = ("skill", "priority", "self_service", "escalates_to", "promise", "selling")
"""Keys of a moment that belong to the operation and not to the need."""


def reference_operation(loaded: Loaded, base: Loaded) -> Operation:
    """The scenario of the pilot: people and needs of `loaded`, operation of `base`; no crises, programmes, recovery.

    Promises and selling are operation too. Recovery is a lever: baselines were observed without it.

    `base` is the same file without variant and overrides. So a variant that staffs less is measured against
    the same calm as the base, while one that changes customers or moments gets a reference of its own. Start,
    horizon and interval belong to the operation. It opens empty, and nobody joins. Days do not remember: what
    an average day is like stays the same, and the pilot is known better.
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
        "demand": calm.demand.model_copy(update={"volumes": volumes, "day_factor_correlation": 0.0}),
        "workforce": calm.workforce,
        "routing": calm.routing,
        "waiting": calm.waiting,
        "start": calm.start,
        "horizon": calm.horizon,
        "interval": calm.interval,
        "economics": Economics(),
        "crises": {},
        "levers": {},
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
