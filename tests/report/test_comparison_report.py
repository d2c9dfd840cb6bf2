"""What a comparison says: words rounded outward, tables, figures with findings."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from rich.console import Console

from measures.synthetic import make_sample
from momentsim import measures
from momentsim.measures import Sample
from momentsim.questions.compare.figures import days as compare_days
from momentsim.questions.compare.figures import forest_plot as compare_forest_plot
from momentsim.questions.compare.figures import front_plot as compare_front_plot
from momentsim.questions.compare.figures.gallery import draw_all, figures_of
from momentsim.questions.compare.terminal import print_ranking, print_verdicts
from momentsim.questions.compare.verdicts import estimates_of, ranking, verdicts
from momentsim.questions.compare.words import price_words, sentence, sentences
from momentsim.report.verdicts import outward

pytestmark = pytest.mark.slow


def result_of(sample: Sample) -> Any:
    return SimpleNamespace(
        loaded=SimpleNamespace(scenario=sample.scenario),
        names=sample.names,
        digests=dict(enumerate(sample.digests)),
        summary=measures.summary(*sample),
        intervals=measures.interval_table(*sample),
    )


def comparison_of(samples: dict[str, Sample]) -> Any:
    """The first is the baseline."""
    (base, baseline), *others = samples.items()
    tables = []
    for name, sample in others:
        table = measures.paired_table(baseline, sample, family=len(others))
        table.insert(0, "case", name)
        tables.append(table)
    estimates = {name: estimates_of(sample) for name, sample in samples.items()}
    results = {name: result_of(sample) for name, sample in samples.items()}
    return SimpleNamespace(
        worlds=None,
        baseline_name=base,
        baseline=results[base],
        variants={name: results[name] for name, _ in others},
        cases=results,
        pairs=len(baseline.digests),
        table=pd.concat(tables, ignore_index=True),
        verdicts=verdicts(estimates[base], {name: estimates[name] for name, _ in others}),
        ranking=ranking(estimates),
    )


@pytest.fixture(scope="module")
def storm() -> Any:
    return comparison_of(
        {"base": make_sample(4), "reserves": make_sample(4, relief=0.6), "little": make_sample(4, relief=0.1)}
    )


@pytest.mark.parametrize(
    ("low", "high", "unit", "expected"),
    [
        (18.3, 40.2, "customers", ("18", "41")),
        (4_217.0, 5_098.0, "USD", ("4,217", "5,098")),
        (0.0123, 0.0351, "share", ("1.2", "3.6")),
        (-12.4, 41.2, "customers", ("-13", "42")),
        (936_120.0, 1_114_400.0, "USD", ("0.93 M", "1.12 M")),
    ],
)
def test_ends_are_rounded_outward(low: float, high: float, unit: str, expected: tuple[str, str]) -> None:
    assert outward(low, high, unit) == expected


def row(
    gained: tuple[float, float], cost: tuple[float, float], gain: str = "customers kept"
) -> dict[str, Any]:
    ends = {"gained_low": gained[0], "gained_high": gained[1], "cost_low": cost[0], "cost_high": cost[1]}
    return {"gain": gain, **ends}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (row((18, 41), (-5100, -4200)), "18 to 41 more customers stay, at 4,200 to 5,100 USD less."),
        (row((-41, -18), (4200, 5100)), "18 to 41 fewer customers stay, at 4,200 to 5,100 USD more."),
        (
            row((-12, 41), (-300, 500)),
            "Between 12 fewer and 41 more customers stay, at between 300 USD less and 500 USD more.",
        ),
        (row((0, 0), (0, 0)), "As many customers stay, at the same cost."),
        (
            row((0.012, 0.034), (100, 200), "service level"),
            "The service level is 1.2 to 3.4 points higher, at 100 to 200 USD more.",
        ),
        (
            row((-0.012, 0.034), (100, 200), "service level"),
            "The service level is between 1.2 points lower and 3.4 points higher, at 100 to 200 USD more.",
        ),
    ],
)
def test_sentences(found: dict[str, Any], expected: str) -> None:
    assert sentence(found, "USD") == expected


@pytest.mark.parametrize(
    ("price", "cost", "expected"),
    [
        (313.0, (240.0, 380.0), "A customer kept costs about 310 USD if what is assumed holds."),
        (-310.0, (-380.0, -240.0), "It keeps customers and costs less."),
        (50.0, (-20.0, 120.0), "No price per customer kept: whether it costs anything can't be told."),
        (float("nan"), (240.0, 380.0), "No price per customer kept: it is so."),
    ],
)
def test_prices(price: float, cost: tuple[float, float], expected: str) -> None:
    assert price_words({**row((18, 41), cost), "price": price, "price_blank": "it is so"}, "USD") == expected


def test_tables_fit_into_100_columns(storm: Any) -> None:
    page = io.StringIO()
    console = Console(file=page, width=140, no_color=True)
    words = sentences(storm.verdicts, "USD")
    print_verdicts(console, storm.verdicts, words, baseline="base", currency="USD")
    print_ranking(console, storm.ranking, "USD", "base")
    text = page.getvalue()
    assert all(len(line) <= 100 for line in text.splitlines())
    assert "all 4 intervals in them hold together with 95 %" in text
    assert "place" in text and "nan" not in text


def test_figures_are_drawn_and_say_what_they_found(storm: Any, tmp_path: Path) -> None:
    draw_all(tmp_path, storm)
    assert {path.stem for path in tmp_path.iterdir()} == set(figures_of(storm))
    assert all(path.stat().st_size > 10_000 for path in tmp_path.iterdir())
    assert compare_forest_plot.data(storm).finding.startswith("reserves is best")
    assert "reserves" in compare_front_plot.data(storm).finding
    assert compare_days.data(storm).finding.startswith("With reserves ")


@pytest.mark.parametrize("count", [1, 3])
def test_cases_that_differ_in_nothing_are_drawn_too(count: int, tmp_path: Path) -> None:
    sample = make_sample(count, crisis=False)
    same = comparison_of({"base": sample, "same": sample})
    draw_all(tmp_path, same)
    assert compare_forest_plot.data(same).finding == "No variant has a higher net benefit than base"
    assert "In no variant fewer calls fail" in compare_days.data(same).finding


def test_many_variants_are_limited_to_the_best(tmp_path: Path) -> None:
    samples = {f"v{index}": make_sample(2, relief=0.05 * index) for index in range(9)}
    many = comparison_of(samples)
    assert len(compare_days.data(many).variants) == compare_days.MOST_VARIANTS
    draw_all(tmp_path, many)


def test_days_of_cases_that_end_at_other_times_are_drawn(storm: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where few call after the end of one case, its curve is shorter than that of the baseline."""
    days = compare_days.data(storm)
    first, *others = days.variants
    week = first.week
    counts = {name: values[:-3] for name, values in week.counts.items()}
    band = type(first.band)(*(limit[:-3] for limit in first.band))
    shorter = first._replace(week=week._replace(places=week.places[:-3], counts=counts), band=band)
    unequal = days._replace(variants=[shorter, *others])
    monkeypatch.setattr(compare_days, "data", lambda _comparison: unequal)
    figure = compare_days.draw(storm)
    right = max(axis.get_xlim()[1] for axis in figure.axes if axis.get_visible())
    assert right >= week.horizon_end
