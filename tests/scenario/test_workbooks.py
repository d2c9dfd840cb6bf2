"""Sheets of Excel workbooks wherever a CSV may be named: the same rules, and errors that name the cell."""

from __future__ import annotations

import re
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from momentsim.errors import ScenarioError
from momentsim.scenario.files.nodes import Mark, ValueNode, find
from momentsim.scenario.files.shift_files import read_shifts
from momentsim.scenario.files.side_files import count_rows, read_counts, read_samples
from momentsim.scenario.files.side_rows import notes_on
from momentsim.scenario.files.workbook import Shows, shows

from .books import HEAD, START, TAIL, half_hours, write_book, write_parts
from .scenario_fixtures import Loaded, Problems, Write

AGAIN = "open it in Excel or LibreOffice and save it as .xlsx again"


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def said(reference: str, column: str = "heads") -> str:
    """What a file is refused with."""
    with pytest.raises(ScenarioError) as caught:
        read_counts(Path(reference), column)
    return str(caught.value)


def test_a_sheet_is_read_like_a_csv(plain: str, write: Write, loaded: Loaded) -> None:
    write_book("plan.xlsx", Heads=half_hours("heads", value=11), Calls=half_hours("offered", value=12.5))
    text = plain.replace("per_day: 900", "file: plan.xlsx#Calls").replace(
        "heads: 14", "heads_file: plan.xlsx#Heads"
    )
    made = loaded(text)
    assert made.tables["plan.xlsx#Calls"][0] == (START, 12.5)
    assert made.tables["plan.xlsx#Heads (frontline)"][-1] == (START + timedelta(hours=11.5), 11.0)
    assert list(made.side_files) == ["plan.xlsx"]
    assert not made.warnings
    before = made.content_hash
    write_book("plan.xlsx", Heads=half_hours("heads", value=12), Calls=half_hours("offered", value=12.5))
    assert loaded(text).content_hash != before


@pytest.mark.parametrize(
    "reference",
    [
        "p.xlsx#Day plan",
        "p.xlsx#day plan",
        "p.xlsx#'Day plan'!$A$1:$B$25",
        "p.xlsx#Day plan!A:B",
        "p.xlsx#ROSTER",
    ],
)
def test_a_place_is_a_sheet_a_range_or_a_name(reference: str) -> None:
    book = write_book("p.xlsx", **{"Day plan": half_hours("heads"), "Other": [["nothing"]]})
    book.defined_names["roster"] = DefinedName("roster", attr_text="'Day plan'!$A$1:$B$25")
    book.save("p.xlsx")
    assert len(read_counts(Path(reference), "heads")) == 24


def test_the_only_visible_sheet_needs_no_name() -> None:
    book = write_book("p.xlsx", Plan=half_hours("heads"), Old=half_hours("heads", 3))
    assert said("p.xlsx").startswith(
        "p.xlsx: the workbook has 2 sheets: say which is meant, it has 'Plan', 'Old'"
    )
    book["Old"].sheet_state = "hidden"
    book.save("p.xlsx")
    assert len(read_counts(Path("p.xlsx"), "heads")) == 24
    assert [str(note) for note in notes_on(Path("p.xlsx#Old"), "p.xlsx#Old")] == [
        "p.xlsx#Old: the sheet 'Old' is hidden"
    ]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("Paln", "there is no sheet and no range 'Paln'"),
        ("Paln", "did you mean 'Plan'?"),
        ("Plan!A1-B5", "'A1-B5' is no range of cells"),
        ("Plan!A0:B5", "'A0:B5' is no range of cells"),
        ("moving", "'moving' stands for OFFSET(Plan!$A$1,0,0,5,2), which is no range of one sheet"),
        ("gone", "'gone' stands for #REF!, which is no range of one sheet"),
        ("Chart1", "the sheet 'Chart1' is a chart and has no cells"),
    ],
)
def test_places_that_are_none(wanted: str, words: str) -> None:
    book = write_book("p.xlsx", Plan=half_hours("heads"))
    book.create_chartsheet("Chart1")
    book.defined_names["moving"] = DefinedName("moving", attr_text="OFFSET(Plan!$A$1,0,0,5,2)")
    book.defined_names["gone"] = DefinedName("gone", attr_text="#REF!")
    book.save("p.xlsx")
    assert words in said(f"p.xlsx#{wanted}")


