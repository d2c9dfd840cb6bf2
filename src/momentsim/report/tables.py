"""Tables for the terminal: grouped measures with intervals, readable in 100 columns and without colour."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from rich.console import Console
from rich.table import Table
from rich.text import Text

from momentsim.measures.catalogue import MEASURES, Measure
from momentsim.measures.facts import members_of
from momentsim.measures.outlook_words import outlook_words
from momentsim.measures.service import service_level_formula
from momentsim.measures.summary import Tabular
from momentsim.report.glossary import explained
from momentsim.report.numbers import WORD_DIGITS, capitalise, plain, reading_unit, show_number, span, trials
from momentsim.report.summary_reading import TEXT, replications_of, whole
from momentsim.report.terminal import new_table, print_notes, print_table, print_words
from momentsim.report.verdicts import Verdict, decide
from momentsim.scenario.types import Scenario

if TYPE_CHECKING:
    import pandas as pd

SECTIONS = ("Service", "Loyalty", "People", "Money", "Crisis", "Run-out")
SELF_EVIDENT = ("attempts", "customers", "contacts", "points", "money")
"""Units that the title of a measure or of its section already says."""

COMPARISON_NOTES = (
    "Differences: variant - baseline, paired under common draws. P: chance that the variant is better.",
    "Verdict: better or worse where the 95 % interval of the difference leaves out 0, else can't tell.",
    "Saved: variance of the difference without common draws over that with them, so many times fewer runs.",
)
NOTES = (
    explained(("moment", "contained", "busy", "effort")),
    f"{explained(['handling time'])} Waits: of answered calls, quantiles good to 2.5 %.",
    "Who left did so within the run. Would have left anyway, lost by experience and churn are expected; lost by "
    "experience counts from the start to 12 months after the run, beyond what usual contacts cost.",
    "NPS, true: of all customers. NPS, surveyed: of those who had contact and answered, right after it.",
    "Value less cost: change of customer value, with word of mouth, sales, customers won and paid tiers where there "
    "are any, minus total cost. The margin that customers bring in anyway is not in it: no profit or loss, but a "
    "number to be compared between variants, where it is the net benefit.",
)
CRISIS_NOTE = (
    "Customers in need: parties hit by a crisis. Never helped: not by the centre, nor elsewhere where the crisis has "
    "`helped_elsewhere`. Jammed: an hour in which over 30 % of at least 20 calls fail."
)
OF_MEMORY = ("value_created", "value_destroyed")
"""Where neither is there, customers remember nothing: what else is 0 of loyalty and money then says nothing."""
SMALLEST = 1e-6
"""What is nearer to 0 is none: a part of the one customer that a plain queue has."""
NET_TITLE = "value less cost"
"""Of the net benefit of one run alone: not a loss of the service, nor a benefit before it is compared."""


class MeasureRow(NamedTuple):
    """Numbers of one measure for scope `all`, by column, and the unit as written."""

    numbers: dict[str, float]
    unit: str

    def half_width(self) -> float:
        """Half the interval; NaN without one."""
        return (self.numbers["high"] - self.numbers["low"]) / 2


def print_summary(console: Console, summary: Tabular, scenario: Scenario | None = None) -> None:
    """All headline measures in four groups; rows without meaning here are left out.

    With the scenario, the footnotes name the service goal and its formula.
    """
    rows = rows_of(summary)
    table = new_table("measure", "value", "95 % interval", "unit")
    for section, measures in sections(rows, "value"):
        if section == "Crisis" and scenario is not None and not scenario.crises:
            continue
        _open_section(table, section)
        for measure in measures:
            row = rows[measure.name]
            value = show_number(row.numbers["value"], measure.unit, row.half_width())
            interval = span(row.numbers["low"], row.numbers["high"], measure.unit)
            table.add_row(
                f"  {NET_TITLE if measure.name == 'net_benefit' else measure.title}",
                value,
                interval,
                reading_unit(row.unit),
            )
    print_table(console, table)
    console.print()
    print_notes(console, [*footnotes(summary, scenario), *_notes_of_a_run(scenario)])


def _notes_of_a_run(scenario: Scenario | None) -> list[str]:
    """What the words of a run's table mean."""
    is_told = scenario is None or scenario.crises
    return [*NOTES, CRISIS_NOTE] if is_told else list(NOTES)


def print_comparison(
    console: Console,
    comparison: pd.DataFrame,
    scenario: Scenario | None = None,
    baseline: str = "baseline",
    questions: Mapping[str, str] | None = None,
) -> None:
    """Baseline and each variant side by side with the paired difference and a verdict in words.

    A column `case`, if there is one, names the variants; `questions` says by name what each one asks.
    """
    cases = comparison["case"].unique() if "case" in comparison else ["variant"]
    for case in cases:
        part = comparison[comparison["case"] == case] if "case" in comparison else comparison
        print_words(console, f"{case} against {baseline}", "bold")
        if question := (questions or {}).get(case):
            print_words(console, question)
        print_table(console, comparison_frame(part))
    notes = footnotes(comparison, scenario)
    correction = [] if len(cases) < 2 else [correction_note(len(cases))]
    console.print()
    print_notes(console, [*COMPARISON_NOTES, *correction, *notes])


