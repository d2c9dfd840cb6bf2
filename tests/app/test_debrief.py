"""Tries compared in a room are what `compare --levers` and `curve` say; names of tries do no harm."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from app.jobs_fixtures import COMPENSATION, RESERVES, ROOM, Played, Pulls, pulled, small_storm, wait_until
from cli.test_playbooks import STORM
from momentsim.app.cards import lever_texts
from momentsim.app.cases import REFERENCE, TAKEN, case_names
from momentsim.app.debrief import said_aloud
from momentsim.app.jobs import Jobs, Message
from momentsim.app.question_desk import QuestionDesk
from momentsim.app.setting import JobRequest, read_setting
from momentsim.contract.plan import LeverAction
from momentsim.measures.digest import digest
from momentsim.measures.facts import Sample
from momentsim.measures.summary import estimate_by_name
from momentsim.questions.compare.first_screen import paragraph
from momentsim.questions.reports import compared_in
from momentsim.report.stored_folder import open_folder
from momentsim.runs.glance import beneath

EARLY = [pulled(RESERVES, 1)]
LATE = [pulled(RESERVES, 3), pulled(COMPENSATION, 4)]


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Played]:
    """A room with a small storm; figures are left out, which saves a second each."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("momentsim.questions.compare.figures.gallery.draw_all", lambda _folder, _result: None)
    folder = tmp_path / "workshop"
    folder.mkdir()
    jobs = Jobs(workers=1)
    desk = QuestionDesk(jobs)
    yield Played(small_storm(tmp_path), desk, jobs, folder)
    desk.close()


def command(*arguments: object) -> str:
    """What a command prints."""
    from momentsim.cli.commands import app

    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.stderr
    return " ".join(result.stdout.split())


@pytest.mark.slow
def test_a_debrief_is_the_comparison_of_the_command_line(played: Played) -> None:
    """Tables byte for byte, and the words; the folder is the command's own."""
    posted = played.ask(
        "compare", {"b1": EARLY, "b2": LATE}, names={"b1": "Früh & gut", "b2": "later"}, storms=2
    )
    result = played.last("result", posted)
    (place,) = played.folder.glob("comparison-*")
    files = [played.folder / "levers" / f"{name}.csv" for name in ("Früh gut", "later")]
    levers = [word for file in files for word in ("--levers", file)]
    said = command("compare", "storm.yaml", *levers, "--replications", 2, "--out", "own", "--no-xlsx")
    for name in (
        "comparison.csv",
        "verdicts.csv",
        "ranking.csv",
        "pairs.csv",
        "later/summary.csv",
        "later/ledger.csv",
    ):
        assert (place / name).read_bytes() == (Path("own") / name).read_bytes(), name
    for sentence in paragraph(compared_in(open_folder(place))):
        assert sentence in said
        assert said_aloud(sentence) in result["sentences"][0]
    assert not any("--" in words or "as_planned" in words for words in result["sentences"])
    assert result["done"] == result["of"] == 2
    assert [branch["id"] for branch in result["branches"]] == ["nothing", "as_planned", "b1", "b2"]
    assert result["branches"][2] == {"id": "b1", "name": "Früh & gut", "case": "Früh gut"}


@pytest.mark.slow
def test_cells_are_the_numbers_of_the_tables(played: Played) -> None:
    result = played.last("result", played.ask("compare", {"b1": EARLY, "b2": LATE}))
    (place,) = played.folder.glob("comparison-*")
    table = (
        pd.read_csv(place / "comparison.csv").query("scope == 'all' and case == 'b2'").set_index("measure")
    )
    summary = pd.read_csv(place / "b2" / "summary.csv").query("scope == 'all'").set_index("measure")
    rows = {row["measure"]: row for row in result["rows"]}
    assert "net_benefit" in rows and "unserved" in rows and "cost_total" in rows
    for name, row in rows.items():
        cell = row["cells"]["b2"]
        found = [cell["difference"], cell["difference_low"], cell["difference_high"]]
        assert found == pytest.approx(
            table.loc[name, ["difference", "low_all", "high_all"]].tolist(), rel=1e-9
        )
        if name not in ("net_benefit", "value_net"):
            level = [cell["value"], cell["low"], cell["high"]]
            assert level == pytest.approx(summary.loc[name, ["value", "low", "high"]].tolist(), rel=1e-9)
    assert rows["net_benefit"]["cells"]["b2"]["value"] is None, "its level says nothing"
    assert rows["unserved"]["cells"]["b1"]["words"] == "better"
    assert rows["unserved"]["cells"]["b1"]["text"].startswith("-")


