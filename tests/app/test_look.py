"""How pages look and how much they weigh: colours of the figures, words that can be read on a bad projector."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

import momentsim
from momentsim.report import drawing

STATIC = Path(momentsim.__file__).parent / "app" / "static"
STYLE = (STATIC / "app.css").read_text("utf-8")
COLOURS = dict(re.findall(r"--([a-z-]+): (#[0-9A-F]{6})", STYLE))
FIGURES = ("black", "orange", "sky", "green", "blue", "vermillion", "purple", "grey", "pale")
INKS = sorted(name for name in COLOURS if name.endswith("ink"))
PAGES = sorted(STATIC.glob("*.html"))
MOST_BYTES = 100_000
"""Of a first load, as it comes over the wire: the server compresses scripts, styles and words."""
READABLE = 4.5


def light(colour: str) -> float:
    """Relative luminance of "#RRGGBB", as WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((light(one), light(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def files_of(page: Path) -> set[Path]:
    """What a browser loads for a page at first: the page, its styles, its scripts with what they import, the words."""
    waiting = [page, STATIC / "words_en.json"]
    found: set[Path] = set()
    while waiting:
        file = waiting.pop()
        if file in found:
            continue
        found.add(file)
        if file.suffix == ".json":
            continue
        text = file.read_text("utf-8")
        names = [
            *re.findall(r"/static/([\w.]+\.(?:css|js))", text),
            *re.findall(r"from \"\./([\w.]+)\"", text),
        ]
        waiting += [STATIC / name for name in names]
    return found


@pytest.mark.parametrize("name", FIGURES)
def test_colours_are_those_of_the_figures(name: str) -> None:
    assert COLOURS[name] == getattr(drawing, name.upper())


@pytest.mark.parametrize("name", INKS)
def test_words_can_be_read(name: str) -> None:
    assert contrast(COLOURS[name], "#FFFFFF") >= READABLE
    assert contrast(COLOURS[name], COLOURS["wash"]) >= READABLE


def test_colours_of_figures_are_not_all_fit_to_write_with() -> None:
    assert contrast(COLOURS["orange"], "#FFFFFF") < READABLE


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_light(page: Path) -> None:
    files = {file.name: file.read_bytes() for file in files_of(page)}
    assert sum(len(gzip.compress(data)) for data in files.values()) < MOST_BYTES / 2
    assert sum(map(len, files.values())) < MOST_BYTES * 1.5


def test_the_wall_loads_what_draws_people() -> None:
    assert {"crowd.js", "charts.js", "connection.js", "app.css"} <= {
        file.name for file in files_of(STATIC / "wall.html")
    }
