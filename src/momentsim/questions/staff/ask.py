"""What a staffing is asked for, and the name of that question."""

from __future__ import annotations

from dataclasses import dataclass

from momentsim.errors import MomentsimError
from momentsim.runs.identity import combine, identity
from momentsim.runs.settings import RunSettings
from momentsim.scenario import LoadedScenario
from momentsim.scenario.sections.staffing_goal import Goals


@dataclass(frozen=True)
class StaffQuestion:
    """What is asked for: the goals, which groups (none: all), how sure, and the fewest heads of an interval."""

    goals: Goals
    groups: tuple[str, ...] = ()
    confidence: float = 0.95
    least: int = 0

    def __post_init__(self) -> None:
        if not 0.5 < self.confidence < 1:
            raise MomentsimError(
                f"confidence: {100 * self.confidence:g} % is not between 50 and 100 %, write it like 95 %"
            )


def staff_identity(
    loaded: LoadedScenario, base: LoadedScenario, question: StaffQuestion, settings: RunSettings
) -> str:
    """SHA-256 of the scenario, the reference operation, what is asked for, and the replications."""
    goal = f"{question.goals} {' '.join(question.groups)} {question.confidence!r} {question.least}"
    return combine((identity(loaded, base, settings), goal))
