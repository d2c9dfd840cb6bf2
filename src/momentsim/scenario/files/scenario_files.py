"""Reads the side files that a scenario mentions, all inside its folder, and checks them against it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path, PureWindowsPath
from typing import NamedTuple

from momentsim.errors import Problem, ScenarioError
from momentsim.scenario.checks import problem_at
from momentsim.scenario.files.nodes import Branch, KeyPath, key_text, place
from momentsim.scenario.files.plain_files import near_files
from momentsim.scenario.files.side_files import (
    CountRow,
    Grid,
    check_grid,
    count_rows,
    read_counts,
    read_samples,
    row_length_s,
)
from momentsim.scenario.laws.law_checks import laws_in
from momentsim.scenario.laws.law_size_checks import check_observed
from momentsim.scenario.sections.size_checks import (
    MAX_AGENTS,
    MAX_MOMENTS,
    MAX_MOMENTS_A_DAY,
    check_observed_moments,
)
from momentsim.scenario.types import Scenario

__all__ = ["CountTable", "SideFiles", "read_counts", "read_side_files"]

MAX_TOGETHER = 30_000_000
CountTable = tuple[tuple[datetime, float], ...]


class Mention(NamedTuple):
    """A key that names a side file, and the column that is read from it."""

    path: KeyPath
    name: str
    column: str
    whole: bool
    sparse: bool = False


@dataclass(slots=True)
class SideFiles:
    """Side files by their name as written in the scenario, with what is wrong with them."""

    tables: dict[str, CountTable] = field(default_factory=dict)
    samples: dict[str, tuple[float, ...]] = field(default_factory=dict)
    paths: dict[str, Path] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    done: set[tuple[str, bool]] = field(default_factory=set)
    """Names that were read, and whether only whole numbers were allowed."""
    size: int = 0


def mentions(scenario: Scenario) -> Iterator[Mention]:
    """Every side file that a scenario names."""
    for name, volume in scenario.demand.volumes.items():
        if volume.file is not None:
            path: KeyPath = ("demand", "volumes", name, "file")
            yield Mention(path, volume.file, "offered", volume.replay, volume.sparse)
    for name, group in scenario.workforce.groups.items():
        if group.heads_file is not None:
            yield Mention(("workforce", "groups", name, "heads_file"), group.heads_file, "heads", True)
    for path, law in laws_in(scenario):
        if law.file is not None and law.distribution == "empirical":
            yield Mention((*path, "file"), law.file, "seconds", False)


def read_side_files(scenario: Scenario, folder: Path, tree: Branch) -> SideFiles:
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
        if (mention.name, mention.whole) in files.done:
            continue
        files.done.add((mention.name, mention.whole))
        try:
            _read(mention, scenario, folder, files)
            _add_size(folder / mention.name, files)
        except ScenarioError as error:
            files.problems += error.problems
    files.problems += _teams_without_members(scenario, files, tree)
    for check in (check_observed, check_observed_moments):
        files.problems += [problem_at(finding, tree) for finding in check(scenario, files.samples)]
    return files


def _teams_without_members(scenario: Scenario, files: SideFiles, tree: Branch) -> Iterator[Problem]:
    """More teams than heads, where the heads come from a file."""
    for name, group in scenario.workforce.groups.items():
        if group.teams is None or group.heads_file not in files.tables:
            continue
        heads = int(max((row[1] for row in files.tables[group.heads_file]), default=0))
        if group.teams.count > max(heads, 1):
            path: KeyPath = ("workforce", "groups", name, "teams", "count")
            what = f"{group.teams.count} teams of {heads} agents: some teams would have no members"
            yield place(tree, path).problem(key_text(path), what, f"at most {heads}, by {group.heads_file}")


def words_for_misplaced(name: str, folder: Path) -> tuple[str, str, str] | None:
    """Words for a file that is not below the scenario's folder, or not there."""
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


def _too_many(rows: list[CountRow], column: str, name: str) -> list[Problem]:
    """The same limits of size as for what is written in the scenario itself."""
    if column == "heads":
        limits = [(max((row.value for row in rows), default=0.0), MAX_AGENTS, "agents at once")]
    else:
        days: dict[date, float] = defaultdict(float)
        for row in rows:
            days[row.interval_start.date()] += row.value
        limits = [
            (max(days.values(), default=0), MAX_MOMENTS_A_DAY, "moments on one day"),
            (sum(days.values()), MAX_MOMENTS, "moments in this file"),
        ]
    return [
        Problem(name, 0, 0, column, f"{most:,.0f} {what}", f"at most {limit:,}")
        for most, limit, what in limits
        if most > limit
    ]


def _read(mention: Mention, scenario: Scenario, folder: Path, files: SideFiles) -> None:
    path = folder / mention.name
    shown_as = str(path)
    files.paths[mention.name] = path
    if mention.column == "seconds":
        files.samples[mention.name] = tuple(read_samples(path, shown_as=shown_as))
        if "interarrival" in mention.path and not any(files.samples[mention.name]):
            what = "all times between moments are 0"
            files.problems.append(Problem(shown_as, 0, 0, "seconds", what, "at least one is above 0"))
        return
    rows = count_rows(path, mention.column, shown_as=shown_as, whole=mention.whole)
    rows, problems = _on_grid(rows, mention, scenario, shown_as)
    files.problems += problems
    files.problems += _too_many(rows, mention.column, shown_as)
    ordered = sorted((row.interval_start, row.value) for row in rows)
    files.tables[mention.name] = tuple(ordered)


def _on_grid(
    rows: list[CountRow], mention: Mention, scenario: Scenario, shown_as: str
) -> tuple[list[CountRow], list[Problem]]:
    """The rows that count, and what is wrong with them; rows of volumes may be shorter than the interval."""
    length_s = scenario.interval
    if mention.column == "offered":
        length_s = row_length_s(sorted(row.interval_start for row in rows), scenario.interval)
    warm_up_s = scenario.opening.warm_up
    begin = scenario.start - timedelta(seconds=warm_up_s)
    grid = Grid(begin, warm_up_s + scenario.horizon, length_s, mention.sparse, warm_up_s)
    if not mention.sparse:
        return rows, check_grid(rows, grid, shown_as)
    end = scenario.start + timedelta(seconds=scenario.horizon)
    inside = [row for row in rows if begin <= row.interval_start < end]
    if not inside:
        what = "no row lies inside the horizon"
        return inside, [Problem(shown_as, 0, 0, "interval_start", what, "see 'start' and 'horizon'")]
    return inside, check_grid(inside, grid, shown_as)
