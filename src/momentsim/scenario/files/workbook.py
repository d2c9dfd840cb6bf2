"""What an Excel workbook has: sheets, names of ranges, texts, and which formats show dates and times."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, NamedTuple

from momentsim.errors import Problem, ScenarioError
from momentsim.scenario.files.workbook_parts import Attributes, Listener, WorkbookPackage, part_beside
from momentsim.suggestions import did_you_mean

MAX_FEW: Final = 200_000
"""Elements of the parts that describe a workbook."""
MAX_TEXTS: Final = 1_000_000
"""Elements of the part with texts."""
MAX_GUESSES: Final = 1_000
"""Names among which one that is near is looked for."""
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_ENDS: Final = r"\$?([A-Za-z]{1,3})\$?(\d{1,7})?"
_RANGE: Final = re.compile(rf"{_ENDS}(?::{_ENDS})?", re.ASCII)
_UNREAD: Final = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]|general', re.IGNORECASE)
"""Of a number format: what stands for itself, colours, countries, conditions."""
LEVELS: Final = "write FILE.xlsx#SHEET, FILE.xlsx#SHEET!A1:D50 or FILE.xlsx#NAME of a range"


class Shows(Enum):
    """What a number format shows of a number."""

    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    BOTH = "date and time"


_BUILT_IN: Final = {
    **dict.fromkeys((14, 15, 16, 17, *range(27, 32), 34, 35, 36, *range(50, 59)), Shows.DATE),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 45, 46, 47), Shows.TIME),
    22: Shows.BOTH,
}
"""Number formats that files do not write out."""


class SheetEntry(NamedTuple):
    """A sheet as the workbook lists it."""

    title: str
    part: str
    is_hidden: bool
    is_table: bool
    """A sheet of cells, and not of one chart."""


class Area(NamedTuple):
    """Cells from the first to the last row and column, counted from 1."""

    first_row: int = 1
    first_column: int = 1
    last_row: int = LAST_ROW
    last_column: int = LAST_COLUMN


class TablePlace(NamedTuple):
    """Where in a workbook a table is to be found."""

    sheet: SheetEntry
    area: Area


@dataclass
class Workbook:
    """Sheets, names, texts and formats of an opened workbook."""

    parts: WorkbookPackage
    sheets: list[SheetEntry] = field(default_factory=list)
    ranges: dict[str, str] = field(default_factory=dict)
    """Defined names and the cells that they stand for, as written."""
    texts: list[str] = field(default_factory=list)
    formats: list[Shows] = field(default_factory=list)
    """By style of a cell."""
    from_1904: bool = False
    """Days are counted from 1904, as old Macs did."""

    def find(self, wanted: str) -> TablePlace:
        """The place that `SHEET`, `SHEET!A1:D50` or the name of a range means; empty means the only sheet."""
        wanted = wanted.strip()
        tables = [sheet for sheet in self.sheets if sheet.is_table]
        if not wanted:
            visible = [sheet for sheet in tables if not sheet.is_hidden]
            if len(visible) != 1:
                count = f"{len(visible)} sheets" if visible else "no visible sheet"
                raise self._unknown(f"the workbook has {count}: say which is meant")
            return TablePlace(visible[0], Area())
        sheet = self._sheet(wanted)
        if sheet is not None:
            return TablePlace(sheet, Area())
        if wanted.lower() in self.ranges:
            return self._named(wanted)
        title, mark, cells = wanted.rpartition("!")
        sheet, area = self._sheet(title), _area(cells)
        if sheet is not None and area is not None:
            return TablePlace(sheet, area)
        if sheet is not None:
            raise self._unknown(f"'{cells}' is no range of cells")
        unknown = _unquoted(title if mark else wanted)
        known = [sheet.title for sheet in self.sheets] + list(self.ranges)
        raise self._unknown(
            f"there is no sheet and no range '{unknown}'", did_you_mean(unknown, known[:MAX_GUESSES])
        )

    def _sheet(self, title: str) -> SheetEntry | None:
        """A sheet by its title, in any case, as Excel takes it."""
        wanted = _unquoted(title).lower()
        found = next((sheet for sheet in self.sheets if sheet.title.lower() == wanted), None)
        if found is not None and not found.is_table:
            raise self._unknown(f"the sheet '{found.title}' is a chart and has no cells")
        return found

    def _named(self, name: str) -> TablePlace:
        written = self.ranges[name.lower()]
        title, mark, cells = written.rpartition("!")
        sheet = self._sheet(title) if mark else None
        area = _area(cells)
        if sheet is None or area is None:
            raise self._unknown(f"'{name}' stands for {written[:100]}, which is no range of one sheet")
        return TablePlace(sheet, area)

    def _unknown(self, what: str, meant: str = "") -> ScenarioError:
        sheets = ", ".join(f"'{sheet.title}'" for sheet in self.sheets if sheet.is_table)[:300]
        allowed = f"it has {sheets or 'none'}; {LEVELS}"
        return ScenarioError([Problem(self.parts.name, 0, 0, "", what, allowed, meant)])

    def notes(self, sheet: SheetEntry) -> Iterable[str]:
        """What is not looked at, or may surprise."""
        names = self.parts.names()
        if any(name.endswith("vbaProject.bin") for name in names):
            yield "macros of this workbook are ignored"
        if any("/externalLinks/" in name for name in names):
            yield "links to other workbooks are not followed, cells have the values stored with the file"
        if sheet.is_hidden:
            yield f"the sheet '{sheet.title}' is hidden"


def read_workbook(parts: WorkbookPackage) -> Workbook:
    """All of a workbook but its cells; raises ScenarioError."""
    main = next(
        (
            target
            for kind, target in _relations(parts, "_rels/.rels", "").values()
            if kind == "officeDocument"
        ),
        "",
    )
    if main.endswith(".bin"):
        raise parts.refused("this is a binary workbook (.xlsb)", "save it as .xlsx")
    folder, _, base = main.rpartition("/")
    if not main or not parts.has(main):
        raise parts.broken("it has no list of sheets")
    rels = f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"
    relations = _relations(parts, rels, main)
    book = Workbook(parts)
    _read_sheets(book, main, relations)
    by_kind = dict(relations.values())
    if (part := by_kind.get("sharedStrings")) is not None:
        _read_texts(book, part)
    if (part := by_kind.get("styles")) is not None:
        _read_formats(book, part)
    return book


def _relations(parts: WorkbookPackage, part: str, of: str) -> dict[str, tuple[str, str]]:
    """Kind and target of what a part refers to, by id."""
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: Attributes) -> bool:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            found[attributes.get("Id", "")] = kind, part_beside(of, attributes.get("Target", ""))
        return False

    parts.listen(part, Listener(start, _nothing), MAX_FEW)
    return found


def _read_sheets(book: Workbook, part: str, relations: dict[str, tuple[str, str]]) -> None:
    name = ""

    def start(tag: str, attributes: Attributes) -> bool:
        nonlocal name
        if tag == "workbookPr":
            book.from_1904 = attributes.get("date1904", "0") in ("1", "true")
        elif tag == "sheet":
            own = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            kind, target = relations.get(own, ("", ""))
            is_hidden = attributes.get("state", "visible") != "visible"
            book.sheets.append(SheetEntry(attributes.get("name", ""), target, is_hidden, kind == "worksheet"))
        elif tag == "definedName":
            name = attributes.get("name", "")
            return True
        return False

    def end(tag: str, text: str) -> None:
        if tag == "definedName" and not name.startswith("_xlnm."):
            book.ranges.setdefault(name.lower(), text.strip())

    book.parts.listen(part, Listener(start, end), MAX_FEW)


def _read_texts(book: Workbook, part: str) -> None:
    """Texts of cells, runs of letters joined; how they are spoken is left out."""
    pieces: list[str] = []
    spoken = False

    def start(tag: str, _attributes: Attributes) -> bool:
        nonlocal spoken
        if tag == "si":
            pieces.clear()
        spoken = spoken or tag == "rPh"
        return tag == "t" and not spoken

    def end(tag: str, text: str) -> None:
        nonlocal spoken
        if tag == "t":
            pieces.append(text)
        elif tag == "rPh":
            spoken = False
        elif tag == "si":
            book.texts.append("".join(pieces))

    book.parts.listen(part, Listener(start, end), MAX_TEXTS)


def _read_formats(book: Workbook, part: str) -> None:
    written: dict[str, str] = {}
    inside = False

    def start(tag: str, attributes: Attributes) -> bool:
        nonlocal inside
        if tag == "numFmt":
            written[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            inside = True
        elif tag == "xf" and inside:
            own = attributes.get("numFmtId", "0")
            book.formats.append(shows(written[own]) if own in written else _built_in(own))
        return False

    def end(tag: str, _text: str) -> None:
        nonlocal inside
        inside = inside and tag != "cellXfs"

    book.parts.listen(part, Listener(start, end), MAX_FEW)


def _built_in(number: str) -> Shows:
    return _BUILT_IN.get(int(number), Shows.NUMBER) if number.isdecimal() else Shows.NUMBER


def shows(code: str) -> Shows:
    """What a written format like `yyyy-mm-dd hh:mm` shows; only its first part, of numbers from 0 up, counts."""
    letters = _UNREAD.sub("", code[:1000].partition(";")[0]).lower()
    is_time = any(letter in letters for letter in "hs") or "[m" in letters
    is_date = any(letter in letters for letter in "yd") or ("m" in letters and not is_time)
    if is_date:
        return Shows.BOTH if is_time else Shows.DATE
    return Shows.TIME if is_time else Shows.NUMBER


def column_number(letters: str) -> int:
    """1 of `A`, 28 of `AB`."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _area(written: str) -> Area | None:
    """The cells of `A1:D50`, `$A$1:$D$50`, `A:D` or `B7`; None for anything else."""
    match = _RANGE.fullmatch(written.strip())
    if match is None:
        return None
    columns = sorted((column_number(match[1]), column_number(match[3] or match[1])))
    if match[3] is None and match[2] is None:
        return None
    begin = int(match[2]) if match[2] else 1
    final = int(match[4]) if match[4] else (begin if match[3] is None else LAST_ROW)
    first_row, last_row = sorted((begin, final))
    if not (first_row >= 1 and last_row <= LAST_ROW and columns[1] <= LAST_COLUMN):
        return None
    return Area(first_row, columns[0], last_row, columns[1])


def area_of(written: str) -> Area | None:
    """The cells of a range as written in a sheet, like `A2:A5`."""
    return _area(written)


def _unquoted(title: str) -> str:
    """A sheet's title without the apostrophes that Excel writes around it."""
    title = title.strip()
    if len(title) > 1 and title.startswith("'") and title.endswith("'"):
        return title[1:-1].replace("''", "'")
    return title


def _nothing(_tag: str, _text: str) -> None:
    """No text is wanted."""
