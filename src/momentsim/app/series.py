"""What a branch has shown so far, sampled at fixed times: rates of the last hour, charts, and the ghosts.

Samples stand at whole steps since the scenario's start, whenever people look, so what a chart or a frame says depends
on the scenario, the pulls and the time alone.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from momentsim.app.setting import Setting
from momentsim.contract.plan import DAY, HOUR, MINUTE, SECOND
from momentsim.engine import SteeredRun
from momentsim.runs import glance

FloatArray = npt.NDArray[np.float64]

_MOST_SAMPLES: Final = 5_000
_MOST_POINTS: Final = 720
_STEPS: Final = tuple(MINUTE * minutes for minutes in (5, 10, 15, 30, 60))
_POINT_STEPS: Final = (
    *(MINUTE * minutes for minutes in (5, 10, 15, 30, 60)),
    *(HOUR * hours for hours in (2, 3, 4, 6, 12)),
    *(DAY * days for days in (1, 2, 7)),
)
PROVISIONAL: Final = 2 * HOUR
"""Callers of so short a time ago may still wait, so what became of them is not settled."""


MONEY: Final = "money"
"""Unit of what is told in the currency of the scenario."""


class ChartLine(NamedTuple):
    """A line of a chart."""

    name: str
    title: str
    unit: str
    xray: bool = False


_OPEN_LINES: Final = (
    ChartLine("waiting", "waiting", "people"),
    ChartLine("longest_wait_s", "longest wait", "s"),
    ChartLine("on_duty", "agents on duty", "people"),
    ChartLine("helped_per_hour", "answered / hour", "calls"),
    ChartLine("answered_in_goal", "answered in time", "share"),
    ChartLine("hung_up_per_hour", "hung up / hour", "calls"),
    ChartLine("busy_per_hour", "busy tone / hour", "calls"),
    ChartLine("cost", "cost so far", MONEY),
    ChartLine("lever_money", "spent on levers", MONEY),
)
_HIDDEN_LINES: Final = (
    ChartLine("will_call_again", "will call again", "people", xray=True),
    ChartLine("never_helped", "never helped", "people", xray=True),
)
LEDGER_TITLES: Final = {
    "created": "created by better service",
    "destroyed_by_operation": "lost by the event",
    "destroyed_by_handling": "lost by handling",
    "won_back": "won back",
    "usual_price": "the usual contacts",
    "word_of_mouth": "by word of mouth",
    "sold": "sold",
    "compensation": "compensation",
    "refunds": "refunds",
    "goodwill": "goodwill",
}
LINES: Final = (
    *_OPEN_LINES,
    *_HIDDEN_LINES,
    *(ChartLine(f"ledger.{name}", LEDGER_TITLES[name], MONEY, xray=True) for name in glance.LEDGER),
)


class SeriesPoint(NamedTuple):
    """What there was at one time: counts so far, and values by LINES."""

    counts: glance.Counts
    values: FloatArray
    shown: list[float | None]
    """The same, rounded for the eye."""


class MoneyRates(NamedTuple):
    """What money so far is reckoned with."""

    rates: FloatArray
    """Of an hour, by group."""
    notice: float

    @classmethod
    def of(cls, setting: Setting) -> MoneyRates:
        """Those of a scenario."""
        return cls(setting.rates, float(setting.scenario.economics.notice_message))


class History:
    """Samples of a branch from the start up to where it has come."""

    def __init__(self, step: int, prices: MoneyRates, samples: list[SeriesPoint] | None = None) -> None:
        self.step = step
        self._prices = prices
        self._samples = samples if samples is not None else []

    def cut(self, time: int) -> History:
        """The past up to a time, to go on from there."""
        return History(self.step, self._prices, self._samples[: time // self.step + 1])

    def thinned(self, step: int) -> History:
        """Only the samples at whole steps of this length, which is some of the steps so far: nothing to go on from."""
        return History(step, self._prices, self._samples[:: step // self.step])

    def reaches(self, time: int) -> bool:
        """Whether every sample up to this time is there."""
        return len(self._samples) > time // self.step

    def advance(self, steered: SteeredRun, until: int) -> None:
        """Let a run go on up to and including a time, and take the samples on its way."""
        until = min(until, steered.end)
        while len(self._samples) * self.step <= until:
            steered.advance(max(len(self._samples) * self.step, steered.time))
            self._samples.append(self._sample(steered))
        steered.advance(max(until, steered.time))

    def per_hour(self, counts: glance.Counts, time: int) -> tuple[float, float, float]:
        """Answered, abandoned and blocked per hour, from the last sample that is at least an hour old up to now."""
        before, hours = self._before(time, HOUR)
        if before is None or hours <= 0.0:
            return 0.0, 0.0, 0.0
        answered, abandoned, blocked = (
            (now - then) / hours for now, then in zip(counts[:3], before.counts[:3], strict=True)
        )
        return answered, abandoned, blocked

    def survey(self, counts: glance.Counts, time: int) -> float | None:
        """Promoters less detractors of the last day's answered surveys, -100..100; None where none was answered."""
        before, _ = self._before(time, DAY)
        if before is None:
            return None
        asked, promoters, detractors = (
            now - then for now, then in zip(counts[3:], before.counts[3:], strict=True)
        )
        return 100.0 * (promoters - detractors) / asked if asked > 0 else None

    def message(self, branch: str, point_step: int, until: int, *, xray: bool) -> dict[str, object]:
        """The `series` for clients, with what the fog hides or without."""
        shown = [number for number, line in enumerate(LINES) if xray or not line.xray]
        every = point_step // self.step
        rows = [sample.shown for sample in self._samples[::every]]
        return {
            "type": "series",
            "branch": branch,
            "names": [LINES[number].name for number in shown],
            "t0": 0.0,
            "step": point_step / SECOND,
            "values": [[row[number] for row in rows] for number in shown],
            "provisional_from": max(until - PROVISIONAL, 0) / SECOND,
        }

    def rows(self) -> list[tuple[float, ...]]:
        """Seconds since the start and all values, for a file."""
        times = (number * self.step / SECOND for number in range(len(self._samples)))
        return [(time, *sample.values.tolist()) for time, sample in zip(times, self._samples, strict=True)]

    def _before(self, time: int, span: int) -> tuple[SeriesPoint | None, float]:
        """The last sample at least `span` before a time (the first one near the start), and the hours since then."""
        number = min(max((time - span) // self.step, 0), len(self._samples) - 1)
        if number < 0:
            return None, 0.0
        return self._samples[number], (time - number * self.step) / HOUR

    def _sample(self, steered: SteeredRun) -> SeriesPoint:
        counts = glance.count(steered)
        waiting, longest = glance.waits_by_queue(steered)
        goal = glance.answered_in_goal(steered, steered.time - HOUR)
        money = glance.spent(steered, self._prices.rates, self._prices.notice)
        hidden = glance.beneath(steered)
        on_duty = int(glance.world_of(steered)["group_state"]["on_duty"].sum())
        values = (
            waiting.sum(), longest.max(initial=0) / SECOND, on_duty,
            *self._rates(counts, steered.time, goal),
            money.staff + money.levers, money.levers, hidden.will_call_again, hidden.never_helped, *hidden.ledger,
        )  # fmt: skip
        exact = np.array(values, np.float64)
        return SeriesPoint(counts, exact, [_rounded(value) for value in exact.tolist()])

    def _rates(self, counts: glance.Counts, time: int, goal: float | None) -> tuple[float, ...]:
        answered, abandoned, blocked = self.per_hour(counts, time)
        return answered, np.nan if goal is None else goal, abandoned, blocked


def sample_step(end: int) -> int:
    """From one sample to the next, microseconds: five minutes, more where a story is long, an hour at most."""
    return next((step for step in _STEPS if end <= step * _MOST_SAMPLES), _STEPS[-1])


def point_step(horizon: int, step: int) -> int:
    """From one point of a chart to the next: whole samples, so that a line has at most some hundred points."""
    fitting = (each for each in _POINT_STEPS if each % step == 0 and horizon <= each * _MOST_POINTS)
    return next(fitting, _POINT_STEPS[-1])


def _rounded(value: float) -> float | None:
    """For the eye; None for what is not known."""
    if not math.isfinite(value):
        return None
    return round(value, 3) if abs(value) < 10.0 else float(round(value))
