"""What the worlds say: a distribution beside the sampling noise, the assumptions that matter, and what to measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from momentsim.measures.statistics import simultaneous
from momentsim.questions.compare.verdicts import BENEFIT, COST, LEVEL, LOST, VALUE
from momentsim.questions.worlds.assumptions import Assumption
from momentsim.questions.worlds.explore import Exploration
from momentsim.questions.worlds.flips import Flip, flip_of
from momentsim.questions.worlds.shares import judge_share
from momentsim.questions.worlds.spread import QUANTILES, components, quantiles, shrink
from momentsim.questions.worlds.surrogate import FEWEST_WORLDS, Surrogate, fit, partial
from momentsim.questions.worlds.value_of_information import partly, perfect

FloatArray = npt.NDArray[np.float64]

KEPT: Final = "customers_kept"
MEASURES: Final[Mapping[str, tuple[str, int]]] = {
    KEPT: (LOST, -1),
    COST: (COST, 1),
    VALUE: (VALUE, 1),
    BENEFIT: (BENEFIT, 1),
    LEVEL: (LEVEL, 1),
}
"""What is told of a variant -> the measure whose difference it is, and with which sign."""
LESS_IS_BETTER: Final = (COST,)
QUANTILE_COLUMNS: Final = tuple(f"q{100 * share:02.0f}" for share in QUANTILES)
SPREAD_COLUMNS: Final = (
    "case", "measure", "mean", *QUANTILE_COLUMNS, "sd_worlds", "sd_sampling", "better", "worse", "same",
    "undecided", "better_low", "better_high", "worse_low", "worlds", "replications",
)  # fmt: skip
ASSUMPTION_COLUMNS: Final = (
    "case", "parameter", "registered", "low", "high", "unit", "scale", "tag", "source", "meaning",
    "coefficient", "enters", "at_low", "at_high", "flips", "flip_value", "flip_from", "flip_to",
    "loses", "evppi", "evppi_low", "evppi_high",
)  # fmt: skip
ENOUGH: Final = 0.3
"""Share of the variance between worlds that a surrogate must foretell before assumptions are named."""


@dataclass(frozen=True)
class Worlds:
    """Plausible worlds of a comparison.

    `values` has a row per world; `pairs` what each replication says; `spread` a row per variant and measure;
    `assumptions` a row per variant and assumption; `about` how it was made and what knowing more is worth.
    """

    values: pd.DataFrame
    pairs: pd.DataFrame
    spread: pd.DataFrame
    assumptions: pd.DataFrame
    about: Mapping[str, Any]

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C came before the last world."""
        return bool(self.about["finished"] < self.about["asked"])


def judge_worlds(explored: Exploration) -> Worlds:
    """All that the finished worlds say."""
    plan, finished = explored.plan, explored.finished
    variants = list(plan.cases)[1:]
    about: dict[str, Any] = {
        "asked": plan.worlds,
        "finished": finished,
        "replications": plan.replications,
        "design": "latin",
        "assumptions": len(plan.assumptions),
    }
    if not finished:
        empty = pd.DataFrame(columns=list(SPREAD_COLUMNS)), pd.DataFrame(columns=list(ASSUMPTION_COLUMNS))
        return Worlds(plan.table(0), explored.pairs, *empty, about)
    changes = differences(explored.pairs)
    shares = plan.shares[:finished]
    benefits = [changes[variant][BENEFIT] for variant in variants]
    fitted = (
        {}
        if finished < FEWEST_WORLDS
        else dict(zip(variants, (_fit(shares, each) for each in benefits), strict=True))
    )
    known = perfect(np.stack([shrink(each) for each in benefits], axis=1))
    about |= {
        "explained": {name: one.explained for name, one in fitted.items()},
        "evpi": known.value,
        "evpi_low": known.low,
        "evpi_high": known.high,
    }
    return Worlds(
        plan.table(finished),
        explored.pairs,
        spread_table(changes, plan.replications),
        _assumption_table(plan.assumptions, shares, changes, fitted),
        about,
    )


def _fit(shares: FloatArray, changes: FloatArray) -> Surrogate:
    """A fit to the means of worlds; what luck they share adds to how unsure all of it is."""
    shared = components(changes).shared / changes.shape[1]
    surrogate = fit(shares, changes.mean(axis=1))
    return surrogate.with_shared_luck(shared) if np.isfinite(shared) else surrogate


