"""What a run until it is precise enough says at its end."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from momentsim.report.numbers import with_unit

ABSOLUTE_UNITS = {"share": 100.0, "points": 1.0}
"""Units said in points, and how many points one of the unit is."""
MOST = 100_000
"""More replications than this cannot be asked for."""


def precision_words(content: Mapping[str, Any], finished: int) -> list[str]:
    """Sentences about the `precision` of a manifest: reached, or which measures missed it and by how much."""
    asked = f"{100 * content['asked']:g}"
    goal = f"half-widths of at most {asked} points for shares, {asked} % otherwise"
    measures = content["measures"]
    if not measures:
        return [f"precision: stopped before the first look, after {finished} replications"]
    if content["reached"]:
        reached = ", ".join(f"{_name(row)} {_width(row)}" for row in measures)
        return [f"precision reached after {finished} replications: {reached}"]
    missed = [row for row in measures if not row["reached"]]
    capped = finished >= content["max_replications"]
    head = "precision not reached" if capped else "precision not reached yet"
    sentences = [f"{head} after {finished} replications, asked were {goal}:"]
    sentences += [
        f"  {_name(row)} is {with_unit(row['value'], row['unit'])} {_width(row)}, asked {_goal(row)}; {_more(row)}"
        for row in missed
    ]
    most = max(row["needed"] for row in missed)
    if capped and most <= MOST:
        sentences.append(f"try --max-replications {_round_up(most)}, or a wider precision")
    elif capped:
        sentences.append("ask for a wider precision, or leave such a measure out")
    return sentences


def _name(row: Mapping[str, Any]) -> str:
    """The measure, or in a comparison the difference that a case makes to it."""
    return f"the difference of {row['case']} in {row['measure']}" if "case" in row else str(row["measure"])


def _width(row: Mapping[str, Any]) -> str:
    return f"+- {_half(row, row['half_width'])}"


def _goal(row: Mapping[str, Any]) -> str:
    return f"+- {_half(row, row['asked'])}"


def _half(row: Mapping[str, Any], half_width: float) -> str:
    """In points, or as percent of the value."""
    points = ABSOLUTE_UNITS.get(row["unit"])
    if points is not None:
        return f"{points * half_width:.3g} points"
    if "case" in row or half_width > abs(row["value"]):
        return with_unit(half_width, row["unit"])
    return f"{100 * half_width / abs(row['value']):.3g} %"


def _more(row: Mapping[str, Any]) -> str:
    if row["needed"] > MOST:
        return "out of reach by replications" + (
            "" if row["unit"] in ABSOLUTE_UNITS else ", it is too near 0"
        )
    return f"it takes about {_round_up(row['needed']):,} replications"


def _round_up(number: int) -> int:
    """To two digits: a projection knows no more."""
    size: int = 10 ** max(0, len(str(number)) - 2)
    return math.ceil(number / size) * size
