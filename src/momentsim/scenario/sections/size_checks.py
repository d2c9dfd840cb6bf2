"""Checks of size: what no machine could hold is refused, with the estimate, before anything is made.

The limits are where one replication takes about a gigabyte of memory or some minutes of work. An estimate needs
nothing but the scenario; counts in side files are added up when those are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from momentsim import units
from momentsim.scenario.files.nodes import KeyPath
from momentsim.scenario.findings import Finding
from momentsim.scenario.laws.law_checks import Samples, is_observed, known_law
from momentsim.scenario.sections.base import ALL_DAYS, Weekday
from momentsim.scenario.sections.customers import prospects_of
from momentsim.scenario.sections.demand import amounts, daily_mean
from momentsim.scenario.sections.operation_checks import skills_of
from momentsim.scenario.types import Group, Scenario, Storm, Volume

MAX_CUSTOMERS = 50_000_000
"""Of all segments together: four bytes each, and a row for each that makes contact."""
MAX_AGENTS = 50_000
MAX_ROSTER_CHANGES = 20_000_000
"""Starts, breaks and ends of shifts over the horizon."""
MAX_MOMENTS = 200_000_000
"""Expected in one replication."""
MAX_MOMENTS_A_DAY = 10_000_000
"""A day's moments are in memory together."""
MAX_CELLS = 5_000_000
"""Rows of the books: intervals x (reasons + groups + queues)."""
MAX_PAIRS = 100_000
"""Reasons x segments."""
LONG_RUN = 2_000_000_000
"""Moments of all replications above which a warning says how long they take."""
MOMENTS_PER_HOUR = 2e9
"""About what one processor manages."""


def check_customers(scenario: Scenario) -> Iterator[Finding]:
    """The customers fit into memory."""
    total = sum(
        segment.customers + prospects_of(segment, scenario.horizon)
        for segment in scenario.customers.segments.values()
    )
    if total > MAX_CUSTOMERS:
        what = f"there are {total:,} customers in all"
        advice = "take a part of them and of the volumes"
        yield Finding(("customers", "segments"), what, f"at most {MAX_CUSTOMERS:,}; {advice}")


def check_agents(scenario: Scenario) -> Iterator[Finding]:
    """Agents and their rosters fit into memory; heads of files are checked cell by cell."""
    groups = scenario.workforce.groups
    total = sum(heads_of(group) for group in groups.values())
    if total > MAX_AGENTS:
        what = f"there are {total:,} agents in all"
        yield Finding(("workforce", "groups"), what, f"at most {MAX_AGENTS:,}")
        return
    days = simulated_s(scenario) / units.SECONDS_PER_DAY + 8
    changes = round(sum(changes_a_day(group) for group in groups.values()) * days)
    if changes > MAX_ROSTER_CHANGES:
        what = f"the rosters have about {changes:,} starts, breaks and ends"
        advice = "take a shorter horizon or fewer agents"
        yield Finding(("workforce", "groups"), what, f"at most {MAX_ROSTER_CHANGES:,}; {advice}")


def simulated_s(scenario: Scenario) -> float:
    """Seconds in which moments arise: warm-up and horizon."""
    return scenario.opening.warm_up + scenario.horizon


def heads_of(group: Group) -> int:
    """Most agents of a group at once, or those of all its shifts; none of those that are yet to be planned."""
    if isinstance(group.heads, tuple):
        return max((period.heads for period in group.heads), default=0)
    return (group.heads if isinstance(group.heads, int) else 0) + sum(
        shift.heads for shift in (group.shifts or {}).values()
    )


def changes_a_day(group: Group) -> int:
    """Starts, breaks and ends of a day; at least a few for a shift or period of nobody, which takes room too."""
    shifts = sum((shift.heads + 4) * 2 * (1 + len(shift.breaks)) for shift in (group.shifts or {}).values())
    periods = len(group.heads) if isinstance(group.heads, tuple) else 1
    return shifts + 2 * (heads_of(group) if group.shifts is None else 0) * max(periods, 1)


def check_moments(scenario: Scenario) -> Iterator[Finding]:
    """A day's moments fit into memory, and those of the horizon can be simulated in bearable time."""
    for name, volume in scenario.demand.volumes.items():
        kinds = scenario.demand.day_kinds.values()
        most = max(_week(scenario, volume, {})) * max([1.0, *(kind.factors.get(name, 1.0) for kind in kinds)])
        if most > MAX_MOMENTS_A_DAY:
            yield _too_many(("demand", "volumes", name), most, "a day", MAX_MOMENTS_A_DAY)
    for name, storm in scenario.crises.items():
        parties = parties_of(storm)
        if parties and max(parties) > MAX_MOMENTS_A_DAY:
            yield _too_many(("crises", name, "days"), max(parties), "on one day", MAX_MOMENTS_A_DAY)
    total = expected_moments(scenario, {})
    if total > MAX_MOMENTS:
        yield _too_many(("demand", "volumes"), total, "over the horizon", MAX_MOMENTS)


def expected_moments(scenario: Scenario, samples: Samples) -> float:
    """About how many moments arise in warm-up and horizon, of the busiest day where it is no week; none from files."""
    days = max(simulated_s(scenario) / units.SECONDS_PER_DAY, 0.0)
    total = 0.0
    for volume in scenario.demand.volumes.values():
        week = _week(scenario, volume, samples)
        total += (max(week) if days < 7 else sum(week) / 7) * days
    return total + sum(sum(parties_of(storm)) for storm in scenario.crises.values())