def differences(pairs: pd.DataFrame) -> dict[str, dict[str, FloatArray]]:
    """By variant and what is told of it: differences from the baseline, a row per world, a column per replication.

    `pairs` is the table of the results folder; its first case is the baseline.
    """
    cases = list(dict.fromkeys(pairs["case"]))
    grids: dict[tuple[str, str], FloatArray] = {}
    for (case, measure), part in pairs.groupby(["case", "measure"], sort=False):
        grid = part.pivot(index="world", columns="replication", values="value")
        grids[str(case), str(measure)] = grid.to_numpy(np.float64)
    return {
        case: {
            told: sign * (grids[case, measure] - grids[cases[0], measure])
            for told, (measure, sign) in MEASURES.items()
        }
        for case in cases[1:]
    }


def spread_table(changes: Mapping[str, Mapping[str, FloatArray]], replications: int) -> pd.DataFrame:
    """A row per variant and measure; shares of worlds hold for all variants together (Bonferroni)."""
    rows = [
        _spread_row(case, told, differences_there, simultaneous(len(changes)))
        | {"replications": replications}
        for case, measures in changes.items()
        for told, differences_there in measures.items()
    ]
    return pd.DataFrame(rows, columns=list(SPREAD_COLUMNS))


def _spread_row(case: str, told: str, differences_there: FloatArray, confidence: float) -> dict[str, Any]:
    apart = components(differences_there)
    verdict = judge_share(-differences_there if told in LESS_IS_BETTER else differences_there, confidence)
    return {
        "case": case,
        "measure": told,
        "mean": apart.mean,
        **dict(zip(QUANTILE_COLUMNS, quantiles(differences_there).tolist(), strict=True)),
        "sd_worlds": float(np.sqrt(apart.worlds)),
        "sd_sampling": float(np.sqrt(apart.sampling)),
        "better": verdict.better,
        "worse": verdict.worse,
        "same": verdict.same,
        "undecided": verdict.undecided,
        "better_low": verdict.low,
        "better_high": verdict.high,
        "worse_low": verdict.worse_low,
        "worlds": len(differences_there),
    }


def _assumption_table(
    assumptions: Sequence[Assumption],
    shares: FloatArray,
    changes: Mapping[str, Mapping[str, FloatArray]],
    fitted: Mapping[str, Surrogate],
) -> pd.DataFrame:
    """A row per variant and assumption, the strongest of each variant first; blank without a fit."""
    values = [partly(list(fitted.values()), number) for number in range(len(assumptions))] if fitted else []
    rows: list[dict[str, Any]] = []
    for case, measures in changes.items():
        own = [{"case": case, **_describe(assumption)} for assumption in assumptions]
        if case in fitted:
            results = measures[BENEFIT].mean(axis=1)
            for number, (row, known) in enumerate(zip(own, values, strict=True)):
                row |= _assumption_row(assumptions[number], number, fitted[case], (shares, results))
                row |= {"evppi": known.value, "evppi_low": known.low, "evppi_high": known.high}
            own.sort(key=lambda row: (not row["enters"], -abs(row["coefficient"])))
        rows += own
    return pd.DataFrame(rows, columns=list(ASSUMPTION_COLUMNS))


def _assumption_row(
    assumption: Assumption, number: int, surrogate: Surrogate, data: tuple[FloatArray, FloatArray]
) -> dict[str, Any]:
    """What the fit of one variant says of one assumption; `data` are shares and results of worlds."""
    shares, results = data
    deviation = float(results.std(ddof=1)) or 1.0
    return {
        "coefficient": partial(shares, results, surrogate.terms, number) / deviation,
        "enters": number in surrogate.dimensions,
        **_flipping(assumption, flip_of(surrogate, number)),
    }


def _describe(assumption: Assumption) -> dict[str, Any]:
    entry = assumption.parameter
    return {
        "parameter": entry.name,
        "registered": entry.value,
        "low": entry.low,
        "high": entry.high,
        "unit": entry.unit,
        "scale": "log" if assumption.logarithmic else "linear",
        "tag": entry.tag,
        "source": entry.source,
        "meaning": entry.meaning,
    }


def _flipping(assumption: Assumption, flip: Flip) -> dict[str, Any]:
    crosses = flip.flips != "no"
    ends = (flip.share, flip.from_share, flip.to_share)
    value, first, last = (assumption.value(end) if crosses else np.nan for end in ends)
    return {
        "at_low": flip.at_low,
        "at_high": flip.at_high,
        "flips": flip.flips,
        "flip_value": value,
        "flip_from": first,
        "flip_to": last,
        "loses": ("below" if flip.at_low < flip.at_high else "above") if crosses else "",
    }
