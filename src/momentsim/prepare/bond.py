"""The bond in the calm: the levels of rest, the usual grievance and the churn at which the base stays where it is.

The average contact lowers loyalty a little, since losses weigh more than gains. What balances it is a level of rest:
between contacts attitude goes a little above the mean. So customers are centred and contacts are not, and who needs no
contact is better off (MODEL 1). Everything here is worked out from the jumps of a pilot of the reference operation,
which come to a customer as a Poisson process: attitude is shot noise around its rest, and means of it are exact
(Campbell's theorem). Only the law of attitudes is found by made-up customers, since expectations that adapt make
the jumps of one customer depend on each other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from momentsim.compiler.decorators import compiled
from momentsim.contract.plan import DAY, YEAR, Failure
from momentsim.prepare.reference import SegmentReference
from momentsim.rules.expectations import BOUND as MOST_EXPECTED
from momentsim.rules.grievances import BOUND as MOST_GRIEVANCE
from momentsim.rules.grievances import weight_of_broken_promise, weight_of_product_failure

FloatArray = npt.NDArray[np.float64]

MOST_REST: Final = 1.0
"""Farthest level of rest, SD."""
WALLET_RESTS: Final = (0.5, 2.0)
"""Bounds of the rest of wallets."""
LAW_POINTS: Final = 129
"""Quantiles of attitudes that the engine interpolates."""
POINTS: Final = 600
"""Jumps that stand for those of a reason in integrals."""
STEPS: Final = 73
"""Dates of a year, five days apart, between which integrals are taken."""
PEOPLE: Final = 32_768
"""Customers whose past is made up to find the law of attitudes; fewer where they have many contacts."""
MOST_JUMPS: Final = 3_000_000
LONGEST_PAST: Final = 4_000
"""Contacts of a made-up past; who has more than three a day all their life starts a little closer to the others."""
REMEMBERED: Final = 6.0
"""Half-lives after which a jump is forgotten."""


@dataclass(frozen=True, slots=True)
class JumpRule:
    """How disconfirmation d becomes a jump: U = d^exponent x gain above 0, -aversion x |d| below; x size."""

    exponent: float
    aversion: float
    gain: float
    """On the positive side: 1 for reasons that can build the relation."""
    size: float
    """stakes x loyalty_step."""

    def jumps(self, disconfirmation: FloatArray) -> FloatArray:
        """Jumps of attitude, SD."""
        up = self.gain * np.maximum(disconfirmation, 0.0) ** self.exponent
        return np.asarray(self.size * (up + self.aversion * np.minimum(disconfirmation, 0.0)))


@dataclass(frozen=True, slots=True)
class Moves:
    """What moments of one reason do to customers under the reference operation; sample by sample."""

    attitude: FloatArray
    """Jumps, SD."""
    grievance: FloatArray
    """Grievances opened."""
    wallet: float
    """Mean relative change of the wallet's target by a moment."""
    judged: float
    """Share of moments that leave an experience."""
    experience: FloatArray
    """Disconfirmation as it would be for somebody who expects the usual."""
    rule: JumpRule
    adapts_from: float
    failure: int
    """Failure, 0 where strong relations make no difference."""


@dataclass(frozen=True, slots=True)
class Learning:
    """How expectations adapt; nothing where they do not."""

    up: float = 0.0
    down: float = 0.0
    law: tuple[float, ...] = (0.0,)


@dataclass(frozen=True, slots=True)
class Fading:
    """Rates a year at which displacements, grievances and wallets go back, and what of the evidence moves bonds."""

    displacement: float
    grievance: float
    wallet: float
    slope: float
    per_grievance: float
    kappa: float
    bound: float
    amplify: float
    buffer: float

    @classmethod
    def of(cls, effects: Any) -> Fading:
        """From a row of evidence parameters."""
        per_year = math.log(2.0) * (YEAR / DAY)
        return cls(
            displacement=per_year / float(effects["displacement_half_life_d"]),
            grievance=per_year / float(effects["grievance_half_life_d"]),
            wallet=per_year / float(effects["wallet_half_life_d"]),
            slope=float(effects["churn_slope"]),
            per_grievance=float(effects["churn_per_grievance"]),
            kappa=float(effects["kappa"]),
            bound=float(effects["displacement_bound"]),
            amplify=float(effects["amplify_promise"]),
            buffer=float(effects["buffer_product"]),
        )


