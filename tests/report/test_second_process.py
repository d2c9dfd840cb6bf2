"""Figures drawn by a second process are those drawn here, and nothing that happens to it is lost or hidden."""

from __future__ import annotations

import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from measures.synthetic import make_sample
from momentsim import measures
from momentsim.report import second_process
from momentsim.report.figures import pictures
from momentsim.report.second_process import SecondProcess
from momentsim.runs.backends import process_messages

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def result() -> Any:
    sample = make_sample(4)
    return SimpleNamespace(
        loaded=SimpleNamespace(scenario=sample.scenario),
        names=sample.names,
        digests=dict(enumerate(sample.digests)),
        summary=measures.summary(*sample),
        summary_columns=measures.summary(*sample).to_dict("list"),
        intervals=measures.interval_table(*sample),
        ledger=measures.ledger_table(*sample),
    )


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """Processes that were started."""
    found = []

    def watched(module: str) -> subprocess.Popen[bytes]:
        found.append(real(module))
        return found[-1]

    real = process_messages.start
    monkeypatch.setattr(second_process, "start", watched)
    monkeypatch.setattr(second_process, "default_workers", lambda: 2)
    return found


def drawn(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_same_pictures(tmp_path: Path, result: Any, started: list[subprocess.Popen[bytes]]) -> None:
    with SecondProcess() as second:
        second.begin(result)
        assert not list(tmp_path.iterdir())
        second.finish(tmp_path, result)
    assert drawn(tmp_path) == pictures(result)
    assert len(started) == 1 and started[0].poll() is not None


def test_a_lost_process_loses_no_picture(
    tmp_path: Path, result: Any, started: list[subprocess.Popen[bytes]]
) -> None:
    with SecondProcess() as second:
        started[0].kill()
        second.begin(result)
        second.finish(tmp_path, result)
    assert len(drawn(tmp_path)) == len(pictures(result))


def test_what_goes_wrong_while_drawing_is_told(
    tmp_path: Path, result: Any, started: list[subprocess.Popen[bytes]]
) -> None:
    odd: Any = SimpleNamespace(**(vars(result) | {"summary_columns": {}}))
    with SecondProcess() as second, pytest.raises(KeyError) as told:
        second.begin(odd)
        second.finish(tmp_path, odd)
    assert "in the process that draws" in "".join(told.value.__notes__)
    assert not list(tmp_path.iterdir()) and started[0].poll() is not None


def test_one_processor_draws_for_itself(
    tmp_path: Path, result: Any, started: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_process, "default_workers", lambda: 1)
    monkeypatch.setattr("momentsim.report.figures.FIGURES", {})
    with SecondProcess() as second:
        second.begin(result)
        second.finish(tmp_path, result)
    assert not started


def test_a_block_that_is_left_early_leaves_no_process(started: list[subprocess.Popen[bytes]]) -> None:
    with pytest.raises(KeyboardInterrupt), SecondProcess():
        raise KeyboardInterrupt
    assert started[0].poll() is not None
