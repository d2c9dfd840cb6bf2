"""Checks of moments and workforce: names meet, every group has heads, shifts hold their breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from momentsim import units
from momentsim.scenario.files.nodes import KeyPath
from momentsim.scenario.findings import Finding
from momentsim.scenario.quantities import LIFETIME
from momentsim.scenario.sections.base import ALL_DAYS, Weekday
from momentsim.scenario.sections.moments import Escalated
from momentsim.scenario.types import Group, HeadsPeriod, Scenario, Shift, Storm
from momentsim.suggestions import did_you_mean, near_words

LEAST_DISCOUNT = 0.01
"""A year; with less, a customer who hardly leaves would be worth any sum."""
_HEADS_KEYS = ("heads", "heads_file", "shifts", "shifts_file")


def known_names(name: str, known: Iterable[str], kind: str) -> tuple[str, str, str]:
    """Words for a name that nobody has defined."""
    listed = list(known)
    allowed = f"known: {', '.join(listed)}" if listed else "there are none"
    return f"there is no {kind} '{name}'", allowed, did_you_mean(name, listed)


def skills_of(scenario: Scenario) -> tuple[str, ...]:
    """The skills (queues) of a scenario: those that moments name, else those of groups, sorted."""
    moments = scenario.moments.values()
    named = {
        skill for moment in moments for skill in (moment.skill, moment.escalates_to) if skill is not None
    }
    if not named:
        named = {skill for group in scenario.workforce.groups.values() for skill in group.skills or ()}
    return tuple(sorted(named))


def check_backlog(scenario: Scenario) -> Iterator[Finding]:
    """The backlog names existing moments, and is the only way in which the scenario opens."""
    for name in scenario.opening.backlog:
        if name not in scenario.moments:
            yield Finding(("opening", "backlog", name), *known_names(name, scenario.moments, "moment"))
    if scenario.opening.backlog and scenario.opening.warm_up:
        what = "'backlog' and 'warm_up' are both given"
        yield Finding(("opening", "warm_up"), what, "a scenario opens in one way: leave one of them out")


def check_warm_up(scenario: Scenario) -> Iterator[Finding]:
    """The warm-up is a whole number of intervals."""
    if scenario.opening.warm_up % scenario.interval:
        yield Finding(
            ("opening", "warm_up"),
            f"{units.format_duration(scenario.opening.warm_up)} is not a whole number of intervals",
            f"the interval is {units.format_duration(scenario.interval)}",
        )


def check_discount(scenario: Scenario) -> Iterator[Finding]:
    """A lifetime ends by leaving or by discounting; of customers who hardly leave only by the second."""
    prices = scenario.economics
    if prices.outlook == LIFETIME and prices.discount_rate < LEAST_DISCOUNT:
        yield Finding(
            ("economics", "discount_rate"),
            f"{units.format_share(prices.discount_rate)} is too low for the outlook '{LIFETIME}'",
            f"at least {units.format_share(LEAST_DISCOUNT)}, or an outlook in months",
        )


def check_skills(scenario: Scenario) -> Iterator[Finding]:
    """Every moment has a skill that somebody serves; a group's misspelt one is told there."""
    skills = skills_of(scenario)
    served = {skill for group in scenario.workforce.groups.values() for skill in group.skills or skills}
    for name, moment in scenario.moments.items():
        path: KeyPath = ("moments", name, "skill")
        if moment.skill is None and len(skills) > 1:
            yield Finding(path, "this moment needs a skill", f"there are several: {', '.join(skills)}")
        misspelt = moment.skill is not None and near_words(moment.skill, served - {*skills}, most=1)
        if moment.skill is not None and moment.skill not in served and not misspelt:
            what = f"no group serves the skill '{moment.skill}'"
            yield Finding(
                path,
                what,
                f"served are {', '.join(sorted(served)) or 'none'}",
                did_you_mean(moment.skill, served),
            )


