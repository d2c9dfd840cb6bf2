from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

import momentsim as ms
from measures.synthetic import make_sample
from momentsim import measures
from momentsim.contract.trace import wait_bin_edges
from momentsim.measures import Sample, find_measure
from momentsim.prepare.reference import UsualService
from momentsim.report import figure_cost, figure_ledger, figure_waits, figure_week, numbers
from momentsim.report.figures import FIGURES, draw_all
from momentsim.report.reference_words import reference_words
from momentsim.report.run_words import headline
from momentsim.report.summary_reading import Reading
from momentsim.report.tables import print_comparison, print_summary, verdict
from momentsim.runs.usual_operation import UsualOperation


def result_of(sample: Sample) -> Any:
    return SimpleNamespace(
        loaded=SimpleNamespace(scenario=sample.scenario),
        names=sample.names,
        digests=dict(enumerate(sample.digests)),
        summary=measures.summary(*sample),
        intervals=measures.interval_table(*sample),
        ledger=measures.ledger_table(*sample),
    )


@pytest.fixture(scope="module")
def storm() -> Any:
    return result_of(make_sample(4))


def printed(write: Any) -> str:
    page = io.StringIO()
    write(Console(file=page, width=100, no_color=True))
    return page.getvalue()


@pytest.mark.parametrize(
    ("value", "unit", "half", "expected"),
    [
        (0.39449, "share", 0.0037, "39.45"),
        (1_371_000.0, "USD", 24_000.0, "1.371 M"),
        (70_863.2, "attempts", 350.0, "70,863"),
        (-0.0001, "points", 0.3, "0.00"),
        (0.0, "share", 0.0, "0"),
        (float("nan"), "s", float("nan"), "-"),
        (4.37219, "USD", float("nan"), "4.37"),
    ],
)
def test_numbers_show_what_the_interval_supports(value: float, unit: str, half: float, expected: str) -> None:
    assert numbers.show_number(value, unit, half) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0.0, "0 s"),
        (8.2, "8.2 s"),
        (59.7, "1 min"),
        (270.0, "4 min 30 s"),
        (3599.6, "1 h"),
        (7500.0, "2 h 5 min"),
    ],
)
def test_durations_in_words(seconds: float, expected: str) -> None:
    assert numbers.duration(seconds) == expected


def test_headline_tells_the_story_in_few_sentences(storm: Any) -> None:
    sentences = headline(storm.loaded.scenario, storm.summary)
    assert 4 <= len(sentences) <= 8
    text = " ".join(sentences)
    assert "customers in need" in text and "never helped" in text
    assert "NPS among all customers ends at" in text and "less this cost" in text and "USD" in text
    assert "would have been expected to leave anyway" in text and "no profit or loss" in text
    assert "nan" not in text.lower()


USED_TO = UsualService(1e5, 0.62, 27.0, 0.10, 0.01, 0.85)


def test_a_badly_staffed_centre_is_told_that_customers_are_used_to_it(storm: Any) -> None:
    def said(service: UsualService, *differences: str) -> str:
        return " ".join(reference_words(storm.loaded.scenario, UsualOperation(service, differences)))

    assert "62 % of calls answered within 20 s (goal 80 %)" in said(USED_TO)
    assert "11 % of calls lost" in said(USED_TO) and "poor service" in said(USED_TO)
    assert "that same operation" in said(USED_TO) and "differs from that by staffing" in said(
        USED_TO, "staffing"
    )
    assert "poor service" not in said(UsualService(1e5, 0.79, 12.0, 0.03, 0.0, 0.85))
    assert not said(UsualService())


def test_people_in_sentences_are_whole() -> None:
    assert Reading(2.42, 2.23, 2.62, "customers").people() == "about 2 (2 to 3)"
    assert Reading(0.4, 0.1, 0.7, "customers").people() == "less than one"
    assert Reading(30_227.3, 29_086.1, 31_368.4, "customers").people() == "30,227 (29,086 to 31,368)"


def test_headline_without_crisis_and_with_one_replication() -> None:
    sample = make_sample(1, crisis=False)
    text = " ".join(headline(sample.scenario, measures.summary(*sample)))
    assert "in need" not in text and "One replication" in text and "nan" not in text.lower()


def test_tables_fit_into_100_columns_without_colour(storm: Any) -> None:
    text = printed(lambda console: print_summary(console, storm.summary, storm.loaded.scenario))
    assert all(len(line) <= 100 for line in text.splitlines())
    for word in ("Service", "Loyalty", "Money", "Crisis", "formula count", "95 % interval"):
        assert word in text
    assert "\x1b" not in text and "nan" not in text


