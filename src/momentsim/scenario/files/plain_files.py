"""Reads ordinary files of bearable size, and says what is wrong with others."""

from __future__ import annotations

import csv
import errno
import gzip
import io
import itertools
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from momentsim.errors import Problem, ScenarioError, is_text
from momentsim.suggestions import near_words, suggestion

_KINDS = ("yaml yml", "csv tsv txt xlsx xlsm")
_PACKED = {
    b"PK\x03\x04": "an Excel workbook or another packed file",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file",
    b"%PDF": "a PDF",
    b"PAR1": "a Parquet file",
}
"""Beginnings of files that are no text, and what they are."""
_SEPARATOR_LINE = re.compile(r"\"?sep=([,;|\t])\"?\r?\n", re.IGNORECASE)
"""The first line that tells Excel what separates the cells."""
MAX_BYTES = 1_000_000
"""Of a scenario file."""
MAX_CELL = 10_000
"""Characters in a cell of a CSV file; a longer one is a quote that nothing closes."""


def text_of(path: Path, name: str) -> str:
    """Contents of a file that exists, is not huge and is UTF-8 without NUL."""
    data = bytes_of(path, name, MAX_BYTES)
    refuse_packed(data, name, "a scenario is a text file (.yaml); `momentsim new FILE.yaml` writes one")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        what = f"byte 0x{data[error.start]:02x} is not UTF-8"
        raise ScenarioError([Problem(name, line, column, "", what, "save the file as UTF-8")]) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ScenarioError(
            [Problem(name, line, 1, "", "the file contains a NUL byte", "a scenario is plain text")]
        )
    return text


def refuse_packed(data: bytes, name: str, allowed: str) -> None:
    """Says what a file is that is known by its beginning and is no text."""
    what = next((what for begin, what in _PACKED.items() if data.startswith(begin)), None)
    if what is not None:
        raise ScenarioError([Problem(name, 0, 0, "", f"this is {what}", allowed)])


def bytes_of(path: Path, name: str, limit: int) -> bytes:
    """Contents of an ordinary file of at most `limit` bytes; pipes and devices, which may never end, are none."""
    if not is_text(path.name):
        what = "this name has bytes that are no text"
        raise ScenarioError([Problem(name, 0, 0, "", what, "give the file another name")])
    try:
        if path.is_dir():
            raise ScenarioError([Problem(name, 0, 0, "", "this is a folder", "give a scenario file")])
        if path.exists() and not path.is_file():
            raise ScenarioError([Problem(name, 0, 0, "", "this is a pipe or a device", "give a file")])
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
        if len(data) > limit:
            size = max(path.stat().st_size, len(data))
            raise ScenarioError(
                [Problem(name, 0, 0, "", f"the file has {size:,} bytes", f"at most {limit:,}")]
            )
    except (OSError, ValueError, RuntimeError) as error:  # a RuntimeError is a link that leads to itself
        raise ScenarioError([_missing_file(path, name, error)]) from None
    return data


def unpack(packed: bytes, name: str, limit: int) -> bytes:
    """Content of a gzip file, which may unpack to no more than a plain file may have."""
    try:
        with gzip.open(io.BytesIO(packed)) as stream:
            content = stream.read(limit + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise ScenarioError(
            [Problem(name, 0, 0, "", "this is not a whole gzip file", "pack it again, or give the plain CSV")]
        ) from None
    if len(content) > limit:
        allowed = f"at most {limit:,} bytes unpacked"
        raise ScenarioError([Problem(name, 0, 0, "", "the file is too large", allowed)])
    return content


def csv_rows(text: str, name: str, *, above: int = 0) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells: of the header, then of every row that is not blank and has as many cells.

    Empty cells beyond those of the header are left out. What separates the cells is as `csv_delimiter` says; `above`
    lines of the file came before this text. Raises ScenarioError.
    """
    delimiter = csv_delimiter(text)
    told = _SEPARATOR_LINE.match(text)
    above += 0 if told is None else 1
    reader = csv.reader(
        io.StringIO(text if told is None else text[told.end() :], newline=""), delimiter=delimiter
    )
    begins, width = 1, 0
    try:
        for cells in reader:
            if max(map(len, cells), default=0) > MAX_CELL:
                raise _cell_too_long(name, begins + above)
            begins = reader.line_num + 1
            if width and not any(cell.strip() for cell in cells):
                continue
            width = width or len(cells)
            if not any(cell.strip() for cell in cells[width:]):
                del cells[width:]
            if len(cells) != width:
                what, allowed = f"{len(cells)} cells in this row", f"the header has {width}"
                raise ScenarioError([Problem(name, reader.line_num + above, 1, "", what, allowed)])
            yield reader.line_num + above, cells
    except csv.Error as error:
        if len("".join(text.splitlines()[begins - 1 : reader.line_num + 1])) > MAX_CELL:
            raise _cell_too_long(name, begins + above) from None  # the reader has a limit of its own
        what = f"this is not valid CSV ({error})"
        raise ScenarioError([Problem(name, reader.line_num + above, 1, "", what)]) from None


def csv_delimiter(text: str) -> str:
    """What separates the cells: as a line `sep=;` says, else a tab, a semicolon or a bar that the first line has.

    Without any of them a comma. A mark within quotes separates nothing.
    """
    if (told := separator_line(text)) is not None:
        return told
    first = re.sub(r'"[^"]*"', "", text.partition("\n")[0])
    return next((mark for mark in "\t;|" if mark in first), ",")


def separator_line(text: str) -> str | None:
    """What a first line `sep=;` says to separate the cells; None if there is no such line."""
    told = _SEPARATOR_LINE.match(text)
    return None if told is None else told[1]


def _cell_too_long(name: str, line: int) -> ScenarioError:
    what, allowed = "a cell begins here that is too long", f"at most {MAX_CELL:,} characters"
    return ScenarioError([Problem(name, line, 1, "", what, allowed, "is a quote not closed?")])


def _missing_file(path: Path, name: str, error: Exception) -> Problem:
    if (
        getattr(error, "errno", None) == errno.ELOOP
    ):  # a link that leads to itself, which newer Pythons find here
        return Problem(name, 0, 0, "", "this is no name of a file", "give a scenario file")
    if not isinstance(error, FileNotFoundError):
        return Problem(
            name, 0, 0, "", f"the file cannot be read ({getattr(error, 'strerror', None) or error})"
        )
    return Problem(name, 0, 0, "", "there is no such file", "", near_files(path))


def near_files(path: Path) -> str:
    """`did you mean 'x.yaml'?`: up to three files of its kind and of similar name in the folder, or nothing."""
    try:
        entries = itertools.islice(path.parent.iterdir(), 5000)
        names = sorted(entry.name for entry in entries if entry.is_file())
    except OSError:
        return f"there is no folder '{path.parent}' either"
    kind = _kind(path.name)
    alike = {_stem(name): name for name in names if not kind or _kind(name) == kind}
    return suggestion([alike[stem] for stem in near_words(_stem(path.name), alike, most=3)])


def _stem(name: str) -> str:
    return name.removesuffix(".gz").rpartition(".")[0] or name


def _kind(name: str) -> str:
    """What a file holds, by its ending: a scenario, rows, or something else."""
    ending = name.removesuffix(".gz").rpartition(".")[2].lower()
    return next((kind for kind in _KINDS if ending in kind.split()), "")
