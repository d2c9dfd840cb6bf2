"""The result in plain sentences: what happened, with numbers, units and intervals."""

from __future__ import annotations

import math
from datetime import timedelta

from momentsim.measures.crises import CLEAR_HOURS, crisis_start
from momentsim.measures.facts import members_of
from momentsim.measures.outlook_words import outlook_words
from momentsim.measures.summary import Tabular
from momentsim.report.numbers import capitalise, join_words, plain, show_number, trials, with_unit
from momentsim.report.reference_words import reference_words
from momentsim.report.summary_reading import Reading, Readings
from momentsim.report.verdicts import Verdict, decide
from momentsim.runs.usual_operation import UsualOperation
from momentsim.scenario.types import Scenario
from momentsim.units import SECONDS_PER_DAY, SECONDS_PER_HOUR

SMALL_LOSS = 0.005
"""Shares below this are not worth words."""


def headline(scenario: Scenario, summary: Tabular, usual: UsualOperation | None = None) -> tuple[str, ...]:
    """What somebody hears who reads nothing else, a line for each subject, and a note on the intervals.

    `usual` is what customers are used to; nothing is said of it where it is not known.
    """
    read = Readings(summary)
    sentences = [
        _crisis(scenario, read),
        _service(scenario, read),
        _open_at_end(read),
        *reference_words(scenario, usual),
        _leavers(scenario, read),
        _expected(scenario, read),
        _value(scenario, read),
        _cost(scenario, read),
    ]
    return (*(sentence for sentence in sentences if sentence), _footnote(scenario, read))


def _crisis(scenario: Scenario, read: Readings) -> str:
    need, unserved = read["people_in_need"], read["unserved"]
    if not need.is_known or need.value == 0:
        return ""
    share = with_unit(unserved.value / need.value, "share", unserved.half_width / need.value)
    of_all = f"Of {need.people()} customers in need{_people(scenario, need)}"
    uncalled = read["unserved_uncalled"]
    never = f", {plain(round(uncalled.value), 0)} of whom never called" if uncalled.value >= 0.5 else ""
    others = read["helped_elsewhere"]
    elsewhere = f" and {others.people()} were helped elsewhere" if others.is_known else ""
    text = f"{of_all}, {unserved.people()}, or {share}, were never helped{never}{elsewhere}"
    jam, recovery = read["jammed_hours"], read["time_to_recover_h"]
    if jam.value < 0.5:
        return f"{text}. The phone was never jammed."
    horizon = plain(scenario.horizon / SECONDS_PER_HOUR, 0)
    jammed = f"{text}. The phone was jammed in {plain(jam.value, 0)} of {horizon} hours"
    if recovery.value > _longest_recovery_h(scenario):
        late = f"over {_hours(recovery)} after the first failure"
        return f"{jammed} and had not recovered when the run ended, {late}."
    return f"{jammed} and was clear for good {_hours(recovery)} after the first failure."


def _longest_recovery_h(scenario: Scenario) -> float:
    """Hours from the first announcement within which a recovery can be seen: a clear day must still follow."""
    begins = crisis_start(scenario)
    if begins is None:
        return math.inf
    ends = scenario.start + timedelta(seconds=scenario.horizon + scenario.run.run_out)
    return (ends - begins).total_seconds() / SECONDS_PER_HOUR - CLEAR_HOURS


def _people(scenario: Scenario, need: Reading) -> str:
    sizes = {storm.party_size for storm in scenario.crises.values()}
    if len(sizes) != 1 or (size := sizes.pop()) == 1.0:
        return ""
    return f" (about {show_number(round(need.value * size, -2), 'people')} people, in parties of {plain(size, 1)})"


