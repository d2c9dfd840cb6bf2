"""What was observed comes out again: written handling times and shares solved are those of the reference (MODEL 1).

Novices, anger, load and incentives make single talks longer or shorter and solve more or less. What a planner writes
was observed with all of that in it. So talks have a factor and resolution has a shift of its logit, by reason, with
which passes of the pilot find the mean of the written law, and the written share solved at the first answered contact.
Variants keep both: what they change about load or people shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import Table
from momentsim.contract.trace import legs_of
from momentsim.prepare.reference import ReasonReference, Reference

if TYPE_CHECKING:
    from momentsim.prepare.blueprint import Blueprint

FloatArray = npt.NDArray[np.float64]

FEWEST: Final = 30
"""Contacts below which a reason takes what all reasons together show."""
TALK_FACTORS: Final = (0.25, 4.0)
MOST_SHIFT: Final = 4.0
"""Bounds: what lies beyond cannot have been observed in this operation, and is told as what is left."""
CLEAR_STEP: Final = 0.01
"""Mean change of the logarithm of factors from which on two passes tell how talks answer to them."""
SLOPES: Final = (0.5, 2.0)


@dataclass(frozen=True, slots=True)
class Calibration:
    """By reason and, last, for reasons with too few contacts: factors on talks, shifts of the logit of resolution.

    And what a pass with them has left: talks over the written mean, less 1; the share solved less the written one.
    """

    factors: FloatArray
    shifts: FloatArray
    talks_left: FloatArray
    resolution_left: FloatArray

    @classmethod
    def none(cls, reasons: int) -> Calibration:
        """Talks and resolution as their laws say."""
        return cls(np.ones(reasons + 1), *np.zeros((3, reasons + 1)))

    def put_into(self, reference: Reference) -> Reference:
        """The same reference with these."""
        names = list(reference.reasons)
        known = [self._put(row, reference.reasons[name]) for row, name in enumerate(names)]
        return replace(
            reference,
            reasons=dict(zip(names, known, strict=True)),
            fallback=self._put(-1, reference.fallback),
        )

    def _put(self, row: int, known: ReasonReference) -> ReasonReference:
        return replace(
            known,
            talk_factor=float(self.factors[row]),
            resolution_shift=float(self.shifts[row]),
            talk_left=float(self.talks_left[row]),
            resolution_left=float(self.resolution_left[row]),
        )


@dataclass(frozen=True, slots=True)
class Observation:
    """What a pass of the pilot has shown, by reason and, last, of all together; what was luck is taken out."""

    answered: FloatArray
    talks: FloatArray
    """Mean talk over the mean of the written law."""
    first_answers: FloatArray
    """Of reasons of which some contacts solve it and some do not, as the next two."""
    solved: FloatArray
    """Share of these that solved it."""
    written: FloatArray
    """The share that was to come out."""


def observe(blueprint: Blueprint, intervals: Sequence[Table]) -> Observation:
    """What INTERVAL rows of each replication of a pilot of `blueprint` show; contacts of the horizon count."""
    reasons, settings = blueprint.reasons, blueprint.settings[0]
    end = int((settings["horizon"] - settings["warm_up"]) // settings["interval"])
    by_leg = {
        name: sum((table[name][:end].sum(axis=0).astype(np.float64) for table in intervals), np.zeros(1))
        for name in ("answered", "talk", "talk_luck", "first_answers", "first_solved", "solved_luck")
    }
    legs = legs_of(reasons, blueprint.queues.diverts)
    reason_of = legs["reason"]
    sums = {
        name: _with_all(
            np.bincount(reason_of, np.broadcast_to(values, len(reason_of)), len(reasons)).astype(np.float64)
        )
        for name, values in by_leg.items()
    }
    means = blueprint.laws["mean"]
    first, later = means[reasons["talk_law"]], means[reasons["escalated_talk_law"]]
    otherwise = np.where(legs["passed_on"] == 1, by_leg["answered"] * (later - first)[reason_of], 0.0)
    expected = _with_all(sums["answered"][:-1] * first + np.bincount(reason_of, otherwise, len(reasons)))
    asked = (reasons["resolution"] > 0.0) & (reasons["resolution"] < 1.0)
    first = _with_all(sums["first_answers"][:-1] * asked)
    solved = _with_all((sums["first_solved"] - sums["solved_luck"])[:-1] * asked)
    return Observation(
        answered=sums["answered"],
        talks=_ratio(sums["talk"] - sums["talk_luck"], expected, 1.0),
        first_answers=first,
        solved=_ratio(solved, first, 0.5),
        written=_ratio(_with_all(first[:-1] * reasons["resolution"]), first, 0.5),
    )


def calibrate(old: Calibration, seen: Observation, slope: float = 1.0) -> Calibration:
    """The next calibration, from what a pass with the `old` one has shown.

    Talks change by factor^slope: longer talks load agents, who then hurry or tire.
    """
    steps = -np.log(_enough(seen.talks, seen.answered)) / slope
    shifts = _enough(_logit(seen.written) - _logit(seen.solved), seen.first_answers)
    return replace(
        old,
        factors=np.clip(old.factors * np.exp(steps), *TALK_FACTORS),
        shifts=np.clip(old.shifts + shifts, -MOST_SHIFT, MOST_SHIFT),
    )


def judge_calibration(kept: Calibration, seen: Observation) -> Calibration:
    """The same calibration with what is left, as a pass with it has shown."""
    return replace(
        kept,
        talks_left=np.where(seen.answered >= FEWEST, seen.talks - 1.0, 0.0),
        resolution_left=np.where(seen.first_answers >= FEWEST, seen.solved - seen.written, 0.0),
    )


def slope_between(first: tuple[Calibration, Observation], second: tuple[Calibration, Observation]) -> float:
    """By how many per cent talks grow in all when factors grow by one per cent, from two passes by the same draws."""
    weights = first[1].answered[:-1]
    if not weights.sum():
        return 1.0
    moved = np.average(np.log(second[0].factors / first[0].factors)[:-1], weights=weights)
    answer = np.average(np.log(second[1].talks / first[1].talks)[:-1], weights=weights)
    if abs(moved) < CLEAR_STEP:
        return 1.0
    return float(np.clip(answer / moved, *SLOPES))


def _with_all(values: FloatArray) -> FloatArray:
    return np.append(values, values.sum())


def _ratio(top: FloatArray, bottom: FloatArray, otherwise: float) -> FloatArray:
    """Ratios kept positive; `otherwise` where there is nothing below."""
    ratio = np.maximum(top, 0.0) / np.where(bottom > 0.0, bottom, 1.0)
    return np.where(bottom > 0.0, np.maximum(ratio, 1e-6), otherwise)


def _enough(values: FloatArray, contacts: FloatArray) -> FloatArray:
    """Each value, or that of all reasons together where there were too few contacts."""
    return np.where(contacts >= FEWEST, values, values[-1])


def _logit(shares: FloatArray) -> Any:
    kept = np.clip(shares, 1e-4, 1.0 - 1e-4)
    return np.log(kept / (1.0 - kept))
