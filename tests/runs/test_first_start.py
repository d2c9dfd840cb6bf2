"""The first start: announced, shown, and over before any worker starts."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from typing import Any, NoReturn

import pytest
from rich.console import Console
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as RichProgress

from momentsim.cli.progress_bar import Announcements, StageBar
from momentsim.compiler.decorators import COMPILING, compiled, compiled_apart
from momentsim.runs import compiling, run
from momentsim.runs.backends.process_messages import send, start
from momentsim.runs.progress import SILENT, Progress
from momentsim.runs.settings import RunSettings
from momentsim.scenario import load

QUICKSTART = Path(__file__).parents[2] / "scenarios" / "quickstart.yaml"


@compiled_apart
def lowest(value: float) -> float:
    return value + 1.0


@compiled_apart
def middle(value: float) -> float:
    return 2.0 * lowest(value)


@compiled
def whole(value: float) -> float:
    return middle(value) + lowest(value)


class Heard(Progress):
    """Remembers what it is told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def say(self, words: str) -> None:
        self.told.append(words)

    def stage(self, name: str) -> None:
        self.told.append(name)

    def share(self, done: float) -> None:
        self.told.append(done)


@pytest.mark.skipif(not COMPILING, reason="there is nothing to compile")
def test_compiling_is_announced_and_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOMENTSIM_CACHE", "memory")
    monkeypatch.setattr(compiling, "story", lambda clock: whole)
    monkeypatch.setattr(compiling, "simulate_briefly", lambda operation, clock: whole(2.0))
    heard = Heard()
    assert compiling.cache_is_cold("compiled")
    compiling.compile_once(load(QUICKSTART), clock="compiled", progress=heard)
    assert heard.told == [compiling.ANNOUNCEMENT, "compile", 0.5, 1.0, "machine code"]
    assert not compiling.cache_is_cold("compiled"), "it is in memory now"


@pytest.mark.skipif(not COMPILING, reason="there is nothing to compile")
def test_the_process_beside_comes_to_its_end() -> None:
    with start(compiling.__name__) as process:
        assert process.stdin is not None
        send(process.stdin, load(QUICKSTART))
        assert process.wait(300.0) == 0


@pytest.mark.skipif(not COMPILING, reason="there is nothing to compile")
@pytest.mark.parametrize("answer", [OSError("no more processes"), BrokenPipeError("it has gone")])
def test_compiling_needs_nobody_beside(answer: OSError, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def start_in_vain(module: str) -> NoReturn:
        asked.append(module)
        raise answer

    monkeypatch.setattr(compiling, "default_workers", lambda: 2)
    monkeypatch.setattr(compiling, "start", start_in_vain)
    with compiling.others_compiled_beside(load(QUICKSTART)):
        assert asked == [compiling.__name__]


@pytest.mark.skipif(not COMPILING, reason="there is nothing to compile")
def test_who_compiles_beside_ends_with_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    processes = []

    def start_sleeper(module: str) -> subprocess.Popen[bytes]:
        processes.append(start("momentsim.runs.backends.process_worker"))
        return processes[0]

    monkeypatch.setattr(compiling, "default_workers", lambda: 2)
    monkeypatch.setattr(compiling, "start", start_sleeper)
    with pytest.raises(ZeroDivisionError), compiling.others_compiled_beside(load(QUICKSTART)):
        raise ZeroDivisionError  # whatever goes wrong with the story
    assert processes[0].returncode is not None


@pytest.mark.skipif(not COMPILING, reason="there is nothing to compile")
@pytest.mark.parametrize("clock", ["compiled", "simpy"])
def test_all_parts_of_a_story_are_waited_for(clock: Any) -> None:
    """A function that is waited for and never made ready would keep the bar below its end."""
    below = compiling._all_below(compiling.story(clock), set())
    assert len(below) > 200
    assert all(function.__wrapped__.__module__.startswith("momentsim.") for function in below)


def test_the_bar_moves_where_nobody_knows_the_length() -> None:
    shown = RichProgress(
        TextColumn("{task.description}"), BarColumn(), console=Console(file=io.StringIO()), disable=True
    )
    bar = StageBar(shown)
    bar.stage("compile")
    bar.share(0.5)
    (task,) = shown.tasks
    assert (task.description, task.completed, task.started) == ("compiling", 0.5, True)
    bar.stage("machine code")
    (task,) = shown.tasks
    assert (task.description, task.started) == ("making machine code", False), (
        "a bar that has not begun pulses"
    )
    bar.stage("simulate")
    (task,) = shown.tasks
    assert (task.completed, task.started) == (0, True)


def test_a_pipe_gets_a_plain_line(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Announcements()
    progress.say(compiling.ANNOUNCEMENT)
    progress.stage("compile")
    progress.share(0.5)
    assert capsys.readouterr().err == compiling.ANNOUNCEMENT + "\n"


def test_the_parent_compiles_before_workers_start(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []

    class Started(Exception):
        """Workers would start now."""

    def start(*about: object, **more: object) -> NoReturn:
        order.append("workers")
        raise Started

    monkeypatch.setattr(compiling, "cache_is_cold", lambda clock: True)
    monkeypatch.setattr(compiling, "compile_once", lambda operation, clock, progress: order.append("compile"))
    monkeypatch.setattr(run, "_portable_case", lambda *about: order.append("reference"))
    monkeypatch.setattr(run, "open_backend", start)
    loaded = load(QUICKSTART)
    settings = RunSettings(replications=1, workers=2, backend="processes")
    with pytest.raises(Started):
        run.run(loaded, loaded, settings, progress=SILENT)
    assert order == ["compile", "reference", "workers"]
