"""Levers pulled at times read from a file, like the `levers.csv` of an earlier run: a replay.

The file decides alone: levers that it does not name are not pulled, whatever the scenario says. With a column
`replication` each replication has its own pulls; without it all have the same.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from momentsim import units
from momentsim.contract.plan import NEVER, Prepared
from momentsim.errors import MomentsimError, Problem, ScenarioError
from momentsim.prepare.crisis_levers import lever_names
from momentsim.scenario.files.plain_files import csv_rows
from momentsim.scenario.files.renamed_keys import lever_name
from momentsim.scenario.types import Scenario
from momentsim.scenario.written import show_value
from momentsim.suggestions import did_you_mean

MAX_BYTES = 10_000_000
LEVER, REPLICATION, SECONDS, LOCAL = "lever", "replication", "pulled_s", "pulled_at"
EVERY = 0
"""Stands for all replications; the first one is 1."""
_REPLICATION = re.compile(r"0*[1-9]\d{0,8}", re.ASCII)


@dataclass(frozen=True)
class LeverFile:
    """Per replication (or EVERY): number of each lever pulled, and when: microseconds since the scenario's start."""

    path: Path
    content_hash: str
    times: Mapping[int, Mapping[int, int]]

    @property
    def last_replication(self) -> int | None:
        """Highest replication in the file; None when it is for every one."""
        return None if EVERY in self.times else max(self.times, default=None)

    def with_levers(self, prepared: Prepared, replication: int) -> Prepared:
        """The same replication with its levers pulled as the file says, and not otherwise."""
        levers = prepared.plan.levers.copy()
        levers["at"] = NEVER
        for lever, at in self.times.get(EVERY, self.times.get(replication, {})).items():
            levers["at"][lever] = prepared.plan.settings["warm_up"][0] + at
        return prepared._replace(plan=prepared.plan._replace(levers=levers))


def read_lever_file(path: Path, scenario: Scenario) -> LeverFile:
    """Read a file with columns lever, pulled_s or pulled_at, and perhaps replication; raises with all problems."""
    text = _text(path)
    rows = csv_rows(text, str(path))
    _line, header = next(rows, (1, []))
    columns = tuple(name.strip() for name in header)
    problems: list[Problem] = []
    times: dict[int, dict[int, int]] = {} if REPLICATION in columns else {EVERY: {}}
    if LEVER not in columns or not {SECONDS, LOCAL} & set(columns):
        what = "the first line must name the columns lever and pulled_s or pulled_at"
        raise ScenarioError([Problem(str(path), 1, 1, "", what)])
    for line, cells in rows:
        row = _Row(dict(zip(columns, cells, strict=True)), lever_names(scenario), scenario)
        problems += [Problem(str(path), line, 1, *found) for found in row.problems(times)]
    if problems:
        raise ScenarioError(problems)
    return LeverFile(path, hashlib.sha256(text.encode()).hexdigest(), times)


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise MomentsimError(f"{path}: cannot be read ({error.strerror})") from error
    if len(content) > MAX_BYTES:
        raise MomentsimError(f"{path}: too long for a list of levers, at most {MAX_BYTES} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MomentsimError(f"{path}: is not UTF-8 text") from error


class _Row:
    """One line of the file."""

    def __init__(self, row: Mapping[str, str], names: tuple[str, ...], scenario: Scenario) -> None:
        self._cells = {key: value.strip() for key, value in row.items()}
        self._names = names
        self._scenario = scenario

    def problems(self, times: dict[int, dict[int, int]]) -> Iterator[tuple[str, str, str, str]]:
        """Add the pull to `times`, or say what is wrong: (column, what, allowed, meant)."""
        lever, replication = lever_name(self._cells.get(LEVER, "")), self._replication()
        if replication is None:
            yield (
                REPLICATION,
                f"{show_value(self._cells.get(REPLICATION, ''))} is not a replication",
                "1, 2, ...",
                "",
            )
            return
        if lever not in self._names:
            known = f"known: {', '.join(self._names) or 'the scenario has none'}"
            yield LEVER, f"{show_value(lever)} is not a lever", known, did_you_mean(lever, self._names)
            return
        at = self._time()
        if isinstance(at, str):
            yield "", at, f"within the run, 0 s .. {units.format_duration(self._latest_s())}", ""
            return
        pulls, number = times.setdefault(replication, {}), self._names.index(lever)
        if number in pulls:
            yield LEVER, f"'{lever}' is pulled twice", "each lever can be pulled once", ""
        pulls[number] = at

    def _replication(self) -> int | None:
        written = self._cells.get(REPLICATION)
        if written is None:
            return EVERY
        return int(written) if _REPLICATION.fullmatch(written) else None

    def _latest_s(self) -> float:
        return self._scenario.horizon + self._scenario.run.run_out

    def _time(self) -> int | str:
        """Microseconds since the start, or what is wrong."""
        by_seconds, by_date = self._cells.get(SECONDS, ""), self._cells.get(LOCAL, "")
        quantity = units.parse_quantity(by_seconds)
        moment = units.parse_timestamp(by_date)
        if (by_seconds and (quantity is None or quantity[1])) or (by_date and moment is None):
            return f"{show_value(by_seconds or by_date)} is not a time"
        dated_s = None if moment is None else (moment - self._scenario.start).total_seconds()
        second = quantity[0] if quantity is not None else dated_s
        if second is None:
            return "the time is missing"
        if dated_s is not None and abs(second - dated_s) >= 1:
            return f"pulled_s ({by_seconds}) and pulled_at ({by_date}) are different times"
        if not (math.isfinite(second) and 0 <= second <= self._latest_s()):
            return f"{second:g} s is outside the run"
        return units.ticks(second)
