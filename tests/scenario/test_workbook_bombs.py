"""Hostile workbooks: refused with a message, within 2 s of work and 300 MB, like every other file."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .books import HEAD, TAIL, write_parts

SECONDS, MEGABYTES = 5.0, 300
"""Of a processor, which between busy neighbours takes twice as many as alone."""

READER = """
import json, resource, sys, time
from pathlib import Path
from momentsim.errors import MomentsimError
from momentsim.scenario.files.side_files import count_rows
base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for name in sys.argv[1:]:
    began = time.process_time()
    try:
        said = f"{len(count_rows(Path(name), 'heads').rows)} rows"
    except MomentsimError as error:
        said = str(error)[:5000]
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base) / 1024
    print(json.dumps({"file": name, "said": said, "seconds": time.process_time() - began, "grown": grown}))
"""

ENTITIES = "<!DOCTYPE x [" + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "aaaaaaaaaa"}">' for n in range(12)
)
LAUGHS = f'{ENTITIES}]><worksheet><sheetData><row r="1"><c r="A1"><v>&a11;</v></c></row>{TAIL}'


DATED = '<s><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></s>'
"""A second style that shows a date and a time."""


def again(text: str, thousands: int) -> Iterator[str]:
    """A text so many thousand times."""
    return (text * 1000 for _ in range(thousands))


def rows(count: int) -> Iterator[str]:
    """Rows of a start and a number of heads."""
    yield HEAD
    yield from (
        f'<row r="{n + 2}"><c r="A{n + 2}" s="1"><v>{46083 + n / 288!r}</v></c><c r="B{n + 2}"><v>3</v></c></row>'
        for n in range(count)
    )
    yield TAIL


SHEETS: dict[str, tuple[str | Iterable[str], str]] = {
    "zeros": (again("\0" * 1000, 1000), "has more than 40,000,000 bytes unpacked"),
    "spaces": (["<worksheet>", *again(" " * 1000, 39)], "this is no whole Excel workbook"),
    "lines": (
        ["<worksheet><sheetData><row><c><v>", *again("\n" * 1000, 39)],
        "this is no whole Excel workbook",
    ),
    "attribute": (['<worksheet a="', *again("x" * 1000, 39)], "has a tag of more than 2,000,000 bytes"),
    "deep": (again("<a>", 1000), "is nested too deeply"),
    "elements": (["<w>", *again("<a/>", 9000)], "has more than 1,200,000 elements"),
    "cells": (rows(400_000), "the sheet has more than 300,000 cells"),
    "empty cells": (["<w><row>", *again('<c r="A1"/>', 3000)], "the sheet has more than 300,000 cells"),
    "laughs": (LAUGHS, "declares a document type"),
    "billion": (f'{HEAD}<row r="1000000000"><c><v>1</v></c></row>{TAIL}', "a row or a cell has no place"),
    "merged": (
        [HEAD, "</sheetData>", *again('<mergeCell ref="A1:XFD1048576"/>', 100), "</worksheet>"],
        "the sheet has more than 10,000 merged cells",
    ),
    "headings": (
        ["<w><row>", "<c><v>1</v></c>" * 16_384, "</row></w>"],
        "there are 16,384 headings, at most 200",
    ),
}
PARTS: dict[str, tuple[dict[str, Any], str]] = {
    "strings": ({"strings": "<sst>" + "<si><t>a</t></si>" * 2_000_000}, "has more than 1,000,000 elements"),
    "styles": ({"styles": "<s><cellXfs>" + "<xf/>" * 1_000_000}, "has more than 200,000 elements"),
    "names": (
        {"workbook": "<w>" + '<definedName name="x">y</definedName>' * 900_000},
        "than 200,000 elements",
    ),
    "packed": ({"method": zipfile.ZIP_LZMA}, "it is packed in a way that Excel does not use"),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What reading says of each file, one after the other in a process of its own."""
    folder = tmp_path_factory.mktemp("bombs")
    names = []
    for name, (sheet, _words) in SHEETS.items():
        names.append(str(write_parts(str(folder / f"{name}.xlsx"), sheet)))
    for name, (parts, _words) in PARTS.items():
        names.append(str(write_parts(str(folder / f"{name}.xlsx"), HEAD + TAIL, **parts)))
    with zipfile.ZipFile(folder / "parts.xlsx", "w") as archive:
        for number in range(6000):
            archive.writestr(f"{number}", "")
    names.append(str(folder / "parts.xlsx"))
    done = subprocess.run(
        [sys.executable, "-c", READER, *names], capture_output=True, text=True, timeout=120, check=True
    )
    return {Path(found["file"]).stem: found for found in map(json.loads, done.stdout.splitlines())}


WORDS = {name: words for name, (_parts, words) in {**SHEETS, **PARTS}.items()} | {
    "parts": "the file has 6,000 parts, at most 5,000"
}


@pytest.mark.slow
@pytest.mark.parametrize("name", WORDS)
def test_a_bomb_is_refused_in_bounds(name: str, told: dict[str, dict[str, Any]]) -> None:
    found = told[name]
    assert WORDS[name] in found["said"]
    assert found["seconds"] < SECONDS
    assert found["grown"] < MEGABYTES


def test_small_bombs_are_refused(tmp_path: Path) -> None:
    """Those that need no megabytes, in the quick loop too."""
    small = {"laughs": LAUGHS, "deep": "<a>" * 100, "billion": SHEETS["billion"][0]}
    names = [str(write_parts(str(tmp_path / f"{name}.xlsx"), sheet)) for name, sheet in small.items()]
    done = subprocess.run(
        [sys.executable, "-c", READER, *names], capture_output=True, text=True, timeout=60, check=True
    )
    for line in done.stdout.splitlines():
        found = json.loads(line)
        assert WORDS[Path(found["file"]).stem] in found["said"]


@pytest.mark.slow
def test_a_year_of_five_minutes_is_read(tmp_path: Path) -> None:
    """105,120 rows, about 20 microseconds each on a quiet machine."""
    name = str(write_parts(str(tmp_path / "year.xlsx"), rows(105_120), styles=DATED))
    done = subprocess.run(
        [sys.executable, "-c", READER, name], capture_output=True, text=True, timeout=120, check=True
    )
    found = json.loads(done.stdout)
    assert found["said"] == "105120 rows"
    assert found["grown"] < MEGABYTES
