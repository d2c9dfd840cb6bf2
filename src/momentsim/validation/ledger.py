"""The loyalty ledger against an independent calculation: what customers are worth in the end less in the beginning.

The engine books each jump in closed form (an exponential integral) from tables by pay date. Here the same amounts are
worked out from the log of moments alone, by brute force: each customer's displacement is followed from jump to jump,
the churn hazard is integrated numerically (Gauss-Legendre), and the margins on all pay dates are summed in both worlds,
month by month. Harm by a crisis stands in the log too (the jump is stakes x step x aversion x severity). The sum of
all lines, rest between contacts among them, is what was earned and what customers are worth at the end of the horizon
less what they were worth at the start; for every outlook, for churn and wallets apart.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import DAY, MONTH, MomentKind, Plan, Table
from momentsim.contract.trace import MomentClass
from momentsim.prepare import Reference, lower
from momentsim.prepare.customers import segment_rows
from momentsim.prepare.outlook import newcomer_values
from momentsim.validation.proof import Proof, prove_equal
from momentsim.validation.simulation import SimulatedRun, load_text, run_logged
from momentsim.validation.texts import FULL, NEWCOMERS, WITHOUT_SOFTENING

FloatArray = npt.NDArray[np.float64]

NODES: Final = 16
"""Nodes of the quadrature between two pay dates: the integrand is nearly straight over a month."""
WALLET_NODES: Final = 48
"""Those of what a wallet has followed for up to ten years."""
TAIL: Final = 1000
"""Half-years behind the last date: as good as for ever."""
RELATIVE_ERROR: Final = 1e-6
OUTLOOKS: Final = ("lifetime", "36 months", "12 months")
CHURNS: Final = (0.11, 0.10)
"""A year, between which elasticities are taken."""
ELASTICITY_ERROR: Final = 0.25
"""Customers who differ leave at rates that differ: those who stay are the loyal ones, and retention moves them less."""


@dataclass(slots=True)
class Bond:
    """What binds a customer at one time: behaviour, the wallet's target, and the open grievance."""

    y: float = 0.0
    target: float = 1.0
    grievance: float = 0.0


@dataclass(frozen=True, slots=True)
class PayDays:
    """Pay dates, days after the start, as the plan has them."""

    days: FloatArray
    weights: FloatArray
    half_yearly: npt.NDArray[np.bool_]
    growth: float
    endless: bool
    horizon: float

    @classmethod
    def of(cls, plan: Plan) -> PayDays:
        """Those of a plan."""
        outlook = plan.outlook[0]
        late = np.arange(len(plan.pay_dates)) >= outlook["monthly"]
        days = plan.pay_dates / DAY
        horizon = float(plan.settings["horizon"][0]) / DAY
        return cls(days, plan.pay_weights, late, float(outlook["growth"]), bool(outlook["endless"]), horizon)


Way: TypeAlias = Callable[[Bond, Any], tuple[Any, Any]]
"""How behaviour and the factor of the grievance go on from a bond."""


