"""Careers against exact answers: exits, vacancies, absence, learning; and burnout that stays where it belongs.

Statistical bounds are 5.5 standard errors unless said otherwise: false alarms below 1e-7 per test.
"""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from scipy.integrate import quad

from engine.books_check import agents_agree
from engine.stories import PLAIN, RICH, differences, read, ready
from engine.test_clocks import both
from momentsim.contract.plan import DAY, HOUR, Prepared, RosterAction
from momentsim.contract.trace import Trace
from momentsim.draws import Purpose, child, normal
from momentsim.engine import simulate
from momentsim.engine.simulate import ReplicationRun
from momentsim.measures import digest
from momentsim.prepare import Reference, lower, prepare
from momentsim.runs.reference import reference_for
from momentsim.validation.simulation import Rows

SIGMAS = 5.5
MONTH_DAYS = 365.25 / 12


def quiet(careers: dict[str, Any], *overrides: str, heads: int = 4000, **group: Any) -> Prepared:
    """Many seats, hardly any calls."""
    story = copy.deepcopy(PLAIN)
    story["demand"]["volumes"]["question"]["per_day"] = 1
    story["workforce"]["groups"]["team"] = {"heads": heads, "careers": careers, **group}
    return ready(story, "run.run_out=0 s", "interval=1 h", *overrides)


# --- exits, against the renewal equation --------------------------------------------------------------------


def factor(months: float) -> float:
    return 2.5 if months < 3 else 1.5 if months < 12 else 0.7


MONTHS = np.linspace(0.0, 1500.0, 400_001)
FACTORS = np.array([2.5, 1.5, 0.7])[np.searchsorted([3.0, 12.0], MONTHS, "right")]
SUMS = np.concatenate([[0.0], np.cumsum(0.5 * (FACTORS[1:] + FACTORS[:-1]) * np.diff(MONTHS))])