def test_titles_above_notes_beside_and_empty_rows_below_are_left_alone() -> None:
    book = write_book("p.xlsx", Plan=[["Roster of March"], [], ["", "", "from Ann"], *half_hours("heads")])
    sheet = book["Plan"]
    sheet.merge_cells("A1:C1")
    sheet["E9"] = "ask Bob"
    sheet["D40"] = 17.0
    sheet["A200"].number_format = "yyyy-mm-dd"
    book.save("p.xlsx")
    counted = count_rows(Path("p.xlsx"), "heads")
    assert [row.line for row in counted.rows] == list(range(5, 29))
    assert counted.name == "p.xlsx#Plan"


@pytest.mark.parametrize(
    ("cell", "value", "words"),
    [
        ("B4", -1, "p.xlsx#Plan!B4: heads: -1 is negative, write a whole number from 0 up"),
        ("B4", 3.5, "p.xlsx#Plan!B4: heads: 3.5 is not a whole number, heads are whole people"),
        ("B4", None, "p.xlsx#Plan!B4: heads: the cell is empty, write a whole number from 0 up"),
        ("B4", "ten", "p.xlsx#Plan!B4: heads: 'ten' is not a number, write a whole number from 0 up"),
        ("B4", "=A4", f"p.xlsx#Plan!B4: heads: this formula has no stored value, {AGAIN}"),
        ("B4", "#N/A", "p.xlsx#Plan!B4: heads: the cell has the error #N/A, mend its formula"),
        ("A4", "Monday", "p.xlsx#Plan!A4: interval_start: 'Monday' is not a date with a time"),
        (
            "A4",
            START,
            "p.xlsx#Plan!A4: interval_start: 2026-03-02 08:00 is here twice, it is already on line 2",
        ),
        ("A1", "when", "p.xlsx#Plan!A1: the header has no column 'interval_start'"),
    ],
)
def test_a_bad_cell_is_named(cell: str, value: Any, words: str) -> None:
    book = write_book("p.xlsx", Plan=half_hours("heads"))
    book["Plan"][cell] = value
    book.save("p.xlsx")
    assert words in said("p.xlsx")


def test_rows_that_do_not_fit_are_named(plain: str, write: Write, problems: Problems) -> None:
    table = half_hours("heads")
    table[5][0] += timedelta(minutes=10)
    write_book("p.xlsx", Plan=table)
    found = problems(plain.replace("heads: 14", "heads_file: p.xlsx"))
    assert found[0].startswith(
        "p.xlsx#Plan: interval_start: 1 interval is missing, the first is 2026-03-02 10:00"
    )
    assert found[1].startswith(
        "p.xlsx#Plan!A6: interval_start: 2026-03-02 10:10 is not the start of an interval"
    )


def test_merged_cells_in_the_table_are_refused() -> None:
    book = write_book("p.xlsx", Plan=half_hours("heads"))
    book["Plan"].merge_cells("B3:B5")
    book.save("p.xlsx")
    assert (
        "p.xlsx#Plan!B3: heads: B3:B5 are merged into one cell, unmerge them, and write each its value"
        in said("p.xlsx")
    )


def test_dates_and_times_in_two_columns_and_days() -> None:
    rows = [[date(2026, 3, 2), time(8, 30), 4], [datetime(2026, 3, 2), time(9), 5]]
    write_book(
        "p.xlsx", Both=[["Date", "Time", "Calls"], *rows], Days=[["Date", "Calls"], [date(2026, 3, 2), 90]]
    )
    assert read_counts(Path("p.xlsx#Both"), "offered") == [
        (START + timedelta(minutes=30), 4.0),
        (START + timedelta(minutes=60), 5.0),
    ]
    assert count_rows(Path("p.xlsx#Days"), "offered").rows[0].length_s == 86_400


