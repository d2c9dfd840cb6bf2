"""Kolmogorov's equations against stationary theory, closed forms, a chain with both coordinates, and a finer grid."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy.linalg import expm

from momentsim.theory import transient
from momentsim.theory.erlang import erlang_a
from momentsim.theory.transient import Stretch, erlang_a_from_empty, generator, shift_ends, transient_figures

DAY = (
    Stretch(begin_s=0, arrivals_per_hour=60, starting=5),
    Stretch(begin_s=3600, arrivals_per_hour=200),
    Stretch(begin_s=5000, arrivals_per_hour=200, starting=3),
    Stretch(begin_s=6500, arrivals_per_hour=200, ending=4),
    Stretch(begin_s=9000, arrivals_per_hour=0, ending=4),
)
EDGES = (0, 1800, 3600, 5400, 7200, 9000, 20000)


def test_a_long_time_gives_erlang_a() -> None:
    steady = erlang_a(100, 300, 9, 300)
    stretch = Stretch(begin_s=0, arrivals_per_hour=100, starting=9)
    figures = transient_figures([stretch], [0, 14400, 18000], handling_s=300, patience_s=300)
    offered = figures.offered[1]
    assert offered == pytest.approx(100, rel=1e-12)
    assert figures.abandoned[1] / offered == pytest.approx(steady.abandoned_share, rel=1e-9)
    assert figures.answered_wait_s[1] / figures.answered[1] == pytest.approx(
        steady.answered_wait_mean_s, rel=1e-9
    )
    assert figures.waiting_s[1] / 3600 == pytest.approx(steady.queue_mean, rel=1e-9)
    assert figures.busy_s[1] / 3600 / 9 == pytest.approx(steady.occupancy, rel=1e-9)


@pytest.mark.slow
def test_from_empty_comes_near_erlang_a() -> None:
    steady = erlang_a(100, 300, 9, 200, 20)
    early, late, later = (
        erlang_a_from_empty(100, 300, 9, 200, until_s=until) for until in (3600.0, 72000.0, 144000.0)
    )
    for name in ("abandoned_share", "service_level_share", "occupancy", "queue_mean", "answered_wait_mean_s"):
        exact = getattr(steady, name)
        assert abs(getattr(late, name) - exact) < abs(getattr(early, name) - exact)
        # the start is missing from a sum over time, so the difference falls as 1 / time: extrapolate it away
        limit = 2.0 * getattr(later, name) - getattr(late, name)
        assert limit == pytest.approx(exact, rel=1e-4), name


def test_nobody_waits_gives_the_closed_form_of_infinitely_many_agents() -> None:
    """M/M/infinity from empty: a * (1 - exp(-t / handling)) agents are busy at time t."""
    stretch = Stretch(begin_s=0, arrivals_per_hour=30, starting=60)
    figures = transient_figures([stretch], [0, 900], handling_s=300, patience_s=100)
    load, spans = 30 / 3600 * 300, 900 / 300
    assert figures.busy_s[0] == pytest.approx(load * (900 - 300 * (1 - math.exp(-spans))), rel=1e-8)
    assert figures.abandoned[0] == pytest.approx(0, abs=1e-12)


def test_no_agents_gives_the_closed_form_of_patience_alone() -> None:
    stretch = Stretch(begin_s=0, arrivals_per_hour=60)
    figures = transient_figures([stretch], [0, 900], handling_s=300, patience_s=200)
    load = 60 / 3600 * 200
    assert figures.waiting_s[0] == pytest.approx(load * (900 - 200 * (1 - math.exp(-4.5))), rel=1e-8)
    assert figures.abandoned[0] == pytest.approx(15, rel=1e-12)
    assert figures.busy_s[0] == 0


def test_probability_is_kept() -> None:
    rates = generator(40, 0.05, 6, 1 / 300, 1 / 200)
    assert np.abs(rates.sum(axis=1)).max() < 1e-15
    shares = np.eye(40)[0] @ expm(rates * 700.0)
    assert shares.sum() == pytest.approx(1, abs=1e-12)
    after, gone = shift_ends(shares, 6, 2)
    assert after.sum() == pytest.approx(1, abs=1e-12)
    contacts = np.arange(40)
    assert shares @ contacts == pytest.approx(after @ contacts + gone, rel=1e-12)
    assert gone == pytest.approx(shares @ np.minimum(contacts, 6) * 2 / 6, rel=1e-12)


def test_contacts_are_kept() -> None:
    """Everything offered is answered or abandoned, and both add up: answered = busy time / handling time."""
    figures = transient_figures(DAY, EDGES, handling_s=300, patience_s=200)
    total = {name: float(getattr(figures, name).sum()) for name in TransientNames}
    assert total["offered"] == pytest.approx(60 + 200 * 5400 / 3600, rel=1e-12)
    assert total["answered"] * 300 == pytest.approx(total["busy_s"], rel=1e-7)
    assert total["abandoned"] * 200 == pytest.approx(total["waiting_s"], rel=1e-7)
    assert figures.abandoned[0] < figures.abandoned[2]


TransientNames = ("offered", "answered", "abandoned", "answered_wait_s", "waiting_s", "busy_s")


@pytest.mark.slow
def test_a_finer_grid_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    coarse = transient_figures(DAY, EDGES, handling_s=60, patience_s=60)
    monkeypatch.setattr(transient, "STEP_S", transient.STEP_S / 4)
    fine = transient_figures(DAY, EDGES, handling_s=60, patience_s=60)
    for name in TransientNames:
        assert getattr(coarse, name) == pytest.approx(getattr(fine, name), rel=1e-6, abs=1e-9), name


def test_agents_who_finish_need_no_coordinate_of_their_own() -> None:
    """The whole chain (contacts, agents still finishing) of a tiny centre, exponentiated at once."""
    agents, ending, states, service, leaving, rate = 3, 2, 30, 1 / 120, 1 / 90, 0.03
    begin, end = 600.0, 900.0
    shares = np.eye(states)[0] @ expm(generator(states, rate, agents, service, leaving) * begin)
    joint = np.zeros((states, ending + 1))
    for contacts, share in enumerate(shares):
        busy = min(contacts, agents)
        for leave in range(ending + 1):
            if leave <= busy and ending - leave <= agents - busy:
                ways = math.comb(busy, leave) * math.comb(agents - busy, ending - leave)
                joint[contacts - leave, leave] += share * ways / math.comb(agents, ending)
    rates = np.kron(generator(states, rate, agents - ending, service, leaving), np.eye(ending + 1))
    finish = service * np.arange(ending + 1)
    rates += np.kron(np.eye(states), np.diag(finish[1:], -1) - np.diag(finish))
    steps = 200
    step = expm(rates * ((end - begin) / steps))
    waiting = np.maximum(np.arange(states) - (agents - ending), 0.0)
    busy_now = np.minimum(np.arange(states), agents - ending)[:, None] + np.arange(ending + 1)
    found: list[tuple[float, float]] = []
    for _ in range(steps + 1):
        found.append((float(joint.sum(axis=1) @ waiting), float((joint * busy_now).sum())))
        joint = (joint.reshape(-1) @ step).reshape(states, ending + 1)
    weights = np.array([1, *[4, 2] * (steps // 2 - 1), 4, 1]) * (end - begin) / steps / 3
    stretches = [
        Stretch(begin_s=0, arrivals_per_hour=rate * 3600, starting=agents),
        Stretch(begin_s=begin, arrivals_per_hour=rate * 3600, ending=ending),
    ]
    figures = transient_figures(stretches, [0, begin, end], handling_s=120, patience_s=90)
    assert figures.waiting_s[1] == pytest.approx(weights @ np.array(found)[:, 0], rel=1e-6)
    assert figures.busy_s[1] == pytest.approx(weights @ np.array(found)[:, 1], rel=1e-6)


@pytest.mark.parametrize(
    ("stretches", "edges", "words"),
    [
        (DAY, (0,), "at least two"),
        (DAY, (0, 0), "ascending"),
        ((), (0, 1), "first one begins"),
        (DAY[1:], (0, 1), "first one begins"),
        (DAY[::-1], (9000, 9001), "ascending times"),
        ((Stretch(begin_s=0, arrivals_per_hour=1, starting=2, ending=1),), (0, 1), "ending = 1"),
        ((Stretch(begin_s=0, arrivals_per_hour=-1),), (0, 1), "arrivals_per_hour"),
    ],
)
def test_wrong_arguments_are_named(stretches: Any, edges: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        transient_figures(stretches, edges, handling_s=60, patience_s=60)


@pytest.mark.slow
def test_a_queue_without_bounds_is_an_error() -> None:
    stretch = Stretch(begin_s=0, arrivals_per_hour=3600)
    with pytest.raises(ValueError, match="smaller centres"):
        transient_figures([stretch], [0, 7200], handling_s=60, patience_s=3600)
