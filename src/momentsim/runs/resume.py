"""Keeps every finished replication at once, so that a run that is killed loses only what was under way.

One file per replication, named by what it was made from, written beside its name and renamed. Its log, if it left one
on disk, lies beside it. A file that cannot be used (see `runs/sealed.py`) is told once, and the replication made again.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from momentsim.runs.backends.base import Backend, FinishedReplication, PortableCase, Replication, Tell
from momentsim.runs.edition import MODEL_EDITION
from momentsim.runs.logs import PartOnDisk
from momentsim.runs.ownership import ENDING
from momentsim.runs.replication_file import decode, encode, most_bytes, sizes_of
from momentsim.runs.results_folder import DISK_TROUBLE
from momentsim.runs.sealed import Unusable, checksum_of, sealed, unsealed

KIND: Final = f"replication 4, edition {MODEL_EDITION}"


class KeptReplications:
    """Finished replications in a folder, which appears with the first of them; one of these for each question."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made: set[Path] = set()
        self._told = threading.Event()
        self._missed = threading.Event()
        self._full = threading.Event()

    def was_left(self, case: PortableCase, replication: int, *, logged: bool) -> bool:
        """Whether an earlier question has left this replication there."""
        return self._file(case, replication) not in self._made and self.has(case, replication, logged=logged)

    def has(self, case: PortableCase, replication: int, *, logged: bool) -> bool:
        """Whether this replication lies there undamaged, with a log if that is wanted."""
        file = self._file(case, replication)
        try:
            self._content(case, replication)
        except (FileNotFoundError, Unusable):
            return False
        return not logged or _log_of(file).is_dir()

    def find(
        self,
        case: PortableCase,
        replication: int,
        say: Callable[[str], None],
        *,
        logged: bool,
        parts: Path | None,
    ) -> FinishedReplication | None:
        """This replication as it was; its log goes to `parts`. None where it is not there, or not whole.

        What cannot be used is told to `say`, once for all that there may be.
        """
        file = self._file(case, replication)
        if logged and parts is None:
            return None
        try:
            finished, log = decode(self._content(case, replication), sizes_of(case.scenario))
            if not logged or parts is None:
                return finished
            return self._with_log(file, finished, log, PartOnDisk(parts / str(replication)))
        except FileNotFoundError:
            return None
        except Unusable as why:
            if not self._told.is_set():
                self._told.set()
                say(f"a kept replication is not used but made again, as are others like it: {file}: {why}")
            return None

    def _content(self, case: PortableCase, replication: int) -> bytes:
        return unsealed(
            self._file(case, replication),
            KIND,
            _identity(case, replication),
            most=most_bytes(sizes_of(case.scenario)),
        )

    def _with_log(
        self, file: Path, finished: FinishedReplication, log: Mapping[str, str], part: PartOnDisk
    ) -> FinishedReplication:
        """The replication with its log at `part`; raises FileNotFoundError where it was kept without."""
        if not log:
            raise FileNotFoundError(file)
        try:
            _link_files(PartOnDisk(_log_of(file)), part)
            if _checksums(part) == log:
                return finished._replace(log=part)
        except OSError:
            pass  # the log is not there or cannot be read: as good as damaged
        shutil.rmtree(part.folder, ignore_errors=True)
        raise Unusable("its log is damaged")

    def put(
        self, case: PortableCase, replication: int, finished: FinishedReplication, say: Callable[[str], None]
    ) -> None:
        """Keep this replication. Where it cannot be kept that is said once, and the run goes on without."""
        if self._full.is_set() or (finished.log is not None and not isinstance(finished.log, PartOnDisk)):
            return  # a log in memory would have to be made again anyway
        file = self._file(case, replication)
        try:
            self._write(file, _identity(case, replication), finished)
            self._made.add(file)
        except OSError as error:
            self._tell_of(error, say)

    def _tell_of(self, error: OSError, say: Callable[[str], None]) -> None:
        """Say once what is not kept: all that follows where the disk is in trouble, else where a file is in the way."""
        words = (error.strerror or str(error)).lower()
        if error.errno in DISK_TROUBLE and not self._full.is_set():
            self._full.set()
            say(
                f"finished replications cannot be kept any more ({words}): {self.folder}; the run goes on without"
            )
        elif error.errno not in DISK_TROUBLE and not self._missed.is_set():
            self._missed.set()
            say(f"a finished replication cannot be kept ({words}): {error.filename or self.folder}")

    def _write(self, file: Path, identity: str, finished: FinishedReplication) -> None:
        beside = file.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
        log_beside = Path(f"{beside}.log")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            checksums: dict[str, str] = {}
            if isinstance(finished.log, PartOnDisk):
                _link_files(finished.log, PartOnDisk(log_beside))
                checksums = _checksums(PartOnDisk(log_beside))
                _remove_log(_log_of(file))
                log_beside.rename(_log_of(file))
            beside.write_bytes(sealed(KIND, identity, encode(finished, checksums)))
            beside.replace(file)
        finally:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            shutil.rmtree(log_beside, ignore_errors=True)

    def _file(self, case: PortableCase, replication: int) -> Path:
        return self.folder / case.key[:32] / f"{replication}{ENDING}"


def _identity(case: PortableCase, replication: int) -> str:
    """What a file answers: everything that the replication is made from, and which one it is."""
    return f"{case.key} {replication}"


def _log_of(file: Path) -> Path:
    return file.with_suffix(".log")


def _remove_log(folder: Path) -> None:
    """Remove an older log; whatever else lies there stays."""
    with suppress(OSError):
        for file in PartOnDisk(folder).files():
            file.unlink(missing_ok=True)
        folder.rmdir()


def _checksums(log: PartOnDisk) -> dict[str, str]:
    return {file.name: checksum_of(file) for file in log.files()}


def _link_files(source: PartOnDisk, target: PartOnDisk) -> None:
    """The files of a log under a second name, or copied where a disk has no such thing."""
    shutil.rmtree(target.folder, ignore_errors=True)
    target.folder.mkdir(parents=True)
    for file in source.files():
        try:
            os.link(file, target.folder / file.name)
        except OSError:
            shutil.copyfile(file, target.folder / file.name)


class ResumingBackend:
    """A backend that looks first whether a replication is there, and keeps what it makes."""

    def __init__(
        self,
        backend: Backend,
        keep: KeptReplications,
        cases: Sequence[PortableCase],
        logs: Callable[[int], bool],
        parts: Path | None,
        say: Callable[[str], None],
    ) -> None:
        self.places = backend.places
        self._backend = backend
        self._keep = keep
        self._say = say
        self._cases = cases
        self._logs = logs
        self._parts = parts

    def count_there(self, jobs: list[Replication]) -> int:
        """How many of these an earlier question has left there."""
        return sum(
            self._keep.was_left(self._cases[case], number, logged=self._logs(number)) for case, number in jobs
        )

    def perform(self, replication: Replication, tell: Tell) -> FinishedReplication | None:
        """Find it, or have it made and keep it."""
        case, number = self._cases[replication.case], replication.number
        logged = self._logs(number)
        finished = self._keep.find(case, number, self._say, logged=logged, parts=self._parts)
        if finished is not None:
            return finished
        made = self._backend.perform(replication, tell)
        if made is not None:
            self._keep.put(case, number, made, self._say)
        return made

    def close(self) -> None:
        """Nothing more is asked for."""
        self._backend.close()
