"""Small tables and documents on disk."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from momentsim.errors import MomentsimError
from momentsim.runs.files import json_text, write_csv
from momentsim.runs.results_folder import MANIFEST, draft, folder_name, point_latest
from momentsim.runs.settings import RunSettings


def test_text_that_looks_like_a_formula_is_disarmed_and_numbers_are_not(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {"item": ["=cmd()", "+1", "-x", "@y", "plain"], "value": [-1.5, 2.0, 0.0, 1.0, -3.0]}
    )
    write_csv(table, tmp_path / "table.csv")
    raw = (tmp_path / "table.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf"), "spreadsheets want the byte order mark"
    back = pd.read_csv(tmp_path / "table.csv")
    assert list(back["item"]) == ["'=cmd()", "'+1", "'-x", "'@y", "plain"]
    assert list(back["value"]) == [-1.5, 2.0, 0.0, 1.0, -3.0]


def test_categories_are_disarmed_too(tmp_path: Path) -> None:
    table = pd.DataFrame({"item": pd.Categorical(["=a", "b"])})
    write_csv(table, tmp_path / "table.csv")
    assert list(pd.read_csv(tmp_path / "table.csv")["item"]) == ["'=a", "b"]


def test_json_is_strict() -> None:
    content = {
        "nan": float("nan"),
        "inf": np.float64("inf"),
        "count": np.int64(3),
        "none": None,
        "at": Path("x"),
    }
    assert json.loads(json_text(content)) == {"nan": None, "inf": None, "count": 3, "none": None, "at": "x"}


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    place = tmp_path / "results" / "one"
    with pytest.raises(ValueError, match="half way"), draft(place) as folder:
        (folder / "half.txt").write_text("half")
        raise ValueError("half way")
    assert list(place.parent.iterdir()) == []
    with draft(place) as folder:
        (folder / MANIFEST).write_text("{}")
        assert not place.exists()
    assert [path.name for path in place.parent.iterdir()] == ["one"]


def test_an_older_result_is_replaced_and_anything_else_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "one"
    for text in ("first", "second"):
        with draft(place) as folder:
            (folder / MANIFEST).write_text(text)
    assert (place / MANIFEST).read_text("utf-8") == "second"
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "cat.jpg").write_text("cat")
    with (
        pytest.raises(MomentsimError, match=r"photos: this is not a results folder.*choose another --out"),
        draft(photos),
    ):
        pass
    assert (photos / "cat.jpg").read_text("utf-8") == "cat"


def test_a_place_that_cannot_be_written_is_the_users_mistake(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MomentsimError, match="cannot be written"), draft(tmp_path / "file" / "one"):
        pass


def test_times_are_written_as_spreadsheets_read_them(tmp_path: Path) -> None:
    table = pd.DataFrame({"at": [pd.Timestamp("2024-01-08T09:30"), pd.NaT], "share": [0.25, float("nan")]})
    write_csv(table, tmp_path / "table.csv")
    text = (tmp_path / "table.csv").read_text("utf-8-sig")
    assert text == "at,share\n2024-01-08 09:30:00,0.25\n,\n"


def test_latest_points_at_the_newest(tmp_path: Path) -> None:
    for name in ("one-01234567", "two-01234567"):
        (tmp_path / name).mkdir()
        point_latest(tmp_path / name)
    assert (tmp_path / "latest").resolve() == tmp_path / "two-01234567"
    assert len(list(tmp_path.iterdir())) == 3


def test_latest_is_a_text_file_where_links_are_not_possible(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    for name in ("one-01234567", "two-01234567"):
        (tmp_path / name).mkdir()
        point_latest(tmp_path / name)
        assert (tmp_path / "latest").read_text("utf-8") == f"{name}\n"


def test_folder_names_suit_every_file_system() -> None:
    assert folder_name("ice storm: 2007/02?", "0123456789abcdef") == "ice-storm-2007-02-01234567"
    assert folder_name("***", "0123456789abcdef") == "scenario-01234567"
    assert len(folder_name("x" * 500, "0123456789abcdef")) < 80


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"replications": 0}, r"replications: 0 is outside 1\.\.100000"),
        ({"workers": 0}, "workers: 0 is outside"),
        ({"clock": "sundial"}, "clock: 'sundial' is not known, allowed: compiled, simpy"),
        ({"log": "some"}, "log: 'some' is not known, allowed: none, first, all"),
    ],
)
def test_settings_are_checked(wrong: dict[str, object], told: str) -> None:
    with pytest.raises(MomentsimError, match=told):
        RunSettings(**wrong)  # type: ignore[arg-type]  # wrong on purpose


def test_which_replications_are_logged() -> None:
    assert [RunSettings(log="none").logs(number) for number in (1, 2)] == [False, False]
    assert [RunSettings(log="first").logs(number) for number in (1, 2)] == [True, False]
    assert [RunSettings(log="all").logs(number) for number in (1, 2)] == [True, True]
