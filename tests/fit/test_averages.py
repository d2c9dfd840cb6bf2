"""Reports with an average handling time: its mean over calls, and no word on its spread."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from momentsim.errors import ScenarioError
from momentsim.fit import ExportFit, fit_export
from momentsim.fit.written import scenario_text, summary
from momentsim.scenario import load

HALF_HOURS = [datetime(2026, 1, 5) + timedelta(minutes=30 * place) for place in range(14 * 48)]


def fitted(folder: Path, header: str, row: str) -> ExportFit:
    """A fit of two weeks; rows are a text with `start`, and `busy` in place of the hours from 8:00 to 20:00."""
    rows = [
        row.format(start=f"{start:%Y-%m-%d %H:%M}", calls=9 if 8 <= start.hour < 20 else 3,
                   answered=8 if 8 <= start.hour < 20 else 1, aht=300 if 8 <= start.hour < 20 else 100,
                   clock="0:05:00" if 8 <= start.hour < 20 else "0:01:40")
        for start in HALF_HOURS
    ]  # fmt: skip
    (folder / "report.csv").write_text("\n".join([header, *rows]), "utf-8")
    return fit_export(folder / "report.csv")


@pytest.mark.parametrize(
    ("header", "row", "mean_s"),
    [
        ("interval_start,calls,aht", "{start},{calls},{aht}", (9 * 300 + 3 * 100) / 12),
        ("Interval Start;Calls Offered;Average Handle Time (s)", "{start};{calls};{aht}", 250),
        ("interval_start,offered,Avg Handle Time", "{start},{calls},{clock}", 250),
        ("interval_start,offered,answered,AHT", "{start},{calls},{answered},{aht}", (8 * 300 + 100) / 9),
        ("interval_start,offered,Calls Handled,AHT", "{start},{calls},{answered},{aht}", 2500 / 9),
        ("interval_start,offered,AHT (min)", "{start},{calls},{aht}", 250 * 60),
    ],
)
def test_averages_are_weighted_by_calls(tmp_path: Path, header: str, row: str, mean_s: float) -> None:
    queue = fitted(tmp_path, header, row).queues["call"]
    assert queue.mean_handling is not None and queue.mean_handling.mean_s == pytest.approx(mean_s)
    assert queue.mean_handling.of_answered == ("nswered" in header or "Handled" in header)
    assert queue.laws() == {} and queue.volume["per_day"] == 24 * 9 + 24 * 3


def test_the_scenario_says_what_is_known_and_what_is_not(tmp_path: Path) -> None:
    fit = fitted(tmp_path, "interval_start,calls,aht", "{start},{calls},{aht}")
    text = scenario_text(fit)
    assert "handling_time: {mean: 250.0 s}  # YOURS: its spread, see below" in text
    words = (
        "call: mean handling time 250.0 s: the averages of 672 rows, weighted by the 4,032 calls offered, since "
        "those answered are not in the file. After-call work is in it where your averages have it in. How much single "
        "calls differ no average says: the spread is that of a scenario without one (CV 1)"
    )
    assert words in [line.strip() for line in summary(fit)]
    (tmp_path / "mine.yaml").write_text(text.replace("{goal: 80/20}", "20"), "utf-8")
    law = load(tmp_path / "mine.yaml").scenario.moments["call"].handling_time
    assert (law.mean, law.distribution, law.cv) == (250, "lognormal", None)


def test_each_queue_has_its_own_mean_and_nobody_has_none(tmp_path: Path) -> None:
    rows = [
        f"{start},{queue},{calls},{aht}"
        for start in HALF_HOURS
        for queue, calls, aht in (
            ("a", 10, 200),
            ("b", 5 if start.hour else 2, 400 if start.hour else ""),
        )
    ]
    (tmp_path / "r.csv").write_text("\n".join(["interval_start,queue,calls,aht", *rows]), "utf-8")
    queues = fit_export(tmp_path / "r.csv").queues
    means = {name: queue.mean_handling and queue.mean_handling.mean_s for name, queue in queues.items()}
    assert means == {"a": 200, "b": 400}
    mean = queues["b"].mean_handling
    assert mean is not None and mean.without == 28 and "28 rows with calls have no average" in mean.words()


def test_averages_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"report\.csv:2:1: aht: 'soon' is not a duration"):
        fitted(tmp_path, "interval_start,calls,aht", "{start},{calls},soon")
    with pytest.raises(ScenarioError, match=r"report\.csv:2:1: answered: 'x' is no number of calls"):
        fitted(tmp_path, "interval_start,calls,answered,aht", "{start},{calls},x,{aht}")


def test_averages_without_counts_are_no_log(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="the header has no column 'offered'"):
        fitted(tmp_path, "interval_start,AHT (s)", "{start},{aht}")
    log = fitted(tmp_path, "Call Id,interval_start,AHT (s)", "{start:.16}-x,{start},{aht}").queues["call"]
    assert log.handling_time is not None and log.handling_time.seen == len(HALF_HOURS)


def test_a_sum_of_an_interval_is_no_average(tmp_path: Path) -> None:
    queue = fitted(tmp_path, "interval_start,calls,Handle Time", "{start},{calls},{aht}").queues["call"]
    assert queue.mean_handling is None
