"""Reads the side files that a scenario mentions, all inside its folder, and checks them against it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path, PureWindowsPath
from typing import NamedTuple

from momentsim.errors import Problem, ScenarioError
from momentsim.scenario.checks import problem_at
from momentsim.scenario.files.call_rows import are_calls, counts_of_calls
from momentsim.scenario.files.nodes import KeyPath, MappingNode, key_text, place
from momentsim.scenario.files.plain_files import near_files
from momentsim.scenario.files.row_grid import CountTable, Grid, by_interval, rows_on_grid
from momentsim.scenario.files.side_files import QUEUES, Split, count_rows, read_counts, read_samples
from momentsim.scenario.files.side_rows import file_of, notes_on
from momentsim.scenario.laws.law_checks import laws_in
from momentsim.scenario.laws.law_size_checks import check_observed
from momentsim.scenario.sections.demand import PROFILE_KEYS, heads_table, queue_table
from momentsim.scenario.sections.size_checks import (
    MAX_AGENTS,
    MAX_MOMENTS,
    MAX_MOMENTS_A_DAY,
    check_observed_moments,
)
from momentsim.scenario.types import Scenario
from momentsim.units import SECONDS_PER_DAY, format_duration

__all__ = ["SideFiles", "read_counts", "read_side_files"]

MAX_TOGETHER = 30_000_000
HOUR_S = 3600.0
ROW_ADVICE = "write how long with 'row: 1 h' beside the file, or in a column interval_end"
ROSTERED = "heads_rostered"
"""The column of a plan (`staffing.csv`, `requirement.csv`) that a roster is, where `heads` are those on duty."""
HEADS_ADVICE = "write it in a column interval_end"


class Mention(NamedTuple):
    """A key that names a side file, and the column that is read from it."""

    path: KeyPath
    name: str
    column: str
    whole: bool
    sparse: bool = False
    row_s: float = 0.0
    """How long a row lasts, where the scenario says so."""
    split: Split = QUEUES

    better: str = ""
    """A column that says the same, and is read where the file has it."""

    @property
    def table(self) -> str:
        """The name under which what is read from it is known."""
        return self.name if self.split.chosen is None else queue_table(self.name, self.split.chosen)


@dataclass(slots=True)
class SideFiles:
    """Side files by their name as written in the scenario, with what is wrong with them."""

    tables: dict[str, CountTable] = field(default_factory=dict)
    samples: dict[str, tuple[float, ...]] = field(default_factory=dict)
    paths: dict[str, Path] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    done: set[Mention] = field(default_factory=set)
    """What was read already; the keys that say so do not matter."""
    size: int = 0


def mentions(scenario: Scenario) -> Iterator[Mention]:
    """Every side file that a scenario names."""
    for name, volume in scenario.demand.volumes.items():
        if volume.file is not None:
            path: KeyPath = ("demand", "volumes", name, "file")
            split = QUEUES if volume.queue is None else Split("queue", volume.queue, needed=True)
            yield Mention(
                path, volume.file, "offered", volume.replay, volume.sparse, volume.row or 0.0, split
            )
    for name, group in scenario.workforce.groups.items():
        if group.heads_file is not None:
            where: KeyPath = ("workforce", "groups", name, "heads_file")
            own = Split("group", name, of_several=True)
            yield Mention(where, group.heads_file, "heads", True, split=own, better=ROSTERED)
    for path, law in laws_in(scenario):
        if law.file is not None and law.distribution == "empirical":
            yield Mention((*path, "file"), law.file, "seconds", False)


def read_side_files(scenario: Scenario, folder: Path, tree: MappingNode) -> SideFiles:
    """Reads and checks every side file; problems name the CSV line, or the key that names a missing file."""
    files = SideFiles()
    columns: dict[str, str] = {}
    for mention in mentions(scenario):
        mark = place(tree, mention.path)
        complaint = words_for_misplaced(mention.name, folder)
        earlier = columns.setdefault(mention.name, mention.column)
        if complaint is None and earlier != mention.column:
            complaint = (
                f"'{mention.name}' is already read for its column '{earlier}'",
                "use one file for each purpose",
                "",
            )
        if complaint is not None:
            files.problems.append(mark.problem(key_text(mention.path), *complaint))
            continue
        what = mention._replace(path=())
        if what in files.done:
            continue
        files.done.add(what)
        try:
            _read(mention, scenario, folder, files)
            _add_size(folder / file_of(mention.name), files)
        except ScenarioError as error:
            files.problems += error.problems
    files.problems += _teams_without_members(scenario, files, tree)
    files.problems += _long_replays(scenario, files, tree)
    files.warnings += _words_on_profiles(scenario, files, tree)
    for check in (check_observed, check_observed_moments):
        files.problems += [problem_at(finding, tree) for finding in check(scenario, files.samples)]
    return files


def _teams_without_members(scenario: Scenario, files: SideFiles, tree: MappingNode) -> Iterator[Problem]:
    """More teams than heads, where the heads come from a file."""
    for name, group in scenario.workforce.groups.items():
        table = files.tables.get(heads_table(group.heads_file or "", name))
        if group.teams is None or table is None:
            continue
        heads = int(max((row[1] for row in table), default=0))
        if group.teams.count > max(heads, 1):
            path: KeyPath = ("workforce", "groups", name, "teams", "count")
            what = f"{group.teams.count} teams of {heads} agents: some teams would have no members"
            yield place(tree, path).problem(key_text(path), what, f"at most {heads}, by {group.heads_file}")


def words_for_misplaced(name: str, folder: Path) -> tuple[str, str, str] | None:
    """Words for a file that is not below the scenario's folder, or not there."""
    name = file_of(name)
    windows = PureWindowsPath(name)
    absolute = Path(name).is_absolute() or bool(windows.drive or windows.root)
    try:
        inside = not absolute and (folder / name).resolve().is_relative_to(folder.resolve())
        exists = inside and (folder / name).is_file()
    except (OSError, ValueError, RuntimeError):
        return f"'{name}' is no name of a file", "write a relative path", ""
    if not inside:
        return (
            f"'{name}' is outside the scenario's folder",
            "write a relative path in that folder or below",
            "",
        )
    return None if exists else (f"there is no file '{name}'", "", near_files(folder / name))


