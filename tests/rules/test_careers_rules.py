"""Rules of careers: closed forms, and bounds over the full ranges of the registry."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from momentsim.rules import careers
from momentsim.scenario.evidence import registry

SHARE = st.floats(0.0, 1.0)
SD = st.floats(-6.0, 6.0)
MONTHS = st.floats(0.0, 600.0)


def within(name: str) -> st.SearchStrategy[float]:
    """Any value of a parameter's plausible range."""
    entry = registry.get(name)
    return st.floats(entry.low, entry.high)


@given(st.floats(-50.0, 50.0), within("wellbeing_bound"))
def test_levels_are_bounded_and_odd(level: float, bound: float) -> None:
    found = careers.keep_within(level, bound)
    assert abs(found) <= min(bound, abs(level)) + 1e-12
    assert careers.keep_within(-level, bound) == -found


@given(st.floats(-10.0, 10.0), within("burnout_recovery"), st.floats(0.0, 400.0), st.floats(0.0, 400.0))
def test_wear_fades_alike_in_one_step_or_two(
    wear: float, recovery: float, first: float, second: float
) -> None:
    two = careers.wear_after(careers.wear_after(wear, 0.0, recovery, first), 0.0, recovery, second)
    assert two == pytest.approx(careers.wear_after(wear, 0.0, recovery, first + second), abs=1e-12)
    assert abs(two) <= abs(wear)


def test_wear_settles_where_growth_and_recovery_balance() -> None:
    """25 surface acts a week beyond the usual: 0.002 x 25 / 0.05 = 1 SD, as the registry says."""
    gain, recovery = (registry.get(name).value for name in ("burnout_per_surface_act", "burnout_recovery"))
    wear = 0.0
    for _ in range(60 * 52):
        wear = careers.wear_after(wear, gain * 25.0, recovery, 7.0)
    assert wear == pytest.approx(1.0, rel=1e-6)


@given(SHARE, SD, within("burnout_absence"))
def test_absence_is_a_probability_that_rises_with_burnout(usual: float, burnout: float, slope: float) -> None:
    found = careers.absence_probability(usual, math.exp(slope * burnout))
    assert 0.0 <= found <= 1.0
    assert careers.absence_probability(usual, math.exp(slope * (burnout + 0.5))) >= found - 1e-12
    if 0.0 < usual < 1.0 and 0.0 < found < 1.0:
        odds = math.log(found) - math.log1p(-found) - math.log(usual) + math.log1p(-usual)
        if 1e-6 < usual < 1 - 1e-6:
            assert odds == pytest.approx(slope * burnout, abs=1e-4)


@given(MONTHS, MONTHS, within("exit_factor_first"), within("exit_factor_year"), within("exit_factor_later"))
def test_exposure_is_the_integral_of_the_factor(
    before: float, longer: float, first: float, year: float, later: float
) -> None:
    def factor(months: float) -> float:
        return first if months < 3 else year if months < 12 else later

    after = before + longer
    edges = sorted({before, after, *(edge for edge in (3.0, 12.0) if before < edge < after)})
    pieces = [quad(factor, low, high)[0] for low, high in pairwise(edges)]
    found = careers.exit_exposure(before, after, first, year, later)
    assert found == pytest.approx(sum(pieces), rel=1e-6, abs=1e-6)
    assert found >= 0.0


@given(SD, SD, within("burnout_exit"), within("engagement_exit"))
def test_hazards_are_positive_and_move_the_right_way(b: float, m: float, per_b: float, per_m: float) -> None:
    found = careers.exit_factor(b, m, per_b, per_m)
    assert 0.0 < found < math.inf
    assert (
        careers.exit_factor(b + 0.1, m, per_b, per_m) > found > careers.exit_factor(b, m + 0.1, per_b, per_m)
    )


@given(MONTHS, within("learning_gap"), within("learning_tau_months"))
def test_novices_are_slower_and_learn(tenure: float, gap: float, tau: float) -> None:
    lacking = careers.inexperience(tenure, tau)
    assert 0.0 <= lacking <= 1.0
    assert 1.0 <= careers.learning_pace(lacking, gap) <= 1.0 / (1.0 - gap)


def test_pace_is_that_of_the_agents_at_the_start() -> None:
    from momentsim.prepare.agents import learning_pace

    tenures = np.array([0.0, 1.0, 2.5, 12.0])
    scalar = [careers.learning_pace(careers.inexperience(months, 2.5), 0.3) for months in tenures]
    np.testing.assert_allclose(scalar, learning_pace(tenures, 0.3, 2.5), rtol=1e-14)
