"""A run seen from inside while it goes on: what a playbook may look at, and the levers it may pull.

Rows, not names, and microseconds; `momentsim.runs.playbook_centre` has the words for people. A lever pulled at
time t acts at t + 1, in the same place of the order as one that the plan pulls at t. That is why a run whose
plan pulls the same levers at the same times gives the same trace.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import Any, Protocol, TypeAlias

from momentsim.contract.plan import NEVER
from momentsim.engine.state.records import Stage
from momentsim.engine.state.tables import Tables

Watch: TypeAlias = Callable[["Live"], Generator[Any, Any, None]]
"""Makes an ordinary SimPy process of a run; it yields what `Live.pause` gives."""


class Environment(Protocol):
    """The part of a SimPy environment that is needed here."""

    @property
    def now(self) -> Any:
        """Time, microseconds."""

    def timeout(self, delay: Any) -> Any:
        """An event in so many microseconds."""


class Live:
    """Looks into a run that is under way. A look changes nothing; only `pull` does."""

    def __init__(
        self,
        world: Tables,
        environment: Environment,
        pulled_by_hand: Mapping[int, int],
        pull: Callable[[int], None],
    ) -> None:
        self._world = world
        self._start = int(world["settings"]["warm_up"][0])
        self._environment = environment
        self._pulled_by_hand = pulled_by_hand
        self._pull = pull

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
        """When a lever was pulled, by whomever; None if it was not."""
        effective = int(self._world["pulled"]["effective"][lever])
        at = effective - 1 if effective < NEVER else self._pulled_by_hand.get(lever)
        return None if at is None else at - self._start

    def pull(self, lever: int) -> None:
        """Pull a lever that was not pulled yet; it acts one microsecond later."""
        self._pull(lever)

    def pause(self, ticks: int) -> Any:
        """The SimPy event in so many microseconds, for a process to yield."""
        return self._environment.timeout(ticks)

    def is_event(self, thing: object) -> bool:
        """Whether a process may yield this: an event of the run's own environment."""
        return getattr(thing, "env", None) is self._environment and hasattr(thing, "callbacks")

    def _queued_since(self, queue: int, reason: int) -> Any:
        cases = self._world["cases"]
        chosen = cases["stage"] == Stage.QUEUED
        if queue >= 0:
            chosen &= cases["queue"] == queue
        if reason >= 0:
            chosen &= cases["reason"] == reason
        return cases["queued"][chosen]

    def _agents_who_are(self, field: str, group: int) -> int:
        agents = self._world["group_state"][field][: len(self._world["groups"])]
        return int(agents.sum() if group < 0 else agents[group])
