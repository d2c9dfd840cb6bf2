"""`momentsim curve` and `compare --levers`: pulls at several times, in the same replications."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import momentsim as ms
from cli.fixtures import Call
from cli.test_playbooks import STORM
from momentsim.errors import MomentsimError
from momentsim.measures.columns import CURVE
from momentsim.questions.curve import curve as curve_module
from momentsim.questions.curve.times import read_times
from momentsim.questions.curve.words import answer_words, finding
from momentsim.runs.progress import Progress
from momentsim.scenario import load

RESERVES = "ice.reserves.call_out"
HOUR = 3_600_000_000


@pytest.fixture
def storm(here: Path) -> Path:
    """A small storm whose levers only a hand pulls."""
    (here / "storm.yaml").write_text(STORM, encoding="utf-8")
    return here / "storm.yaml"


def pulls(name: str, **hours: float) -> Path:
    """A file of pulls, by the last part of the lever's name."""
    full = {"call_out": RESERVES, "compensation": "ice.compensation"}
    lines = [f"{full[lever]},{hour * 3600:g}" for lever, hour in hours.items()]
    path = Path(f"{name}.csv")
    path.write_text("\n".join(["lever,pulled_s", *lines]) + "\n", encoding="utf-8")
    return path


def test_a_curve_by_forks_is_the_comparison_by_files(storm: Path, call: Call) -> None:
    """The same pulls in whole runs give the same differences, to the last digit written."""
    answer = call("curve", storm, "call_out", "--at", "1h..5h:2h", "-n", 4)
    assert answer.code == 0, answer.err
    (place,) = (storm.parent / "results").glob("storm-ice-reserves-call_out-curve-*")
    curve = pd.read_csv(place / "curve.csv")
    assert list(curve.columns) == list(CURVE)
    assert curve["pulled_s"].tolist() == [3600, 3 * 3600, 5 * 3600]
    files = [pulls(f"at_{hour}", call_out=hour) for hour in (1, 3, 5)]
    compared = ms.compare(storm, levers=files, replications=4)
    rows = compared.table.query("scope == 'all'").to_dict(orient="records")
    found = {(row["case"], row["measure"]): row for row in rows}
    for measure in ("value_net", "unserved", "cost_total", "net_benefit"):
        for row, file in zip(curve.to_dict(orient="records"), files, strict=True):
            case = found[(file.stem, measure)]
            assert row[measure] == pytest.approx(case["variant"], rel=1e-9)
            assert row[f"{measure}_never"] == pytest.approx(case["difference"], rel=1e-9, abs=1e-6)
    assert found[("as_planned", "net_benefit")]["difference"] == 0  # this scenario pulls nothing itself
    hour = curve["net_benefit_hour"] * 2
    assert hour[1] == pytest.approx(curve["net_benefit_never"][1] - curve["net_benefit_never"][0])
    assert curve["net_benefit_first"][2] == pytest.approx(hour[1] + hour[2])


@pytest.mark.slow
def test_people_called_early_help_more_people_and_the_folder_says_so(
    storm: Path, call_with_figures: Call
) -> None:
    call = call_with_figures
    asked = ("curve", storm, "reserves", "--at", "30 min", "--at", "2024-01-08 14:00", "-n", 6)
    answer = call(*asked)
    assert answer.code == 0, answer.err
    (place,) = (storm.parent / "results").glob("storm-*-curve-*")
    manifest = json.loads((place / "manifest.json").read_text("utf-8"))
    assert manifest["lever"] == RESERVES and manifest["finished"] == 6
    assert manifest["headline"][0] in " ".join(answer.out.split())
    assert (place / "figures" / "curve.png").stat().st_size > 10_000
    early, late = pd.read_csv(place / "curve.csv").to_dict(orient="records")
    assert early["unserved_never_high"] < 0 and early["unserved"] < late["unserved"]
    assert late["value_net_first"] < 0
    again = call(*asked)
    assert "answered there already" in again.err and again.out == answer.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("called", "--at", "1h"), ["'called' is not a lever", RESERVES]),
        (("ice", "--at", "1h"), ["fits several levers"]),
        (("call_out", "--at", "11h"), ["'11h' is outside the horizon", "2024-01-08 16:00"]),
        (("call_out", "--at", "soon"), ["'soon' is not a time"]),
        (("call_out", "--at", "1h..5h"), ["has no step"]),
        (("call_out", "--at", "5h..1h:1h"), ["ends before it begins"]),
        (("call_out", "--at", "0h..9h:1min"), ["more than 100 times"]),
    ],
)
def test_mistakes_are_told_and_nothing_is_written(
    storm: Path, call: Call, arguments: tuple[str, ...], words: list[str]
) -> None:
    answer = call("curve", storm, *arguments)
    assert answer.code == 2
    assert all(word in " ".join(answer.err.split()) for word in words), answer.err
    assert not (storm.parent / "results").exists()


def test_times_are_hours_dates_and_ranges(storm: Path) -> None:
    scenario = load(storm).scenario
    assert read_times(["1h..2h:30min, 8 h", "2024-01-08 07:00"], scenario) == [
        HOUR, HOUR * 3 // 2, 2 * HOUR, 8 * HOUR,
    ]  # fmt: skip
    assert read_times(["2024-01-08 06:00..2024-01-08 10:00:2h"], scenario) == [0, 2 * HOUR, 4 * HOUR]