@dataclass(slots=True)
class Life:
    """One customer as the log tells it; times in days."""

    effects: Any
    segment: Any
    rate: float
    """Churn hazard a day at displacement 0 and without a grievance."""
    pay: float
    """Margin on one pay date at wallet 1."""
    usual: float
    """The usual grievance."""
    paid: PayDays
    bond: Bond
    earned: FloatArray = field(default_factory=lambda: np.zeros(2))
    """Margins so far, at wallet 1 and what it added."""
    booked: FloatArray = field(default_factory=lambda: np.zeros(2))
    """Jumps within the horizon, likewise."""
    at_horizon: FloatArray = field(default_factory=lambda: np.zeros(2))
    """Worth at its end."""
    now: float = 0.0
    hazard: float = 0.0
    wallet: float = 1.0
    left: dict[int, float] = field(default_factory=dict)
    """The largest grievance of each moment so far, by row."""

    def resting(self, bond: Bond, time: Any) -> tuple[Any, Any]:
        """Behaviour and the factor of its grievance so many days after a bond, without contacts."""
        effects, rest = self.effects, float(self.segment["behaviour_rest"])
        y = rest + (bond.y - rest) * 2.0 ** (-time / effects["displacement_half_life_d"])
        grievance = bond.grievance * 2.0 ** (-time / effects["grievance_half_life_d"])
        return y, 1.0 + effects["churn_per_grievance"] * grievance

    def as_usual(self, bond: Bond, time: Any) -> tuple[Any, Any]:
        """The same among the usual contacts, where all goes back to the usual."""
        effects, usual, per = self.effects, self.usual, self.effects["churn_per_grievance"]
        y = bond.y * 2.0 ** (-time / effects["displacement_half_life_d"])
        grievance = usual + (bond.grievance - usual) * 2.0 ** (-time / effects["grievance_half_life_d"])
        calm = float(self.segment["usual_hazard"] / self.segment["hazard"]) / (1.0 + per * usual)
        return y, calm * (1.0 + per * grievance)

    def hazard_over(self, life: Way, bond: Bond, begin: FloatArray, end: FloatArray) -> FloatArray:
        """Integrated hazard from begin to end (days after now) of such a life with this bond at 0, numerically."""
        nodes, weights = np.polynomial.legendre.leggauss(NODES)
        half = 0.5 * (end - begin)[:, None]
        y, factor = life(bond, begin[:, None] + half * (nodes + 1.0))
        rates = self.rate * np.exp(-self.effects["churn_slope"] * y) * factor
        return np.asarray((half * weights * rates).sum(axis=1))

    def pass_to(self, time: float) -> None:
        """Let time pass without a jump, and earn; after the horizon, as worth foresees it."""
        horizon = self.paid.horizon
        if self.now < horizon < time:
            self.reach_horizon(horizon)
        if self.now >= horizon:
            self.live_as_usual(time)
            return
        elapsed, rest = time - self.now, float(self.segment["wallet_rest"])
        passed = (self.paid.days > self.now) & (self.paid.days <= time)
        dates = self.paid.days[passed] - self.now
        steps = np.concatenate([[0.0], dates, [elapsed]])
        hazards = self.hazard + np.cumsum(self.hazard_over(self.resting, self.bond, steps[:-1], steps[1:]))
        margins = self.pay * self.paid.weights[passed] * np.exp(-hazards[:-1])
        self.earned += [
            margins.sum(),
            (margins * (self.wallet_after(self.bond.target, rest, dates) - 1.0)).sum(),
        ]
        self.hazard = float(hazards[-1])
        self.wallet = float(self.wallet_after(self.bond.target, rest, np.array([elapsed]))[0])
        effects = self.effects
        y, _ = self.resting(self.bond, elapsed)
        grievance = self.bond.grievance * 2.0 ** (-elapsed / effects["grievance_half_life_d"])
        target = rest + (self.bond.target - rest) * 2.0 ** (-elapsed / effects["wallet_half_life_d"])
        self.bond, self.now = Bond(float(y), target, float(grievance)), time
        if time == horizon:  # what jumps at this very moment, when all that is open ends, is behind it
            self.at_horizon = self.worth(self.bond)

    def reach_horizon(self, time: float) -> None:
        """Let time pass to the horizon's end, or to when the customer was found to have left; and tell the worth."""
        if self.now < time:
            self.pass_to(time)
            self.at_horizon = self.worth(self.bond)

    def live_as_usual(self, time: float) -> None:
        """Let time pass after the horizon."""
        elapsed, effects, bond = time - self.now, self.effects, self.bond
        step = np.array([0.0, elapsed])
        self.hazard += float(self.hazard_over(self.as_usual, bond, step[:1], step[1:])[0])
        self.wallet = float(self.wallet_after(bond.target, 1.0, step[1:])[0])
        y, _ = self.as_usual(bond, elapsed)
        grievance = (bond.grievance - self.usual) * 2.0 ** (-elapsed / effects["grievance_half_life_d"])
        target = (bond.target - 1.0) * 2.0 ** (-elapsed / effects["wallet_half_life_d"])
        self.bond, self.now = Bond(float(y), 1.0 + target, float(self.usual + grievance)), time

    def wallet_after(self, target: float, rest: float, elapsed: FloatArray) -> FloatArray:
        """The wallet so many days after now: it follows a target that goes to `rest`, numerically."""
        follows = math.log(2.0) / self.effects["wallet_lag_d"]
        nodes, weights = np.polynomial.legendre.leggauss(WALLET_NODES)
        half = 0.5 * elapsed[:, None]
        time = half * (nodes + 1.0)
        gone_to = rest + (target - rest) * 2.0 ** (-time / self.effects["wallet_half_life_d"])
        pulled = (half * weights * follows * np.exp(-follows * (elapsed[:, None] - time)) * gone_to).sum(
            axis=1
        )
        return np.asarray(self.wallet * np.exp(-follows * elapsed) + pulled)

    def worth(self, bond: Bond) -> FloatArray:
        """Survival so far x expected margins from now on among the usual contacts: at wallet 1, and what it adds."""
        paid = self.paid
        ahead = paid.days > self.now
        dates = paid.days[ahead] - self.now
        steps = np.concatenate([[0.0], dates])
        leaves = np.cumsum(self.hazard_over(self.as_usual, bond, steps[:-1], steps[1:]))
        margins = self.pay * np.exp(-self.hazard - leaves) * paid.weights[ahead]
        usual = self.rate * float(self.segment["usual_hazard"] / self.segment["hazard"])
        back = math.exp(usual * MONTH / DAY) * paid.growth
        margins[paid.half_yearly[ahead]] *= sum(back**month for month in range(6))
        beyond = self.wallet_after(bond.target, 1.0, dates) - 1.0
        later = margins[-1] * sum(back ** (-6 * number) for number in range(1, TAIL)) if paid.endless else 0.0
        return np.array([margins.sum() + later, (margins * beyond).sum()])

    def jump(self, bond: Bond) -> float:
        """Move to a new bond; return survival x (worth with - worth without)."""
        gained = self.worth(bond) - self.worth(self.bond)
        if self.now < self.paid.horizon:
            self.booked += gained
        self.bond = bond
        return float(gained.sum())


