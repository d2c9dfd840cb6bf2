"""What people said in a workshop, read from its file of decisions: guesses and rules."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, Final, NamedTuple

from momentsim.app.files import DECISIONS
from momentsim.measures.facts import Sample
from momentsim.measures.summary import estimate_by_name

QUESTIONS: Final = {"never_helped": "unserved", "customers_lost": "customers_lost_expected"}
"""By question of a guess, the measure that answers it."""


class Contributions(NamedTuple):
    """Guesses by question, each person's last one, and rules in the order in which they were written."""

    guesses: dict[str, list[float]]
    rules: list[str]


def read_contributions(folder: Path) -> Contributions:
    """What is in the file; nothing where there is none. A line that is torn is left out."""
    guesses: dict[str, dict[str, float]] = {}
    rules: list[str] = []
    file = folder / DECISIONS
    text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
    for line in text.splitlines():
        said, who = _said(line)
        if said.get("type") == "predict" and said.get("question") in QUESTIONS:
            guesses.setdefault(str(said["question"]), {})[who] = float(said["value"])
        elif said.get("type") == "rule":
            rules.append(str(said.get("text", "")))
    return Contributions({question: list(each.values()) for question, each in guesses.items()}, rules)


def truth_of(sample: Sample) -> dict[str, float]:
    """What people were asked to guess, by question, as it came out in the first replication; none without meaning."""
    estimates = estimate_by_name(tuple(QUESTIONS.values()), sample)
    values = {question: float(estimates[name].value[0]) for question, name in QUESTIONS.items()}
    return {question: value for question, value in values.items() if math.isfinite(value)}


def _said(line: str) -> tuple[dict[str, Any], str]:
    try:
        content = json.loads(line)
        said = content["said"]
        return (said, str(content.get("client", ""))) if isinstance(said, dict) else ({}, "")
    except (ValueError, KeyError, TypeError):
        return {}, ""
