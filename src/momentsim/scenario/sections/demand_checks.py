"""Checks of demand: every volume says how many in one way, and its keys go together."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from momentsim import units
from momentsim.scenario.files.nodes import KeyPath
from momentsim.scenario.findings import Finding
from momentsim.scenario.laws.law import Law
from momentsim.scenario.sections.demand import (
    AMOUNT_KEYS,
    PROFILE_KEYS,
    SCALE_KEYS,
    SHARES_TOLERANCE,
    Profile,
    RatePeriod,
    Volume,
    amounts,
    has_scale,
)
from momentsim.scenario.sections.operation_checks import known_names
from momentsim.scenario.types import Scenario

PROFILE_LENGTHS = (24, 48, 96, 288)
_MIDNIGHT_ADVICE = 'a period ends at "24:00" at the latest; write two periods across midnight'


def check_volumes(scenario: Scenario) -> Iterator[Finding]:
    """Demand names existing moments and says how many in exactly one way."""
    for path, volume in volumes_in(scenario):
        name = str(path[-1])
        if name not in scenario.moments:
            yield Finding(path, *known_names(name, scenario.moments, "moment"))
        yield from _one_amount(volume, path)
        for key in ("replay", "sparse", "row", "queue"):
            if getattr(volume, key) and volume.file is None:
                what = "there is nothing to replay" if key == "replay" else "there is no file"
                yield Finding((*path, key), what, f"{key} needs 'file'")


def check_profiles(scenario: Scenario) -> Iterator[Finding]:
    """A written profile has 24, 48, 96 or 288 weights, not all zero, and no rate beside it that is fixed."""
    for path, volume in volumes_in(scenario):
        yield from _weights(volume.profile, (*path, "profile"))
        for day, profile in volume.weekday_profiles.items():
            yield from _weights(profile, (*path, "weekday_profiles", day))
        fixed = _fixed_rate(volume)
        for key in PROFILE_KEYS:
            if fixed and getattr(volume, key) != Volume.model_fields[key].default:
                what = f"'{fixed}' already says how busy each hour is"
                yield Finding((*path, key), what, f"leave out '{key}', or give per_day instead")


def check_rates(scenario: Scenario) -> Iterator[Finding]:
    """Periods of rates run forwards and do not overlap on the same day."""
    for path, volume in volumes_in(scenario):
        if volume.rates is not None and not volume.rates:
            yield Finding((*path, "rates"), "the list is empty", "write at least one period")
        for position, period in enumerate(volume.rates or ()):
            where: KeyPath = (*path, "rates", position)
            if period.start >= period.end:
                yield Finding((*where, "end"), f"{_span(period)} does not run forwards", _MIDNIGHT_ADVICE)
            if not period.days:
                yield Finding((*where, "days"), "the list is empty", "leave 'days' out for every day")
            yield from _overlaps((volume.rates or ())[:position], period, where)


def check_interarrival(scenario: Scenario) -> Iterator[Finding]:
    """A renewal process goes on for ever, and neither repeats counts nor stands still."""
    for path, volume in volumes_in(scenario):
        law = volume.interarrival
        if law is None:
            continue
        where: KeyPath = (*path, "interarrival")
        if "never" in {law.distribution, *(part.law.distribution for part in law.parts or ())}:
            yield Finding((*where, "distribution"), "nobody would come any more", "take any law but never")
        if volume.replay:
            yield Finding(where, "replay already says how many come in each interval", "give one of the two")
        if amounts(volume):
            yield from _own_scale(law, where, amounts(volume)[0])
        elif 0 in (law.mean, law.median, law.high):
            yield Finding(where, "all would come at once", "give a mean above 0")


def check_day_kinds(scenario: Scenario) -> Iterator[Finding]:
    """Shares of kinds of days leave none below 0, and factors belong to volumes that can be more or less."""
    kinds = scenario.demand.day_kinds
    total = sum(kind.share for kind in kinds.values())
    if total > 1.0 + SHARES_TOLERANCE:
        what = f"the shares of kinds of days add up to {units.format_share(total)}"
        yield Finding(("demand", "day_kinds"), what, "at most 100 %; what is left are usual days")
    for kind_name, kind in kinds.items():
        for name in kind.factors:
            path: KeyPath = ("demand", "day_kinds", kind_name, "factors", name)
            volume = scenario.demand.volumes.get(name)
            if volume is None:
                yield Finding(path, *known_names(name, scenario.demand.volumes, "moment with a volume"))
            elif volume.replay:
                what = "replay already says how many come in each interval"
                yield Finding(path, what, "leave out this factor, or replay")


def volumes_in(scenario: Scenario) -> Iterator[tuple[KeyPath, Volume]]:
    """Every volume with its key."""
    for name, volume in scenario.demand.volumes.items():
        yield ("demand", "volumes", name), volume


def _one_amount(volume: Volume, path: KeyPath) -> Iterator[Finding]:
    given, listed = amounts(volume), ", ".join(AMOUNT_KEYS)
    law = volume.interarrival
    if not given and law is None:
        yield Finding(path, "this says not how many", f"give one of {listed}")
    elif not given and law is not None and not has_scale(law):
        what = "this law has no mean, so nothing says how many"
        yield Finding((*path, "interarrival"), what, f"give its mean, or one of {listed}")
    elif len(given) > 1:
        names = " and ".join(f"'{key}'" for key in given)
        advice = f"give one of {listed}; '{given[0]}: null' takes out what another layer set"
        yield Finding((*path, given[1]), f"{names} are both given", advice)


def _own_scale(law: Law, path: KeyPath, amount: str) -> Iterator[Finding]:
    for key in SCALE_KEYS:
        if getattr(law, key) is not None:
            yield Finding(
                (*path, key), f"'{amount}' already says how many", f"leave out '{key}' or '{amount}'"
            )


def _fixed_rate(volume: Volume) -> str:
    """The key that fixes the rate of every hour, if any; a file only gets a warning."""
    given = amounts(volume)
    if not given:
        return "interarrival" if volume.interarrival is not None else ""
    return given[0] if given[0] in ("per_hour", "rates") else ""


def _weights(profile: Profile, path: KeyPath) -> Iterator[Finding]:
    if isinstance(profile, str):
        return
    if len(profile) not in PROFILE_LENGTHS:
        yield Finding(path, f"the profile has {len(profile)} weights", "write 24, 48, 96 or 288")
    elif not any(profile):
        yield Finding(path, "all weights are 0", "at least one is above 0")


def _span(period: RatePeriod) -> str:
    return f"{units.format_time_of_day(period.start)} to {units.format_time_of_day(period.end)}"


def _overlaps(earlier: tuple[RatePeriod, ...], period: RatePeriod, path: KeyPath) -> Iterator[Finding]:
    for other in earlier:
        shared = [day for day in period.days if day in other.days]
        if shared and period.start < other.end and other.start < period.end:
            what = f"{_span(period)} overlaps {_span(other)} on {', '.join(shared)}"
            yield Finding((*path, "start"), what, "periods of a day must not overlap")


CHECKS: tuple[Callable[[Scenario], Iterator[Finding]], ...] = (
    check_volumes,
    check_profiles,
    check_rates,
    check_interarrival,
    check_day_kinds,
)
