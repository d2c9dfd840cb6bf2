"""Branches of a room compared over common storms: the ordinary `compare --levers`, arriving storm by storm.

What is said comes from the functions that the command prints; the folder left behind is the command's own. Beside the
storms stands the one that the room played.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from momentsim.app.cases import GHOST_NAMES, Contest
from momentsim.app.jobs import Hand, JobProgress, Message, Post
from momentsim.engine import Interrupted, simulate
from momentsim.measures.catalogue import Measure
from momentsim.measures.digest import Digest, digest
from momentsim.measures.facts import Sample, members_of
from momentsim.measures.statistics import clip, interval
from momentsim.measures.summary import estimate_by_name
from momentsim.prepare import prepare
from momentsim.questions.compare.compare import AS_PLANNED, Comparison, compare
from momentsim.questions.compare.first_screen import (
    OPTION_THAT_VARIES,
    Cell,
    ComparisonTables,
    cells,
    compared_of,
    comparison_words,
    key_measures,
    title_of,
)
from momentsim.questions.compare.samples import common_replications, sample_of
from momentsim.questions.compare.store import find_comparison
from momentsim.questions.compare.terminal import difference_words, level_words
from momentsim.questions.compare.verdicts import BENEFIT, VALUE
from momentsim.questions.saving import save_comparison, verdict_sentences
from momentsim.report.numbers import span
from momentsim.report.tables import MeasureRow
from momentsim.runs.files import plain, write_json
from momentsim.runs.resume import KeptReplications
from momentsim.runs.run import run_cases
from momentsim.runs.settings import RunSettings
from momentsim.scenario.types import Scenario

COMPARISONS: Final = "comparisons.json"
ONLY_DIFFERENCES: Final = (BENEFIT, VALUE)
"""Measures whose own level says nothing: no revenue is in it."""
QUICK_SECONDS: Final = 1.0
"""A step that takes less was made of replications kept before: the next one takes twice as many."""
NEWS_SECONDS: Final = 2.0
"""Results are told no more often than this, but for the last."""

Levels = Mapping[str, Mapping[str, tuple[float, float, float]]]
"""By case and measure: value and interval."""


def settings_for(contest: Contest, storms: int, hand: Hand, keep: Path | None) -> RunSettings:
    """How a contest is run; each replication that is finished goes to `keep`, and is found again there."""
    kept = None if keep is None else KeptReplications(keep)
    return RunSettings(replications=storms, log="none", workers=hand.workers, keep=kept)


def storms_of(contest: Contest, storms: int) -> int:
    """As many, or one more where replications come in pairs."""
    members = members_of(contest.setting.scenario)
    return -(-storms // members) * members


def play_storms(contest: Contest, storms: int, hand: Hand, keep: Path) -> Iterator[int]:
    """Simulate all cases storm by storm; says after each step how many are there."""
    members, done, step = members_of(contest.setting.scenario), 0, 1
    while done < storms:
        begun = time.monotonic()
        done = min(storms, done + step * members)
        run_cases(contest.runs, settings_for(contest, done, hand, keep), progress=hand)
        hand.check()
        step = 2 * step if time.monotonic() - begun < QUICK_SECONDS else 1
        yield done


def compared_storms(contest: Contest, storms: int, hand: Hand, keep: Path) -> Comparison:
    """The comparison over the storms that were played."""
    settings = settings_for(contest, storms, hand, keep)
    asked = contest.asked
    return compare(asked.cases, contest.setting.base, settings, steering=asked.steering, progress=hand)


def debrief(
    contest: Contest, storms: int, hand: Hand, post: Post, *, keep: Path, folder: Path
) -> Iterator[JobProgress]:
    """Compare, posting a `result` now and then and at the end; its results folder is left in `folder`."""
    of = storms_of(contest, storms)
    yield JobProgress(0, of, f"storm 1 of {of}")
    played = this_storm(contest, hand)
    told = 0.0
    for done in play_storms(contest, of, hand, keep):
        if time.monotonic() - told >= NEWS_SECONDS or done == of:
            comparison = compared_storms(contest, done, hand, keep)
            post(result_message(comparison, contest, played, of))
            told = time.monotonic()
        yield JobProgress(done, of, f"{done} of {of} storms")
    place = keep_comparison(comparison, contest, folder)
    yield JobProgress(of, of, f"{of} of {of} storms, kept as {place.name}")


def keep_comparison(comparison: Comparison, contest: Contest, folder: Path) -> Path:
    """The results folder of a comparison in a workshop's folder, the one that is there if it was asked before.

    What people call its cases is written beside it.
    """
    place = folder / f"comparison-{comparison.identity[:8]}"
    if find_comparison(place, comparison.identity) is None:
        save_comparison(comparison, place)
    called = {case: contest.names[case] for case in comparison.cases}
    write_json({**comparisons_in(folder), place.name: called}, folder / COMPARISONS)
    return place


def comparisons_in(folder: Path) -> dict[str, dict[str, str]]:
    """Folders of comparisons in a workshop's folder, the last one last, with what people call their cases."""
    with suppress(OSError, ValueError):
        found = json.loads((folder / COMPARISONS).read_text(encoding="utf-8"))
        return {str(name): dict(called) for name, called in found.items() if (folder / name).is_dir()}
    return {}