def table_of(first: tuple[float, float], never: tuple[float, float] = (1.0, 2.0)) -> pd.DataFrame:
    """Two times, four hours apart, with these intervals of net benefit against the first and against never."""
    rows = [
        {
            "pulled_s": 3600.0 * hour,
            "pulled_at": pd.Timestamp("2024-01-08") + pd.Timedelta(hours=hour),
            "net_benefit_never_low": never[0],
            "net_benefit_never_high": never[1],
            "net_benefit_first_low": first[0],
            "net_benefit_first_high": first[1],
            "unserved_first_low": 0.0,
            "unserved_first_high": 0.0,
        }
        for hour in (2, 6)
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("first", "said"),
    [
        ((-8000.0, -4000.0), "Each hour of waiting to pull x costs 1,000 to 2,000 USD"),
        ((4000.0, 8000.0), "Each hour of waiting to pull x saves 1,000 to 2,000 USD"),
        ((-8000.0, 1.0), "Whether waiting to pull x costs anything can't be told"),
        ((0.0, 0.0), "When x is pulled makes no difference"),
        ((float("nan"), float("nan")), "x: one replication tells nothing about how sure this is"),
    ],
)
def test_a_title_claims_no_more_than_its_interval(first: tuple[float, float], said: str) -> None:
    assert finding(table_of(first), "x", "USD") == said
    told = answer_words(table_of(first), "x", "USD")[0]
    assert told.startswith(said) and ("on the average" in told) == ("Each hour" in said)


@pytest.mark.parametrize(
    ("never", "said"),
    [
        ((1.0, 2.0), "Pulled at any of these times, net benefit is higher than if it is never pulled."),
        ((-2.0, -1.0), "Pulled at any of these times, net benefit is lower than if it is never pulled."),
        ((-2.0, 1.0), "Pulled at any of these times, it can't be told apart from never."),
        ((0.0, 0.0), "Pulled at any of these times, it does the same as never."),
    ],
)
def test_where_pulling_still_helps(never: tuple[float, float], said: str) -> None:
    assert said in answer_words(table_of((-8.0, -4.0), never), "x", "USD")


@pytest.mark.slow
def test_pulls_are_compared_with_none_and_those_planned(storm: Path, call: Call) -> None:
    planned = STORM.replace("group: reserves, at: never", 'group: reserves, at: "2024-01-08 08:00"')
    storm.write_text(planned, encoding="utf-8")
    files = pulls("early", call_out=1), pulls("late_and_paid", call_out=4, compensation=5)
    answer = call("compare", storm, "--levers", files[0], "--levers", files[1], "--out", "compared")
    assert answer.code == 0, answer.err
    manifest = json.loads(Path("compared/manifest.json").read_text("utf-8"))
    assert manifest["cases"] == ["nothing", "as_planned", "early", "late_and_paid"]
    assert (
        json.loads(Path("compared/early/manifest.json").read_text("utf-8"))["levers"]["file"] == "early.csv"
    )
    table = pd.read_csv("compared/comparison.csv").query("scope == 'all'")
    better = table[table["measure"] == "unserved"].set_index("case")["difference"]
    assert better["early"] <= better["as_planned"] <= better["late_and_paid"] < 0
    against = ms.compare(storm, levers=files, baseline="as_planned", replications=2)
    assert list(against.cases) == ["as_planned", "nothing", "early", "late_and_paid"]


def test_mistakes_in_files_of_pulls_are_all_told(storm: Path, call: Call) -> None:
    good, bad = pulls("good", call_out=1), Path("bad.csv")
    bad.write_text("lever,pulled_s\nice.reserve,3600\nice.compensation,99999999\n", encoding="utf-8")
    answer = call("compare", storm, "--levers", good, "--levers", bad)
    assert answer.code == 2
    assert all(word in answer.err for word in ("bad.csv:2", "ice.reserve", "bad.csv:3", "outside the run"))
    for arguments, words in (
        (("--levers", good, "--levers", good), "named 'good' is there already"),
        (("--levers", good, "--worlds", 8), "leave one of them out"),
        (("a", "b", "--levers", good), "write a+b"),
        (("--levers", good, "--baseline", "god"), "did you mean 'good'"),
    ):
        answer = call("compare", storm, *arguments)
        assert answer.code == 2 and words in " ".join(answer.err.split()), answer.err


def test_python_asks_the_same(storm: Path) -> None:
    curve = ms.curve(storm, "call_out", ["1h", "4h"], replications=3)
    assert len(curve.table) == 2 and len(curve.never.digests) == 3
    assert ms.words(curve) and repr(curve).startswith(f"{RESERVES} pulled at 2 times")
    with pytest.raises(MomentsimError, match="is not a lever"):
        ms.curve(storm, "nothing", ["1h"])


class Said(Progress):
    """Keeps what is said of kept replications."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, words: str) -> None:
        if "replications" in words:
            self.lines.append(words)


@pytest.mark.slow
def test_a_curve_that_was_killed_goes_on_where_it_was(
    storm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A replication is used again whole: with one of its futures missing it is made again."""
    made: list[int] = []
    make = curve_module._make_futures

    def counting(ready: Any, question: Any, replication: int, stop: Any) -> Any:
        made.append(replication)
        return make(ready, question, replication, stop)

    monkeypatch.setattr(curve_module, "_make_futures", counting)
    said = Said()

    def ask() -> pd.DataFrame:
        made.clear()
        return ms.curve(
            storm, "call_out", ["1h", "4h"], replications=3, workers=1, keep=tmp_path / "kept", progress=said
        ).table

    first = ask()
    assert made == [1, 2, 3]
    pd.testing.assert_frame_equal(ask(), first)
    assert made == [] and said.lines == ["3 of 3 replications were there already"]
    next((tmp_path / "kept").rglob("2.*")).unlink()
    pd.testing.assert_frame_equal(ask(), first)
    assert made == [2] and said.lines[1:] == ["2 of 3 replications were there already"]
