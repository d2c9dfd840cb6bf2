"""The reference page of measures and tables, generated from the catalogue.

`python -m momentsim.measures.reference_page docs/reference` writes `measures.md` there.
"""

from __future__ import annotations

import sys
from pathlib import Path

from momentsim.measures.catalogue import MEASURES, Measure
from momentsim.measures.columns import TABLES
from momentsim.measures.service import SERVICE_LEVELS
from momentsim.measures.sums import FACTS

FILE = "measures.md"

INTRODUCTION = """\
# Measures and tables

Generated from the catalogue by `python -m momentsim.measures.reference_page docs/reference`; do not edit.

Every measure has one definition. A **ratio of sums** is pooled over replications (never a mean of
ratios), and its 95 % interval comes from the delta method. A **count**, a **mean** and an amount of
**money** is a mean over replications with a t interval. A **quantile** is read from pooled histograms
whose bins grow by 2.5 %, which bounds its error. Where replications are antithetic (`run.antithetic`) a
pair of them counts as one in every interval. With one replication or pair there are no intervals; a number
without meaning is blank. Contacts count in the interval in which they arrived. The run-out counts:
attempts after the horizon's end belong to moments that began before it.
"""


def page() -> str:
    """The whole page as Markdown."""
    sections: dict[str, list[Measure]] = {}
    for measure in MEASURES:
        sections.setdefault(measure.section, []).append(measure)
    parts = [INTRODUCTION]
    for section, measures in sections.items():
        parts += [f"## {section}\n", *(entry(measure) for measure in measures)]
    parts += ["## Formulas of the service level\n", _service_levels(), "## Facts\n", _facts(), "## Tables\n"]
    parts += [_table(name, about, columns) for name, (about, columns) in TABLES.items()]
    return "\n".join(parts)


def entry(measure: Measure) -> str:
    """One measure."""
    better = {"up": "more is better", "down": "less is better", "neither": "neither is better"}[
        measure.better
    ]
    factor = f"{measure.factor:g} x " if measure.factor != 1 else ""
    lines = [
        f"### `{measure.name}`\n",
        f"{measure.meaning}\n",
        f"- numerator: {factor}{measure.numerator}",
        f"- denominator: {measure.denominator}",
        f"- kind: {measure.kind}; unit: {measure.unit}; {better}",
        f"- counts in: {measure.interval}",
        f"- scopes: {', '.join(measure.scopes)}\n",
    ]
    return "\n".join(lines)


def _service_levels() -> str:
    lines = [
        f"- `waiting.service_level_abandons: {name}`: {words}"
        for name, (words, _met, _base) in SERVICE_LEVELS.items()
    ]
    return "\n".join(lines) + "\n"


def _facts() -> str:
    rows = [
        f"| `{name}` | {fact.words} | {fact.unit} | {', '.join(fact.scopes)} |"
        for name, fact in FACTS.items()
    ]
    return "\n".join(["| fact | meaning | unit | scopes |", "|---|---|---|---|", *rows]) + "\n"


def _table(name: str, about: str, columns: dict[str, str]) -> str:
    rows = [f"| `{column}` | {meaning} |" for column, meaning in columns.items()]
    return "\n".join([f"### `{name}`\n", f"{about}\n", "| column | meaning |", "|---|---|", *rows]) + "\n"


if __name__ == "__main__":
    (Path(sys.argv[1]) / FILE).write_text(page(), encoding="utf-8")
