"""Where machine code is kept: in a folder that only this user can write to, since loading code is running it.

The compiler's own index is a pickle. So a folder is taken only when this user owns it, when nobody else can write to it
or put another in its place, and when nobody else made a link on the way to it. Otherwise the next place is tried: what
`MOMENTSIM_CACHE` names, the user's own cache, one of this user under the temporary folder, a new one for this process
alone, and at last none: machine code then stays in memory. On Windows a place is private when it is in the user's
profile.
"""

from __future__ import annotations

import atexit
import hashlib
import logging
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import platformdirs

from momentsim.compiler.pipeline import compiled_by

NAMED: Final = "MOMENTSIM_CACHE"
"""Environment variable that names a folder, or says `memory`."""

MEMORY: Final = "memory"
"""No folder: machine code stays in memory."""

WINDOWS = os.name == "nt"
"""Whether rights are lists of names instead of an owner and a mode, which Python cannot read."""

COMPILED_ROOMS = ("compiler", "contract", "rules", "engine", "prepare")
"""Rooms whose files hold compiled code, or what it is made of, beside the files of the floor."""

FRONT_DOORS = ("__init__.py", "__main__.py")
"""Files beside the floor that compiled code never sees."""

FOR_US_ALONE: Final = 0o700
OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH

_log = logging.getLogger(__name__)


class UnsafeFolderError(OSError):
    """A folder that others could put their code into; says why."""


def sources_hash(root: Path | None = None) -> str:
    """Hash of all files that can change compiled code, of the dtypes in them, and of compiler, pipeline and numpy."""
    root = root or Path(__file__).parents[1]
    digest = hashlib.sha256(f"{compiled_by()} {np.__version__}".encode())
    rooms = [path for room in COMPILED_ROOMS for path in sorted((root / room).rglob("*.py"))]
    floor = [path for path in sorted(root.glob("*.py")) if path.name not in FRONT_DOORS]
    for path in [*floor, *rooms]:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder() -> Path | None:
    """Folder of the code of these sources, which this user alone can write to; None: code stays in memory.

    A place that was asked for and is not taken, or code that is not kept, is told once, in a line of the log.
    """
    return _chosen(os.environ.get(NAMED, ""))


@cache
def _chosen(named: str) -> Path | None:
    if named == MEMORY:
        return None
    refused = ""
    for base in _places(named):
        try:
            folder = private_folder(base, f"compiled-{sources_hash()}")
        except OSError as error:
            if (named and not refused) or isinstance(error, UnsafeFolderError):
                refused = refused or f"{base} is not used for machine code: {error.strerror or error}"
            continue
        if refused:
            _tell_once(f"{refused}; it is kept in {folder}", str(base))
        return folder
    refused = refused or "no folder for machine code is private and can be written"
    _tell_once(f"{refused}; it stays in memory, so that every start compiles again", MEMORY)
    return None


def _tell_once(words: str, place: str) -> None:
    """Say it here; processes that this one starts go to that place at once."""
    _log.warning("%s", words)
    os.environ[NAMED] = place


def _places(named: str) -> Iterator[Path]:
    """Where machine code could be kept, best first."""
    if named:
        yield Path(named)
    yield from _own_cache()
    try:
        temporary = Path(tempfile.gettempdir())
    except OSError:  # nothing here can be written
        return
    if not WINDOWS:
        yield temporary / f"momentsim-{os.geteuid()}"
    yield from _fresh_folder(temporary)


def _own_cache() -> Iterator[Path]:
    """Where this user's programs keep what can be made again, if the user has a home."""
    try:
        own = platformdirs.user_cache_path("momentsim", appauthor=False)
    except RuntimeError:
        return
    if own.is_absolute():  # older versions give back a tilde
        yield own


def _fresh_folder(temporary: Path) -> Iterator[Path]:
    """A new folder, removed when this process ends."""
    try:
        fresh = Path(tempfile.mkdtemp(prefix="momentsim-", dir=temporary))
    except OSError:
        return
    maker = os.getpid()

    def remove() -> None:
        if os.getpid() == maker:  # not a child that was forked
            shutil.rmtree(fresh, ignore_errors=True)

    atexit.register(remove)
    yield fresh


def private_folder(base: Path, name: str) -> Path:
    """The folder `name` in `base`, made where it is missing, which this user alone can read and write.

    Raises UnsafeFolderError where others could write to it or exchange it, OSError where it cannot be made.
    """
    asked = base.absolute()
    there = next(path for path in (asked, *asked.parents) if os.path.lexists(path))
    _refuse_links_of_others(asked)
    _refuse_exchangeable(_real(there) if there != asked else _real(asked).parent)
    for missing in reversed([path for path in (asked, *asked.parents) if len(path.parts) > len(there.parts)]):
        missing.mkdir(FOR_US_ALONE, exist_ok=True)
    whole = _real(asked)
    _refuse_exchangeable(whole.parent)
    _refuse_open(whole, OTHERS_WRITE)
    folder = whole / name
    folder.mkdir(FOR_US_ALONE, exist_ok=True)
    _refuse_open(folder, 0o077)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(0, "it cannot be written")
    return folder


def _real(path: Path) -> Path:
    """The same place without links. Raises OSError where there is none."""
    return Path(os.path.realpath(path, strict=True))


def _refuse_links_of_others(path: Path) -> None:
    """Raise where a link on the way is neither ours nor the administrator's."""
    if WINDOWS:
        return
    for step in (*reversed(path.parents), path):
        if step.is_symlink():
            owner = step.lstat().st_uid
            if owner not in (0, os.geteuid()):
                raise UnsafeFolderError(f"{step} is a link that another user made (uid {owner})")
            _real(step)  # no circle
            _refuse_links_of_others((step.parent / step.readlink()).absolute())


def _refuse_exchangeable(folder: Path) -> None:
    """Raise where others could put another folder in the place of one in here, or of any above."""
    if WINDOWS:
        return
    for step in (folder, *folder.parents):
        about = step.lstat()
        if about.st_uid not in (0, os.geteuid()):
            raise UnsafeFolderError(f"{step} belongs to another user (uid {about.st_uid})")
        if about.st_mode & OTHERS_WRITE and not about.st_mode & stat.S_ISVTX:
            raise UnsafeFolderError(
                f"others can write to {step} (mode {about.st_mode & 0o7777:04o}; 'chmod go-w' forbids it)"
            )


def _refuse_open(folder: Path, rights_of_others: int) -> None:
    """Raise where a folder is not ours, or others have any of these rights to it."""
    about = folder.lstat()
    if not stat.S_ISDIR(about.st_mode):
        raise UnsafeFolderError(f"{folder} is no folder")
    if WINDOWS:
        if not any(folder.is_relative_to(_real(profile)) for profile in _profile()):
            raise UnsafeFolderError(f"{folder} is not in the user's own profile")
        return
    if about.st_uid != os.geteuid():
        raise UnsafeFolderError(f"{folder} belongs to another user (uid {about.st_uid})")
    if about.st_mode & rights_of_others:
        raise UnsafeFolderError(
            f"others have rights to {folder} (mode {about.st_mode & 0o7777:04o}; 'chmod go= {folder}' takes them)"
        )


def _profile() -> Iterator[Path]:
    """Folders that Windows keeps for one user."""
    for name in ("LOCALAPPDATA", "USERPROFILE"):
        if found := os.environ.get(name):
            yield Path(found)
