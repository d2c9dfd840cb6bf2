"""Keeps every finished replication at once, so that a run that is killed loses only what was under way.

One file per replication, named by what it was made from, written beside its name and renamed: a head in JSON (what
it is, shapes and types), then the numbers of the digest, compressed. Its log, if it left one on disk, lies beside
it. Anything that cannot be read as just that is ignored, and the replication made again.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from momentsim.experiments.backends.base import Backend, Finished, Job, Recipe, Tell
from momentsim.experiments.folder import DISK_TROUBLE
from momentsim.experiments.logs import PartOnDisk
from momentsim.experiments.settings import Settings
from momentsim.measures.digest import Digest
from momentsim.plan import Names, TeamName

MARK: Final = b"momentsim replication 2\n"
ENDING: Final = ".replication"
FASTEST: Final = 1
"""Level of compression: the digest of a day takes a tenth of its size and a millisecond."""
PLAIN: Final = (float, int)
"""Fields of a digest that are numbers and no arrays."""


class Keep:
    """Finished replications in a folder, which appears with the first of them; one of these for each question."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made: set[Path] = set()
        self._full = threading.Event()

    def left(self, recipe: Recipe, replication: int, *, logged: bool) -> bool:
        """Whether an earlier question has left this replication there."""
        return self._file(recipe, replication) not in self._made and self.has(
            recipe, replication, logged=logged
        )

    def has(self, recipe: Recipe, replication: int, *, logged: bool) -> bool:
        """Whether this replication lies there, with its log if that is wanted."""
        file = self._file(recipe, replication)
        return file.is_file() and (not logged or _log_of(file).is_dir())

    def find(self, recipe: Recipe, replication: int, *, logged: bool, parts: Path | None) -> Finished | None:
        """This replication as it was; its log goes to `parts`. None where it is not there, or not whole."""
        file = self._file(recipe, replication)
        if not self.has(recipe, replication, logged=logged) or (logged and parts is None):
            return None
        try:
            finished = read(file.read_bytes())
            if logged and parts is not None:
                part = PartOnDisk(parts / str(replication))
                _same_files(PartOnDisk(_log_of(file)), part)
                finished = finished._replace(log=part)
        except (OSError, ValueError, KeyError, TypeError, zlib.error):
            return None
        return finished

    def put(self, recipe: Recipe, replication: int, finished: Finished, say: Callable[[str], None]) -> None:
        """Keep this replication. When the disk has no room that is said once, and the run goes on without."""
        if self._full.is_set() or (finished.log is not None and not isinstance(finished.log, PartOnDisk)):
            return  # a log in memory would have to be made again anyway
        file = self._file(recipe, replication)
        try:
            self._write(file, finished)
            self._made.add(file)
        except OSError as error:
            if error.errno not in DISK_TROUBLE:
                raise
            if not self._full.is_set():
                self._full.set()
                say(
                    f"finished replications cannot be kept any more ({os.strerror(error.errno).lower()}): "
                    f"{self.folder}; the run goes on without"
                )

    def _write(self, file: Path, finished: Finished) -> None:
        beside = file.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
        log_beside = Path(f"{beside}.log")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(finished.log, PartOnDisk):
                _same_files(finished.log, PartOnDisk(log_beside))
                shutil.rmtree(_log_of(file), ignore_errors=True)
                log_beside.rename(_log_of(file))
            beside.write_bytes(written(finished))
            beside.replace(file)
        finally:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            shutil.rmtree(log_beside, ignore_errors=True)

    def _file(self, recipe: Recipe, replication: int) -> Path:
        return self.folder / recipe.key[:32] / f"{replication}{ENDING}"


def _log_of(file: Path) -> Path:
    return file.with_suffix(".log")


def _same_files(source: PartOnDisk, target: PartOnDisk) -> None:
    """The files of a log under a second name, or copied where a disk has no such thing."""
    shutil.rmtree(target.folder, ignore_errors=True)
    target.folder.mkdir(parents=True)
    for file in source.files():
        try:
            os.link(file, target.folder / file.name)
        except OSError:
            shutil.copyfile(file, target.folder / file.name)


def written(finished: Finished) -> bytes:
    """A replication without its log, as bytes."""
    arrays = {**finished.digest._asdict(), "pulled": finished.pulled}
    plain = {name: arrays.pop(name) for name, value in tuple(arrays.items()) if isinstance(value, PLAIN)}
    head = {
        "names": finished.names._asdict(),
        "numbers": plain,
        "arrays": [[name, _type_text(array.dtype), array.shape] for name, array in arrays.items()],
    }
    numbers = zlib.compress(b"".join(array.tobytes() for array in arrays.values()), FASTEST)
    return b"".join((MARK, json.dumps(head).encode(), b"\n", numbers))


def read(content: bytes) -> Finished:
    """The other way round; raises ValueError, KeyError, TypeError or zlib.error for anything else."""
    mark, _, rest = content.partition(b"\n")
    if mark + b"\n" != MARK:
        raise ValueError("no replication")
    text, _, packed = rest.partition(b"\n")
    head, numbers = json.loads(text), zlib.decompress(packed)
    found: dict[str, Any] = dict(head["numbers"])
    place = 0
    for name, type_text, shape in head["arrays"]:
        kind = _type_of(type_text)
        count = int(np.prod(shape))
        found[name] = (
            np.frombuffer(numbers, kind, count, place).reshape(shape).copy()
            if count
            else np.zeros(shape, kind)
        )
        place += count * kind.itemsize
    if place != len(numbers):
        raise ValueError("there are more numbers than were announced")
    return Finished(_names(head["names"]), pulled=found.pop("pulled"), digest=Digest(**found), log=None)


def _names(written_names: dict[str, Any]) -> Names:
    named = {name: tuple(words) for name, words in written_names.items()}
    return Names(**{**named, "teams": tuple(TeamName(*team) for team in named["teams"])})


@cache
def _type_text(kind: np.dtype[Any]) -> str:
    return json.dumps(np.lib.format.dtype_to_descr(kind))


@cache
def _type_of(text: str) -> np.dtype[Any]:
    # no literal_eval: before Python 3.12 two threads that parse at once can fail (python/cpython#106905)
    found = json.loads(text)
    fields: Any = found if isinstance(found, str) else [tuple(field) for field in found]
    return np.lib.format.descr_to_dtype(fields)


class Kept:
    """A backend that looks first whether a replication is there, and keeps what it makes."""

    def __init__(
        self,
        backend: Backend,
        keep: Keep,
        recipes: Sequence[Recipe],
        settings: Settings,
        parts: Path | None,
        say: Callable[[str], None],
    ) -> None:
        self.places = backend.places
        self._backend = backend
        self._keep = keep
        self._say = say
        self._recipes = recipes
        self._settings = settings
        self._parts = parts

    def there(self, jobs: list[Job]) -> int:
        """How many of these an earlier question has left there."""
        return sum(
            self._keep.left(self._recipes[case], number, logged=self._settings.logs(number))
            for case, number in jobs
        )

    def perform(self, job: Job, tell: Tell) -> Finished | None:
        """Find it, or have it made and keep it."""
        recipe, number = self._recipes[job.case], job.replication
        found = self._keep.find(recipe, number, logged=self._settings.logs(number), parts=self._parts)
        if found is not None:
            return found
        made = self._backend.perform(job, tell)
        if made is not None:
            self._keep.put(recipe, number, made, self._say)
        return made

    def close(self) -> None:
        """Nothing more is asked for."""
        self._backend.close()
