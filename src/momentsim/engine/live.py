"""A run seen from inside while it goes on: what a playbook may look at, and the levers it may pull.

Rows, not names, and microseconds; `momentsim.runs.playbook_centre` has the words for people. A lever pulled at
time t acts at t + 1, in the same place of the order as one that the plan pulls at t. That is why a run whose
plan pulls the same levers at the same times gives the same trace.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import Any, Protocol, TypeAlias

from momentsim.contract.plan import NEVER, LeverAction
from momentsim.engine.state.codes import MomentStage
from momentsim.engine.state.tables import Tables

Watch: TypeAlias = Callable[["LiveRun"], Generator[Any, Any, None]]
"""Makes an ordinary SimPy process of a run; it yields what `LiveRun.pause` gives."""


class Environment(Protocol):
    """The part of a SimPy environment that is needed here."""

    @property
    def now(self) -> Any:
        """Time, microseconds."""

    def timeout(self, delay: Any) -> Any:
        """An event in so many microseconds."""


class LiveRun:
    """Looks into a run that is under way. A look changes nothing; only `pull` does."""

    def __init__(
        self,
        world: Tables,
        environment: Environment,
        pulled_by_hand: Mapping[int, int],
        act: Callable[[int, int, int], None],
    ) -> None:
        self._world = world
        self._start = int(world["settings"]["warm_up"][0])
        self._environment = environment
        self._pulled_by_hand = pulled_by_hand
        self._act = act

    @property
    def now(self) -> int:
        """Time since the scenario's start, microseconds; nothing of this instant has happened yet."""
        return int(self._environment.now) - self._start

    @property
    def lines_in_use(self) -> int:
        """Contacts waiting or talking."""
        return int(self._world["centre"]["in_system"][0])

    def waiting(self, *, queue: int = -1, reason: int = -1) -> int:
        """Contacts waiting: of one queue, of one reason, or all."""
        return len(self._queued_since(queue, reason))

    def longest_wait(self, *, queue: int = -1, reason: int = -1) -> int:
        """How long the contact that waits longest has waited, microseconds; 0 when nobody waits."""
        since = self._queued_since(queue, reason)
        return int(self._environment.now - since.min()) if len(since) else 0

    def on_duty(self, group: int = -1) -> int:
        """Agents logged in and not on a break: of one group, or all."""
        return self._agents_who_are("on_duty", group)

    def idle(self, group: int = -1) -> int:
        """Agents on duty without a contact."""
        return self._agents_who_are("idle", group)

    def pulled_at(self, lever: int) -> int | None:
        """When a lever was pulled last, by whomever; None if it was not."""
        state = self._world["pulled"][lever]
        at = int(state["last"]) - 1 if state["pulls"] > 0 else self._pulled_by_hand.get(lever)
        return None if at is None else at - self._start

    def is_held(self, lever: int) -> bool:
        """Whether a lever is in force, or on its way; also one pulled at this instant."""
        state = self._world["pulled"][lever]
        return bool(state["waiting"] or state["effective"] < NEVER) or self._is_just_pulled(lever)

    def pulls_left(self, lever: int) -> int:
        """How often a lever may still be pulled."""
        pulls = int(self._world["pulled"]["pulls"][lever]) + int(self._is_just_pulled(lever))
        return int(self._world["levers"]["at_most"][lever]) - pulls

    def pull_again_at(self, lever: int) -> int:
        """From when on a lever may be pulled again; 0 for one that was not."""
        state = self._world["pulled"][lever]
        again = int(state["last"] + self._world["levers"]["again_after"][lever]) - 1 - self._start
        return again if state["pulls"] > 0 else 0

    def usual_size(self, lever: int) -> int:
        """The size in which the plan pulls a lever."""
        return int(self._world["levers"]["size"][lever])

    def pull(self, lever: int, size: int = 0) -> None:
        """Pull a lever in a size; it is pulled one microsecond later."""
        self._act(lever, int(LeverAction.PULL), size)

    def undo(self, lever: int) -> None:
        """Take back a lever that is in force or on its way, one microsecond later."""
        self._act(lever, int(LeverAction.UNDO), 0)

    def pause(self, ticks: int) -> Any:
        """The SimPy event in so many microseconds, for a process to yield."""
        return self._environment.timeout(ticks)

    def is_event(self, thing: object) -> bool:
        """Whether a process may yield this: an event of the run's own environment."""
        return getattr(thing, "env", None) is self._environment and hasattr(thing, "callbacks")

    def _is_just_pulled(self, lever: int) -> bool:
        """Whether this playbook pulled it at this very instant, so that nothing has come of it yet."""
        return self._pulled_by_hand.get(lever) == int(self._environment.now)

    def _queued_since(self, queue: int, reason: int) -> Any:
        cases = self._world["cases"]
        chosen = cases["stage"] == MomentStage.QUEUED
        if queue >= 0:
            chosen &= cases["queue"] == queue
        if reason >= 0:
            chosen &= cases["reason"] == reason
        return cases["queued"][chosen]

    def _agents_who_are(self, field: str, group: int) -> int:
        agents = self._world["group_state"][field][: len(self._world["groups"])]
        return int(agents.sum() if group < 0 else agents[group])
