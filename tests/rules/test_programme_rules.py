"""Strength of programmes over time, how several mix, and what gifts are worth, over their full ranges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from momentsim.rules.programmes import adoption_strength, gift_jump, mix_values, s_curve, share_left, strength

times = st.floats(0, 4000)
lasting = st.floats(0.5, 2000)
curves = st.booleans()
shares = st.floats(0, 1)


@given(times, times, st.floats(0, 2000), curves, times, st.floats(0, 2000))
def test_strength_stays_between_0_and_1(
    now: float, begins: float, adoption: float, curve: bool, ends: float, half_life: float
) -> None:
    assert 0.0 <= strength(now, begins, adoption, curve, ends, half_life) <= 1.0


@given(times, times, lasting, curves)
def test_it_rises_until_it_is_adopted_and_fades_from_the_end_on(
    now: float, later: float, adoption: float, curve: bool
) -> None:
    now, later = sorted((now, later))
    rising = [strength(time, 100, adoption, curve, 1e9, 0) for time in (now, later)]
    assert rising[0] <= rising[1] + 1e-12
    fading = [strength(2000 + time, 100, adoption, curve, 2000, 50) for time in (now, later)]
    assert fading[0] >= fading[1] - 1e-12


@given(times, lasting, curves, lasting)
def test_it_does_not_jump(now: float, adoption: float, curve: bool, half_life: float) -> None:
    """Slopes are at most 2.1 / adoption (S-curve) while rising and ln 2 / half-life while fading."""
    step = 1e-4
    steepest = max(2.1 / adoption, 0.7 / half_life)
    before, after = (strength(now + d, 100, adoption, curve, 1500, half_life) for d in (0, step))
    assert abs(after - before) <= steepest * step + 1e-9


def test_strength_on_the_written_timeline() -> None:
    """Begins at 10, whole at 30, ends at 100, half-life 20."""
    found = {time: strength(time, 10, 20, False, 100, 20) for time in (9, 10, 20, 30, 99, 100, 120, 140)}
    assert found == pytest.approx({9: 0, 10: 0, 20: 0.5, 30: 1, 99: 1, 100: 1, 120: 0.5, 140: 0.25})
    assert strength(100, 10, 20, False, 100, 0) == 0.0
    assert strength(10, 10, 0, False, 100, 0) == 1.0
    assert strength(30, 10, 20, False, 20, 10) == pytest.approx(0.25)  # ended half adopted, one half-life ago


@given(shares)
def test_s_curve_is_symmetric_between_0_and_1(share: float) -> None:
    assert s_curve(share) + s_curve(1 - share) == pytest.approx(1)
    assert 0.0 <= s_curve(share) <= 1.0
    assert adoption_strength(share, 1.0, True) == pytest.approx(s_curve(share))


def mix(usual: float, pulls: list[tuple[float, float]]) -> float:
    kept, total, pulled = 1.0, 0.0, 0.0
    for power, target in pulls:
        kept, total, pulled = kept * (1 - power), total + power, pulled + power * target
    return mix_values(usual, kept, total, pulled)


@given(shares, st.lists(st.tuples(shares, shares), max_size=4))
def test_mixing_keeps_within_the_values_mixed_in_any_order(
    usual: float, pulls: list[tuple[float, float]]
) -> None:
    found = mix(usual, pulls)
    values = [usual, *(target for _, target in pulls)]
    assert min(values) - 1e-9 <= found <= max(values) + 1e-9
    assert mix(usual, pulls[::-1]) == pytest.approx(found, abs=1e-9)


@given(shares, shares, shares)
def test_one_programme_moves_by_its_strength(usual: float, power: float, target: float) -> None:
    assert mix(usual, [(power, target)]) == pytest.approx(usual + power * (target - usual), abs=1e-12)


@given(st.floats(0, 5000), lasting)
def test_gains_halve_with_their_half_life(elapsed: float, half_life: float) -> None:
    assert share_left(elapsed + half_life, half_life) == pytest.approx(share_left(elapsed, half_life) / 2)
    assert share_left(elapsed, 0.0) == 1.0


@given(st.floats(0.011, 0.044), st.floats(0.01, 10_000))
def test_gifts_have_a_concave_return(step: float, amount: float) -> None:
    assert 0.0 < gift_jump(step, amount) < gift_jump(step, 2 * amount) < 2 * gift_jump(step, amount)
