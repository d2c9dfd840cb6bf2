"""The loyalty ledger against an independent calculation: the value with a jump minus the value without it.

The engine books each jump in closed form (an exponential integral). Here the same amount is worked out from the
log of moments alone, by brute force: each customer's displacement is followed from jump to jump, the churn
hazard is integrated numerically (Gauss-Legendre), and the margins on all pay dates up to the outlook are summed
in both worlds. Harm by a crisis stands in the log too (the jump is stakes x step x aversion x severity).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import DAY, MomentKind, Plan, Table
from momentsim.validation.simulation import Run, load_text, run_logged
from momentsim.validation.texts import FULL, WITHOUT_SOFTENING
from momentsim.validation.verdict import Proof, prove_equal

FloatArray = npt.NDArray[np.float64]

NODES: Final = 16
"""Nodes of the quadrature between two pay dates: the integrand is nearly straight over a month."""
RELATIVE_ERROR: Final = 1e-6


@dataclass(slots=True)
class Life:
    """One customer as the log tells it; times in days."""

    effects: Any
    rate: float
    """Churn hazard a day at displacement 0."""
    pay: float
    """Margin on one pay date at wallet 1."""
    now: float = 0.0
    y: float = 0.0
    hazard: float = 0.0
    wallet: float = 1.0
    target: float = 1.0

    def hazard_over(self, y: float, begin: FloatArray, end: FloatArray) -> FloatArray:
        """Integrated hazard from begin to end (days after now), displacement `y` at 0, numerically."""
        nodes, weights = np.polynomial.legendre.leggauss(NODES)
        half = 0.5 * (end - begin)[:, None]
        time = begin[:, None] + half * (nodes + 1.0)
        shown = y * 2.0 ** (-time / self.effects["displacement_half_life_d"])
        rates = self.rate * np.exp(-self.effects["churn_slope"] * shown)
        return np.asarray((half * weights * rates).sum(axis=1))

    def pass_to(self, time: float) -> None:
        """Let time pass without a jump."""
        elapsed = time - self.now
        steps = np.linspace(0.0, elapsed, 3)
        self.hazard += float(self.hazard_over(self.y, steps[:-1], steps[1:]).sum())
        self.y *= 2.0 ** (-elapsed / self.effects["displacement_half_life_d"])
        self.wallet = self.target + (self.wallet - self.target) * self.lag(elapsed)
        self.now = time

    def lag(self, elapsed: Any) -> Any:
        """Share of a gap between wallet and target that is left."""
        return 2.0 ** (-elapsed / self.effects["wallet_lag_d"])

    def worth(self, y: float, target: float, dates: FloatArray) -> float:
        """Expected margin on the dates (days after now) with this displacement and wallet target."""
        steps = np.concatenate([[0.0], dates])
        survival = np.exp(-np.cumsum(self.hazard_over(y, steps[:-1], steps[1:])))
        wallet = target + (self.wallet - target) * self.lag(dates)
        return float(self.pay * (wallet * survival).sum())

    def jump(self, y: float, target: float, pay_dates: FloatArray) -> float:
        """Move to a new displacement and wallet target; return survival x (worth with - worth without)."""
        dates = pay_dates[pay_dates > self.now] - self.now
        gained = self.worth(y, target, dates) - self.worth(self.y, self.target, dates)
        self.y, self.target = y, target
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
        if is_end:
            target = life.target * math.exp(wallet_step(plan, int(row["wallet_event"])))
            change[row_number] = life.jump(float(row["behaviour_after"]) - norms[customer], target, pay_dates)
        else:
            harm[row_number] = life.jump(harm_behaviour(plan, life.y, row), life.target, pay_dates)
    return harm, change


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
    """A customer at the start: displacement 0, wallet 1."""
    effects = plan.effects[0]
    norm, slope = float(known["norm"]), float(effects["spend_slope"])
    rate = float(plan.segments["hazard"][known["segment"]]) * DAY * math.exp(-effects["churn_slope"] * norm)
    spend = math.exp(slope * norm - 0.5 * slope * slope)
    return Life(effects=effects, rate=rate, pay=float(known["value"]) / 12.0 * spend)


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