def check_group_skills(scenario: Scenario) -> Iterator[Finding]:
    """Groups list skills that some moment needs, each once; overflow is for skills of the group."""
    skills = skills_of(scenario)
    for name, group in scenario.workforce.groups.items():
        path: KeyPath = ("workforce", "groups", name)
        seen: set[str] = set()
        for position, skill in enumerate(group.skills or ()):
            if skill not in skills:
                yield Finding(
                    (*path, "skills", position), *known_names(skill, skills, "moment with the skill")
                )
            elif skill in seen:
                yield Finding(
                    (*path, "skills", position), f"'{skill}' is listed twice", "list each skill once"
                )
            seen.add(skill)
        if group.skills is not None and not group.skills:
            yield Finding((*path, "skills"), "the list is empty", "leave 'skills' out for all skills")
        for key in ("overflow_after", "talk_factors"):
            for skill in getattr(group, key):
                if skill not in (group.skills or skills):
                    found = known_names(skill, group.skills or skills, "skill of this group")
                    yield Finding((*path, key, skill), *found)


def check_matches(scenario: Scenario) -> Iterator[Finding]:
    """Groups are matched to segments that exist, to each once."""
    segments = scenario.customers.segments
    for name, group in scenario.workforce.groups.items():
        for position, segment in enumerate(group.matches):
            path: KeyPath = ("workforce", "groups", name, "matches", position)
            if segment not in segments:
                yield Finding(path, *known_names(segment, segments, "segment"))
            elif segment in group.matches[:position]:
                yield Finding(path, f"'{segment}' is listed twice", "list each segment once")


def check_heads(scenario: Scenario) -> Iterator[Finding]:
    """Every group says in exactly one way how many agents there are."""
    for name, group in scenario.workforce.groups.items():
        path: KeyPath = ("workforce", "groups", name)
        yield from _exactly_one(group, _HEADS_KEYS, path)


ENDLESS_LINES: Final = "lines have no end here (no waiting.lines), so nobody hears busy"


def check_planned(scenario: Scenario) -> Iterator[Finding]:
    """Goals are for groups that somebody calls; groups that share a skill have one goal."""
    planned = {name: group for name, group in scenario.workforce.groups.items() if group.is_unplanned}
    called = _called(scenario)
    for name, group in planned.items():
        path: KeyPath = ("workforce", "groups", name, "heads")
        plan = group.planned
        assert plan is not None
        skills = group.skills or skills_of(scenario)
        if group.reserve:
            what = "a reserve is on duty only once a crisis has called it"
            yield Finding((*path, "goal"), what, "write its number of heads")
        if called and not called & set(skills):
            what = f"no moment with a volume comes to {' or '.join(skills)}"
            yield Finding((*path, "goal"), what, f"there are calls for {', '.join(sorted(called))}")
        if plan.formula == "erlang_c" and not plan.goal.are_in_erlang_c:
            what = "in Erlang C nobody hangs up or hears busy"
            yield Finding((*path, "formula"), what, "write formula: erlang_a")
        if scenario.waiting.lines is None and any(goal.kind == "busy" for goal in plan.goal):
            yield Finding((*path, "goal"), ENDLESS_LINES, "write waiting.lines, or another goal")
        if plan.forecast_error and group.careers is not None:
            what = "people who work only where too many are expected would have careers too"
            yield Finding((*path, "forecast_error"), what, "leave out forecast_error or careers")
        if plan.plan == "base" and plan.lead:
            what = "the old plan stands for good (plan: base)"
            yield Finding((*path, "lead"), what, "leave out plan or lead")
    yield from _goals_apart(scenario, planned)


def _called(scenario: Scenario) -> set[str]:
    """Skills that a moment with a volume needs, or is passed on to; empty where there is one queue without a name."""
    moments = [moment for name, moment in scenario.moments.items() if name in scenario.demand.volumes]
    return {skill for moment in moments for skill in (moment.skill, moment.escalates_to) if skill is not None}


