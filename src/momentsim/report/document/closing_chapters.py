"""The chapters that every report ends with: what was assumed, how it was done, and what the words mean."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from momentsim.measures.service import SERVICE_LEVELS
from momentsim.report.document.measure_tables import glossary, headings
from momentsim.report.document.parts import Chapter, Listing
from momentsim.report.document.words import row_word, word
from momentsim.report.numbers import plain
from momentsim.report.stored_folder import StoredTable

CLAIMS: Final = ("measured", "claimed", "derived", "calibrated", "assumed")
TAGS: Final = ("written", *CLAIMS)
BY_HAND: Final = "To be written by whoever answers for the study."


def assumptions(inputs: StoredTable, place: str) -> list[Chapter]:
    """What the result rests on: how many values of each kind, then each claim with its source."""
    if not inputs:
        return []
    counts = Counter(str(tag) for tag in inputs["tag"] if tag)
    kinds = [
        (word(f"tags.{tag}"), plain(counts[tag], 0), word(f"tag_meanings.{tag}"))
        for tag in TAGS
        if counts[tag]
    ]
    rows = [
        (
            str(key),
            f"{value} {unit or ''}".strip(),
            word(f"tags.{tag}"),
            str(source or set_by),
            row_word(place, row),
        )
        for row, (key, value, unit, tag, source, set_by) in enumerate(
            zip(*(inputs[name] for name in ("key", "value", "unit", "tag", "source", "set_by")), strict=True),
            start=2,
        )
        if tag in TAGS
    ]
    text = (
        "A number that nobody measured is a belief. The intervals of this report show chance only; what follows "
        "from a belief being wrong is not in them."
    )
    header = headings("key", "value", "kind", "source", "from")
    tables = [
        Listing(word("captions.known"), headings("kind", "values", "meaning"), kinds, numbers=False),
        Listing(word("captions.values"), header, rows, has_source=True, numbers=False),
    ]
    return [Chapter("assumptions", word("headings.assumptions"), [text], tables=tables)]


def method(about: Mapping[str, Any], inputs: StoredTable, command: str) -> Chapter:
    """The items of STRESS-DES: those that the folder answers, and those that a person must write."""
    values = dict(zip(inputs.get("key", ()), inputs.get("value", ()), strict=True)) if inputs else {}
    goal = about.get("service_level") or {}
    formula = str(goal.get("formula", values.get("waiting.service_level_abandons", "")))
    words = f"Service level, {formula}: {SERVICE_LEVELS[formula][0]}. " if formula in SERVICE_LEVELS else ""
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    machine = ", ".join(str(value) for value in about.get("machine", {}).values())
    replications = about.get("finished", about.get("replications", ""))
    outputs = "Every measure with its meaning stands below; means over replications, ratios of sums pooled."
    draws = "draws belong to customers and occasions, so that variants share them"
    answers = [
        ("purpose", BY_HAND),
        ("outputs", f"{words}{outputs}"),
        ("aims", BY_HAND),
        ("diagram", BY_HAND),
        ("components", _components(list(map(str, values)))),
        ("data", f"Of defaults: among the assumptions. Of written values: {BY_HAND}"),
        ("parameters", f"{len(values)} values, each with who set it." if values else BY_HAND),
        ("start", f"Warm-up: {values.get('opening.warm_up') or 'see the scenario'}."),
        ("length", f"Horizon: {values.get('horizon') or 'see the scenario'}."),
        ("estimation", f"{replications} independent replications; 95 % t intervals."),
        ("software", versions),
        ("sampling", f"Seed {about.get('seed', '')}; {draws}."),
        ("execution", f"Discrete events, clock {about.get('clock', 'compiled')}."),
        ("system", machine),
        ("code", f"{command}; scenario SHA-256 {about.get('content_hash', '')}"),
    ]
    rows = [(word(f"items.{item}"), answer) for item, answer in answers]
    text = "After STRESS-DES (Monks et al. 2019). What the folder knows is filled in; the rest is for people."
    return Chapter(
        "method",
        word("headings.method"),
        [text],
        tables=[Listing(word("captions.checklist"), headings("item", "answer"), rows, numbers=False)],
    )


def _components(keys: Sequence[str]) -> str:
    """Segments, kinds of moments and groups by name."""
    told = []
    for words, pattern in (
        ("Customers", r"customers\.segments\.([^.]+)\."),
        ("needs", r"moments\.([^.]+)\."),
        ("groups of agents", r"workforce\.groups\.([^.]+)\."),
    ):
        names = dict.fromkeys(found[1] for key in keys if (found := re.match(pattern, key)))
        if names:
            told.append(f"{words}: {', '.join(names)}")
    return f"{'; '.join(told)}." if told else BY_HAND


def command_of(kind: str, about: Mapping[str, Any], inputs: StoredTable) -> str:
    """The command that repeats a run or a comparison."""
    parts = ["momentsim", kind, str(about.get("file", "FILE.yaml"))]
    if kind == "compare":
        parts += _compared(about)
    elif about.get("variant"):
        parts += ["--variant", str(about["variant"])]
    if about.get("finished"):
        parts += ["--replications", str(about["finished"])]
    if "seed" in about:
        parts += ["--seed", str(about["seed"])]
    if inputs:
        for key, value, set_by in zip(inputs["key"], inputs["value"], inputs["set_by"], strict=True):
            if "--set" in str(set_by) and key not in ("seed", "run.replications"):
                parts += ["--set", f"{key}={value}"]
    return shlex.join(parts)


STEERED: Final = ("nothing", "as_planned")
"""Cases that only a comparison of files of pulls has, and always has."""


def _compared(about: Mapping[str, Any]) -> list[str]:
    """Names of variants; or files of pulls, which are named like their cases."""
    cases, baseline = list(map(str, about["cases"])), str(about["baseline"])
    if not set(STEERED) <= set(cases):
        return [case for case in cases if case != baseline]
    parts = [str(about["variant"])] if about.get("variant") else []
    for case in cases:
        parts += [] if case in STEERED else ["--levers", f"{case}.csv"]
    return parts if baseline == STEERED[0] else [*parts, "--baseline", baseline]


def numbers(measures: Iterable[str]) -> Chapter:
    """Where all numbers are, and what the measures mean."""
    text = (
        "Every number of this report stands in a CSV file beside it, in the row named; results.xlsx has the same for "
        "spreadsheets. Rows are counted as spreadsheets do, the header is row 1."
    )
    return Chapter("numbers", word("headings.numbers"), [text], tables=[glossary(measures)])
