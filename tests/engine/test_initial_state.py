"""A scenario may open with a backlog: it drains as a death process does, and loses nobody."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.linalg import expm

from engine import books_check
from engine.stories import PLAIN, all_moments, differences, read
from momentsim.contract.plan import MINUTE
from momentsim.contract.trace import Trace
from momentsim.engine import simulate
from momentsim.prepare import Reference, lower, prepare, reference_operation

BACKLOG, AGENTS, TALK_MIN, PATIENCE_MIN = 12, 3, 5.0, 8.0
TIMES_MIN = (2.0, 5.0, 10.0, 20.0, 40.0)
REPLICATIONS, AUDITED = 400, 40


def draining(patience: dict[str, Any]) -> dict[str, Any]:
    """Nobody calls; those who are there are served, or hang up for good."""
    return {
        **PLAIN,
        "horizon": "6 h",
        "behaviour": "off",
        "moments": {
            "question": {
                "handling_time": {"distribution": "exponential", "mean": f"{TALK_MIN} min"}, "resolution": 1,
            }
        },
        "demand": {"volumes": {"question": {"per_day": 0}}},
        "workforce": {"groups": {"team": {"heads": AGENTS, "speed_sd": 0}}},
        "waiting": {"patience": patience, "redial": {"first": 0, "further": 0}},
        "opening": {"backlog": {"question": BACKLOG}},
    }  # fmt: skip


def there(trace: Trace) -> list[int]:
    """Contacts waiting or talking at each of `TIMES_MIN`."""
    assert len(trace.contacts) == BACKLOG and np.all(trace.contacts["arrived"] == 0)
    return [int(np.sum(trace.contacts["ended"] > time * MINUTE)) for time in TIMES_MIN]


@pytest.mark.parametrize("leaves", [pytest.param(False, marks=pytest.mark.slow), True])
def test_a_backlog_drains_as_the_death_process(leaves: bool) -> None:
    """Mean number left at five times against Kolmogorov's equations: 5.5 standard errors, false alarm 4e-7."""
    patience = {"distribution": "exponential", "mean": f"{PATIENCE_MIN} min"}
    loaded = read(draining(patience if leaves else {"distribution": "never"}))
    blueprint = lower(loaded, Reference.neutral(("question",)))
    found = []
    for replication in range(REPLICATIONS):
        prepared = prepare(blueprint, replication)
        trace = simulate(prepared, log=True)
        if replication < AUDITED:
            books_check.audit(prepared, trace)
        found.append(there(trace))
    level = np.arange(BACKLOG + 1)
    rates = np.minimum(level, AGENTS) / TALK_MIN + leaves * np.maximum(level - AGENTS, 0) / PATIENCE_MIN
    generator = np.diag(-rates) + np.diag(rates[1:], -1)
    for index, time in enumerate(TIMES_MIN):
        law = expm(generator * time)[BACKLOG]
        mean = law @ level
        error = np.sqrt((law @ level**2 - mean**2) / REPLICATIONS)
        assert abs(np.mean(found, axis=0)[index] - mean) < 5.5 * error


def test_both_clocks_tell_a_backlog_alike_and_it_comes_on_top() -> None:
    story = {**PLAIN, "opening": {"backlog": {"question": 80}}}
    blueprint = lower(read(story), Reference.neutral(("question",)))
    with_backlog = prepare(blueprint, 1)
    traces = [simulate(with_backlog, log=True, clock=clock) for clock in ("compiled", "simpy")]
    assert differences(*traces) == []
    books_check.audit(with_backlog, traces[0])
    empty = prepare(lower(read(PLAIN), Reference.neutral(("question",))), 1)
    extra, moments = all_moments(with_backlog), all_moments(empty)
    assert np.all(extra["began"][:80] == 0) and len(np.unique(extra["key"])) == len(extra)
    assert np.array_equal(extra[80:], moments), "a backlog shifts nobody else's draws"
    assert traces[0].intervals["offered"][0, 0] >= 80, "it counts in the first interval"


def test_the_reference_operation_has_no_backlog() -> None:
    loaded = read({**PLAIN, "opening": {"backlog": {"question": 80}}})
    assert reference_operation(loaded, loaded).scenario.opening.backlog == {}
