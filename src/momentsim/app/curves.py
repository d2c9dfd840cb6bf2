"""What each hour of waiting costs, for a room: the ordinary `curve`, arriving storm by storm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from momentsim.app.branches import BranchPull
from momentsim.app.cards import lever_texts
from momentsim.app.cases import pulls_text
from momentsim.app.jobs import Hand, JobProgress, Message, Post
from momentsim.app.reference_search import announced, step_of
from momentsim.app.setting import Setting
from momentsim.measures.facts import members_of
from momentsim.prepare.levers import lever_names
from momentsim.questions.curve.curve import (
    BENEFIT,
    CurveQuestion,
    Futures,
    answer_of,
    curve_identity,
    curve_table,
    futures_of,
)
from momentsim.questions.curve.store import find_curve
from momentsim.questions.curve.words import answer_words, finding
from momentsim.questions.saving import save_curve
from momentsim.runs.files import plain
from momentsim.runs.lever_file import read_lever_file
from momentsim.runs.settings import RunSettings
from momentsim.runs.side_by_side import take_in_order
from momentsim.runs.steering import Steering
from momentsim.scenario.types import Scenario

CURVE_STORMS: Final = 6
"""Storms of a curve: each has as many futures as there are times."""
CURVE_TIMES: Final = 7


def curve_times(scenario: Scenario) -> tuple[int, ...]:
    """Seven times, evenly apart: from half a step before the first announcement on, or over the horizon."""
    horizon = round(scenario.horizon * 1e6)
    span = announced(scenario)
    if span is None:
        return tuple(horizon * number // CURVE_TIMES for number in range(CURVE_TIMES))
    step = step_of(span) // 2
    wanted = (span[0] + step * number for number in range(-1, CURVE_TIMES - 1))
    return tuple(sorted({min(max(time, 0), horizon - 1) for time in wanted}))


def curve_question(
    setting: Setting, lever: str, pulls: Sequence[BranchPull], folder: Path, name: str
) -> CurveQuestion:
    """The question about a lever, all else as on a branch; what that is lies in `folder` as a file of pulls."""
    row = lever_names(setting.scenario).index(lever)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.csv"
    file.write_bytes(pulls_text(setting, pulls).encode())
    steering = Steering(pulls=read_lever_file(file, setting.loaded.scenario))
    times = curve_times(setting.scenario)
    return CurveQuestion(setting.loaded, setting.base, row, lever, times, steering)


def work_out_curve(
    setting: Setting, question: CurveQuestion, hand: Hand, post: Post, *, folder: Path
) -> Iterator[JobProgress]:
    """Post a `curve` after every storm, or as many as there are threads; its results folder is left in `folder`."""
    storms = CURVE_STORMS * members_of(setting.scenario)
    futures: list[Futures] = []
    title = lever_texts(setting)[question.lever].title
    yield JobProgress(0, storms, f"storm 1 of {storms}")
    while len(futures) < storms:
        batch = range(
            len(futures), min(storms, len(futures) + max(hand.workers, members_of(setting.scenario)))
        )
        take_in_order(
            batch,
            lambda number: futures_of(setting.steerable, question, number + 1, hand.stop),
            lambda _number, found: futures.append(found),
            workers=hand.workers,
            stop=hand.stop,
        )
        hand.check()
        table = curve_table(question, setting.steerable.loaded, futures)
        post(curve_message(question, title, table, storms))
        yield JobProgress(len(futures), storms, f"{len(futures)} of {storms} storms")
    settings = RunSettings(replications=storms, log="none", workers=hand.workers)
    name = curve_identity(question, settings)
    place = folder / f"curve-{name[:8]}"
    if find_curve(place, name) is None:
        save_curve(answer_of(question, settings, setting.steerable, futures), place)
    yield JobProgress(storms, storms, f"{storms} of {storms} storms, kept as {place.name}")


def curve_message(question: CurveQuestion, title: str, table: pd.DataFrame, storms: int) -> Message:
    """The message `curve`: net benefit against never pulling, by time, and what is said of the lever of this title."""
    currency = question.loaded.scenario.currency
    done = int(table["replications"].max())
    points = [
        {
            "t": float(row["pulled_s"]),
            "value": row[f"{BENEFIT}_never"],
            "low": row[f"{BENEFIT}_never_low"],
            "high": row[f"{BENEFIT}_never_high"],
        }
        for row in table.to_dict(orient="records")
    ]
    message: dict[str, Any] = {
        "type": "curve",
        "lever": question.name,
        "title": f"{finding(table, title, currency)}.",
        "sentence": " ".join(answer_words(table, title, currency)),
        "unit": currency,
        "points": points,
        "done": done,
        "of": storms,
    }
    return {name: plain(value) for name, value in message.items()}
