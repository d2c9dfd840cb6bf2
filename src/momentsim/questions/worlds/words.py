"""The plausible worlds in words: in how many a variant is better, what would flip that, and what to measure next.

Shares of worlds are lower limits rounded down, ranges are rounded outward, and nothing is named that the worlds do not
tell from luck.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from momentsim.questions.compare.verdicts import BENEFIT, COST, LEVEL
from momentsim.questions.worlds.findings import ENOUGH, KEPT, Worlds, differences
from momentsim.questions.worlds.spread import shrink
from momentsim.questions.worlds.surrogate import FEWEST_WORLDS
from momentsim.report.numbers import duration, join_words, with_unit
from momentsim.report.verdicts import outward

OF: Final = 10
"""Worlds in so many, as people say it."""
MOST_NAMED: Final = 3
"""Assumptions named in a sentence."""
JUDGED_BY: Final = {"customers kept": BENEFIT, "service level": LEVEL}
"""What a verdict gains -> the measure that worlds are counted by."""
SUBJECTS: Final = {
    BENEFIT: ("net benefit is higher", "net benefit is lower", "net benefit is the same"),
    LEVEL: ("the service level is higher", "the service level is lower", "the service level is the same"),
    KEPT: ("more customers stay", "fewer customers stay", "as many customers stay"),
}
"""What worlds are counted by, in words: above the baseline, below it, and neither."""


def with_worlds(sentences: Mapping[str, str], verdicts: pd.DataFrame, worlds: Worlds) -> dict[str, str]:
    """The sentence of every variant, ended by the share of plausible worlds in which it is better."""
    if not len(worlds.spread):
        return dict(sentences)
    gains = verdicts.set_index("case")["gain"]
    return {
        case: f"{sentence.removesuffix('.')}; {verdict_shares(worlds, case, str(gains[case]))}."
        for case, sentence in sentences.items()
    }


def verdict_shares(worlds: Worlds, case: str, gain: str) -> str:
    """In how many plausible worlds what a sentence says of a variant holds: what is gained, and net benefit."""
    judged = (KEPT, BENEFIT) if gain == "customers kept" else (LEVEL,)
    return ", and ".join(share_words(worlds, case, measure) for measure in judged)


def price_in_worlds(worlds: Worlds, case: str, currency: str) -> str:
    """What a customer kept costs over the worlds, 5 % to 95 % of them; empty where no world keeps any."""
    found = differences(worlds.pairs)[case]
    kept, cost = (shrink(found[measure]) for measure in (KEPT, COST))
    if not (kept > 0).any():
        return ""
    prices = np.where(kept > 0, cost / np.where(kept > 0, kept, 1.0), np.where(cost > 0, np.inf, -np.inf))
    low, high = (float(end) for end in np.quantile(prices, (0.05, 0.95), method="nearest"))
    tried = f"in 9 of 10 of the {len(kept)} worlds tried"
    if low <= 0 < high < math.inf:
        most = outward(0.0, high, currency)[1]
        return f"A customer kept costs at most {most} {currency} {tried}, and may even cost less in all."
    if high <= 0:
        return f"It keeps customers and costs less {tried}."
    if math.isinf(high):
        none = int((kept <= 0).sum())
        return f"No price per customer kept: in {none} of the {len(kept)} worlds tried it keeps none."
    least, most = outward(low, low, currency)[0], outward(high, high, currency)[1]
    return f"A customer kept costs {least} to {most} {currency} {tried}."


def share_words(worlds: Worlds, case: str, measure: str) -> str:
    """In how many of all plausible worlds the measure is higher, as far as it can be told with 95 %."""
    row = spread_row(worlds, case, measure)
    above, below, same = SUBJECTS[measure]
    higher, lower = (_tenths_down(row[name]) for name in ("better_low", "worse_low"))
    if higher > OF / 2:
        return f"{above} in at least {higher} of {OF} plausible worlds"
    if lower > OF / 2:
        return f"{below} in at least {lower} of {OF} plausible worlds"
    most = math.ceil(OF * row["better_high"] - 1e-9)
    if row["same"] == row["worlds"]:
        return f"{same} in all {row['worlds']:.0f} worlds tried"
    if higher == 0 and most == OF:
        return f"in how many plausible worlds {above} can't be told"
    return f"{above} in {higher} to {most} of {OF} plausible worlds"


def spread_row(worlds: Worlds, case: str, measure: str) -> dict[str, Any]:
    """The distribution of one difference over the worlds."""
    table = worlds.spread
    row = table[(table["case"] == case) & (table["measure"] == measure)].iloc[0]
    return {str(name): value for name, value in row.items()}


def flip_words(worlds: Worlds, case: str, baseline: str) -> str:
    """Which assumptions would turn the net benefit of a variant, or why none is named."""
    named = named_assumptions(worlds, case)
    if named is None:
        return f"fewer than {FEWEST_WORLDS} worlds don't tell which assumption matters."
    if not len(named):
        share = worlds.about["explained"][case] or 0.0
        foretold = 100 * max(0.0, share) if math.isfinite(share) else 0.0
        return (
            f"no assumption alone explains how worlds differ (the best fit foretells {foretold:.0f} % of it)."
        )
    for flips, verb in (("yes", "falls"), ("perhaps", "may fall")):
        turning = named[named["flips"] == flips].head(MOST_NAMED)
        if len(turning):
            where = " or if ".join(_where(row) for row in turning.to_dict(orient="records"))
            return f"net benefit {verb} below that of {baseline}, on average over all else, if {where}."
    matters = join_words([str(name) for name in named["parameter"].head(MOST_NAMED)])
    return f"no assumption alone turns it within its plausible range; most depends on {matters}."


def named_assumptions(worlds: Worlds, case: str) -> pd.DataFrame | None:
    """Assumptions that move the net benefit, strongest first; none if the fit explains little, None without a fit."""
    explained = worlds.about.get("explained", {})
    if case not in explained:
        return None
    table = worlds.assumptions
    own = table[(table["case"] == case) & table["enters"].eq(True)]
    return own if _enough(explained[case]) else own.iloc[:0]


def information_words(worlds: Worlds, currency: str) -> str:
    """What to measure next, and what knowing it is worth to this choice."""
    known = float(worlds.about["evpi"])
    if not known > 0.0:
        return (
            "What to measure next: nothing that changes the choice; the same case has the highest net benefit in every "
            "world tried."
        )
    high = _money(worlds.about["evpi_high"], currency)
    if not float(worlds.about["evpi_low"]) > 0.0:
        limit = f"knowing all assumptions is worth at most {high} to this choice"
        return f"What to measure next: too little to tell; {limit}."
    worth = (
        f"knowing all assumptions would be worth {_money(known, currency)} (at most {high}) to this choice"
    )
    single = valuable(worlds)
    if not len(single):
        return f"What to measure next: {worth}; no single one stands out."
    named = [
        f"{row['parameter']} alone {_money(row['evppi'], currency)}"
        for row in single.head(MOST_NAMED).to_dict(orient="records")
    ]
    return f"What to measure next: {worth}, {join_words(named)}."


def valuable(worlds: Worlds) -> pd.DataFrame:
    """Assumptions whose knowledge is worth something by fits that explain enough, the most first."""
    good = [case for case, share in worlds.about.get("explained", {}).items() if _enough(share)]
    table = worlds.assumptions[worlds.assumptions["case"].isin(good)]
    table = table[table["enters"].eq(True) & (table["evppi"] > 0)]
    return table.sort_values("evppi", ascending=False, kind="stable").drop_duplicates("parameter")


def value_words(value: float, unit: str) -> str:
    """A value of an assumption to three digits, durations in their units."""
    if unit == "s":
        return duration(value)
    return f"{float(f'{value:.3g}'):g}"


def _where(row: Mapping[Any, Any]) -> str:
    """`kappa is below 0.18 to 0.25 (plausible: 0.1 to 0.9, assumed)`."""
    unit = str(row["unit"])
    first, last = sorted((row["flip_from"], row["flip_to"]))
    ends = [value_words(end, unit) for end in (first, last)]
    limit = ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"
    plausible = f"{value_words(row['low'], unit)} to {value_words(row['high'], unit)}"
    return f"{row['parameter']} is {row['loses']} {limit} (plausible: {plausible}, {row['tag']})"


def _enough(share: float | None) -> bool:
    return share is not None and math.isfinite(share) and share >= ENOUGH


def _tenths_down(share: float) -> int:
    """Worlds in ten, rounded down and never all of them."""
    return min(OF - 1, math.floor(OF * share + 1e-9))


def _money(value: float, currency: str) -> str:
    return with_unit(float(f"{value:.2g}"), currency)