def _goals_apart(scenario: Scenario, planned: Mapping[str, Group]) -> Iterator[Finding]:
    """Of groups that share a skill, those with another goal or formula than the first."""
    first: dict[str, tuple[str, Group]] = {}
    for name, group in planned.items():
        for skill in group.skills or skills_of(scenario):
            other, there = first.setdefault(skill, (name, group))
            mine, its = group.planned, there.planned
            assert mine is not None
            assert its is not None
            if (mine.goal, mine.formula) != (its.goal, its.formula):
                what = (
                    f"{mine.goal} by {mine.formula}, and {its.goal} by {its.formula} of the group '{other}'"
                )
                path: KeyPath = ("workforce", "groups", name, "heads", "goal")
                yield Finding(path, what, f"both serve '{skill}' and are planned together: write one goal")
                break


def warn_goals_unlike_service_level(scenario: Scenario) -> Iterator[Finding]:
    """Heads planned for one threshold, and a service level that counts another."""
    counted = scenario.waiting.service_level
    for name, group in scenario.workforce.groups.items():
        goals = () if group.planned is None else group.planned.goal
        levels = [goal for goal in goals if goal.kind == "service_level"]
        if levels and all(goal.threshold_s != counted.threshold_s for goal in levels):
            goal = levels[0]
            what = f"heads are planned for {goal}, but results count who is answered within {counted.threshold_s:g} s"
            path: KeyPath = ("workforce", "groups", name, "heads", "goal")
            yield Finding(path, what, f'write waiting.service_level: "{goal}"')


def check_periods(scenario: Scenario) -> Iterator[Finding]:
    """Periods of heads run forwards and do not overlap on the same day."""
    for name, group in scenario.workforce.groups.items():
        periods = group.heads if isinstance(group.heads, tuple) else ()
        for position, period in enumerate(periods):
            path: KeyPath = ("workforce", "groups", name, "heads", position)
            if period.start >= period.end:
                yield Finding((*path, "end"), f"{_span(period)} does not run forwards", _MIDNIGHT_ADVICE)
        yield from _overlaps(periods, ("workforce", "groups", name, "heads"))
        if isinstance(group.heads, tuple) and not group.heads:
            yield Finding(
                ("workforce", "groups", name, "heads"), "the list is empty", "write at least one period"
            )


def check_shifts(scenario: Scenario) -> Iterator[Finding]:
    """Shifts start within the day; breaks lie inside them and do not overlap."""
    for name, group in scenario.workforce.groups.items():
        for title, shift in (group.shifts or {}).items():
            path: KeyPath = ("workforce", "groups", name, "shifts", title)
            if shift.start >= units.SECONDS_PER_DAY:
                yield Finding((*path, "start"), "24:00 is no start", 'write "00:00"')
            yield from _breaks(shift, path)


def check_horizon_days(scenario: Scenario) -> Iterator[Finding]:
    """Weekdays of shifts and periods are listed once."""
    for name, group in scenario.workforce.groups.items():
        for path, days in _lists_of_days(group, ("workforce", "groups", name)):
            if len(set(days)) < len(days):
                yield Finding(path, "a weekday is listed twice", "list each day once")
            if not days:
                yield Finding(path, "the list is empty", "leave 'days' out for every day")


def warn_moments_without_volume(scenario: Scenario) -> Iterator[Finding]:
    """A moment that neither demand nor a crisis brings never happens."""
    brought = {name for storm in scenario.crises.values() for name in (storm.moment, storm.status_moment)}
    for name in scenario.moments:
        if name not in scenario.demand.volumes and name not in brought:
            yield Finding(("moments", name), "this moment never happens", "give it a volume in 'demand'")


def warn_nothing_passed_on(scenario: Scenario) -> Iterator[Finding]:
    """Times of a second stage count where needs are passed on to it."""
    for name, moment in scenario.moments.items():
        if moment.beyond_authority == 0.0 and moment.escalated != Escalated():
            yield Finding(
                ("moments", name, "escalated"),
                "it has no effect, since nothing is passed on",
                f"write moments.{name}.beyond_authority, like 20 %",
            )


def warn_groups_without_heads(scenario: Scenario) -> Iterator[Finding]:
    """A group of nobody answers nothing."""
    for name, group in scenario.workforce.groups.items():
        if group.heads == 0:
            yield Finding(("workforce", "groups", name, "heads"), "this group has no agents")


