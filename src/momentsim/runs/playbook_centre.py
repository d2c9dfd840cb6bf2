"""The centre as a playbook sees it: names, people and local times; see docs/playbooks.md."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from momentsim import units
from momentsim.contract.plan import SECOND, Names
from momentsim.engine import LiveRun
from momentsim.scenario.files.renamed_keys import lever_name
from momentsim.suggestions import did_you_mean

SHORTEST_WAIT_S = 1.0


class PlaybookMistake(Exception):
    """What a playbook asked for makes no sense; told with the file and line that asked."""


class Centre:
    """What a playbook may look at and do.

    A name that is not known is a mistake, told with what was probably meant. Nothing of the present instant has
    happened yet when a playbook looks: it wakes before everything else.
    """

    def __init__(self, live: LiveRun, names: Names, start: datetime) -> None:
        self._live = live
        self._names = names
        self._start = start

    @property
    def now(self) -> datetime:
        """Local date and time, without daylight saving."""
        return self._start + timedelta(microseconds=self._live.now)

    @property
    def queues(self) -> tuple[str, ...]:
        """Names of the queues."""
        return self._names.queues

    @property
    def reasons(self) -> tuple[str, ...]:
        """Names of the contact reasons."""
        return self._names.reasons

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups of agents."""
        return self._names.groups

    @property
    def levers(self) -> tuple[str, ...]:
        """Full names of the levers, like `ice_storm.reserves.called_out`."""
        return self._names.levers

    @property
    def lines_in_use(self) -> int:
        """Contacts waiting or talking."""
        return self._live.lines_in_use

    def queue(self, name: str | None = None) -> int:
        """Contacts waiting: in a queue, or of a reason; all of them without a name."""
        return self._live.waiting(**self._line(name))

    def longest_wait_s(self, name: str | None = None) -> float:
        """Seconds that the contact waiting longest has waited, 0 when nobody waits; names as in `queue`."""
        return self._live.longest_wait(**self._line(name)) / SECOND

    def on_duty(self, group: str | None = None) -> int:
        """Agents logged in and not on a break: of a group, or all."""
        return self._live.on_duty(self._group(group))

    def idle(self, group: str | None = None) -> int:
        """Agents on duty without a contact: of a group, or all."""
        return self._live.idle(self._group(group))

    def lever_pulled(self, lever: str) -> bool:
        """Whether a lever was pulled, by the scenario or by this playbook."""
        return self._live.pulled_at(self._lever(lever)) is not None

    def in_force(self, lever: str) -> bool:
        """Whether a lever is pulled and not undone; also while its lead time runs."""
        return self._live.is_held(self._lever(lever))

    def pull(self, lever: str, size: str | None = None) -> None:
        """Pull a lever, in one of its sizes; it is pulled one microsecond later, and acts after its lead time.

        A full name or a part of it that fits one lever only: `reserves` for `ice_storm.reserves.called_out`.
        """
        row = self._lever(lever)
        sizes = self._names.lever_sizes[row]
        if size is not None and size not in sizes:
            raise _unknown(size, f"a size of '{self.levers[row]}'", [name for name in sizes if name])
        self._refuse_pull(row)
        self._live.pull(row, self._live.usual_size(row) if size is None else sizes.index(size))

    def undo(self, lever: str) -> None:
        """Take back a lever that is in force, or on its way."""
        row = self._lever(lever)
        if not self._live.is_held(row):
            raise PlaybookMistake(
                f"the lever '{self.levers[row]}' is not in force; ask centre.in_force() first"
            )
        self._live.undo(row)

    def _refuse_pull(self, row: int) -> None:
        """A pull that would do nothing is a mistake."""
        name, before = self.levers[row], self._live.pulled_at(row)
        if before is None:
            return
        at = units.format_timestamp(self._start + timedelta(microseconds=before))
        if self._live.pulls_left(row) <= 0:
            raise PlaybookMistake(
                f"the lever '{name}' was pulled already, at {at}; ask centre.lever_pulled() first"
            )
        if self._live.is_held(row):
            raise PlaybookMistake(
                f"the lever '{name}' is in force since it was pulled at {at}; ask centre.in_force() first"
            )
        if self._live.now < self._live.pull_again_at(row):
            again = self._start + timedelta(microseconds=self._live.pull_again_at(row))
            raise PlaybookMistake(
                f"the lever '{name}' may be pulled again from {units.format_timestamp(again)} on"
            )

    def wait(self, duration: str | timedelta) -> Any:
        """To yield: goes on after a duration like "5 min", at least 1 s."""
        return self._live.pause(units.ticks(_seconds(duration)))

    def wait_until(self, moment: str | datetime) -> Any:
        """To yield: goes on at "2007-02-14 06:00", or at the next "06:00"."""
        wait_s = (self._moment(moment) - self.now) / timedelta(seconds=1)
        if wait_s < SHORTEST_WAIT_S:
            now = units.format_timestamp(self.now)
            raise PlaybookMistake(f"centre.wait_until: {_show(moment)} is not later than now, {now}")
        return self._live.pause(units.ticks(wait_s))

    def _moment(self, moment: str | datetime) -> datetime:
        if isinstance(moment, datetime) and moment.tzinfo is None:
            return moment
        text = moment if isinstance(moment, str) else ""
        timestamp, second_of_day = units.parse_timestamp(text), units.parse_time_of_day(text)
        if second_of_day is not None:
            midnight = self.now.replace(hour=0, minute=0, second=0, microsecond=0)
            today = midnight + timedelta(seconds=second_of_day)
            return today if today > self.now else today + timedelta(days=1)
        if timestamp is None:
            raise PlaybookMistake(
                f"centre.wait_until: {_show(moment)} is not a time, "
                'write a local date and time like "2007-02-14 06:00" or a time of day like "06:00"'
            )
        return timestamp

    def _line(self, name: str | None) -> dict[str, int]:
        if name is None:
            return {}
        if name in self.queues:
            return {"queue": self.queues.index(name)}
        if name in self.reasons:
            return {"reason": self.reasons.index(name)}
        raise _unknown(name, "a queue or a reason", (*self.queues, *self.reasons))

    def _group(self, name: str | None) -> int:
        if name is None:
            return -1
        if name in self.groups:
            return self.groups.index(name)
        raise _unknown(name, "a group", self.groups)

    def _lever(self, name: str) -> int:
        return find_lever(name, self.levers)


