"""The reference page of measures and tables, generated from the catalogue.

`python -m momentsim.measures.reference_page docs/reference` writes `measures.md` there.
"""

from __future__ import annotations

import sys
from pathlib import Path

from momentsim.measures.catalogue import MEASURES, Measure
from momentsim.measures.columns import TABLES
from momentsim.measures.facts import FACTS
from momentsim.measures.service import SERVICE_LEVELS

FILE = "measures.md"

INTRODUCTION = """\
# Measures and tables

Generated from the catalogue by `python -m momentsim.measures.reference_page docs/reference`; do not edit.

Every measure has one definition. A **ratio of sums** is pooled over replications (never a mean of
ratios), and its 95 % interval comes from the delta method. A **count**, a **mean** and an amount of
**money** is a mean over replications with a t interval. A **quantile** is read from pooled histograms
whose bins grow by 2.5 %, which bounds its error. Where replications are antithetic (`run.antithetic`) a
pair of them counts as one in every interval. With one replication or pair there are no intervals; a number
without meaning is blank.

**Which queue, which interval.** A contact has legs: one in self-service, one in each queue it waits in. A leg counts in
the queue in which it waited and in the interval in which it got there, also where it is answered or given up later.
Offered to a queue is every leg that reached it, busy and balked ones included. So a contact that is passed on is
offered twice: answered and passed on in the first queue, offered anew in the second one some minutes later, there
answered, abandoned or open. Scope `all` is the sum over the queues; `offered` less those passed on are the callers.
Scope `reason` has all legs of the contacts of a reason. Self-service stands before the reason's own queue.

**The horizon and the run-out.** New needs arise until the horizon's end; whoever is not helped by then may call again
in the run-out. All measures are about the horizon: legs that arrived within it (who is waiting at its end is followed
to the answer), moments that began within it (followed until they are over), agents' time and pay until its end.
Measures of section Run-out tell apart what was still open at the end and what came of it. Pay is for hours rostered
and worked within the horizon, idle ones included. After it people go on working by their roster, since the last shift
and callers of before need them; with nobody calling for the first time those hours are no price of anything, so only
hours on contacts are told, in `run_out_hours` and `cost_run_out`. Value is that of moments of the horizon, however
they ended, and the time to recover looks beyond it.
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
