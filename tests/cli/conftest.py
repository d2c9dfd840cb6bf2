"""Commands under test: in this process where that is enough, in one of their own where it matters."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from cli.fixtures import (
    COMMAND,
    GALLERIES,
    MINIMAL,
    Answer,
    Call,
    invoke,
    leave_out_figures,
    leave_out_workbooks,
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def call_with_workbooks(here: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Run a command in this process, in the empty folder, without the figures of runs, comparisons and sweeps."""
    leave_out_figures(monkeypatch, GALLERIES[:2])
    monkeypatch.setattr("momentsim.report.second_process.default_workers", lambda: 1)

    return invoke


@pytest.fixture
def call_with_figures(call_with_workbooks: Call, monkeypatch: pytest.MonkeyPatch) -> Call:
    """The same without workbooks, which are half of the work of a small run."""
    leave_out_workbooks(monkeypatch)
    return call_with_workbooks


@pytest.fixture
def call(call_with_figures: Call, monkeypatch: pytest.MonkeyPatch) -> Call:
    """The same without any figures."""
    leave_out_figures(monkeypatch)
    return call_with_figures


@pytest.fixture
def shell(here: Path) -> Call:
    """Run a command in a process of its own, in the empty folder."""

    def run(*arguments: object) -> Answer:
        done = subprocess.run(
            [*COMMAND, *map(str, arguments)],
            cwd=here,
            capture_output=True,
            text=True,
            timeout=300,
            env={**os.environ, "COLUMNS": "120"},
            check=False,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def small(here: Path) -> Path:
    """A scenario file that runs in no time."""
    file = here / "small.yaml"
    file.write_text(MINIMAL, encoding="utf-8")
    return file