@pytest.mark.slow
def test_beside_the_average_stands_the_storm_that_was_played(played: Played) -> None:
    """As the room's own run ends, and as `run --levers` says of its first replication."""
    result = played.last("result", played.ask("compare", {"b1": LATE}, storms=3))
    steered = played.setting.steer(LATE)
    seen = digest(played.setting.quiet, steered.finish())
    sample = Sample(played.setting.scenario, played.setting.quiet.names, (seen,))
    for row in result["rows"]:
        cell = row["cells"]["b1"]
        value = float(estimate_by_name([row["measure"]], sample)[row["measure"]].value[0])
        if cell["this_storm"] is not None:
            assert cell["this_storm"] == pytest.approx(value, rel=1e-12)
    cells = {row["measure"]: row["cells"] for row in result["rows"]}
    unserved = cells["unserved"]
    assert (
        unserved["b1"]["this_storm_difference"]
        == unserved["b1"]["this_storm"] - unserved["nothing"]["this_storm"]
    )
    assert cells["net_benefit"]["b1"]["this_storm"] is None
    assert math.isfinite(cells["net_benefit"]["b1"]["this_storm_difference"])


@pytest.mark.slow
def test_one_storm_tells_no_places_and_says_so(played: Played) -> None:
    result = played.last("result", played.ask("compare", {"b1": EARLY}, storms=1))
    assert result["places"] == {}
    assert "One replication tells nothing about how sure this is." in result["sentences"][0]
    cell = result["rows"][0]["cells"]["b1"]
    assert cell["difference_low"] is None and cell["words"] == ""
    json.dumps(result, allow_nan=False)


@pytest.mark.slow
def test_a_try_that_takes_a_lever_back_is_compared_as_it_was_played(played: Played) -> None:
    undone = [pulled(RESERVES, 1), pulled(RESERVES, 2, LeverAction.UNDO)]
    result = played.last("result", played.ask("compare", {"b1": undone, "b2": EARLY}, storms=2))
    cells = {row["measure"]: row["cells"] for row in result["rows"]}
    assert cells["unserved"]["b1"]["this_storm"] > cells["unserved"]["b2"]["this_storm"]
    assert cells["cost_total"]["b1"]["this_storm"] < cells["cost_total"]["b2"]["this_storm"]