def check_observed_moments(scenario: Scenario, samples: Samples) -> Iterator[Finding]:
    """The same of volumes whose times between moments were observed, once the files are read."""
    days = simulated_s(scenario) / units.SECONDS_PER_DAY
    for name, volume in scenario.demand.volumes.items():
        if volume.interarrival is None or not is_observed(volume.interarrival):
            continue
        path: KeyPath = ("demand", "volumes", name, "interarrival")
        most = max(_week(scenario, volume, samples))
        if most > MAX_MOMENTS_A_DAY:
            yield _too_many(path, most, "a day", MAX_MOMENTS_A_DAY)
        elif most * days > MAX_MOMENTS:
            yield _too_many(path, most * days, "over the horizon", MAX_MOMENTS)


def _week(scenario: Scenario, volume: Volume, samples: Samples) -> list[float]:
    customers = sum(segment.customers for segment in scenario.customers.segments.values())
    return [moments_on(volume, customers, day, samples) for day in ALL_DAYS]


def moments_on(volume: Volume, customers: int, day: Weekday, samples: Samples) -> float:
    """Mean moments on a weekday; none from a file, and none from an interarrival law that is not known yet."""
    mean = daily_mean(volume, customers)
    for period in volume.rates or ():
        if day in period.days:
            mean += period.per_hour * max(period.end - period.start, 0) / 3600.0
    law = volume.interarrival
    if law is not None and not amounts(volume):
        found = known_law(("interarrival",), law, samples)
        gap_s = found.mean if found is not None else 0.0
        mean += units.SECONDS_PER_DAY / gap_s if gap_s > 0.0 else 0.0
    return mean * volume.weekdays.get(day, 1.0)


def parties_of(storm: Storm) -> list[float]:
    """Parties hit or asking by storm day."""
    per_service = storm.customers_per_service / storm.party_size
    return [max(day.scheduled, day.failed) * per_service for day in storm.days.values()]


def _too_many(path: KeyPath, count: float, when: str, limit: int) -> Finding:
    advice = "simulate a part of the centre, or a shorter horizon"
    return Finding(path, f"about {count:,.0f} moments {when}", f"at most {limit:,}; {advice}")


def check_books(scenario: Scenario) -> Iterator[Finding]:
    """The counts by interval and by segment fit into memory."""
    intervals = (simulated_s(scenario) + scenario.run.run_out) / scenario.interval
    columns = len(scenario.moments) + len(scenario.workforce.groups) + len(skills_of(scenario))
    if intervals * columns > MAX_CELLS:
        what = f"about {intervals:,.0f} intervals for each of {columns:,} reasons, groups and skills"
        advice = "take a longer interval or a shorter horizon"
        yield Finding(("interval",), what, f"at most {MAX_CELLS:,} together; {advice}")
    pairs = len(scenario.moments) * len(scenario.customers.segments)
    if pairs > MAX_PAIRS:
        yield Finding(("moments",), f"{pairs:,} pairs of a reason and a segment", f"at most {MAX_PAIRS:,}")


def check_pairs(scenario: Scenario) -> Iterator[Finding]:
    """Antithetic replications come in pairs."""
    run = scenario.run
    if run.antithetic and run.replications % 2:
        yield Finding(("run", "replications"), *words_for_unpaired(run.replications))


def words_for_unpaired(replications: int) -> tuple[str, str, str]:
    """What is wrong with an odd number of antithetic replications, what is allowed, what was probably meant."""
    evens = [str(number) for number in (replications - 1, replications + 1) if number > 0]
    what = f"{replications} antithetic replications are no whole number of pairs"
    return what, "write an even number, or run.antithetic: off", f"did you mean {' or '.join(evens)}?"


def check_precision(scenario: Scenario) -> Iterator[Finding]:
    """A run has a number of replications or a precision; what belongs to a precision comes with one."""
    run = scenario.run
    if run.precision is not None and run.antithetic:
        what = "its looks count single replications, and antithetic ones come in pairs"
        yield Finding(("run", "precision"), what, "choose one of precision and antithetic")
    if run.precision is not None and "replications" in run.model_fields_set:
        what = f"there is a number of replications ({run.replications:,}) as well"
        yield Finding(
            ("run", "precision"), what, "choose one; the cap of a precision is run.max_replications"
        )
    for name in ("precision_measures", "max_replications"):
        if run.precision is None and getattr(run, name) is not None:
            yield Finding(
                ("run", name), "this goes with run.precision, which is not there", "add it, like 2 %"
            )


def warn_long_runs(scenario: Scenario) -> Iterator[Finding]:
    """Says beforehand that a run takes hours."""
    customers = sum(segment.customers for segment in scenario.customers.segments.values())
    volumes = scenario.demand.volumes.values()
    daily = sum(moments_on(volume, customers, day, {}) for volume in volumes for day in ALL_DAYS)
    daily /= len(ALL_DAYS)
    total = daily * simulated_s(scenario) / units.SECONDS_PER_DAY * scenario.run.replications
    if total > LONG_RUN:
        what = f"about {total:,.0f} moments in {scenario.run.replications:,} replications"
        hours = f"{total / MOMENTS_PER_HOUR:,.0f}"
        yield Finding(("run", "replications"), what, f"they take about {hours} h on one processor")


CHECKS: tuple[Callable[[Scenario], Iterator[Finding]], ...] = (
    check_customers,
    check_agents,
    check_moments,
    check_books,
    check_pairs,
    check_precision,
)
WARNINGS: tuple[Callable[[Scenario], Iterator[Finding]], ...] = (warn_long_runs,)
