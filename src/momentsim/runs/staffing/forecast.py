"""What a planner expects in every interval: contacts offered, how long they take, how long callers wait.

First contacts follow exactly from the scenario's rates: no busy or quiet days, no crises. Those who were not helped
call again: with f first contacts by interval, p the share of contacts after which another follows, and g the law of the
delay, contacts are a = f + p (a * g) (convolution). Those who are passed on wait again in a second queue: q a contacts,
one talk later. How often that is, and how long contacts take, a planner
knows from calm days: a pilot of the scenario in the calm, amply staffed, tells them here.

Where queues have opening hours, nobody is offered outside them: those who find it closed come after the next
opening, or not at all (`open_times.py`); how many of all are offered in the end, the pilot tells. Who is passed on to
a queue that is closed comes after the opening of that one, through the first queue again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import SECOND
from momentsim.contract.trace import legs_of
from momentsim.measures.facts import Sample
from momentsim.prepare.blueprint import Blueprint
from momentsim.rules.workplace import escalation_probability
from momentsim.runs.staffing.open_times import Offered, OpenTimes, come_back, offered_when_open, open_times
from momentsim.runs.staffing.pool import Pool
from momentsim.runs.staffing.written_heads import interval_of, intervals_of, written_heads
from momentsim.scenario import LoadedScenario
from momentsim.scenario.laws.law_figures import distribution_of
from momentsim.scenario.types import Law, Moment

FloatArray = npt.NDArray[np.float64]

LONGEST_DELAY_S: Final = 14 * 86_400.0
"""Contacts that follow later than that are reckoned to follow then."""
CLEARLY: Final = 3.0
"""Standard errors by which a pilot must differ from the written handling time to be believed."""
DIGITS: Final = 4


@dataclass(frozen=True)
class Habits:
    """What is known of contacts: the first three by reason, the others by kind of leg (`legs_of`)."""

    per_moment: FloatArray
    """Contacts by telephone per moment, those that follow an unsolved one included."""
    again: FloatArray
    """Share of contacts after which another one follows."""
    passed_on: FloatArray
    """Share of contacts passed on to a colleague who may decide: they wait once more, or find that queue closed."""
    handling_s: FloatArray
    patience_s: FloatArray
    """Means, seconds; infinite patience where nobody hangs up."""


class Colleagues(NamedTuple):
    """The second queue of one reason, where it has opening hours."""

    share: float
    """Share of contacts passed on to it."""
    talk: float
    """Intervals of the talk before."""
    times: OpenTimes

    def passed_on(self, calls: FloatArray) -> FloatArray:
        """By interval, who comes to that queue, open or not."""
        return _one_talk_later(calls * self.share, self.talk)

    def find_it_closed(self, calls: FloatArray) -> FloatArray:
        """By interval, who of them finds it closed."""
        return self.passed_on(calls) * (1.0 - self.times.share)

    def again(self, calls: FloatArray) -> float:
        """Share of contacts after which another one follows since the colleagues were not there."""
        return (
            float(self.find_it_closed(calls).sum()) * self.times.call_again / max(float(calls.sum()), 1e-300)
        )


@dataclass(frozen=True)
class Forecast:
    """By interval of warm-up and horizon, for one pool: contacts offered, mean handling time and patience."""

    interval_s: float
    offered: FloatArray
    handling_s: FloatArray
    patience_s: FloatArray
    lines: int | None = None
    """Lines of the centre, all queues together; None without end."""

    @property
    def load(self) -> FloatArray:
        """Offered load in erlangs: contacts x handling time / length of the interval."""
        return self.offered * self.handling_s / self.interval_s


def loads_of(loaded: LoadedScenario, blueprint: Blueprint, habits: Habits) -> FloatArray:
    """Offered load in erlangs by interval of warm-up and horizon and queue."""
    legs = _legs(loaded, blueprint, habits) * habits.handling_s / loaded.scenario.interval
    loads = np.zeros((len(legs), len(blueprint.names.queues)))
    for leg, queue in enumerate(legs_of(blueprint.reasons, blueprint.queues.diverts)["queue"].tolist()):
        loads[:, queue] += legs[:, leg]
    return loads


def forecast_of(loaded: LoadedScenario, blueprint: Blueprint, pool: Pool, habits: Habits) -> Forecast:
    """The forecast of one pool; numbers have four digits, so that equal days are equal."""
    own = np.isin(legs_of(blueprint.reasons, blueprint.queues.diverts)["queue"], pool.skills)
    contacts = _legs(loaded, blueprint, habits)[:, own]
    offered = contacts.sum(axis=1)
    weights = np.where(offered[:, None] > 0, contacts, contacts.sum(axis=0))
    total = np.maximum(weights.sum(axis=1), 1e-300)
    handling = weights @ habits.handling_s[own] / total
    with np.errstate(divide="ignore"):
        leaving = weights @ (1.0 / habits.patience_s[own]) / total  # rates of giving up add, not times
        patience = np.where(leaving > 0, 1.0 / np.where(leaving > 0, leaving, 1.0), math.inf)
    offered, handling, patience = (_round_figures(each) for each in (offered, handling, patience))
    lines = loaded.scenario.waiting.lines
    return Forecast(loaded.scenario.interval, offered, handling, patience, lines)


def written_habits(loaded: LoadedScenario, blueprint: Blueprint) -> Habits:
    """Habits as far as the scenario writes them down: the start, before any pilot."""
    moments = loaded.scenario.moments.values()
    again = np.array([(1.0 - moment.resolution) * moment.reconnect for moment in moments])
    by_telephone = np.array([_by_telephone(moment) for moment in moments])
    stages = np.array([_stages(loaded, moment) for moment in moments])
    legs = legs_of(blueprint.reasons, blueprint.queues.diverts)
    talk, wrap_up, patience = stages[legs["reason"], legs["passed_on"]].T
    return Habits(
        by_telephone / (1.0 - np.minimum(again, 0.95)),
        again,
        _beyond_their_limits(blueprint),
        talk * _talk_factors(blueprint)[legs["queue"]] + wrap_up,
        np.where(legs["message"] == 1, math.inf, patience),
    )


def _stages(loaded: LoadedScenario, moment: Moment) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean talk, wrap-up and patience, seconds: with those who answer first, and with those it is passed on to."""
    then = moment.escalated
    patience = moment.patience or loaded.scenario.waiting.patience
    first = (moment.handling_time, moment.wrap_up, patience)
    second = (
        then.handling_time or moment.handling_time,
        then.wrap_up or moment.wrap_up,
        then.patience or patience,
    )
    return tuple(_mean(loaded, law) for law in first), tuple(_mean(loaded, law) for law in second)


