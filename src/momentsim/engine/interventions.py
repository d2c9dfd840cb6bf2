"""What hands have done to a run and which luck it has had: with the plan, all that a state is a function of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from momentsim.contract.plan import LEVER_ACTION, LeverAction, Prepared, Table, Why
from momentsim.engine.order import EventKind, lever_stamp
from momentsim.engine.state.initial_state import event_rows, in_order
from momentsim.engine.state.tables import Tables


class Pull(NamedTuple):
    """What a hand did to a lever, by its row in the plan, and when: pulled it in a size, or undid it."""

    lever: int
    time: int
    size: int = 0
    action: LeverAction = LeverAction.PULL


class Luck(NamedTuple):
    """Another replication, and the time after which its draws and its demand count."""

    prepared: Prepared
    time: int


class Interventions(NamedTuple):
    """Pulls in the order in which they were made, and changes of luck; also those that are known for later."""

    pulls: tuple[Pull, ...] = ()
    luck: tuple[Luck, ...] = ()

    def before(self, time: int) -> Interventions:
        """What was done before a time; what is done at it shows after it."""
        pulls = tuple(pull for pull in self.pulls if pull.time < time)
        return Interventions(pulls, tuple(change for change in self.luck if change.time < time))

    def is_like(self, other: Interventions) -> bool:
        """Whether the same was done. Luck is the same where it is of the very same replication."""
        ours, theirs = self.luck, other.luck
        same_luck = len(ours) == len(theirs) and all(
            one.prepared is another.prepared and one.time == another.time
            for one, another in zip(ours, theirs, strict=True)
        )
        return same_luck and sorted(self.pulls) == sorted(other.pulls)


def with_pulls(prepared: Prepared, pulls: Iterable[Pull]) -> Prepared:
    """The plan in which a hand does this to levers too; what is pulled already is not pulled again."""
    plan = prepared.plan
    start = int(plan.settings["warm_up"][0])
    rows = [(start + pull.time, pull.lever, pull.action, pull.size, Why.HAND) for pull in pulls]
    actions = np.concatenate([plan.lever_actions, np.array(rows, LEVER_ACTION)])
    return prepared._replace(plan=plan._replace(lever_actions=np.sort(actions)))


def put_pulls(world: Tables, *, taken: Iterable[Pull] = (), given: Iterable[Pull] = ()) -> None:
    """Change what hands will do in a world under way: some pulls are `taken` from its agenda, others `given` to it."""
    told = int(world["centre"]["agenda_next"][0])
    ahead = world["agenda"][told:]
    for event in _events(world, taken):
        ahead = np.delete(ahead, np.flatnonzero(ahead == event)[:1])
    ahead = in_order(np.concatenate([ahead, _events(world, given)]))
    world.put(agenda=np.concatenate([world["agenda"][:told], ahead]))


def _events(world: Tables, pulls: Iterable[Pull]) -> Table:
    """The one door of all levers, a tick after each pull."""
    start = int(world["settings"]["warm_up"][0])
    rows = [(start + pull.time + 1, pull.lever, pull.action, pull.size) for pull in pulls]
    time, lever, action, size = np.array(rows, np.int64).reshape(-1, 4).T
    return event_rows(time, EventKind.LEVER_ACTS, lever, lever_stamp(action, int(Why.HAND), size))