@pytest.mark.slow
def test_the_same_question_again_is_answered_from_what_was_kept(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = played.last("result", played.ask("compare", {"b1": EARLY}))
    monkeypatch.setattr("momentsim.runs.backends.threads.replicate", None)
    again = played.last("result", played.ask("compare", {"b1": EARLY}))
    assert again == first
    assert len(list(played.folder.glob("comparison-*"))) == 1


HOSTILE = [
    "../../etc/passwd", "/tmp/x", "C:\\x", "nothing", "NOTHING", "as_planned", "reference", "base", "con", "COM1",
    "a/b", "a\x00b", "..", ".", "", " ", "=cmd|' /C calc'!A0", "<script>", "x" * 500, "e\u0301te", "晚一点", "figures",
    "levers", "First try", "first try", "FIRST  TRY", "-n", "--out", "a,b", "a+b", "\u202egpj.exe", "😀",
]  # fmt: skip


def test_names_of_tries_become_names_that_every_disk_takes() -> None:
    names = case_names({f"b{number}": name for number, name in enumerate(HOSTILE)})
    assert len({name.casefold() for name in names.values()}) == len(HOSTILE)
    for name in names.values():
        assert name and len(name.encode()) < 200
        assert name.casefold() not in TAKEN
        assert Path(name).name == name and name == name.strip(" .-")
        assert all(letter.isalnum() or letter in " -_" for letter in name)


@pytest.mark.slow
def test_hostile_names_write_nothing_outside_the_folder(played: Played) -> None:
    before = {path for path in played.folder.parent.rglob("*") if played.folder not in path.parents}
    branches: Pulls = {f"b{number}": [] for number in range(6)}
    names = dict(
        zip(branches, ("../../x", "nothing", "=1+1", "<script>", "a\x00b", "reference"), strict=True)
    )
    result = played.last("result", played.ask("compare", branches, names=names, storms=1))
    after = {path for path in played.folder.parent.rglob("*") if played.folder not in path.parents}
    assert before == after
    assert [branch["name"] for branch in result["branches"]][2:] == list(names.values())
    cases = [branch["case"] for branch in result["branches"]]
    assert len(set(cases)) == len(cases) and REFERENCE not in cases


@pytest.mark.slow
def test_what_is_cancelled_leaves_no_folder(played: Played) -> None:
    posted: list[Message] = []
    request = JobRequest("compare", played.setting, {"b1": LATE}, {"b1": "b1"}, 100, "", played.folder, ROOM)
    played.desk.ask(request, posted.append)
    wait_until(lambda: any(message["type"] == "result" for message in posted))
    played.desk.leave(ROOM)
    wait_until(lambda: not played.jobs.waits_for(ROOM))
    count = len(posted)
    assert not list(played.folder.glob("comparison-*"))
    assert len(posted) == count


@pytest.mark.slow
def test_a_curve_is_that_of_the_command_line(played: Played) -> None:
    lever = "ice.reserves.call_out"
    posted = played.ask("curve", {"b1": LATE}, lever=lever)
    told = played.last("curve", posted)
    (place,) = played.folder.glob("curve-*")
    times = [point["t"] for point in told["points"]]
    asked = [word for time in times for word in ("--at", f"{time:g} s")]
    others = played.folder / "levers" / "curve_b1.csv"
    said = command(
        "curve",
        "storm.yaml",
        lever,
        *asked,
        "--levers",
        others,
        "-n",
        told["of"],
        "--out",
        "own",
        "--no-xlsx",
    )
    assert (place / "curve.csv").read_bytes() == Path("own/curve.csv").read_bytes()
    title = lever_texts(played.setting)[RESERVES].title
    assert told["sentence"].replace(title, lever) in said
    values = pd.read_csv(place / "curve.csv")["net_benefit_never"].tolist()
    assert [point["value"] for point in told["points"]] == pytest.approx(values)
    dones = [message["done"] for message in posted if message["type"] == "curve"]
    assert dones == list(range(1, told["of"] + 1)), "it arrives storm by storm"


@pytest.mark.slow
def test_the_replication_that_is_played_may_be_beyond_those_compared(tmp_path: Path, played: Played) -> None:
    other = played._replace(setting=read_setting(tmp_path / "storm.yaml", replication=9))
    result = other.last("result", other.ask("compare", {"b1": EARLY}, storms=2))
    first = played.last("result", played.ask("compare", {"b1": EARLY}, storms=2))
    assert result["replication"] == 9
    pairs = zip(result["rows"], first["rows"], strict=True)
    assert any(a["cells"]["b1"]["this_storm"] != b["cells"]["b1"]["this_storm"] for a, b in pairs)
    assert result["sentences"] == first["sentences"]


@pytest.mark.slow
def test_antithetic_storms_come_in_pairs(tmp_path: Path, played: Played) -> None:
    paired = small_storm(
        tmp_path, STORM.replace("run: {replications: 3}", "run: {replications: 4, antithetic: on}")
    )
    result = played.last("result", played._replace(setting=paired).ask("compare", {"b1": EARLY}, storms=3))
    assert result["of"] == 4 and result["storms"] == 4
    assert result["rows"][0]["cells"]["b1"]["words"] == "can't tell", "two pairs are little"
    assert result["rows"][0]["cells"]["b1"]["difference_low"] < 0


def test_the_water_line_counts_people_never_helped_as_the_books_do(played: Played) -> None:
    """What X-ray shows at the end of a story is what the measure says of it, and not other moments without help."""
    steered = played.setting.steer(LATE)
    steered.advance(steered.end)
    seen = digest(played.setting.quiet, played.setting.steer(LATE).finish())
    sample = Sample(played.setting.scenario, played.setting.quiet.names, (seen,))
    unserved = float(estimate_by_name(["unserved"], sample)["unserved"].value[0])
    assert unserved > 100
    assert 0.9 * unserved <= beneath(steered).never_helped <= unserved, "what is open then is not lost yet"