def _talk_factors(blueprint: Blueprint) -> FloatArray:
    """By queue, how much longer than their law talks last with the groups that serve it, all equally busy.

    With h heads of factor f in each group these take h / f of the talks in a time: the mean over talks is
    sum(h) / sum(h / f). Reserves are not on duty. Groups whose heads are still to be planned count where there are no
    others; a pilot tells later.
    """
    heads = written_heads(blueprint).sum(axis=0) * (blueprint.groups["reserve"] == 0) + 1e-9
    factors = np.ones(len(blueprint.names.queues))
    for queue in range(len(factors)):
        rows = blueprint.serves_by_queue[blueprint.serves_by_queue["queue"] == queue]
        serving = heads[rows["group"]]
        if len(rows) and (rows["talk_factor"] != 1.0).any():
            factors[queue] = serving.sum() / (serving / rows["talk_factor"]).sum()
    return factors


def _beyond_their_limits(blueprint: Blueprint) -> FloatArray:
    """By reason, the share of contacts beyond the limit of those who answer first: groups of its queue, by heads."""
    heads = written_heads(blueprint).sum(axis=0) + 1e-9
    scale = float(blueprint.effects["authority_scale"][0])
    beyond = np.array(
        [escalation_probability(float(limit), scale) for limit in blueprint.groups["authority"]]
    )
    shares = np.zeros(len(blueprint.reasons))
    for number, reason in enumerate(blueprint.reasons):
        serving = blueprint.serves_by_queue["group"][blueprint.serves_by_queue["queue"] == reason["queue"]]
        if len(serving) and reason["beyond_authority"] > 0:
            shares[number] = reason["beyond_authority"] * np.average(beyond[serving], weights=heads[serving])
    return shares


