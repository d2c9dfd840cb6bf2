"""Branches of a room as cases of an ordinary comparison: a file of pulls each, under names that files may have."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from momentsim.app.branches import BranchPull
from momentsim.app.files import levers_text
from momentsim.app.setting import Setting
from momentsim.questions.compare.compare import AS_PLANNED, NOTHING, ComparisonCases, steered_cases
from momentsim.runs.run import Case

REFERENCE: Final = "reference"
"""Name of the case that a search found: what a score of 100 is."""
GHOST_NAMES: Final = {NOTHING: "nothing done", AS_PLANNED: "as planned", REFERENCE: "the reference"}
"""What people call the cases that nobody played."""
LONGEST_NAME: Final = 32
TAKEN: Final = frozenset(
    (
        NOTHING, AS_PLANNED, REFERENCE, "base", "figures", "levers",
        "con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)),
    )
)  # fmt: skip
"""Names that no branch has as a case: other cases, folders of results, and what some systems keep for devices."""


class Contest(NamedTuple):
    """What is compared: branches by the names of their cases, and the cases with who steers them."""

    setting: Setting
    cases: Mapping[str, str]
    """Case by id of its branch; ghosts are cases under their own names."""
    names: Mapping[str, str]
    """What people call them, by case."""
    asked: ComparisonCases

    @property
    def runs(self) -> list[Case]:
        """All cases as they are run, baseline first."""
        steering = self.asked.steering
        return [Case(loaded, self.setting.base, steering[name]) for name, loaded in self.asked.cases.items()]


def case_names(names: Mapping[str, str]) -> dict[str, str]:
    """By id, a name of letters, digits, blanks, `-` and `_` that is a file's name on every system, and no two alike."""
    used = set(TAKEN)
    found: dict[str, str] = {}
    for branch, name in names.items():
        plain = _plain(name) or _plain(branch) or "branch"
        number, free = 1, plain
        while free.casefold() in used:
            number += 1
            free = f"{plain} {number}"
        used.add(free.casefold())
        found[branch] = free
    return found


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKC", name)[: 2 * LONGEST_NAME]
    kept = "".join(letter if letter.isalnum() or letter in "-_" else " " for letter in letters)
    return " ".join(kept.split())[:LONGEST_NAME].strip(" -_")


def pulls_text(setting: Setting, pulls: Iterable[BranchPull]) -> str:
    """A file of pulls as `--levers` reads it; not by whom, since that changes no result."""
    ordered = sorted(pulls, key=lambda each: each.time)
    return levers_text([pull._replace(by="", team="") for pull in ordered], setting.quiet.names)


def contest(
    setting: Setting,
    pulls: Mapping[str, Sequence[BranchPull]],
    names: Mapping[str, str],
    folder: Path,
    *,
    reference: Sequence[BranchPull] | None = None,
) -> Contest:
    """Write a file of pulls for every branch into `folder`, and read them as `compare --levers` does.

    With a `reference`, that is a case too. The scenario is the one that the room began with, whatever has become of
    its file.
    """
    cases = case_names({branch: names.get(branch, branch) for branch in pulls})
    texts = {cases[branch]: pulls_text(setting, own) for branch, own in pulls.items()}
    if reference is not None:
        texts[REFERENCE] = pulls_text(setting, reference)
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{case}.csv" for case in texts]
    for file, text in zip(files, texts.values(), strict=True):
        if not file.exists() or file.read_bytes() != text.encode():
            file.write_bytes(text.encode())
    steering = steered_cases(setting.loaded, files)
    asked = ComparisonCases(dict.fromkeys(steering, setting.loaded), steering)
    ghosts = {name: name for name in steering if name not in cases.values()}
    called = {case: names.get(branch, branch) for branch, case in cases.items()}
    return Contest(setting, {**cases, **ghosts}, {**called, **GHOST_NAMES}, asked)
