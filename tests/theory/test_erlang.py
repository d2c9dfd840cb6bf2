"""The exact queueing formulas against published values, independent computations and each other."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.linalg import expm
from scipy.special import betainc

from momentsim.theory.erlang import erlang_a, erlang_b, erlang_c
from momentsim.theory.staffing import agents_needed_erlang_a, agents_needed_erlang_c

# arrivals/h, handling s, agents, P(W>0), E[W] s, service level 20 s, utilisation (E3.7, rounded there)
ERLANG_C_TABLE = [
    (100, 300, 10, 0.4876, 87.77, 0.5637, 0.8333),
    (600, 360, 65, 0.4201, 30.25, 0.6818, 0.9231),
    (600, 381, 68, 0.4725, 40.00, 0.6269, 0.9338),
    (60, 240, 5, 0.5541, 132.99, 0.4902, 0.8000),
]
# arrivals/h, handling s, agents, patience s, P(W>0), E[W] s, P(abandoned), utilisation (E3.7)
ERLANG_A_TABLE = [
    (100, 300, 9, 300, 0.4539, 30.70, 0.1023, 0.8312),
    (600, 381, 62, 500, 0.6284, 29.49, 0.0590, 0.9638),
    (600, 381, 60, 500, 0.7271, 39.21, 0.0784, 0.9753),
    (1200, 381, 62, 500, 1.0000, 255.91, 0.5118, 1.0000),
    (3000, 381, 62, 500, 1.0000, 402.36, 0.8047, 1.0000),
]


@pytest.mark.parametrize("row", ERLANG_C_TABLE)
def test_erlang_c_gives_the_reference_table(row: tuple[float, ...]) -> None:
    arrivals, handling_s, agents, wait_probability, wait_s, service_level, occupancy = row
    figures = erlang_c(arrivals, handling_s, int(agents), threshold_s=20)
    assert figures.wait_probability == pytest.approx(wait_probability, abs=5.1e-5)
    assert figures.wait_mean_s == pytest.approx(wait_s, abs=5.1e-3)
    assert figures.service_level_share == pytest.approx(service_level, abs=5.1e-5)
    assert figures.occupancy == pytest.approx(occupancy, abs=5.1e-5)
    assert (figures.abandoned_share, figures.blocked_share) == (0, 0)


@pytest.mark.parametrize("row", ERLANG_A_TABLE)
def test_erlang_a_gives_the_reference_table(row: tuple[float, ...]) -> None:
    arrivals, handling_s, agents, patience_s, wait_probability, wait_s, abandoned, occupancy = row
    figures = erlang_a(arrivals, handling_s, int(agents), patience_s)
    assert figures.wait_probability == pytest.approx(wait_probability, abs=5.1e-5)
    assert figures.wait_mean_s == pytest.approx(wait_s, abs=5.1e-3)
    assert figures.abandoned_share == pytest.approx(abandoned, abs=5.1e-5)
    assert figures.occupancy == pytest.approx(occupancy, abs=5.1e-5)


@pytest.mark.parametrize(("load", "agents"), [(0.5, 3), (8.0, 10), (100.0, 90), (170.0, 165)])
def test_erlang_b_recursion_equals_the_direct_sum(load: float, agents: int) -> None:
    log_terms = [k * math.log(load) - math.lgamma(k + 1) for k in range(agents + 1)]
    direct = math.exp(log_terms[-1]) / math.fsum(map(math.exp, log_terms))
    assert erlang_b(load, agents) == pytest.approx(direct, rel=1e-11)


def test_erlang_b_at_its_edges() -> None:
    assert [erlang_b(0, 0), erlang_b(0, 5), erlang_b(3, 0), erlang_b(3, 1)] == [1, 0, 1, 0.75]
    assert erlang_b(0.01, 400) == 0  # smaller than any float, without overflow
    assert erlang_b(5000, 5000) == pytest.approx(math.sqrt(2 / math.pi / 5000), rel=0.02)


def service_level_by_brute_force(rates: tuple[float, float, float], agents: int, threshold_s: float) -> float:
    """Service level of M/M/n+M with arrival, service and abandonment rate per second, by linear algebra only.

    Long-run shares come from the generator of the queue. Then a tagged contact with k others ahead is
    followed through a second generator (states: k..0 ahead, answered, abandoned) with a matrix exponential.
    """
    arrival, service, abandon = rates
    most_waiting = 90
    size = agents + most_waiting + 1
    queue = np.zeros((size, size))
    for contacts in range(size - 1):
        queue[contacts, contacts + 1] = arrival
        waiting = max(0, contacts + 1 - agents)
        queue[contacts + 1, contacts] = min(contacts + 1, agents) * service + waiting * abandon
    queue -= np.diag(queue.sum(axis=1))
    equations = np.vstack((queue.T, np.ones(size)))
    shares = np.linalg.lstsq(equations, np.append(np.zeros(size), 1.0), rcond=None)[0]
    answered, left = most_waiting + 1, most_waiting + 2
    tagged = np.zeros((most_waiting + 3, most_waiting + 3))
    for ahead in range(most_waiting + 1):
        tagged[ahead, ahead - 1 if ahead else answered] = agents * service + ahead * abandon
        tagged[ahead, left] = abandon
    tagged -= np.diag(tagged.sum(axis=1))
    in_time = expm(tagged * threshold_s)[: most_waiting + 1, answered]
    return float(shares[:agents].sum() + shares[agents:] @ in_time)


@pytest.mark.parametrize(
    ("arrivals", "handling_s", "agents", "patience_s", "threshold_s"),
    [
        (100, 300, 9, 300, 20),
        (100, 300, 6, 60, 45),
        (40, 300, 4, 900, 120),
        (300, 200, 12, 30, 10),
        (600, 120, 22, 120, 5),
    ],
)
def test_service_level_equals_brute_force(
    arrivals: float, handling_s: float, agents: int, patience_s: float, threshold_s: float
) -> None:
    rates = (arrivals / 3600, 1 / handling_s, 1 / patience_s)
    figures = erlang_a(arrivals, handling_s, agents, patience_s, threshold_s)
    brute = service_level_by_brute_force(rates, agents, threshold_s)
    assert figures.service_level_share == pytest.approx(brute, abs=1e-10)


@pytest.mark.parametrize(
    ("agents", "load_factor", "patience_s", "threshold_s"),
    [(100, 1.0, 180, 20), (2000, 1.02, 180, 5), (2000, 1.3, 3600, 3600), (10_000, 1.2, 7200, 2000)],
)
def test_service_level_equals_the_incomplete_beta_form(
    agents: int, load_factor: float, patience_s: float, threshold_s: float
) -> None:
    """P(answered by t | k ahead) = c/(c+k+1) * I_u(k+1, c+1) with c = n*mu/theta, u = 1 - exp(-theta*t)."""
    handling_s, arrival_rate = 300.0, agents / 300.0 * load_factor
    ratio = agents / handling_s * patience_s
    longest = int(load_factor * ratio) + 5000
    k = np.arange(longest)
    log_weights = np.concatenate(([0.0], np.cumsum(-np.log((ratio + k[1:]) / (arrival_rate * patience_s)))))
    peak = log_weights.max()
    weights = np.exp(log_weights - peak)
    idle = (1 / erlang_b(arrival_rate * handling_s, agents) - 1) * math.exp(-peak)
    in_time = ratio / (ratio + k + 1) * betainc(k + 1, ratio + 1, -math.expm1(-threshold_s / patience_s))
    expected = (idle + weights @ in_time) / (idle + weights.sum())
    figures = erlang_a(arrival_rate * 3600, handling_s, agents, patience_s, threshold_s)
    assert figures.service_level_share == pytest.approx(expected, abs=1e-10)


centres = st.tuples(
    st.floats(1, 3000),  # arrivals an hour
    st.floats(20, 1200),  # handling time, seconds
    st.integers(1, 150),  # agents
    st.floats(5, 3600),  # patience, seconds
    st.floats(0, 600),  # threshold, seconds
)


@settings(max_examples=settings().max_examples * 3 // 5)
@given(centres, st.one_of(st.none(), st.integers(0, 60)))
def test_erlang_a_keeps_its_identities(
    centre: tuple[float, float, int, float, float], waiting_places: int | None
) -> None:
    arrivals, handling_s, agents, patience_s, threshold_s = centre
    lines = None if waiting_places is None else agents + waiting_places
    figures = erlang_a(arrivals, handling_s, agents, patience_s, threshold_s, lines)
    rate, load = arrivals / 3600, arrivals / 3600 * handling_s
    assert figures.abandoned_share == pytest.approx(figures.wait_mean_s / patience_s, rel=1e-12)
    assert figures.queue_mean == pytest.approx(rate * figures.wait_mean_s, rel=1e-12, abs=1e-300)
    assert figures.occupancy == pytest.approx(load * figures.answered_share / agents, abs=1e-10)
    lost = figures.wait_mean_s - figures.answered_share * figures.answered_wait_mean_s
    assert -1e-9 <= lost <= figures.wait_mean_s + 1e-9  # seconds waited by those who abandon
    at_once = 1 - figures.wait_probability - figures.blocked_share
    assert at_once - 1e-12 <= figures.service_level_share <= figures.answered_share + 1e-10
    for share in (
        figures.wait_probability,
        figures.abandoned_share,
        figures.occupancy,
        figures.blocked_share,
    ):
        assert -1e-12 <= share <= 1 + 1e-12


@settings(max_examples=settings().max_examples * 3 // 5)
@given(centres)
def test_one_agent_more_never_hurts(centre: tuple[float, float, int, float, float]) -> None:
    arrivals, handling_s, agents, patience_s, threshold_s = centre
    fewer = erlang_a(arrivals, handling_s, agents, patience_s, threshold_s)
    more = erlang_a(arrivals, handling_s, agents + 1, patience_s, threshold_s)
    for name in ("wait_probability", "wait_mean_s", "abandoned_share", "occupancy", "answered_wait_mean_s"):
        assert getattr(more, name) <= getattr(fewer, name) * (1 + 1e-9) + 1e-12, name
    assert more.service_level_share >= fewer.service_level_share - 1e-11
    load = arrivals / 3600 * handling_s
    assert erlang_b(load, agents + 1) <= erlang_b(load, agents)
    stable = math.floor(load) + 1 + agents
    calls = [erlang_c(arrivals, handling_s, count, threshold_s) for count in (stable, stable + 1)]
    assert calls[1].wait_mean_s <= calls[0].wait_mean_s
    assert calls[1].service_level_share >= calls[0].service_level_share - 1e-12


@settings(max_examples=settings().max_examples * 2 // 5)
@given(centres)
def test_longer_thresholds_and_shorter_patience(centre: tuple[float, float, int, float, float]) -> None:
    arrivals, handling_s, agents, patience_s, threshold_s = centre
    figures = erlang_a(arrivals, handling_s, agents, patience_s, threshold_s)
    later = erlang_a(arrivals, handling_s, agents, patience_s, threshold_s + 30)
    sooner = erlang_a(arrivals, handling_s, agents, patience_s / 2, threshold_s)
    forever = erlang_a(arrivals, handling_s, agents, patience_s, 1e7)
    assert later.service_level_share >= figures.service_level_share - 1e-11
    assert sooner.abandoned_share >= figures.abandoned_share - 1e-12
    assert forever.service_level_share == pytest.approx(forever.answered_share, abs=1e-10)


@pytest.mark.parametrize("lines", [None, 14])
def test_mean_answered_wait_is_the_area_above_the_service_level_curve(lines: int | None) -> None:
    """E[W | answered] * P(answered) = integral over t of P(answered after t)."""
    figures = erlang_a(100, 300, 9, 300, lines=lines)

    def answered_later(threshold_s: float) -> float:
        in_time = erlang_a(100, 300, 9, 300, threshold_s, lines).service_level_share
        return figures.answered_share - in_time

    area = quad(answered_later, 0, 3000, epsabs=1e-9)[0]
    assert figures.answered_wait_mean_s * figures.answered_share == pytest.approx(area, rel=1e-6)


@pytest.mark.parametrize(("arrivals", "agents"), [(100, 9), (600, 40), (1200, 110)])
def test_erlang_a_becomes_erlang_b_without_patience_or_waiting_lines(arrivals: float, agents: int) -> None:
    blocked = erlang_b(arrivals / 3600 * 300, agents)
    impatient = erlang_a(arrivals, 300, agents, patience_s=1e-7)
    assert impatient.abandoned_share == pytest.approx(blocked, abs=1e-6)
    no_waiting = erlang_a(arrivals, 300, agents, patience_s=200, lines=agents)
    assert no_waiting.blocked_share == pytest.approx(blocked, rel=1e-12)
    assert (no_waiting.wait_probability, no_waiting.wait_mean_s, no_waiting.abandoned_share) == (0, 0, 0)
    assert no_waiting.service_level_share == pytest.approx(1 - blocked, rel=1e-12)


@pytest.mark.parametrize(("arrivals", "agents"), [(100, 10), (600, 55), (1200, 105)])
def test_erlang_a_becomes_erlang_c_with_endless_patience(arrivals: float, agents: int) -> None:
    exact = erlang_c(arrivals, 300, agents, 20)
    assert erlang_a(arrivals, 300, agents, math.inf, 20) == exact
    nearly = erlang_a(arrivals, 300, agents, 1e12, 20)
    many_lines = erlang_a(arrivals, 300, agents, math.inf, 20, lines=100_000)
    for figures in (nearly, many_lines):
        for name in ("wait_probability", "wait_mean_s", "service_level_share", "occupancy", "queue_mean"):
            assert getattr(figures, name) == pytest.approx(getattr(exact, name), rel=1e-7), name


def test_limited_lines_with_endless_patience_are_the_textbook_loss_and_delay_system() -> None:
    """M/M/2/4 with a load of 3: weights 1, 3, 4.5, 6.75, 10.125."""
    figures = erlang_a(36, 300, 2, math.inf, 20, lines=4)
    assert figures.blocked_share == pytest.approx(10.125 / 25.375)
    assert figures.wait_probability == pytest.approx(11.25 / 25.375)
    assert figures.queue_mean == pytest.approx((6.75 + 2 * 10.125) / 25.375)


@pytest.mark.parametrize("arrivals", [0.5, 20, 600, 24_000])
def test_agents_needed_are_enough_and_one_fewer_is_not(arrivals: float) -> None:
    needed = agents_needed_erlang_c(arrivals, 300, service_level_share=0.8, threshold_s=20)
    assert erlang_c(arrivals, 300, needed, 20).service_level_share >= 0.8
    if needed - 1 > arrivals / 12:
        assert erlang_c(arrivals, 300, needed - 1, 20).service_level_share < 0.8
    for service_level, abandoned in ((0.8, None), (None, 0.03), (0.5, 0.01)):
        needed = agents_needed_erlang_a(
            arrivals, 300, 180, service_level_share=service_level, abandoned_share=abandoned
        )
        reached = []
        for agents in range(max(1, needed - 1), needed + 1):
            figures = erlang_a(arrivals, 300, agents, 180)
            in_time = service_level is None or figures.service_level_share >= service_level
            reached.append(in_time and (abandoned is None or figures.abandoned_share <= abandoned))
        assert reached in ([False, True], [True] * (needed == 1))


def test_nobody_is_needed_where_nobody_arrives() -> None:
    assert agents_needed_erlang_c(0, 300, service_level_share=0.8) == 0
    assert agents_needed_erlang_a(0, 300, 180, abandoned_share=0.03) == 0


def test_wrong_arguments_are_named_all_at_once_with_what_is_allowed() -> None:
    with pytest.raises(ValueError, match=r"agents = 8; allowed: at least 9, more than the load of 8.33"):
        erlang_c(100, 300, 8)
    with pytest.raises(ValueError, match=r"handling_time_s = -3; .* > 0; agents = 2.5; .* whole number >= 1"):
        erlang_c(100, -3, 2.5)  # type: ignore[arg-type]  # a wrong type is the point
    with pytest.raises(ValueError, match=r"patience_s = nan; .* or infinity; lines = 4; .* >= 5"):
        erlang_a(100, 300, 5, math.nan, lines=4)
    with pytest.raises(ValueError, match=r"agents = 0; allowed: a whole number >= 1"):
        erlang_a(100, 300, 0, 60, lines=-1)
    with pytest.raises(ValueError, match=r"service_level_share = 80; .* between 0 and 1; did you mean 0.8"):
        agents_needed_erlang_c(100, 300, service_level_share=80)
    with pytest.raises(ValueError, match=r"abandoned_share = 0; .*between 0 and 1"):
        agents_needed_erlang_a(100, 300, 180, abandoned_share=0)
    with pytest.raises(ValueError, match="allowed: at least one goal"):
        agents_needed_erlang_a(100, 300, 180)
    with pytest.raises(ValueError, match=r"load = inf; .*agents = -1; allowed: a whole number >= 0"):
        erlang_b(math.inf, -1)
    with pytest.raises(ValueError, match="contacts would wait; allowed: a shorter patience_s"):
        erlang_a(200, 300, 2, 1e12)


@pytest.mark.parametrize(
    ("arrivals", "agents", "lines"), [(100, 9, None), (100, 9, 14), (150, 9, None), (600, 52, None)]
)
def test_hanging_up_within_the_threshold_is_patience_times_those_still_waiting(
    arrivals: float, agents: int, lines: int | None
) -> None:
    """d/dt P(hung up by t) = P(still waiting at t) / patience, though neither is computed from the other."""

    def still_waiting(threshold_s: float) -> float:
        figures = erlang_a(arrivals, 300, agents, 240, threshold_s, lines)
        at_once = erlang_a(arrivals, 300, agents, 240, 0, lines).service_level_share
        answered_later = figures.service_level_share - at_once
        return figures.wait_probability - answered_later - figures.abandoned_in_threshold_share

    for threshold_s in (0.0, 5.0, 20.0, 300.0):
        found = erlang_a(arrivals, 300, agents, 240, threshold_s, lines).abandoned_in_threshold_share
        assert found == pytest.approx(quad(still_waiting, 0, threshold_s)[0] / 240, abs=1e-9)
    forever = erlang_a(arrivals, 300, agents, 240, 1e7, lines)
    assert forever.abandoned_in_threshold_share == pytest.approx(forever.abandoned_share, abs=1e-10)


def test_one_waiting_line_has_an_elementary_form() -> None:
    """Who finds the one place waits the shorter of two exponentials."""
    figures = erlang_a(100, 300, 9, 240, 20, lines=10)
    turn, leave = 9 / 300, 1 / 240
    gone = leave / (turn + leave) * -math.expm1(-20 * (turn + leave))
    assert figures.abandoned_in_threshold_share == pytest.approx(figures.wait_probability * gone, rel=1e-12)


def test_service_level_by_each_formula() -> None:
    figures = erlang_a(100, 300, 9, 240, 20)
    short = erlang_a(100, 300, 9, 240, 5).abandoned_in_threshold_share
    gone, met = figures.abandoned_in_threshold_share, figures.service_level_share
    assert 0 < short < gone < figures.abandoned_share
    assert figures.service_level_by("count") == met
    assert figures.service_level_by("ignore") == figures.service_level_of_answered_share
    assert figures.service_level_by("ignore_short", short) == met / (1 - short)
    assert figures.service_level_by("ignore_in_threshold") == met / (1 - gone)
    assert figures.service_level_by("credit_in_threshold") == met + gone
    assert (
        erlang_c(100, 300, 9, 20).service_level_by("credit_in_threshold")
        == erlang_c(100, 300, 9, 20).service_level_share
    )
