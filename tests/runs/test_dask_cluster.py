"""A Dask cluster gives the same results, survives the loss of a worker, and says what is wrong with it."""

from __future__ import annotations

import builtins
import os
import signal
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

if (
    find_spec("distributed") is None
):  # its import takes half a second, and the quick loop asks for nothing here
    pytest.skip("a cluster comes with pip install -e '.[cluster]'", allow_module_level=True)

import momentsim as ms
from momentsim.errors import MomentsimError
from momentsim.runs.backends import dask_cluster as backend
from momentsim.runs.backends import fingerprint
from momentsim.runs.logs import LogWriter
from momentsim.runs.progress import Progress
from momentsim.runs.resume import KeptReplications
from momentsim.runs.run import run
from momentsim.runs.settings import RunSettings
from momentsim.scenario import LoadedScenario
from runs.dask_cluster import DaskCluster, dask_cluster

QUICKSTART = Path(__file__).parents[2] / "scenarios" / "quickstart.yaml"
SHORT = {"horizon": "4 h", "demand.volumes.question.per_day": 2400}
LONGER = {"horizon": "3 d", "demand.volumes.question.per_day": 20_000}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:distributed"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:tornado"),
]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    with dask_cluster(tmp_path_factory.mktemp("dask"), 2) as started:
        backend.client_of(started.address).wait_for_workers(2, timeout=120)
        yield started
        backend.disconnect()


def asked(cluster: DaskCluster, **settings: Any) -> RunSettings:
    return RunSettings(backend="dask", address=cluster.address, **settings)


@pytest.fixture(scope="module")
def short() -> LoadedScenario:
    return ms.load(QUICKSTART, overrides=SHORT)


def test_results_are_the_same_in_memory_and_on_disk(
    cluster: DaskCluster, short: LoadedScenario, tmp_path: Path
) -> None:
    threads = run(short, short, RunSettings(replications=4, log="all"))
    remote = run(short, short, asked(cluster, replications=4, log="all"))
    for name in ("summary", "intervals", "ledger", "contacts", "moments", "agents"):
        pd.testing.assert_frame_equal(getattr(threads, name), getattr(remote, name), check_exact=True)
    kept, logs = tmp_path / "kept", []
    for settings in (
        RunSettings(replications=2, log="all"),
        asked(cluster, replications=2, log="all", keep=KeptReplications(kept)),
    ):
        folder = tmp_path / settings.backend
        folder.mkdir()
        with LogWriter(folder, short.scenario) as writer:
            run(short, short, settings, logs=writer)
        logs.append(pd.read_parquet(folder / "contacts.parquet"))
    pd.testing.assert_frame_equal(logs[0], logs[1], check_exact=True)
    assert len(list(kept.rglob("*.replication"))) == 2


def test_another_version_is_refused_by_name(
    cluster: DaskCluster, short: LoadedScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = {**fingerprint.fingerprint(), "numpy": "0.9"}
    monkeypatch.setattr(backend, "fingerprint", lambda: mine)
    told = r"the worker tcp://127.0.0.1:\d+ would give other numbers: numpy .* there and 0.9 here"
    with pytest.raises(MomentsimError, match=told):
        run(short, short, asked(cluster, replications=1, log="none"))
    # one that joins later is only met when it is given a replication
    monkeypatch.setattr(backend, "_check_workers", lambda _client, _address: 1)
    with pytest.raises(MomentsimError, match=told):
        run(short, short, asked(cluster, replications=1, log="none"))


def test_a_playbook_stays_here(cluster: DaskCluster, short: LoadedScenario, tmp_path: Path) -> None:
    playbook = tmp_path / "watching.py"
    playbook.write_text('def playbook(centre):\n    yield centre.wait("5 min")\n')
    with pytest.raises(MomentsimError, match="a playbook is a Python file of this machine"):
        ms.run(short, replications=1, playbook=playbook, backend="dask", address=cluster.address)


@pytest.mark.skipif(os.name == "nt", reason="signals are sent differently there")
def test_a_worker_killed_in_the_middle_is_made_up_for(cluster: DaskCluster) -> None:
    """The last test with this cluster: one of its workers is gone afterwards."""
    longer = ms.load(QUICKSTART, overrides=LONGER)
    expected = run(longer, longer, RunSettings(replications=6, log="none", workers=2))

    class KillOnce(Progress):
        """When the first replication has come back, others are on their way."""

        def share(self, done: float) -> None:
            if done >= 1 / 6:
                cluster.workers[0].send_signal(signal.SIGKILL)

    remote = run(longer, longer, asked(cluster, replications=6, log="none"), progress=KillOnce())
    assert cluster.workers[0].wait(10) == -signal.SIGKILL
    for name in ("summary", "intervals", "ledger"):
        pd.testing.assert_frame_equal(getattr(expected, name), getattr(remote, name), check_exact=True)


def test_where_nobody_answers_that_is_said(short: LoadedScenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "CONNECT_S", 0.5)
    settings = RunSettings(replications=1, log="none", backend="dask", address="tcp://127.0.0.1:1")
    with pytest.raises(MomentsimError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:1 "):
        run(short, short, settings)


def test_without_the_extra_the_command_that_installs_it_is_told(
    short: LoadedScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = builtins.__import__

    def without_dask(name: str, *arguments: Any, **named: Any) -> Any:
        if name.partition(".")[0] in ("dask", "distributed"):
            raise ImportError(f"No module named '{name}'")
        return plain(name, *arguments, **named)

    monkeypatch.setattr(builtins, "__import__", without_dask)
    settings = RunSettings(replications=1, log="none", backend="dask", address="tcp://127.0.0.1:2")
    with pytest.raises(MomentsimError, match=r"pip install 'momentsim\[cluster\]'"):
        run(short, short, settings)
