"""The report is one file that needs nothing else, can be read by everybody, and says what the tables say."""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Callable
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import momentsim as ms
from cli.fixtures import MINIMAL, QUICKSTART, leave_out_figures, leave_out_workbooks
from cli.test_playbooks import STORM
from momentsim.questions.documents import add_documents, add_workbook, sentences_of
from momentsim.questions.reports import report_of
from momentsim.report.document.measure_tables import row_of
from momentsim.report.document.parts import Chapter, Listing, Report, Tile, render
from momentsim.report.numbers import show_number
from momentsim.report.stored_folder import open_folder
from momentsim.runs.ownership import FILES, contents, document

MOST_BYTES = 1_000_000
VOID = ("meta", "br", "hr", "img", "link", "input")


class Outline(HTMLParser):
    """What matters of a page: headings, ids, references, tables, figures; and that every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.inside: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.tables: list[dict[str, int]] = []
        self.figures: list[dict[str, str]] = []
        self.words: list[str] = []
        self.feed(text)
        assert self.inside == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.attributes += [(tag, name, value) for name, value in found.items()]
        self.ids += [found["id"]] if "id" in found else []
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "table":
            self.tables.append({"columns": 0, "rows": 0, "caption": 0, "bare": 0})
        if tag == "svg":
            self.figures.append(found)
        if self.tables and "table" in self.inside:
            self.tables[-1]["caption"] += tag == "caption"
            self.tables[-1]["columns"] += tag == "th" and found.get("scope") == "col"
            self.tables[-1]["rows"] += tag == "th" and found.get("scope") == "row"
            self.tables[-1]["bare"] += tag == "th" and "scope" not in found
        if tag not in VOID:
            self.inside.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.inside.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.inside.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("scenario") / "small.yaml"
    file.write_text(MINIMAL, encoding="utf-8")
    return file


ANSWERS: dict[str, Callable[[Path], Any]] = {
    "run": lambda scenario: ms.run(scenario, replications=3),
    "compare": lambda scenario: ms.compare(scenario, replications=3),
    "sweep": lambda scenario: ms.sweep(scenario, {"workforce.groups.team.heads": [4, 5]}, replications=3),
    "worth": lambda scenario: ms.worth(scenario, "more_agents", replications=3),
    "staff": lambda _scenario: ms.staff(QUICKSTART, "80/20", overrides={"horizon": "3 h"}, replications=6),
}
KINDS = [pytest.param(kind, marks=[] if kind == "run" else pytest.mark.slow) for kind in ANSWERS]


class Folders(dict[str, Path]):
    """A folder of each kind that is made quickly, with its report; each made when it is first asked for."""

    def __init__(self, scenario: Path, place: Path) -> None:
        super().__init__()
        self.scenario, self.place = scenario, place

    def __missing__(self, kind: str) -> Path:
        answer = ANSWERS[kind](self.scenario)
        with pytest.MonkeyPatch.context() as patch:
            leave_out_figures(patch)
            leave_out_workbooks(patch)  # it comes with the report
            folder = self[kind] = ms.save(answer, self.place / kind)
        assert {file.name for file in ms.report_on(folder)} == {"results.xlsx", "report.html"}
        return folder


@pytest.fixture(scope="module")
def folders(scenario: Path, tmp_path_factory: pytest.TempPathFactory) -> Folders:
    return Folders(scenario, tmp_path_factory.mktemp("results"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_is_whole_and_can_be_read_by_everybody(kind: str, folders: Folders) -> None:
    text = (folders[kind] / "report.html").read_text("utf-8")
    page = Outline(text)
    assert page.headings[0] == 1 and page.headings.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(page.headings, page.headings[1:], strict=False))
    assert len(set(page.ids)) == len(page.ids) > 0
    for tag, name, value in page.attributes:
        assert not (name in ("src", "action", "data", "srcset") or (tag == "link")), (tag, name, value)
        if name.endswith("href"):
            assert value.startswith("#") and value[1:] in page.ids, value
        if name in ("aria-labelledby", "aria-describedby"):
            assert set(value.split()) <= set(page.ids)
    assert not re.search(r"https?://|<script|@import|url\((?!#)", re.sub(r"<t[dh][^>]*>[^<]*", "", text))
    assert page.figures and all(
        figure["role"] == "img" and figure["aria-labelledby"] for figure in page.figures
    )
    assert page.tables
    for table in page.tables:
        assert table["caption"] == 1 and table["columns"] > 1 and table["rows"] > 0 and table["bare"] == 0
    assert ("html", "lang", "en") in page.attributes
    assert len(text.encode()) < MOST_BYTES


Again = Callable[[str], Report]


@pytest.fixture(scope="module")
def again(folders: Folders) -> Again:
    """The same reports, made once more."""

    @cache
    def make(kind: str) -> Report:
        stored = open_folder(folders[kind])
        return report_of(stored, sentences_of(stored))

    return make


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_folder_gives_the_same_bytes(kind: str, folders: Folders, again: Again) -> None:
    folder = folders[kind]
    before = [(folder / name).read_bytes() for name in ("results.xlsx", "report.html")]
    assert [add_workbook(folder).read_bytes(), render(again(kind))] == before
    assert not contents(folder).strangers and not contents(folder).changed


def test_numbers_are_those_of_the_row_they_name(folders: Folders) -> None:
    text = (folders["run"] / "report.html").read_text("utf-8")
    table = pd.read_csv(folders["run"] / "summary.csv", encoding="utf-8-sig")
    told = re.findall(
        r'<th scope="row">[^<]*</th><td>([^<]*)</td><td>[^<]*</td><td>[^<]*</td>'
        r'<td class="source">summary\.csv, row (\d+)</td>',
        text,
    )
    assert len(told) > 30
    for number, row in told:
        found = table.iloc[int(row) - 2]
        half = (found["high"] - found["low"]) / 2
        unit = "money" if found["unit"] == "USD" else found["unit"]
        assert (number, found["scope"]) == (show_number(found["value"], unit, half), "all")


@pytest.mark.slow
def test_a_verdict_claims_what_the_interval_allows(folders: Folders) -> None:
    stored = open_folder(folders["compare"])
    table = pd.read_csv(folders["compare"] / "comparison.csv", encoding="utf-8-sig")
    text = (folders["compare"] / "report.html").read_text("utf-8")
    told = re.findall(
        r"<td>(better|worse|higher|lower|can&#39;t tell|same)</td>"
        r"<td class=\"source\">comparison\.csv, row (\d+)",
        text,
    )
    assert len(told) > 10
    for word, row in told:
        found = table.iloc[int(row) - 2]
        is_clear = not found["low_all"] <= 0 <= found["high_all"]
        assert is_clear == (word in ("better", "worse", "higher", "lower")), (word, row)
    first = next(iter(stored.table("comparison")["case"]))
    assert row_of(stored.table("comparison"), "offered", str(first)) >= 2


def test_the_method_names_what_repeats_it(folders: Folders) -> None:
    text = (folders["run"] / "report.html").read_text("utf-8")
    about = document(folders["run"])
    assert "momentsim run small.yaml --replications 3 --seed" in text
    assert about["content_hash"] in text
    assert "written by whoever answers for the study" in text


def test_names_of_a_scenario_are_text_and_nothing_else() -> None:
    evil = "<script>alert(1)</script>"
    chapter = Chapter("one", evil, [evil], tables=[Listing(evil, (evil, evil), [(evil, evil)])])
    tile = Tile(evil, evil, evil, evil, evil)
    text = render(Report(evil, evil, evil, [tile], None, evil, [chapter])).decode()
    assert "<script" not in text and text.count("&lt;script&gt;") > 10


@pytest.mark.slow
def test_a_comparison_says_when_to_whom_and_for_how_much(folders: Folders) -> None:
    """Chapters in the order of a run's report; the line of each cost is the sum of its rows in the ledger."""
    page = (folders["compare"] / "report.html").read_text("utf-8")
    chapters = re.findall(r'<section class="chapter" id="([^"]*)"', page)
    assert chapters[:4] == ["decision", "when", "customers", "money"]
    words = re.sub(r"<[^>]*>", "\n", page)
    assert "Callers waiting and agents on duty by interval" in words
    ledger = pd.read_csv(folders["compare"] / "more_agents" / "ledger.csv", encoding="utf-8-sig")
    paid = -ledger[ledger["line"].str.startswith("paid_hours")]["amount"].sum()
    assert paid > 0 and show_number(paid, "money") in words.split("What it cost, by line")[1]


