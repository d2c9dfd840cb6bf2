"""The place of a results folder while it is worked on: one run at a time, and nothing finished is lost."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from momentsim.errors import MomentsimError
from momentsim.runs.edition import other_edition
from momentsim.runs.file_lock import hold
from momentsim.runs.ownership import ENDING, UNFINISHED, contents, forget_kept, is_draft, kept_files, remove
from momentsim.runs.results_folder import changed_place, document, new_draft, refuse_name, refuse_strangers
from momentsim.runs.retryable import Trouble


@contextmanager
def work_in(folder: Path, identity_hash: str, *, fresh: bool, say: Callable[[str], None]) -> Iterator[Path]:
    """The folder for finished replications (`Settings.keep`) while a result is made at `folder`.

    Whoever comes second to the same place waits. What a run before left unfinished is found again, unless `fresh`.
    At the end it is thrown away if `folder` holds the complete result, or if what was asked for was a mistake; moved
    into the folder of a result that is not complete; and otherwise left beside it. Raises MomentsimError at once for a
    place that can be no results folder.
    """
    refuse_name(folder)
    keep = folder.parent / f".{folder.name}.{UNFINISHED}"
    with hold(folder, say):
        _refuse_in_the_way(keep, folder)
        _tidy(folder)
        if fresh:
            forget_kept(keep)
        elif not keep.exists() and kept_files(folder / UNFINISHED):
            with suppress(OSError):
                (folder / UNFINISHED).rename(keep)
        try:
            yield keep
        except MomentsimError as error:
            if not isinstance(error, Trouble):
                forget_kept(keep)
            raise
        finally:
            _settle(folder, identity_hash, keep, say)


def make_way(folder: Path, say: Callable[[str], None]) -> None:
    """Before the first replication: raise MomentsimError where no new result can be put at `folder`.

    Nor is one put in the place of a result of another edition of the model. `say` is told where an older one is kept
    because somebody has changed it.
    """
    found = refuse_strangers(folder)
    _refuse_other_edition(folder)
    new_draft(folder).rmdir()
    if found.changed:
        say(
            f"{folder}: '{found.changed[0]}' is not as it was written, so this folder is kept as "
            f"{changed_place(folder).name} when the new one is there"
        )


def _refuse_other_edition(folder: Path) -> None:
    """Raise where a whole result of another edition of the model stands."""
    manifest: dict[str, Any] = {}
    with suppress(OSError, ValueError):
        manifest = document(folder)
    if "versions" in manifest and (why := other_edition(manifest)):
        raise Trouble(f"{folder}: {why}")


def _refuse_in_the_way(keep: Path, folder: Path) -> None:
    try:
        stranger = keep.is_symlink() or (keep.exists() and not keep.is_dir())
    except OSError as error:
        raise MomentsimError(f"{folder}: cannot be used ({error.strerror}), choose another --out") from None
    if stranger:
        raise MomentsimError(
            f"{keep}: this is in the way of finished replications, move it elsewhere or choose another --out"
        )


def _settle(folder: Path, identity_hash: str, keep: Path, say: Callable[[str], None]) -> None:
    try:
        manifest = document(folder)
    except (OSError, ValueError):
        manifest = {}
    if manifest.get("identity") == identity_hash and manifest.get("complete"):
        forget_kept(keep)
        return
    if not (count := sum(file.suffix == ENDING for file in kept_files(keep))):
        forget_kept(keep)
        return
    kept = "1 finished replication is" if count == 1 else f"{count} finished replications are"
    say(f"{kept} kept, the same command goes on from there")
    if manifest.get("identity") == identity_hash:
        with suppress(OSError):
            keep.rename(folder / UNFINISHED)


def _tidy(folder: Path) -> None:
    """Remove what killed runs have left beside the place: half a folder, or an older one that was about to go.

    An older one whose successor never came is put back.
    """
    left = re.compile(rf"\.{re.escape(folder.name)}\.(\d+)(\.\d+)?\.(part|old)(\.\d+)?")
    with suppress(OSError):
        for beside in list(folder.parent.iterdir()):
            found = left.fullmatch(beside.name)
            if found and not beside.is_symlink() and beside.is_dir() and not is_running(found[1]):
                _tidy_up(beside, folder, is_old=found[3] == "old")


def _tidy_up(beside: Path, folder: Path, *, is_old: bool) -> None:
    if is_draft(beside):
        shutil.rmtree(beside, ignore_errors=True)
        return
    found = contents(beside)
    if found.strangers:
        return
    if is_old and found.ours and not folder.exists():
        beside.rename(folder)
    elif not found.changed:
        remove(beside, found)


def is_running(process: str) -> bool:
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
