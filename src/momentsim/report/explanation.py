"""A key explained with what runs know of it: how it comes out, what is planned, what is usual; a measure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from momentsim.errors import MomentsimError
from momentsim.measures.catalogue import BY_NAME, Measure
from momentsim.measures.facts import terms
from momentsim.measures.outlook_words import outlook_words
from momentsim.measures.service import service_level_formula
from momentsim.report.numbers import reading_unit
from momentsim.scenario.explain import Explanation, explain
from momentsim.suggestions import near_words, suggestion

if TYPE_CHECKING:
    from momentsim.runs.progress import Progress
    from momentsim.scenario import LoadedScenario


def is_measure(loaded: LoadedScenario, name: str) -> bool:
    """Whether a name is that of a measure; a key of the scenario goes first."""
    return name in BY_NAME and name not in loaded.resolved()


def explain_measure(loaded: LoadedScenario, name: str) -> dict[str, str]:
    """A measure with its formula, where it stands, and what of this file decides it; by label, empty ones left out."""
    measure = BY_NAME[name]
    better = {"up": "more is better", "down": "less is better", "neither": "neither is better"}
    factor = f"{measure.factor:g} x " if measure.factor != 1 else ""
    facts = {
        "title": measure.title.strip(),
        "meaning": measure.meaning,
        "unit": loaded.scenario.currency if measure.unit == "money" else reading_unit(measure.unit),
        "better": better[measure.better],
        "formula": f"{factor}({measure.numerator}) / ({measure.denominator})",
        "counts in": measure.interval,
        "decided by": _decided_by(loaded, measure),
        "stands in": f"summary.csv, measure {name}; on screen below {measure.section}",
        "by": ", ".join(measure.scopes),
    }
    return {label: text for label, text in facts.items() if text}


def _decided_by(loaded: LoadedScenario, measure: Measure) -> str:
    """The file's own goal, formula and outlook, for the measures that they define."""
    scenario = loaded.scenario
    if measure.name.startswith("service_level"):
        goal = scenario.waiting.service_level
        return (
            f"waiting.service_level: {100 * goal.share:g} % within {goal.threshold_s:g} s; "
            f"waiting.service_level_abandons: {service_level_formula(scenario)}"
        )
    facts = {fact for _, fact in (*terms(measure.top), *terms(measure.bottom))}
    if any(fact.startswith("value_") for fact in facts):
        return f"economics.outlook: value is the expected margin of customers {outlook_words(scenario)}"
    return ""


def explain_fully(loaded: LoadedScenario, base: LoadedScenario, key: str, progress: Progress) -> Explanation:
    """What is known of a key; raises MomentsimError for one that is not there. `base` is the file as written."""
    if near := near_words(key, BY_NAME, most=2):
        try:
            explanation = explain(loaded, key)
        except MomentsimError as error:
            raise MomentsimError(f"{error}; among measures, {suggestion(near)}") from None
    else:
        explanation = explain(loaded, key)
    if key.startswith("moments."):
        from momentsim.runs.observed_words import observed_words

        explanation = replace(explanation, observed=observed_words(loaded, base, key))
    if key.startswith("workforce.groups."):
        from momentsim.report.staffing_words import planned_words

        explanation = replace(explanation, planned=planned_words(loaded, base, key, progress))
    if key.split(".")[0] in ("customers", "waiting"):
        explanation = replace(explanation, used_to=_used_to(loaded, base))
    return explanation


def _used_to(loaded: LoadedScenario, base: LoadedScenario) -> str:
    """How customers were served when their loyalty was observed, if a run has found that out."""
    from momentsim.report.reference_words import usual_service_words
    from momentsim.runs.reference import kept_reference_for
    from momentsim.runs.staffing.plan import Planner

    staffed = Planner().staffed(loaded, base)
    reference = kept_reference_for(staffed.loaded, staffed.base)
    if reference is None or not reference.service.calls:
        return "the first run finds out" if loaded.scenario.behaviour.memory else ""
    return usual_service_words(loaded.scenario, reference.service)