def warn_reserves_never_called(scenario: Scenario) -> Iterator[Finding]:
    """A reserve group that no crisis calls stays at home."""
    called = {call.group for storm in scenario.crises.values() for call in storm.reserves.values()}
    called |= {group for lever in scenario.levers.values() if (group := getattr(lever, "group", None))}
    for name, group in scenario.workforce.groups.items():
        if group.reserve and name not in called:
            path: KeyPath = ("workforce", "groups", name, "reserve")
            yield Finding(path, "no lever calls this reserve", "write one of kind call_in in 'levers'")


_MIDNIGHT_ADVICE = 'a period ends at "24:00" at the latest; write two periods across midnight'


def _exactly_one(section: object, keys: tuple[str, ...], path: KeyPath) -> Iterator[Finding]:
    given = [key for key in keys if getattr(section, key) is not None]
    listed = ", ".join(keys)
    if not given:
        yield Finding(path, "this says not how many", f"give one of {listed}")
    elif len(given) > 1:
        names = " and ".join(f"'{key}'" for key in given)
        advice = f"give one of {listed}; '{given[0]}: null' takes out what another layer set"
        yield Finding((*path, given[1]), f"{names} are both given", advice)


def _span(period: HeadsPeriod) -> str:
    return f"{units.format_time_of_day(period.start)} to {units.format_time_of_day(period.end)}"


def _overlaps(periods: tuple[HeadsPeriod, ...], path: KeyPath) -> Iterator[Finding]:
    """At most one finding for each period, whatever their number: each day is walked once in order of time."""
    told: set[int] = set()
    for weekday in ALL_DAYS:
        today = sorted(
            (period.start, position) for position, period in enumerate(periods) if weekday in period.days
        )
        latest = -1  # of the periods so far, the one that ends last
        for start, position in today:
            if latest >= 0 and start < periods[latest].end and periods[position].end > start:
                first, second = sorted((latest, position))
                if second not in told:
                    told.add(second)
                    yield _overlap(periods[second], periods[first], (*path, second, "start"))
            if latest < 0 or periods[position].end > periods[latest].end:
                latest = position


def _overlap(period: HeadsPeriod, other: HeadsPeriod, path: KeyPath) -> Finding:
    shared = ", ".join(day for day in period.days if day in other.days)
    what = f"{_span(period)} overlaps {_span(other)} on {shared}"
    return Finding(path, what, "periods of a day must not overlap")


def _breaks(shift: Shift, path: KeyPath) -> Iterator[Finding]:
    ends = 0.0
    for position, pause in sorted(enumerate(shift.breaks), key=lambda item: item[1].after):
        where = (*path, "breaks", position)
        if pause.after + pause.length > shift.length:
            over = units.format_duration(pause.after + pause.length)
            what = f"the break ends {over} after the start"
            yield Finding(where, what, f"the shift lasts {units.format_duration(shift.length)}")
        if pause.after < ends:
            yield Finding(where, "the break starts before the one before it ends", "breaks must not overlap")
        ends = max(ends, pause.after + pause.length)


def _lists_of_days(group: Group, path: KeyPath) -> Iterator[tuple[KeyPath, tuple[Weekday, ...]]]:
    for title, shift in (group.shifts or {}).items():
        yield (*path, "shifts", title, "days"), shift.days
    for position, period in enumerate(group.heads if isinstance(group.heads, tuple) else ()):
        yield (*path, "heads", position, "days"), period.days


def crisis_moments(storm: Storm) -> tuple[tuple[str, str], ...]:
    """The keys of a storm that name moments, with the names."""
    status = (("status_moment", storm.status_moment),) if storm.status_moment is not None else ()
    return (("moment", storm.moment), *status)


Check = Callable[[Scenario], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (
    check_backlog,
    check_warm_up,
    check_discount,
    check_skills,
    check_group_skills,
    check_matches,
    check_heads,
    check_planned,
    check_periods,
    check_shifts,
    check_horizon_days,
)
WARNINGS: tuple[Check, ...] = (
    warn_moments_without_volume,
    warn_nothing_passed_on,
    warn_groups_without_heads,
    warn_goals_unlike_service_level,
    warn_reserves_never_called,
)