def correction_note(variants: int) -> str:
    """How intervals are corrected when several variants are compared."""
    return f"Intervals and verdicts hold for all {variants} variants together, per measure (Bonferroni)."


def comparison_frame(comparison: pd.DataFrame) -> Table:
    """The table of one variant."""
    rows = rows_of(comparison)
    table = new_table(
        "measure", "baseline", "variant", "difference", "95 % interval", "P", "saved", "verdict"
    )
    for section, measures in sections(rows, "difference"):
        currency = f", {rows[measures[0].name].unit}" if section == "Money" else ""
        _open_section(table, f"{section}{currency}")
        for measure in measures:
            table.add_row(*_compare(measure, rows[measure.name]))
    return table


def rows_of(table: Tabular) -> dict[str, MeasureRow]:
    """Rows of scope `all` by measure."""
    return {
        name: MeasureRow({key: value for key, value in row.items() if key not in TEXT}, str(row["unit"]))
        for name, row in whole(table).items()
    }


def verdict(measure: Measure, numbers: dict[str, float]) -> Verdict:
    """better, worse, can't tell, same; higher or lower for measures that are neither good nor bad."""
    low, high = _corrected_interval(numbers)
    if numbers["difference"] == 0 and not high > low:
        return Verdict.SAME  # also with one replication: common draws, the same story
    return decide(low, high, measure.better)


def _corrected_interval(numbers: dict[str, float]) -> tuple[float, float]:
    """The interval that holds for all variants together, where there is one."""
    return numbers.get("low_all", numbers["low"]), numbers.get("high_all", numbers["high"])


def footnotes(table: Tabular, scenario: Scenario | None = None) -> list[str]:
    """One line per formula that has more than one common meaning."""
    replications = replications_of(table)
    members = 1 if scenario is None else members_of(scenario)
    what = "t intervals, ratios pooled (delta method)" if replications > members else "no intervals"
    counted = trials(replications, members)
    notes = [f"{capitalise(counted)}: {what}."]
    if scenario is not None:
        goal = scenario.waiting.service_level
        notes.append(
            f"Service level within {goal.threshold_s:g} s, goal {100 * goal.share:g} %; "
            f"formula {service_level_formula(scenario)}."
        )
        notes.append(f"Value: expected margin of customers {outlook_words(scenario)}.")
    return notes


def sections(rows: dict[str, MeasureRow], key: str) -> list[tuple[str, list[Measure]]]:
    """Sections with their headline measures that have a meaning here, which `key` must have a value for."""
    is_remembered = any(_is_more_than_zero(rows[name].numbers, key) for name in OF_MEMORY if name in rows)
    known = [
        measure
        for measure in MEASURES
        if measure.headline
        and measure.name in rows
        and _has_something(measure, rows[measure.name].numbers, key, is_remembered)
    ]
    grouped = [
        (section, [measure for measure in known if measure.section == section]) for section in SECTIONS
    ]
    return [(section, measures) for section, measures in grouped if measures]


def _has_something(measure: Measure, numbers: dict[str, float], key: str, is_remembered: bool) -> bool:
    """Has it a value, and one other than 0 where a 0 says nothing?"""
    if math.isnan(numbers[key]):
        return False
    says_much = measure.always and (is_remembered or measure.section not in ("Loyalty", "Money"))
    return says_much or _is_more_than_zero(numbers, key)


def _is_more_than_zero(numbers: dict[str, float], key: str) -> bool:
    return any(abs(numbers.get(name, 0.0)) > SMALLEST for name in (key, "baseline"))


def _open_section(table: Table, section: str) -> None:
    if table.row_count:
        table.add_row()
    table.add_row(Text(section, style="bold"))


def _compare(measure: Measure, row: MeasureRow) -> tuple[str, ...]:
    numbers = row.numbers
    probability = numbers["probability_better"]
    named = "" if measure.unit in SELF_EVIDENT else f", {reading_unit(row.unit)}"
    low, high = _corrected_interval(numbers)
    half = (high - low) / 2
    return (
        f"  {measure.title}{named}",
        *(show_number(numbers[name], measure.unit, half) for name in ("baseline", "variant")),
        show_number(numbers["difference"], measure.unit, half, WORD_DIGITS),
        span(low, high, measure.unit, WORD_DIGITS),
        "" if math.isnan(probability) else f"{probability:.3f}",
        _times(numbers.get("variance_reduction", math.nan)),
        verdict(measure, numbers),
    )


def _times(factor: float) -> str:
    """`x14`, `x0.8`, blank."""
    if math.isnan(factor):
        return ""
    return f"x{plain(factor, 0)}" if factor >= 9.95 else f"x{factor:.1f}"
