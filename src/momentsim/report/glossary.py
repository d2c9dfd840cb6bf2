"""Words of the trade that a reader of one table may not know: a line below it explains those that it uses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from momentsim.report.numbers import capitalise

GLOSSARY: Final = {
    "moment": "one need of one customer, however many contacts it takes",
    "contained": "solved in self-service",
    "busy": "no line was free",
    "effort": "1 (one contact was enough) to 5",
    "handling time": "talk + hold + wrap-up",
    "occupancy": "share of the time on duty that agents are at work on contacts",
    "service level": "share answered within the time of the goal",
    "in time": "answered within the time of the goal",
    "hang up": "before they are answered",
    "lost by experience": "customers who leave for what they lived through",
    "customers kept": "fewer of them leave for what they lived through",
    "customers lost": "those who leave for what they lived through",
    "net benefit": "change of customer value, less total cost",
    "never helped": "people in a crisis to whom nobody in the centre spoke",
    "heads to roster": "before absence and shrinkage",
    "agent-hours": "on the roster, within the horizon",
    "paid h": "hours paid, as rostered",
    "head-hours": "heads short or too many, times hours",
}
"""By the word as headings have it; what is listed first is explained first."""


def explained(headings: Iterable[str]) -> str:
    """`Busy: no line was free.` of each word of the glossary in these headings; empty if there is none."""
    text = "\n".join(headings).lower()
    found = (word for word in GLOSSARY if re.search(rf"\b{re.escape(word)}s?\b", text))
    return " ".join(f"{capitalise(word)}: {GLOSSARY[word]}." for word in found)
