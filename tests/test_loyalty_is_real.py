"""Painted-on loyalty would fail these: feelings change operations, and operations change what customers do.

Statistical bounds are set at 5.5 standard errors: a test fails by chance with probability below 1e-7.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from scipy.integrate import fixed_quad

from engine.plans import law, plain_plan
from engine.small import Call, small
from engine.stories import PLAIN, differences, read
from momentsim.contract import plan as p
from momentsim.contract.plan import DAY, MINUTE
from momentsim.contract.trace import MomentClass, Outcome, Trace
from momentsim.draws import Purpose, child, exponential, normal
from momentsim.engine import simulate
from momentsim.prepare import Blueprint, Operation, Reference, lower, prepare
from momentsim.runs.reference import reference_for

SIGMAS = 5.5


# --- anger of the first attempt lengthens the second -------------------------------------------------------


def hangs_up_once_then_talks(anger_on: int) -> Trace:
    """One agent busy for 30 min; a second caller hangs up after 5 min and calls again, 20 min later, once."""
    prepared = small(
        [Call(0, customer=1), Call(1, customer=2)], talk_min=(30.0,), patience_min=5,
        redial_first=1.0, redial_further=1.0, anger_on=anger_on, memory_on=1, expected_wait=1.0,
    )  # fmt: skip
    return simulate(prepared, log=True)


def test_anger_from_the_first_attempt_lengthens_the_second() -> None:
    """Same customer, same draws: the ratio of talk times is exactly 1 + anger_handling x anger at the answer."""
    calm, angry = (hangs_up_once_then_talks(on).contacts for on in (0, 1))
    for rows in (calm, angry):
        second = rows[rows["customer"] == 2]
        assert second["outcome"].tolist() == [Outcome.ABANDONED, Outcome.ANSWERED]
    effects = plain_plan(arrivals_per_hour=0).plan.effects[0]
    once = calm[(calm["customer"] == 2) & (calm["outcome"] == Outcome.ANSWERED)][0]
    again = angry[(angry["customer"] == 2) & (angry["outcome"] == Outcome.ANSWERED)][0]
    felt = 1.0 + effects["wait_urgent"] * 0.2  # at the stakes of the plan
    from_waiting = effects["anger_per_minute"] * (5.0 * felt - 1.0)
    at_hang_up = from_waiting + effects["anger_per_failed_attempt"] * (1.0 - from_waiting)
    at_second = at_hang_up * 2.0 ** (-20.0 / 60.0 / effects["anger_half_life_h"])
    still = at_hang_up * 2.0 ** (-24.0 / 60.0 / effects["anger_half_life_h"])
    anger = still + effects["anger_per_minute"] * (4.0 * felt - 1.0) * (1.0 - still)
    assert (once["answered"], again["answered"]) == (30 * MINUTE, 30 * MINUTE)
    assert again["anger_before"] == pytest.approx(at_second, rel=1e-6)
    assert again["talk"] == pytest.approx(once["talk"] * (1.0 + effects["anger_handling"] * anger), abs=1)
    assert again["talk"] > 1.02 * once["talk"]


def test_anger_of_one_customer_leaves_others_alone() -> None:
    angry = hangs_up_once_then_talks(1).contacts
    first = angry[angry["customer"] == 1][0]
    assert (first["anger_before"], first["talk"]) == (0.0, 30 * MINUTE)


# --- who has left no longer calls --------------------------------------------------------------------------

CHURNING = copy.deepcopy(PLAIN) | {"horizon": "10 d"}
CHURNING["customers"]["segments"]["everyone"] |= {"customers": 40, "yearly_churn": "99.9 %"}


def test_a_churned_customers_later_moments_vanish() -> None:
    """From the moment the integrated hazard passes the lifetime drawn, needs of that customer are not told."""
    prepared = ready_of(CHURNING)
    kept, all_told = (simulate(with_settings(prepared, feedback_on=on), log=True) for on in (1, 0))
    left = kept.customers[kept.customers["churned"] >= 0]
    assert 5 < len(left) < 35
    assert kept.tallies["vanished"].sum() == len(all_told.moments) - len(kept.moments) > 50
    assert all_told.tallies["vanished"].sum() == 0
    for row in left:
        mine = kept.moments[kept.moments["customer"] == row["customer"]]
        assert np.all(mine["began"] < row["churned"])
        also = all_told.moments[all_told.moments["customer"] == row["customer"]]
        assert np.any(also["began"] >= row["churned"])


def test_a_customer_leaves_when_the_hazard_passes_the_lifetime() -> None:
    """Without jumps the hazard is h0 exp(-slope n) t: the first need after lifetime / rate is the first to vanish."""
    prepared = with_settings(ready_of(CHURNING), memory_on=0)
    trace = simulate(prepared, log=True)
    plan, segment = prepared.plan, prepared.plan.segments[0]
    slope, key = float(plan.effects["churn_slope"][0]), plan.settings["key"][0]
    moments = np.concatenate([prepared.moments_of_day(day) for day in range(prepared.days)])
    for row in trace.customers:
        owner = np.uint64(child(segment["key"], int(row["customer"])))
        rate = segment["hazard"] * math.exp(-slope * normal(key, owner, Purpose.NORM, 0))
        leaves = exponential(key, owner, Purpose.LIFETIME, 0) / rate
        after = moments["began"][(moments["customer"] == row["customer"]) & (moments["began"] >= leaves)]
        assert row["churned"] == (after.min() if len(after) else -1)


# --- emotional intelligence counts where it matters ---------------------------------------------------------


def shares_of_classes(stakes: float, points: float) -> tuple[float, float]:
    """Shares of delights and let-downs with agents of this mean emotional intelligence, under common draws."""
    story = copy.deepcopy(PLAIN)
    story["moments"]["question"] |= {"stakes": stakes, "builder": True}
    story["demand"]["volumes"]["question"]["per_day"] = 6000
    story["workforce"]["groups"]["team"] = {"heads": 30}
    baseline = read(story)
    better = read(story, f"workforce.groups.team.emotional_intelligence_mean={100 + points}")
    blueprint = lower(better, reference_of(baseline))
    tallies = [simulate(prepare(blueprint, number)).tallies for number in range(1, 9)]
    total = sum(float(tally["moments"].sum()) for tally in tallies)
    delights, let_downs = (sum(float(t[name].sum()) for t in tallies) for name in ("delight", "let_down"))
    return delights / total, let_downs / total


@pytest.mark.parametrize("stakes", [0.0, 1.0])
def test_one_sd_of_emotional_intelligence_moves_classes_at_stakes_only(stakes: float) -> None:
    before, after = (shares_of_classes(stakes, points) for points in (0.0, 15.0))
    delight, let_down = after[0] - before[0], after[1] - before[1]
    if stakes == 0.0:
        assert abs(delight) < 0.01
        assert abs(let_down) < 0.01
    else:
        assert delight > 0.02
        assert let_down < -0.02


def test_emotional_intelligence_needs_freedom() -> None:
    """Fully scripted agents without autonomy cannot use it, whatever is at stake."""
    from momentsim.rules.encounter import empathy_effect

    assert empathy_effect(1.0, 1.0, 0.45, 0.05, 0.0) == 0.0
    assert empathy_effect(1.0, 1.0, 0.45, 0.05, 1.0) == pytest.approx(0.45)
    assert empathy_effect(1.0, 0.0, 0.45, 0.05, 1.0) == pytest.approx(-0.05)


# --- in the reference operation nothing drifts --------------------------------------------------------------


def test_nothing_drifts_in_the_reference_operation() -> None:
    """The average contact costs what the pilot found, and levels of rest give just that back."""
    story = copy.deepcopy(PLAIN)
    story["demand"]["volumes"]["question"]["per_day"] = 3000
    story["workforce"]["groups"]["team"]["heads"] = 14
    story["customers"]["segments"]["everyone"]["customers"] = 500_000
    assert_rest_balances_contacts(read(story), replications=12)


def assert_rest_balances_contacts(loaded: Any, replications: int) -> None:
    """Mean jumps are below 0, those of the pilot within the errors of both, and balanced by the rest."""
    reference = reference_of(loaded)
    blueprint = lower(loaded, reference)
    jumps: list[float] = []
    means: list[float] = []
    contacts = 0
    for number in range(1, replications + 1):
        trace = simulate(prepare(blueprint, number), log=True)
        contacts += len(trace.moments)
        mine = jumps_of(trace, blueprint)
        means.append(float(mine.mean()))
        jumps += mine.tolist()
    within = float(np.std(jumps)) / math.sqrt(len(jumps))
    between = float(np.std(means, ddof=1)) / math.sqrt(len(means))
    error = max(within, between) * math.sqrt(2.0)  # the pilot has no fewer moments than this test
    known = reference.of("question").jump
    assert known < 0.0
    assert abs(float(np.mean(jumps)) - known) < SIGMAS * error
    days = replications * loaded.scenario.horizon / 86_400.0
    yearly = contacts / days * 365.25 / float(blueprint.customers.segments["customers"].sum())
    rest = -yearly * known * 180.0 / (365.25 * math.log(2.0))
    assert reference.segment("everyone").rest == pytest.approx(rest, rel=SIGMAS / math.sqrt(contacts) + 0.01)


def jumps_of(trace: Trace, blueprint: Blueprint) -> npt.NDArray[np.float64]:
    """Jumps of attitude, from disconfirmation as written in the rows."""
    effects, reason = blueprint.effects[0], blueprint.reasons[0]
    d = trace.moments["disconfirmation"]
    d = d[np.isfinite(d)]
    up = np.maximum(d, 0.0) ** effects["gain_exponent"] * (
        1.0 if reason["builder"] else effects["routine_gain"]
    )
    size = reason["stakes"] * effects["loyalty_step"]
    return np.asarray(size * (up + effects["loss_aversion"] * np.minimum(d, 0.0)))


def test_tallied_jumps_are_the_jumps_of_the_rows() -> None:
    loaded = read(PLAIN)
    blueprint = lower(loaded, reference_of(loaded))
    trace = simulate(prepare(blueprint, 1), log=True)
    assert trace.tallies["jump_sum"].sum() == pytest.approx(jumps_of(trace, blueprint).sum(), rel=1e-9)


# --- the ledger is exact ------------------------------------------------------------------------------------


Numbers = npt.NDArray[np.float64]
POINTS = 20
"""Of a quadrature: what is integrated is smooth and fades over weeks, so these give it to 1e-14 even over a month."""


def integral(function: Callable[[Numbers], Numbers], low: float, high: float) -> float:
    """By Gauss and Legendre."""
    return float(fixed_quad(function, low, high, n=POINTS)[0])


class Person:
    """An independent bookkeeper: follows one customer through the rows of the moments; times in days."""

    def __init__(self, prepared: p.Prepared, customer: Any, now: int = 0) -> None:
        self.prepared = prepared
        self.effects, self.segment = prepared.plan.effects[0], prepared.plan.segments[0]
        self.state = {name: float(customer[name]) for name in ("norm", "value")}
        self.state |= {"behaviour": 0.0, "grievance": 0.0, "wallet": 1.0, "wallet_target": 1.0, "hazard": 0.0}
        if prepared.plan.settings["grievances_on"][0]:
            self.state["grievance"] = float(self.segment["grievance"])
        self.now, self.rested = now, 0.0

    def hazard(self, days: Numbers) -> Numbers:
        """Hazard per day so many days from now, if nothing happens."""
        rest = float(self.segment["behaviour_rest"])
        left = 2.0 ** (-days / float(self.effects["displacement_half_life_d"]))
        y = rest + (self.state["behaviour"] - rest) * left
        open_still = self.state["grievance"] * 2.0 ** (-days / float(self.effects["grievance_half_life_d"]))
        bond = np.exp(-float(self.effects["churn_slope"]) * (self.state["norm"] + y))
        grieved: Numbers = 1.0 + self.effects["churn_per_grievance"] * open_still
        return float(self.segment["hazard"]) * DAY * bond * grieved

    def usual_hazard(self, days: Numbers) -> Numbers:
        """Hazard per day so many days from now among the usual contacts: all fades to the usual."""
        usual, per = float(self.segment["grievance"]), float(self.effects["churn_per_grievance"])
        y = self.state["behaviour"] * 2.0 ** (-days / float(self.effects["displacement_half_life_d"]))
        more = (self.state["grievance"] - usual) * 2.0 ** (
            -days / float(self.effects["grievance_half_life_d"])
        )
        calm = self.segment["hazard"] * self.segment["usual_over_rest"] * DAY
        calm *= math.exp(-self.effects["churn_slope"] * (self.state["norm"] + self.segment["behaviour_rest"]))
        bond = np.exp(-float(self.effects["churn_slope"]) * y)
        grieved: Numbers = (1.0 + per * (usual + more)) / (1.0 + per * usual)
        return float(calm) * bond * grieved

    def wallet(self, days: float, rest: float) -> float:
        """The wallet so many days from now, if nothing happens: it follows a target that relaxes to `rest`."""
        follows = math.log(2.0) / float(self.effects["wallet_lag_d"])
        pulled = integral(lambda s: follows * np.exp(-follows * (days - s)) * self.target(s, rest), 0, days)
        return self.state["wallet"] * math.exp(-follows * days) + pulled

    def target(self, days: Numbers, rest: float) -> Numbers:
        """What the wallet follows."""
        left = 2.0 ** (-days / float(self.effects["wallet_half_life_d"]))
        return rest + (self.state["wallet_target"] - rest) * left

    def outlook(self) -> float:
        """Expected value from now to the outlook, among the usual contacts: hazards by quadrature between pay dates."""
        plan, slope = self.prepared.plan, float(self.effects["spend_slope"])
        spend = math.exp(slope * self.state["norm"] - 0.5 * slope**2)
        total, integrated, before = 0.0, 0.0, 0.0
        for date in plan.pay_dates[plan.pay_dates > self.now]:
            days = float(date - self.now) / DAY
            integrated += integral(self.usual_hazard, before, days)
            before = days
            total += self.wallet(days, 1.0) * math.exp(-integrated)
        return math.exp(-self.state["hazard"]) * self.state["value"] / 12.0 * spend * total

    def wait(self, until: int) -> None:
        """Carry the state on: hazard by quadrature, all else by half-lives. What that gives is rest."""
        self.rested -= self.outlook()
        days = (until - self.now) / DAY
        rest = float(self.segment["behaviour_rest"])
        self.state["hazard"] += integral(self.hazard, 0, days)
        left = 2.0 ** (-days / float(self.effects["displacement_half_life_d"]))
        self.state["behaviour"] = rest + (self.state["behaviour"] - rest) * left
        self.state["grievance"] *= 2.0 ** (-days / float(self.effects["grievance_half_life_d"]))
        gone_to = float(self.segment["wallet_rest"])
        self.state["wallet"], self.state["wallet_target"] = (
            self.wallet(days, gone_to),
            float(self.target(np.array(days), gone_to)),
        )
        self.now = until
        self.rested += self.outlook()

    def live(self, moment: Any) -> float:
        """Move by the jump of a moment; the value with it minus the value without it."""
        effects, reason = self.effects, self.prepared.plan.reasons[0]
        self.wait(int(moment["ended"]))
        without = self.outlook()
        d = float(moment["disconfirmation"])
        moved = d ** effects["gain_exponent"] if d >= 0 else effects["loss_aversion"] * d
        jump = float(effects["kappa"] * reason["stakes"] * effects["loyalty_step"] * moved)
        bound = float(effects["displacement_bound"])
        self.state["behaviour"] = min(max(self.state["behaviour"] + jump, -bound), bound)
        if moment["wallet_event"]:
            gap = effects["wallet_causal_share"] * math.log(1.0 + effects["wallet_gap"])
            size = gap / (effects["kappa"] * (effects["wallet_up"] + 2.0 * effects["wallet_down"]))
            self.state["wallet_target"] *= math.exp(size if moment["wallet_event"] > 0 else -2.0 * size)
        if moment["label"] == MomentClass.LET_DOWN and self.prepared.plan.settings["grievances_on"][0]:
            size = effects["grievance_solved" if moment["resolved"] else "grievance_unsolved"]
            self.state["grievance"] = min(self.state["grievance"] + reason["stakes"] * size, 3.0)
        return self.outlook() - without


def value_to_outlook(prepared: p.Prepared, state: dict[str, float], now: int) -> float:
    """Expected value from now to the outlook of a customer in this state."""
    person = Person(prepared, state, now)
    person.state |= state
    return person.outlook()


def test_ledger_entries_are_with_minus_without_exactly() -> None:
    """Every entry, recomputed by quadrature from the definitions; the sum over a life telescopes exactly."""
    prepared = loyal_plan()
    trace = simulate(prepared, log=True)
    assert np.any(trace.moments["wallet_event"] == 1)
    assert np.any(trace.moments["wallet_event"] == -1)
    assert np.bincount(trace.moments["customer"]).max() > 3
    for customer in trace.customers:
        person = Person(prepared, customer)
        for moment in trace.moments[trace.moments["customer"] == customer["customer"]]:
            before = float(moment["value_change"])
            assert person.live(moment) == pytest.approx(before, rel=1e-7, abs=1e-9)
            assert moment["behaviour_after"] == pytest.approx(
                person.state["norm"] + person.state["behaviour"], rel=1e-9
            )
        person.wait(int(customer["touched"]))
        for name in ("behaviour", "wallet", "wallet_target", "hazard", "grievance"):
            assert customer[name] == pytest.approx(person.state[name], rel=1e-9, abs=1e-12), name
    booked = trace.tallies["created"].sum() + trace.tallies["destroyed_by_handling"].sum()
    assert booked == pytest.approx(trace.moments["value_change"].sum(), rel=1e-12)


def test_lines_add_up_to_what_customers_are_worth_in_the_end_less_in_the_beginning() -> None:
    """Jumps and rest of all lives, and of the same lives with no moments; the account of rest is exact."""
    prepared = loyal_plan()
    trace = simulate(prepared, log=True)
    horizon = int(prepared.plan.settings["horizon"][0])
    rested, changed, without = 0.0, 0.0, 0.0
    for customer in trace.customers:
        lived, calm = Person(prepared, customer), Person(prepared, customer)
        first = lived.outlook()
        for moment in trace.moments[trace.moments["customer"] == customer["customer"]]:
            if moment["ended"] < horizon:
                lived.live(moment)
        lived.wait(horizon)
        calm.wait(horizon)
        changed += lived.outlook() - first
        without += calm.outlook() - first
        rested += lived.rested
        assert calm.rested == pytest.approx(calm.outlook() - first, rel=1e-9)
    account = trace.rested[0]
    assert account["churn"] + account["wallet"] == pytest.approx(rested, rel=1e-6, abs=1e-8)
    booked = trace.moments["value_change"][trace.moments["ended"] < horizon].sum()
    assert booked + rested == pytest.approx(changed, rel=1e-6)
    assert booked + rested - without == pytest.approx(changed - without, rel=1e-6)


def loyal_plan() -> p.Prepared:
    """A moment of truth again and again for a few customers, within one month: no pay date lies between."""
    prepared = plain_plan(
        arrivals_per_hour=12,
        agents=2,
        hours=20,
        seed=6,
        memory_on=1,
        stakes=0.9,
        resolution=0.7,
        builder=1,
        emotional_intelligence_on=1,
        grievances_on=1,
    )
    for name, value in (
        ("customers", 20),
        ("grievance", 0.1),
        ("behaviour_rest", 0.05),
        ("wallet_rest", 1.03),
    ):
        prepared.plan.segments[name] = value
    moments = prepared.moments_of_day(0)
    moments["customer"] %= 20
    laws = np.concatenate([prepared.plan.laws, law(p.Family.CONSTANT, 60e6)])
    return prepared._replace(plan=prepared.plan._replace(laws=laws))


# --- the same worlds ----------------------------------------------------------------------------------------


def test_policies_that_differ_in_nothing_give_identical_logs() -> None:
    one, other = (simulate(ready_of(PLAIN), log=True) for _ in range(2))
    assert differences(one, other) == []
    same = read(PLAIN, "workforce.groups.team.heads=3", "waiting.announce_wait=off")
    again = simulate(prepare(lower(same, Reference.neutral(("question",))), 1), log=True)
    assert differences(one, again) == []


def test_more_capacity_meets_the_same_customers_with_the_same_needs() -> None:
    """Same customers, needs and microseconds; who would have left anyway is the only exception, and is switched off."""
    tight, wide = (
        simulate(ready_of(PLAIN, f"workforce.groups.team.heads={heads}", "behaviour.feedback=off"), log=True)
        for heads in (2, 8)
    )
    order = [np.argsort(trace.moments["moment"]) for trace in (tight, wide)]
    for name in ("moment", "began", "customer", "reason", "stakes"):
        assert np.array_equal(tight.moments[name][order[0]], wide.moments[name][order[1]]), name
    assert wide.intervals["abandoned"].sum() < tight.intervals["abandoned"].sum()
    let_down = [int(np.sum(trace.moments["label"] == MomentClass.LET_DOWN)) for trace in (tight, wide)]
    assert let_down[1] < let_down[0]


# --- helpers ------------------------------------------------------------------------------------------------


def ready_of(story: dict[str, Any], *overrides: str) -> p.Prepared:
    loaded = read(story, *overrides)
    return prepare(lower(loaded, Reference.neutral(tuple(loaded.scenario.moments))), 1)


def with_settings(prepared: p.Prepared, **values: int) -> p.Prepared:
    settings = prepared.plan.settings.copy()
    for name, value in values.items():
        settings[name] = value
    return prepared._replace(plan=prepared.plan._replace(settings=settings))


def reference_of(loaded: Any) -> Reference:
    operation = Operation(loaded.scenario, loaded.tables, loaded.samples)
    return reference_for(operation, operation, clock="compiled", on_progress=lambda share: True)
