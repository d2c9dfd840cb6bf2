"""What people are handed of a results folder: workbook and report, made of what lies in it and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from momentsim.report.stored_folder import StoredFolder, open_folder
from momentsim.report.workbook.write import WORKBOOK, workbook
from momentsim.runs.results_folder import add_file

REPORT: Final = "report.html"


def add_workbook(folder: Path) -> Path:
    """Write `results.xlsx` into a results folder that exists; returns it.

    Raises MomentsimError where there is no such folder, or it is not as it was written.
    """
    stored = open_folder(folder)
    return add_file(folder, WORKBOOK, workbook(stored, sentences_of(stored)))


def add_documents(folder: Path, language: str = "en") -> tuple[Path, ...]:
    """Write `results.xlsx` and `report.html` into a results folder that exists; returns the files.

    Headings, tables and glossary of the report are in that language, `en` or `zh`; the workbook is English.

    Raises MomentsimError where there is no such folder or language, or the folder is not as it was written.
    """
    from momentsim.questions.reports import report_of
    from momentsim.report.document.parts import render
    from momentsim.report.document.words import check_language

    check_language(language)
    stored = open_folder(folder)
    said = sentences_of(stored)
    made = {WORKBOOK: workbook(stored, said), REPORT: render(report_of(stored, said), language)}
    return tuple(add_file(folder, name, content) for name, content in made.items())


def sentences_of(stored: StoredFolder) -> tuple[str, ...]:
    """What the command that wrote the folder says first, and that it was stopped early where it was."""
    said = SENTENCES[stored.kind](stored)
    if not stored.about.get("interrupted"):
        return said
    return (f"Stopped by Ctrl-C: this is what was finished by then{_finished(stored.about)}.", *said)


def _finished(about: Mapping[str, Any]) -> str:
    finished, planned = about.get("finished"), about.get("replications")
    return f", {finished} of {planned} replications" if finished is not None and planned is not None else ""


def _headline(stored: StoredFolder) -> tuple[str, ...]:
    return tuple(stored.about["headline"])


def _comparison(stored: StoredFolder) -> tuple[str, ...]:
    from momentsim.questions.compare.first_screen import comparison_words
    from momentsim.questions.reports import compared_in

    return comparison_words(compared_in(stored), stored.about["verdicts"])


def _worth(stored: StoredFolder) -> tuple[str, ...]:
    from momentsim.questions.worth.months import break_even_words
    from momentsim.questions.worth.store import read_worth
    from momentsim.questions.worth.words import answer_words

    found = read_worth(stored.folder, dict(stored.about))
    variant = str(stored.about["variant"])
    words = answer_words(found.table, variant, str(stored.about["currency"]))
    return (*words, f"{break_even_words(found.months, variant)}.")


def _sweep(stored: StoredFolder) -> tuple[str, ...]:
    return tuple(stored.about["sentences"])


def _staffing(stored: StoredFolder) -> tuple[str, ...]:
    from momentsim.questions.staff.store import read_staffing
    from momentsim.questions.staff.words import staffing_words

    return staffing_words(stored.about, read_staffing(stored.folder, dict(stored.about)).levels)


def _plan(stored: StoredFolder) -> tuple[str, ...]:
    from momentsim.questions.shifts.store import read_plan
    from momentsim.questions.shifts.words import plan_words

    found = read_plan(stored.folder, dict(stored.about))
    return plan_words(stored.about, found.week, found.cover)


SENTENCES: Final[Mapping[str, Callable[[StoredFolder], tuple[str, ...]]]] = {
    "run": _headline,
    "curve": _headline,
    "compare": _comparison,
    "worth": _worth,
    "sweep": _sweep,
    "staff": _staffing,
    "shifts": _plan,
}
"""By kind of folder, what is said of it."""
