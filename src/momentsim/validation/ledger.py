"""The loyalty ledger against an independent calculation: the value with a jump minus the value without it.

The engine books each jump in closed form (an exponential integral). Here the same amount is worked out from the
log of moments alone, by brute force: each customer's displacement is followed from jump to jump, the churn
hazard is integrated numerically (Gauss-Legendre), and the margins on all pay dates up to the outlook are summed
in both worlds. Harm by a crisis stands in the log too (the jump is stakes x step x aversion x severity).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import DAY, MomentKind, Plan, Table
from momentsim.contract.trace import MomentClass
from momentsim.validation.simulation import Run, load_text, run_logged
from momentsim.validation.texts import FULL, WITHOUT_SOFTENING
from momentsim.validation.verdict import Proof, prove_equal

FloatArray = npt.NDArray[np.float64]

NODES: Final = 16
"""Nodes of the quadrature between two pay dates: the integrand is nearly straight over a month."""
RELATIVE_ERROR: Final = 1e-6


@dataclass(slots=True)
class Bond:
    """What binds a customer at one time: behaviour, the wallet's target, and the open grievance."""

    y: float = 0.0
    target: float = 1.0
    grievance: float = 0.0


@dataclass(slots=True)
class Life:
    """One customer as the log tells it; times in days."""

    effects: Any
    segment: Any
    rate: float
    """Churn hazard a day at displacement 0 and without a grievance."""
    pay: float
    """Margin on one pay date at wallet 1."""
    bond: Bond
    now: float = 0.0
    hazard: float = 0.0
    wallet: float = 1.0
    left: dict[int, float] = field(default_factory=dict)
    """The largest grievance of each moment so far, by row."""

    def shown(self, bond: Bond, time: Any) -> tuple[Any, Any]:
        """Behaviour and grievance so many days after a bond, without contacts."""
        effects, rest = self.effects, float(self.segment["behaviour_rest"])
        y = rest + (bond.y - rest) * 2.0 ** (-time / effects["displacement_half_life_d"])
        return y, bond.grievance * 2.0 ** (-time / effects["grievance_half_life_d"])

    def hazard_over(self, bond: Bond, begin: FloatArray, end: FloatArray) -> FloatArray:
        """Integrated hazard from begin to end (days after now) with this bond at 0, numerically."""
        nodes, weights = np.polynomial.legendre.leggauss(NODES)
        half = 0.5 * (end - begin)[:, None]
        y, grievance = self.shown(bond, begin[:, None] + half * (nodes + 1.0))
        rates = self.rate * np.exp(-self.effects["churn_slope"] * y)
        rates = rates * (1.0 + self.effects["churn_per_grievance"] * grievance)
        return np.asarray((half * weights * rates).sum(axis=1))

    def pass_to(self, time: float) -> None:
        """Let time pass without a jump."""
        elapsed = time - self.now
        steps = np.linspace(0.0, elapsed, 3)
        self.hazard += float(self.hazard_over(self.bond, steps[:-1], steps[1:]).sum())
        self.wallet = float(self.wallet_after(self.bond.target, np.array([elapsed]))[0])
        rest = float(self.segment["wallet_rest"])
        y, grievance = self.shown(self.bond, elapsed)
        target = rest + (self.bond.target - rest) * 2.0 ** (-elapsed / self.effects["wallet_half_life_d"])
        self.bond, self.now = Bond(float(y), target, float(grievance)), time

    def wallet_after(self, target: float, elapsed: FloatArray) -> FloatArray:
        """The wallet so many days after now: it follows a target that relaxes, numerically."""
        follows = math.log(2.0) / self.effects["wallet_lag_d"]
        rest = float(self.segment["wallet_rest"])
        nodes, weights = np.polynomial.legendre.leggauss(NODES)
        half = 0.5 * elapsed[:, None]
        time = half * (nodes + 1.0)
        gone_to = rest + (target - rest) * 2.0 ** (-time / self.effects["wallet_half_life_d"])
        pulled = (half * weights * follows * np.exp(-follows * (elapsed[:, None] - time)) * gone_to).sum(
            axis=1
        )
        return np.asarray(self.wallet * np.exp(-follows * elapsed) + pulled)

    def worth(self, bond: Bond, dates: FloatArray) -> float:
        """Expected margin on the dates (days after now) with this bond."""
        steps = np.concatenate([[0.0], dates])
        survival = np.exp(-np.cumsum(self.hazard_over(bond, steps[:-1], steps[1:])))
        return float(self.pay * (self.wallet_after(bond.target, dates) * survival).sum())

    def jump(self, bond: Bond, pay_dates: FloatArray) -> float:
        """Move to a new bond; return survival x (worth with - worth without)."""
        dates = pay_dates[pay_dates > self.now] - self.now
        gained = self.worth(bond, dates) - self.worth(self.bond, dates)
        self.bond = bond
        return math.exp(-self.hazard) * gained


def ledger_proofs() -> list[Proof]:
    """The ledger of a small centre with a crisis."""
    return amounts("ledger", run_logged(load_text(FULL, overrides=WITHOUT_SOFTENING)))


