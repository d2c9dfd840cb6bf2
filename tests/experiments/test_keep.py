"""Finished replications are kept at once, whole or not at all."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import momentsim as ms
from momentsim.experiments.backends.base import Finished
from momentsim.experiments.backends.workshop import lowered
from momentsim.experiments.keep import ENDING, Keep, read, written
from momentsim.experiments.logs import LogWriter
from momentsim.experiments.progress import Progress
from momentsim.experiments.run import run
from momentsim.experiments.settings import Settings
from momentsim.measures.digest import Digest
from momentsim.plan import Names, TeamName
from momentsim.scenario import LoadedScenario
from momentsim.trace import LEVER_ROW

QUICKSTART = Path(__file__).parents[2] / "scenarios" / "quickstart.yaml"
SHORT = {"horizon": "4 h", "demand.volumes.question.per_day": 2400}


@pytest.fixture(scope="module")
def short() -> LoadedScenario:
    return ms.load(QUICKSTART, overrides=SHORT)


class Heard(Progress):
    def __init__(self) -> None:
        self.words: list[str] = []

    def say(self, words: str) -> None:
        self.words.append(words)


def made(loaded: LoadedScenario, keep: Path, **settings: object) -> tuple[pd.DataFrame, list[str]]:
    """The summary of four replications, and what was said."""
    heard = Heard()
    wanted = {"replications": 4, "log": "none", "workers": 2, **settings}
    result = run(loaded, loaded, Settings(keep=Keep(keep), **wanted), progress=heard)  # type: ignore[arg-type]  # settings by name
    return result.summary, heard.words


def test_a_replication_comes_back_as_it_was(short: LoadedScenario) -> None:
    result = run(short, short, Settings(replications=1, log="none"))
    pulled = np.zeros(2, LEVER_ROW)
    pulled["time"] = (3, 4)
    names = result.names._replace(teams=(TeamName("team", 1, "north"),))
    one = Finished(names, result.digests[1], pulled, None)
    back = read(written(one))
    assert back.names == names and isinstance(back.names, Names)
    assert np.array_equal(back.pulled, pulled)
    for name in Digest._fields:
        before, after = getattr(one.digest, name), getattr(back.digest, name)
        assert type(before) is type(after), name
        assert np.array_equal(before, after), name
        if isinstance(before, np.ndarray):
            assert before.dtype == after.dtype and before.shape == after.shape, name


def test_what_is_there_is_not_made_again_and_the_numbers_are_the_same(
    short: LoadedScenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, said = made(short, tmp_path)
    assert said == [] and len(list(tmp_path.rglob(f"*{ENDING}"))) == 4
    monkeypatch.setattr("momentsim.experiments.backends.in_process.replicate", None)
    second, said = made(short, tmp_path)
    assert said == ["4 of 4 replications were there already"]
    pd.testing.assert_frame_equal(first, second, check_exact=True)


@pytest.mark.parametrize("harm", [b"", b"something else", None])
def test_a_torn_file_is_made_again(harm: bytes | None, short: LoadedScenario, tmp_path: Path) -> None:
    first, _ = made(short, tmp_path)
    for file in tmp_path.rglob(f"2{ENDING}"):
        file.write_bytes(file.read_bytes()[:-40] if harm is None else harm)
    second, _ = made(short, tmp_path)
    pd.testing.assert_frame_equal(first, second, check_exact=True)


def test_another_scenario_or_reference_finds_nothing(short: LoadedScenario, tmp_path: Path) -> None:
    made(short, tmp_path)
    other = ms.load(QUICKSTART, overrides={**SHORT, "workforce.groups.team.heads": 13})
    heard = Heard()
    settings = Settings(replications=4, log="none", keep=Keep(tmp_path))
    run(other, short, settings, progress=heard)
    calmer = ms.load(QUICKSTART, overrides={**SHORT, "demand.volumes.question.per_day": 1200})
    run(short, calmer, settings, progress=heard)
    assert heard.words == []


def test_a_higher_number_goes_on_from_a_lower_one(short: LoadedScenario, tmp_path: Path) -> None:
    made(short, tmp_path)
    more = ms.load(QUICKSTART, overrides={**SHORT, "run.replications": 6})
    assert made(more, tmp_path, replications=6)[1] == ["4 of 6 replications were there already"]
    paired = ms.load(QUICKSTART, overrides={**SHORT, "run.antithetic": "on"})
    assert made(paired, tmp_path)[1] == []


def test_only_what_an_earlier_question_has_left_was_there_already(
    short: LoadedScenario, tmp_path: Path
) -> None:
    """A question that simulates one case twice finds it the second time, and has nothing to tell."""
    heard, settings = Heard(), Settings(replications=2, log="none", keep=Keep(tmp_path))
    first = run(short, short, settings, progress=heard)
    again = run(short, short, replace(settings, replications=3), progress=heard)
    assert heard.words == []
    assert len(list(tmp_path.rglob(f"*{ENDING}"))) == 3
    assert np.array_equal(again.digests[2].waits, first.digests[2].waits)
    other = replace(settings, replications=3, keep=Keep(tmp_path))
    run(short, short, other, progress=heard)
    run(short, short, replace(other, replications=4), progress=heard)
    assert heard.words == [f"3 of {number} replications were there already" for number in (3, 4)]


def test_logs_are_kept_beside(short: LoadedScenario, tmp_path: Path) -> None:
    logs = []
    for number, folder in enumerate((tmp_path / "one", tmp_path / "two")):
        folder.mkdir()
        heard = Heard()
        with LogWriter(folder, short.scenario) as writer:
            settings = Settings(replications=3, log="all", keep=Keep(tmp_path / "kept"))
            run(short, short, settings, logs=writer, progress=heard)
        assert heard.words == ["3 of 3 replications were there already"] * number
        logs.append(pd.read_parquet(folder / "contacts.parquet"))
    pd.testing.assert_frame_equal(logs[0], logs[1], check_exact=True)
    assert made(short, tmp_path / "kept", replications=3)[1] == ["3 of 3 replications were there already"]


def test_without_its_log_a_replication_that_is_to_leave_one_is_made_again(
    short: LoadedScenario, tmp_path: Path
) -> None:
    made(short, tmp_path / "kept")
    folder, heard = tmp_path / "one", Heard()
    folder.mkdir()
    with LogWriter(folder, short.scenario) as writer:
        run(short, short, Settings(replications=4, keep=Keep(tmp_path / "kept")), logs=writer, progress=heard)
    assert heard.words == ["3 of 4 replications were there already"]
    assert set(pd.read_parquet(folder / "contacts.parquet")["replication"]) == {1}


def test_a_full_disk_is_told_once_and_what_fits_stays(
    short: LoadedScenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing half written, and the run goes on."""
    plain, room = Path.write_bytes, [2]

    def write_bytes(path: Path, content: bytes) -> int:
        if not room[0]:
            plain(path, content[:10])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        room[0] -= 1
        return plain(path, content)

    monkeypatch.setattr(Path, "write_bytes", write_bytes)
    first, said = made(short, tmp_path, workers=1)
    assert len(said) == 1 and "cannot be kept any more (no space left on device)" in said[0]
    assert sorted(path.name for path in tmp_path.rglob("*.*")) == [f"1{ENDING}", f"2{ENDING}"]
    monkeypatch.undo()
    second, said = made(short, tmp_path)
    assert said == ["2 of 4 replications were there already"]
    pd.testing.assert_frame_equal(first, second, check_exact=True)


def test_a_worker_keeps_few_cases_lowered(short: LoadedScenario, monkeypatch: pytest.MonkeyPatch) -> None:
    from collections import OrderedDict

    from momentsim.experiments.backends import workshop
    from momentsim.experiments.backends.base import Recipe
    from momentsim.experiments.steering import UNSTEERED
    from momentsim.model import Reference

    monkeypatch.setattr(workshop, "_lowered", OrderedDict())
    neutral = Reference.neutral(tuple(short.scenario.moments))
    cases = [
        Recipe(
            str(number), "case", short.scenario, dict(short.tables), dict(short.samples), neutral, UNSTEERED
        )
        for number in range(workshop.MOST_LOWERED + 3)
    ]
    for case in cases:
        assert lowered(case) is lowered(case)
    assert list(workshop._lowered) == [case.key for case in cases[3:]]