def measured_habits(loaded: LoadedScenario, blueprint: Blueprint, calm: Sample) -> Habits:
    """Habits as a calm pilot shows them, to its very end; what nobody called about keeps what is written."""
    written = written_habits(loaded, blueprint)
    legs = {
        name: np.stack([digest.horizon[name] + digest.run_out[name] for digest in calm.digests])
        .sum(axis=0)
        .astype(np.float64)
        for name in ("offered", "answered", "talk", "wrap", "closed", "diverted_closed")
    }
    first = legs["offered"][: len(written.again)]
    passed_on = np.zeros(len(first))
    kinds = legs_of(blueprint.reasons, blueprint.queues.diverts)
    later = (kinds["passed_on"] == 1) & (kinds["message"] == 0)
    came = legs["offered"] + legs["closed"] + legs["diverted_closed"]
    passed_on[kinds["reason"][later]] = came[later]
    tallies = {
        name: np.stack([digest.tallies[name] for digest in calm.digests])
        .sum(axis=(0, 2, 3))
        .astype(np.float64)
        for name in ("moments", "no_contact", "contacts", "vanished", "not_yet")
    }
    drawn = tallies["moments"] + tallies["vanished"] + tallies["not_yet"]
    began = tallies["moments"] - tallies["no_contact"]
    again = np.where(
        tallies["contacts"] > 0, 1.0 - began / np.maximum(tallies["contacts"], 1.0), written.again
    )
    handled = (legs["talk"] + legs["wrap"]) / SECOND / np.maximum(legs["answered"], 1.0)
    different = np.abs(handled / written.handling_s - 1.0) * np.sqrt(legs["answered"]) > CLEARLY
    if len(blueprint.queues.hours):  # those who found it closed made attempts too, but none that was answered
        again = written.again
    return Habits(
        np.where(drawn > 0, first / np.maximum(drawn, 1.0), written.per_moment),
        np.clip(again, 0.0, 0.95),
        np.where(first > 0, passed_on / np.maximum(first, 1.0), written.passed_on),
        np.where(different & (legs["answered"] > 0), handled, written.handling_s),
        written.patience_s,
    )


def _legs(loaded: LoadedScenario, blueprint: Blueprint, habits: Habits) -> FloatArray:
    """Contacts by the queue they wait in, (intervals, legs); who is passed on gets there one talk later.

    Messages are those left where a queue was closed: with enough people nobody is diverted for another reason.
    """
    first, messages = _contacts(loaded, blueprint, habits)
    further = []
    for leg in legs_of(blueprint.reasons, blueprint.queues.diverts)[first.shape[1] :]:
        reason, times = leg["reason"], open_times(loaded, blueprint, int(leg["queue"]))
        if leg["message"]:
            further.append(_only_when_open(messages[:, reason] * (1 - leg["passed_on"]), times))
            continue
        passed_on = first[:, reason] * habits.passed_on[reason]
        later = _one_talk_later(passed_on, habits.handling_s[reason] / loaded.scenario.interval)
        further.append(later if times is None else later * times.share)
    return np.column_stack([first, *further])


def _only_when_open(contacts: FloatArray, times: OpenTimes | None) -> FloatArray:
    """As many contacts in all, none of them while the queue is closed."""
    if times is None:
        return contacts
    kept = contacts * times.share
    return kept * (contacts.sum() / kept.sum()) if kept.sum() > 0 else kept


def _one_talk_later(contacts: FloatArray, intervals: float) -> FloatArray:
    """Contacts spread evenly over each interval, moved by so many intervals."""
    whole = int(intervals)
    moved = np.concatenate([np.zeros(whole), contacts, [0.0]])
    into_the_next = intervals - whole
    moved = (1.0 - into_the_next) * moved + into_the_next * np.concatenate([[0.0], moved[:-1]])
    return moved[: len(contacts)]


def _contacts(loaded: LoadedScenario, blueprint: Blueprint, habits: Habits) -> tuple[FloatArray, FloatArray]:
    """Contacts by telephone, and messages left where it was closed: (intervals, reasons)."""
    first = _first_contacts(blueprint)
    contacts, messages = np.zeros_like(first), np.zeros_like(first)
    for reason, moment in enumerate(loaded.scenario.moments.values()):
        again = float(habits.again[reason])
        delays = _delays(loaded, moment, blueprint) if again > 0 else np.zeros(1)
        times = open_times(loaded, blueprint, int(blueprint.reasons["queue"][reason]))
        colleagues = _colleagues(loaded, blueprint, habits, reason)
        offered = _with_repeats(first[:, reason], again, delays, times, colleagues)
        in_vain = 0.0 if colleagues is None else min(colleagues.again(offered.calls), 0.95 - again)
        made = habits.per_moment[reason] * (1.0 - again - in_vain) / offered.share
        contacts[:, reason], messages[:, reason] = offered.calls * made, offered.messages * made
    return contacts, messages


