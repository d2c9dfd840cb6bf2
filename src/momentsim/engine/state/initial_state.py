"""The world before the first event: nobody logged in, nobody waiting."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import numpy.typing as npt

from momentsim.contract import trace
from momentsim.contract.plan import DAY, MINUTE, NEVER, AgentChoice, LeverKind, MomentKind, Plan, Table
from momentsim.engine.agents.working_practices import add_programmes, new_practices
from momentsim.engine.order import EVENT, EventKind, lever_stamp
from momentsim.engine.state import records, tables
from momentsim.engine.state.codes import Away, MomentStage, RepairStage
from momentsim.engine.state.records import EVENTS_AHEAD
from momentsim.engine.state.tables import Tables
from momentsim.rules.loyalty import LASTING_TERMS

_FROM_PLAN = (
    "settings", "effects", "reasons", "segments", "groups", "serves_by_group", "serves_by_queue", "agents",
    "laws", "samples", "crises", "blackouts", "levers", "lever_sizes", "triggers", "pay_dates", "pay_weights",
    "outlook", "dates", "matches", "programmes", "expectation_law", "recovery", "hours", "open_spans", "diverts",
    "sites",
    "callbacks", "announcements", "informed",
)  # fmt: skip

MOST_CUSTOMERS_AT_ONCE = 1 << 22
"""Customers for whom a row has its address from the start; memory is taken only as they are touched."""

MANY_AGENTS = 4096
"""With their contacts, so many fill the cache of a processor core; fetching rows ahead pays from about here."""


def new_world(plan: Plan, *, log: bool) -> Tables:
    """All tables of a run of this plan."""
    world = Tables(**{name: getattr(plan, name).copy() for name in _FROM_PLAN})
    settings = plan.settings[0]
    until = int(settings["horizon"] + settings["run_out"])
    tracking = bool(
        settings["memory_on"] or settings["anger_on"] or settings["feedback_on"] or settings["contact_order"]
    )
    world.put(practices=new_practices(plan))
    world.put(centre=new_centre(plan, until, tracking=tracking, log=log), agent_state=new_agent_state(plan))
    add_queues(world, plan)
    add_books(world, plan, until)
    add_programmes(world, plan)
    pulled = np.zeros(len(plan.levers), records.PULLED)
    pulled["effective"] = pulled["released"] = NEVER
    pulled["row"], pulled["began"] = plan.levers["first_size"], -1
    prospects = int(plan.segments["prospects"].sum())
    customers = int(plan.segments["customers"].sum()) + prospects if tracking else 0
    people = int(plan.recovery["people"][0])
    world.put(
        pulled=pulled,
        watches=np.full(len(plan.triggers), NEVER, records.WATCH),
        pasts=np.zeros(int((plan.triggers["span"] + plan.triggers["lag"] + 1).sum()), records.PAST),
        customer_rows=np.full(customers, -1, np.int32),
        joinings=np.zeros(len(plan.segments), records.JOINING),
        prospects=np.full(prospects, NEVER, np.int64),
        newcomers=plan.newcomers,
        usual_prices=plan.usual_prices,
        attitude_laws=plan.attitude_laws,
        idle_heap=np.zeros(len(plan.agents), np.int32),
        group_state=new_group_state(plan),
        desk=new_desk(plan),
        claims_book=new_claims_book(),
        agenda=make_agenda(plan),
        faded_dates=share_left_by_date(plan, "displacement_half_life_d"),
        mended_dates=share_left_by_date(plan, "grievance_half_life_d"),
        wallet_dates=wallet_dates(plan),
        wallet_days=wallet_days(plan),
        rested=np.zeros(len(plan.segments), trace.RESTED),
        booking=np.zeros(1, records.BOOKING),
        lasting_terms=lasting_terms(plan),
        faithful=np.zeros(2 * len(plan.pay_dates)),
    )
    make_room(
        world,
        cases=256,
        customers=min(customers + EVENTS_AHEAD, MOST_CUSTOMERS_AT_ONCE) if tracking else 0,
        rows=4096 if log else 0,
        repairs=256 if people > 0 else 0,
        claims=256 if np.any(plan.levers["kind"] == LeverKind.COMPENSATION) else 0,
    )
    return world


def new_centre(plan: Plan, until: int, *, tracking: bool, log: bool) -> Table:
    """The centre as a whole, closed."""
    centre = np.zeros(1, records.CENTRE)
    bands = records.BANDS if plan.settings["contact_order"][0] else 1
    centre["limit"], centre["logging"], centre["tracking"], centre["in_horizon"] = until, log, tracking, 1
    centre["scouting"] = tracking or len(plan.agents) > MANY_AGENTS
    centre["tiring"] = is_tiring(plan)
    centre["remembering"] = tracking or is_more_than_operations(plan)
    centre["levels"] = len(priorities_of(plan)) * bands
    centre["quiet_level"] = -1
    if np.any(plan.callbacks["quiet"]):
        centre["quiet_level"] = centre["levels"]
        centre["levels"] += 1
    centre["has_offers"] = len(plan.callbacks) + len(plan.announcements) > 0
    centre["lanes"], centre["detected_lane"] = lanes_of(plan)
    centre["free_case"] = centre["door_first"] = centre["door_last"] = -1
    centre["mean_handle"] = mean_handling(plan)
    centre["jam_counts"] = bool(np.any(plan.crises["hub_dependence"] > 0.0))
    return centre


def is_more_than_operations(plan: Plan) -> bool:
    """Whether moments leave something behind even where customers are not tracked."""
    offers = bool(np.any(plan.reasons["offer_pressure"] > 0.0))
    return offers or len(plan.programmes) > 0 or int(plan.recovery["people"][0]) > 0


def moments_log(centre: np.void) -> Literal["moment_rows", "moment_facts"]:
    """Name of the table in which moments are logged."""
    return "moment_rows" if centre["remembering"] else "moment_facts"


def is_tiring(plan: Plan) -> bool:
    """Whether anything asks for the occupancy or fatigue of agents."""
    settings = plan.settings[0]
    asked = settings["burnout_on"] or settings["agent_choice"] == AgentChoice.LEAST_OCCUPIED
    return bool(settings["fatigue_on"] or settings["load_on"] or asked)


def lanes_of(plan: Plan) -> tuple[int, int]:
    """Lanes of each level, one for each head start; under heart routing as many again for detected moments."""
    head_starts = len(np.unique(plan.reasons["head_start"]))
    if plan.settings["agent_choice"][0] == AgentChoice.HEART:
        return 2 * head_starts, head_starts
    return head_starts, 0


def new_desk(plan: Plan) -> Table:
    """The recovery team, with nothing to do."""
    desk = np.zeros(1, records.DESK)
    desk["free_people"] = plan.recovery["people"]
    desk["opens_at"] = desk["free_repair"] = -1
    return desk


def new_claims_book() -> Table:
    """No claims, and no room for any yet."""
    book = np.zeros(1, records.CLAIMS_BOOK)
    book["free"] = -1
    return book


def new_agent_state(plan: Plan) -> Table:
    """Agents at home; those of reserve groups not yet called."""
    state = tables.aligned_rows(len(plan.agents), records.AGENT_STATE)
    state[:] = np.zeros((), records.AGENT_STATE)
    state["group"] = plan.agents["group"]
    state["heap_row"] = state["case"] = state["next_at_door"] = state["shift_ended"] = -1
    state["called"] = 1 - plan.groups["reserve"][plan.agents["group"]]
    state["training"] = state["course_since"] = state["called_by"] = -1
    state["training_pace"] = 1.0
    for name in ("emotional_intelligence", "skill", "knowledge", "pace", "own_pace"):
        state[name] = plan.agents[name]
    state["joined"] = -plan.agents["tenure"]
    state["next_away"] = state["stays_until"] = -1
    vacant = plan.agents["vacant_until"] > 0
    state["filled_from"] = np.where(vacant, plan.agents["vacant_until"], -1)
    state["away"] = np.where(vacant, Away.VACANT, Away.PRESENT)
    state["incumbent"] = vacant
    return state


def new_group_state(plan: Plan) -> Table:
    """Groups with nobody on duty, each with its rows of `serves_by_group`; then once more, for those in heaps."""
    state = np.zeros(2 * len(plan.groups), records.GROUP_STATE)
    numbers = np.arange(len(state))
    state["idle_first"] = state["idle_last"] = -1
    state["first_queue"] = np.searchsorted(plan.serves_by_group["group"], numbers, "left")
    state["last_queue"] = np.searchsorted(plan.serves_by_group["group"], numbers, "right")
    return state


def new_lines(plan: Plan) -> Table:
    """Queues with nobody waiting, each with its rows of `serves_by_queue`."""
    lines = np.zeros(plan.queues, records.LINE)
    numbers = np.arange(plan.queues)
    lines["first_message"] = lines["last_message"] = -1
    lines["first_server"] = np.searchsorted(plan.serves_by_queue["queue"], numbers, "left")
    lines["last_server"] = np.searchsorted(plan.serves_by_queue["queue"], numbers, "right")
    lines["callback"], lines["announcement"] = -1, -1
    for name, rows in (("callback", plan.callbacks), ("announcement", plan.announcements)):
        in_force = np.flatnonzero(rows["in_force"])
        lines[name][rows["queue"][in_force]] = in_force
    return lines


def add_queues(world: Tables, plan: Plan) -> None:
    """Empty queues; a level is a priority in use, and within it a band of the score when the scenario asks.

    Within a level each head start in use has a lane of its own, so that a lane is first come first served.
    """
    priorities = priorities_of(plan)
    levels = int(world["centre"]["levels"][0])
    ordered = levels - int(world["centre"]["quiet_level"][0] >= 0)
    level_of = np.zeros(int(priorities.max()) + 1, np.int64)
    level_of[priorities] = np.arange(len(priorities)) * (ordered // len(priorities))
    _, lane_of = np.unique(plan.reasons["head_start"], return_inverse=True)
    ends = np.full((plan.queues * levels * int(world["centre"]["lanes"][0]), 2), -1, np.int32)
    world.put(
        lines=new_lines(plan),
        queue_ends=ends,
        level_of=level_of,
        lane_of=lane_of.astype(np.int64),
    )


def priorities_of(plan: Plan) -> npt.NDArray[np.int64]:
    """Priorities in use, or that a lever may set."""
    sizes = plan.lever_sizes
    return np.unique(
        np.append(plan.reasons["priority"], sizes["number"][sizes["kind"] == LeverKind.PRIORITY])
    )


def add_books(world: Tables, plan: Plan, until: int) -> None:
    """Empty books: counts by interval, tallies of moments, histograms of waits."""
    intervals = until // int(plan.settings["interval"][0]) + 1
    reasons, segments = len(plan.reasons), len(plan.segments)
    legs = trace.legs_of(plan.reasons, plan.diverts)
    world.put(
        legs=legs,
        leg_rows=trace.leg_rows_of(legs, reasons),
        intervals=np.zeros(intervals * len(legs), trace.INTERVAL),
        staff=np.zeros(intervals * len(plan.groups), trace.STAFF_INTERVAL),
        queue_time=np.zeros(intervals * plan.queues, np.int64),
        tallies=np.zeros(reasons * segments * len(MomentKind), trace.MOMENT_TALLY),
        booked=np.zeros(len(plan.dates)),
        waits=np.zeros(len(legs) * 2 * trace.WAIT_BINS, np.int64),
        wait_edges=np.append(trace.wait_bin_edges()[:-1] * 1e6, np.inf),
        wait_steps=trace.wait_steps(),
        lost=np.zeros(segments, np.int64),
        lever_rows=np.zeros(2 * int(plan.levers["at_most"].sum()), trace.LEVER_ROW),  # pulled and undone
    )


def make_agenda(plan: Plan) -> Table:
    """All events known beforehand: dates, roster, ends of intervals, end of the horizon, what the plan does to
    levers, one tick after its time, and when triggers are looked at."""
    settings = plan.settings[0]
    until = int(settings["horizon"] + settings["run_out"])
    ends = np.arange(int(settings["interval"]), until + 1, int(settings["interval"]), dtype=np.int64)
    roster = plan.roster[plan.roster["time"] <= until]
    actions = plan.lever_actions[plan.lever_actions["time"] <= until]
    stamps = lever_stamp(actions["action"], actions["why"], actions["size"])
    first, looks = int(settings["warm_up"]), len(plan.triggers) > 0
    minutes = np.arange(first + MINUTE, until + 1, MINUTE) if looks else np.zeros(0, np.int64)
    parts = (
        event_rows(ends, EventKind.INTERVAL_ENDS, np.arange(len(ends)), 0),
        event_rows(settings["horizon"].reshape(1), EventKind.HORIZON_ENDS, 0, 0),
        event_rows(plan.dates["begins"], EventKind.DAY_BEGINS, np.arange(len(plan.dates)), 0),
        event_rows(roster["time"], EventKind.ROSTER_CHANGES, roster["agent"], roster["action"]),
        event_rows(actions["time"] + 1, EventKind.LEVER_ACTS, actions["lever"], stamps),
        event_rows(minutes, EventKind.LEVERS_LOOKED_AT, 1 + np.arange(len(minutes)), 0),
    )
    return in_order(np.concatenate(parts))


def in_order(agenda: Table) -> Table:
    """Events as they will be told."""
    return agenda[np.lexsort((agenda["stamp"], agenda["owner"], agenda["kind"], agenda["time"]))]


def event_rows(time: Table, kind: EventKind, owner: Table | int, stamp: Table | int) -> Table:
    """Events of one kind at given times."""
    rows = np.zeros(len(time), EVENT)
    rows["time"], rows["kind"], rows["owner"], rows["stamp"], rows["slot"] = time, kind, owner, stamp, -1
    return rows


def mean_handling(plan: Plan) -> float:
    """Mean of talk and wrap-up over reasons, microseconds: where the announced wait starts from."""
    talk = plan.laws["mean"][plan.reasons["talk_law"]]
    wrap = np.where(plan.reasons["wrap_law"] >= 0, plan.laws["mean"][plan.reasons["wrap_law"]], 0.0)
    return float(np.mean(talk + wrap))


def share_left_by_date(plan: Plan, half_life_d: str) -> npt.NDArray[np.float64]:
    """What is left on each pay date since the start of what fades with this half-life (a field of the effects)."""
    return np.asarray(2.0 ** (-_days_to_dates(plan) / plan.effects[half_life_d][0]))


def _days_to_dates(plan: Plan) -> npt.NDArray[np.float64]:
    return np.asarray((plan.pay_dates - plan.settings["warm_up"][0]) / DAY)


def wallet_dates(plan: Plan) -> Table:
    """WALLET_DATE of each pay date."""
    lag, relaxing = (float(plan.effects[name][0]) for name in ("wallet_lag_d", "wallet_half_life_d"))
    rows = np.zeros(len(plan.pay_dates), records.WALLET_DATE)
    rows["lagged"] = share_left_by_date(plan, "wallet_lag_d")
    rows["shown"] = _shown_after(_days_to_dates(plan), lag, relaxing)
    rows["resting"] = 1.0 - rows["lagged"] - rows["shown"]
    return rows


def wallet_days(plan: Plan) -> Table:
    """WALLET_DAY of each day from the start to the end of the run-out, and of the next."""
    lag, relaxing = (float(plan.effects[name][0]) for name in ("wallet_lag_d", "wallet_half_life_d"))
    settings = plan.settings[0]
    days = np.arange(int(settings["horizon"] + settings["run_out"] - settings["warm_up"]) // DAY + 2.0)
    rows = np.zeros(len(days), records.WALLET_DAY)
    rows["wallet"] = 2.0 ** (days / lag) + _shown_after(-days, lag, relaxing) - 1.0
    rows["target"] = 2.0 ** (days / relaxing) - 1.0
    return rows


def _shown_after(days: npt.NDArray[np.float64], lag: float, relaxing: float) -> npt.NDArray[np.float64]:
    """`shown_of_target` of many times at once."""
    follows = math.log(2.0) / lag
    faster = (follows - math.log(2.0) / relaxing) * days
    grown = np.divide(np.expm1(faster), faster, out=np.ones(len(days)), where=np.abs(faster) > 1e-12)
    return np.asarray(np.exp(-follows * days) * follows * days * grown)


def lasting_terms(plan: Plan) -> npt.NDArray[np.float64]:
    """Coefficients of the power series of `lasting` at the ratio of this plan's half-lives."""
    effects = plan.effects[0]
    ratio = float(effects["displacement_half_life_d"] / effects["grievance_half_life_d"])
    return np.array(
        [(-1.0) ** order / (math.factorial(order) * (ratio + order)) for order in range(LASTING_TERMS)]
    )