def ledger_proofs() -> list[Proof]:
    """The ledger of a small centre with a crisis, for every outlook; and what a whole customer is worth."""
    runs = {outlook: ledger_run(f"economics.outlook={outlook}") for outlook in OUTLOOKS}
    proofs = [proof for outlook, run in runs.items() for proof in amounts(f"ledger, {outlook}", run)]
    first, *others = (within_a_year(run) for run in runs.values())
    proofs += [close("ledger", "12 months are a prefix of every outlook", first, other) for other in others]
    proofs += amounts("ledger, nobody leaves", ledger_run("behaviour.feedback=off"))
    return [*proofs, *lifetime_value_proofs()]


def ledger_run(*overrides: str) -> SimulatedRun:
    """A run of the small centre whose log tells every jump."""
    return run_logged(load_text(FULL, overrides=(*WITHOUT_SOFTENING, *overrides)))


def within_a_year(run: SimulatedRun) -> float:
    """What is earned within 12 months after the horizon of all that known customers' bonds moved."""
    return float(run.trace.tallies["booked_12m"].sum() + run.trace.rested["within_12m"].sum())


def lifetime_value_proofs() -> list[Proof]:
    """CLV = m r / (1 + i - r) month by month where all customers are alike, and how far it follows retention there."""
    alike = {churn: newcomer(churn, 0.0) for churn in CHURNS}
    closed = {churn: lifetime_value(churn) for churn in CHURNS}
    proofs = [
        close("lifetime value", f"a customer at {churn:.0%} churn a year", closed[churn], worth)
        for churn, worth in alike.items()
    ]
    low, high = (1.0 - churn for churn in CHURNS)
    for figure, slope in (("alike", 0.0), ("different", None)):
        worth = alike if slope == 0.0 else {churn: newcomer(churn, slope) for churn in CHURNS}
        found, exact = (
            math.log(one[CHURNS[1]] / one[CHURNS[0]]) / math.log(high / low) for one in (worth, closed)
        )
        tolerance = ELASTICITY_ERROR * exact if slope is None else 1e-6 * exact
        proofs.append(
            Proof(
                case="lifetime value",
                figure=f"elasticity of value to retention, customers {figure}",
                unit="% per %",
                exact=exact,
                found=found,
                tolerance=tolerance,
            )
        )
    return proofs


