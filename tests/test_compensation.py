"""Compensation in a crisis: booked exactly, whenever it comes; and what apologies, forms and a recovery team change."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from momentsim.contract.plan import DAY, MomentKind
from momentsim.rules import recovery as rules
from momentsim.validation import ledger
from momentsim.validation.lived_experience import net_value, storm_run
from momentsim.validation.simulation import SimulatedRun, blueprint_of, load_text, run_logged
from momentsim.validation.texts import STORM_PAID

pytestmark = pytest.mark.slow

PRICE = 100.0
PAID = "crises.storm.compensation."
TEAM = (
    "recovery={speech_analytics: {sensitivity: 80 %, specificity: 100 %}, compensation: 25 USD,"
    " team: {people: 50, handling_time: {mean: 6 min}, start: '00:00', end: '24:00', cost_per_hour: 40 USD/h}}"
)


def shares(plan: Any, delay_d: float, words: float) -> tuple[float, float]:
    """Share of the harm to behaviour that comes back, and of the grievance that closes."""
    effects, lever = plan.effects[0], plan.levers[0]
    prompt = rules.promptness(delay_d, float(effects["recovery_half_life_d"]))
    money = 1.0 - math.exp(-float(lever["amount"]) / (float(effects["generosity_scale"]) * PRICE))
    justice = float(effects["justice_of_money"]) * money * (1.0 + words)
    return float(effects["compensation_restores"]) * prompt * money, float(
        effects["grievance_closes"]
    ) * prompt * justice


def won_back(run: SimulatedRun) -> tuple[float, float]:
    """What compensation should have won back, from the log alone; and how far behaviour at the end is off at most."""
    plan, rows = run.prepared.plan, run.trace.moments
    effects = plan.effects[0]
    total = worst = 0.0
    for known in run.trace.customers:
        mine = np.flatnonzero(rows["customer"] == known["customer"])
        life = ledger.life_of(plan, known)
        harms: dict[int, tuple[float, float, float]] = {}
        paid: dict[int, tuple[float, float]] = {}
        apologised = -math.inf
        jumps = [jump for jump in ledger.jumps_in_order(rows) if jump[2] in set(mine.tolist())]
        hit = [number for _, is_end, number in jumps if not is_end]
        due = [(int(rows["began"][number]) + int(plan.levers["delay"][0]), 2, number) for number in hit]
        for time, kind, number in sorted([*jumps, *due]):
            row = rows[number]
            life.pass_to(time / DAY)
            before = life.bond
            if kind == 2:
                words = 1.0 if life.now - apologised >= effects["apology_memory_d"] else 0.0
                again = 0.0 if words else float(effects["apology_again_harm"] * row["stakes"])
                apologised = life.now
                behaviour, closed = shares(plan, (time - int(row["began"])) / DAY, words)
                y, grievance, at = harms[number]
                y *= 2.0 ** (-(life.now - at) / effects["displacement_half_life_d"])
                grievance *= 2.0 ** (-(life.now - at) / effects["grievance_half_life_d"])
                paid[number] = behaviour, closed
                after = ledger.Bond(
                    before.y - behaviour * y - effects["kappa"] * again,
                    before.target,
                    before.grievance - closed * grievance,
                )
                total += life.jump(after)
                continue
            grievance = ledger.grievance_after(plan, life, number, row, is_end=bool(kind))
            if kind == 0:
                life.jump(ledger.Bond(ledger.harm_behaviour(plan, before.y, row), before.target, grievance))
                harms[number] = life.bond.y - before.y, grievance - before.grievance, life.now
                continue
            target = before.target * math.exp(ledger.wallet_step(plan, int(row["wallet_event"])))
            life.jump(ledger.Bond(float(row["behaviour_after"]) - float(known["norm"]), target, grievance))
            moved, opened = min(life.bond.y - before.y, 0.0), grievance - before.grievance
            if number in paid:
                behaviour, closed = paid[number]
                bond = life.bond
                after = ledger.Bond(bond.y - behaviour * moved, bond.target, bond.grievance - closed * opened)
                total += life.jump(after)
            elif number in harms:
                y, grievance, at = harms[number]
                y *= 2.0 ** (-(life.now - at) / effects["displacement_half_life_d"])
                grievance *= 2.0 ** (-(life.now - at) / effects["grievance_half_life_d"])
                harms[number] = y + moved, grievance + opened, life.now
        life.pass_to(int(known["touched"]) / DAY)
        worst = max(worst, abs(life.bond.y - float(known["behaviour"])))
    return total, worst


@pytest.mark.parametrize(
    "delay", ["6 min", *(pytest.param(late, marks=pytest.mark.slow) for late in ("5 h", "2 d"))]
)
def test_what_is_won_back_is_booked_exactly_before_and_after_the_need_is_met(delay: str) -> None:
    """Customers are few, so that some are hit twice within the memory of an apology."""
    few = "customers.segments.everyone.customers=5000"
    run = run_logged(
        load_text(STORM_PAID, overrides=[f"{PAID}delay={delay}", few, "behaviour.grievances=on"])
    )
    exact, worst = won_back(run)
    tallies = run.trace.tallies
    assert exact > 0.0
    assert float(tallies["won_back"].sum()) == pytest.approx(exact, rel=1e-6)
    assert worst < 1e-9
    assert float(tallies["created"].sum()) > 0.0


def test_cash_costs_its_face_value_and_vouchers_less() -> None:
    paid = {form: storm_run(f"{PAID}form={form}").tallies for form in ("voucher", "cash")}
    hit = int(paid["cash"]["moments"][:, :, MomentKind.AFFECTED].sum())
    assert float(paid["cash"]["compensation"].sum()) == pytest.approx(50.0 * hit)
    assert float(paid["voucher"]["compensation"].sum()) == pytest.approx(50.0 * 0.6 * 0.5 * hit)
    assert np.array_equal(paid["cash"]["won_back"], paid["voucher"]["won_back"])


def test_refunds_go_to_those_who_ask_and_win_nobody_back() -> None:
    """The same draw decides whether the need was met or not, so nobody takes the money only because of help."""
    written = "crises.storm.refund={{amount: 100 USD, unmet: {} %, met: {} %}}"
    plain = storm_run().tallies
    paid = {
        both: storm_run(written.format(*both)).tallies for both in ((100, 0), (100, 100), (0, 100), (80, 20))
    }
    hit, met = (int(plain[name][:, :, MomentKind.AFFECTED].sum()) for name in ("moments", "resolved"))
    assert 0 < met < hit
    assert float(plain["refunds"].sum()) == 0.0
    assert float(paid[100, 0]["refunds"].sum()) == 100.0 * (hit - met)
    assert float(paid[0, 100]["refunds"].sum()) == 100.0 * met
    assert float(paid[100, 100]["refunds"].sum()) == 100.0 * hit
    expected, sd = 80.0 * (hit - met) + 20.0 * met, 100.0 * math.sqrt(0.16 * hit)
    assert float(paid[80, 20]["refunds"].sum()) == pytest.approx(expected, abs=6 * sd)
    for name in set(plain.dtype.names or ()) - {"refunds"}:
        assert np.array_equal(plain[name], paid[80, 20][name])


def test_the_price_of_what_failed_says_what_an_amount_is_worth() -> None:
    """Of the crisis, else of the reason, else a share of the margin: what costs more is made good by less."""
    gained = [
        net_value(storm_run("crises.storm.price=null", "behaviour.grievances=on", *price))
        for price in (
            ("moments.rebooking.price=1000 USD",),
            ("moments.rebooking.price=100 USD",),
            ("behaviour.parameters.failed_price=0.4",),
            ("behaviour.parameters.failed_price=0.1",),
        )
    ]
    assert gained[0] < gained[1]
    assert gained[2] < gained[3]
    assert gained[1] == pytest.approx(net_value(storm_run("behaviour.grievances=on")), rel=1e-12)


def test_a_team_gives_back_and_an_apology_alone_takes_nothing() -> None:
    none = net_value(storm_run())
    assert net_value(storm_run(TEAM)) > none
    words = (f"{PAID}amount=0 USD", f"{PAID}apology=off", TEAM.replace("25 USD", "0 USD"))
    alone = storm_run(
        *words, "customers.segments.everyone.customers=10000000"
    )  # nobody is apologised to twice
    assert float(alone.tallies["recovered"].sum()) > 100
    assert float(alone.tallies["won_back"].sum()) == 0.0
    again = storm_run(*words, "customers.segments.everyone.customers=500")
    assert float(again.tallies["won_back"].sum()) < 0.0


def test_team_and_compensation_together_do_not_give_back_more_than_was_taken() -> None:
    """Behaviour of nobody ends above where it would be without any harm."""
    generous = (
        "behaviour.parameters.compensation_restores=0.8",
        f"{PAID}amount=10000 USD",
        f"{PAID}delay=6 min",
    )
    rows = storm_run(TEAM.replace("25 USD", "10000 USD"), *generous).customers
    hurt = storm_run(f"{PAID}amount=0 USD", f"{PAID}apology=off")
    below = hurt.moments[hurt.moments["value_change"] <= 0.0]["customer"]
    only_hurt = np.isin(rows["customer"], below) & ~np.isin(
        rows["customer"], hurt.moments[hurt.moments["value_change"] > 0.0]["customer"]
    )
    assert only_hurt.sum() > 100
    calm = blueprint_of(load_text(STORM_PAID))
    effects, rest = calm.effects[0], float(calm.customers.segments["behaviour_rest"][0])
    start = effects["kappa"] * rows["attitude_at_start"]
    left = 2.0 ** (-rows["touched"] / DAY / effects["displacement_half_life_d"])
    unharmed = rest + (start - rest) * left
    assert np.all(rows["behaviour"][only_hurt] <= unharmed[only_hurt] + 1e-12)
