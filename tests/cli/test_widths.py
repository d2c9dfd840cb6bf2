"""Every command is legible at any width, in a terminal and in a pipe: no word is broken, no number cut."""

from __future__ import annotations

import fcntl
import os
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from cli.fixtures import GALLERIES, MINIMAL

RULES = "team: {heads: 4, shift_rules: {kinds: {short: {length: 1 h}}}}"
MORE = "".join(
    f"  heads_{number}: {{workforce: {{groups: {{team: {{heads: {number}}}}}}}}}\n" for number in (5, 7)
)
"""Enough variants to stand below each other."""
COMMANDS = {
    "run": "run small.yaml",
    "compare two": "compare small.yaml more_agents slower",
    "compare four": "compare small.yaml",
    "compare in full": "compare small.yaml --full",
    "sweep": "sweep small.yaml --vary workforce.groups.team.heads=3..6:1",
    "sweep in full": "sweep small.yaml --vary workforce.groups.team.heads=3..6:1 --full",
    "sweep of two keys": "sweep small.yaml --vary workforce.groups.team.heads=3,4 --vary waiting.lines=20,40 --full",
    "staff": "staff small.yaml --goal 80/20 --replications 4",
    "staff in full": "staff small.yaml --goal 80/20 --replications 4 --full",
    "staff by value": "staff small.yaml --goal value --replications 4 --full",
    "shifts": "shifts small.yaml --group team --seconds 1",
    "shifts in full": "shifts small.yaml --group team --seconds 1 --full",
    "worth": "worth small.yaml more_agents",
    "worth in full": "worth small.yaml more_agents --full --all-parameters",
    "check": "check small.yaml",
    "explain": "explain small.yaml demand.volumes.question.per_day",
    "scenarios": "list scenarios",
    "playbooks": "list playbooks",
    "measures": "list measures",
    "variants": "list variants small.yaml",
    "evidence": "evidence",
    "evidence of one": "evidence kappa",
}
pytestmark = pytest.mark.slow
SCRIPT = """\
from importlib import import_module
from momentsim.cli.commands import app
from momentsim.questions import answers, documents
from momentsim.report import figures
from momentsim.report.workbook import write
for gallery in GALLERIES:
    import_module(f"momentsim.questions.{gallery}").draw_all = lambda *_drawn: None
answers.add_workbook = documents.add_workbook = lambda _folder: None
write.write_workbook = lambda _folder, _about: None
figures.FIGURES = {}
for name, command in COMMANDS.items():
    print("@@", name, flush=True)
    try:
        app(command.split(), standalone_mode=False)
    except SystemExit as end:
        assert not end.code, (name, end.code)
"""
PROGRAM = f"COMMANDS = {COMMANDS!r}\nGALLERIES = {GALLERIES!r}\n{SCRIPT}"
PLACES = ("results: ", "to run with these heads: ")
"""Lines to be copied: they are never wrapped by the program."""


def shown(text: str) -> dict[str, list[str]]:
    """What each command printed, line by line."""
    parts = re.split(r"^@@ (.*)$", text.replace("\r", ""), flags=re.MULTILINE)[1:]
    return {
        name: [line for line in body.split("\n") if not line.startswith(PLACES)]
        for name, body in zip(parts[::2], parts[1::2], strict=True)
    }


def words_of(lines: list[str]) -> set[str]:
    """Everything that was printed but rules of tables."""
    return {word for line in lines for word in line.split() if set(word) != {"─"}}


Place = Callable[[Path, int], dict[str, list[str]]]


@cache
def in_a_pipe(folder: Path, columns: int) -> dict[str, list[str]]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=folder,
        env={**os.environ, "COLUMNS": str(columns)},
        capture_output=True,
        text=True,
        timeout=550,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return shown(done.stdout)


def in_a_terminal(folder: Path, columns: int) -> dict[str, list[str]]:
    """The same in a pseudo-terminal of so many columns; COLUMNS is not set, as in most shells."""
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 45, columns, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        cwd=folder,
        env=environment | {"TERM": "xterm", "NO_COLOR": "1"},
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
    ) as running:
        os.close(theirs)
        read = bytearray()
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            read += piece
        os.close(ours)
    assert running.returncode == 0
    return shown(re.sub(r"\x1b\[[0-9;]*[a-zA-Z]", "", read.decode()))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario that every command has something to say about."""
    place = tmp_path_factory.mktemp("widths")
    (place / "small.yaml").write_text(MINIMAL.replace("team: {heads: 4}", RULES, 1) + MORE, encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def wide(folder: Path) -> dict[str, list[str]]:
    """On a screen on which nothing but prose is wrapped; the answers are kept, and shown again by the others."""
    return in_a_pipe(folder, 400)


@pytest.mark.parametrize("columns", [80, 100, 160])
@pytest.mark.parametrize("place", [in_a_pipe, in_a_terminal])
def test_words_and_numbers_are_whole(
    folder: Path, wide: dict[str, list[str]], columns: int, place: Place
) -> None:
    narrow = place(folder, columns)
    assert set(narrow) == set(COMMANDS)
    for name, lines in narrow.items():
        assert words_of(lines) == words_of(wide[name]), name
        too_long = [line for line in lines if len(line) > columns and len(line.split()) > 1]
        assert not too_long, (name, too_long)


ANSWERS = "compare two", "compare four", "sweep", "staff", "shifts", "worth"


def test_answers_fit_on_a_screen(folder: Path, wide: dict[str, list[str]]) -> None:
    assert wide
    narrow = in_a_pipe(folder, 80)
    assert {name: len(narrow[name]) for name in ANSWERS if len(narrow[name]) > 45} == {}
