"""A real scheduler and real workers over TCP on this machine, for tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

DEADLINE_S = 120.0
QUIET = {"DASK_LOGGING__DISTRIBUTED": "error", "DASK_DISTRIBUTED__WORKER__MEMORY__TERMINATE": "false"}


class DaskCluster(NamedTuple):
    """Where it is, and its worker processes."""

    address: str
    workers: list[subprocess.Popen[bytes]]


@contextmanager
def dask_cluster(folder: Path, workers: int) -> Iterator[DaskCluster]:
    """Started from the command line as users do, without dashboards; nothing but the loopback is used."""
    found = folder / "scheduler.json"
    port = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(found))
    processes = [_started(folder, "scheduler", *port)]
    try:
        _wait_for(found)
        asked = ("--scheduler-file", str(found), "--nthreads", "1", "--no-nanny", "--no-dashboard")
        processes += [_started(folder, "worker", *asked, "--host", "127.0.0.1") for _ in range(workers)]
        yield DaskCluster(json.loads(found.read_text("utf-8"))["address"], processes[1:])
    finally:
        for process in reversed(processes):
            process.kill()
            process.wait()


def _started(folder: Path, kind: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments],
        cwd=folder,
        env={**os.environ, **QUIET},
        stderr=subprocess.DEVNULL,
    )


def _wait_for(file: Path) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not (file.is_file() and file.stat().st_size):
        assert time.monotonic() < deadline, "the scheduler did not start"
        time.sleep(0.05)
    time.sleep(0.05)
