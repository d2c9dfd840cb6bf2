"""Bad scenario files by the thousand: each loads or is refused in the house's words, in bounded time and memory.

`MOMENTSIM_BAD_FILES` says how many the long test reads (100,000 unless set), `MOMENTSIM_BAD_FILES_FROM` from which
number on; a range can also be given to `bad_files.py` itself.
"""

from __future__ import annotations

import os

import pytest

from .bad_files import GOOD, bad_file, faults

QUICK, MORE = 100, 400
LONG = 100_000


def test_bad_files_load_or_are_refused_in_words() -> None:
    assert faults(1, QUICK) == {}


@pytest.mark.slow
def test_more_bad_files() -> None:
    assert faults(QUICK + 1, MORE) == {}


@pytest.mark.long
def test_many_bad_files() -> None:
    first = int(os.environ.get("MOMENTSIM_BAD_FILES_FROM", MORE + 1))
    assert faults(first, first + int(os.environ.get("MOMENTSIM_BAD_FILES", LONG)) - 1) == {}


def test_a_number_is_always_the_same_file_and_most_are_bad() -> None:
    files = [bad_file(number) for number in range(100)]
    assert files == [bad_file(number) for number in range(100)]
    good = {(file.text, *file.beside.items()) for file in GOOD}
    assert sum((file.text, *file.beside.items()) not in good or bool(file.overrides) for file in files) > 90