def lifetime_value(churn: float) -> float:
    """Closed form of a customer who brings 100 a year, at 10 % a year."""
    month, retained = 1.0 / 12.0, (1.0 - churn) ** (1.0 / 12.0)
    interest = 1.1**month - 1.0
    return float(100.0 * month * retained / (1.0 + interest - retained))


def newcomer(churn: float, slope: float | None) -> float:
    """What one is worth who joins on the first day: of customers alike at slope 0, as registered at None."""
    loaded = load_text(NEWCOMERS, overrides=[f"customers.segments.everyone.yearly_churn={churn}"])
    known, reference = loaded.scenario.customers.segments, Reference.neutral(tuple(loaded.scenario.moments))
    blueprint = lower(loaded, reference)
    effects = blueprint.effects.copy()
    if slope is not None:
        effects["churn_slope"] = slope
    values = {name: float(effects[name][0]) for name in effects.dtype.names or ()}
    segments, start = segment_rows(known, values, reference), blueprint.dates["begins"][:1]
    return float(newcomer_values(known, segments, effects, reference, blueprint.paid, start)[0, 0])


def amounts(case: str, run: SimulatedRun) -> list[Proof]:
    """Every booked amount, and the sums of the ledger lines."""
    rows, tallies = run.trace.moments, run.trace.tallies
    harm, change, lives = recompute(run)
    churn, wallet = rest_of(run, lives)
    told = tallies["created"] + tallies["destroyed_by_handling"] + tallies["usual_price"]
    lines = [close(case, "created, destroyed and the usual price", float(change.sum()), float(told.sum()))]
    return [
        *(
            () if tallies["vanished"].any() else lines
        ),  # who has left lives on at the usual price, not in the log
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
        close(
            case, "destroyed by operation", float(harm.sum()), float(tallies["destroyed_by_operation"].sum())
        ),
        close(case, "given back by rest: churn", churn, float(run.trace.rested["churn"].sum())),
        close(case, "given back by rest: wallets", wallet, float(run.trace.rested["wallet"].sum())),
    ]


def close(case: str, figure: str, exact: float, found: float) -> Proof:
    """Sums of money that agree to `RELATIVE_ERROR`."""
    tolerance = RELATIVE_ERROR * abs(exact)
    return Proof(case=case, figure=figure, unit="money", exact=exact, found=found, tolerance=tolerance)


def agreeing(exact: FloatArray, booked: FloatArray) -> int:
    """How many amounts agree to `RELATIVE_ERROR`, or to a millionth of the mean amount where they are tiny."""
    smallest = RELATIVE_ERROR * float(np.abs(exact).mean())
    return int(np.sum(np.abs(booked - exact) <= RELATIVE_ERROR * np.abs(exact) + smallest))


def rest_of(run: SimulatedRun, lives: dict[int, Life]) -> FloatArray:
    """What was earned and is worth at the horizon's end, less what was worth at the start and less all jumps between.

    That is the sum of all other lines, by churn and by wallets: rest is whatever makes the ledger add up.
    """
    rest = np.zeros(2)
    for known in run.trace.customers:
        life, first = lives[int(known["customer"])], life_of(run.prepared.plan, known)
        rest += life.earned + life.at_horizon - first.worth(first.bond) - life.booked
    return rest


def recompute(run: SimulatedRun) -> tuple[FloatArray, FloatArray, dict[int, Life]]:
    """Harm when the event hit, and value change at the end, of every moment in the log; and the lives."""
    plan, rows = run.prepared.plan, run.trace.moments
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
            change[row_number] = life.jump(after)
        else:
            after = Bond(harm_behaviour(plan, before.y, row), before.target, grievance)
            harm[row_number] = life.jump(after)
    for known in run.trace.customers:
        life = lives[int(known["customer"])]
        life.reach_horizon(life.paid.horizon if known["churned"] < 0 else float(known["churned"]) / DAY)
    return harm, change, lives


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
    paid = PayDays.of(plan)
    start = Bond(float(effects["kappa"] * known["attitude_at_start"]), 1.0, grievance)
    pay = float(known["value"]) / 12.0 * spend
    return Life(effects=effects, segment=segment, rate=rate, pay=pay, usual=grievance, paid=paid, bond=start)


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
