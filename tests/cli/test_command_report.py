"""`momentsim report`, and the workbook that every command leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.fixtures import MINIMAL, Call


@pytest.mark.slow
def test_the_command_writes_it_and_is_told_not_to(here: Path, call_with_workbooks: Call) -> None:
    call = call_with_workbooks
    (here / "small.yaml").write_text(MINIMAL, encoding="utf-8")
    for command in (("run",), ("compare", "more_agents")):
        arguments = (command[0], "small.yaml", *command[1:], "--out", "out", "--fresh", "--quiet")
        assert call(*arguments, "--no-xlsx").code == 0
        assert not (here / "out" / "results.xlsx").exists()
        assert call("report", "out").out.split() == ["out/results.xlsx", "out/report.html"]
        made = (here / "out" / "results.xlsx").read_bytes()
        assert call(*arguments).code == 0  # a folder with a report is still this program's
        assert (here / "out" / "results.xlsx").read_bytes() == made
    answer = call("report", "elsewhere")
    assert (answer.code, answer.err) == (
        2,
        "error: elsewhere: there is no such folder, name one that lies below results\n",
    )


@pytest.mark.slow
def test_the_language_is_chosen_and_others_are_refused(here: Path, call: Call) -> None:
    """What is refused is so before anything is written."""
    (here / "small.yaml").write_text(MINIMAL, encoding="utf-8")
    assert call("run", "small.yaml", "--out", "out", "--quiet").code == 0
    refused = call("report", "out", "--language", "zhh")
    assert (refused.code, refused.err) == (
        2,
        "error: language: there is no 'zhh', allowed: en and zh, did you mean 'zh'?\n",
    )
    assert not (here / "out" / "report.html").exists()
    pages = []
    for language in ("en", "zh"):
        assert call("report", "out", "--language", language).code == 0
        pages.append((here / "out" / "report.html").read_bytes())
    assert call("report", "out").code == 0
    assert pages[1] != pages[0] == (here / "out" / "report.html").read_bytes(), "no language is remembered"