def _service(scenario: Scenario, read: Readings) -> str:
    goal = scenario.waiting.service_level
    ways = (
        ("hung up", "abandoned_share"),
        ("heard busy", "blocked_share"),
        ("balked", "balked_share"),
        ("were cut off at closing", "disconnected_share"),
        ("were diverted", "diverted_share"),
    )
    lost = [f"{read[name].text()} {words}" for words, name in ways if read[name].value >= SMALL_LOSS]
    losses = f", of which {join_words(lost)}" if lost else ", of which hardly any were lost"
    level = read["service_level"]
    if not level.is_known:
        return "Nobody called."
    within = f"within {goal.threshold_s:g} s (goal {100 * goal.share:g} %)"
    closed = read["closed"]
    in_vain = f" {closed.people()} more found it closed." if closed.value >= 0.5 else ""
    if read["messages"].value >= 0.5:
        back = read["messages_called_back_share"].text()
        in_vain += f" {read['messages'].people()} messages were left, of which {back} were called back."
    wait, callbacks = read["wait_mean_s"], _callbacks(read)
    waited = f"; those answered waited {wait.full()} on average" if wait.is_known else ""
    answered = f"{level.full()} were answered {within}"
    if callbacks:
        answered = f"Of those who stayed on the line {answered}"
    return f"{_reached(scenario, read)}{losses}. {answered}{waited}.{callbacks}{in_vain}"


def _callbacks(read: Readings) -> str:
    """What came of callbacks, which are in no service level and in no wait of those answered."""
    taken, never = read["callbacks_accepted"], read["callbacks_never_share"]
    if not (taken.is_known and taken.value >= 0.5):
        return ""
    text = (
        f" {taken.people()} took a callback, of which {read['callbacks_answered_share'].text()} were reached"
    )
    return (
        f"{text} and {never.text()} never called, since it closed."
        if never.value >= SMALL_LOSS
        else f"{text}."
    )


def _reached(scenario: Scenario, read: Readings) -> str:
    """How many calls there were; what is passed on is offered to a second queue, and is no second call."""
    offered, again = read["offered"], _counted_again(scenario)
    passed_on = read["transferred_share"].value * read["answered"].value
    if not passed_on >= SMALL_LOSS * offered.value:
        return f"{offered.people()} calls{again} reached the phone"
    calls = f"{round(offered.value) - round(passed_on):,}"
    return (
        f"{calls} calls{again} reached the phone, and {plain(passed_on, 0)} were passed on and waited again: "
        f"{offered.people()} in all queues together"
    )


def _counted_again(scenario: Scenario) -> str:
    """Calls are no people where whoever failed calls again."""
    redials = scenario.waiting.redial
    again = redials.first > 0 or redials.further > 0
    return ", redials counted," if again else ""


def _open_at_end(read: Readings) -> str:
    """What was open at the horizon's end, in one line; all else that is said is about the horizon."""
    still, solved = read["open_moments"], read["open_moments_solved_share"]
    if still.value < 0.5:
        return ""
    tries, hours = read["run_out_attempts"], read["run_out_hours"]
    needs = "1 need was" if round(still.value) == 1 else f"{plain(still.value, 0)} needs were"
    more = f"{plain(tries.value, 0)} more tries and " if tries.value >= 0.5 else ""
    return (
        f"At the end {needs} still open; of these {solved.text()} were solved later, with "
        f"{more}{hours.text()} of work, which count in no service level and no cost."
    )


def _leavers(scenario: Scenario, read: Readings) -> str:
    """Who really left, beside who would have anyway."""
    if not scenario.behaviour.memory:
        return "Memory is switched off, so nothing follows for loyalty."
    left, share, anyway = (read[f"customers_lost{end}"] for end in ("", "_share", "_anyway"))
    days = plain(scenario.horizon / SECONDS_PER_DAY, 0)
    within = "Within the day" if days == "1" else f"Within the {days} days"
    if not share.is_known:
        return ""
    return (
        f"{within} {left.people()} customers left, {plain(100 * share.value, 2)} % of all; "
        f"{plain(round(anyway.value), 0)} would have been expected to leave anyway."
    )


