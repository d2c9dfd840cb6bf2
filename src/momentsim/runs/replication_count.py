"""How often a scenario is run, as its section `run` says."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from momentsim.errors import MomentsimError, Problem, ScenarioError
from momentsim.measures.catalogue import BY_NAME
from momentsim.runs.precision import DEFAULT_CAP, Precision
from momentsim.suggestions import did_you_mean

if TYPE_CHECKING:
    from momentsim.scenario import LoadedScenario


class ReplicationCount(NamedTuple):
    """So many replications; with a precision at most so many."""

    replications: int
    precision: Precision | None = None


def replications_of(loaded: LoadedScenario, *, paired: bool = False) -> ReplicationCount:
    """What the file, its variant and its overrides ask for; raises ScenarioError for an unknown measure.

    `paired`: a precision is about differences from a baseline.
    """
    run = loaded.scenario.run
    if run.precision is None:
        return ReplicationCount(run.replications)
    names = run.precision_measures or ()
    if problems := [_unknown(loaded, name) for name in names if name not in BY_NAME]:
        raise ScenarioError(problems)
    return ReplicationCount(run.max_replications or DEFAULT_CAP, Precision(run.precision, names, paired))


def replications_asked(
    loaded: LoadedScenario, replications: int | None, precision: Precision | None, cap: int | None
) -> ReplicationCount:
    """The same, where arguments stand above the file; raises MomentsimError for both kinds at once."""
    if replications is not None and precision is not None:
        raise MomentsimError("replications and precision exclude each other, the cap is max_replications")
    if replications is not None:
        if cap is not None:
            raise MomentsimError("max_replications goes with precision, leave it out")
        return ReplicationCount(replications)
    count = replications_of(loaded) if precision is None else ReplicationCount(DEFAULT_CAP, precision)
    if count.precision is not None and loaded.scenario.run.antithetic:
        raise MomentsimError(
            "precision and run.antithetic exclude each other: looks count single replications"
        )
    if cap is None:
        return count
    if count.precision is None:
        raise MomentsimError("max_replications goes with precision, say replications")
    return ReplicationCount(cap, count.precision)


def _unknown(loaded: LoadedScenario, name: str) -> Problem:
    key = "run.precision_measures"
    origin = loaded.origin(key)
    allowed = "see `momentsim list measures`"
    return Problem(
        origin.file,
        origin.line,
        0,
        key,
        f"there is no measure '{name}'",
        allowed,
        did_you_mean(name, BY_NAME),
    )
