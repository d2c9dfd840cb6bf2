"""Whoever makes the replications, the results are the same; a worker that dies takes nothing with it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import momentsim as ms
from momentsim.errors import MomentsimError
from momentsim.runs.backends import processes
from momentsim.runs.backends.base import FinishedReplication, Tell
from momentsim.runs.backends.process_messages import ReplicationTask, portable
from momentsim.runs.backends.processes import WorkerProcess
from momentsim.runs.choices import BackendName
from momentsim.runs.logs import LogWriter
from momentsim.runs.progress import Progress
from momentsim.runs.result import Result
from momentsim.runs.resume import KeptReplications
from momentsim.runs.run import run
from momentsim.runs.settings import RunSettings, where
from momentsim.scenario import LoadedScenario

pytestmark = pytest.mark.slow

QUICKSTART = Path(__file__).parents[2] / "scenarios" / "quickstart.yaml"
SHORT = {"horizon": "4 h", "demand.volumes.question.per_day": 2400}
LONGER = {"horizon": "15 d", "demand.volumes.question.per_day": 20_000}
NO_THREADS: tuple[BackendName, BackendName] = ("serial", "processes")
TABLES = ("summary", "intervals", "ledger", "teams", "levers", "contacts", "moments", "customers", "agents")


class Heard(Progress):
    """Keeps what is said and how far it is."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.shares: list[float] = []

    def say(self, words: str) -> None:
        self.words.append(words)

    def share(self, done: float) -> None:
        self.shares.append(done)


@pytest.fixture(scope="module")
def short() -> LoadedScenario:
    return ms.load(QUICKSTART, overrides=SHORT)


@pytest.fixture(scope="module")
def serial(short: LoadedScenario) -> Result:
    return run(short, short, RunSettings(replications=4, log="all", backend="serial"))


def same(one: Result, other: Result, tables: tuple[str, ...] = TABLES) -> None:
    for name in tables:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)


@pytest.mark.parametrize("backend", ["threads", "processes"])
def test_results_are_the_same(backend: Any, short: LoadedScenario, serial: Result) -> None:
    heard = Heard()
    settings = RunSettings(replications=4, log="all", backend=backend, workers=2)
    same(serial, run(short, short, settings, progress=heard))
    assert heard.shares[-1] == pytest.approx(1.0)


def test_logs_of_processes_go_to_disk_as_those_of_threads_do(
    short: LoadedScenario, serial: Result, tmp_path: Path
) -> None:
    with LogWriter(tmp_path, short.scenario) as logs:
        run(short, short, RunSettings(replications=4, log="all", backend="processes", workers=2), logs=logs)
    pd.testing.assert_frame_equal(
        pd.read_parquet(tmp_path / "contacts.parquet"), serial.contacts, check_exact=True, check_dtype=False,
        check_categorical=False,
    )  # fmt: skip


def test_processes_are_kept_for_the_next_run(short: LoadedScenario) -> None:
    settings = RunSettings(replications=1, log="none", backend="processes")
    run(short, short, settings)
    before = [worker.name for worker in processes._idle]
    run(short, short, settings)
    assert [worker.name for worker in processes._idle] == before
    assert len(before) == 1, "no more than were wanted last"


def killing(monkeypatch: pytest.MonkeyPatch, replication: int, times: int) -> list[str]:
    """Kill the process that makes this replication, in the middle, so many times; who was killed."""
    killed: list[str] = []
    plain: Callable[[WorkerProcess, ReplicationTask, Tell], FinishedReplication | None] = WorkerProcess.ask

    def ask(worker: WorkerProcess, task: ReplicationTask, tell: Tell) -> FinishedReplication | None:
        def kill(_done: float = 0.0) -> None:
            os.kill(worker._process.pid, signal.SIGKILL)

        if task.order.replication == replication and len(killed) < times:
            killed.append(worker.name)
            threading.Timer(0.05, kill).start()
        return plain(worker, task, tell)

    monkeypatch.setattr(WorkerProcess, "ask", ask)
    return killed


@pytest.mark.skipif(os.name == "nt", reason="signals are sent differently there")
def test_a_replication_lost_with_its_process_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    longer = ms.load(QUICKSTART, overrides=LONGER)
    expected = run(longer, longer, RunSettings(replications=3, log="none"))
    killed, heard = killing(monkeypatch, 2, 1), Heard()
    settings = RunSettings(replications=3, log="none", backend="processes", workers=2)
    same(expected, run(longer, longer, settings, progress=heard), ("summary", "intervals", "ledger"))
    (words,) = heard.words
    assert killed[0] in words and "replication 2 of quickstart" in words and "SIGKILL" in words


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals are sent differently there")
def test_at_last_the_error_names_worker_case_and_replication_and_the_rest_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    longer = ms.load(QUICKSTART, overrides=LONGER)
    killed = killing(monkeypatch, 3, 3)
    settings = RunSettings(
        replications=4, log="none", backend="processes", workers=1, keep=KeptReplications(tmp_path)
    )
    told = r"replication 3 of quickstart was lost 3 times with its worker, last with worker process (\d+)"
    with pytest.raises(MomentsimError, match=told) as error:
        run(longer, longer, settings)
    assert killed[-1] in str(error.value) and len(killed) == 3
    heard = Heard()
    again = run(longer, longer, replace(settings, keep=KeptReplications(tmp_path)), progress=heard)
    assert heard.words == ["2 of 4 replications were there already"]
    same(again, run(longer, longer, RunSettings(replications=4, log="none")), ("summary", "ledger"))


def test_what_goes_wrong_in_a_replication_is_told_and_not_tried_again(tmp_path: Path) -> None:
    playbook = tmp_path / "wrong.py"
    playbook.write_text('def playbook(centre):\n    yield centre.wait("5 min")\n    1 / 0\n')
    with pytest.raises(MomentsimError, match=r"wrong.py:3: ZeroDivisionError"):
        ms.run(
            ms.load(QUICKSTART, overrides=SHORT),
            replications=2,
            playbook=playbook,
            backend="processes",
            workers=1,
        )


def test_a_playbook_that_stops_nobody_runs_in_processes_too(short: LoadedScenario, tmp_path: Path) -> None:
    playbook = tmp_path / "watching.py"
    playbook.write_text('def playbook(centre):\n    yield centre.wait("5 min")\n    print("seen")\n')
    serial, processes = (
        ms.run(short, replications=2, log="none", playbook=playbook, backend=backend)
        for backend in NO_THREADS
    )
    same(serial, processes, ("summary", "levers"))


def test_errors_travel_or_are_told_in_words() -> None:
    class Local(Exception):
        """Cannot be pickled."""

    assert portable(OSError(28, "full", "disk")).args == (28, "full")
    assert str(portable(Local("gone"))) == "Local: gone"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ((None, "treads", None), r"backend: 'treads' is not known, allowed: serial.*did you mean 'threads'"),
        ((4, "dask", "tcp://here:1"), "workers: a Dask cluster has as many as it has"),
        ((4, "serial", None), "workers: serial is one after the other"),
    ],
)
def test_what_is_asked_for_is_checked(asked: tuple[Any, Any, Any], told: str) -> None:
    with pytest.raises(MomentsimError, match=told):
        where(*asked)


def test_an_address_and_a_cluster_belong_together() -> None:
    with pytest.raises(MomentsimError, match="backend dask: needs the address"):
        RunSettings(backend="dask")
    with pytest.raises(MomentsimError, match="address: goes with the backend dask, not with threads"):
        RunSettings(address="tcp://here:8786")
    assert where(None, None, None)["backend"] == "threads"
    assert where(3, "processes", None)["workers"] == 3
