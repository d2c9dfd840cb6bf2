"""Waits under priorities and head starts against limits, conservation laws and other ways to work them out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from momentsim.theory.chains import patient_classes
from momentsim.theory.erlang import erlang_a, erlang_c, shares_waiting
from momentsim.theory.priorities import Work, head_start, waits_of_equal_work, waits_of_one_agent


def test_one_class_is_pollaczek_khinchine() -> None:
    """Load 0.5, one minute: an exponential law waits 60 s, a constant half of it, a spread of 2 five halves."""

    def wait(cv: float) -> float:
        return waits_of_one_agent([Work(arrivals_per_hour=30, handling_time_s=60, handling_time_cv=cv)])[0]

    assert wait(1.0) == pytest.approx(60) == pytest.approx(erlang_c(30, 60, 1).wait_mean_s)
    assert wait(0.0) == pytest.approx(30)
    assert wait(2.0) == pytest.approx(150)


def test_two_exponential_classes_on_one_agent() -> None:
    """Loads 0.25 and 0.5, one minute: R = 45 s, so 45 / 0.75 and 45 / (0.75 * 0.25)."""
    classes = [Work(arrivals_per_hour=15, handling_time_s=60), Work(arrivals_per_hour=30, handling_time_s=60)]
    assert waits_of_one_agent(classes) == pytest.approx((60, 240))
    assert waits_of_equal_work((15, 30), 60, 1) == pytest.approx((60, 240))


def test_priorities_keep_the_work_in_the_queue() -> None:
    """Kleinrock's conservation law: sum of load x wait is the same in either order."""
    short = Work(arrivals_per_hour=40, handling_time_s=20, handling_time_cv=0.3)
    long = Work(arrivals_per_hour=10, handling_time_s=150, handling_time_cv=1.7)
    one, other = waits_of_one_agent([short, long]), waits_of_one_agent([long, short])
    assert short.load * one[0] + long.load * one[1] == pytest.approx(
        short.load * other[1] + long.load * other[0]
    )
    assert one[0] < other[1] and one[1] > other[0]


def test_classes_together_wait_as_erlang_says() -> None:
    rates = (60.0, 60.0, 40.0)
    waits = waits_of_equal_work(rates, 60, 4)
    together = sum(rate * wait for rate, wait in zip(rates, waits, strict=True)) / 160
    assert together == pytest.approx(erlang_c(160, 60, 4).wait_mean_s)
    assert waits[0] < waits[1] < waits[2]


def test_very_patient_classes_are_those_of_cobham() -> None:
    chain = patient_classes((80, 60), 60, 4, (1e7, 1e7), most_waiting=90)
    assert chain.wait_mean_s == pytest.approx(waits_of_equal_work((80, 60), 60, 4), rel=1e-4)
    assert chain.edge_share < 1e-9


def test_equally_patient_classes_together_are_erlang_a() -> None:
    chain = patient_classes((130, 70), 60, 3, (90, 90), most_waiting=60)
    exact = erlang_a(200, 60, 3, 90)
    assert (130 * chain.wait_mean_s[0] + 70 * chain.wait_mean_s[1]) / 200 == pytest.approx(exact.wait_mean_s)
    share = (130 * chain.abandoned_share[0] + 70 * chain.abandoned_share[1]) / 200
    assert share == pytest.approx(exact.abandoned_share)


def test_a_chain_that_is_cut_too_early_says_so() -> None:
    assert patient_classes((130, 70), 60, 3, (90, 90), most_waiting=3).edge_share > 0.05


@pytest.mark.parametrize("patience_s", [100.0, math.inf])
def test_no_head_start_is_first_come_first_served(patience_s: float) -> None:
    ahead, behind = head_start((80, 80), 60, 4, head_start_s=0.0, patience_s=patience_s)
    exact = erlang_a(160, 60, 4, patience_s)
    for figures in (ahead, behind):
        assert figures.wait_mean_s == pytest.approx(exact.wait_mean_s)
        assert figures.abandoned_share == pytest.approx(exact.abandoned_share)
    assert behind.service_level_share == pytest.approx(exact.service_level_share)


