"""Replications on an existing Dask cluster: a scheduler at an address, and whatever workers it has.

Needs the extra `cluster`. Nothing but TCP is common to this process and the workers: cases are sent once, logs come
back with their replications. The scheduler itself makes a replication again when its worker is lost.
"""

from __future__ import annotations

import atexit
import pickle
import threading
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

from momentsim.errors import MomentsimError
from momentsim.runs.backends.base import FinishedReplication, PortableCase, Replication, Tell, worker_lost
from momentsim.runs.backends.dask_worker import (
    ReplicationRequest,
    WorkerReply,
    fingerprint_there,
    hand_on,
    perform,
    unpack,
)
from momentsim.runs.backends.fingerprint import differences, fingerprint
from momentsim.runs.backends.process_messages import PROTOCOL
from momentsim.runs.replicate import ReplicationSettings
from momentsim.runs.retryable import Trouble
from momentsim.runs.settings import MAX_WORKERS, RunSettings

INSTALL = "pip install 'momentsim[cluster]'"
CONNECT_S = 10.0
POLL_S = 0.2
LOOK_S = 5.0
"""How often one looks whether the cluster still has workers."""
WORKERLESS_S = 60.0
"""How long it may have none: a new one may be on its way."""
JOBS_PER_THREAD = 2
"""One that is made, and one that waits beside it so that the worker need not."""

_clients: dict[str, Any] = {}


def client_of(address: str) -> Any:
    """The connection to a scheduler, opened once and kept. Raises MomentsimError where there is none."""
    known = _clients.get(address)
    if known is not None and known.status == "running":
        return known
    try:
        from distributed import Client
    except ImportError as error:
        raise MomentsimError(f"the backend dask needs more than is installed: {INSTALL}") from error
    try:
        _clients[address] = Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise MomentsimError(
            f"no Dask scheduler answers at {address} ({str(error) or type(error).__name__}), "
            "start one with `dask scheduler`"
        ) from error
    return _clients[address]


@atexit.register
def disconnect() -> None:
    """Close all connections."""
    while _clients:
        _clients.popitem()[1].close()


class Cluster:
    """Replications on the workers of one scheduler."""

    def __init__(self, cases: Sequence[PortableCase], settings: RunSettings, parts: Path | None) -> None:
        assert settings.address is not None, "settings have checked it"
        self._address = settings.address
        self._client = client_of(settings.address)
        threads = _check_workers(self._client, settings.address)
        self.places = min(MAX_WORKERS, JOBS_PER_THREAD * threads)
        self._cases = cases
        self._handed = [
            self._client.submit(
                hand_on, pickle.dumps(case, protocol=PROTOCOL), key=f"momentsim-case-{case.key}"
            )
            for case in cases
        ]
        self._settings = settings
        self._parts = parts
        self._watch = _Watch(self._client, settings.address)

    def perform(self, replication: Replication, tell: Tell) -> FinishedReplication | None:
        """Have it made there, and wait; when told to stop, what has begun there ends unheard."""
        settings, number, case = self._settings, replication.number, self._cases[replication.case]
        order = ReplicationSettings(number, settings.clock, settings.logs(number))
        request = ReplicationRequest(order, self._parts is not None, fingerprint())
        future = self._client.submit(
            perform,
            request,
            self._handed[replication.case],
            key=f"momentsim-{number}-{uuid.uuid4().hex}",
            pure=False,
        )
        ended = threading.Event()
        future.add_done_callback(lambda _future: ended.set())
        while not ended.wait(POLL_S):
            self._watch.look()
            if not tell(0.0):
                future.cancel()
                return None
        return unpack(self._result(future, case, number), self._parts, number)

    def _result(self, future: Any, case: PortableCase, replication: int) -> WorkerReply:
        from distributed import KilledWorker

        try:
            answer = future.result()
        except KilledWorker as killed:
            raise worker_lost(
                f"worker {killed.last_worker.address}", "it went away", case, replication
            ) from None
        except (CancelledError, OSError) as error:
            raise _scheduler_lost(self._address) from error
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, WorkerReply)
        return answer

    def close(self) -> None:
        """The connection stays for the next run; the cluster forgets the cases."""
        self._handed.clear()


class _Watch:
    """Notices when the cluster has gone, so that nobody waits for ever."""

    def __init__(self, client: Any, address: str) -> None:
        self._client = client
        self._address = address
        self._looked = self._seen = time.monotonic()
        self._lock = threading.Lock()

    def look(self) -> None:
        """Raise when the scheduler is away, or has had no workers for a while."""
        with self._lock:
            now = time.monotonic()
            if now - self._looked < LOOK_S:
                return
            self._looked = now
            if self._client.status != "running":
                raise _scheduler_lost(self._address)
            if self._client.nthreads():
                self._seen = now
            elif now - self._seen > WORKERLESS_S:
                raise Trouble(
                    f"the Dask scheduler at {self._address} has had no workers for {WORKERLESS_S:.0f} s"
                )


def _scheduler_lost(address: str) -> Trouble:
    return Trouble(f"the Dask scheduler at {address} does not answer any more")


def _check_workers(client: Any, address: str) -> int:
    """Threads of all workers; raises MomentsimError when there are none, or one runs something else."""
    try:
        client.wait_for_workers(1, timeout=CONNECT_S)
    except TimeoutError:
        raise MomentsimError(
            f"the Dask scheduler at {address} has no workers, start some with `dask worker {address}`"
        ) from None
    for worker, fingerprints in client.run(fingerprint_there, on_error="return").items():
        if isinstance(fingerprints, Exception):
            raise MomentsimError(
                f"the worker {worker} cannot run momentsim ({fingerprints}), install it there"
            )
        if different := differences(fingerprints, fingerprint()):
            raise MomentsimError(
                f"the worker {worker} would give other numbers: {different}; install the same there and here"
            )
    return sum(client.nthreads().values())
