"""The score of a room: a comparison with the reference among its cases, arriving storm by storm."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from momentsim.app.awards import awards
from momentsim.app.branches import BranchPull
from momentsim.app.cards import lever_texts
from momentsim.app.cases import REFERENCE, Contest
from momentsim.app.debrief import (
    NEWS_SECONDS,
    compared_storms,
    keep_comparison,
    places_of,
    play_storms,
    storms_of,
)
from momentsim.app.jobs import Hand, JobProgress, Message, Post
from momentsim.app.score import money_words, score_words, scores, why_no_score
from momentsim.contract.plan import SECOND
from momentsim.questions.compare.compare import AS_PLANNED, NOTHING, Comparison
from momentsim.questions.compare.first_screen import compared_of
from momentsim.questions.curve.words import when
from momentsim.report.numbers import join_words
from momentsim.runs.files import plain, write_json

SCORE_FILE: Final = "score.json"
METHOD: Final = (
    "0: nothing done; 100: the reference, for which each lever was tried at six times in other storms. Score: mean net "
    "benefit above doing nothing, over that of the reference, paired by storm, with Fieller's interval; all intervals "
    "hold together with 95 %. Places: whoever can't be told apart shares one."
)


def score_contest(
    contest: Contest,
    reference: Sequence[BranchPull],
    storms: int,
    hand: Hand,
    post: Post,
    *,
    keep: Path,
    folder: Path,
) -> Iterator[JobProgress]:
    """Score all cases, posting a `score` now and then and at the end; folder and scores are left in `folder`."""
    of = storms_of(contest, storms)
    yield JobProgress(0, of, f"storm 1 of {of}")
    told = 0.0
    for done in play_storms(contest, of, hand, keep):
        if time.monotonic() - told >= NEWS_SECONDS or done == of:
            comparison = compared_storms(contest, done, hand, keep)
            message = score_message(comparison, contest, reference, of)
            post(message)
            told = time.monotonic()
        yield JobProgress(done, of, f"{done} of {of} storms")
    place = keep_comparison(comparison, contest, folder)
    write_json({**message, "folder": place.name}, folder / SCORE_FILE)
    yield JobProgress(of, of, f"{of} of {of} storms, kept as {place.name}")


def score_message(
    comparison: Comparison, contest: Contest, reference: Sequence[BranchPull], of: int
) -> Message:
    """The message `score`: scores, places and money by branch, awards, and what 100 is."""
    found = scores(comparison.observations)
    currency = contest.setting.scenario.currency
    branch_of = {case: branch for branch, case in contest.cases.items()}
    places = places_of(compared_of(comparison), branch_of)
    rows = [
        {
            "branch": branch_of[one.case],
            "case": one.case,
            "name": contest.names[one.case],
            "score": one.score,
            "low": one.low,
            "high": one.high,
            "words": score_words(one),
            "place": places.get(branch_of[one.case]),
            "value": one.value,
            "value_low": one.value_low,
            "value_high": one.value_high,
            "money_words": money_words(one, currency),
        }
        for one in sorted(found, key=lambda one: -one.value)
    ]
    own = {
        case: contest.names[case] for case in comparison.cases if case not in (NOTHING, AS_PLANNED, REFERENCE)
    }
    given = [
        {"title": award.title, "words": award.words, "branches": [branch_of[case] for case in award.cases]}
        for award in awards(comparison, own)
    ]
    message: dict[str, Any] = {
        "type": "score",
        "rows": rows,
        "why": why_no_score(found, comparison.pairs, is_empty=not reference),
        "method": METHOD,
        "reference": reference_told(contest, reference),
        "awards": given,
        "done": comparison.pairs,
        "of": of,
    }
    return {name: plain(value) for name, value in message.items()}


def reference_told(contest: Contest, reference: Sequence[BranchPull]) -> dict[str, Any]:
    """What the reference does, in numbers and in a sentence."""
    names, start = contest.setting.quiet.names, contest.setting.scenario.start
    texts = lever_texts(contest.setting)
    pulls: list[dict[str, Any]] = [
        {
            "lever": names.levers[pull.lever],
            "title": texts[pull.lever].title,
            "t": pull.time / SECOND,
            "size": names.lever_sizes[pull.lever][pull.size],
        }
        for pull in sorted(reference, key=lambda pull: pull.time)
    ]
    told = []
    for pull in pulls:
        size = f" ({pull['size']})" if pull["size"] else ""
        told.append(f"{pull['title']}{size} at {when(start + timedelta(seconds=pull['t']))}")
    words = f"The reference: {join_words(told)}." if told else "The reference pulls nothing."
    return {"name": contest.names[REFERENCE], "pulls": pulls, "words": words}
