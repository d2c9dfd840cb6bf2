"""The place of a results folder while it is worked on: one run at a time, and nothing finished is lost."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from momentsim.errors import MomentsimError
from momentsim.runs.file_lock import turn
from momentsim.runs.ownership import ENDING, UNFINISHED, contents, forget_kept, is_draft, kept_files, remove
from momentsim.runs.results_folder import changed_place, document, new_draft, refuse_name, refuse_strangers
from momentsim.runs.retryable import Trouble


@contextmanager
def worked_on(place: Path, identity_hash: str, *, fresh: bool, say: Callable[[str], None]) -> Iterator[Path]:
    """The folder for finished replications (`Settings.keep`) while a result is made at `place`.

    Whoever comes second to the same place waits. What a run before left unfinished is found again, unless `fresh`.
    At the end it is thrown away if `place` holds the complete result, or if what was asked for was a mistake; moved
    into the folder of a result that is not complete; and otherwise left beside it. Raises MomentsimError at once for a
    place that can be no results folder.
    """
    refuse_name(place)
    keep = place.parent / f".{place.name}.{UNFINISHED}"
    with turn(place, say):
        _refuse_in_the_way(keep, place)
        _tidy(place)
        if fresh:
            forget_kept(keep)
        elif not keep.exists() and kept_files(place / UNFINISHED):
            with suppress(OSError):
                (place / UNFINISHED).rename(keep)
        try:
            yield keep
        except MomentsimError as error:
            if not isinstance(error, Trouble):
                forget_kept(keep)
            raise
        finally:
            _settle(place, identity_hash, keep, say)


def make_way(place: Path, say: Callable[[str], None]) -> None:
    """Before the first replication: raise MomentsimError where no new result can be put at `place`.

    `say` is told where an older one is kept because somebody has changed it.
    """
    found = refuse_strangers(place)
    new_draft(place).rmdir()
    if found.changed:
        say(
            f"{place}: '{found.changed[0]}' is not as it was written, so this folder is kept as "
            f"{changed_place(place).name} when the new one is there"
        )


def _refuse_in_the_way(keep: Path, place: Path) -> None:
    try:
        stranger = keep.is_symlink() or (keep.exists() and not keep.is_dir())
    except OSError as error:
        raise MomentsimError(f"{place}: cannot be used ({error.strerror}), choose another --out") from None
    if stranger:
        raise MomentsimError(
            f"{keep}: this is in the way of finished replications, move it elsewhere or choose another --out"
        )


def _settle(place: Path, identity_hash: str, keep: Path, say: Callable[[str], None]) -> None:
    try:
        found = document(place)
    except (OSError, ValueError):
        found = {}
    if found.get("identity") == identity_hash and found.get("complete"):
        forget_kept(keep)
        return
    if not (count := sum(file.suffix == ENDING for file in kept_files(keep))):
        forget_kept(keep)
        return
    kept = "1 finished replication is" if count == 1 else f"{count} finished replications are"
    say(f"{kept} kept, the same command goes on from there")
    if found.get("identity") == identity_hash:
        with suppress(OSError):
            keep.rename(place / UNFINISHED)


def _tidy(place: Path) -> None:
    """Remove what killed runs have left beside the place: half a folder, or an older one that was about to go.

    An older one whose successor never came is put back.
    """
    left = re.compile(rf"\.{re.escape(place.name)}\.(\d+)(\.\d+)?\.(part|old)(\.\d+)?")
    with suppress(OSError):
        for beside in list(place.parent.iterdir()):
            found = left.fullmatch(beside.name)
            if found and not beside.is_symlink() and beside.is_dir() and not _is_running(found[1]):
                _tidy_up(beside, place, is_old=found[3] == "old")


def _tidy_up(beside: Path, place: Path, *, is_old: bool) -> None:
    if is_draft(beside):
        shutil.rmtree(beside, ignore_errors=True)
        return
    found = contents(beside)
    if found.strangers:
        return
    if is_old and found.ours and not place.exists():
        beside.rename(place)
    elif not found.changed:
        remove(beside, found)


def _is_running(process: str) -> bool:
    """Whether there may be a process of this number; only this system can be asked without harm."""
    if os.name == "nt":
        return True
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
