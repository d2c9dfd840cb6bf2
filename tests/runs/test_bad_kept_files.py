"""Bad kept files by the thousand: each is read as what it was, or is `Unusable`, and takes little memory.

`MOMENTSIM_BAD_FILES` says how many the long test reads of each kind, as for scenario files.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import momentsim as ms
from momentsim.contract.trace import LEVER_ROW
from momentsim.prepare import Reference
from momentsim.runs import reference_store
from momentsim.runs.backends.base import FinishedReplication
from momentsim.runs.replication_file import decode, encode, sizes_of
from momentsim.runs.resume import KIND
from momentsim.runs.run import run
from momentsim.runs.sealed import Unusable, sealed, unsealed
from momentsim.runs.settings import RunSettings
from momentsim.scenario import LoadedScenario

QUICKSTART = Path(__file__).parents[2] / "scenarios" / "quickstart.yaml"
SHORT = {"horizon": "4 h", "demand.volumes.question.per_day": 2400}
QUICK, LONG = 1_000, 20_000
MOST_MEMORY = 20_000_000
ODD: tuple[object, ...] = (
    None, True, 0, -1, 1, 2**31, 2**63, 10**30, 1e308, float("nan"), "", "|O", "<f8", [], {}, [[]], [1, 1], "x" * 1000,
)  # fmt: skip


@pytest.fixture(scope="module")
def short() -> LoadedScenario:
    return ms.load(QUICKSTART, overrides=SHORT)


@pytest.fixture(scope="module")
def content(short: LoadedScenario) -> bytes:
    result = run(short, short, RunSettings(replications=1, log="none"))
    return encode(
        FinishedReplication(result.names, result.digests[1], np.zeros(0, LEVER_ROW), None), {"rows.npz": "ab"}
    )


def harmed_bytes(content: bytes, draw: random.Random) -> bytes:
    harmed = bytearray(content)
    for _ in range(draw.choice((1, 1, 3))):
        place = draw.randrange(len(harmed) + 1)
        harmed[place : place + draw.choice((0, 1, 1, 30))] = draw.randbytes(draw.choice((0, 1, 1, 8)))
    return bytes(harmed)


def harmed_head(content: bytes, draw: random.Random) -> bytes:
    """Another value, or none, anywhere in the JSON before the first line ends."""
    text, newline, rest = content.partition(b"\n")
    head = json.loads(text)
    holder = head
    while True:
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        key = draw.choice(keys)
        below = holder[key]
        if not isinstance(below, dict | list) or not below or draw.random() < 0.3:
            break
        holder = below
    if draw.random() < 0.2:
        del holder[key]
    else:
        holder[key] = draw.choice(ODD)
    return json.dumps(head).encode() + newline + rest


def number_of_files() -> int:
    return int(os.environ.get("MOMENTSIM_BAD_FILES", LONG))


def tried(numbers: range, attempt: Callable[[random.Random], object]) -> int:
    """How many were unusable; any other error is raised. Memory stays small."""
    refused = 0
    tracemalloc.start()
    try:
        for number in numbers:
            try:
                attempt(random.Random(number))
            except Unusable:
                refused += 1
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()
    return refused


def replications(numbers: range, content: bytes, scenario: LoadedScenario) -> int:
    sizes = sizes_of(scenario.scenario)

    def attempt(draw: random.Random) -> object:
        return decode(draw.choice((harmed_bytes, harmed_head))(content, draw), sizes)

    return tried(numbers, attempt)


def references(numbers: range, folder: Path) -> int:
    """Harmed in its file, and harmed under a right seal."""
    said: list[str] = []
    reference_store.keep("key", Reference.neutral(["a", "b"]))
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    _, _, answers, inside = whole.split(b"\n", 3)

    def attempt(draw: random.Random) -> object:
        if draw.random() < 0.5:
            file.write_bytes(harmed_bytes(whole, draw))
        else:
            harmed = draw.choice((harmed_bytes, harmed_head))(inside, draw)
            file.write_bytes(sealed(reference_store.KIND, answers.decode(), harmed))
        return reference_store.find("key", said.append)

    tried(numbers, attempt)
    return len(said)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(reference_store, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(reference_store, "COMPILING", True)
    return tmp_path / "references"


@pytest.mark.slow
def test_bad_replications_are_unusable_even_under_a_right_seal(short: LoadedScenario, content: bytes) -> None:
    assert replications(range(QUICK), content, short) > QUICK // 2


@pytest.mark.slow
def test_bad_references_are_unusable(folder: Path) -> None:
    assert references(range(QUICK), folder) > QUICK // 2


@pytest.mark.long
def test_many_bad_replications(short: LoadedScenario, content: bytes) -> None:
    assert replications(range(QUICK, QUICK + number_of_files()), content, short) > 0


@pytest.mark.long
def test_many_bad_references(folder: Path) -> None:
    assert references(range(QUICK, QUICK + number_of_files()), folder) > 0


def test_no_harmed_seal_is_taken(content: bytes, tmp_path: Path) -> None:
    file, whole = tmp_path / "1.replication", sealed(KIND, "ab 1", content)
    for number in range(QUICK):
        harmed = harmed_bytes(whole, random.Random(number))
        file.write_bytes(harmed)
        if harmed == whole:
            continue
        with pytest.raises(Unusable):
            unsealed(file, KIND, "ab 1", most=sys.maxsize)
