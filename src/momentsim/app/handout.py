"""One page to take home: what was tried, what came of it, what people had guessed, and the rules they wrote.

Told from the folder of the comparison and from the scores, by the words that the commands print. One file without
script or network, made for a sheet of A4.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import resources
from typing import Any, Final

from jinja2 import Environment, StrictUndefined

from momentsim.app.cards import LeverText
from momentsim.app.cases import GHOST_NAMES
from momentsim.app.contributions import QUESTIONS, Contributions
from momentsim.app.debrief import said_aloud
from momentsim.contract.plan import LeverAction
from momentsim.measures.catalogue import BY_NAME
from momentsim.questions.compare.first_screen import ComparisonTables, paragraph
from momentsim.questions.compare.verdicts import BENEFIT
from momentsim.questions.curve.words import when
from momentsim.questions.reports import compared_in, forest
from momentsim.report.document.parts import Drawn
from momentsim.report.numbers import capitalise, plain, span
from momentsim.report.stored_folder import StoredFolder
from momentsim.report.verdicts import NOT_VARIED, change_words
from momentsim.runs.lever_file import Act

MOST_POLICIES: Final = 8
MOST_FINDINGS: Final = 3
MOST_RULES: Final = 14
"""Rules that fit on the page; all of them are in the file of decisions."""
MOST_PULLS: Final = 6


@dataclass(frozen=True)
class Policy:
    """One way through the storm: what was pulled and when, and what came of it."""

    name: str
    pulled: Sequence[str]
    helped: str
    """People never helped, on average."""
    money: str
    score: str
    place: str


@dataclass(frozen=True)
class Handout:
    """The page."""

    title: str
    subtitle: str
    findings: Sequence[str]
    policies: Sequence[Policy]
    has_scores: bool
    why_no_score: str
    awards: Sequence[str]
    guesses: Sequence[str]
    rules: Sequence[str]
    more_rules: int
    figure: Drawn | None
    basis: str
    files: Sequence[str] = field(default_factory=tuple)


def handout_of(
    stored: StoredFolder,
    title: str,
    *,
    names: Mapping[str, str],
    pulled: Mapping[str, Sequence[str]],
    score: Mapping[str, Any] | None,
    said: Contributions,
    truth: Mapping[str, float],
) -> Handout:
    """The page from the folder of a comparison; `score` is the message of the scores, if there is one.

    `names` are what people call the cases, `pulled` what each of them does to the levers in words, and `truth` what
    came of the branch that was played, by question.
    """
    compared = compared_in(stored)
    rows = {} if score is None else {str(row["case"]): row for row in score["rows"]}
    storms = int(compared.verdicts["replications"].max())
    order = [str(case) for case in compared.ranking["case"] if case in names][:MOST_POLICIES]
    why = "" if score is None else str(score["why"])
    rules = [rule for rule in said.rules if rule.strip()]
    return Handout(
        title=title,
        subtitle=f"{storms} common storms: the same customers, calls and luck for every policy.",
        findings=[*own_words(order, names, rows), *map(said_aloud, paragraph(compared))][:MOST_FINDINGS],
        policies=[
            Policy(
                names[case],
                pulled.get(case, ()),
                _never_helped(compared, case),
                _money(compared, case),
                str(rows.get(case, {}).get("words", "")),
                _place(compared, case),
            )
            for case in order
        ],
        has_scores=any(row["words"] for row in rows.values()),
        why_no_score=capitalise(f"{why}.") if why else "",
        awards=[]
        if score is None
        else [f"{capitalise(each['title'])}: {each['words']}." for each in score["awards"]],
        guesses=guess_words(said, truth),
        rules=rules[:MOST_RULES],
        more_rules=max(0, len(rules) - MOST_RULES),
        figure=forest(compared) if storms > 1 else None,
        basis=_basis(compared, score),
    )


def pulled_words(acts: Iterable[Act], levers: Sequence[LeverText], start: datetime) -> list[str]:
    """`Wed 14 Feb 12:00 Call in reserves`, with the size where a lever has several."""
    told = []
    for act in sorted(acts, key=lambda act: act.at):
        at, text = when(start + timedelta(microseconds=act.at)), levers[act.lever]
        took_back = act.action == LeverAction.UNDO
        size = f" ({text.sizes[act.size].name})" if len(text.sizes) > 1 and not took_back else ""
        told.append(f"{at} {'took back ' if took_back else ''}{text.title}{size}")
    more = [f"and {len(told) - MOST_PULLS} more"] if len(told) > MOST_PULLS else []
    return [*told[:MOST_PULLS], *more]


def own_words(
    order: Iterable[str], names: Mapping[str, str], rows: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    """What the best of the tries that people played came to: its money, and its score where there is one."""
    for case in order:
        if case not in GHOST_NAMES and case in rows:
            score = f", score {rows[case]['words']}" if rows[case]["words"] else ""
            return [f"{names[case]}: {rows[case]['money_words']}{score}."]
    return []


def _never_helped(compared: ComparisonTables, case: str) -> str:
    known = compared.rows(compared.variants[0]).get("unserved")
    if known is None or not compared.has_crisis:
        return ""
    row = known if case == compared.baseline else compared.rows(case)["unserved"]
    return plain(row.numbers["baseline" if case == compared.baseline else "variant"], 0)


def _money(compared: ComparisonTables, case: str) -> str:
    """Net benefit against doing nothing, in words."""
    if case == compared.baseline:
        return ""
    numbers = compared.rows(case)[BENEFIT].numbers
    if math.isnan(numbers["low_all"]):
        return "one storm tells nothing about how sure this is"
    return change_words(
        numbers["low_all"], numbers["high_all"], compared.currency, ("more", "less"), "the same"
    )


def _place(compared: ComparisonTables, case: str) -> str:
    row = next(row for row in compared.ranking.to_dict(orient="records") if row["case"] == case)
    best, worst = int(row["best_place"]), int(row["worst_place"])
    return f"{best}" if best == worst else f"{best} to {worst}"


def guess_words(said: Contributions, truth: Mapping[str, float]) -> list[str]:
    """`Never helped: 24 people guessed 2,000 to 60,000, half of them below 9,000. It came to 11,373.`"""
    told = []
    for question, values in said.guesses.items():
        title = capitalise(BY_NAME[QUESTIONS[question]].title.strip())
        middle = plain(statistics.median(values), 0)
        people = "one person guessed" if len(values) == 1 else f"{len(values)} people guessed"
        guessed = f"{people} {middle}"
        if min(values) < max(values):
            guessed = f"{people} {span(min(values), max(values), 'customers')}, in the middle {middle}"
        came = (
            f" In the storm that was played it came to {plain(truth[question], 0)}."
            if question in truth
            else ""
        )
        told.append(f"{title}: {guessed}.{came}")
    return told


def _basis(compared: ComparisonTables, score: Mapping[str, Any] | None) -> str:
    said = [
        f"Money: net benefit, the expected margin of customers {compared.outlook} less cost, against "
        f"{GHOST_NAMES.get(compared.baseline, compared.baseline)}; 95 % intervals that hold for all together. Policies "
        f"that can't be told apart share places. {capitalise(NOT_VARIED)}."
    ]
    return " ".join([*said, *([] if score is None else [f"Score: {score['method']}"])])


def render(page: Handout) -> bytes:
    """The file; everything that people or scenarios wrote is escaped."""
    text = resources.files(__package__).joinpath("handout.html.j2").read_text("utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return (environment.from_string(text).render(page=page) + "\n").encode("utf-8")
