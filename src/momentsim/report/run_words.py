"""The result in plain sentences: what happened, with numbers, units and intervals."""

from __future__ import annotations

import math
from datetime import timedelta

from momentsim.measures.crises import CLEAR_HOURS, crisis_start
from momentsim.measures.summary import Tabular
from momentsim.measures.sums import members_of
from momentsim.report.numbers import capitalise, plain, show_number, trials, with_unit
from momentsim.report.summary_reading import Reading, Readings
from momentsim.scenario.types import Scenario
from momentsim.units import SECONDS_PER_HOUR

SMALL_LOSS = 0.005
"""Shares below this are not worth words."""


def headline(scenario: Scenario, summary: Tabular) -> tuple[str, ...]:
    """Three to five sentences for somebody who reads nothing else, and a note on the intervals."""
    read = Readings(summary)
    sentences = [
        _crisis(scenario, read),
        _service(scenario, read),
        _open_at_end(read),
        _loyalty(scenario, read),
        _value(scenario, read),
        _cost(scenario, read),
    ]
    return (*(sentence for sentence in sentences if sentence), _footnote(scenario, read))


def _crisis(scenario: Scenario, read: Readings) -> str:
    need, unserved = read["people_in_need"], read["unserved"]
    if not need.is_known or need.value == 0:
        return ""
    share = with_unit(unserved.value / need.value, "share", unserved.half_width / need.value)
    of_all = f"Of {_whole(need)} customers in need{_people(scenario, need)}"
    text = f"{of_all}, {_whole(unserved)}, or {share}, were never helped"
    jam, recovery = read["jammed_hours"], read["time_to_recover_h"]
    if jam.value < 0.5:
        return f"{text}; the phone was never jammed."
    jammed = f"{text}; the phone was jammed for {_hours(jam)}"
    if recovery.value > _longest_recovery_h(scenario):
        return f"{jammed} and had not recovered when the run ended, more than {_hours(recovery)} after the first."
    return f"{jammed} and took {_hours(recovery)} to recover."


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
    )
    lost = [f"{read[name].text()} {words}" for words, name in ways if read[name].value >= SMALL_LOSS]
    losses = f", of which {_join_words(lost)}" if lost else ", of which hardly any were lost"
    level = read["service_level"]
    within = f"within {goal.threshold_s:g} s (goal {100 * goal.share:g} %)"
    answered = f"{level.full()} were answered {within}"
    wait = f"the mean wait to an answer was {read['wait_mean_s'].full()}"
    if not level.is_known:
        return "Nobody called."
    closed = read["closed"]
    in_vain = f" {_whole(closed)} more found it closed." if closed.value >= 0.5 else ""
    return f"{_whole(read['offered'])} calls reached the phone{losses}; {answered}, and {wait}.{in_vain}"


def _open_at_end(read: Readings) -> str:
    """What was open at the horizon's end, in one line; all else that is said is about the horizon."""
    still, solved = read["open_moments"], read["open_moments_solved_share"]
    if still.value < 0.5:
        return ""
    tries, hours = read["run_out_attempts"], read["run_out_hours"]
    return (
        f"At the end {plain(still.value, 0)} needs were still open; of these {solved.text()} were solved later, with "
        f"{plain(tries.value, 0)} more tries and {hours.text()} of work, which are in no service level and no cost."
    )


def _loyalty(scenario: Scenario, read: Readings) -> str:
    if not scenario.behaviour.memory:
        return "Memory is switched off, so nothing follows for loyalty."
    lost, nps = read["customers_lost_expected"], read["nps"]
    outlook = scenario.start + timedelta(seconds=scenario.horizon + 365 * 86400)
    verb = "cost" if lost.value >= 0 else "keep"
    low, high = sorted((abs(lost.low), abs(lost.high)))
    amount = Reading(abs(lost.value), low, high, lost.unit)
    if lost.low < 0 < lost.high:
        effect = "What customers lived through makes no clear difference to how many stay"
    else:
        effect = f"What customers lived through is expected to {verb} {amount.full()} customers"
    moved = f"true NPS ends at {nps.text()}, against {_baseline_nps(scenario)} before"
    return f"{effect} by {outlook.day} {outlook:%B %Y}; {moved}."


def _baseline_nps(scenario: Scenario) -> str:
    segments = scenario.customers.segments.values()
    weighted = sum(segment.customers * (segment.promoters - segment.detractors) for segment in segments)
    return plain(100 * weighted / sum(segment.customers for segment in segments), 1)


def _value(scenario: Scenario, read: Readings) -> str:
    if not scenario.behaviour.memory:
        return ""
    created, destroyed = read["value_created"], read["value_destroyed"]
    back, operation = read["value_won_back"], read["value_destroyed_by_operation"]
    split = ""
    if destroyed.value > 0 and operation.value > 0:
        split = f", {with_unit(operation.value / destroyed.value, 'share', 0.005)} of it by the event itself"
    won = f", and {back.text()} were won back" if back.value > 0 else ""
    moved = f"Good moments created {created.text()} of customer value, bad ones destroyed {destroyed.full()}"
    return f"{moved}{split}{won}."


def _cost(scenario: Scenario, read: Readings) -> str:
    cost, each = read["cost_total"], read["cost_per_contact"]
    per = f", {each.text()} per contact served" if each.is_known else ""
    text = f"Service cost {cost.full()}{_given(read)}{per}"
    if not scenario.behaviour.memory:
        return f"{text}."
    return f"{text}; with the change in customer value the net benefit is {read['net_benefit'].full()}."


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
    return f", {_join_words(parts)} included" if parts else ""


def _footnote(scenario: Scenario, read: Readings) -> str:
    members = members_of(scenario)
    counted = trials(read.replications, members)
    if read.replications <= members:
        return f"({capitalise(counted)}: no intervals.)"
    return f"(95 % intervals in brackets, {counted}.)"


def _hours(reading: Reading) -> str:
    number = show_number(
        reading.value, "h", max(reading.half_width, 0.5) if reading.half_width == reading.half_width else 0.5
    )
    return f"{number} hour" + ("" if number == "1.0" else "s")


def _whole(reading: Reading) -> str:
    return Reading(round(reading.value), reading.low, reading.high, "things").full()


def _join_words(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
