"""Parts that two processes make together: what is there is taken, and what is missing or broken is made."""

from __future__ import annotations

from pathlib import Path

import pytest

from test_compiled import PACKAGE, QUANTILE, answer

SECOND = """
from pathlib import Path
from momentsim.rules.durations import lognormal_quantile
from momentsim.sharing import shelf_open
with shelf_open(Path({folder!r}), "second"):
    lognormal_quantile.lower_what_it_calls()
"""
"""What the second process does: makes the parts that the function calls."""

FIRST = """
from pathlib import Path
from momentsim.draws import normal_quantile
from momentsim.rules.durations import lognormal_quantile
from momentsim.sharing import shelf_open
with shelf_open(Path({folder!r}), "first"):
    print(lognormal_quantile(0.9, 0.5, 2.0), sum(normal_quantile._made_part()._cache_hits.values()))
"""
"""What the first does: compiles the function. Prints its answer, and how many parts of the other it has taken."""


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder with what the second process makes."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    answer(PACKAGE, tmp_path / "other", SECOND.format(folder=str(folder)))
    assert list(folder.glob("*-second"))
    return folder


def first(shelf: Path, cache: Path) -> tuple[float, int]:
    """The first process's answer, and the number of parts that it has taken."""
    value, taken = answer(PACKAGE, cache, FIRST.format(folder=str(shelf))).split()
    return float(value), int(taken)


def test_what_the_other_has_made_is_taken(shelf: Path, tmp_path: Path) -> None:
    alone = float(answer(PACKAGE, tmp_path / "alone", QUANTILE))
    assert first(shelf, tmp_path / "cache") == (alone, 1)
    assert float(answer(PACKAGE, tmp_path / "cache", QUANTILE)) == alone, "saved for good, without the shelf"


def test_what_is_broken_or_missing_is_made(shelf: Path, tmp_path: Path) -> None:
    alone = float(answer(PACKAGE, tmp_path / "alone", QUANTILE))
    for file in shelf.glob("*-second"):
        file.write_bytes(file.read_bytes()[:50])
    assert first(shelf, tmp_path / "broken") == (alone, 0)
    for file in shelf.glob("*"):
        file.unlink()
    assert first(shelf, tmp_path / "empty") == (alone, 0)
    assert first(tmp_path / "no shelf", tmp_path / "nowhere") == (alone, 0)