def this_storm(contest: Contest, hand: Hand, cases: Sequence[str] | None = None) -> dict[str, Digest]:
    """What becomes of cases, all of them unless named, in the one storm that the room plays."""
    setting = contest.setting
    ready = prepare(setting.steerable.blueprint, setting.replication)

    def go_on(_share: float) -> bool:
        return not hand.stop.is_set()

    found: dict[str, Digest] = {}
    for name in contest.asked.steering if cases is None else cases:
        steering = contest.asked.steering[name]
        prepared = steering.with_levers(ready, setting.replication)
        try:
            found[name] = digest(prepared, simulate(prepared, clock="compiled", on_progress=go_on))
        except Interrupted:
            hand.check()
    return found


def result_message(
    comparison: Comparison, contest: Contest, played: Mapping[str, Digest], of: int
) -> Message:
    """The message `result`: levels, paired differences and what may be said of them, by branch."""
    compared = compared_of(comparison)
    measures = key_measures(compared)
    together, once = _levels(comparison, measures), _levels_once(comparison, played, measures)
    branch_of = {case: branch for branch, case in contest.cases.items()}
    names = list(comparison.cases)
    shown = cells(compared, measures)
    rows = [
        {
            "measure": measure.name,
            "title": title_of(compared, measure),
            "unit": compared.rows(compared.variants[0])[measure.name].unit,
            "better": measure.better,
            "cells": {
                branch_of[name]: _cell(
                    measure, together[name], shown[name][place] if name in shown else None, once, name,
                    compared.baseline,
                )
                for name in names
            },
        }
        for place, measure in enumerate(measures)
    ]  # fmt: skip
    message: dict[str, Any] = {
        "type": "result",
        "branches": [{"id": branch_of[name], "name": contest.names[name], "case": name} for name in names],
        "storms": comparison.pairs,
        "done": comparison.pairs,
        "of": of,
        "baseline": branch_of[compared.baseline],
        "replication": contest.setting.replication,
        "rows": rows,
        "places": places_of(compared, branch_of),
        "sentences": [
            said_aloud(words) for words in comparison_words(compared, verdict_sentences(comparison))
        ],
    }
    return {name: plain(value) for name, value in message.items()}


def said_aloud(sentence: str) -> str:
    """A sentence of the command as a room hears it, where nobody types."""
    return sentence.replace(OPTION_THAT_VARIES, "").replace(AS_PLANNED, GHOST_NAMES[AS_PLANNED])


def places_of(compared: ComparisonTables, branch_of: Mapping[str, str]) -> dict[str, list[int]]:
    """By branch, the best and the worst place that it may have, by net benefit; none from one storm."""
    if int(compared.verdicts["replications"].max()) < 2:
        return {}
    return {
        branch_of[str(row["case"])]: [int(row["best_place"]), int(row["worst_place"])]
        for row in compared.ranking.to_dict(orient="records")
    }


def _levels(comparison: Comparison, measures: list[Measure]) -> Levels:
    """Levels with intervals, as summaries have them."""
    together = common_replications(list(comparison.cases.values()))
    names = [measure.name for measure in measures]
    found: dict[str, dict[str, tuple[float, float, float]]] = {}
    for case, result in comparison.cases.items():
        estimates = estimate_by_name(names, sample_of(result, together))
        found[case] = {}
        for measure in measures:
            estimated = estimates[measure.name]
            limits = clip(interval(estimated), measure.bounds)
            ends = estimated.value[0], limits.low[0], limits.high[0]
            found[case][measure.name] = (float(ends[0]), float(ends[1]), float(ends[2]))
    return found


def _levels_once(
    comparison: Comparison, played: Mapping[str, Digest], measures: list[Measure]
) -> dict[str, dict[str, float]]:
    """Levels in the storm that was played."""
    names = [measure.name for measure in measures]
    found = {}
    for case, seen in played.items():
        result = comparison.cases[case]
        sample = Sample(alone(result.loaded.scenario), result.names, (seen,))
        estimates = estimate_by_name(names, sample)
        found[case] = {name: float(estimates[name].value[0]) for name in names}
    return found


def alone(scenario: Scenario) -> Scenario:
    """The scenario for one storm by itself, which may be one member of an antithetic pair."""
    return scenario.model_copy(update={"run": scenario.run.model_copy(update={"antithetic": False})})


def _cell(
    measure: Measure,
    levels: Mapping[str, tuple[float, float, float]],
    cell: Cell | None,
    once: Mapping[str, Mapping[str, float]],
    case: str,
    baseline: str,
) -> dict[str, Any]:
    """One case in one measure; levels that say nothing are left out, differences remain."""
    name = measure.name
    value, low, high = levels[name]
    seen = once.get(case, {}).get(name)
    usual = once.get(baseline, {}).get(name)
    changed = None if seen is None or usual is None else seen - usual
    told: dict[str, Any] = {
        "value": value,
        "low": low,
        "high": high,
        "this_storm": seen,
        "this_storm_difference": changed,
        "value_text": level_words(measure, MeasureRow({"baseline": value}, measure.unit)),
    }
    if name in ONLY_DIFFERENCES:
        told |= {"value": None, "low": None, "high": None, "this_storm": None}
    if cell is not None:
        numbers = cell.row.numbers
        told |= {
            "difference": numbers["difference"],
            "difference_low": numbers["low_all"],
            "difference_high": numbers["high_all"],
            "words": str(cell.verdict),
            "text": difference_words(cell).strip(),
            "interval": span(numbers["low_all"], numbers["high_all"], cell.row.unit),
        }
    return told
