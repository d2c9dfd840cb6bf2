"""A shift plan in words: who covers what for how much, where people are short or over, and how good it is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from momentsim.questions.shifts.roster import spans
from momentsim.report.numbers import plain, with_unit

MOST_SPANS = 5
NOTHING = 0.05
"""Head-hours, heads or percent that words and tables are too coarse for."""

A_HEAD = 1.0
"""Surplus below it is rounding: a roster holds whole people."""


def plan_words(about: Mapping[str, Any], week: pd.DataFrame, cover: pd.DataFrame) -> tuple[str, ...]:
    """The plan, shortage and surplus, and how far from the best possible it may be."""
    period = "for these days" if about["by_day"] else "a week"
    duties = "agent-days" if about["by_day"] else "agents"
    shifts = f"{len(week)} shift{'s' if len(week) != 1 else ''}"
    sentences = [
        f"{plain(about['agents'], 0)} {duties} on {shifts} cover {about['group']} with "
        f"{plain(about['paid_hours'], 0)} paid hours, {with_unit(about['cost'], about['currency'])} {period}, "
        f"{quality_words(about['gap'])}.",
        shortage_words(about, cover),
        f"{plain(about['over_hours'], 0)} head-hours are over the requirement{_share(about, 'over_hours')}.",
    ]
    if about["out_of_reach"]:
        named = ", ".join(about["out_of_reach"][:MOST_SPANS])
        more = len(about["out_of_reach"]) - MOST_SPANS
        sentences.append(f"No allowed shift reaches {named}" + (f" and {more} more." if more > 0 else "."))
    return tuple(sentences)


def quality_words(gap: float) -> str:
    """How much cheaper, at most, another plan could be; rounded up."""
    if gap < 1e-6:
        return "the best possible under the rules"
    return f"within {math.ceil(gap * 1000 - 1e-9) / 10:.1f} % of the best possible under the rules"


def shortage_words(about: Mapping[str, Any], cover: pd.DataFrame) -> str:
    """How much is missing, and where most."""
    short = cover[cover["under"] > 0]
    if short.empty:
        return "No interval is short."
    worst = short.iloc[int(short["under"].argmax())]
    hours = about["under_hours"]
    return (
        f"Short in {len(short)} of {len(cover)} intervals by {plain(hours, 1 if hours >= NOTHING else 3)} head-hours"
        f"{_share(about, 'under_hours')}, the most on {worst['interval_start']:%a %Y-%m-%d %H:%M}: "
        f"{worst['under']:.1f} of {worst['required']:.1f}."
    )


def _share(about: Mapping[str, Any], name: str) -> str:
    required = about["required_hours"]
    share = 100 * about[name] / required if required else 0.0
    shown = f"{share:.1f}" if share >= NOTHING or share == 0 else "less than 0.1"
    return f" ({shown} % of what is required)"


def basis_words(about: Mapping[str, Any]) -> tuple[str, ...]:
    """What the numbers mean."""
    sentences = ["Required and on duty are net heads: people who are there, breaks taken off."]
    if about["available"] < 1:
        sentences.append(
            f"With {100 * about['shrinkage']:g} % shrinkage and {100 * about['absence']:g} % absence, of 100 heads on "
            f"the roster {100 * about['available']:.1f} are on duty; heads per shift are those on the roster."
        )
    if about["by_day"]:
        sentences.append(
            "The horizon is shorter than a week: days are planned one by one, without days_per_week."
        )
    elif about["weeks"] > 1:
        sentences.append(
            "The plan is one week that repeats; it covers, for every interval of the week, the highest "
            f"requirement of the {about['weeks']:.3g} weeks."
        )
    if about["left_out"]:
        sentences.append(
            "shifts.yaml leaves out the teams of this group: each shift deals its own agents to them, and these have "
            "fewer agents than there are teams."
        )
    return tuple(sentences)


def worst_spans(cover: pd.DataFrame, column: str, interval_s: int) -> list[tuple[str, float, float, float]]:
    """Spans under, or over by a head and more; most head-hours first: text, head-hours, most heads, required then."""
    step = pd.Timedelta(seconds=interval_s)
    least = NOTHING if column == "under" else A_HEAD
    beyond = cover[cover[column] >= least].set_index("interval_start")
    stretches = []
    for begin, end in spans(list(beyond.index), step):
        part = beyond.loc[begin : end - step]
        peak = int(part[column].argmax())
        hours = float(part[column].sum()) * interval_s / 3600.0
        named = f"{begin:%a %Y-%m-%d %H:%M} to {end:%H:%M}"
        if end - begin > pd.Timedelta(days=1):
            named = f"{begin:%a %Y-%m-%d %H:%M} to {end:%a %Y-%m-%d %H:%M}"
        if hours >= NOTHING:
            stretches.append((named, hours, float(part[column].max()), float(part["required"].iloc[peak])))
    return sorted(stretches, key=lambda span: -span[1])[:MOST_SPANS]