def test_an_endless_head_start_is_strict_priority() -> None:
    ahead, behind = head_start((80, 60), 60, 4, head_start_s=math.inf)
    waits = waits_of_equal_work((80, 60), 60, 4)
    assert (ahead.wait_mean_s, behind.wait_mean_s) == pytest.approx(waits)
    ahead, behind = head_start((130, 70), 60, 3, head_start_s=math.inf, patience_s=90)
    chain = patient_classes((130, 70), 60, 3, (90, 90), most_waiting=60)
    assert (ahead.wait_mean_s, behind.wait_mean_s) == pytest.approx(chain.wait_mean_s)
    assert (ahead.abandoned_share, behind.abandoned_share) == pytest.approx(chain.abandoned_share)


def test_a_longer_head_start_moves_more_wait_to_the_second_class() -> None:
    waits = [head_start((80, 80), 60, 4, head_start_s=d)[1].wait_mean_s for d in (0, 10, 30, 120, 600)]
    assert waits == sorted(waits)
    assert len(set(waits)) == len(waits)


@pytest.mark.parametrize(("patience_s", "threshold_s"), [(math.inf, 20.0), (100.0, 50.0)])
def test_head_start_by_integrating_the_equations_of_a_waiting_contact(
    patience_s: float, threshold_s: float
) -> None:
    """The number before a contact of the second class, followed with a solver of differential equations."""
    first, served, ahead_s = 80 / 3600, 4 / 60, 30.0
    start = np.zeros(200)
    found = shares_waiting(160, 60, 4, patience_s)[:120]
    start[: len(found)] = found
    states = np.arange(len(start))
    down = served + states / patience_s

    def slope(time: float, shares: np.ndarray) -> np.ndarray:
        mass = shares[:-2]
        up = first * mass if time < ahead_s else 0.0 * mass
        change = -(down + 1.0 / patience_s) * mass - up
        change[1:] += up[:-1]
        change[:-1] += (down * mass)[1:]
        return np.concatenate([change, [mass.sum(), served * mass[0]]])

    def follow(until_s: float) -> np.ndarray:
        now, shares = 0.0, np.concatenate([start, [0.0, 0.0]])
        for end in (min(ahead_s, until_s), until_s):
            if end > now:
                made = solve_ivp(slope, (now, end - 1e-12), shares, rtol=1e-10, atol=1e-14, method="LSODA")
                now, shares = end, made.y[:, -1]
        return shares

    behind = head_start(
        (80, 80), 60, 4, head_start_s=ahead_s, patience_s=patience_s, threshold_s=threshold_s
    )[1]
    assert behind.wait_mean_s == pytest.approx(follow(3000.0)[-2], rel=1e-7)
    in_time = 1.0 - found.sum() + follow(threshold_s)[-1]
    assert behind.service_level_share == pytest.approx(in_time, rel=1e-7)


def test_wrong_arguments_are_named() -> None:
    with pytest.raises(ValueError, match=r"agents = 1; allowed: at least 2"):
        waits_of_one_agent([Work(arrivals_per_hour=60, handling_time_s=60)])
    with pytest.raises(ValueError, match=r"handling_time_cv = -1"):
        waits_of_one_agent([Work(arrivals_per_hour=1, handling_time_s=60, handling_time_cv=-1)])
    with pytest.raises(ValueError, match=r"agents = 2; allowed: at least 3"):
        waits_of_equal_work((80, 60), 60, 2)
    with pytest.raises(ValueError, match=r"arrivals_per_hour\[1\] = 0.*head_start_s = -3"):
        head_start((80, 0), 60, 4, head_start_s=-3)
    with pytest.raises(ValueError, match=r"patience_s\[0\] = 0; .*patience_s\[1\] = nan"):
        patient_classes((80, 60), 60, 2, (0, math.nan), most_waiting=5)