def _add_size(path: Path, files: SideFiles) -> None:
    """Each file is small enough; here all of them together."""
    if path.stat().st_size > MAX_TOGETHER - files.size:
        what = f"this and the side files before it have more than {MAX_TOGETHER:,} bytes"
        raise ScenarioError([Problem(str(path), 0, 0, "", what, "take shorter files or fewer of them")])
    files.size += path.stat().st_size


def _too_many(rows: CountTable, column: str, name: str) -> list[Problem]:
    """The same limits of size as for what is written in the scenario itself."""
    if column == "heads":
        limits = [(max((value for _start, value in rows), default=0.0), MAX_AGENTS, "agents at once")]
    else:
        days: dict[date, float] = defaultdict(float)
        for start, value in rows:
            days[start.date()] += value / max(rows.row_s / SECONDS_PER_DAY, 1.0)
        limits = [
            (max(days.values(), default=0), MAX_MOMENTS_A_DAY, "moments on one day"),
            (sum(value for _start, value in rows), MAX_MOMENTS, "moments in this file"),
        ]
    return [
        Problem(name, 0, 0, column, f"{most:,.0f} {what}", f"at most {limit:,}")
        for most, limit, what in limits
        if most > limit
    ]


def _read(mention: Mention, scenario: Scenario, folder: Path, files: SideFiles) -> None:
    path = folder / mention.name
    shown_as = str(path)
    files.paths[file_of(mention.name)] = folder / file_of(mention.name)
    files.warnings += notes_on(path, shown_as)
    if mention.column == "seconds":
        files.samples[mention.name] = tuple(read_samples(path, shown_as=shown_as))
        if "interarrival" in mention.path and not any(files.samples[mention.name]):
            what = "all times between moments are 0"
            files.problems.append(Problem(shown_as, 0, 0, "seconds", what, "at least one is above 0"))
        return
    of_demand = mention.column == "offered"
    rows, shown_as, of_calls = count_rows(
        path,
        mention.column,
        shown_as=shown_as,
        whole=mention.whole,
        split=mention.split,
        better=mention.better,
        may_be_calls=of_demand and mention.whole,
    )
    grid = _grid_of(scenario, mention.sparse)
    if of_demand and mention.whole and (of_calls or are_calls(rows, grid)):
        rows = counts_of_calls(rows, grid.start, mention.row_s)
        grid = replace(grid, of_calls=True)
    table, problems = rows_on_grid(
        rows,
        grid,
        shown_as,
        advice=ROW_ADVICE if of_demand else HEADS_ADVICE,
        stated=mention.row_s,
        may_be_short=of_demand,
    )
    files.problems += problems
    files.problems += _too_many(table, mention.column, shown_as)
    files.tables[mention.table] = table if of_demand else by_interval(table, grid)


def _grid_of(scenario: Scenario, sparse: bool) -> Grid:
    """The intervals of warm-up and horizon."""
    warm_up_s = scenario.opening.warm_up
    begin = scenario.start - timedelta(seconds=warm_up_s)
    return Grid(begin, warm_up_s + scenario.horizon, scenario.interval, sparse, warm_up_s)


def _long_replays(scenario: Scenario, files: SideFiles, tree: MappingNode) -> Iterator[Problem]:
    """A replayed row puts its counts anywhere within it, which says nothing of a day."""
    for name, volume in scenario.demand.volumes.items():
        table = files.tables.get(volume.table) if volume.replay else None
        if table is not None and table.row_s > max(HOUR_S, scenario.interval):
            path: KeyPath = ("demand", "volumes", name, "replay")
            what = f"rows of {format_duration(table.row_s)} say not when within them moments come"
            advice = "take rows of an hour or less, or leave 'replay' out: the profile then spreads them"
            yield place(tree, path).problem(key_text(path), what, advice)


def _words_on_profiles(scenario: Scenario, files: SideFiles, tree: MappingNode) -> Iterator[Problem]:
    """Where a file's rows bring their own times a profile does nothing; where they do not it matters."""
    for name, volume in scenario.demand.volumes.items():
        table = files.tables.get(volume.table)
        if table is None:
            continue
        path: KeyPath = ("demand", "volumes", name)
        written = [key for key in ("weekdays", *PROFILE_KEYS) if key in volume.model_fields_set]
        if table.row_s <= scenario.interval or volume.replay:
            for key in written:
                what, advice = "this has no effect", "the file already says when moments arise"
                yield place(tree, (*path, key)).problem(key_text((*path, key)), what, advice)
        elif table.row_s > HOUR_S and not set(PROFILE_KEYS) & set(written):
            what = f"rows of {format_duration(table.row_s)} are spread over the day like a business day"
            yield place(tree, path).problem(key_text(path), what, "write a 'profile' of your own to say how")
