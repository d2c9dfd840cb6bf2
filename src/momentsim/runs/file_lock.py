"""One at a time at one place, over all processes of a machine: whoever comes second waits."""

from __future__ import annotations

import os
import platform
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from momentsim.errors import MomentsimError

if sys.platform == "win32":
    import msvcrt

    SAME_BYTE = 1 << 20
    """Which byte is locked: one for all, far behind the words, so that whoever waits can read them."""

    def _lock(file: IO[str]) -> bool:
        os.lseek(file.fileno(), SAME_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _lock(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


POLL_S = 0.2
HELD_BY = "process "
"""How the file begins by which a place is held."""


def _silent(_words: str) -> None:
    """Say nothing."""


@contextmanager
def hold(place: Path, say: Callable[[str], None] = _silent) -> Iterator[None]:
    """Wait until nobody else is at `place`, which need not exist; then hold it until the end of the block.

    The system itself lets go of it when a process is killed. `say` is told once whom one waits for. Where nothing
    can be written or locked, nobody waits: whoever goes on to write will hear of it, and folders appear whole.
    """
    path = place.parent / f".{place.name}.lock"
    made = _missing(path.parent)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = _acquire(path, place, say)
    except OSError:
        yield
        return
    try:
        with suppress(OSError):  # only for the words of those who wait
            file.write(f"{HELD_BY}{os.getpid()} on {platform.node()}")
            file.flush()
        yield
    finally:
        with suppress(OSError):  # before letting go: whoever waits sees that this file is no more
            path.unlink()
        for folder in made:
            with suppress(OSError):  # nothing came of it
                folder.rmdir()
        file.close()


def _missing(folder: Path) -> list[Path]:
    """The folder and those above it that are not there, the deepest first."""
    return [above for above in (folder, *folder.parents) if not above.exists()]


def _opened(path: Path) -> IO[str]:
    """The file to hold, made if it is not there; raises MomentsimError where it is somebody's own."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    file = os.fdopen(os.open(path, flags, 0o666), "r+", encoding="utf-8", errors="replace")
    begin = file.read(len(HELD_BY)) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else "no file"
    if begin and begin != HELD_BY:
        file.close()
        raise MomentsimError(
            f"{path}: this file is not from momentsim, move it elsewhere or choose another --out"
        )
    return file


def _acquire(path: Path, folder: Path, say: Callable[[str], None]) -> IO[str]:
    has_told = False
    while True:
        path.parent.mkdir(parents=True, exist_ok=True)  # whoever was here may have taken it away
        file = _opened(path)
        try:
            if _lock(file):
                if _is_still(file, path):
                    file.seek(0)
                    file.truncate()
                    return file
            elif not has_told:
                has_told = True
                file.seek(0)
                say(
                    f"another run is at work on {folder} ({file.read() or 'just begun'}), waiting for its end ..."
                )
        except BaseException:
            file.close()
            raise
        file.close()
        time.sleep(POLL_S)


def _is_still(file: IO[str], path: Path) -> bool:
    """Whether the file that is held is the one that others would find."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False
