"""Levers pulled at times read from a file, like the `levers.csv` of an earlier run: a replay.

The file decides alone: levers that it does not name are not pulled, whatever the scenario says. With a column
`replication` each replication has its own pulls; without it all have the same.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

import numpy as np

from momentsim import units
from momentsim.contract.plan import LEVER_ACTION, NEVER, LeverAction, Prepared, Why
from momentsim.errors import MomentsimError, Problem, ScenarioError
from momentsim.prepare.levers import lever_names, size_names
from momentsim.scenario.files.plain_files import csv_rows
from momentsim.scenario.files.renamed_keys import lever_name
from momentsim.scenario.sections.levers import usual_size
from momentsim.scenario.types import Scenario
from momentsim.scenario.written import show_value
from momentsim.suggestions import did_you_mean

MAX_BYTES = 10_000_000
LEVER, REPLICATION, SECONDS, LOCAL = "lever", "replication", "pulled_s", "pulled_at"
SIZE, ACTION, WHY, ENDS = "size", "action", "why", "ends"
EVERY = 0
"""Stands for all replications; the first one is 1."""
_ACTIONS = [action.name.lower() for action in (LeverAction.PULL, LeverAction.UNDO)]
_WHYS = [why.name.lower() for why in Why]
_ENDS = ["file", "scenario"]
"""Who says when levers end that are pulled by a file with actions: the file alone, or the scenario too."""
_Found: TypeAlias = tuple[str, str, str, str]
_REPLICATION = re.compile(r"0*[1-9]\d{0,8}", re.ASCII)


class Act(NamedTuple):
    """One line: what is done to a lever."""

    at: int
    """Microseconds since the scenario's start."""
    lever: int
    action: LeverAction
    size: int
    why: Why


@dataclass(frozen=True)
class LeverFile:
    """What is done to levers, by replication (or EVERY)."""

    path: Path
    content_hash: str
    acts: Mapping[int, Sequence[Act]]
    ends_alone: bool = False
    """Levers are undone only where the file says so, not as the scenario says."""

    @property
    def last_replication(self) -> int | None:
        """Highest replication in the file; None when it is for every one."""
        return None if EVERY in self.acts else max(self.acts, default=None)

    def with_levers(self, prepared: Prepared, replication: int) -> Prepared:
        """The same replication with its levers pulled and undone as the file says, and not otherwise.

        Where the file does not decide alone when levers end, they end as the scenario says too.
        """
        plan = prepared.plan
        start = int(plan.settings["warm_up"][0])
        acts = self.acts.get(EVERY, self.acts.get(replication, ()))
        levers, sizes, triggers = plan.levers.copy(), plan.lever_sizes.copy(), plan.triggers
        ends = plan.lever_actions[plan.lever_actions["action"] == LeverAction.UNDO]
        levers["at"] = NEVER
        for act in acts:
            if act.action == LeverAction.PULL:
                levers["at"][act.lever] = min(start + act.at, levers["at"][act.lever])
        if self.ends_alone:
            ends, sizes["lasts"] = ends[:0], 0
        kept = triggers[(triggers["action"] == LeverAction.UNDO) & (not self.ends_alone)]
        rows = [(start + act.at, act.lever, act.action, act.size, act.why) for act in acts]
        actions = np.sort(np.concatenate([np.array(rows, LEVER_ACTION), ends]) if rows else ends)
        changed = plan._replace(levers=levers, lever_sizes=sizes, lever_actions=actions, triggers=kept)
        return prepared._replace(plan=changed)


NO_PULLS: Final = LeverFile(Path("nothing"), hashlib.sha256(b"").hexdigest(), {EVERY: ()})
"""Nobody pulls a lever, whatever the scenario says."""


def read_lever_file(path: Path, scenario: Scenario) -> LeverFile:
    """Read a file with columns lever, pulled_s or pulled_at, and perhaps others; raises with all problems.

    Those are replication, size, action (pull or undo), why and ends (file or scenario).
    """
    text = _text(path)
    rows = csv_rows(text, str(path))
    _line, header = next(rows, (1, []))
    columns = tuple(name.strip() for name in header)
    problems: list[Problem] = []
    acts: dict[int, list[Act]] = {} if REPLICATION in columns else {EVERY: []}
    if LEVER not in columns or not {SECONDS, LOCAL} & set(columns):
        what = "the first line must name the columns lever and pulled_s or pulled_at"
        raise ScenarioError([Problem(str(path), 1, 1, "", what)])
    ends = set()
    for line, cells in rows:
        row = _LeverRow(dict(zip(columns, cells, strict=True)), scenario)
        ends.add(row.ends)
        problems += [Problem(str(path), line, 1, *found) for found in row.problems(acts)]
    if problems:
        raise ScenarioError(problems)
    return LeverFile(
        path, hashlib.sha256(text.encode()).hexdigest(), acts, ACTION in columns and ends != {"scenario"}
    )


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


class _LeverRow:
    """One line of the file."""

    def __init__(self, row: Mapping[str, str], scenario: Scenario) -> None:
        self._cells = {key: value.strip() for key, value in row.items()}
        self._names = lever_names(scenario)
        self._scenario = scenario

    @property
    def ends(self) -> str:
        """Who says when levers end."""
        return self._cells.get(ENDS, "") or _ENDS[0]

    def problems(self, acts: dict[int, list[Act]]) -> Iterator[_Found]:
        """Add the line to `acts`, or say what is wrong: (column, what, allowed, meant)."""
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
        words = list(self._wrong_words(lever))
        if words:
            yield from words
            return
        number = self._names.index(lever)
        act = Act(at, number, self._action(), self._size(number), self._why())
        before = [other for other in acts.setdefault(replication, []) if other.lever == number]
        yield from self._out_of_turn(lever, act, before)
        acts[replication].append(act)

    def _wrong_words(self, lever: str) -> Iterator[_Found]:
        """Actions, reasons and sizes that do not exist."""
        sizes = [size for size in size_names(self._scenario)[self._names.index(lever)] if size]
        known = {ACTION: _ACTIONS, WHY: _WHYS, SIZE: sizes, ENDS: _ENDS}
        for column, words in known.items():
            word = self._cells.get(column, "")
            if word and word not in words:
                listed = ", ".join(words) or f"'{lever}' has none"
                yield column, f"{show_value(word)} is no {column}", listed, did_you_mean(word, words)

    def _out_of_turn(self, lever: str, act: Act, before: list[Act]) -> Iterator[_Found]:
        """A lever is pulled no oftener than it may be, and undone after it was pulled."""
        about = self._scenario.levers.get(lever)
        most = 1 if about is None else about.at_most
        pulls = sum(other.action == LeverAction.PULL for other in before)
        if act.action == LeverAction.UNDO and pulls == 0:
            yield LEVER, f"'{lever}' is undone before it is pulled", "", ""
        elif act.action == LeverAction.PULL and pulls >= most:
            times = "once" if most == 1 else f"{most} times"
            often = "twice" if most == 1 else "more often"
            yield LEVER, f"'{lever}' is pulled {often}", f"it can be pulled {times}", ""

    def _action(self) -> LeverAction:
        return LeverAction[self._cells.get(ACTION, "").upper() or "PULL"]

    def _why(self) -> Why:
        return Why[self._cells.get(WHY, "").upper() or "PLAN"]

    def _size(self, lever: int) -> int:
        """Number of the size; the usual one where none is named."""
        name = self._cells.get(SIZE, "")
        if name:
            return size_names(self._scenario)[lever].index(name)
        about = self._scenario.levers.get(self._names[lever])
        return 0 if about is None else usual_size(about)

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
