"""M/M/n+G against Erlang A, the closed form for constant patience, identities, and itself with more panels."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from scipy.integrate import quad

from momentsim.theory import patience as tp
from momentsim.theory.erlang import erlang_a, erlang_b, erlang_c

LAWS = {
    "exponential": tp.exponential(120),
    "constant": tp.constant(90),
    "uniform": tp.uniform(30, 240),
    "lognormal": tp.lognormal(100, 1.1),
    "steep weibull": tp.weibull(120, 0.6),
    "late weibull": tp.weibull(120, 2.5),
    "gamma": tp.gamma(120, 3.0),
    "mixture": tp.mixture([(0.3, tp.exponential(8)), (0.5, tp.constant(150)), (0.2, tp.endless())]),
}
CENTRES = [(144, 300, 10), (90, 300, 10), (2500, 240, 160), (40, 60, 1)]


@pytest.mark.parametrize("law", LAWS)
def test_limited_mean_is_the_integral_of_the_survival(law: str) -> None:
    patience = LAWS[law]
    for end in (5.0, 70.0, 400.0):
        kinks = [kink for kink in patience.kinks if kink < end] or None
        direct = quad(lambda x: float(patience.survival(np.array(x))), 0, end, points=kinks, limit=300)[0]
        assert float(patience.limited_mean(np.array(end))) == pytest.approx(direct, rel=1e-7)


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize(
    "law",
    [
        tp.exponential(200),
        tp.weibull(200, 1.0),
        tp.gamma(200, 1.0),
        tp.mixture([(0.4, tp.exponential(200))] * 1 + [(0.6, tp.exponential(200))]),
    ],
)
def test_exponential_patience_is_erlang_a(centre: tuple[int, int, int], law: tp.Patience) -> None:
    exact = dataclasses.asdict(erlang_a(*centre, 200, 20))
    assert dataclasses.asdict(tp.queue_with_patience(*centre, law, 20)) == pytest.approx(
        exact, abs=1e-10, rel=1e-9
    )


def test_endless_patience_is_erlang_c() -> None:
    exact = dataclasses.asdict(erlang_c(100, 300, 10, 20))
    found = dataclasses.asdict(tp.queue_with_patience(100, 300, 10, tp.endless(), 20))
    assert found == pytest.approx(exact, abs=1e-10)


@pytest.mark.parametrize("centre", [(144, 300, 10), (90, 300, 10), (600, 300, 55)])
def test_constant_patience_in_closed_form(centre: tuple[int, int, int]) -> None:
    """J = (exp((r - n*mu)*tau) - 1) / (r - n*mu) + exp((r - n*mu)*tau) / (n*mu)."""
    per_hour, handling_s, agents = centre
    rate, served, tau = per_hour / 3600, agents / handling_s, 90.0
    grown = math.exp((rate - served) * tau)
    j = (grown - 1) / (rate - served) + grown / served
    e = 1 / erlang_b(rate * handling_s, agents - 1)
    figures = tp.queue_with_patience(*centre, tp.constant(tau))
    assert figures.abandoned_share == pytest.approx((1 + (rate - served) * j) / (e + rate * j), rel=1e-10)
    assert figures.abandoned_share == pytest.approx(grown * rate / served / (e + rate * j), rel=1e-10)
    assert figures.wait_probability == pytest.approx(rate * j / (e + rate * j), rel=1e-10)


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize(
    "centre", [CENTRES[0], *(pytest.param(centre, marks=pytest.mark.slow) for centre in CENTRES[1:3])]
)
def test_more_panels_change_nothing_and_identities_hold(law: str, centre: tuple[int, int, int]) -> None:
    patience = LAWS[law]
    figures = tp.queue_with_patience(*centre, patience)
    finer = tp.queue_with_patience(*centre, patience, panels=2 * tp.PANELS)
    assert dataclasses.asdict(figures) == pytest.approx(dataclasses.asdict(finer), abs=1e-10, rel=1e-9)
    endless_threshold = tp.queue_with_patience(*centre, patience, 1e8)
    assert endless_threshold.service_level_share == pytest.approx(1 - figures.abandoned_share, abs=1e-9)
    rate, handling_s, agents = centre[0] / 3600, centre[1], centre[2]
    flow = rate * handling_s * (1 - figures.abandoned_share)
    assert figures.occupancy == pytest.approx(flow / agents)


def test_abandoned_within_a_time_by_other_laws() -> None:
    """Everybody who hangs up after 90 s does so by 90 s, nobody by 89 s; and in the end all who ever do."""
    law = tp.constant(90)
    everybody = tp.queue_with_patience(144, 300, 10, law, 90).abandoned_in_threshold_share
    assert everybody == pytest.approx(tp.queue_with_patience(144, 300, 10, law).abandoned_share)
    assert tp.queue_with_patience(144, 300, 10, law, 89).abandoned_in_threshold_share == 0
    for other in LAWS.values():
        figures = tp.queue_with_patience(144, 300, 10, other, 1e8)
        assert figures.abandoned_in_threshold_share == pytest.approx(figures.abandoned_share, abs=1e-9)


def test_many_who_never_hang_up_need_enough_agents() -> None:
    stubborn = tp.mixture([(0.9, tp.endless()), (0.1, tp.constant(10))])
    with pytest.raises(ValueError, match="the queue grows without end"):
        tp.queue_with_patience(144, 300, 10, stubborn)
    with pytest.raises(ValueError, match="agents = 0"):
        tp.queue_with_patience(144, 300, 0, tp.exponential(10))
