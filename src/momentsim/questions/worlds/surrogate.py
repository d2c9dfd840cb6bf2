"""A surrogate of the worlds: which assumptions move a result, by how much, and how much of it that explains.

A sparse sum of orthonormal polynomials of the shares of ranges (Blatman and Sudret, Journal of Computational Physics
230, 2011, 2345-2367): since shares are uniform and independent, a term's squared coefficient is the variance that it
explains, and terms of one assumption are the mean result as that one moves and all others stay open. Terms enter one
by one, the clearest first, as long as its t interval, corrected for all that could have entered (Bonferroni), leaves
out 0: with about 95 % no assumption enters that does nothing.
"""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from momentsim.measures.statistics import simultaneous, t_quantile

FloatArray = npt.NDArray[np.float64]
Term: TypeAlias = tuple[tuple[int, int], ...]
"""Assumptions by number, each with the degree of its polynomial; one, or two for a product."""

HIGHEST_DEGREE: Final = 3
WORLDS_PER_TERM: Final = 4
MOST_TERMS: Final = 20
"""A fit has at most a term for so many worlds, and at most so many in all."""
FOLDS: Final = 8
FEWEST_WORLDS: Final = 2 * FOLDS


class Surrogate(NamedTuple):
    """Constant and terms with their coefficients, their covariance, and how well it does."""

    terms: tuple[Term, ...]
    coefficients: FloatArray
    """The constant first."""
    covariance: FloatArray
    trials: int
    """Worlds less terms: the t intervals have one degree of freedom less."""
    explained: float
    """Share of the variance between worlds that it foretells in worlds left out of the fit; below 0: none."""

    def with_shared_luck(self, variance: float) -> Surrogate:
        """The same, where luck that all worlds share moves every result by as much (variance of its mean)."""
        covariance = self.covariance.copy()
        covariance[0, 0] += variance
        return self._replace(covariance=covariance)

    @property
    def dimensions(self) -> tuple[int, ...]:
        """Assumptions that entered, the strongest first."""
        strength: dict[int, float] = {}
        for term, coefficient in zip(self.terms, self.coefficients[1:], strict=True):
            for dimension, _ in term:
                strength[dimension] = strength.get(dimension, 0.0) + float(coefficient) ** 2
        return tuple(sorted(strength, key=lambda dimension: -strength[dimension]))

    def of(self, dimension: int, shares: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Mean result at these shares of the range of one assumption, all others open, and its standard error."""
        row = np.zeros((len(shares), len(self.coefficients)))
        row[:, 0] = 1.0
        for index, term in enumerate(self.terms, start=1):
            if len(term) == 1 and term[0][0] == dimension:
                row[:, index] = polynomial(term[0][1], shares)
        error = np.sqrt(np.maximum(0.0, np.einsum("ij,jk,ik->i", row, self.covariance, row)))
        return np.asarray(row @ self.coefficients, np.float64), np.asarray(error, np.float64)


def polynomial(degree: int, share: FloatArray) -> FloatArray:
    """Legendre polynomial of 2 share - 1, with variance 1 for a uniform share."""
    values = np.polynomial.legendre.legval(2.0 * share - 1.0, [0.0] * degree + [1.0])
    return np.asarray(np.sqrt(2 * degree + 1) * values, np.float64)


def fit(shares: FloatArray, results: FloatArray) -> Surrogate:
    """Fit results of worlds to their shares of the ranges, (worlds, assumptions)."""
    terms = select(shares, results)
    columns = _columns(terms, shares)
    coefficients = _solve_least_squares(columns, results)
    rest = results - columns @ coefficients
    free = len(results) - columns.shape[1]
    noise = float(rest @ rest) / free if free > 0 else float("nan")
    covariance = np.asarray(noise * np.linalg.pinv(columns.T @ columns), np.float64)
    return Surrogate(tuple(terms), coefficients, covariance, free + 1, foretold(shares, results))


def foretold(shares: FloatArray, results: FloatArray) -> float:
    """1 - squared errors in folds left out / those of the mean alone; NaN for too few worlds or no variance."""
    worlds = len(results)
    if worlds < FEWEST_WORLDS or not results.var() > 0.0:
        return float("nan")
    wrong = alone = 0.0
    for fold in range(FOLDS):
        out = np.arange(worlds) % FOLDS == fold
        terms = select(shares[~out], results[~out])
        coefficients = _solve_least_squares(_columns(terms, shares[~out]), results[~out])
        wrong += float(np.square(results[out] - _columns(terms, shares[out]) @ coefficients).sum())
        alone += float(np.square(results[out] - results[~out].mean()).sum())
    return 1.0 - wrong / alone


def partial(shares: FloatArray, results: FloatArray, terms: tuple[Term, ...], dimension: int) -> float:
    """Coefficient of the straight line in one assumption beside these terms."""
    own: Term = ((dimension, 1),)
    together = [own, *(term for term in terms if term != own)]
    return float(_solve_least_squares(_columns(together, shares), results)[1])


def _solve_least_squares(columns: FloatArray, results: FloatArray) -> FloatArray:
    """Least squares."""
    return np.asarray(np.linalg.lstsq(columns, results, rcond=None)[0], np.float64)


def _columns(terms: list[Term], shares: FloatArray) -> FloatArray:
    """The constant and the value of every term in every world."""
    columns = [np.ones(len(shares))]
    for term in terms:
        values = [polynomial(degree, shares[:, dimension]) for dimension, degree in term]
        columns.append(np.prod(values, axis=0))
    return np.stack(columns, axis=1)


def select(shares: FloatArray, results: FloatArray) -> list[Term]:
    """Terms in the order in which they enter; `shares` are (worlds, assumptions)."""
    chosen: list[Term] = []
    worlds = len(results)
    while len(chosen) < min(MOST_TERMS, worlds // WORLDS_PER_TERM):
        candidates = [term for term in _candidates(chosen, shares.shape[1]) if term not in chosen]
        best, strength = _clearest(candidates, chosen, shares, results)
        free = worlds - len(chosen) - 1  # trials of the t quantile: one more than degrees of freedom
        if best is None or not strength > t_quantile(free, simultaneous(len(candidates))):
            break
        chosen.append(best)
    return chosen


def _candidates(chosen: list[Term], dimensions: int) -> list[Term]:
    """A line in every assumption; curves and products of those that are in."""
    entered = list(dict.fromkeys(dimension for term in chosen for dimension, _ in term))
    lines: list[Term] = [((dimension, 1),) for dimension in range(dimensions)]
    curves: list[Term] = [((dimension, d),) for dimension in entered for d in range(2, HIGHEST_DEGREE + 1)]
    products: list[Term] = [
        ((one, 1), (other, 1)) for index, one in enumerate(entered) for other in entered[index + 1 :]
    ]
    return [*lines, *curves, *products]


def _clearest(
    candidates: list[Term], chosen: list[Term], shares: FloatArray, results: FloatArray
) -> tuple[Term | None, float]:
    """The candidate with the largest |t| beside the chosen terms."""
    basis, _ = np.linalg.qr(_columns(chosen, shares))
    rest = results - basis @ (basis.T @ results)
    left = float(rest @ rest)
    columns = _columns(candidates, shares)[:, 1:]
    columns = columns - basis @ (basis.T @ columns)
    square = np.square(columns).sum(axis=0)
    usable = square > 1e-9 * len(results)
    gained = np.square(columns.T @ rest) / np.where(usable, square, 1.0)
    gained = np.where(usable, gained, 0.0)
    best = int(gained.argmax())
    if not left > 1e-20 * float(results @ results) or gained[best] <= 0.0:
        return None, 0.0
    free = len(results) - len(chosen) - 2
    if free < 1:
        return None, 0.0
    noise = max(left - float(gained[best]), 1e-30 * left) / free
    return candidates[best], float(np.sqrt(gained[best] / noise))
