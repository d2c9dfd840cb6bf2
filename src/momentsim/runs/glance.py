"""Plain reads of a run that people steer: agents, queues, moods and money so far. A glance changes nothing.

Rows, not names; microseconds since the scenario's start; money in the scenario's currency. Everything here is current
at any time, while measures exist only when a run is over. `momentsim.engine.SteeredRun` is what is glanced at.
"""

from __future__ import annotations

import itertools
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from momentsim.contract.codes import MomentKind
from momentsim.contract.plan import HOUR, NEVER, LeverKind
from momentsim.engine import SteeredRun
from momentsim.engine.order import EventKind
from momentsim.engine.state.codes import Duty, MomentStage
from momentsim.engine.state.tables import Tables
from momentsim.engine.steered_run import ANGER_BANDS

WholeArray = npt.NDArray[np.int64]
ByteArray = npt.NDArray[np.uint8]

LEDGER: Final = (
    "created", "destroyed_by_operation", "destroyed_by_handling", "won_back", "usual_price", "word_of_mouth", "sold",
    "compensation", "refunds", "goodwill",
)  # fmt: skip
"""Amounts that are booked moment by moment: value first, then what was spent on customers, as amounts below 0."""
_SPENT: Final = ("compensation", "refunds", "goodwill")
DUTIES: Final = ("on_duty", "talking", "wrapping", "idle", "away")
_SHOWN_DUTY = np.zeros(len(Duty), np.uint8)
_SHOWN_DUTY[[Duty.IDLE, Duty.TALKING, Duty.WRAPPING, Duty.PAUSED]] = (1, 2, 3, 4)


class Counts(NamedTuple):
    """How many there were so far, in the order of the clock, so that differences are what happened in between."""

    answered: int
    abandoned: int
    blocked: int  # heard busy
    surveyed: int
    promoters: int  # of these
    detractors: int


class MoneySpent(NamedTuple):
    """Money so far, within the horizon."""

    staff: float  # hours on duty at the price of an hour
    levers: float  # prices of levers, of compensation and of offers


class Beneath(NamedTuple):
    """What a real centre does not see."""

    will_call_again: int  # open moments away whose customer has called before
    never_helped: int  # moments over without help; where there is a crisis, of those who were hit
    ledger: npt.NDArray[np.float64]  # by LEDGER


class FollowedMoment(NamedTuple):
    """One open moment, for a story about one customer."""

    serial: int
    slot: int
    customer: int
    reason: int
    segment: int
    crisis: int  # -1 for none
    stage: int  # MomentStage
    calls: int
    began: int
    queued: int  # when the present wait began; meaningful while it waits
    anger: float  # 0..1


def world_of(steered: SteeredRun) -> Tables:
    """The tables of a run under way, to be read only."""
    return steered._run.world


def start_of(steered: SteeredRun) -> int:
    """When the scenario starts on the clock of the tables: the length of the warm-up, microseconds."""
    return int(world_of(steered)["settings"]["warm_up"][0])


def clock_of(steered: SteeredRun) -> int:
    """The present time on the clock of the tables, microseconds."""
    return start_of(steered) + steered.time


def duty_by_agent(steered: SteeredRun) -> ByteArray:
    """One byte an agent: 0 away, 1 free, 2 talking, 3 wrapping up, 4 on a break."""
    return np.asarray(_SHOWN_DUTY[world_of(steered)["agent_state"]["duty"]])


def duties_by_group(steered: SteeredRun, duty: ByteArray) -> WholeArray:
    """[groups x DUTIES] people; whoever is on a break counts as away."""
    groups = world_of(steered)["groups"]
    sums = np.zeros((len(groups), 5), np.int64)
    for row, (first, agents) in enumerate(zip(groups["first_agent"], groups["agents"], strict=True)):
        free, talking, wrapping = np.bincount(duty[first : first + agents], minlength=5)[1:4]
        on_duty = free + talking + wrapping
        sums[row] = on_duty, talking, wrapping, free, agents - on_duty
    return sums


def people_here(steered: SteeredRun, group: int) -> int:
    """Called people of a reserve group who are ready to work, on shift or not."""
    about = world_of(steered)["groups"][group]
    first = about["first_agent"]
    return int(world_of(steered)["agent_state"]["called"][first : first + about["agents"]].sum())


