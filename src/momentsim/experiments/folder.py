"""A results folder appears whole or not at all: it is filled beside its place and renamed into it."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from momentsim.errors import MomentsimError
from momentsim.experiments.trouble import Trouble

MANIFEST = "manifest.json"
LATEST = "latest"
DISK_TROUBLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS, errno.EACCES, errno.EPERM)
"""What is wrong with the place and not with the program."""

TAKEN = (errno.ENOTEMPTY, errno.EEXIST)
"""What systems say when a folder cannot be renamed to one that is there."""
TRIES = 20

Found = TypeVar("Found")


def document(place: Path, name: str = MANIFEST) -> dict[str, Any]:
    """A JSON document of a folder, its manifest unless named; raises OSError or ValueError where there is none."""
    try:
        content = json.loads((place / name).read_text(encoding="utf-8"))
    except RecursionError:
        raise ValueError(f"{place / name} is nested too deeply") from None
    if not isinstance(content, dict):
        raise ValueError(f"{place / name} is no document")
    return content


def found_in(place: Path, identity_hash: str, read: Callable[[dict[str, Any]], Found]) -> Found | None:
    """What `read` makes of the folder at `place` by its manifest; None unless it is complete and of this identity.

    A folder that somebody has touched so that it cannot be read is none.
    """
    with suppress(OSError, ValueError, KeyError, TypeError):
        manifest = document(place)
        if manifest["complete"] and manifest["identity"] == identity_hash:
            return read(manifest)
    return None


@contextmanager
def draft(place: Path) -> Iterator[Path]:
    """A temporary sibling of `place`; renamed to it at the end, removed if anything goes wrong.

    An older results folder at `place` is replaced; anything else there is refused and left alone. A disk that is
    full or cannot be written is the user's to mend, and told in words.
    """
    refuse_strangers(place)
    beside = _empty_folder(place.parent / f".{place.name}.{os.getpid()}.part")
    try:
        yield beside
        _put(beside, place)
    except OSError as error:
        if error.errno not in DISK_TROUBLE:
            raise
        words = os.strerror(error.errno).lower()
        raise Trouble(f"{place}: cannot be written ({words}), nothing is left there, choose --out") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _empty_folder(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise MomentsimError(
            f"{folder.parent}: cannot be written ({error.strerror}), choose --out"
        ) from error
    return folder


def refuse_strangers(place: Path) -> None:
    """Raise when something stands at `place` that is not a results folder and would be overwritten."""
    try:
        if not place.exists() or (place / MANIFEST).is_file():
            return
        stranger = not place.is_dir() or any(place.iterdir())
    except (OSError, ValueError) as error:
        raise MomentsimError(
            f"{place}: this is no name of a folder ({error}), choose another --out"
        ) from None
    if stranger:
        raise MomentsimError(
            f"{place}: this is not a results folder and is not overwritten, choose another --out"
        )


def _put(beside: Path, place: Path) -> None:
    """Take the place; whoever else takes it at the same moment is replaced, or replaces this one, whole."""
    old = place.parent / f".{place.name}.{os.getpid()}.old"
    for _ in range(TRIES):
        with suppress(FileNotFoundError):  # nothing was there yet
            place.rename(old)
        try:
            beside.rename(place)
            return
        except OSError as error:
            if error.errno not in TAKEN:
                raise
        finally:
            shutil.rmtree(old, ignore_errors=True)
    raise MomentsimError(f"{place}: other runs write to this folder all the time, choose another --out")


def point_latest(place: Path) -> None:
    """`latest` beside the folder: a link to it, or a text file with its name where links are not possible."""
    latest = place.parent / LATEST
    fresh = place.parent / f".{LATEST}.{os.getpid()}"
    fresh.unlink(missing_ok=True)
    if latest.is_dir() and not latest.is_symlink():
        return  # somebody's own folder of that name
    try:
        fresh.symlink_to(place.name, target_is_directory=True)
    except (OSError, NotImplementedError):
        fresh.write_text(place.name + "\n", encoding="utf-8")
    fresh.replace(latest)
