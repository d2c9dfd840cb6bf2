"""What a worker of a cluster does: one replication, and its log as bytes, since no disk is common to all."""

from __future__ import annotations

import tempfile
import threading
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

from momentsim.compiler.cache import cache_folder
from momentsim.errors import MomentsimError
from momentsim.prepare import Loaded
from momentsim.runs.backends.base import FinishedReplication
from momentsim.runs.backends.fingerprint import Fingerprint, differences, fingerprint
from momentsim.runs.backends.process_messages import with_place
from momentsim.runs.backends.process_worker import read_case
from momentsim.runs.choices import ClockName
from momentsim.runs.compiling import cache_is_cold, compile_once
from momentsim.runs.file_lock import hold
from momentsim.runs.logs import LOG_TABLES, PartOnDisk
from momentsim.runs.progress import SILENT
from momentsim.runs.replicate import ReplicationSettings, lower_once, replicate

Files = dict[str, bytes]
"""A log by the names of its tables; empty: none."""

_compiled: set[ClockName] = set()
_compiling = threading.Lock()


class ReplicationRequest(NamedTuple):
    """One replication that is asked for. `to_disk`: its log is wanted as files, not as tables in memory."""

    order: ReplicationSettings
    to_disk: bool
    wanted: Fingerprint


class WorkerReply(NamedTuple):
    """What comes back."""

    finished: FinishedReplication
    files: Files


def hand_on(case_sent: bytes) -> bytes:
    """A recipe as a result of the cluster, which makes it again when the worker that holds it is lost."""
    return case_sent


def fingerprint_there() -> Fingerprint:
    """What this worker runs."""
    return fingerprint()


def perform(request: ReplicationRequest, case_sent: bytes) -> WorkerReply | Exception:
    """Make a replication; what goes wrong in it is returned, since it would go wrong on any worker."""
    try:
        refuse_others(request.wanted)
        case = read_case(case_sent)
        compile_here(case.operation, request.order.clock)
        with tempfile.TemporaryDirectory(prefix="momentsim-") as folder:
            settings = request.order._replace(parts=Path(folder)) if request.to_disk else request.order
            finished = replicate(case, lower_once(case), settings, lambda _share: True)
            assert finished is not None, "nobody stops it"
            return _pack(finished)
    except Exception as error:  # told where it was asked for
        return with_place(error, f"worker {_own_address()}")


def refuse_others(wanted: Fingerprint) -> None:
    """Raise when whoever asks runs something else than this worker."""
    if different := differences(fingerprint(), wanted):
        raise MomentsimError(
            f"the worker {_own_address()} would give other numbers: {different}; install the same there and here"
        )


def compile_here(operation: Loaded, clock: ClockName) -> None:
    """Compile once on this machine; other workers of it wait for that."""
    with _compiling:
        if clock not in _compiled and cache_is_cold(clock):
            folder = cache_folder()
            with nullcontext() if folder is None else hold(folder / "compiling"):
                if cache_is_cold(clock):
                    compile_once(operation, clock=clock, progress=SILENT)
        _compiled.add(clock)


def _pack(finished: FinishedReplication) -> WorkerReply:
    if not isinstance(finished.log, PartOnDisk):
        return WorkerReply(finished, {})
    files = {name: finished.log.file(name).read_bytes() for name in LOG_TABLES}
    return WorkerReply(finished._replace(log=None), files)


def unpack(sent: WorkerReply, parts: Path | None, replication: int) -> FinishedReplication:
    """The replication as if it had been made here."""
    if parts is None or not sent.files:
        return sent.finished
    part = PartOnDisk(parts / str(replication))
    part.folder.mkdir(parents=True)
    for name, content in sent.files.items():
        part.file(name).write_bytes(content)
    return sent.finished._replace(log=part)


def _own_address() -> str:
    from distributed import get_worker

    return str(get_worker().address)
