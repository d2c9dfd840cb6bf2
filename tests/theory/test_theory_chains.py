"""Chains that are solved numerically, against the formulas they contain as special cases."""

from __future__ import annotations

import math

import pytest

from momentsim.theory.chains import LimitedCentre, balking, redials
from momentsim.theory.erlang import erlang_a, erlang_b

LINE = LimitedCentre(arrivals_per_hour=144, handling_time_s=300, agents=10, patience_s=200, lines=20)


def test_without_balking_it_is_erlang_a_with_lines() -> None:
    exact = erlang_a(144, 300, 10, 200, lines=20)
    found = balking(LINE, lambda _: 1.0)
    assert found.balked_share == 0
    for name in ("blocked_share", "abandoned_share", "queue_mean", "occupancy"):
        assert getattr(found, name) == pytest.approx(getattr(exact, name)), name
    assert found.wait_mean_s == pytest.approx(exact.wait_mean_s / (1 - exact.blocked_share))


def test_when_all_balk_it_is_erlang_b() -> None:
    found = balking(LINE, lambda _: 0.0)
    assert found.balked_share == pytest.approx(erlang_b(12, 10))
    assert (found.blocked_share, found.queue_mean) == (0, 0)


def test_balking_by_half_is_a_queue_with_half_the_arrivals() -> None:
    """M/M/1/3 with load 1, half of whom join a queue: weights 1, 1, 1/2, 1/4."""
    line = LimitedCentre(arrivals_per_hour=60, handling_time_s=60, agents=1, patience_s=math.inf, lines=3)
    found = balking(line, lambda _: 0.5)
    assert found.blocked_share == pytest.approx(0.25 / 2.75)
    assert found.balked_share == pytest.approx((1 + 0.5) * 0.5 / 2.75)
    assert found.queue_mean == pytest.approx((0.5 + 2 * 0.25) / 2.75)


def test_hardly_any_redial_is_erlang_a_with_lines() -> None:
    exact = balking(LINE, lambda _: 1.0)
    found = redials(LINE, again_share=1e-9, delay_s=600, most_away=3)
    for name in ("attempts_per_hour", "blocked_share", "abandoned_share", "wait_mean_s", "occupancy"):
        assert getattr(found, name) == pytest.approx(getattr(exact, name), rel=1e-6), name


@pytest.mark.parametrize(("load", "delay_s"), [(0.5, 30.0), (0.3, 240.0)])
def test_one_line_and_endless_redialling_is_the_classical_retrial_queue(load: float, delay_s: float) -> None:
    """M/M/1/1: mean number about to call again = load / (1 - load) * (rate * delay + load) (Falin 1997)."""
    line = LimitedCentre(
        arrivals_per_hour=60 * load, handling_time_s=60, agents=1, patience_s=math.inf, lines=1
    )
    found = redials(line, again_share=1 - 1e-12, delay_s=delay_s, most_away=200)
    rate = load / 60
    away = load / (1 - load) * (rate * delay_s + load)
    assert (found.attempts_per_hour - 60 * load) / 3600 * delay_s == pytest.approx(away, rel=1e-8)
    assert found.occupancy == pytest.approx(load, rel=1e-9)
    assert found.edge_share < 1e-12


def test_every_attempt_ends_somehow() -> None:
    """Fresh calls = attempts - redials, and answered + failed attempts = attempts."""
    found = redials(LINE, again_share=0.7, delay_s=600, most_away=150)
    failed = found.blocked_share + found.abandoned_share
    assert found.attempts_per_hour * (1 - 0.7 * failed) == pytest.approx(144)
    answered = found.attempts_per_hour / 3600 * (1 - failed)
    assert found.occupancy == pytest.approx(answered * 300 / 10)


def test_a_chain_that_is_cut_too_early_says_so() -> None:
    assert redials(LINE, again_share=0.7, delay_s=600, most_away=4).edge_share > 0.05


def test_wrong_arguments_are_named() -> None:
    with pytest.raises(ValueError, match=r"again_share = 70; .*did you mean 0.7.*most_away = 0"):
        redials(LINE, again_share=70, delay_s=600, most_away=0)
    wrong = LimitedCentre(arrivals_per_hour=144, handling_time_s=300, agents=10, patience_s=0, lines=9)
    with pytest.raises(ValueError, match=r"patience_s = 0.*lines = 9; .* >= 10"):
        balking(wrong, lambda _: 1.0)