def _colleagues(
    loaded: LoadedScenario, blueprint: Blueprint, habits: Habits, reason: int
) -> Colleagues | None:
    """The second queue of a reason; None where it has none, or one that is always open."""
    share, talk = float(habits.passed_on[reason]), float(habits.handling_s[reason]) / loaded.scenario.interval
    legs = legs_of(blueprint.reasons, blueprint.queues.diverts)
    own = (legs["reason"] == reason) & (legs["passed_on"] == 1) & (legs["message"] == 0)
    queues = legs["queue"][own].tolist()
    times = open_times(loaded, blueprint, queues[0]) if queues and share > 0 else None
    return None if times is None else Colleagues(share, talk, times)


def _first_contacts(blueprint: Blueprint) -> FloatArray:
    """Moments by interval of warm-up and horizon and reason, as the rates say."""
    step, horizon, volumes = interval_of(blueprint), blueprint.window.horizon, blueprint.volumes
    contacts = np.zeros((intervals_of(blueprint), len(blueprint.reasons)))
    for demand in (volumes.demand, *(renewal.rate for renewal in volumes.demand.renewals)):
        strips = demand.strips(0, horizon)
        strips = strips[(strips["start"] >= 0) & (strips["start"] // step < len(contacts))]
        expected = strips["expected"] * (1.0 - strips["preventable"])
        expected = np.where(strips["replay"] != 0, expected, expected * volumes.growth)
        np.add.at(contacts, (strips["start"] // step, strips["reason"]), expected)
    return contacts


def _with_repeats(
    first: FloatArray,
    again: float,
    delays: FloatArray,
    times: OpenTimes | None,
    colleagues: Colleagues | None = None,
) -> Offered:
    """First contacts and those that follow, offered within the horizon: the fixed point of a = f + p (a * g).

    With opening hours, what is offered of the right side; with colleagues who are not always there, it has also those
    who come again for them.
    """
    offered = Offered(first, 1.0, np.zeros_like(first))
    for _ in range(200):
        following = first + again * np.convolve(offered.calls, delays)[: len(first)]
        if colleagues is not None:
            following += come_back(colleagues.find_it_closed(offered.calls), colleagues.times)
        before, offered = offered.calls, offered._replace(calls=following)
        if times is not None:
            offered = offered_when_open(following, times)
        if np.allclose(offered.calls, before, rtol=1e-9, atol=1e-12):
            break
    return offered


def _delays(loaded: LoadedScenario, moment: Moment, blueprint: Blueprint) -> FloatArray:
    """Share of contacts that follow so many intervals later."""
    step_s = loaded.scenario.interval
    lags = min(math.ceil(LONGEST_DELAY_S / step_s), intervals_of(blueprint))
    law = distribution_of(moment.reconnect_delay, loaded.samples)
    until = law.cdf((np.arange(lags) + 0.5) * step_s)
    return np.diff(np.concatenate([[0.0], until[:-1], [1.0]])) if lags > 1 else np.ones(1)


def _mean(loaded: LoadedScenario, law: Law | None) -> float:
    return 0.0 if law is None else float(distribution_of(law, loaded.samples).mean)


def _by_telephone(moment: Moment) -> float:
    """Share of moments that reach a person, for a case of average complexity and little at stake."""
    fit = moment.self_service
    if fit is None:
        return 1.0
    return 1.0 - fit.adoption * (1.0 - (1.0 - fit.success_simple) * fit.break_out)


def _round_figures(values: FloatArray) -> FloatArray:
    """Four significant digits."""
    known = np.isfinite(values) & (values > 0)
    size = 10.0 ** (DIGITS - 1 - np.floor(np.log10(np.where(known, values, 1.0))))
    return np.where(known, np.round(values * size) / size, values)