def test_times_that_were_added_up_are_whole_seconds() -> None:
    step, first = 1 / 48, 46_083.333333333336  # 2026-03-02 08:00
    cells = (
        f'<row><c s="1"><v>{first + n * step!r}</v></c><c><v>{0.1 * 30 + n!r}</v></c></row>'
        for n in range(40)
    )
    styles = '<s><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></s>'
    write_parts("p.xlsx", [HEAD, *cells, TAIL], styles=styles)
    found = read_counts(Path("p.xlsx"), "heads")
    assert found == [(START + timedelta(minutes=30) * n, 3.0 + n) for n in range(40)]


def test_durations_of_a_sheet_are_seconds() -> None:
    table: list[list[Any]] = [
        ["seconds"],
        [timedelta(seconds=93.5)],
        [12],
        [time(0, 1, 5)],
        [timedelta(hours=30)],
    ]
    write_book("p.xlsx", Talks=table)
    assert read_samples(Path("p.xlsx#Talks")) == [93.5, 12.0, 65.0, 108_000.0]


def test_shifts_of_a_sheet() -> None:
    rows: list[list[Any]] = [
        ["early", time(6), time(14), "mon-fri", 4, "10:00-10:15"],
        ["late", time(14), timedelta(days=1), "", 3, ""],
    ]
    write_book("p.xlsx", Shifts=[["shift", "start", "end", "days", "heads", "breaks"], *rows])
    shifts = read_shifts(Path("p.xlsx"))
    assert list(shifts.items) == ["early", "late"]
    assert find(shifts, ("late", "length")) == ValueNode("10 h", Mark("p.xlsx#Shifts", 3, 3))
    rows[1][4] = 3.5
    write_book("p.xlsx", Shifts=[["shift", "start", "end", "days", "heads", "breaks"], *rows])
    with pytest.raises(ScenarioError, match=r"p\.xlsx#Shifts!E3: heads: '3\.5' is not a whole number"):
        read_shifts(Path("p.xlsx"))


def test_each_group_takes_its_own_rows(plain: str, write: Write, loaded: Loaded) -> None:
    """A plan has a column `group`, and `heads_rostered` beside the `heads` that it puts on duty."""
    head = ["interval_start", "group", "heads", "heads_rostered"]
    rows = [
        [start, name, 1, count]
        for name, count in (("frontline", 9), ("other", 7))
        for start, _ in half_hours("heads")[1:]
    ]
    write_book("p.xlsx", Staffing=[head, *rows])
    text = plain.replace("{heads: 14,", "{heads_file: p.xlsx#Staffing,")
    text = text.replace("    frontline:", "    other: {heads_file: p.xlsx#Staffing}\n    frontline:")
    tables = loaded(text).tables
    assert {value for _start, value in tables["p.xlsx#Staffing (frontline)"]} == {9.0}
    assert {value for _start, value in tables["p.xlsx#Staffing (other)"]} == {7.0}


def test_what_is_not_looked_at_is_told(plain: str, write: Write, loaded: Loaded) -> None:
    write_book("p.xlsm", Plan=half_hours("heads"))
    with zipfile.ZipFile("p.xlsm", "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"Sub Main")
        archive.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
    made = loaded(plain.replace("heads: 14", "heads_file: p.xlsm"))
    assert sorted(map(str, made.warnings)) == [
        "p.xlsm#Plan: links to other workbooks are not followed, cells have the values stored with the file",
        "p.xlsm#Plan: macros of this workbook are ignored",
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"interval_start,heads\n", f"p.xlsx: this is no Excel workbook, or not a whole one, {AGAIN}"),
        (b"PK\x03\x04 and no more", f"p.xlsx: this is no Excel workbook, or not a whole one, {AGAIN}"),
        (
            b"\xd0\xcf\x11\xe0" + bytes(600),
            "this is an old Excel file, or one with a password, save it as .xlsx without",
        ),
        (b"", "this is no Excel workbook, or not a whole one"),
    ],
)
def test_files_that_are_no_workbook(content: bytes, words: str) -> None:
    Path("p.xlsx").write_bytes(content)
    assert words in said("p.xlsx#Plan")


