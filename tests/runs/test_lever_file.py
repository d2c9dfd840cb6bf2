"""Who says when levers end that a file pulls."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.small_storm import storm
from momentsim.errors import ScenarioError
from momentsim.runs.lever_file import read_lever_file


def read(folder: Path, text: str) -> bool:
    """Whether the file alone says when levers end."""
    path = folder / "levers.csv"
    path.write_text(text, encoding="utf-8")
    return read_lever_file(path, storm().scenario).ends_alone


def test_the_file_decides_alone_where_it_has_actions_unless_it_says_otherwise(tmp_path: Path) -> None:
    assert not read(tmp_path, "lever,pulled_s\nlines,60\n")
    assert read(tmp_path, "lever,pulled_s,action\nlines,60,pull\n")
    assert read(tmp_path, "lever,pulled_s,action,ends\nlines,60,pull,file\nlines,90,undo,scenario\n")
    assert not read(tmp_path, "lever,pulled_s,action,ends\nlines,60,pull,scenario\nlines,90,undo,scenario\n")


def test_another_word_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"levers.csv:2:.*'scenaro' is no ends.*did you mean 'scenario'"):
        read(tmp_path, "lever,pulled_s,action,ends\nlines,60,pull,scenaro\n")