def count(steered: SteeredRun) -> Counts:
    """Counts so far; those of a warm-up are in some of them, so only differences mean something."""
    world = world_of(steered)
    lines, tallies = world["lines"], world["tallies"]
    blocked = world["intervals"][: _legs_until_now(world)]["blocked"]
    told = [int(tallies[name].sum()) for name in ("surveyed", "surveyed_promoters", "surveyed_detractors")]
    return Counts(int(lines["answered"].sum()), int(lines["abandoned"].sum()), int(blocked.sum()), *told)


def answered_in_goal(steered: SteeredRun, since: int) -> float | None:
    """Share of legs that arrived from about `since` on and were answered within the goal; None where none arrived.

    Whole intervals of arrival, those still waiting within the goal left out: what the last hours say is provisional.
    """
    world = world_of(steered)
    interval = int(world["settings"]["interval"][0])
    first = max(start_of(steered) + since, start_of(steered)) // interval * len(world["legs"])
    rows = world["intervals"][first : _legs_until_now(world)]
    waited = clock_of(steered) - world["cases"]["queued"][_queued(world)]
    hopeful = int(np.count_nonzero(waited <= world["settings"]["service_threshold"][0]))
    offered = int(rows["offered"].sum()) - hopeful
    return min(int(rows["answered_in_threshold"].sum()) / offered, 1.0) if offered > 0 else None


