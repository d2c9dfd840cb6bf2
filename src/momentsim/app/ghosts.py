"""Ghosts: the same storm with nothing done, and as the scenario plans it, to lay beside what people do."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Final

from momentsim.app.series import History, MoneyRates, point_step, sample_step
from momentsim.app.setting import Setting
from momentsim.engine import SteeredRun

GHOSTS: Final = ("nothing", "as_planned")
SLICE: Final = 6
"""So many samples are taken at a time: some ten milliseconds."""
MOST_KEPT: Final = 16
"""Ghosts that are remembered, of some hundred kilobytes each."""

_made: dict[tuple[str, str, int, str], History] = {}


def make_ghost(setting: Setting, name: str) -> Generator[None, None, History]:
    """The samples of a ghost that charts show, of the whole horizon, made a little at a time."""
    steered = SteeredRun(setting.quiet if name == "nothing" else setting.planned)
    plan = setting.quiet.plan.settings[0]
    end = int(plan["horizon"] - plan["warm_up"])
    step = sample_step(end + int(plan["run_out"]))
    history = History(step, MoneyRates.of(setting))
    for until in range(0, end, SLICE * step):
        history.advance(steered, until)
        yield
    history.advance(steered, end)
    return history.thinned(point_step(end, step))


def find_ghost(setting: Setting, name: str, check: Callable[[], None]) -> History:
    """The same at one go, made once for all rooms that play this storm; `check` may raise to stop it."""
    key = (setting.loaded.content_hash, setting.base.content_hash, setting.replication, name)
    if key not in _made:
        making = make_ghost(setting, name)
        while key not in _made:
            check()
            try:
                next(making)
            except StopIteration as ended:
                _made[key] = ended.value
        while len(_made) > MOST_KEPT:
            del _made[next(iter(_made))]
    return _made[key]
