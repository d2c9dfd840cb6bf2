"""A results folder appears whole or not at all: it is filled beside its place and renamed into it.

Only a folder that this program wrote, and nobody has put anything else into, is ever replaced (`runs/ownership.py`).
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, TypeVar

from momentsim.errors import MomentsimError, is_text, readable
from momentsim.runs.ownership import (
    MANIFEST,
    Contents,
    are_as_written,
    contents,
    document,
    mark,
    mark_draft,
    mark_more,
    remove,
)
from momentsim.runs.retryable import Trouble

__all__ = [
    "DISK_TROUBLE", "MANIFEST", "add_file", "beside", "document", "draft", "find_in", "folder_name", "point_latest",
    "refuse_name", "refuse_strangers",
]  # fmt: skip

LATEST = "latest"
DISK_TROUBLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS, errno.EACCES, errno.EPERM)
"""What is wrong with the place and not with the program."""

TAKEN = (errno.ENOTEMPTY, errno.EEXIST)
"""What systems say when a folder cannot be renamed to one that is there."""
TRIES = 20
MOST_NAMED = 3
"""Strangers in a folder that are named."""
_RESULT: Final = re.compile(r"[A-Za-z0-9_-]+-[0-9a-f]{8}")
"""Names of results folders that `latest` may point to."""

MAX_NAME = 60
"""Letters of a name in the name of its folder."""

Found = TypeVar("Found")


def folder_name(name: str, identity_hash: str) -> str:
    """`NAME-HASH8`, with every character that a file system might refuse replaced."""
    safe = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:MAX_NAME] or "scenario"
    return f"{safe}-{identity_hash[:8]}"


def find_in(
    folder: Path, identity_hash: str, reads: tuple[str, ...], read: Callable[[dict[str, Any]], Found]
) -> Found | None:
    """What `read` makes of the folder at `folder` by its manifest; None unless it is complete and of this identity.

    `reads` are the files that it reads. A folder in which somebody has changed one of them is none.
    """
    with suppress(OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError):
        manifest = document(folder)
        if manifest["complete"] and manifest["identity"] == identity_hash:
            return read(manifest) if are_as_written(folder, (MANIFEST, *reads)) else None
    return None


@contextmanager
def draft(folder: Path) -> Iterator[Path]:
    """A temporary sibling of `folder`; renamed to it at the end, removed if anything goes wrong.

    An older results folder at `folder` is replaced, or kept beside it if somebody has changed its files; anything else
    there is refused and left alone. A disk that is full or cannot be written is the user's to mend, and told in words.
    """
    refuse_name(folder)
    refuse_strangers(folder)
    filled = new_draft(folder)
    try:
        mark_draft(filled)
        yield filled
        mark(filled)
        _put_in_place(filled, folder)
    except OSError as error:
        if error.errno not in DISK_TROUBLE:
            raise
        words = os.strerror(error.errno).lower()
        raise Trouble(
            f"{folder}: cannot be written ({words}), nothing is left there, choose --out"
        ) from error
    finally:
        shutil.rmtree(filled, ignore_errors=True)


def add_file(folder: Path, name: str, content: bytes) -> Path:
    """Write one more file into a results folder; it is listed first, so that it never counts as a stranger's."""
    file = folder / name
    try:
        mark_more(folder, name, content)
        file.write_bytes(content)
    except OSError as error:
        if error.errno not in DISK_TROUBLE:
            raise
        words = os.strerror(error.errno).lower()
        raise Trouble(f"{readable(str(file))}: cannot be written ({words})") from error
    return file


def beside(folder: Path, ending: str) -> Path:
    """A name beside `folder` for this process."""
    return folder.parent / f".{folder.name}.{os.getpid()}.{ending}"


