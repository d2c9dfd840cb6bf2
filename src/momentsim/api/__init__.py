"""The Python interface: ask, and tell, draw or save the answer. Heavy imports wait until they are used."""

from __future__ import annotations

from momentsim.api.answers import plot, report_on, save, words
from momentsim.api.asking import load
from momentsim.api.questions import curve, shifts, staff, sweep, worth
from momentsim.api.reading import check, evidence, explain, fit_export, list_scenarios
from momentsim.api.runs import compare, run, steer

__all__ = [
    "check", "compare", "curve", "evidence", "explain", "fit_export", "list_scenarios", "load", "plot", "report_on",
    "run", "save", "shifts", "staff", "steer", "sweep", "words", "worth",
]  # fmt: skip
