"""A loaded scenario with other heads: groups staffed by the interval, as if each had a `heads_file`."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from momentsim.errors import Problem, ScenarioError
from momentsim.scenario.files.row_grid import CountTable
from momentsim.scenario.loading import LoadedScenario, content_hash
from momentsim.scenario.sections.demand import heads_table
from momentsim.scenario.sections.size_checks import MAX_AGENTS
from momentsim.scenario.types import Scenario

_FORMAT = "%Y-%m-%dT%H:%M:%S"


def heads_file_name(group: str) -> str:
    """`heads_GROUP.csv`: how a group's heads by interval are called, in memory and on disk."""
    return f"heads_{group}.csv"


def interval_starts(scenario: Scenario) -> list[datetime]:
    """Start of every interval of warm-up and horizon: the rows that a `heads_file` needs."""
    begin = scenario.start - timedelta(seconds=scenario.opening.warm_up)
    intervals = round((scenario.opening.warm_up + scenario.horizon) / scenario.interval)
    step = timedelta(seconds=scenario.interval)
    return [begin + number * step for number in range(intervals)]


def heads_text(starts: Sequence[datetime], heads: Sequence[int]) -> str:
    """A `heads_file` as text: interval_start in local ISO time, heads rostered."""
    rows = (f"{start.strftime(_FORMAT)},{int(count)}" for start, count in zip(starts, heads, strict=True))
    return "\n".join(["interval_start,heads", *rows]) + "\n"


def with_heads(
    loaded: LoadedScenario, heads: Mapping[str, Sequence[int]], *, keep_goals: bool = False
) -> LoadedScenario:
    """The same scenario with these rostered heads (before absence and shrinkage) by group and interval.

    They take the place of a group's heads, file or shifts; every other group stays as it is. A run is the same as
    with files of that content. With `keep_goals` groups still know the goal that these heads are planned for, and
    so the error of its forecast. Raises ScenarioError where a group would have too many agents, or fewer than teams.
    """
    scenario = loaded.scenario
    starts = interval_starts(scenario)
    problems = list(_problems(loaded, heads))
    if problems:
        raise ScenarioError(problems)
    groups = dict(scenario.workforce.groups)
    tables: dict[str, CountTable] = dict(loaded.tables)
    contents = {name: file.read_bytes() for name, file in loaded.side_files.items()}
    for name, counts in heads.items():
        file = heads_file_name(name)
        goal = groups[name].planned if keep_goals else None
        update = {"heads": goal, "shifts": None, "heads_file": file}
        groups[name] = groups[name].model_copy(update=update)
        rows = ((start, float(count)) for start, count in zip(starts, counts, strict=True))
        tables[heads_table(file, name)] = CountTable(rows, scenario.interval)
        contents[file] = heads_text(starts, counts).encode()
    workforce = scenario.workforce.model_copy(update={"groups": groups})
    staffed = scenario.model_copy(update={"workforce": workforce})
    return dataclasses.replace(
        loaded, scenario=staffed, tables=tables, content_hash=content_hash(staffed, contents)
    )


def planned_groups(scenario: Scenario) -> list[str]:
    """Groups whose heads are still to be planned."""
    return [name for name, group in scenario.workforce.groups.items() if group.is_unplanned]


def with_number(scenario: Scenario, names: Iterable[str], heads: int) -> Scenario:
    """The scenario with so many heads in these groups, all day."""
    groups = dict(scenario.workforce.groups)
    for name in names:
        groups[name] = groups[name].model_copy(update={"heads": heads, "heads_file": None})
    workforce = scenario.workforce.model_copy(update={"groups": groups})
    return scenario.model_copy(update={"workforce": workforce})


def as_written(scenario: Scenario) -> Scenario:
    """The scenario without the heads that were planned: groups have their goals, and no more."""
    groups = {
        name: group if group.planned is None else group.model_copy(update={"heads_file": None})
        for name, group in scenario.workforce.groups.items()
    }
    workforce = scenario.workforce.model_copy(update={"groups": groups})
    return scenario.model_copy(update={"workforce": workforce})


def _problems(loaded: LoadedScenario, heads: Mapping[str, Sequence[int]]) -> Iterator[Problem]:
    for name, counts in heads.items():
        group, most = loaded.scenario.workforce.groups[name], max(counts, default=0)
        key = f"workforce.groups.{name}"
        origin = loaded.origin(key)
        if most > MAX_AGENTS:
            yield Problem(
                origin.file, origin.line, 0, key, f"{most:,} agents at once", f"at most {MAX_AGENTS:,}"
            )
        if group.teams is not None and group.teams.count > max(most, 1):
            what = f"{group.teams.count} teams of {most} agents: some teams would have no members"
            yield Problem(origin.file, origin.line, 0, f"{key}.teams.count", what, f"at most {most}")