def bond_in_the_calm(
    moves: Sequence[Moves], rates: FloatArray, fading: Fading, learning: Learning
) -> SegmentReference:
    """The bond of a segment whose customers have `rates` moments a year of each reason."""
    weights = rates * np.array([each.judged for each in moves])
    drift = _mean(weights, [each.attitude for each in moves])
    usual = min(_mean(weights, [each.grievance for each in moves]) / fading.grievance, MOST_GRIEVANCE)
    rest = min(max(-drift / fading.displacement, -MOST_REST), MOST_REST)
    spent = float(weights @ np.array([each.wallet for each in moves]))
    wallet = min(max(1.0 - spent / fading.wallet, WALLET_RESTS[0]), WALLET_RESTS[1])
    law = law_of_attitudes(moves, weights, fading, learning)
    year = Year(moves, weights, fading, law, usual=usual, unbalanced=drift + fading.displacement * rest)
    mean = year.mean_factor()
    return SegmentReference(
        rest=rest,
        grievance=usual,
        wallet_rest=wallet,
        attitude_law=tuple(law.tolist()),
        promise_lean=_lean(moves, weights, fading, Failure.PROMISE),
        product_lean=_lean(moves, weights, fading, Failure.PRODUCT),
        churn_factor=mean,
        churn_spread=year.spread_of_factor(),
        usual_factor=mean / year.mean_factor_of_the_start(),
    )


def _lean(moves: Sequence[Moves], weights: FloatArray, fading: Fading, failure: Failure) -> float:
    """What losses by such failures take from attitudes on average: who feels them more has more below the mean."""
    return sum(
        _lean_of(each, weight, fading)
        for each, weight in zip(moves, weights, strict=True)
        if each.failure == failure
    )


def _lean_of(moves: Moves, weight: float, fading: Fading) -> float:
    losses = np.minimum(moves.attitude, 0.0)
    return float(weight * losses.mean() / fading.displacement) if len(losses) else 0.0


def _mean(weights: FloatArray, samples: Sequence[FloatArray]) -> float:
    """Sum over reasons of weight x mean."""
    return sum(
        float(weight * sample.mean()) for weight, sample in zip(weights, samples, strict=True) if len(sample)
    )


def law_of_attitudes(
    moves: Sequence[Moves], weights: FloatArray, fading: Fading, learning: Learning
) -> FloatArray:
    """Evenly spaced quantiles of attitudes in the calm, with mean 0 when interpolated.

    Made-up customers live through the moments of six half-lives, and expect more or less after each; what their norms
    make of losses on average is taken out (`lean_of`). The numbers are always the same.
    """
    mean_count = float(weights.sum()) * REMEMBERED * math.log(2.0) / fading.displacement
    if mean_count <= 0.0 or not any(np.any(each.attitude) for each in moves):
        return np.zeros(LAW_POINTS)
    random = np.random.default_rng(1)
    count = min(math.ceil(mean_count) + 8, LONGEST_PAST)
    people = int(min(PEOPLE, max(MOST_JUMPS / count, 512.0)))
    fades = fading.displacement / float(weights.sum())
    attitude = np.zeros(people)
    expected = np.quantile(learning.law, (np.arange(people) + 0.5) / people)
    random.shuffle(expected)
    reasons = random.choice(len(moves), (count, people), p=weights / weights.sum())
    norms = random.normal(size=people)
    heavier = np.empty((len(moves), people))
    for number, each in enumerate(moves):
        loss_weights(norms, each.failure, fading.amplify, fading.buffer, heavier[number])
    lean = sum((heavier[n] - 1.0) * _lean_of(moves[n], weights[n], fading) for n in range(len(moves)))
    for reasons_now in reasons:
        attitude *= np.exp(-fades * random.exponential(size=people))
        for number in np.flatnonzero(weights).tolist():
            mine = np.flatnonzero(reasons_now == number)
            each = moves[number]
            d = random.choice(each.experience, len(mine)) - expected[mine]
            jumps = each.rule.jumps(d)
            attitude[mine] += np.where(jumps < 0.0, heavier[number][mine] * jumps, jumps)
            surprise = d - each.adapts_from
            step = np.where(surprise > 0.0, learning.up, learning.down) * surprise
            expected[mine] = np.clip(expected[mine] + step, -MOST_EXPECTED, MOST_EXPECTED)
    attitude *= np.exp(-fades * random.exponential(size=people))
    return _table_of(np.sort(attitude - lean), fading.bound)


@compiled
def loss_weights(norms: FloatArray, failure: int, amplify: float, buffer: float, out: FloatArray) -> None:
    """How much losses by such failures weigh for customers of these norms."""
    for person in range(len(out)):
        if failure == Failure.PROMISE:
            out[person] = weight_of_broken_promise(norms[person], amplify)
        elif failure == Failure.PRODUCT:
            out[person] = weight_of_product_failure(norms[person], buffer)
        else:
            out[person] = 1.0


