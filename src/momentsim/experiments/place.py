"""The place of a results folder while it is worked on: one run at a time, and nothing finished is lost."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from momentsim.errors import MomentsimError
from momentsim.experiments.folder import document, refuse_strangers
from momentsim.experiments.keep import ENDING
from momentsim.experiments.trouble import Trouble
from momentsim.experiments.turns import turn

UNFINISHED = "unfinished"


@contextmanager
def worked_on(place: Path, identity_hash: str, *, fresh: bool, say: Callable[[str], None]) -> Iterator[Path]:
    """The folder for finished replications (`Settings.keep`) while a result is made at `place`.

    Whoever comes second to the same place waits. What a run before left unfinished is found again, unless `fresh`.
    At the end it is thrown away if `place` holds the complete result, or if what was asked for was a mistake; moved
    into the folder of a result that is not complete; and otherwise left beside it.
    """
    refuse_strangers(place)
    keep = place.parent / f".{place.name}.{UNFINISHED}"
    with turn(place, say):
        _tidy(place)
        if fresh:
            shutil.rmtree(keep, ignore_errors=True)
        elif not keep.exists():
            with suppress(OSError):
                (place / UNFINISHED).rename(keep)
        try:
            yield keep
        except MomentsimError as error:
            if not isinstance(error, Trouble):
                shutil.rmtree(keep, ignore_errors=True)
            raise
        finally:
            _settle(place, identity_hash, keep, say)


def _settle(place: Path, identity_hash: str, keep: Path, say: Callable[[str], None]) -> None:
    try:
        found = document(place)
    except (OSError, ValueError):
        found = {}
    if found.get("identity") == identity_hash and found.get("complete"):
        shutil.rmtree(keep, ignore_errors=True)
        return
    if not (count := sum(1 for _ in keep.rglob(f"*{ENDING}"))):
        shutil.rmtree(keep, ignore_errors=True)
        return
    kept = "1 finished replication is" if count == 1 else f"{count} finished replications are"
    say(f"{kept} kept, the same command goes on from there")
    if found.get("identity") == identity_hash:
        with suppress(OSError):
            keep.rename(place / UNFINISHED)


def _tidy(place: Path) -> None:
    """Remove what killed runs have left beside the place, half a folder or an older one."""
    for ending in ("part", "old"):
        for beside in place.parent.glob(f".{place.name}.*.{ending}"):
            if not _is_running(beside.name.removesuffix(f".{ending}").rpartition(".")[2]):
                shutil.rmtree(beside, ignore_errors=True)


def _is_running(process: str) -> bool:
    """Whether there may be a process of this number; only this system can be asked without harm."""
    if os.name == "nt" or not process.isdigit():
        return True
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
