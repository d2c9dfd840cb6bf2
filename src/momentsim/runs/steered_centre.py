"""A replication that people steer: names, local times and what came of it; see docs/playbooks.md."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from momentsim.contract.plan import SECOND, LeverAction, Prepared
from momentsim.engine.steered_run import ANGER_BANDS, SteeredRun
from momentsim.measures.digest import digest
from momentsim.measures.display import KEY_MEASURES
from momentsim.measures.facts import Sample
from momentsim.measures.summary import estimate_by_name
from momentsim.prepare import Blueprint, Reference, lower, prepare
from momentsim.runs.lever_file import NO_PULLS
from momentsim.runs.playbook_centre import Centre
from momentsim.runs.progress import SILENT, Progress
from momentsim.runs.reference import reference_for
from momentsim.runs.staffing.plan import Plan, Planner

if TYPE_CHECKING:
    import pandas as pd

    from momentsim.scenario import LoadedScenario


class Steerable(NamedTuple):
    """A scenario from which replications to steer are made."""

    loaded: LoadedScenario
    blueprint: Blueprint
    plan: Plan
    """Heads that were planned, by group; empty where all are written."""
    reference: Reference
    """What customers are used to."""

    def prepared(self, replication: int, *, as_planned: bool) -> Prepared:
        """One replication, with the levers that the scenario pulls or with none pulled."""
        ready = prepare(self.blueprint, replication)
        return ready if as_planned else NO_PULLS.with_levers(ready, replication)


def steerable(loaded: LoadedScenario, base: LoadedScenario, progress: Progress = SILENT) -> Steerable:
    """Staff it and observe its reference operation as for a run; `base` is the file without variant and overrides."""
    staffed = Planner("compiled", progress).staffed(loaded, base)

    def tell(share: float) -> bool:
        progress.share(share)
        return True

    reference = reference_for(
        staffed.loaded, staffed.base, clock="compiled", on_progress=tell, say=progress.say
    )
    return Steerable(staffed.loaded, lower(staffed.loaded, reference), staffed.plan, reference)


class Done(NamedTuple):
    """What a hand did to a lever; a file of levers has the same columns, and `pulled_at` for the first."""

    at: datetime
    lever: str
    action: str
    size: str


class SteeredCentre(Centre):
    """What a playbook's `centre` is, for people: it waits when told to, can be looked at, and goes back.

    Where a playbook yields `centre.wait(...)` and `centre.wait_until(...)`, here they go on at once; all that falls
    on that instant has then happened, but for levers pulled in it. One replication is one course of luck.
    """

    def __init__(self, steerable: Steerable, steered: SteeredRun, prepared: Prepared) -> None:
        super().__init__(steered.live(), prepared.names, steerable.loaded.scenario.start)
        self._steerable = steerable
        self._steered = steered
        self._prepared = prepared

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to happen."""
        return self._steered.is_over

    @property
    def pulls(self) -> list[Done]:
        """What was done to levers by hand, in the order of time; the size is blank where a lever has none."""
        sizes = self._prepared.names.lever_sizes
        return [
            Done(
                self._date(pull.time),
                self.levers[pull.lever],
                pull.action.name.lower(),
                sizes[pull.lever][pull.size] if pull.action == LeverAction.PULL else "",
            )
            for pull in sorted(self._steered.pulls, key=lambda pull: pull.time)
        ]

    def at(self, moment: str | datetime) -> SteeredCentre:
        """Another centre with the same past up to a time, and no pull by hand at or after it.

        `moment` is a local date and time like "2007-02-14 12:00", not before the scenario's start.
        """
        time = round((self._moment(moment) - self._start) / timedelta(microseconds=1))
        return self._with(self._steered.at(max(time, 0)))

    def fork(self) -> SteeredCentre:
        """Another centre in the very same state, pulls of this instant among it."""
        return self._with(self._steered.fork())

    def with_luck_of(self, replication: int) -> SteeredCentre:
        """Another centre with the same past; from now on draws and demand are those of another replication."""
        return self._with(self._steered.with_luck_of(prepare(self._steerable.blueprint, replication)))

    def look(self) -> dict[str, Any]:
        """What there is to see now, by name: times in seconds, money in the scenario's currency.

        `anger` counts known customers by band of anger (0..1), which fades with time; `will_call_again` are people
        who hung up, heard busy or were not helped, and will try again: the part of an iceberg under water. `value` is
        what moments so far have changed in the value of customers, `given` what was spent on them by compensation,
        refunds and goodwill.
        """
        seen = self._steered.look()
        bounds = (0.0, *ANGER_BANDS, 1.0)
        bands = [f"{low:g} to {high:g}" for low, high in itertools.pairwise(bounds)]
        one = {name: getattr(seen, name) for name in _NUMBERS}
        return {
            "now": self.now,
            "waiting": _by_name(self.queues, seen.waiting),
            "longest_wait_s": _by_name(self.queues, seen.longest_wait / SECOND),
            "on_duty": _by_name(self.groups, seen.on_duty),
            "idle": _by_name(self.groups, seen.idle),
            **one,
            "anger": _by_name(bands, seen.anger),
            "levers": {
                lever: self._date(at)
                for lever, at in _by_name(self.levers, seen.pulled_at).items()
                if at >= 0
            },
        }

    def score(self, measures: Sequence[str] = KEY_MEASURES) -> pd.Series[float]:
        """What comes of it when nobody pulls any more, by measure, of this one replication; this centre stays here.

        Measures as in a summary; blank (NaN) where one has no meaning in the scenario.
        """
        import pandas as pd

        trace = self._steered.finish()
        loaded = self._steerable.loaded
        sample = Sample(loaded.scenario, self._prepared.names, (digest(self._prepared, trace),))
        estimates = estimate_by_name(measures, sample)
        return pd.Series({name: float(estimates[name].value[0]) for name in measures}, dtype=float)

    def _with(self, steered: SteeredRun) -> SteeredCentre:
        return SteeredCentre(self._steerable, steered, self._prepared)

    def _date(self, time: int) -> datetime:
        return self._start + timedelta(microseconds=time)


_NUMBERS = (
    "lines_in_use", "will_call_again", "yet_to_call", "answered", "abandoned", "blocked", "value", "given",
)  # fmt: skip


def _by_name(names: Sequence[str], values: Any) -> dict[str, Any]:
    return dict(zip(names, values.tolist(), strict=True))


def steer_centre(steerable: Steerable, replication: int, *, as_planned: bool) -> SteeredCentre:
    """A centre to steer from the scenario's start on."""
    prepared = steerable.prepared(replication, as_planned=as_planned)
    return SteeredCentre(steerable, SteeredRun(prepared, keep=True), prepared)
