"""Which key moves a measure: Sobol' indices of designs and grids, rank coefficients of Latin hypercubes.

First order: share of the variance over the ranges that goes with one key by itself. Total: share that would be left
if all other keys were known, so with everything in which the key takes part. On a Sobol design by the estimators
of Saltelli et al. (2010, Computer Physics Communications 181, 259-270): first order mean(f(B) (f(AB_i) - f(A))), total
Jansen's mean((f(A) - f(AB_i))^2) / 2. On a full grid they are exact for its values, each equally often. On a Latin
hypercube the coefficients of a linear regression of ranks (Saltelli and Sobol', 1995), with the share of the variance
of ranks that it explains (R2): they say direction and strength, and mean little where R2 is low.

Sampling noise is not sensitivity. Every part of a variance is a quadratic form q of the points' values, which are a
truth plus noise, so q of the noise is taken off: it is estimated by sum of q(influences) / (r (r - 1)) over the r
replications. What noise makes up of the variance is told beside the indices. Intervals are 95 % ones by bootstrap over
replications and, on designs, base points: basic ones for indices (Davison and Hinkley 1997, section 5.2), percentiles
for coefficients.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from momentsim.measures.statistics import Estimate, FloatArray
from momentsim.questions.sweep.sweep import Sweep

COLUMNS: Final = ("measure", "key", "index", "value", "low", "high", "method", "points", "replications")
FIRST, TOTAL, RANK, R2, NOISE = "first order", "total", "rank coefficient", "R2", "sampling noise"
ALL: Final = "all"
"""Stands for all keys together."""
RESAMPLES: Final = 400
SEED: Final = 20_260_301


class VarianceParts(NamedTuple):
    """Parts of the variance of a measure over the points: of each key by itself, with it at all, and of all."""

    first: FloatArray  # (keys,)
    total: FloatArray  # (keys,)
    whole: float


PartsOf: TypeAlias = Callable[[FloatArray], VarianceParts]
"""Quadratic parts of values that are ordered as a design is."""


class Indices(NamedTuple):
    """Indices by key, and what noise makes up of the variance; NaN where noise is all there is."""

    first: FloatArray
    total: FloatArray
    noise: float


def sensitivity_table(swept: Sweep) -> pd.DataFrame:
    """Sensitivity of every measure to every key; empty for one key on a grid, and for a sweep that was stopped."""
    rows: list[dict[str, Any]] = []
    if swept.interrupted or (len(swept.axes) == 1 and swept.design.name == "grid"):
        return pd.DataFrame(rows, columns=list(COLUMNS))
    about = {"points": len(swept.design.places), "replications": len(swept.replications)}
    for measure in swept.estimates:
        measured = _rank_rows(swept, measure) if swept.design.name == "latin" else _index_rows(swept, measure)
        rows += [{"measure": measure, **row, **about} for row in measured]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def saltelli_parts(values: FloatArray) -> VarianceParts:
    """Parts from values at A, B and A with each column of B, shape (base points, 2 + keys)."""
    both = values[:, :2]
    centred = values - both.mean()
    first, second, mixed = centred[:, :1], centred[:, 1:2], centred[:, 2:]
    return VarianceParts(
        (second * (mixed - first)).mean(axis=0),
        ((first - mixed) ** 2).mean(axis=0) / 2,
        float(both.var()),
    )


def grid_parts(values: FloatArray) -> VarianceParts:
    """Parts from values on a full grid with an axis per key."""
    axes = range(values.ndim)
    others = [tuple(other for other in axes if other != axis) for axis in axes]
    return VarianceParts(
        np.array([values.mean(axis=rest).var() for rest in others]),
        np.array([values.var(axis=axis).mean() for axis in axes]),
        float(values.var()),
    )


def indices(parts_of: PartsOf, values: FloatArray, influence: FloatArray) -> Indices:
    """Indices without what noise adds; `influence` has one more axis, the first, of replications or pairs."""
    units = len(influence)
    parts = parts_of(values)
    noisy = [parts_of(each) for each in influence] if units > 1 else []
    scale = 1.0 / max(1, units * (units - 1))
    noise = VarianceParts(
        scale * np.sum([each.first for each in noisy], axis=0) if noisy else np.zeros_like(parts.first),
        scale * np.sum([each.total for each in noisy], axis=0) if noisy else np.zeros_like(parts.total),
        scale * sum(each.whole for each in noisy),
    )
    left = parts.whole - noise.whole
    if not left > 1e-15 * max(parts.whole, float(np.square(values).mean())):
        blank = np.full(len(parts.first), np.nan)
        return Indices(blank, blank, 1.0 if parts.whole > 0 else np.nan)
    return Indices(
        (parts.first - noise.first) / left, (parts.total - noise.total) / left, noise.whole / parts.whole
    )


def with_intervals(
    parts_of: PartsOf, values: FloatArray, influence: FloatArray, *, rows: bool
) -> tuple[Indices, Indices, Indices]:
    """Indices, and the lower and upper ends of their intervals; base points are drawn again if `rows`."""
    estimated = indices(parts_of, values, influence)
    plain = indices(parts_of, values, influence[:0])
    random = np.random.default_rng(SEED)
    drawn = []
    for _ in range(RESAMPLES):
        units = random.integers(0, len(influence), len(influence))
        again = influence[units]
        moved, mean = values, again.mean(axis=0)
        moved, again = values + mean, again - mean
        if rows:
            picked = random.integers(0, len(values), len(values))
            moved, again = moved[picked], again[:, picked]
        drawn.append(indices(parts_of, moved, again))
    ends = []
    for level in (0.975, 0.025):
        first, total = (
            getattr(estimated, name)
            - (_quantile([getattr(each, name) for each in drawn], level) - getattr(plain, name))
            for name in ("first", "total")
        )
        ends.append(Indices(np.clip(first, 0.0, 1.0), np.clip(total, 0.0, 1.0), np.nan))
    clipped = Indices(np.clip(estimated.first, 0.0, 1.0), np.clip(estimated.total, 0.0, 1.0), estimated.noise)
    return clipped, ends[0], ends[1]


def _quantile(drawn: Sequence[FloatArray], level: float) -> FloatArray:
    every = np.array(drawn)
    known = np.isfinite(every).all(axis=1)
    if 2 * known.sum() < len(every):
        return np.full(every.shape[1], np.nan)
    return np.asarray(np.quantile(every[known], level, axis=0), np.float64)


def _index_rows(swept: Sweep, measure: str) -> list[dict[str, Any]]:
    estimated = swept.of_design(measure)
    values, influence, parts_of = _shape(swept, estimated)
    sobol = swept.design.name == "sobol"
    indices_there, low, high = with_intervals(parts_of, values, influence, rows=sobol)
    method = "Sobol' indices, Saltelli and Jansen" if sobol else "Sobol' indices, full grid"
    rows = [
        {
            "key": axis.key, "index": index, "value": getattr(indices_there, name)[place],
            "low": getattr(low, name)[place], "high": getattr(high, name)[place], "method": method,
        }
        for name, index in (("first", FIRST), ("total", TOTAL))
        for place, axis in enumerate(swept.axes)
    ]  # fmt: skip
    return [*rows, _noise_row(indices_there.noise)]


def _shape(swept: Sweep, estimated: Estimate) -> tuple[FloatArray, FloatArray, PartsOf]:
    """Values and influences in the shape of the design."""
    if swept.design.name == "sobol":
        columns = len(swept.axes) + 2
        values = estimated.value.reshape(columns, -1).T
        influence = estimated.influence.reshape(len(estimated.influence), columns, -1).swapaxes(1, 2)
        return values, influence, saltelli_parts
    shape = tuple(len(axis.texts) for axis in swept.axes)
    return estimated.value.reshape(shape), estimated.influence.reshape(-1, *shape), grid_parts


def rank_coefficients(inputs: FloatArray, values: FloatArray) -> tuple[FloatArray, float]:
    """Standardised coefficients of a regression of the ranks of values on those of inputs (points, keys), and R2."""
    from scipy.stats import rankdata  # scipy.stats takes a second to import

    ranks = rankdata(np.column_stack([inputs, values]), axis=0)
    spread = ranks.std(axis=0)
    standard = (ranks - ranks.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    coefficients = np.linalg.lstsq(standard[:, :-1], standard[:, -1], rcond=None)[0]
    if spread[-1] == 0:
        return np.full(inputs.shape[1], np.nan), float("nan")
    left = standard[:, -1] - standard[:, :-1] @ coefficients
    return np.asarray(coefficients, np.float64), float(1.0 - np.mean(left**2))


def _rank_rows(swept: Sweep, measure: str) -> list[dict[str, Any]]:
    estimated = swept.of_design(measure)
    rows = [swept.design.rows[place] for place in swept.design.places]
    inputs = np.array(
        [[axis.number(text) for axis, text in zip(swept.axes, row, strict=True)] for row in rows]
    )
    coefficients, explained = rank_coefficients(inputs, estimated.value)
    low, high = _rank_ends(inputs, estimated)
    method = "regression of ranks"
    rank_rows = [
        {"key": axis.key, "index": RANK, "value": coefficients[index], "low": low[index], "high": high[index],
         "method": method}
        for index, axis in enumerate(swept.axes)
    ]  # fmt: skip
    rank_rows.append(
        {"key": ALL, "index": R2, "value": explained, "low": np.nan, "high": np.nan, "method": method}
    )
    variance = float(estimated.value.var())
    units = len(estimated.influence)
    noise = float(estimated.influence.var(axis=1).sum()) / max(1, units * (units - 1))
    return [*rank_rows, _noise_row(min(1.0, noise / variance) if variance > 0 else np.nan)]


def _rank_ends(inputs: FloatArray, estimated: Estimate) -> tuple[FloatArray, FloatArray]:
    """Percentiles of coefficients with points and replications drawn again."""
    random = np.random.default_rng(SEED)
    points, units = len(inputs), len(estimated.influence)
    drawn = []
    for _ in range(RESAMPLES):
        picked = random.integers(0, points, points)
        noise = estimated.influence[random.integers(0, units, units)].mean(axis=0)
        drawn.append(rank_coefficients(inputs[picked], (estimated.value + noise)[picked])[0])
    return _quantile(drawn, 0.025), _quantile(drawn, 0.975)


def _noise_row(noise: float) -> dict[str, Any]:
    return {
        "key": ALL, "index": NOISE, "value": noise, "low": np.nan, "high": np.nan,
        "method": "share of the variance over the points",
    }  # fmt: skip
