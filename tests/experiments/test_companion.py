"""The second process that helps to compile is a help only: without it, or when it dies, all is done all the same."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from subprocess import Popen

import pytest

from momentsim.compiled import COMPILING
from momentsim.experiments import companion, warm_up
from momentsim.experiments.companion import ERRAND, START, Errand, company
from momentsim.experiments.progress import SILENT
from momentsim.model import Loaded
from momentsim.scenario import load

QUICKSTART = Path(__file__).parents[2] / "scenarios" / "quickstart.yaml"
SMALL = (
    "companion.story = lambda clock: lognormal_quantile; companion.simulate_nothing = lambda operation: None"
)
"""Stands for the whole story, which would take a quarter of a minute."""
SHORT = START.replace(
    "from momentsim.experiments.companion import main; main(",
    "from momentsim.experiments import companion; from momentsim.rules.durations import lognormal_quantile; "
    f"{SMALL}; companion.main(",
)


@pytest.fixture
def errand() -> Errand:
    """Something to do."""
    return Errand(load(QUICKSTART), "compiled")


@pytest.mark.skipif(not COMPILING, reason="there is nothing to compile")
def test_it_leaves_parts_in_the_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, errand: Errand
) -> None:
    assert SHORT != START
    monkeypatch.setattr(companion, "START", SHORT)
    with company(tmp_path, errand):
        assert (tmp_path / ERRAND).exists()
    assert list(tmp_path.glob("*-second"))


@pytest.mark.parametrize("start", ["raise SystemExit(3)", "import os; os.abort()"])
def test_its_death_is_not_noticed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, errand: Errand, start: str
) -> None:
    monkeypatch.setattr(companion, "START", start)
    with company(tmp_path, errand):
        done = 1
    assert done == 1


def test_it_need_not_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, errand: Errand) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no python"))
    with company(tmp_path, errand):
        done = 1
    assert done == 1


def test_it_is_not_waited_for_without_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, errand: Errand
) -> None:
    note = tmp_path / "number"
    sleepy = (
        f"import os, pathlib, time; pathlib.Path({str(note)!r}).write_text(str(os.getpid())); time.sleep(99)"
    )
    monkeypatch.setattr(companion, "START", sleepy)
    monkeypatch.setattr(companion, "PATIENCE_S", 0.1)
    began = time.monotonic()
    with company(tmp_path, errand):
        while not note.exists() or not note.read_text():
            time.sleep(0.01)
    assert time.monotonic() - began < 60
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)


@pytest.mark.parametrize("processors", [1, 2])
def test_one_processor_works_alone(monkeypatch: pytest.MonkeyPatch, processors: int) -> None:
    """And either way the story is compiled before anything is simulated."""
    told: list[str] = []

    class Story:
        def compile_door(self) -> None:
            told.append("compiled")

    def simulate(operation: Loaded, clock: str) -> None:
        told.append("simulated")

    monkeypatch.setattr(companion, "default_workers", lambda: processors)
    monkeypatch.setattr(companion, "START", "pass")
    monkeypatch.setattr(companion, "story", lambda clock: Story())
    monkeypatch.setattr(warm_up, "simulate_briefly", simulate)
    started: list[Path] = []
    plain = companion._started

    def counted(folder: Path, errand: Errand) -> Popen[bytes]:
        started.append(folder)
        return plain(folder, errand)

    monkeypatch.setattr(companion, "_started", counted)
    warm_up.compile_once(load(QUICKSTART), clock="compiled", progress=SILENT)
    assert told == ["compiled", "simulated"]
    assert len(started) == processors - 1
