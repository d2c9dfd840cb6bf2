"""Logs on disk: streamed in pieces, joined in order, and nothing half written whatever happens."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from momentsim.engine import simulate
from momentsim.errors import MomentsimError
from momentsim.runs.logs import LOG_TABLES, PARTS, LogWriter
from momentsim.runs.results_folder import draft
from momentsim.runs.run import run
from momentsim.runs.settings import RunSettings
from momentsim.scenario import LoadedScenario, load

QUICKSTART = Path(__file__).parents[2] / "scenarios" / "quickstart.yaml"


@pytest.fixture(scope="module")
def loaded() -> LoadedScenario:
    return load(QUICKSTART, overrides=["horizon=2 d", "demand.volumes.question.per_day=4000"])


def streamed(loaded: LoadedScenario, folder: Path, **settings: Any) -> None:
    folder.mkdir()
    with LogWriter(folder, loaded.scenario) as logs:
        run(loaded, loaded, RunSettings(**settings), logs=logs)


@pytest.mark.slow
def test_pieces_are_the_rows_of_the_whole(
    loaded: LoadedScenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In several row groups, ordered by replication for any number of threads; the same as in memory."""
    monkeypatch.setitem(simulate.__globals__, "LOG_ROWS", 64)
    whole = run(loaded, loaded, RunSettings(replications=3, log="all", workers=3))
    for workers in (1, 3):
        streamed(loaded, tmp_path / str(workers), replications=3, log="all", workers=workers)
        assert sorted(path.name for path in (tmp_path / str(workers)).iterdir()) == sorted(
            f"{name}.parquet" for name in LOG_TABLES
        )
        for name in LOG_TABLES:
            file = tmp_path / str(workers) / f"{name}.parquet"
            read, expected = pd.read_parquet(file), getattr(whole, name)
            if name in ("contacts", "moments"):
                assert pq.ParquetFile(file).num_row_groups > 3
            assert list(read["replication"].unique()) == [1, 2, 3]
            for column in expected:
                if expected[column].dtype in ("object", "category"):
                    assert list(read[column].astype(object)) == list(expected[column].astype(object))
                else:
                    pd.testing.assert_series_equal(read[column], expected[column])


def test_types_do_not_depend_on_the_rows(loaded: LoadedScenario, tmp_path: Path) -> None:
    """A day without a call, and a log in one piece, have the columns and types of any other."""
    quiet = load(QUICKSTART, overrides=["demand.volumes.question.per_day=0"])
    streamed(loaded, tmp_path / "busy", replications=1)
    streamed(quiet, tmp_path / "quiet", replications=2, log="all")
    for name in LOG_TABLES:
        busy, empty = (pq.read_schema(tmp_path / day / f"{name}.parquet") for day in ("busy", "quiet"))
        assert busy.equals(empty), name
    assert pd.read_parquet(tmp_path / "quiet" / "contacts.parquet").empty


class FullDisk:
    """Stands in for the Parquet writer; the disk is full after so many pieces."""

    room = 0

    def __init__(self, *_arguments: Any, **_options: Any) -> None:
        self.real = REAL_WRITER(*_arguments, **_options)
        self.schema = self.real.schema

    def write_table(self, table: Any) -> None:
        if FullDisk.room == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        FullDisk.room -= 1
        self.real.write_table(table)

    def close(self) -> None:
        self.real.close()
        if FullDisk.room == 0:
            raise OSError(errno.ENOSPC, "No space left on device")


REAL_WRITER = pq.ParquetWriter


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("room", [0, *(pytest.param(more, marks=pytest.mark.slow) for more in (3, 6, 11))])
def test_a_full_disk_leaves_nothing(
    room: int, workers: int, loaded: LoadedScenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a replication runs, at its end, and while replications are joined."""
    monkeypatch.setattr(FullDisk, "room", room)
    monkeypatch.setattr(pq, "ParquetWriter", FullDisk)
    place = tmp_path / "results" / "one"
    told = r"one: cannot be written \(no space left on device\), nothing is left there, choose --out"
    with (
        pytest.raises(MomentsimError, match=told),
        draft(place) as folder,
        LogWriter(folder, loaded.scenario) as logs,
    ):
        run(loaded, loaded, RunSettings(replications=3, log="all", workers=workers), logs=logs)
    assert list(place.parent.iterdir()) == []


def test_other_errors_of_the_system_are_not_called_a_full_disk(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), draft(tmp_path / "one"):
        (tmp_path / "nothing").read_text("utf-8")


def test_a_stopped_replication_leaves_nothing(
    loaded: LoadedScenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those finished before stay, whole and readable."""
    logs = LogWriter(tmp_path, loaded.scenario)
    first = run(loaded, loaded, RunSettings(replications=1))
    with logs.part(1, first.names) as part:
        part.finish(first.traces[1])
    logs.take(part, first.names, 1)
    with pytest.raises(KeyboardInterrupt), logs.part(2, first.names) as part:
        part.take_rows("contacts", first.traces[1].contacts)
        raise KeyboardInterrupt
    assert list((tmp_path / PARTS).glob("2*")) == []
    logs.close()
    assert not (tmp_path / PARTS).exists()
    assert list(pd.read_parquet(tmp_path / "contacts.parquet")["replication"].unique()) == [1]


CHILD = """
import resource, sys
from pathlib import Path
from momentsim.runs.logs import LogWriter
from momentsim.runs.run import run
from momentsim.runs.settings import RunSettings
from momentsim.scenario import load
days, log, folder = sys.argv[2], sys.argv[3], Path(sys.argv[4])
busy = ["demand.volumes.question.per_day=24000", "workforce.groups.team.heads=90", f"horizon={days} d"]
loaded = load(sys.argv[1], overrides=busy)
folder.mkdir()
with LogWriter(folder, loaded.scenario) as logs:
    result = run(loaded, load(sys.argv[1]), RunSettings(replications=1, log=log), logs=logs)
assert len(result.summary) > 0
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is told in other units elsewhere")
@pytest.mark.parametrize("log", ["none", "first"])
def test_peak_memory_does_not_grow_with_the_horizon(log: str, tmp_path: Path) -> None:
    """Half a million and three million contacts: at most 10 % apart, with the log and without."""
    peaks = {}
    for days in (21, 126):
        arguments = [str(QUICKSTART), str(days), log, str(tmp_path / str(days))]
        done = subprocess.run(
            [sys.executable, "-c", CHILD, *arguments],
            capture_output=True, text=True, check=True, env=dict(os.environ), timeout=1800,
        )  # fmt: skip
        peaks[days] = int(done.stdout.split()[-1])
    assert peaks[126] <= 1.10 * peaks[21], peaks
