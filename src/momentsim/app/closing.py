"""The end of a workshop: its comparison as a report, a workbook and a page for everybody to take home."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from momentsim.app.cards import lever_texts
from momentsim.app.cases import Contest, contest
from momentsim.app.contributions import read_contributions, truth_of
from momentsim.app.debrief import alone, comparisons_in, debrief, this_storm
from momentsim.app.files import read_room
from momentsim.app.handout import handout_of, pulled_words, render
from momentsim.app.jobs import Hand, JobProgress, Post
from momentsim.app.scenes import title_of
from momentsim.app.score_job import SCORE_FILE
from momentsim.app.setting import JobRequest, Setting
from momentsim.contract.plan import LeverAction, Why
from momentsim.errors import MomentsimError
from momentsim.measures.facts import Sample
from momentsim.questions.compare.compare import AS_PLANNED, NOTHING
from momentsim.questions.documents import add_documents
from momentsim.report.stored_folder import open_folder
from momentsim.runs.lever_file import EVERY, Act, read_lever_file

HANDOUT: Final = "handout.html"
MOST_BRANCHES: Final = 4
"""Branches that are compared at the close where nobody had any compared before."""
STEPS: Final = 3
"""Report and workbook, the truth about guesses, the handout."""


def close_workshop(
    request: JobRequest, hand: Hand, post: Post, *, keep: Path, folder: Path, levers: Path
) -> Iterator[JobProgress]:
    """Write `report.html`, `results.xlsx` and `handout.html` into `folder`, then post `closed` with their names.

    They tell of the comparison that was scored, else of the last one; where there is none, the newest branches are
    compared now.
    """
    chosen = _newest(request, folder)
    rivals = contest(
        request.setting, {branch: request.branches[branch] for branch in chosen}, request.names, levers
    )
    if not comparisons_in(folder):
        yield from debrief(rivals, request.storms, hand, post, keep=keep, folder=folder)
    score = _score_in(folder)
    *_, (last, called) = comparisons_in(folder).items()
    if score is not None:
        last, called = str(score["folder"]), comparisons_in(folder)[str(score["folder"])]
    yield JobProgress(0, STEPS, "report and workbook")
    written = []
    for made in add_documents(folder / last):
        (folder / made.name).write_bytes(made.read_bytes())
        written.append(made.name)
    yield JobProgress(1, STEPS, "what was guessed and what came of it")
    truth = _truth(rivals, chosen[-1] if chosen else NOTHING, hand)
    yield JobProgress(2, STEPS, "the page to take home")
    page = handout_of(
        open_folder(folder / last),
        title_of(request.setting),
        names=called,
        pulled=_pulled(called, levers, request.setting),
        score=score,
        said=read_contributions(folder),
        truth=truth,
    )
    (folder / HANDOUT).write_bytes(render(page))
    there = {file.name for file in folder.iterdir() if file.is_file() and not file.name.startswith(".")}
    post({"type": "closed", "folder": folder.name, "files": sorted({*there, *written, HANDOUT})})
    yield JobProgress(STEPS, STEPS, "closed")


def _newest(request: JobRequest, folder: Path) -> list[str]:
    """The newest branches on which something was pulled, and as the last one that which was played."""
    branches = list(request.branches)
    with suppress(MomentsimError):
        played = str(read_room(folder).get("played", ""))
        branches.sort(key=lambda branch: branch == played)
    return [name for name in branches[:-1] if request.branches[name]][1 - MOST_BRANCHES :] + branches[-1:]


def _score_in(folder: Path) -> dict[str, Any] | None:
    """The last scores, if their comparison is there."""
    with suppress(OSError, ValueError, LookupError, TypeError):
        found: dict[str, Any] = json.loads((folder / SCORE_FILE).read_text(encoding="utf-8"))
        return found if found["folder"] in comparisons_in(folder) else None
    return None


def _truth(rivals: Contest, branch: str, hand: Hand) -> dict[str, float]:
    """What people were asked to guess, as it came out on the branch that was played last."""
    case = rivals.cases[branch]
    seen = this_storm(rivals, hand, [case])[case]
    setting = rivals.setting
    return truth_of(Sample(alone(setting.scenario), setting.quiet.names, (seen,)))


def _pulled(cases: Iterable[str], levers: Path, setting: Setting) -> dict[str, list[str]]:
    """What each case does to the levers, in words: as its file says, or as the scenario plans."""
    texts, start = lever_texts(setting), setting.scenario.start
    found = {AS_PLANNED: pulled_words(_planned(setting), texts, start)}
    for case in cases:
        file = levers / f"{case}.csv"
        if case not in (NOTHING, AS_PLANNED) and file.is_file():
            acts = read_lever_file(file, setting.scenario).acts
            found[case] = pulled_words(acts.get(EVERY, ()), texts, start)
    return found


def _planned(setting: Setting) -> list[Act]:
    """What the scenario does to its levers at times that it names; triggers have none before the story is told."""
    plan = setting.planned.plan
    begins = int(plan.settings["warm_up"][0])
    pulled = {int(row["lever"]) for row in plan.lever_actions if row["action"] == LeverAction.PULL}
    return [
        Act(
            int(row["time"]) - begins,
            int(row["lever"]),
            LeverAction(row["action"]),
            int(row["size"]),
            Why.PLAN,
        )
        for row in plan.lever_actions
        if int(row["lever"]) in pulled
    ]
