"""What a workshop leaves: report, workbook, and one page to take home that says what was tried and what came of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.jobs_fixtures import COMPENSATION, RESERVES, Played, Pulls, pulled, small_storm
from momentsim.app.cards import lever_texts
from momentsim.app.contributions import Contributions, read_contributions
from momentsim.app.files import DECISIONS
from momentsim.app.handout import guess_words
from momentsim.app.jobs import Jobs
from momentsim.app.question_desk import QuestionDesk

TRIES: Pulls = {"b1": [], "b2": [pulled(RESERVES, 1)], "b3": [pulled(RESERVES, 3), pulled(COMPENSATION, 4)]}
CAME = "In the storm that was played it came to"
NAMES = {"b1": "Idle", "b2": "Early <b>", "b3": "Dear & late"}


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Played]:
    """A room with a small storm; pictures of folders are left out, which saves a second each."""
    monkeypatch.setattr("momentsim.questions.compare.figures.gallery.draw_all", lambda _folder, _result: None)
    folder = tmp_path / "workshop"
    folder.mkdir()
    jobs = Jobs(workers=1)
    desk = QuestionDesk(jobs)
    yield Played(small_storm(tmp_path), desk, jobs, folder)
    desk.close()


def decided(folder: Path, *said: dict[str, object]) -> None:
    """What people said, and a last line that a crash has torn."""
    lines = [json.dumps({"t": 0.0, "client": f"c{number}", "said": each}) for number, each in enumerate(said)]
    (folder / DECISIONS).write_text("\n".join([*lines, '{"t": 1, "cli']), encoding="utf-8")


def text_of(page: str) -> str:
    """What a reader sees, without figures."""
    return " ".join(re.sub(r"<[^>]*>", " ", re.sub(r"(?s)<(style|svg).*?</\1>", " ", page)).split())


@pytest.mark.slow
def test_a_close_leaves_report_workbook_and_page(played: Played) -> None:
    decided(
        played.folder,
        {"type": "predict", "question": "never_helped", "value": 100},
        {"type": "predict", "question": "never_helped", "value": 900},
        {"type": "rule", "text": "when <script>alert(1)</script> wait, then call"},
    )
    score = played.last("score", played.ask("score", TRIES, names=NAMES, storms=3))
    closed = played.last("closed", played.ask("close", TRIES, names=NAMES, storms=3))
    assert {"report.html", "results.xlsx", "handout.html", "score.json"} <= set(closed["files"])
    assert closed["folder"] == "workshop"
    place = played.folder / json.loads((played.folder / "score.json").read_text("utf-8"))["folder"]
    for name in ("report.html", "results.xlsx"):
        assert (played.folder / name).read_bytes() == (place / name).read_bytes()
    page = (played.folder / "handout.html").read_text("utf-8")
    text = text_of(page)
    for row in score["rows"]:
        if row["branch"] in TRIES:
            assert row["words"] in text
    best = next(row for row in score["rows"] if row["branch"] in TRIES)
    assert (
        f"{best['name']}: {best['money_words']}, score {best['words']}.".replace("<b>", "&lt;b&gt;") in text
    )
    assert "the reference" in text
    assert "Early &lt;b&gt;" in page and "Dear &amp; late" in page
    reserves, compensation = (text_of_lever.title for text_of_lever in lever_texts(played.setting))
    assert f"Mon 8 Jan 07:00 {reserves}" in text and f"Mon 8 Jan 10:00 {compensation}" in text
    assert "2 people guessed 100 to 900, in the middle 500. In the storm that was played it came to" in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; wait" in page


@pytest.mark.slow
def test_the_page_asks_for_nothing_and_runs_nothing(played: Played) -> None:
    decided(played.folder, {"type": "rule", "text": "call early"})
    played.ask("close", TRIES, names=NAMES)
    page = (played.folder / "handout.html").read_text("utf-8")
    assert "Content-Security-Policy" in page and "default-src 'none'" in page
    assert not re.search(r"<script|<img|<link|@import|url\((?!#)|https?://(?!www\.w3\.org)|\son[a-z]+=", page)
    assert "size: A4" in page and "@media print { html { font-size" in page, "else it takes two sheets"
    assert "score" not in text_of(page).lower(), "nobody asked for one"


@pytest.mark.slow
def test_a_close_without_a_comparison_makes_one_of_the_newest_tries(played: Played) -> None:
    many = {f"b{number}": [pulled(RESERVES, 1 + number / 4)] for number in range(6)} | {"b9": []}
    played.ask("close", many)
    (place,) = played.folder.glob("comparison-*")
    cases = set(json.loads((place / "manifest.json").read_text("utf-8"))["cases"])
    assert cases == {"nothing", "as_planned", "b3", "b4", "b5", "b9"}
    assert (played.folder / "handout.html").is_file()


@pytest.mark.slow
def test_a_close_tells_of_the_last_comparison_where_nothing_was_scored(played: Played) -> None:
    played.ask("compare", {"b1": [], "b2": TRIES["b2"]}, names=NAMES)
    played.ask("compare", TRIES, names=NAMES)
    played.ask("close", TRIES, names=NAMES)
    assert "Dear & late" in text_of((played.folder / "handout.html").read_text("utf-8")).replace("&amp;", "&")
    assert len(list(played.folder.glob("comparison-*"))) == 2


@pytest.mark.slow
def test_a_room_without_a_folder_is_closed_too(played: Played) -> None:
    nowhere = played._replace(folder=None)  # type: ignore[arg-type]
    closed = played.last("closed", nowhere.ask("close", {"b1": []}))
    assert "handout.html" in closed["files"]
    assert not list(played.folder.iterdir())


def test_guesses_are_each_persons_last_and_rules_all(tmp_path: Path) -> None:
    lines = [
        {"client": "c1", "said": {"type": "predict", "question": "never_helped", "value": 5}},
        {"client": "c2", "said": {"type": "predict", "question": "never_helped", "value": 7}},
        {"client": "c1", "said": {"type": "predict", "question": "never_helped", "value": 50}},
        {"client": "c1", "said": {"type": "predict", "question": "no such", "value": 1}},
        {"client": "c1", "said": {"type": "rule", "text": "one"}},
        {"client": "c1", "said": {"type": "rule", "text": "two"}},
        {"client": "c1"},
    ]
    (tmp_path / DECISIONS).write_text("\n".join([*map(json.dumps, lines), "[]", "{"]), encoding="utf-8")
    assert read_contributions(tmp_path) == Contributions({"never_helped": [50.0, 7.0]}, ["one", "two"])
    assert read_contributions(tmp_path / "nowhere") == Contributions({}, [])


@pytest.mark.parametrize(
    ("values", "truth", "words"),
    [
        ([4.0], {}, ["Never helped: one person guessed 4."]),
        ([4.0, 4.0], {"never_helped": 1234.4}, [f"Never helped: 2 people guessed 4. {CAME} 1,234."]),
        ([], {}, []),
    ],
)  # fmt: skip
def test_guesses_in_words(values: list[float], truth: dict[str, float], words: list[str]) -> None:
    assert guess_words(Contributions({"never_helped": values} if values else {}, []), truth) == words