def amounts(case: str, run: Run) -> list[Proof]:
    """Every booked amount, and the sums of the ledger lines."""
    rows, tallies = run.trace.moments, run.trace.tallies
    harm, change = recompute(run)
    created, handling = float(tallies["created"].sum()), float(tallies["destroyed_by_handling"].sum())
    operation = float(tallies["destroyed_by_operation"].sum())
    return [
        prove_equal(
            case,
            "amounts by jumps agree to 1e-6",
            "moments",
            len(rows),
            agreeing(change, rows["value_change"]),
        ),
        prove_equal(
            case, "amounts of harm agree to 1e-6", "moments", len(rows), agreeing(harm, rows["harm"])
        ),
        close(case, "value created", float(change[change > 0].sum()), created),
        close(case, "value destroyed by handling", float(change[change < 0].sum()), handling),
        close(case, "value destroyed by operation", float(harm.sum()), operation),
    ]


def close(case: str, figure: str, exact: float, found: float) -> Proof:
    """Sums of money that agree to `RELATIVE_ERROR`."""
    tolerance = RELATIVE_ERROR * abs(exact)
    return Proof(case=case, figure=figure, unit="money", exact=exact, found=found, tolerance=tolerance)


def agreeing(exact: FloatArray, booked: FloatArray) -> int:
    """How many amounts agree to `RELATIVE_ERROR`, or to a millionth of the mean amount where they are tiny."""
    smallest = RELATIVE_ERROR * float(np.abs(exact).mean())
    return int(np.sum(np.abs(booked - exact) <= RELATIVE_ERROR * np.abs(exact) + smallest))


def recompute(run: Run) -> tuple[FloatArray, FloatArray]:
    """Harm when the event hit, and value change at the end, of every moment in the log."""
    plan, rows = run.prepared.plan, run.trace.moments
    pay_dates = plan.pay_dates / DAY
    lives = {int(known["customer"]): life_of(plan, known) for known in run.trace.customers}
    norms = {int(known["customer"]): float(known["norm"]) for known in run.trace.customers}
    harm, change = np.zeros(len(rows)), np.zeros(len(rows))
    for time, is_end, row_number in jumps_in_order(rows):
        row = rows[row_number]
        customer = int(row["customer"])
        life = lives[customer]
        life.pass_to(time / DAY)
        before = life.bond
        grievance = grievance_after(plan, life, row_number, row, is_end=bool(is_end))
        if is_end:
            target = before.target * math.exp(wallet_step(plan, int(row["wallet_event"])))
            after = Bond(float(row["behaviour_after"]) - norms[customer], target, grievance)
            change[row_number] = life.jump(after, pay_dates)
        else:
            after = Bond(harm_behaviour(plan, before.y, row), before.target, grievance)
            harm[row_number] = life.jump(after, pay_dates)
    return harm, change


def grievance_after(plan: Plan, life: Life, row_number: int, row: Any, *, is_end: bool) -> float:
    """The grievance after a jump: an event leaves a part, a let-down raises it; one moment leaves one, at most 3."""
    effects, before = plan.effects[0], life.left.get(row_number, 0.0)
    if not plan.settings["grievances_on"][0] or (is_end and row["label"] != MomentClass.LET_DOWN):
        return life.bond.grievance
    whole = is_end and (before > 0.0 or not row["resolved"])
    size = effects["grievance_unsolved"] if whole else effects["grievance_solved"]
    life.left[row_number] = max(before, float(row["stakes"] * size))
    return min(life.bond.grievance + life.left[row_number] - before, 3.0)


def jumps_in_order(rows: Table) -> list[tuple[int, int, int]]:
    """(time, 1 at an end or 0 at a beginning with harm, row): the jumps of all customers as time goes.

    Moments in which nothing was experienced (no contact) move nothing at their end.
    """
    hit = np.flatnonzero(rows["kind"] == MomentKind.AFFECTED)
    judged = np.flatnonzero(np.isfinite(rows["experience"]))
    events = [(int(rows["began"][row_number]), 0, int(row_number)) for row_number in hit]
    events += [(int(rows["ended"][row_number]), 1, int(row_number)) for row_number in judged]
    return sorted(events)


def life_of(plan: Plan, known: Any) -> Life:
    """A customer at the start: with what experience had done before, wallet 1, the usual grievance."""
    effects, segment = plan.effects[0], plan.segments[known["segment"]]
    norm, slope = float(known["norm"]), float(effects["spend_slope"])
    rate = float(segment["hazard"]) * DAY * math.exp(-effects["churn_slope"] * norm)
    spend = math.exp(slope * norm - 0.5 * slope * slope)
    grievance = float(segment["grievance"]) if plan.settings["grievances_on"][0] else 0.0
    start = Bond(float(effects["kappa"] * known["attitude_at_start"]), 1.0, grievance)
    pay = float(known["value"]) / 12.0 * spend
    return Life(effects=effects, segment=segment, rate=rate, pay=pay, bond=start)


def wallet_step(plan: Plan, event: int) -> float:
    """Change of the logarithm of the wallet target: +g or -2g, where up*kappa*g + down*kappa*2g is the causal share."""
    effects = plan.effects[0]
    per_unit = effects["kappa"] * (effects["wallet_up"] + 2.0 * effects["wallet_down"])
    size = effects["wallet_causal_share"] * math.log(1.0 + effects["wallet_gap"]) / per_unit
    return float(size if event > 0 else 2.0 * event * size)


def harm_behaviour(plan: Plan, y: float, row: Any) -> float:
    """Displacement after the event itself has hit: there is one crisis, and nothing softens it."""
    effects = plan.effects[0]
    jump = row["stakes"] * effects["loyalty_step"] * effects["loss_aversion"] * plan.crises["severity"][0]
    bound = float(effects["displacement_bound"])
    return float(np.clip(y - effects["kappa"] * jump, -bound, bound))
