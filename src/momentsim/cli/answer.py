"""What the commands that answer a question do alike: find the answer or work it out, keep it, and show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from momentsim.cli.progress_bar import showing_progress
from momentsim.cli.screen import Show, console, print_json, tell

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from momentsim.runs.progress import Progress
    from momentsim.runs.resume import KeptReplications

Worked = TypeVar("Worked")
Stored = TypeVar("Stored")


@dataclass(frozen=True)
class Question(Generic[Worked, Stored]):
    """What is asked, by its identity, and the folder for its answer; how that is found, worked out and saved."""

    identity: str
    folder: Path
    find: Callable[[Path, str], Stored | None]
    work: Callable[[KeptReplications, Progress], Worked]
    save: Callable[[Worked, Path], Stored]
    there: str
    """What is said where the answer is there already."""
    is_latest: bool
    """Whether `latest` is to point to the folder: not where the user chose it."""


def find_or_answer(
    question: Question[Worked, Stored], show: Show, *, fresh: bool, xlsx: bool = False
) -> Stored:
    """The answer that is there, unless it is to be `fresh`; else it is worked out and saved.

    With `xlsx` its folder gets a workbook. Whoever comes second to the same folder waits.
    """
    from momentsim.runs.results_folder import point_latest

    stored = _find_or_answer(question, show, fresh=fresh, xlsx=xlsx)
    if question.is_latest:
        point_latest(question.folder)
    return stored


def _find_or_answer(
    question: Question[Worked, Stored], show: Show, *, fresh: bool, xlsx: bool = False
) -> Stored:
    from momentsim.runs.resume import KeptReplications
    from momentsim.runs.side_by_side import first_interrupt_stops
    from momentsim.runs.working_folder import make_way, work_in

    with work_in(question.folder, question.identity, fresh=fresh, say=tell) as keep:
        stored = None if fresh else question.find(question.folder, question.identity)
        if stored is not None:
            tell(f"{question.there}: {question.folder}")
            return stored
        make_way(question.folder, tell)
        with showing_progress(quiet=show.quiet) as progress:
            worked = question.work(KeptReplications(keep), progress)
        # what is finished is not lost to an impatient second Ctrl-C
        with first_interrupt_stops(Event()):
            stored = question.save(worked, question.folder)
            if xlsx:
                from momentsim.questions.documents import add_workbook

                add_workbook(question.folder)
            return stored


def show_answer(folder: Path, show: Show, content: Callable[[], Any], tables: Callable[[], None]) -> None:
    """Show it as wished: JSON, only where the results are, or tables and where the results are."""
    if show.as_json:
        print_json(content())
    elif show.quiet:
        print(folder)
    else:
        tables()
        console().print(f"results: {folder}", markup=False, soft_wrap=True)


def answer_content(folder: Path, manifest: Mapping[str, Any], **tables: pd.DataFrame) -> dict[str, Any]:
    """An answer for a script: what its folder says about itself, and its tables as records."""
    from momentsim.runs.files import plain, rows

    about = {"ok": True, "folder": str(folder), "manifest": plain(manifest)}
    return about | {name: rows(table) for name, table in tables.items()}
