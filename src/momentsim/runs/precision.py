"""Replications until each chosen measure is precise enough: the rule that says when to stop.

The rule is Stein's two-stage one (Annals of Mathematical Statistics 16, 1945, 243-258), looked at more than once.
The first 20 replications give a standard deviation (so few ask for 1.14 times the replications that a known one
would); a run ends at the first look at which both half-widths, that by the first stage (its deviation, its degrees
of freedom, all replications) and that of the usual 95 % interval, are within what was asked for. For values that
are normal, means and deviations are independent and a look reads only deviations, so value +- what was asked for
holds the truth in at least 95 % of runs, however often one looks, and for every chosen measure. With a relative
precision or values that are not normal this is close to true; the tests say how close.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from momentsim.errors import MomentsimError
from momentsim.measures.catalogue import BY_NAME, Measure, unknown_measures
from momentsim.measures.facts import Sample
from momentsim.measures.statistics import Estimate, difference, standard_error, t_quantile
from momentsim.measures.summary import estimate_by_name, unit_of
from momentsim.runs.choices import FIRST_STAGE
from momentsim.units import parse_share

DEFAULT_CAP = 200
"""Replications after which a run ends in any case."""

DEFAULT_MEASURES = ("service_level", "abandoned_share", "wait_mean_s", "cost_total")
"""Measures asked about when none is named; those that are blank or constant in a scenario are left out."""

MOST_GROWTH, LEAST_GROWTH = 2.0, 1.1
"""A look is at most twice, and at least 1.1 times, as many replications as the one before."""

ABSOLUTE_UNITS = {"share": 1.0, "points": 100.0}
"""Units whose precision is in percentage points, and how many of the unit 100 of these are."""


@dataclass(frozen=True, slots=True)
class Precision:
    """Half-width that is asked for (0.02: two percentage points, or 2 % of the value), and of which measures."""

    half_width: float
    measures: tuple[str, ...] = ()
    paired: bool = False
    """Of differences from the first case, in percentage points or relative to the first case's own value."""

    def __post_init__(self) -> None:
        if not 0 < self.half_width <= 1:
            raise MomentsimError(
                f"precision: {self.half_width:g} is outside 0..1, write 2 % as 0.02 or '2 %'"
            )
        if wrong := unknown_measures(self.measures):
            raise MomentsimError(f"precision: {'; '.join(wrong)}")

    def identity(self) -> str:
        """What of it decides a result; the order of the measures does not."""
        of_differences = " paired" if self.paired else ""
        return f"precision{of_differences} {self.half_width!r} {' '.join(sorted(set(self.measures)))}"


def precision_like(
    written: float | str | None, measures: Iterable[str] = (), *, paired: bool = False
) -> Precision | None:
    """A precision of Python code, 0.02 or "2 %"; None for None. Raises MomentsimError for anything else."""
    names = tuple(measures)
    if written is None:
        if names:
            raise MomentsimError("measures go with precision, say how precise, like precision='2 %'")
        return None
    value = parse_share(written) if isinstance(written, str) else float(written)
    if value is None:
        raise MomentsimError(f"precision: '{written}' is no precision, write '2 %' or 0.02")
    return Precision(value, names, paired)


class PrecisionReached(NamedTuple):
    """How precise one measure is at a look. `half_width` and `asked` are in the measure's unit."""

    measure: str
    unit: str
    value: float
    half_width: float
    asked: float
    replications: int

    @property
    def is_reached(self) -> bool:
        """Whether this measure is precise enough."""
        return self.half_width <= self.asked

    @property
    def needed(self) -> int:
        """About how many replications it takes, as far as one can tell now."""
        if self.asked <= 0:
            return 10**9
        return min(10**9, math.ceil(self.replications * (self.half_width / self.asked) ** 2))


def look(precision: Precision, sample: Sample) -> tuple[PrecisionReached, ...]:
    """How precise every chosen measure is; raises MomentsimError where one is blank or constant."""
    reached: list[PrecisionReached] = []
    faults: list[str] = []
    for name, estimated in estimate_by_name(precision.measures or DEFAULT_MEASURES, sample).items():
        measure = BY_NAME[name]
        fault = _fault(name, estimated)
        if fault:
            faults.append(fault)
        else:
            reached.append(_reach(precision, measure, estimated, unit_of(measure, sample.scenario)))
    if faults and (precision.measures or not reached):
        raise MomentsimError(f"precision: {'; '.join(faults)}; choose other measures")
    return tuple(reached)


def look_at_difference(
    precision: Precision, baseline: Sample, variant: Sample
) -> tuple[PrecisionReached, ...]:
    """How precise every chosen measure's paired difference is; raises MomentsimError where one is blank."""
    chosen = precision.measures or DEFAULT_MEASURES
    after = estimate_by_name(chosen, variant)
    reached: list[PrecisionReached] = []
    blank: list[str] = []
    for name, before in estimate_by_name(chosen, baseline).items():
        measure = BY_NAME[name]
        changed = difference(before, after[name])
        if math.isnan(float(changed.value[0])):
            blank.append(f"{name} is blank in one of the cases")
        else:
            reach = _reach(precision, measure, changed, unit_of(measure, baseline.scenario))
            asked = precision.half_width * ABSOLUTE_UNITS.get(measure.unit, abs(float(before.value[0])))
            reached.append(reach._replace(asked=asked))
    if blank and (precision.measures or not reached):
        raise MomentsimError(f"precision: {'; '.join(blank)}; choose other measures")
    return tuple(reached)


def next_look(reaches: Sequence[PrecisionReached], cap: int) -> int | None:
    """Replications at the next look; None when all are precise enough or the cap is reached."""
    done = reaches[0].replications
    if done >= cap or all(reach.is_reached for reach in reaches):
        return None
    needed = max(reach.needed for reach in reaches if not reach.is_reached)
    least, most = math.ceil(LEAST_GROWTH * done), math.floor(MOST_GROWTH * done)
    return min(cap, max(least, min(needed, most)))


def half_width(estimated: Estimate) -> float:
    """The larger of the half-width by the first stage and that by all replications, of the first item."""
    replications = len(estimated.influence)
    first = estimated.influence[:FIRST_STAGE]
    spread = float(np.std(first[:, 0], ddof=1)) / math.sqrt(replications)
    usual = float(standard_error(estimated.influence)[0])
    return max(t_quantile(len(first)) * spread, t_quantile(replications) * usual)


def _fault(name: str, estimated: Estimate) -> str:
    value = float(estimated.value[0])
    if math.isnan(value):
        return f"{name} is blank in this scenario"
    if float(standard_error(estimated.influence)[0]) <= 1e-12 * abs(value):
        return f"{name} is the same in every replication ({value:g})"
    return ""


def _reach(precision: Precision, measure: Measure, estimated: Estimate, unit: str) -> PrecisionReached:
    value = float(estimated.value[0])
    whole = ABSOLUTE_UNITS.get(measure.unit, abs(value))
    asked = precision.half_width * whole
    return PrecisionReached(measure.name, unit, value, half_width(estimated), asked, len(estimated.influence))