def lengthen(table: Table, rows: int, used: int) -> Table:
    """A copy of a table with room for at least `rows` rows, the first `used` of them filled."""
    if rows <= len(table):
        return table
    copy = tables.aligned_rows(
        rows, table.dtype
    )  # untouched memory costs nothing; who takes a row fills it whole
    copy[:used] = table[:used]
    return copy


def with_free_rows(table: Table, before: int, first: int) -> int:
    """Chain the rows of a table from `before` on behind its other free ones; returns the first free row.

    Behind them, so that it does not show in the trace when a table grew.
    """
    table["following"][before:] = np.arange(before + 1, len(table) + 1)
    table["following"][-1] = -1
    if first < 0:
        return before
    last = first
    while table["following"][last] >= 0:
        last = int(table["following"][last])
    table["following"][last] = before
    return first


def make_room(
    world: Tables, *, cases: int = 0, customers: int = 0, rows: int = 0, repairs: int = 0, claims: int = 0
) -> None:
    """Make tables at least so long; free rows of open moments are chained."""
    before = len(world["cases"])
    if cases > before:
        table = lengthen(world["cases"], cases, before)
        table["stage"][before:] = MomentStage.FREE
        world["centre"]["free_case"] = with_free_rows(table, before, int(world["centre"]["free_case"][0]))
        world.put(cases=table)
    before = len(world["repairs"])
    if repairs > before:
        table = lengthen(world["repairs"], repairs, before)
        table["stage"][before:] = RepairStage.FREE
        world["desk"]["free_repair"] = with_free_rows(table, before, int(world["desk"]["free_repair"][0]))
        world.put(repairs=table, repair_heap=lengthen(world["repair_heap"], repairs, before))
    before = len(world["claims"])
    if claims > before:
        table = lengthen(world["claims"], claims, before)
        table["serial"][before:] = -1
        world["claims_book"]["free"] = with_free_rows(table, before, int(world["claims_book"]["free"][0]))
        world.put(claims=table)
    centre = world["centre"][0]
    moments = moments_log(centre)
    world.put(
        customers=lengthen(world["customers"], customers, int(centre["customers"])),
        contacts=lengthen(world["contacts"], rows, int(centre["contact_rows"])),
        **{moments: lengthen(world[moments], rows, int(centre["moment_rows"]))},
    )