def find_lever(written: str, levers: Sequence[str]) -> int:
    """Number of a lever of this full name, or of a part of it that fits one only; else raises PlaybookMistake."""
    name = lever_name(str(written))
    if name in levers:
        return levers.index(name)
    fitting = [lever for lever in levers if f".{name}." in f".{lever}."]
    if len(fitting) == 1:
        return levers.index(fitting[0])
    if fitting:
        raise PlaybookMistake(f"'{name}' fits several levers, choose one of {', '.join(fitting)}")
    raise _unknown(name, "a lever", levers)


def _unknown(name: object, kind: str, known: Iterable[str]) -> PlaybookMistake:
    names = tuple(dict.fromkeys(known))
    parts = {part: None for known_name in names for part in (known_name, *known_name.split("."))}
    there = ", ".join(names) or "there are none"
    meant = did_you_mean(str(name), parts)
    raise PlaybookMistake(", ".join(filter(None, (f"{_show(name)} is not {kind}", f"known: {there}", meant))))


def _seconds(duration: object) -> float:
    if isinstance(duration, timedelta):
        seconds: float | None = duration / timedelta(seconds=1)
    else:
        seconds = units.parse_duration(duration) if isinstance(duration, str) else None
    if seconds is None:
        is_number = isinstance(duration, int | float) and not isinstance(duration, bool)
        meant = f", did you mean '{duration} s' or '{duration} min'?" if is_number else ""
        raise PlaybookMistake(
            f"centre.wait: {_show(duration)} is not a duration, write one with its unit like '5 min'{meant}"
        )
    if not (math.isfinite(seconds) and SHORTEST_WAIT_S <= seconds <= 100 * units.SECONDS_PER_YEAR):
        raise PlaybookMistake(f"centre.wait: {_show(duration)} is outside 1 s .. 100 years")
    return seconds


def _show(value: object) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