def spent(steered: SteeredRun, rates: npt.NDArray[np.float64], notice_price: float) -> MoneySpent:
    """Money so far; `rates` is the price of an hour by group, `notice_price` that of a message."""
    world, now = world_of(steered), clock_of(steered)
    settings, crews = world["settings"][0], world["group_state"][: len(world["groups"])]
    first, last = (int(settings[name] // settings["interval"]) for name in ("warm_up", "horizon"))
    groups = len(world["groups"])
    until = min(last, int(world["centre"]["interval"][0]) + 1)
    closed = world["staff"][first * groups : until * groups]["on_duty"].reshape(-1, groups).sum(axis=0)
    if now < settings["horizon"]:
        closed = closed + crews["on_duty"] * (now - np.maximum(crews["since"], settings["warm_up"]))
    hours = np.maximum(closed, 0) / HOUR
    return MoneySpent(float(hours @ rates), _lever_money(world, now, notice_price))


def beneath(steered: SteeredRun) -> Beneath:
    """What a real centre does not see, so far."""
    world = world_of(steered)
    stage, calls = world["cases"]["stage"], world["cases"]["contacts"]
    away = (stage == MomentStage.AWAY) | (stage == MomentStage.TURNS_TO_SELF_SERVICE)
    tallies = world["tallies"]
    sign = dict.fromkeys(_SPENT, -1.0)
    ledger = np.array([float(tallies[name].sum()) * sign.get(name, 1.0) for name in LEDGER])
    again = int(np.count_nonzero(away & (calls > 0)))
    unserved = tallies["unserved"]
    if len(world["crises"]):  # those whom a crisis has hit, as the measure of that name; rows go by kind last
        unserved = unserved[int(MomentKind.AFFECTED) :: len(MomentKind)]
    return Beneath(again, int(unserved.sum()), ledger)


def next_calls(steered: SteeredRun) -> WholeArray:
    """Times at which those who will call again are to do so, microseconds since the scenario's start, unsorted."""
    world = world_of(steered)
    held, cases = world["pool"], world["cases"]
    due = np.flatnonzero(held["kind"] == EventKind.CONTACT_DUE)
    due = due[held["time"][due] > clock_of(steered)]
    slots, serials = held["slot"][due], held["owner"][due]
    known = (slots >= 0) & (slots < len(cases))
    due, slots, serials = due[known], slots[known], serials[known]
    open_cases = cases[["serial", "stage", "contacts", "attempt"]][slots]
    live = (
        (open_cases["serial"] == serials)
        & (open_cases["stage"] == MomentStage.AWAY)
        & (open_cases["contacts"] > 0)
    )
    live &= open_cases["attempt"] == held["stamp"][due]
    return np.asarray(held["time"][due[live]] - start_of(steered), np.int64)


def moods_by_queue(steered: SteeredRun) -> list[ByteArray]:
    """By queue the mood of each who waits, in the order in which they are served: 0 calm .. 3 furious."""
    world = world_of(steered)
    slots = _queued(world)
    cases = world["cases"]
    queue, lists, since = (cases[name][slots] for name in ("queue", "waiting_list", "queued"))
    order = np.lexsort((since, lists // max(int(world["centre"]["lanes"][0]), 1), queue))
    bands = mood_bands(world, slots[order], clock_of(steered))
    ends = np.searchsorted(queue[order], np.arange(len(world["lines"]) + 1))
    return [bands[first:last] for first, last in itertools.pairwise(ends)]


def mood_bands(world: Tables, slots: WholeArray, now: int) -> ByteArray:
    """Band of anger of each customer of an open moment, as it has faded up to now."""
    return np.searchsorted(ANGER_BANDS, _anger(world, slots, now), "right").astype(np.uint8)


def waits_by_queue(steered: SteeredRun) -> tuple[WholeArray, WholeArray]:
    """How many wait in each queue, and for how long the first of them has, microseconds."""
    world, now = world_of(steered), clock_of(steered)
    slots = _queued(world)
    since = np.full(len(world["lines"]), now, np.int64)
    np.minimum.at(since, world["cases"]["queue"][slots], world["cases"]["queued"][slots])
    return world["lines"]["waiting"].copy(), now - since


def one_to_follow(steered: SteeredRun) -> int:
    """Serial number of the open moment with most calls, the oldest of these; -1 when nobody is in need."""
    cases = world_of(steered)["cases"]
    open_cases = np.flatnonzero((cases["stage"] == MomentStage.QUEUED) | (cases["stage"] == MomentStage.AWAY))
    if not len(open_cases):
        return -1
    hit = cases["crisis"][open_cases] >= 0
    order = np.lexsort((cases["serial"][open_cases], -cases["contacts"][open_cases], ~hit))
    return int(cases["serial"][open_cases[order[0]]])


def follow(steered: SteeredRun, serial: int) -> FollowedMoment | None:
    """An open moment by its serial number; None when it is over or not yet there."""
    world = world_of(steered)
    found = np.flatnonzero(
        (world["cases"]["serial"] == serial) & (world["cases"]["stage"] != MomentStage.FREE)
    )
    if not len(found):
        return None
    slot = int(found[0])
    case = world["cases"][slot]
    anger = float(_anger(world, found[:1], clock_of(steered))[0])
    return FollowedMoment(
        serial, slot, int(case["customer"]), int(case["reason"]), int(case["segment"]), int(case["crisis"]),
        int(case["stage"]), int(case["contacts"]), int(case["began"]) - start_of(steered),
        int(case["queued"]) - start_of(steered), anger,
    )  # fmt: skip


def was_helped(steered: SteeredRun, slot: int, serial: int) -> bool | None:
    """Whether a moment that is over was met, read from the row it had; None when the row is another's by now."""
    case = world_of(steered)["cases"][slot]
    return None if case["serial"] != serial or case["stage"] != MomentStage.FREE else not case["unmet"]


def _queued(world: Tables) -> WholeArray:
    return np.flatnonzero(world["cases"]["stage"] == MomentStage.QUEUED)


def _legs_until_now(world: Tables) -> int:
    """First row of the intervals to come."""
    return (int(world["centre"]["interval"][0]) + 1) * len(world["legs"])


def _anger(world: Tables, slots: WholeArray, now: int) -> npt.NDArray[np.float64]:
    half_life = float(world["effects"]["anger_half_life_h"][0]) * HOUR
    rows = world["cases"]["customer_row"][slots]
    known = rows >= 0
    left = np.zeros(len(slots))
    people = world["customers"]
    fade = np.exp2((people["anger_at"][rows[known]] - now) / half_life)
    left[known] = people["anger"][rows[known]] * fade
    return left


def _lever_money(world: Tables, now: int, notice_price: float) -> float:
    """What levers have cost: booked prices, hours in force not booked yet, compensation, offers and messages."""
    pulled, levers, tallies = world["pulled"], world["levers"], world["tallies"]
    money = float(pulled["spent"].sum()) + float(tallies["compensation"].sum())
    money += float(tallies["notices"].sum()) * notice_price
    until = min(now, int(world["settings"]["horizon"][0]))
    for state in pulled[pulled["effective"] < NEVER]:
        hours = max(until - int(state["booked"]), 0) / HOUR
        money += hours * float(world["lever_sizes"]["per_hour"][state["row"]])
    offers = (levers["kind"] == LeverKind.SELF_SERVICE_OFFER) & (pulled["pulls"] > 0)
    return money + float(levers["amount"][offers].sum())
