"""A key explained with what runs know of it: how it comes out, what is planned, what customers are used to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from momentsim.scenario.explain import Explanation, explain

if TYPE_CHECKING:
    from momentsim.runs.progress import Progress
    from momentsim.scenario import LoadedScenario


def explain_fully(loaded: LoadedScenario, base: LoadedScenario, key: str, progress: Progress) -> Explanation:
    """What is known of a key; raises MomentsimError for one that is not there. `base` is the file as written."""
    explanation = explain(loaded, key)
    if key.startswith("moments."):
        from momentsim.runs.observed import observed_words

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