def new_draft(place: Path) -> Path:
    """An empty folder beside `place` that nobody else has; raises MomentsimError where there can be none."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        for number in range(TRIES):
            folder = beside(place, f"{number}.part" if number else "part")
            with suppress(FileExistsError):
                folder.mkdir()
                return folder
    except OSError as error:
        raise MomentsimError(f"{place}: cannot be written ({error.strerror}), choose --out") from error
    raise MomentsimError(f"{place}: other runs write to this folder all the time, choose another --out")


def refuse_name(folder: Path) -> None:
    """Raise for what can be no results folder whatever stands there: links, folders one lives in, odd names."""
    if why := _why_no_folder(folder):
        raise MomentsimError(f"{readable(str(folder))}: {why}, choose another --out")


def _why_no_folder(folder: Path) -> str:
    if not is_text(str(folder)):
        return "this name has bytes that are no text"
    if folder.name in ("", ".."):
        return "this is no name of a folder"
    try:
        if folder.is_symlink():
            return f"this is a link to '{readable(str(folder.readlink()))}' and is left alone"
        if os.path.ismount(folder):
            return "this is a disk of its own"
        if folder.exists() and folder.resolve() in _lived_in():
            return "this is your home, the folder you are in, or one around it"
    except (OSError, ValueError, RuntimeError) as error:
        return f"this is no name of a folder ({error})"
    return ""


def _lived_in() -> set[Path]:
    """The working folder, the home, and all folders around them."""
    lived_in = {Path.cwd(), *Path.cwd().parents}
    with suppress(RuntimeError, OSError):  # nobody has a home where the system knows of no user
        home = Path.home().resolve()
        lived_in |= {home, *home.parents}
    return lived_in


def refuse_strangers(folder: Path) -> Contents:
    """Raise when something stands at `folder` that is not this program's; returns what is there."""
    nothing = Contents((), (), ())
    try:
        if not folder.exists():
            return nothing
        found = contents(folder) if folder.is_dir() else None
    except (OSError, ValueError) as error:
        raise MomentsimError(
            f"{folder}: this folder cannot be looked into ({error}), choose another --out"
        ) from None
    if found is None or (found.strangers and not found.ours):
        named = "" if found is None else f" ({_named(found.strangers)} not from momentsim)"
        raise Trouble(
            f"{folder}: this is not a results folder and is not overwritten{named}, choose another --out"
        )
    if found.strangers:
        raise Trouble(
            f"{folder}: {_named(found.strangers)} not from momentsim, so this folder is not replaced, "
            "move that elsewhere or choose another --out"
        )
    return found


def _named(names: tuple[str, ...]) -> str:
    """`'a', 'b', 'c' and others are`."""
    named = ", ".join(f"'{readable(name)}'" for name in names[:MOST_NAMED])
    if len(names) > MOST_NAMED:
        return f"{named} and others are"
    return f"{named} {'is' if len(names) == 1 else 'are'}"


def _put_in_place(filled: Path, folder: Path) -> None:
    """Take the place; whoever else takes it at the same moment is replaced, or replaces this one, whole."""
    for _ in range(TRIES):
        aside, found = _set_aside(folder)
        try:
            filled.rename(folder)
        except OSError as error:
            if error.errno in TAKEN:
                _clear(aside, found, folder)
                continue
            if aside is not None:
                aside.rename(folder)
            raise
        _clear(aside, found, folder)
        return
    raise MomentsimError(f"{folder}: other runs write to this folder all the time, choose another --out")


def _set_aside(folder: Path) -> tuple[Path | None, Contents]:
    """Rename what stands at `folder`, and look at it there, where nobody else puts anything into it any more.

    What is not this program's is put back, and the error of `refuse_strangers` raised.
    """
    aside = _free(beside(folder, "old"))
    try:
        folder.rename(aside)
    except FileNotFoundError:
        return None, Contents((), (), ())
    try:
        refuse_name(aside)
        return aside, refuse_strangers(aside)
    except MomentsimError as error:
        aside.rename(_free(folder))
        raise type(error)(str(error).replace(str(aside), str(folder))) from None


def _free(folder: Path) -> Path:
    """`folder`, or the first of `place.1`, `place.2` and so on where nothing is."""
    number, free = 0, folder
    while free.exists() or free.is_symlink():
        number += 1
        free = folder.with_name(f"{folder.name}.{number}")
    return free


def _clear(aside: Path | None, found: Contents, folder: Path) -> None:
    """Remove an older result; one that somebody has changed, or cannot be removed, stays beside the new one."""
    if aside is None:
        return
    if not found.changed:
        remove(aside, found)
    if aside.exists():
        aside.rename(_free(changed_place(folder)))


def changed_place(folder: Path) -> Path:
    """Where an older result is kept that somebody has changed."""
    return folder.with_name(f"{folder.name}.changed")


def point_latest(place: Path) -> None:
    """`latest` beside the folder: a link to it, or a text file with its name where links are not possible.

    Anything else of that name is somebody's own and is left alone.
    """
    latest = place.parent / LATEST
    if not _is_pointer(latest):
        return
    with tempfile.TemporaryDirectory(prefix=f".{LATEST}.", dir=place.parent) as folder:
        fresh = Path(folder) / LATEST
        try:
            fresh.symlink_to(place.name, target_is_directory=True)
        except (OSError, NotImplementedError):
            fresh.write_text(place.name + "\n", encoding="utf-8")
        fresh.replace(latest)


def _is_pointer(latest: Path) -> bool:
    """Whether there is nothing, or a link or text file that names a results folder beside it."""
    if latest.is_symlink():
        return bool(_RESULT.fullmatch(str(latest.readlink())))
    if not latest.exists():
        return True
    if not latest.is_file() or latest.stat().st_size > 100:
        return False
    return bool(_RESULT.fullmatch(latest.read_text(encoding="utf-8", errors="replace").strip()))
