"""The workbook says what the tables say, and nothing in it can bite."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import momentsim as ms
from cli.fixtures import MINIMAL, leave_out_figures
from momentsim.errors import MomentsimError
from momentsim.questions.documents import add_workbook
from momentsim.report.stored_folder import open_folder, read_table
from momentsim.report.workbook.book import Book
from momentsim.report.workbook.table_sheets import MOST_INTERVALS, by_day, intervals_sheet
from momentsim.runs.files import write_csv, write_json
from momentsim.runs.ownership import contents, document, mark

HOSTILE = (
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    '=HYPERLINK("http://x")',
    "\t=1",
    "'quoted",
    "plain",
)
MOST_BYTES = 1_000_000


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("scenario") / "small.yaml"
    file.write_text(MINIMAL.replace("heads: 4", "heads: {goal: 80/20}", 1), encoding="utf-8")
    return file


@pytest.fixture(scope="module", autouse=True)
def no_figures() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        leave_out_figures(patch)
        yield


@pytest.fixture(scope="module")
def run_folder(scenario: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ms.save(ms.run(scenario, replications=3), tmp_path_factory.mktemp("results") / "run")


@pytest.fixture(scope="module")
def compared(scenario: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ms.save(ms.compare(scenario, replications=3), tmp_path_factory.mktemp("results") / "compared")


@cache
def opened(file: Path, *, values: bool = True) -> Any:
    """A workbook, read once: that takes longer than to write it."""
    return openpyxl.load_workbook(file, data_only=values)


def rows_of_sheet(sheet: Any, columns: int) -> list[tuple[Any, ...]]:
    return list(sheet.iter_rows(min_row=2, max_col=columns, values_only=True))


def as_written(folder: Path, name: str) -> list[list[str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))[1:]


def same(cell: object, text: str) -> bool:
    """Is a cell what a CSV says? Blanks are blank, numbers to the 16 digits that a spreadsheet keeps, times as such."""
    if cell is None:
        return text == ""
    if isinstance(cell, int | float):
        return float(text) == pytest.approx(float(cell), rel=1e-14, abs=0)
    return str(cell) == text


@pytest.mark.parametrize(("sheet", "table"), [("Measures", "summary"), ("Assumptions", "inputs"), ("Ledger", "ledger"),
                                              ("Staffing", "staffing"), ("Teams", "teams")])  # fmt: skip
def test_sheets_have_the_values_of_their_tables(run_folder: Path, sheet: str, table: str) -> None:
    expected = as_written(run_folder, table)
    found = rows_of_sheet(opened(run_folder / "results.xlsx")[sheet], len(expected[0]))[: len(expected)]
    assert len(expected) > 0
    for row, texts in zip(found, expected, strict=True):
        assert all(same(cell, text) for cell, text in zip(row, texts, strict=True)), (row, texts)


def test_intervals_begin_with_all_skills(run_folder: Path) -> None:
    expected = sorted(as_written(run_folder, "intervals"), key=lambda row: row[1] != "all")
    found = rows_of_sheet(opened(run_folder / "results.xlsx")["Intervals"], len(expected[0]))
    for row, texts in zip(found, expected, strict=True):
        assert all(same(cell, text) for cell, text in zip(row, texts, strict=True)), (row, texts)


def test_every_formula_has_its_value(run_folder: Path) -> None:
    live, still = (opened(run_folder / "results.xlsx", values=values) for values in (False, True))
    formulas = [
        (sheet.title, cell.coordinate)
        for sheet in live
        for line in sheet.iter_rows()
        for cell in line
        if cell.data_type == "f"
    ]
    assert {sheet for sheet, _ in formulas} == {"What-if", "Ledger", "Staffing"}
    assert len(formulas) > 30
    assert all(still[sheet][place].value is not None for sheet, place in formulas)


def test_the_what_if_sheet_reckons_with_what_was_counted(run_folder: Path) -> None:
    summary = pd.DataFrame(document(run_folder, "summary.json")["measures"])
    counted = summary[summary["scope"] == "all"].set_index("measure")["value"]
    lines = {
        row[0]: row for row in opened(run_folder / "results.xlsx")["What-if"].iter_rows(values_only=True)
    }
    assert lines["hours paid"][1] == pytest.approx(counted["paid_hours"])
    assert lines["cost, total"][3] == pytest.approx(counted["cost_total"], rel=1e-3)  # pay an hour has cents
    assert lines["value less cost (compare variants with it)"][1] == pytest.approx(counted["net_benefit"])
    for formula in ("count", "ignore", "ignore_short", "ignore_in_threshold", "credit_in_threshold"):
        assert lines[formula][1] == pytest.approx(counted[f"service_level_{formula}"])
    chosen = lines["service level by the chosen formula"][1]
    assert chosen == pytest.approx(counted["service_level"])


def test_the_ledger_adds_up_to_value_less_cost(run_folder: Path) -> None:
    summary = pd.DataFrame(document(run_folder, "summary.json")["measures"])
    net = summary[(summary["measure"] == "net_benefit") & (summary["scope"] == "all")]["value"].iloc[0]
    rows = opened(run_folder / "results.xlsx")["Ledger"].iter_rows(values_only=True)
    (total,) = (row[-1] for row in rows if "all lines: value less cost" in row)
    assert total == pytest.approx(net)


@pytest.mark.slow
def test_a_comparison_stands_side_by_side(compared: Path) -> None:
    table = pd.read_csv(compared / "comparison.csv", encoding="utf-8-sig")
    table = table[table["scope"] == "all"].set_index(["case", "measure"])
    book = opened(compared / "results.xlsx")
    assert {"Summary", "Side by side", "Differences", "Verdicts", "Places", "Ledger", "Glossary"} <= set(
        book.sheetnames
    )
    row = next(row for row in book["Side by side"].iter_rows(values_only=True) if row[0] == "  cost, total")
    for case, first in (("more_agents", 3), ("slower", 9)):
        expected = [
            table[name][(case, "cost_total")] for name in ("variant", "difference", "low_all", "high_all")
        ]
        assert list(row[first : first + 4]) == pytest.approx(expected)
        assert row[first + 4] in ("better", "worse", "can't tell", "same")
    differing = {row[0] for row in rows_of_sheet(book["What differs"], 1)}
    assert "moments.question.handling_time.mean" in differing


@pytest.mark.parametrize("place", ["run_folder", "compared"])
def test_the_same_folder_gives_the_same_small_file(place: str, request: pytest.FixtureRequest) -> None:
    folder: Path = request.getfixturevalue(place)
    before = (folder / "results.xlsx").read_bytes()
    add_workbook(folder)
    assert (folder / "results.xlsx").read_bytes() == before
    assert len(before) < MOST_BYTES
    found = contents(folder)
    assert not found.strangers and not found.changed


def test_names_never_become_formulas(tmp_path: Path) -> None:
    write_csv(pd.DataFrame({"name": HOSTILE, "amount": range(len(HOSTILE))}), tmp_path / "table.csv")
    table = read_table(tmp_path / "table.csv")
    assert table["name"] == list(HOSTILE)
    book = Book("=1+1")
    book.sheet("Table").table(table)
    sheet = openpyxl.load_workbook(io.BytesIO(book.content()))["Table"]
    for row, name in enumerate(HOSTILE, start=2):
        cell = sheet.cell(row, 1)
        assert (cell.data_type, cell.value, cell.hyperlink) == ("s", name, None)


def test_long_runs_are_told_by_day() -> None:
    starts = [
        pd.Timestamp("2024-01-01") + pd.Timedelta(minutes=30 * index) for index in range(MOST_INTERVALS)
    ]
    counts = ("offered", "answered", "abandoned", "blocked", "balked", "closed", "disconnected", "queue_mean")
    table: dict[str, list[Any]] = {
        "interval_start": [start.to_pydatetime() for start in starts for _ in range(2)],
        "skill": ["all", "voice"] * MOST_INTERVALS,
        **{name: [2.0] * 2 * MOST_INTERVALS for name in (*counts, "agents_on_duty")},
    }
    days = by_day(table)
    assert days["offered"][:2] == [96.0, 96.0]
    assert days["agents_on_duty"][:2] == [2.0, 2.0]
    assert sum(days["answered"]) == sum(table["answered"])  # type: ignore[arg-type]  # numbers
    book = Book("long")
    intervals_sheet(book, table)
    assert openpyxl.load_workbook(io.BytesIO(book.content())).sheetnames == ["Days"]


def test_a_folder_that_is_not_as_it_was_written_is_told(run_folder: Path, tmp_path: Path) -> None:
    def refused(words: str) -> None:
        with pytest.raises(MomentsimError, match=words):
            open_folder(tmp_path / "copy")

    refused("there is no such folder")
    (tmp_path / "copy").mkdir()
    refused("it has no manifest.json that can be read")
    for file in (*run_folder.glob("*.csv"), *run_folder.glob("*.json")):
        (tmp_path / "copy" / file.name).write_bytes(file.read_bytes())
    assert open_folder(tmp_path / "copy").kind == "run"
    about = document(run_folder)
    write_json(
        {**about, "versions": {**about["versions"], "model_edition": "1"}},
        tmp_path / "copy" / "manifest.json",
    )
    refused("of edition 1 of the model and this program computes edition")
    write_json(about, tmp_path / "copy" / "manifest.json")
    mark(tmp_path / "copy")
    table = tmp_path / "copy" / "ledger.csv"
    table.write_text(table.read_text("utf-8-sig").replace("1", "2", 1), "utf-8-sig")
    refused("ledger.csv is missing or was changed since it was written, run it again")
    table.unlink()
    refused("ledger.csv is missing")


@pytest.mark.slow
def test_a_plan_changed_in_excel_runs(scenario: Path, run_folder: Path, tmp_path: Path) -> None:
    """The way of a planner: heads changed on the sheet, saved, named in the file, run."""
    book = openpyxl.load_workbook(run_folder / "results.xlsx")
    sheet = book["Staffing"]
    headings = [cell.value for cell in sheet[1]]
    column = headings.index("heads_rostered") + 1
    changed = []
    for row in range(2, sheet.max_row + 1):
        if sheet.cell(row, 1).value is not None:
            changed.append(float(str(sheet.cell(row, column).value)) + 2.0)
            sheet.cell(row, column).value = changed[-1]
    book.save(tmp_path / "plan.xlsx")
    text = scenario.read_text("utf-8").replace("heads: {goal: 80/20}", "heads_file: plan.xlsx#Staffing")
    (tmp_path / "staffed.yaml").write_text(text, "utf-8")
    loaded = ms.load(tmp_path / "staffed.yaml")
    (table,) = loaded.tables.values()
    assert [heads for _start, heads in table] == changed
    assert not loaded.warnings
    summary = ms.run(loaded, replications=2).summary.set_index(["measure", "scope"])
    hours: Any = summary.loc[("paid_hours", "all"), "value"]
    assert hours == pytest.approx(sum(changed) * loaded.scenario.interval / 3600)
