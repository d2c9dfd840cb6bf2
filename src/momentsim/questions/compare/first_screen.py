"""What a comparison says first: a paragraph to read out, and all cases side by side in about ten measures.

First what is decided, then what it rests on. Everything is told from the tables of the results folder, so a comparison
that is shown again says the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pandas as pd

from momentsim.measures.catalogue import BY_NAME, Measure
from momentsim.measures.outlook_words import outlook_words
from momentsim.questions.compare.verdicts import BENEFIT, LEVEL, VALUE
from momentsim.questions.compare.words import confidence_note, price_words, sentence
from momentsim.questions.worlds.findings import Worlds
from momentsim.questions.worlds.words import price_in_worlds, verdict_shares
from momentsim.report.numbers import capitalise, join_words
from momentsim.report.tables import MeasureRow, rows_of, verdict
from momentsim.report.verdicts import NOT_VARIED, SURELY_FIRST, Verdict, change_words, decide, first_words

if TYPE_CHECKING:
    from momentsim.questions.compare.compare import Comparison

KEY_MEASURES: Final = (
    "net_benefit", "value_net", "cost_total", "customers_lost_expected", "nps", "unserved", "jammed_hours",
    "service_level", "abandoned_share", "wait_mean_s", "resolved_first_share", "contacts_per_moment", "occupancy",
)  # fmt: skip
"""What is shown first, in this order, as far as it has a meaning in the scenario."""
OPTION_THAT_VARIES: Final = " (--worlds 64 does)"
"""What to type next, which is left out where nobody types."""
MOST_MEASURES: Final = 10


@dataclass(frozen=True)
class ComparisonTables:
    """The tables of a comparison that are told, of a live one or of a folder."""

    baseline: str
    table: pd.DataFrame
    verdicts: pd.DataFrame
    ranking: pd.DataFrame
    worlds: Worlds | None
    currency: str
    outlook: str
    """How far value is counted."""
    has_crisis: bool = False
    """Whether the baseline lives through a crisis: then value is told as protected."""

    @property
    def variants(self) -> list[str]:
        """Names in the order of the file."""
        return [str(name) for name in self.verdicts["case"]]

    @property
    def judged_by(self) -> str:
        """Net benefit; the service level where memory is off, since then nothing but cost would be in it."""
        return BENEFIT if self.verdicts["gain"].eq("customers kept").any() else LEVEL

    @property
    def ranked(self) -> list[str]:
        """Variants, highest net benefit first, or highest service level."""
        if self.judged_by == BENEFIT:
            return [str(name) for name in self.ranking["case"] if name != self.baseline]
        return sorted(self.variants, key=lambda name: -self.rows(name)[LEVEL].numbers["difference"])

    def rows(self, variant: str) -> dict[str, MeasureRow]:
        """Differences of scope `all` by measure."""
        return self._rows[variant]

    @cached_property
    def _rows(self) -> dict[str, dict[str, MeasureRow]]:
        """Looked at dozens of times, and slow to read out of a table."""
        whole = self.table[self.table["scope"] == "all"]
        return {str(case): rows_of(rows) for case, rows in whole.groupby("case", sort=False)}


def compared_of(comparison: Comparison) -> ComparisonTables:
    """The tables of a comparison that was just made."""
    scenario = comparison.baseline.loaded.scenario
    return ComparisonTables(
        comparison.baseline_name,
        comparison.table,
        comparison.verdicts,
        comparison.ranking,
        comparison.worlds,
        scenario.currency,
        outlook_words(scenario),
        bool(scenario.crises),
    )


def judge(compared: ComparisonTables) -> dict[str, Verdict]:
    """What may be said of each variant, all together with 95 %; best estimate first."""
    measure = BY_NAME[compared.judged_by]
    return {name: verdict(measure, compared.rows(name)[measure.name].numbers) for name in compared.ranked}


def best_words(compared: ComparisonTables) -> str:
    """Which variant is best, or why none can be named: the title of a figure and the first sentence."""
    found, base = judge(compared), compared.baseline
    better = [name for name, each in found.items() if each is Verdict.BETTER]
    kinds, title = set(found.values()), BY_NAME[compared.judged_by].title.strip()
    if better and len(found) > 1:
        worst_place = _worst_place(compared, better[0])
        sure = SURELY_FIRST if worst_place == 1 else ""
        return f"{better[0]} {first_words(worst_place)} best{sure}: {_size(compared, better[0])}"
    if better:
        return f"{better[0]} is better than {base}: {_size(compared, better[0])}"
    if Verdict.UNKNOWN in kinds:  # of a variant that differs in nothing it is known, of others not
        return "One replication tells nothing about how sure this is"
    if kinds == {Verdict.WORSE} and len(found) == 1:
        return f"{next(iter(found))} is worse than {base}: {_size(compared, next(iter(found)))}"
    if kinds == {Verdict.WORSE}:
        return f"Every variant has a lower {title} than {base}"
    if Verdict.UNSURE in kinds:
        who = f"Whether {next(iter(found))} is" if len(found) == 1 else "That any variant is"
        return f"{who} better than {base} by {title} can't be told"
    return f"No variant has a higher {title} than {base}"


def _worst_place(compared: ComparisonTables, case: str) -> float:
    """The worst place that a case may have; places are by net benefit."""
    if compared.judged_by != BENEFIT:
        return math.inf
    return float(compared.ranking.set_index("case")["worst_place"].loc[case])


def _size(compared: ComparisonTables, case: str) -> str:
    """`its net benefit is 1,200 to 1,900 USD higher than that of base`."""
    row = compared.rows(case)[compared.judged_by]
    low, high = row.numbers["low_all"], row.numbers["high_all"]
    size = change_words(low, high, row.unit, ("higher", "lower"), "")
    return f"its {BY_NAME[compared.judged_by].title.strip()} is {size} than that of {compared.baseline}"


def paragraph(compared: ComparisonTables) -> tuple[str, ...]:
    """Four sentences to read out: the best, the others, what the best one does, and what it rests on."""
    best = _told(compared)
    said = [f"{best_words(compared)}.", *_others(compared, best)]
    row = next(row for row in compared.verdicts.to_dict(orient="records") if row["case"] == best)
    if math.isfinite(row["cost_low"]):
        price = price_of(row, compared.currency, compared.worlds)
        priced = f" {price}" if price.startswith("A customer kept costs") else ""
        said.append(f"With {best} {_lower(sentence(row, compared.currency))}{priced}")
    said.append(_basis(compared, best))
    return tuple(said)


def _lower(text: str) -> str:
    return f"{text[0].lower()}{text[1:]}"


def _told(compared: ComparisonTables) -> str:
    """The variant that is told in full: the best of those better than the baseline, else the first by estimates."""
    found = judge(compared)
    better = (name for name, each in found.items() if each is Verdict.BETTER)
    return next(better, next(iter(found)))


def _others(compared: ComparisonTables, best: str) -> list[str]:
    """The other variants by what may be said of them."""
    found = {name: each for name, each in judge(compared).items() if name != best}
    parts = [
        f"{words} {join_words([name for name in found if found[name] is kind])}"
        for kind, words in (
            (Verdict.BETTER, f"better than {compared.baseline} too:"),
            (Verdict.WORSE, "worse:"),
            (Verdict.UNSURE, f"can't be told apart from {compared.baseline}:"),
            (Verdict.SAME, "the same:"),
        )
        if kind in found.values()
    ]
    return [f"{capitalise('; '.join(parts))}."] if parts else []


def price_of(row: Mapping[Any, Any], currency: str, worlds: Worlds | None) -> str:
    """What a customer kept costs, where any is: over the worlds where there are some, else at the assumed values."""
    kept = row["gain"] == "customers kept" and decide(row["gained_low"], row["gained_high"]) is Verdict.HIGHER
    if kept and worlds is not None and len(worlds.spread):
        return price_in_worlds(worlds, str(row["case"]), currency)
    return price_words(row, currency)


def _basis(compared: ComparisonTables, case: str) -> str:
    """What the verdict rests on: the share of plausible worlds, or that none were asked."""
    if compared.worlds is None or not len(compared.worlds.spread):
        tested = f"{NOT_VARIED}{OPTION_THAT_VARIES}"
    else:
        gain = str(compared.verdicts.set_index("case")["gain"].loc[case])
        tested = f"with {case} {verdict_shares(compared.worlds, case, gain)}"
    if compared.judged_by != BENEFIT:
        return f"{capitalise(tested)}."
    return f"Net benefit is the expected margin of customers {compared.outlook}, less cost; {tested}."


def title_of(compared: ComparisonTables, measure: Measure) -> str:
    """What a difference of this measure is called; against a crisis left to itself value is protected, not made."""
    if measure.name == VALUE and compared.has_crisis:
        return "value protected"
    return {VALUE: "customer value", "customers_lost_expected": "customers lost"}.get(
        measure.name, measure.title.strip().removesuffix(", total")
    )


def comparison_words(compared: ComparisonTables, sentences: Mapping[str, str]) -> tuple[str, ...]:
    """The paragraph, a line per variant with its sentence and price, and what the sentences promise."""
    lines = [
        f"{row['case']}: {sentences[str(row['case'])]} {price_of(row, compared.currency, compared.worlds)}".strip()
        for row in compared.verdicts.to_dict(orient="records")
    ]
    replications = int(compared.verdicts["replications"].max())
    promise = (confidence_note(len(compared.verdicts), replications),) if replications > 1 else ()
    return (" ".join(paragraph(compared)), *lines, *promise)


class Cell(NamedTuple):
    """One difference: the row it stands in and what may be said of it."""

    measure: Measure
    row: MeasureRow
    verdict: Verdict


def key_measures(compared: ComparisonTables) -> list[Measure]:
    """The measures shown first: those that have a meaning here."""
    rows = [compared.rows(name) for name in compared.variants]
    known = [  # a jam of a few calls in a quiet hour is nothing where there is no crisis
        BY_NAME[name]
        for name in KEY_MEASURES
        if (compared.has_crisis or BY_NAME[name].section != "Crisis")
        and any(_means(each[name]) for each in rows if name in each)
    ]
    return known[:MOST_MEASURES]


def _means(row: MeasureRow) -> bool:
    sides = row.numbers["baseline"], row.numbers["variant"]
    return all(math.isfinite(side) for side in sides) and any(side != 0 for side in sides)


def cells(compared: ComparisonTables, measures: Iterable[Measure]) -> dict[str, list[Cell | None]]:
    """By variant, one cell a measure; None where it has no value."""
    table: dict[str, list[Cell | None]] = {}
    chosen = list(measures)
    for name in compared.variants:
        rows = compared.rows(name)
        table[name] = [
            Cell(each, rows[each.name], verdict(each, rows[each.name].numbers)) if each.name in rows else None
            for each in chosen
        ]
    return table
