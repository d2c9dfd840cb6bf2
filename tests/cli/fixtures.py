"""What the tests of commands share: a small scenario, and words for what a command said."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from typer.testing import CliRunner

SCENARIOS = Path(__file__).parents[2] / "scenarios"
QUICKSTART = SCENARIOS / "quickstart.yaml"

COMMAND = (sys.executable, "-c", "from momentsim.cli import main; main()")
"""The command line program, with the Python that runs the tests."""
UNDRAWN = """\
from momentsim.report import second_process
second_process.default_workers = lambda: 1
second_process.SecondProcess.finish = lambda *_drawn: None
from momentsim.cli import main
main()
"""
COMMAND_WITHOUT_FIGURES = (sys.executable, "-c", UNDRAWN)
"""The same where runs draw nothing, neither here nor in a second process, which is most of the work of a small run."""


class Answer(NamedTuple):
    """What a command said."""

    code: int
    out: str
    err: str


Call = Callable[..., Answer]

MINIMAL = """\
name: small
start: "2024-01-08 08:00"
horizon: 2 h
customers:
  segments:
    everyone: {customers: 20000, yearly_margin: 100 USD}
moments:
  question: {handling_time: {mean: 5 min}}
demand:
  volumes:
    question: {per_day: 960, profile: flat}
workforce:
  groups:
    team: {heads: 4}
run: {replications: 3}
variants:
  more_agents:
    description: Two more
    workforce: {groups: {team: {heads: 6}}}
  slower:
    moments: {question: {handling_time: {mean: 6 min}}}
"""


def invoke(*arguments: object) -> Answer:
    """Run a command in this process."""
    from momentsim.cli.commands import app

    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Answer(result.exit_code, result.stdout, result.stderr)


GALLERIES: Final = (
    "compare.figures.gallery", "sweep.figures.gallery", "curve.figures", "shifts.figures", "staff.figures",
    "worth.figures",
)  # fmt: skip
"""Where questions draw what they leave in their folders."""


def leave_out_figures(monkeypatch: pytest.MonkeyPatch, galleries: tuple[str, ...] = GALLERIES) -> None:
    """Let runs and questions write no figures into their folders, which saves a second each."""
    for gallery in galleries:
        monkeypatch.setattr(f"momentsim.questions.{gallery}.draw_all", lambda *_drawn: None)
    monkeypatch.setattr("momentsim.report.figures.FIGURES", {})


def leave_out_workbooks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands and `ms.save` write no workbooks, which are half of the work of a small run."""
    # `answers` goes first: it takes the function by name when it is imported, which may be just here
    for user in ("answers", "documents"):
        monkeypatch.setattr(f"momentsim.questions.{user}.add_workbook", lambda _folder: None)
    monkeypatch.setattr("momentsim.report.workbook.write.write_workbook", lambda _folder, _about: None)


def changed(file: Path, old: str, new: str) -> Path:
    """The file with one piece of text replaced."""
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {file.name}"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return file