def _expected(scenario: Scenario, read: Readings) -> str:
    """What experience is expected to cost in customers, and NPS among all and among those asked."""
    if not scenario.behaviour.memory:
        return ""
    lost = read["customers_lost_expected"]
    outlook = scenario.start + timedelta(seconds=scenario.horizon + 365 * 86400)
    by = f"by {outlook.day} {outlook:%B %Y}, 12 months after the end"
    lived = "What customers lived through, beyond what they are used to,"
    if decide(lost.low, lost.high) in (Verdict.UNSURE, Verdict.SAME):
        effect = f"{lived} makes no clear difference to how many stay {by}"
    else:
        low, high = sorted((abs(lost.low), abs(lost.high)))
        amount = Reading(abs(lost.value), low, high, lost.unit)
        verb, noun = (
            "cost" if lost.value >= 0 else "keep",
            "customer" if round(amount.value) <= 1 else "customers",  # `less than one customer`
        )
        effect = f"{lived} is expected to {verb} {amount.people()} {noun} {by}"
    return f"{effect}. {_nps(scenario, read)}"


def _nps(scenario: Scenario, read: Readings) -> str:
    true, surveyed, before = read["nps"], read["nps_surveyed"], _baseline_nps(scenario)
    known = plain(before, 1)
    if true.text() == known:
        was = ", as before"
    else:
        was = (
            f", no clear change from {known}"
            if true.low < before < true.high
            else f", against {known} before"
        )
    said = f"NPS among all customers ends at {true.text()}{was}"
    if not (surveyed.high < true.low or surveyed.low > true.high):
        return f"{said}."
    return f"{said}; the survey says {surveyed.full()}, since it asks only those who had contact, and right after it."


def _baseline_nps(scenario: Scenario) -> float:
    segments = scenario.customers.segments.values()
    weighted = sum(segment.customers * (segment.promoters - segment.detractors) for segment in segments)
    return 100.0 * weighted / sum(segment.customers for segment in segments)


def _value(scenario: Scenario, read: Readings) -> str:
    if not scenario.behaviour.memory:
        return ""
    created, destroyed = read["value_created"], read["value_destroyed"]
    back, operation = read["value_won_back"], read["value_destroyed_by_operation"]
    split = ""
    if destroyed.value > 0 and operation.value > 0:
        split = f", {with_unit(operation.value / destroyed.value, 'share', 0.005)} of it by the event itself"
    won = f", and {back.text()} were won back" if back.value > 0 else ""
    return (
        f"In expected margin of customers {outlook_words(scenario)}, good moments created {created.text()} and "
        f"bad ones destroyed {destroyed.full()}{split}{won}."
    )


def _cost(scenario: Scenario, read: Readings) -> str:
    cost, each = read["cost_total"], read["cost_per_contact"]
    given = _given(read)
    per = f", {'without these ' if given else ''}{each.text()} per contact served" if each.is_known else ""
    text = f"Service cost {cost.full()}{given}{per}"
    if not scenario.behaviour.memory:
        return f"{text}."
    income = _income(scenario)
    more = f", with {join_words(income)}," if income else ""
    return (
        f"{text}. Change of customer value{more} less this cost is {read['net_benefit'].full()}: no profit or loss, "
        "since the margin that customers bring in anyway is not in it."
    )


def _income(scenario: Scenario) -> list[str]:
    """What customers pay that is in the net benefit."""
    segments = scenario.customers.segments.values()
    parts = {
        "sales in talks": any(moment.selling for moment in scenario.moments.values()),
        "paid tiers": any(segment.tier_price > 0 for segment in segments),
        "customers won": any(segment.acquired_per_year > 0 for segment in segments),
    }
    return [words for words, is_there in parts.items() if is_there]


def _given(read: Readings) -> str:
    """What of the cost is no service but money for customers, where there is any."""
    parts = [
        f"{given.text()} {words}"
        for words, given in (
            ("in refunds", read["cost_refunds"]),
            ("in vouchers and compensation", read["cost_compensation"]),
        )
        if given.is_known and given.value > 0
    ]
    return f", {join_words(parts)} included" if parts else ""


def _footnote(scenario: Scenario, read: Readings) -> str:
    members = members_of(scenario)
    counted = trials(read.replications, members)
    if read.replications <= members:
        return f"({capitalise(counted)}: no intervals. Assumptions were not varied.)"
    return f"(95 % intervals in brackets, {counted}; they show chance only, assumptions were not varied.)"


def _hours(reading: Reading) -> str:
    number = plain(reading.value, 0)
    return f"{number} hour" + ("" if number == "1" else "s")
