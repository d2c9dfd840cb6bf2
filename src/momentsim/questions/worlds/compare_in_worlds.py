"""A comparison together with its plausible worlds."""

from __future__ import annotations

from dataclasses import replace

from momentsim.questions.compare.compare import Comparison, compare, comparison_identity
from momentsim.questions.worlds.explore import WorldsPlan, explore
from momentsim.questions.worlds.findings import judge_worlds
from momentsim.runs.progress import SILENT, Progress
from momentsim.runs.settings import RunSettings


def compare_in_worlds(plan: WorldsPlan, settings: RunSettings, *, progress: Progress = SILENT) -> Comparison:
    """The comparison at the registered values, then in every plausible world; how long that takes is said between.

    Ctrl-C ends it early: without worlds when it comes first, later with those that are finished.
    """
    comparison = replace(
        compare(plan.cases, plan.base, settings, progress=progress),
        identity=comparison_identity(plan.cases, plan.base, settings, plan.worlds),
    )
    if comparison.interrupted:
        return comparison
    progress.say(announcement(plan, comparison))
    return replace(comparison, worlds=judge_worlds(explore(plan, settings, progress=progress)))


def announcement(plan: WorldsPlan, comparison: Comparison) -> str:
    """`64 plausible worlds of 118 assumptions: 512 replications and 64 pilots, about 7 min`."""
    spent = comparison.baseline.seconds
    replications = plan.worlds * plan.replications * len(plan.cases)
    simulating = spent["simulate"] * plan.replications / comparison.baseline.settings.replications
    seconds = plan.worlds * (simulating + spent["reference"] + spent["prepare"])
    time = f"{seconds / 60:.0f} min" if seconds >= 90 else f"{max(1.0, seconds):.0f} s"
    return (
        f"{plan.worlds} plausible worlds of {len(plan.assumptions)} assumptions: {replications:,} replications, and "
        f"what customers are used to anew in each; about {time}"
    )