def test_every_cut_of_a_workbook_is_refused() -> None:
    write_book("whole.xlsx", Plan=half_hours("heads"))
    whole = Path("whole.xlsx").read_bytes()
    for size in range(0, len(whole) - 1, 97):
        Path("p.xlsx").write_bytes(whole[:size])
        assert "workbook" in said("p.xlsx")


def test_a_missing_sheet_file_is_told_with_what_is_alike(
    plain: str, write: Write, problems: Problems
) -> None:
    write_book("staffing.xlsx", Plan=half_hours("heads"))
    found = problems(plain.replace("heads: 14", "heads_file: stafing.xlsx#Plan"))
    assert "there is no file 'stafing.xlsx', did you mean 'staffing.xlsx'?" in found[0]
    outside = problems(plain.replace("heads: 14", "heads_file: ../staffing.xlsx#Plan"))
    assert "is outside the scenario's folder" in outside[0]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("General", Shows.NUMBER),
        ("0.00E+00", Shows.NUMBER),
        ('#,##0 "days"', Shows.NUMBER),
        ("[Red]0.0;[Blue]-0.0", Shows.NUMBER),
        ("@", Shows.NUMBER),
        ("yyyy-mm-dd", Shows.DATE),
        ("[$-409]d. mmmm yyyy;@", Shows.DATE),
        ("dd.mm.yyyy hh:mm", Shows.BOTH),
        ("m/d/yy h:mm AM/PM", Shows.BOTH),
        ("[h]:mm:ss", Shows.TIME),
        ("[mm]:ss", Shows.TIME),
        ('h" h "mm', Shows.TIME),
    ],
)
def test_formats_that_show_dates_and_times(code: str, kind: Shows) -> None:
    assert shows(code) is kind


def test_the_same_is_read_as_another_reader_reads() -> None:
    """Every kind of cell, beside openpyxl's values of the same file."""
    values: list[Any] = [
        *(0, 1, 1.5, -3, 1e-7, 123456789.25, True, "text", "  spaced  ", "ü ☎", "a\nb", "0012"),
        *(datetime(2026, 3, 2, 8, 30, 15), datetime(1999, 12, 31, 23, 59, 59), date(2030, 2, 28)),
    ]
    write_book(
        "p.xlsx", Mixed=[["interval_start", "heads", "value"], *([START, 1, value] for value in values)]
    )
    from momentsim.scenario.files.side_rows import open_rows

    body = [cells[2] for _line, cells in open_rows(Path("p.xlsx"), "p.xlsx", lambda _headings: True).body]
    read = [row[2].value for row in openpyxl.load_workbook("p.xlsx")["Mixed"].iter_rows(min_row=2)]
    assert len(body) == len(read)
    for text, value in zip(body, read, strict=True):
        if isinstance(value, bool):
            assert text == str(value).upper()
        elif isinstance(value, datetime):
            assert text == str(value).removesuffix(" 00:00:00")
        elif isinstance(value, int | float):
            assert float(text) == value
        else:
            assert text == value


def test_broken_parts_are_refused() -> None:
    """A text that is not there, a cell without a place, a row before the first."""
    for cell in ('<c t="s"><v>7</v></c>', '<c r="A0B"><v>1</v></c>', '<c r="AAAA2"><v>1</v></c>'):
        write_parts("p.xlsx", f"{HEAD}<row>{cell}</row>{TAIL}")
        assert re.match(r"p\.xlsx: this is no whole Excel workbook \(.*\), open it", said("p.xlsx"))