def _table_of(sample: FloatArray, bound: float) -> FloatArray:
    """Quantiles of a sorted sample; the outermost so that the mean of each tail is kept when interpolated."""
    table = np.quantile(sample, np.linspace(0.0, 1.0, LAW_POINTS))
    tail = max(len(sample) // (LAW_POINTS - 1), 1)
    table[0] = min(2.0 * sample[:tail].mean() - table[1], table[1])
    table[-1] = max(2.0 * sample[-tail:].mean() - table[-2], table[-2])
    table -= np.trapezoid(table, dx=1.0 / (LAW_POINTS - 1))
    return np.asarray(np.clip(table, -bound, bound))


class Year:
    """A year of customers in the calm, by dates: the factor by which their bond moves the hazard of leaving."""

    def __init__(
        self,
        moves: Sequence[Moves],
        weights: FloatArray,
        fading: Fading,
        law: FloatArray,
        *,
        usual: float,
        unbalanced: float,
    ) -> None:
        self.fading, self.usual, self.weights = fading, usual, weights
        self.years = np.linspace(0.0, 1.0, STEPS)
        self.left = np.exp(-fading.displacement * self.years)
        self.mended = np.exp(-fading.grievance * self.years)
        self.y = fading.kappa * law
        self.drift = fading.kappa * unbalanced / fading.displacement
        self.jumps = [_paired_sample(each, fading.kappa) for each in moves]

    def mean_factor(self) -> float:
        """Mean over the year of exp(-slope y) x (1 + g G): behaviour y starts with its law, G with the usual one."""
        fading = self.fading
        opened = np.zeros(STEPS)
        for weight, (y, grievance) in zip(self.weights, self.jumps, strict=True):
            tilted = np.exp(-fading.slope * y[:, None] * self.left)
            opened += weight * (grievance[:, None] * tilted).mean(axis=0) * self.mended
        loyal = float(_law_mean(np.exp(-fading.slope * self.y))) * np.exp(
            -fading.slope * self.drift * (1.0 - self.left)
        )
        grievance = self.usual * self.mended + self._cumulated(opened)
        return self._mean(loyal * (1.0 + fading.per_grievance * grievance))

    def mean_factor_of_the_start(self) -> float:
        """The same of customers whose behaviour fades from its law at the start to 0, unmoved by contacts."""
        return self._mean(_law_mean(np.exp(-self.fading.slope * self.y[:, None] * self.left)))

    def spread_of_factor(self) -> float:
        """Relative variance, over customers, of the factor's mean over the year; to first order in jumps."""
        fading, per = self.fading, self.fading.per_grievance / (1.0 + self.fading.per_grievance * self.usual)
        shown = fading.slope * (1.0 - self.left) / fading.displacement
        open_still = per * (1.0 - self.mended) / fading.grievance
        total = float(_law_mean(np.square(self.y)[:, None])[0]) * float(shown[-1]) ** 2
        for weight, (y, grievance) in zip(self.weights, self.jumps, strict=True):
            response = grievance[:, None] * open_still - y[:, None] * shown
            total += weight * self._mean(np.square(response).mean(axis=0))
        return float(total)

    def _mean(self, values: FloatArray) -> float:
        return float(np.trapezoid(values, self.years))

    def _cumulated(self, values: FloatArray) -> FloatArray:
        """Integral from the start to each date."""
        steps = 0.5 * (values[1:] + values[:-1]) / (STEPS - 1)
        return np.concatenate([[0.0], np.cumsum(steps)])


def _law_mean(values: FloatArray) -> FloatArray:
    """Mean over a law given by evenly spaced quantiles, along the first axis."""
    return np.asarray(np.trapezoid(values, dx=1.0 / (len(values) - 1), axis=0))


def _paired_sample(moves: Moves, kappa: float) -> tuple[FloatArray, FloatArray]:
    """Some jumps of behaviour with the grievances that came with them, with the means of all."""
    if not len(moves.attitude):
        return np.zeros(1), np.zeros(1)
    order = np.argsort(moves.attitude, kind="stable")
    places = (np.arange(POINTS) + 0.5) / POINTS * len(order) if len(order) > POINTS else np.arange(len(order))
    chosen = order[places.astype(np.int64)]
    y, grievance = kappa * moves.attitude[chosen], moves.grievance[chosen]
    y = y - (y.mean() - kappa * float(moves.attitude.mean()))
    opened = float(grievance.mean())
    return y, grievance * (float(moves.grievance.mean()) / opened) if opened > 0.0 else grievance
