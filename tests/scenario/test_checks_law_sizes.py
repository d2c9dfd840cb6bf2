"""Laws whose mean or spread no run can hold are refused, in words; what is cut a little is warned of and explained."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
import scipy.integrate

from momentsim import units
from momentsim.scenario.explain import explain
from momentsim.scenario.laws.distributions import (
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Gamma,
    Lognormal,
    Mixture,
    Never,
    Uniform,
    Weibull,
)
from momentsim.scenario.laws.law_size_checks import REFUSED_SHARE, WARNED_SHARE

from .scenario_fixtures import Loaded, Problems, Write

LAW = "{mean: 4 min, cv: 0.8}"
HANDLING = "moments.question.handling_time"
REFUSED = {
    "a slip of the decimal point": (
        "{median: 5 min, sigma: 9}",
        f"{HANDLING}.sigma: 9 is outside the range, allowed is >0 .. 2.5, did you mean 0.9?",
    ),
    "a Weibull law of hardly any shape": (
        "{distribution: weibull, median: 5 min, shape: 0.06}",
        f"{HANDLING}.shape: a weibull law of shape 0.06 has a CV of 3.85e+04, shapes are 0.2 or more, "
        "did you mean 0.6?",
    ),
    "the smallest shape of before": (
        "{distribution: weibull, median: 5 min, shape: 0.05}",
        "shapes are 0.2 or more, did you mean 0.5?",
    ),
    "a quantile far away": (
        "{median: 5 min, quantile: {share: 75 %, at: 12 h}}",
        f"{HANDLING}.quantile.at: with a median of 5 min, 75 % of a lognormal law cannot end by 12 h, "
        "write 5 min to 27 min",
    ),
    "a quantile far away, of a Weibull law": (
        "{distribution: weibull, median: 5 min, quantile: {share: 75 %, at: 12 h}}",
        "75 % of a weibull law cannot end by 12 h",
    ),
    "a low quantile far away": (
        "{median: 5 min, quantile: {share: 25 %, at: 0.001 s}}",
        "25 % of a lognormal law cannot end by 0.001 s",
    ),
    "a percentage without its sign": (
        "{mean: 5 min, cv: 80}", f"{HANDLING}.cv: a lognormal law has no cv of 80, it has at most 22.7, "
        "did you mean '80 %'?",
    ),
    "a huge spread": ("{distribution: hyperexponential, mean: 5 min, cv: 900}", "it has at most 25"),
    "work for a century": (
        "{distribution: constant, mean: 100 years}", f"{HANDLING}: the mean is 100 years, at most 30 d"
    ),
    "work without end": (
        "{distribution: never}", f"{HANDLING}.distribution: this would never be finished, take any law but never"
    ),
    "work without end, sometimes": (
        "{distribution: mixture, parts: [{weight: 1 %, law: {distribution: never}}, {weight: 99 %, law: "
        "{mean: 4 min}}]}",
        f"{HANDLING}.parts[0].law.distribution: this would never be finished",
    ),
    "parts that differ by all there is": (
        "{distribution: mixture, parts: [{weight: 0.001 %, law: {mean: 20 d}}, {weight: 99.999 %, law: "
        "{mean: 1 s}}]}",
        f"{HANDLING}.parts: the parts are so different that the CV is",
    ),
    "ten thousand long phases": (
        "{distribution: erlang, phases: 10000, scale: 100 years}", "the mean is 1e+06 years, at most 30 d"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_law_beyond_its_range_is_refused(name: str, plain: str, problems: Problems) -> None:
    written, message = REFUSED[name]
    found = problems(plain.replace(LAW, written))
    assert any(message in line for line in found), found


@pytest.mark.parametrize(
    ("patience", "message"),
    [
        (
            "{distribution: exponential, mean: 100 years}",
            "waiting.patience: 90 % of the mean of this law lies beyond 10 years, at most 10 % may, since durations "
            "are cut there, did you mean 'distribution: never'?",
        ),
        ("{distribution: exponential, mean: 1.6 years}", ""),
    ],
)
def test_patience_beyond_all_time(patience: str, message: str, plain: str, problems: Problems) -> None:
    text = f"{plain}waiting: {{patience: {patience}}}\n"
    stretched = text.replace("120 USD", "120 USD, patience_factor: 1000")
    if message:
        assert any(message in line for line in problems(text))
    assert any("(times 1000) lies beyond 10 years" in line for line in problems(stretched))


def test_a_small_cut_is_warned_of_and_explained(plain: str, loaded: Loaded) -> None:
    text = loaded(f"{plain}waiting: {{patience: {{distribution: exponential, mean: 2 years}}}}\n")
    assert [warning.what for warning in text.warnings] == [
        "0.67 % of the mean of this law lies beyond 10 years"
    ]
    words = explain(text, "waiting.patience").law
    assert words.endswith(", cut at 10 years: 0.67 % of the mean is lost"), words
    assert "cut" not in explain(text, HANDLING).law


def test_factors_on_work_count(storm: str, problems: Problems) -> None:
    blackout = '{start: "2007-02-14 06:00", end: "2007-02-14 12:00", handling_factor: 5}'
    overrides = (
        "moments.rebooking.handling_time={mean: 10 d, median: null, sigma: null, cv: 1}",
        f"crises.ice.blackouts=[{blackout}]",
    )
    found = problems(storm, overrides=overrides)
    assert any("the mean, 5 times as much in a blackout, is 50 d, at most 30 d" in line for line in found), (
        found
    )


def test_observed_durations_are_checked_once_they_are_read(
    plain: str, problems: Problems, write: Write
) -> None:
    Path("times.csv").write_text("seconds\n3000000\n3000000\n", "utf-8")
    text = plain.replace(LAW, "{distribution: empirical, file: times.csv}")
    assert problems(text) == ["x.yaml:9:5: moments.question.handling_time: the mean is 34.72 d, at most 30 d"]


def test_moments_by_median_and_by_file_are_counted(plain: str, problems: Problems, write: Write) -> None:
    Path("times.csv").write_text("seconds\n0\n0.0001\n", "utf-8")
    median = plain.replace("per_day: 900", "interarrival: {distribution: exponential, median: 0.00001 s}")
    assert any("moments a day, at most 10,000,000" in line for line in problems(median))
    observed = plain.replace("per_day: 900", "interarrival: {distribution: empirical, file: times.csv}")
    assert any("moments a day, at most 10,000,000" in line for line in problems(observed))


LAWS: dict[str, Distribution] = {
    "constant": Constant(300.0),
    "exponential": Exponential(300.0),
    "lognormal": Lognormal(300.0, 1.2),
    "gamma": Gamma(0.4, 700.0),
    "weibull": Weibull(0.7, 250.0),
    "uniform": Uniform(100.0, 500.0),
    "empirical": Empirical((10.0, 10.0, 50.0, 900.0)),
    "mixture": Mixture((0.3, 0.7), (Exponential(900.0), Uniform(0.0, 100.0))),
}


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize("limit", [30.0, 300.0, 2000.0])
def test_what_a_cut_takes_is_the_integral_of_the_tail(name: str, limit: float) -> None:
    """E[max(T - c, 0)] is the integral of the survival function from c on."""
    law = LAWS[name]
    ends = [limit, *(end for end in (100.0, 300.0, 500.0, 900.0) if end > limit), 3e3, 3e4, 1e6, 1e8]

    def tail(time: float) -> float:
        return float(law.survival(time))

    pieces = [scipy.integrate.quad(tail, low, high, limit=200)[0] for low, high in pairwise(ends)]
    total = float(sum(pieces))
    assert law.excess(limit) == pytest.approx(total, rel=1e-6, abs=1e-9)
    assert law.share_beyond(limit) == pytest.approx(total / law.mean, rel=1e-6, abs=1e-12)


def test_a_law_without_end_loses_no_share() -> None:
    assert Never().excess(1.0) == float("inf")
    assert Never().share_beyond(1.0) == 0.0
    assert WARNED_SHARE < REFUSED_SHARE
    assert units.brief_duration(10 * units.SECONDS_PER_YEAR) == "10 years"