STORMY = """\
lever,pulled_s,size
ice.reserves.call_out,3600,
"""


@pytest.mark.slow
def test_a_comparison_of_pulls_tells_them_once_and_repeats_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pulled alike in all replications is one row; the command names the files."""
    leave_out_figures(monkeypatch)
    (tmp_path / "storm.yaml").write_text(STORM, encoding="utf-8")
    (tmp_path / "early call.csv").write_text(STORMY, encoding="utf-8")
    compared = ms.compare(tmp_path / "storm.yaml", levers=[tmp_path / "early call.csv"], replications=3)
    folder = ms.save(compared, tmp_path / "out")
    add_documents(folder)
    page = html.unescape((folder / "report.html").read_text("utf-8"))
    pulled = page.split("<caption>Levers that were pulled")[1].split("</table>")[0]
    assert pulled.count("ice.reserves.call_out") == 1 and "3 of 3" in pulled and "2024-01-08 07:00" in pulled
    assert "momentsim compare storm.yaml --levers 'early call.csv' --replications 3" in page
    assert "early call: Most callers waited" in page


@pytest.mark.slow
def test_folders_of_before_intervals_were_kept_still_have_a_report(folders: Folders, tmp_path: Path) -> None:
    """Then only the figure is missing."""
    stored = open_folder(folders["compare"])
    old = tmp_path / "old"
    shutil.copytree(folders["compare"], old)
    for name in stored.about["cases"]:
        (old / name / "intervals.csv").unlink()
    listed = document(old, FILES)
    kept = {name: told for name, told in listed["files"].items() if not name.endswith("intervals.csv")}
    (old / FILES).write_text(json.dumps({**listed, "files": kept}), encoding="utf-8")
    add_documents(old)
    page = (old / "report.html").read_text("utf-8")
    assert 'id="when"' in page and "Callers waiting and agents" not in page


LABELS = re.compile(r"<(?:title|(?:h1|h2|caption|dt|th scope=\"col\")[^>]*)>(.*?)</")
NAMES = {
    "run": {"small", "everyone"},
    "compare": {"base", "slower", "more_agents", "more agents", "everyone"},
    "sweep": {"workforce.groups.team.heads", "points.csv", "slopes.csv", "sweep.csv"},
    "worth": {"worth.csv", "months.csv"},
    "staff": {"heads_team.csv", "levels.csv", "requirement.csv"},
}
"""What stays as it is: names from the scenario and of files."""


@pytest.mark.parametrize("kind", KINDS)
def test_in_chinese_no_heading_is_left_without_a_word(kind: str, folders: Folders, again: Again) -> None:
    english = (folders[kind] / "report.html").read_text("utf-8")
    page = render(again(kind), "zh").decode()
    left = {label for label in LABELS.findall(page) if not re.search("[\u4e00-\u9fff]", label)}
    assert left - NAMES[kind] == set()
    outline, other = Outline(page), Outline(english)
    assert (outline.headings, outline.tables, outline.ids) == (other.headings, other.tables, other.ids)
    assert ("html", "lang", "zh") in outline.attributes and ("html", "lang", "en") in other.attributes
    paragraphs = re.findall(r"<p(?: class=\"\w+\")?( lang=\"en\")?>(.*?)</p>", page)
    notices = [text for language, text in paragraphs if not language]
    assert len(notices) == 1 and "英文" in notices[0] and len(paragraphs) > 3
    assert "英文" not in english


def test_in_chinese_measures_stand_by_name_with_the_same_numbers(folders: Folders, again: Again) -> None:
    page = render(again("run"), "zh").decode()
    english = (folders["run"] / "report.html").read_text("utf-8")
    cell = r'<tr><th scope="row">([^<]*)</th><td>([^<]*)</td><td>[^<]*</td><td>[^<]*</td><td class="source">summary'
    told, other = re.findall(cell, page), re.findall(cell, english)
    assert [number for _, number in told] == [number for _, number in other] and len(told) > 30
    names = dict(zip((name for name, _ in other), (name for name, _ in told), strict=True))
    assert names["service level"] == "服务水平" and names["occupancy"] == "占用率"
    assert names["handling time"] == "处理时间" and names["solved first time"] == "首次解决率"
    assert all(re.search("[\u4e00-\u9fff]", name) for name in names.values())