def cumulative(months: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Integral of the tenure factor, by another way than the rule: a fine trapezoid sum."""
    return np.asarray(np.interp(months, MONTHS, SUMS))


def expected_exits(yearly: float, tenure_months: float, lag_days: int, days: int) -> float:
    """Exits per seat within `days`, everybody leaving at midnight: the renewal equation, day by day."""
    mean = quad(lambda t: factor(t) * math.exp(-t / tenure_months) / tenure_months, 0, 3)[0]
    mean += quad(lambda t: factor(t) * math.exp(-t / tenure_months) / tenure_months, 3, 12)[0]
    mean += quad(lambda t: factor(t) * math.exp(-t / tenure_months) / tenure_months, 12, 60 * tenure_months)[
        0
    ]
    hazard = yearly / 12.0 / mean
    age = np.arange(days + 1) / MONTH_DAYS
    novice = np.exp(-hazard * cumulative(age))
    tenures = -tenure_months * np.log1p(-(np.arange(4000) + 0.5) / 4000)
    first = np.mean(
        [np.exp(-hazard * (cumulative(t + age) - cumulative(np.array([t])))) for t in tenures], axis=0
    )
    vacant = yearly * lag_days / 365.25 / (1.0 + yearly * lag_days / 365.25)
    exits, starts = np.zeros(days + 1), np.zeros(days + 1)
    leave_first, leave_novice = -np.diff(first), -np.diff(novice)
    for day in range(1, days + 1):
        started = np.dot(starts[:day], leave_novice[day - 1 :: -1][:day])
        exits[day] = (1.0 - vacant) * leave_first[day - 1] + started
        refill = exits[day - lag_days] if day > lag_days else 0.0
        starts[day] = refill + (vacant / lag_days if day <= lag_days else 0.0)
    return float(exits.sum())


@pytest.mark.parametrize(
    ("yearly", "tenure", "lag"),
    [pytest.param(0.32, "2 years", 42, marks=pytest.mark.slow), (0.9, "8 weeks", 7)],
)
def test_exits_of_a_year_are_those_of_the_renewal_equation(yearly: float, tenure: str, lag: int) -> None:
    """Also with `behaviour: off`: exits that are written happen, at a constant hazard."""
    prepared = quiet(
        {"yearly_exits": yearly, "hiring_lag": f"{lag} d"}, "horizon=365 d", "behaviour=off",
        tenure_mean=tenure,
    )  # fmt: skip
    exits = simulate(prepared).agents["exits"].astype(np.float64)
    months = {"2 years": 24.0, "8 weeks": 56 / MONTH_DAYS}[tenure]
    expected = expected_exits(yearly, months, lag, 365)
    assert abs(exits.mean() - expected) < SIGMAS * exits.std() / math.sqrt(len(exits))


def test_the_start_is_in_balance() -> None:
    """At constant hazard (all factors 1) vacancies and exits are those of the long run from the first day on."""
    same = ["behaviour.parameters.exit_factor_" + name for name in ("first=1.25", "year=1.25", "later=1")]
    prepared = quiet(
        {"yearly_exits": 0.6, "hiring_lag": "10 weeks"}, "horizon=91 d", *same, tenure_mean="9 years"
    )
    totals = digest(prepared, simulate(prepared)).careers[0]
    share = 0.6 * 70 / 365.25 / (1 + 0.6 * 70 / 365.25)
    seats = len(prepared.plan.agents)
    found = totals["vacant_years"] / totals["seat_years"]
    # vacancy of a seat is one Bernoulli variable at most: its time average has no more variance than that
    assert abs(found - share) < SIGMAS * math.sqrt(share * (1 - share) / seats) + 0.001
    there = totals["seat_years"] - totals["vacant_years"]
    assert abs(totals["exits"] - 0.6 * there) < SIGMAS * math.sqrt(0.6 * there) + 0.01 * 0.6 * there


def test_no_exits_unless_written() -> None:
    trace = simulate(quiet({}, "horizon=90 d", heads=500))
    assert trace.agents["exits"].sum() == trace.agents["vacant"].sum() == 0


def test_higher_hazards_take_the_same_people_earlier() -> None:
    """Thresholds are drawn per seat and incumbent: who leaves at 20 % a year leaves at 40 %, and not later."""
    low, high = (
        simulate(quiet({"yearly_exits": share, "hiring_lag": "2 years"}, "horizon=200 d", heads=800)).agents
        for share in (0.2, 0.4)
    )
    left = (low["exits"] > 0) & (high["vacant"] > 0)
    assert left.sum() > 30
    assert np.all(high["vacant"][left] >= low["vacant"][left])
    assert np.all((low["exits"] == 0) | (high["vacant"] > 0))


# --- absence ------------------------------------------------------------------------------------------------


def test_days_missed_have_the_written_share() -> None:
    prepared = quiet({}, "horizon=200 d", heads=1000, absence=0.06)
    totals = digest(prepared, simulate(prepared)).careers[0]
    days = 1000 * 200
    found = totals["absent_s"] / totals["filled_rostered_s"]
    usual = math.sqrt(0.06 * 0.94 / days)
    burnout = (
        0.06 * 0.5 * 0.05
    )  # nobody's burnout is farther from 0 than 0.05 SD here: few calls, no usual strain
    assert abs(found - 0.06) < SIGMAS * usual + burnout


def without_careers(story: dict[str, Any]) -> dict[str, Any]:
    groups = {
        name: {k: v for k, v in group.items() if k != "careers"}
        for name, group in story["workforce"]["groups"].items()
    }
    return {**story, "workforce": {**story["workforce"], "groups": groups}}


def absent_story() -> dict[str, Any]:
    """The rich story with absence and careers everywhere; it starts when no night shift is under way."""
    story = copy.deepcopy(RICH)
    story["start"], story["horizon"] = "2024-01-08 07:00", "65 h"
    del story["crises"]["storm"]["pre_cancel"]
    for group in story["workforce"]["groups"].values():
        group["absence"] = "25 %"
        group["careers"] = {}
    return story


def test_the_same_days_are_missed_as_in_rosters_without_careers() -> None:
    """Same draws, decided at midnight: every call meets the same agent at the same instant, and pay is the same."""
    story = absent_story()
    one, other = ready(story, "behaviour=off"), ready(without_careers(story), "behaviour=off")
    decided, drawn = (simulate(prepared, log=True) for prepared in (one, other))
    assert decided.agents["absent"].sum() > 0
    told = {name.split(".")[0] for name in differences(decided, drawn)}
    assert told <= {"agents", "events"}
    assert (
        set(differences(decided, drawn)) & {"agents.talk", "agents.idle", "agents.paused", "agents.offline"}
        == set()
    )
    hours = [digest(*pair).paid_hours for pair in ((one, decided), (other, drawn))]
    np.testing.assert_allclose(hours[0], hours[1])
    assert np.all(hours[0] >= 0.0)


def rostered_time(prepared: Prepared) -> npt.NDArray[np.int64]:
    """Rostered time of each agent within the horizon, breaks included, from the roster itself."""
    horizon = int(prepared.plan.settings["horizon"][0])
    time = np.zeros(len(prepared.plan.agents), np.int64)
    for row in prepared.plan.roster:
        at = min(int(row["time"]), horizon)
        if row["action"] == RosterAction.START:
            time[row["agent"]] -= at
        elif row["action"] == RosterAction.END:
            time[row["agent"]] += at
    starts = np.bincount(
        prepared.plan.roster["agent"][prepared.plan.roster["action"] == RosterAction.START],
        minlength=len(time),
    )
    ends = np.bincount(
        prepared.plan.roster["agent"][prepared.plan.roster["action"] == RosterAction.END], minlength=len(time)
    )
    return time + horizon * (starts - ends)


def lively() -> dict[str, Any]:
    """The rich story over days, with exits, quick hiring, absence and night shifts."""
    story = copy.deepcopy(RICH)
    story["horizon"] = "80 h"
    del story["workforce"]["login_cap"]
    del story["workforce"]["groups"]["called"], story["crises"]["storm"]["reserves"]
    for group in story["workforce"]["groups"].values():
        group |= {"absence": "15 %", "tenure_mean": "20 d", "autonomy": "60 %"}
        group["careers"] = {"yearly_exits": "95 %", "hiring_lag": "36 h"}
    story["workforce"]["groups"]["care"]["heads"] = 60
    story["workforce"]["groups"]["sales"]["shifts"]["night"]["heads"] = 30
    return story


@pytest.mark.parametrize("choice", ["longest_idle", "highest_emotional_intelligence"])
def test_both_clocks_tell_the_same_careers(choice: str) -> None:
    prepared = ready(lively(), f"routing.agent_choice={choice}", "run.run_out=2 d")
    trace = both(prepared)
    assert trace.agents["exits"].sum() > 0
    assert (trace.agents["incumbent"][trace.agents["tenure"] >= 0] > 0).any()
    assert trace.agents["absent"].sum() > 0
    agents_agree(prepared, trace)


def test_rostered_time_is_duty_breaks_and_away() -> None:
    prepared = ready(lively(), "run.run_out=0 s")
    rows: Rows = simulate(prepared).agents
    on_duty = rows["talk"] + rows["wrap"] + rows["idle"] + rows["paused"] - rows["overtime"]
    assert np.array_equal(on_duty + rows["unpaid"] + rows["trained"], rostered_time(prepared))
    assert np.all(rows["absent"] <= rows["unpaid"])


def test_night_shifts_are_finished_as_begun() -> None:
    """Only whole night shifts are missed: nobody goes at midnight, and nobody comes."""
    trace = simulate(ready(lively(), "horizon=4 d", "run.run_out=0 s"))
    night = slice(6, 36)  # agents of the night shift, after early and late
    missed = trace.agents["unpaid"][night]
    whole = missed - np.where(
        missed % (8 * HOUR) == 2 * HOUR, 2 * HOUR, 0
    )  # the last one is cut by the horizon
    first = np.isin(whole % (8 * HOUR), (0, 6 * HOUR))  # the first one by the start
    assert first.all()
    assert (missed > 0).any()


# --- hiring and learning ------------------------------------------------------------------------------------


def paused_at(prepared: Prepared, days: int) -> Any:
    """The engine's agents just after a midnight."""
    run = ReplicationRun(prepared)
    run.advance(until=days * DAY)
    return run


def test_learning_follows_the_closed_form() -> None:
    prepared = quiet(
        {"yearly_exits": 0.8, "hiring_lag": "1 weeks"}, "horizon=120 d", heads=600, tenure_mean="90 d"
    )
    workers = paused_at(prepared, 100).world["agent_state"]
    there = workers["filled_from"] < 0
    months = (100 * DAY - workers["joined"][there]) / (MONTH_DAYS * DAY)
    lacking = np.exp(-months / 2.5)
    np.testing.assert_allclose(workers["inexperience"][there], lacking, rtol=1e-12)
    np.testing.assert_allclose(
        workers["pace"][there], workers["own_pace"][there] / (1 - 0.3 * lacking), rtol=1e-12
    )
    assert (workers["joined"][there] > 0).sum() > 30


def test_the_hired_are_drawn_from_the_group_and_by_their_own_names() -> None:
    prepared = quiet(
        {"yearly_exits": 0.8, "hiring_lag": "1 weeks"}, "horizon=120 d", heads=600, tenure_mean="90 d",
        emotional_intelligence_mean=115,
    )  # fmt: skip
    workers = paused_at(prepared, 100).world["agent_state"]
    hired = np.flatnonzero((workers["filled_from"] < 0) & (workers["joined"] > 0))
    for seat in hired[:20]:
        owner = np.uint64(child(prepared.plan.agents["key"][seat], int(workers["incumbent"][seat])))
        draw = normal(prepared.plan.settings["key"][0], owner, int(Purpose.AGENT_EMPATHY), 0)
        assert workers["emotional_intelligence"][seat] == pytest.approx(1.0 + draw)
    assert np.all(workers["inexperience"][hired] > 0.2)


def test_nobody_learns_without_careers() -> None:
    story = copy.deepcopy(PLAIN)
    plan = ready(story, "horizon=40 d", "run.run_out=0 s", "demand.volumes.question.per_day=5")
    workers = paused_at(plan, 30).world["agent_state"]
    assert np.array_equal(workers["pace"], plan.plan.agents["pace"])
    assert not workers["inexperience"].any()


def test_novices_solve_less() -> None:
    """Logit of resolution falls by the registry's amount for complete novices: compared by exact shares."""
    story = copy.deepcopy(PLAIN)
    story["workforce"]["groups"]["team"] = {
        "heads": 8, "tenure_mean": "1 s", "skill_sd": 0, "careers": {}, "speed_sd": 0,
    }  # fmt: skip
    story["moments"]["question"]["resolution"] = "70 %"
    story["moments"]["question"]["reconnect"] = "0 %"
    story["demand"]["volumes"]["question"]["per_day"] = 2000
    trace = simulate(ready(story, "horizon=10 d"))
    solved, answered = trace.intervals["resolved"].sum(), trace.intervals["answered"].sum()
    odds = 0.7 / 0.3 * np.exp(-0.3 * np.exp(-np.arange(10) / MONTH_DAYS / 2.5))
    expected = float(np.mean(odds / (1 + odds)))
    assert abs(solved / answered - expected) < SIGMAS * math.sqrt(0.25 / answered)
    assert expected < 0.645


def test_agents_are_chosen_by_the_emotional_intelligence_of_today() -> None:
    """After hires the heap of idle agents is ordered by what those have who sit there now."""
    prepared = quiet(
        {"yearly_exits": 0.9, "hiring_lag": "3 d"}, "horizon=60 d",
        "routing.agent_choice=highest_emotional_intelligence",
        heads=150, tenure_mean="60 d",
    )  # fmt: skip
    run = paused_at(prepared, 50)
    world = run.world
    workers = world["agent_state"]
    assert (workers["joined"] > 0).sum() > 10
    idle = int(world["group_state"]["idle"][0])
    heap = world["idle_heap"]["row"][:idle]
    assert (workers["joined"][heap] > 0).sum() > 5
    keys = workers["choice_key"][heap]
    assert np.array_equal(keys, -workers["emotional_intelligence"][heap])
    assert all(keys[index] >= keys[(index - 1) // 2] for index in range(1, idle))
    assert np.array_equal(workers["heap_row"][heap], np.arange(idle))


# --- burnout ------------------------------------------------------------------------------------------------


def busy(*overrides: str) -> Any:
    story = copy.deepcopy(PLAIN)
    story["demand"]["volumes"]["question"]["per_day"] = 2000
    story["workforce"]["groups"]["team"] = {"heads": 9, "careers": {}}
    return read(story, *overrides)


def burnout_of(loaded: Any, reference: Reference, replications: int) -> npt.NDArray[np.float64]:
    """Mean burnout of each replication."""
    blueprint = lower(loaded, reference)
    return np.array(
        [simulate(prepare(blueprint, number + 1)).agents["burnout"].mean() for number in range(replications)]
    )


def usual_of(loaded: Any) -> Reference:
    return reference_for(loaded, loaded, clock="compiled", on_progress=lambda share: True)


@pytest.mark.slow
def test_burnout_stays_at_zero_under_the_reference_operation() -> None:
    """Mean of 30 weeks against 0. The pilot has 12 weeks of its own, which it may be wrong by.

    Bound 7.5 standard errors of a t law with 29 degrees: false alarm below 1e-7. Without the usual strain taken
    off, burnout would be several bounds away.
    """
    loaded = busy(
        "horizon=7 d", "workforce.groups.team.speed_sd=0", "workforce.groups.team.tenure_mean=30 years"
    )
    found = burnout_of(loaded, usual_of(loaded), 30)
    bound = 7.5 * found.std(ddof=1) * math.sqrt(1 / 30 + 1 / 12)
    assert abs(found.mean()) < bound
    assert burnout_of(loaded, Reference.neutral(["question"]), 1)[0] > 4 * bound


def test_a_variant_that_writes_careers_is_measured_by_the_base() -> None:
    """The base has no careers, yet the usual strain is known: burnout of the variant does not drift."""
    story = copy.deepcopy(PLAIN)
    story["demand"]["volumes"]["question"]["per_day"] = 2000
    story["workforce"]["groups"]["team"] = {"heads": 9}
    base = read(story, "horizon=7 d")
    variant = read(story, "horizon=7 d", "workforce.groups.team.careers={yearly_exits: 0 %}")
    reference = reference_for(variant, base, clock="compiled", on_progress=lambda share: True)
    assert reference.strain["team"] > 0.1
    assert reference.strain_of("unknown") == reference.usual_strain


def test_the_usual_strain_is_known_without_memory() -> None:
    assert usual_of(busy("horizon=2 d", "behaviour.memory=off")).strain["team"] > 0.1
    assert usual_of(busy("horizon=2 d", "behaviour.memory=off", "behaviour.burnout=off")).strain == {}


def worse(*overrides: str) -> Trace:
    """An operation that fails its customers, against the usual strain of a good one."""
    reference = usual_of(busy("horizon=14 d"))
    loaded = busy("horizon=14 d", "workforce.groups.team.careers={yearly_exits: 40 %}", *overrides)
    return simulate(prepare(lower(loaded, reference), 1))


def test_angrier_customers_raise_burnout_and_the_hazard_of_quitting() -> None:
    overrides = ["workforce.groups.team.heads=7", "waiting.redial.first=80 %"]
    mild, double = (
        worse(*overrides, f"behaviour.parameters.anger_per_minute={rate}") for rate in (0.04, 0.08)
    )
    assert 0.0 < mild.agents["burnout"].mean() < double.agents["burnout"].mean()
    same = (mild.agents["incumbent"] == double.agents["incumbent"]) & (mild.agents["tenure"] >= 0)
    assert same.sum() >= 5
    assert np.all(double.agents["exit_hazard"][same] > mild.agents["exit_hazard"][same])


def test_switched_off_the_hazard_is_constant() -> None:
    overrides = ["workforce.groups.team.heads=7", "workforce.groups.team.autonomy=90 %"]
    off = worse(*overrides, "behaviour.burnout=off", "behaviour.engagement=off").agents
    on = worse(*overrides).agents
    assert not off["burnout"].any()
    assert not off["engagement"].any()
    assert np.all(on["engagement"] > 0.3)
    assert not np.array_equal(off["exit_hazard"], on["exit_hazard"])


# --- every key ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", ["yearly_exits=40 %", "hiring_lag=5 d"])
def test_every_key_has_an_effect(change: str) -> None:
    careers = {"yearly_exits": "90 %", "hiring_lag": "20 d"}
    one, other = (
        simulate(quiet(careers, "horizon=60 d", *more, heads=100))
        for more in ((), (f"workforce.groups.team.careers.{change}",))
    )
    assert differences(one, other)


def test_a_price_moves_nobody() -> None:
    careers = {"yearly_exits": "90 %", "hiring_lag": "20 d"}
    cheap, dear = (
        simulate(quiet({**careers, "replacement_cost": f"{price} USD"}, "horizon=60 d", heads=100))
        for price in (1, 20_000)
    )
    assert differences(cheap, dear) == []


def test_on_the_first_day_nothing_has_changed_yet() -> None:
    """Careers begin to matter at the first midnight; only novices solve less from the start (switch: learning)."""
    story = copy.deepcopy(PLAIN)
    same = ("behaviour.learning=off", "run.run_out=0 s")
    without = simulate(ready(story, *same), log=True)
    story["workforce"]["groups"]["team"]["careers"] = {}
    written = simulate(ready(story, *same), log=True)
    assert {name.split(".")[0] for name in differences(without, written)} <= {"agents"}
    assert len(written.contacts) > 400


# --- what programmes may set --------------------------------------------------------------------------------


def practised(**practice: float) -> Any:
    """Agents after 60 days in which the group works like this."""
    careers = {"yearly_exits": "90 %", "hiring_lag": "5 d"}
    run = ReplicationRun(quiet(careers, "horizon=60 d", heads=300, absence=0.1, tenure_mean="90 d"))
    for name, value in practice.items():
        run.world["practices"][name] = value
    run.advance()
    return run.world["agent_state"]


@pytest.mark.parametrize(
    ("field", "value", "fewer", "more"),
    [
        ("absence_odds", 0.5, "absent", None),
        ("exit_factor", 0.5, "exits", None),
        ("engagement_shift", 1.0, "exits", None),
        ("learning_tau_months", 0.9, "inexperience", None),
        ("learning_gap", 0.15, "pace", None),
        ("hire_empathy", 1.0, None, "emotional_intelligence"),
    ],
)
def test_what_programmes_set_moves_what_it_should(
    field: str, value: float, fewer: str | None, more: str | None
) -> None:
    usual, changed = practised(), practised(**{field: value})
    name = fewer or more or ""
    before, after = usual[name].sum(), changed[name].sum()
    assert after < before if fewer else after > before
    assert before > 0 or more


def test_a_shift_of_hires_moves_each_by_the_same() -> None:
    usual, changed = practised(), practised(hire_empathy=1.0)
    hired = (usual["joined"] > 0) & (usual["filled_from"] < 0)
    assert hired.sum() > 10
    moved = changed["emotional_intelligence"] - usual["emotional_intelligence"]
    np.testing.assert_allclose(moved[hired], 1.0)
    assert not moved[usual["joined"] <= 0].any()


def test_hires_count_for_the_programme_that_chooses_them() -> None:
    """By its strength on the day: all of them from the start, none before it, part of them while it is adopted."""
    careers = {"yearly_exits": "90 %", "hiring_lag": "2 weeks"}
    hiring = {"kind": "empathy_hiring", "adoption": "0 s"}
    story = copy.deepcopy(PLAIN) | {
        "programmes": {
            "at_once": hiring | {"groups": ["team"]},
            "elsewhere": hiring | {"groups": ["others"]},
            "slowly": hiring | {"adoption": "60 d", "groups": ["team"]},
            "late": hiring | {"start": "2024-01-31 00:00", "groups": ["team"]},
        }
    }
    story["demand"]["volumes"]["question"]["per_day"] = 1
    story["workforce"]["groups"] = {"team": {"heads": 600, "careers": careers}, "others": {"heads": 5}}
    prepared = ready(story, "run.run_out=0 s", "interval=1 h", "horizon=60 d")
    trace = simulate(prepared)
    agents = trace.agents[trace.agents["group"] == 0]
    vacant_at_first = np.sum(prepared.plan.agents["vacant_until"] > 0)
    hires = agents["exits"].sum() + vacant_at_first - np.sum(agents["tenure"] < 0)
    at_once, elsewhere, slowly, late = trace.programmes["hired"]
    assert at_once == hires > 50
    assert elsewhere == 0
    assert 0.3 * hires < slowly < 0.7 * hires  # about half of them: they come evenly
    assert 0.25 * hires < late < 0.75 * hires and late == int(late)