@pytest.mark.parametrize("memory", ["on", "off"])
def test_nothing_is_told_of_loyalty_where_customers_remember_nothing(memory: str) -> None:
    result = ms.run("quickstart", replications=2, overrides={"behaviour.memory": memory}, log="none")
    text = printed(lambda console: print_summary(console, result.summary, result.loaded.scenario))
    rows = ("lost by experience", "wallet change", "value created", "value destroyed", "value, net")
    assert [f"  {row} " in text for row in rows] == [memory == "on"] * len(rows)
    assert "  cost, total " in text and "  busy " in text


def test_comparison_says_its_verdict(storm: Any) -> None:
    baseline, variant = make_sample(4), make_sample(4, relief=0.6)
    table = measures.paired_table(baseline, variant)
    table.insert(0, "case", "reserves")
    text = printed(lambda console: print_comparison(console, table, baseline.scenario))
    assert all(len(line) <= 100 for line in text.splitlines())
    assert "reserves against baseline" in text
    assert "better" in text and "worse" in text and "can't tell" in text


@pytest.mark.parametrize(
    ("name", "low", "high", "probability", "expected"),
    [
        ("service_level", 0.1, 0.2, 0.999, "better"),
        ("abandoned_share", 0.1, 0.2, 0.001, "worse"),
        ("nps", -0.1, 0.2, 0.7, "can't tell"),
        ("offered", 1.0, 2.0, float("nan"), "higher"),
        ("nps", float("nan"), float("nan"), float("nan"), ""),
    ],
)
def test_verdicts(name: str, low: float, high: float, probability: float, expected: str) -> None:
    row = {"difference": 0.15, "low": low, "high": high, "probability_better": probability}
    assert verdict(find_measure(name), row) == expected


def test_table_read_back_from_json_prints_the_same(storm: Any) -> None:
    def text(table: pd.DataFrame) -> str:
        return printed(lambda console: print_summary(console, table))

    plain = storm.summary.astype(object).where(storm.summary.notna(), None)
    assert text(pd.DataFrame(plain.to_dict(orient="records"))) == text(storm.summary)


def test_all_figures_are_drawn(storm: Any, tmp_path: Path) -> None:
    draw_all(tmp_path, storm)
    assert {path.stem for path in tmp_path.iterdir()} == set(FIGURES)
    assert all(path.stat().st_size > 10_000 for path in tmp_path.iterdir())


def test_figures_say_what_they_found(storm: Any) -> None:
    assert figure_week.data(storm).finding.startswith("On the worst day, Thu 15 Feb")
    assert figure_ledger.data(storm).finding.startswith("The handling destroyed")
    assert "USD of customer value was lost" in figure_cost.data(storm).finding
    assert "one in ten" in figure_waits.data(storm).finding


def test_bars_of_waits_hold_every_call(storm: Any) -> None:
    waits = figure_waits.data(storm)
    counted = np.mean([digest.waits.sum(axis=(0, 2)) for digest in storm.digests.values()], axis=0)
    assert waits.value.sum(axis=1) == pytest.approx(counted)


def test_classes_of_waits_are_equally_wide_and_hold_the_goal() -> None:
    counts = np.zeros(len(wait_bin_edges()) - 1)
    counts[: len(counts) // 2] = 10.0
    for threshold in (1.0, 20.0, 600.0):
        edges = figure_waits._edges(counts, threshold)
        assert len(set(np.diff(edges))) == 1 and threshold <= edges[-1]
        assert len(edges) <= figure_waits.MOST_CLASSES + 1


def test_cost_bars_add_up(storm: Any) -> None:
    bars = figure_cost.data(storm).bars
    total = next(bar.value for bar in bars if bar.label == "cost, total")
    parts = sum(bar.value for bar in bars[: [bar.label for bar in bars].index("cost, total")])
    assert parts == pytest.approx(total)


@pytest.mark.slow
def test_a_centre_that_nobody_calls_is_drawn_too(tmp_path: Path) -> None:
    sample = make_sample(1, crisis=False)
    digest = sample.digests[0]
    quiet = digest._replace(
        queues=np.zeros_like(digest.queues), horizon=np.zeros_like(digest.horizon),
        waits=np.zeros_like(digest.waits), tallies=np.zeros_like(digest.tallies),
    )  # fmt: skip
    silent = sample._replace(digests=(quiet,))
    draw_all(tmp_path, result_of(silent))
    text = " ".join(headline(silent.scenario, measures.summary(*silent)))
    assert "Nobody called" in text and "nan" not in text.lower()
