"""Any laws: M/G/1, M/M/n+G, and the figures that depend on a law through its mean alone.

- **M/G/1** (Pollaczek-Khinchine): the mean wait depends on mean and spread of the handling time.
- **M/M/n+G** (Baccelli-Hebuterne, Zeltyn-Mandelbaum): everything depends on the whole law of patience.
- **Insensitivity**: where nobody waits, the blocked share (M/G/n/n) and the number of busy agents (M/G/infinity)
  depend on the mean of the handling time only.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

import numpy as np

from momentsim.contract.plan import DAY, HOUR, Table
from momentsim.engine import simulate
from momentsim.prepare import prepare
from momentsim.theory import patience
from momentsim.theory.erlang import erlang_b
from momentsim.theory.priorities import Work, waits_of_one_agent
from momentsim.validation.centres import (
    Expected,
    SimulatedCentre,
    Stream,
    busy,
    compare_with_theory,
    measure,
    waiting,
)
from momentsim.validation.proof import Proof, prove_estimate
from momentsim.validation.simulation import SimulatedSample, blueprint_of, load_text


class WrittenLaw(NamedTuple):
    """A law as a scenario writes it, and its coefficient of variation."""

    text: str
    cv: float


HANDLING_S: Final = 120
"""Mean handling time of all laws below."""
HANDLING: Final = {
    "constant": WrittenLaw(f"{{distribution: constant, mean: {HANDLING_S} s}}", 0.0),
    "gamma": WrittenLaw(f"{{distribution: gamma, mean: {HANDLING_S} s, cv: 0.7}}", 0.7),
    "lognormal": WrittenLaw(f"{{mean: {HANDLING_S} s, cv: 1.2}}", 1.2),
    "hyperexponential": WrittenLaw(f"{{distribution: hyperexponential, mean: {HANDLING_S} s, cv: 1.6}}", 1.6),
}
DAYS_OF_ONE_AGENT: Final = {"constant": 120, "gamma": 150, "lognormal": 240, "hyperexponential": 480}
PER_HOUR_OF_ONE_AGENT: Final = 18
"""A load of 0.6."""


def one_agent_room(law: str) -> SimulatedCentre:
    """One agent, endless patience."""
    return SimulatedCentre(
        name=f"one_agent_{law}",
        streams=(Stream(per_hour=PER_HOUR_OF_ONE_AGENT, handling=HANDLING[law].text),),
        agents=1,
        days=DAYS_OF_ONE_AGENT[law],
        seed=41,
    )


def one_agent_proofs(law: str) -> list[Proof]:
    """Mean wait by Pollaczek and Khinchine, mean queue by Little, occupancy = load."""
    work = Work(
        arrivals_per_hour=PER_HOUR_OF_ONE_AGENT, handling_time_s=HANDLING_S, handling_time_cv=HANDLING[law].cv
    )
    (wait,) = waits_of_one_agent([work])
    return compare_with_theory(
        one_agent_room(law),
        [
            Expected("mean wait, all", "s", wait, measure("wait_all_mean_s")),
            Expected("mean queue", "contacts", PER_HOUR_OF_ONE_AGENT / 3600.0 * wait, waiting),
            Expected("occupancy", "share", work.load, busy),
        ],
    )


class WrittenPatience(NamedTuple):
    """A law of patience as a scenario writes it, and as theory knows it."""

    text: str
    law: Callable[[], patience.Patience]


PATIENCE: Final = {
    "constant": WrittenPatience("{distribution: constant, mean: 90 s}", partial(patience.constant, 90)),
    "uniform": WrittenPatience(
        "{distribution: uniform, low: 20 s, high: 200 s}", partial(patience.uniform, 20, 200)
    ),
    "weibull": WrittenPatience(
        "{distribution: weibull, scale: 100 s, shape: 0.7}", partial(patience.weibull, 100, 0.7)
    ),
    "gamma": WrittenPatience(
        "{distribution: gamma, mean: 120 s, shape: 2}", partial(patience.gamma, 120, 2.0)
    ),
    "lognormal": WrittenPatience("{median: 100 s, sigma: 1.1}", partial(patience.lognormal, 100, 1.1)),
    "mixture": WrittenPatience(
        "{distribution: mixture, parts: ["
        "{weight: 20 %, law: {distribution: exponential, mean: 10 s}}, "
        "{weight: 70 %, law: {median: 200 s, sigma: 0.8}}, "
        "{weight: 10 %, law: {distribution: never}}]}",
        lambda: patience.mixture(
            [
                (0.2, patience.exponential(10)),
                (0.7, patience.lognormal(200, 0.8)),
                (0.1, patience.endless()),
            ]
        ),
    ),
}
CALLS_PER_HOUR: Final = 144
CALL_S: Final = 300
CALL_AGENTS: Final = 10
"""A load of 12 erlangs on 10 agents: most callers wait, one in five hangs up."""


def patience_room(law: str) -> SimulatedCentre:
    """Exponential handling, any patience."""
    text = f"{{distribution: exponential, mean: {CALL_S} s}}"
    return SimulatedCentre(
        name=f"patience_{law}",
        streams=(Stream(per_hour=CALLS_PER_HOUR, handling=text, patience=PATIENCE[law].text),),
        agents=CALL_AGENTS,
        days=15,
        seed=42,
    )


def patience_proofs(law: str) -> list[Proof]:
    """The figures of M/M/n+G."""
    exact = patience.queue_with_patience(CALLS_PER_HOUR, CALL_S, CALL_AGENTS, PATIENCE[law].law())
    return compare_with_theory(
        patience_room(law),
        [
            Expected("abandoned share", "share", exact.abandoned_share, measure("abandoned_share")),
            Expected("mean wait, all", "s", exact.wait_mean_s, measure("wait_all_mean_s")),
            Expected("mean wait, answered", "s", exact.answered_wait_mean_s, measure("wait_mean_s")),
            Expected("service level", "share", exact.service_level_share, measure("service_level")),
            Expected("mean queue", "contacts", exact.queue_mean, waiting),
        ],
    )


LOSS_PER_HOUR: Final = 300
LOSS_AGENTS: Final = 12
"""10 erlangs on 12 agents and as many lines."""


def loss_room(law: str) -> SimulatedCentre:
    """Lines = agents."""
    return SimulatedCentre(
        name=f"insensitive_{law}",
        streams=(Stream(per_hour=LOSS_PER_HOUR, handling=HANDLING[law].text),),
        agents=LOSS_AGENTS,
        lines=LOSS_AGENTS,
        days=5,
        seed=43,
    )


def loss_proofs() -> list[Proof]:
    """Blocked share of M/G/n/n: Erlang B whatever the law."""
    load = LOSS_PER_HOUR * HANDLING_S / 3600.0
    exact = erlang_b(load, LOSS_AGENTS)
    return [
        proof
        for law in HANDLING
        for proof in compare_with_theory(
            loss_room(law),
            [
                Expected("blocked share", "share", exact, measure("blocked_share")),
                Expected("occupancy", "share", load * (1.0 - exact) / LOSS_AGENTS, busy),
            ],
        )
    ]


ENDLESS: Final = SimulatedCentre(
    name="insensitive_busy",
    streams=(Stream(per_hour=300, handling=HANDLING["lognormal"].text),),
    agents=60,
    days=5,
    seed=44,
)
"""10 erlangs on so many agents that nobody waits."""
BUSY_COUNTS: Final = (7, 10, 13)


def busy_proofs() -> list[Proof]:
    """Share of time with at least so many contacts in service, from the log: the tails of a Poisson law."""
    loaded = load_text(ENDLESS.text)
    blueprint = blueprint_of(loaded)
    begin, end = 6 * HOUR, ENDLESS.days * DAY
    times = np.array(
        [
            busy_times(simulate(prepare(blueprint, replication), log=True).contacts, begin, end)
            for replication in range(1, ENDLESS.replications + 1)
        ]
    )
    made = SimulatedSample(loaded.scenario, blueprint.names, [])
    load = ENDLESS.streams[0].per_hour * HANDLING_S / 3600.0
    whole = np.full(len(times), float(end - begin))
    return [
        prove_estimate(
            ENDLESS.name,
            f"time with {count} or more in service",
            "share",
            poisson_tail(load, count),
            made.ratio(times[:, index], whole),
        )
        for index, count in enumerate(BUSY_COUNTS)
    ]


def busy_times(contacts: Table, begin: int, end: int) -> list[float]:
    """Time between begin and end with at least so many contacts in service, for each of `BUSY_COUNTS`."""
    starts, ends = contacts["answered"], contacts["answered"] + contacts["talk"]
    times = np.concatenate([starts, ends])
    steps = np.concatenate([np.ones(len(starts), np.int64), -np.ones(len(ends), np.int64)])
    order = np.argsort(times, kind="stable")
    inside = np.cumsum(steps[order])[:-1]
    lasting = np.diff(np.clip(times[order], begin, end))
    return [float(lasting[inside >= count].sum()) for count in BUSY_COUNTS]


def poisson_tail(mean: float, count: int) -> float:
    """P(Poisson >= count)."""
    terms = np.concatenate([[1.0], np.cumprod(mean / np.arange(1.0, count))])
    return float(1.0 - np.exp(-mean) * terms.sum())
