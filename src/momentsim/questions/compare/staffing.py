"""What a variant saves in people: whether its heads were planned anew or kept, and what that does to hours and pay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from momentsim.report.numbers import plain
from momentsim.report.staffing_words import whose_words
from momentsim.report.verdicts import change_words
from momentsim.runs.staffing.told import is_restaffed

About = Mapping[str, Mapping[str, Any]]
"""By group, what is said of its plan (`about_plan`)."""


def staffing_sentences(
    table: pd.DataFrame, plans: Mapping[str, About], baseline: str, currency: str
) -> dict[str, str]:
    """By variant, for those of which heads were planned on either side; empty where all heads are written.

    `plans` has those of every case by name.
    """
    found = {}
    for case, plan in plans.items():
        if case == baseline or not (plan or plans[baseline]):
            continue
        rows = table[(table["case"] == case) & (table["scope"] == "all")].set_index("measure")
        hours, pay = (
            _change(rows, *each) for each in (("paid_hours", "paid hours"), ("cost_staff", currency))
        )
        found[case] = f"{_whose(plan)}: {hours}, {pay} for staff.{_not_needed(plan)}"
    return found


def _whose(plan: About) -> str:
    """`heads of line planned anew for 80/20`, group by group."""
    if not plan:
        return "heads as written"
    parts = []
    for name, about in plan.items():
        words = f"planned anew for {about['goal']}" if is_restaffed(about) else whose_words(about)
        parts.append(f"{name}: {words}")
    return "; ".join(parts)


def _not_needed(plan: About) -> str:
    """What kept heads are beyond or below the need of the variant's own contacts, in rostered hours."""
    words = []
    for name, about in plan.items():
        beyond = about["hours_rostered"] - about["hours_needed"]
        if not is_restaffed(about) and round(beyond) != 0:
            side = "more" if beyond > 0 else "fewer"
            words.append(f" Heads of {name} are {plain(abs(beyond), 0)} h {side} than {about['goal']} needs.")
    return "".join(words)


def _change(rows: pd.DataFrame, measure: str, unit: str) -> str:
    """`1,210 to 1,260 paid hours less`; the intervals of all variants hold together."""
    difference, low, high = (float(rows[name].loc[measure]) for name in ("difference", "low_all", "high_all"))
    if not low <= high:  # one replication
        low = high = difference
    return change_words(low, high, unit, ("more", "less"), f"no change of {unit}")
