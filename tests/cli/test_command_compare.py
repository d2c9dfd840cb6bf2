"""`momentsim compare`: paired differences under common draws."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from scipy import stats

from cli.fixtures import MINIMAL, Call, changed, invoke, leave_out_figures, leave_out_workbooks

Told = Callable[..., Any]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """What a comparison of the small scenario says as JSON, each asked once for all that look at it."""
    here = tmp_path_factory.mktemp("told")
    (here / "small.yaml").write_text(MINIMAL, encoding="utf-8")

    @cache
    def ask(*arguments: str) -> Any:
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(here)
            leave_out_figures(patch)
            leave_out_workbooks(patch)
            return json.loads(invoke("compare", "small.yaml", *arguments, "--json").out)

    yield ask


def test_compare_prints_and_writes_paired_differences(small: Path, call: Call) -> None:
    answer = call("compare", small)
    assert answer.code == 0, answer.err
    assert answer.out.index("more_agents") < answer.out.index("slower")
    (place,) = (small.parent / "results").glob("small-compared-*")
    table = pd.read_csv(place / "comparison.csv").query("scope == 'all'")
    rows = {(row["case"], row["measure"]): row for row in table.to_dict(orient="records")}
    more = rows["more_agents", "service_level"]
    assert more["variant"] - more["baseline"] == pytest.approx(more["difference"])
    assert more["low"] < more["difference"] < more["high"]
    assert more["difference"] > 0
    assert more["probability_better"] > 0.9
    assert rows["slower", "handle_mean_s"]["difference"] > 30
    assert {"base", "more_agents", "slower"} <= {path.name for path in place.iterdir() if path.is_dir()}


@pytest.mark.slow
def test_each_variant_says_what_it_asks(small: Path, call: Call) -> None:
    text = small.read_text(encoding="utf-8").replace(
        "  slower:\n", "  slower:\n    description: One minute more\n"
    )
    small.write_text(text, encoding="utf-8")
    lines = [line.strip() for line in call("compare", small, "more_agents+slower", "--full").out.splitlines()]
    assert lines[lines.index("more_agents+slower against base") + 1] == "Two more One minute more"
    answer = json.loads(call("compare", small, "slower", "--json").out)
    assert answer["questions"] == {"base": "", "slower": "One minute more"}


def test_one_case_gives_the_same_numbers_as_a_run(small: Path, call: Call, told: Told) -> None:
    """A variant run alone and the same variant in a comparison are the same experiment."""
    alone = json.loads(call("run", small, "--variant", "slower", "--json").out)
    together = told("slower")
    value = {row["measure"]: row["value"] for row in alone["measures"] if row["scope"] == "all"}
    for row in together["differences"]:
        if row["scope"] == "all" and row["variant"] is not None:
            assert row["variant"] == value[row["measure"]], row["measure"]


def test_another_baseline_and_reuse(small: Path, call: Call) -> None:
    first = call("compare", small, "slower", "--baseline", "more_agents", "--json")
    content = json.loads(first.out)
    assert content["manifest"]["cases"] == ["more_agents", "slower"]
    again = call("compare", small, "slower", "--baseline", "more_agents", "--json")
    assert "there already" in again.err
    assert json.loads(again.out)["differences"] == content["differences"]


def test_a_variant_that_changes_nothing_differs_in_nothing(small: Path, call: Call) -> None:
    with small.open("a", encoding="utf-8") as file:
        file.write("  same: {description: nothing at all}\n")
    rows = json.loads(call("compare", small, "same", "--json").out)["differences"]
    assert rows
    assert all(row["difference"] in (0.0, None) for row in rows)


def test_nothing_to_compare(small: Path, call: Call) -> None:
    text = small.read_text(encoding="utf-8")
    small.write_text(text[: text.index("variants:")], encoding="utf-8")
    answer = call("compare", small)
    assert answer.code == 2
    assert "nothing to compare" in answer.err


@pytest.mark.slow
def test_the_sentence_for_the_meeting_comes_first_and_stands_in_the_folder(small: Path, call: Call) -> None:
    answer = call("compare", small, "--replications", "4")
    paragraph = " ".join(answer.out.split("\n\n")[0].split())
    assert paragraph.endswith("what is assumed about people was not varied (--worlds 64 does).")
    assert len(paragraph.split(". ")) <= 4 and "USD more" in paragraph
    assert len(answer.out.splitlines()) < 30
    full = call("compare", small, "--replications", "4", "--full").out
    assert "Bonferroni" in full and full.startswith(answer.out.split("\n\n")[0])
    assert full.index("more_agents: ") < full.index("more_agents against base")
    (place,) = (small.parent / "results").glob("small-compared-*")
    sentences = json.loads((place / "manifest.json").read_text("utf-8"))["verdicts"]
    assert set(sentences) == {"more_agents", "slower"}
    verdicts = pd.read_csv(place / "verdicts.csv").set_index("case")
    assert (verdicts["cost_low"] <= verdicts["cost"]).all() and (
        verdicts["cost"] <= verdicts["cost_high"]
    ).all()
    assert (verdicts["price"].notna() ^ verdicts["price_blank"].notna()).all()
    ranking = pd.read_csv(place / "ranking.csv")
    assert set(ranking["case"]) == {"base", "more_agents", "slower"}
    assert ranking["on_front"].any() and (place / "figures").is_dir()
    assert call("compare", small, "--replications", "4").out == answer.out, (
        "shown again from the folder alone"
    )


@pytest.mark.slow
def test_corrected_intervals_are_wider_and_one_variant_needs_none(told: Told) -> None:
    two, one = told()["differences"], told("slower")["differences"]
    for rows, wider in ((two, True), (one, False)):
        known = [row for row in rows if row["low"] is not None and row["high"] > row["low"]]
        assert known
        for row in known:
            assert (row["high_all"] > row["high"]) is wider, row
            assert (row["low_all"] < row["low"]) is wider, row


def test_one_replication_says_nothing_it_cannot_know(small: Path, call: Call) -> None:
    answer = call("compare", small, "slower", "--replications", "1")
    assert answer.code == 0
    assert "One replication tells nothing" in answer.out and "nan" not in answer.out


def test_unknown_variants_and_baselines_are_told_with_the_nearest(small: Path, call: Call) -> None:
    answer = call("compare", small, "slowr", "--baseline", "more_agent")
    assert answer.code == 2
    assert "did you mean 'slower'?" in answer.err and "did you mean 'more_agents'?" in answer.err


@pytest.mark.slow
def test_without_memory_the_sentence_is_about_service(small: Path, call: Call) -> None:
    asked = ("compare", small, "more_agents", "--set", "behaviour=off", "--replications", "4")
    answer = call(*asked)
    assert answer.code == 0, answer.err
    assert "more_agents is better than base: its service level is" in answer.out
    assert "points higher, at" in " ".join(answer.out.split())
    full = call(*asked, "--full")
    assert "memory is off" in full.out


@pytest.mark.slow
def test_the_numbers_of_a_sentence_follow_from_the_folder_alone(small: Path, call: Call) -> None:
    """Paired t intervals of pairs.csv, corrected for two statements about each of two variants."""
    call("compare", small, "--replications", "5", "--out", "mine")
    pairs = pd.read_csv(small.parent / "mine" / "pairs.csv").query("measure == 'cost_total'")
    costs = pairs.pivot_table(index="replication", columns="case", values="value")
    verdicts = pd.read_csv(small.parent / "mine" / "verdicts.csv").set_index("case")
    for name in ("more_agents", "slower"):
        change = costs[name] - costs["base"]
        half = stats.t.isf(0.05 / 2 / 4, 4) * change.std() / 5**0.5
        expected = (change.mean() - half, change.mean() + half)
        assert tuple(verdicts.loc[name, ["cost_low", "cost_high"]]) == pytest.approx(expected)


@pytest.mark.slow
def test_a_precision_in_the_file_is_for_run_and_compare_says_so(small: Path, call: Call) -> None:
    text = small.read_text(encoding="utf-8").replace("run: {replications: 3}", "run: {precision: 10 %}")
    small.write_text(text, encoding="utf-8")
    answer = call("compare", small, "slower", "--quiet")
    assert answer.code == 0
    assert "run.precision is for run, this compares 20 replications" in answer.err
    assert "precision" not in call("compare", small, "slower", "--quiet", "--replications", "2").err


@pytest.mark.slow
def test_a_precision_is_about_differences(small: Path, call: Call) -> None:
    """Common draws make the difference in cost precise at the first look; the cap is told of what is not."""
    options = ("slower", "--precision", "20%", "--set", "horizon=1 h", "--max-replications", "20")
    answer = call("compare", small, *options, "--measure", "cost_total", "--json")
    assert answer.code == 0, answer.err
    assert "precision reached after 20 replications: the difference of slower in cost_total +- " in answer.err
    content = json.loads(answer.out)["manifest"]["precision"]
    (row,) = content["measures"]
    assert (content["reached"], row["case"], row["measure"]) == (True, "slower", "cost_total")
    table = pd.DataFrame(json.loads(answer.out)["differences"])
    cost = table.query("measure == 'cost_total' and scope == 'all'").iloc[0]
    assert row["value"] == pytest.approx(cost["difference"])
    assert row["half_width"] == pytest.approx((cost["high"] - cost["low"]) / 2)
    assert row["asked"] == pytest.approx(0.2 * cost["baseline"])
    missed = call(
        "compare", small, "slower", "--precision", "0.0001%", *options[3:], "--measure", "cost_total"
    )
    assert missed.code == 0
    assert "precision not reached after 20 replications" in missed.err
    both = call("compare", small, "slower", "--precision", "2%", "--worlds", "16")
    assert both.code == 2
    assert "--precision and --worlds exclude each other" in both.err


@pytest.mark.slow
def test_plausible_worlds_stand_beside_the_comparison_and_are_found_again(small: Path, call: Call) -> None:
    options = ("slower", "--worlds", "8", "--replications", "4", "--set", "horizon=1 h")
    answer = call("compare", small, *options)
    assert answer.code == 0, answer.err
    assert "8 plausible worlds of" in answer.err and "about" in answer.err
    words = json.loads(next((small.parent / "results").glob("*/manifest.json")).read_text("utf-8"))[
        "verdicts"
    ]
    assert "plausible worlds" in words["slower"] or "same in all 8 worlds" in words["slower"]
    assert "What to measure next" in answer.out
    (place,) = (small.parent / "results").glob("small-compared-*")
    worlds = pd.read_csv(place / "worlds.csv")
    assert len(worlds) == 8 and worlds["kappa"].between(0.1, 0.9).all()
    assert set(pd.read_csv(place / "worlds_pairs.csv")["case"]) == {"base", "slower"}
    listed = pd.read_csv(place / "assumptions.csv")
    assert set(listed["parameter"]) == set(worlds.columns) - {"world"}
    assert (place / "worlds_spread.csv").is_file()
    again = call("compare", small, *options, "--json")
    assert "there already" in again.err
    content = json.loads(again.out)["worlds"]
    assert content["about"]["finished"] == 8 and len(content["spread"]) == 5
    shown = call("compare", small, *options)
    assert shown.out == answer.out
    without = call("compare", small, "slower", "--replications", "4", "--set", "horizon=1 h", "--json")
    assert "there already" not in without.err and "worlds" not in json.loads(without.out)


def test_too_few_worlds_are_refused(small: Path, call: Call) -> None:
    answer = call("compare", small, "slower", "--worlds", "3")
    assert answer.code == 2 and "--worlds" in answer.err and "8" in answer.err


@pytest.mark.slow
def test_a_variant_may_be_called_like_a_folder_of_the_result(small: Path, call: Call) -> None:
    changed(small, "  slower:", "  figures:")
    answer = call("compare", small, "figures", "--out", "mine")
    assert answer.code == 0, answer.err
    assert (small.parent / "mine" / "figures" / "summary.csv").is_file()
