"""What customers live through counts, and in the right direction: the three tests of MODEL 7, money, expectation, wait.

Random small centres are compared with themselves after a change, under common draws. Where the change moves queues, the
differences are sampled; what moves nothing but what is made of the same contacts is compared exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import MINUTE, MomentKind
from momentsim.contract.trace import Trace
from momentsim.engine import simulate
from momentsim.measures import students_t
from momentsim.prepare import lower, prepare
from momentsim.scenario.evidence import registry
from momentsim.validation.bounds import below
from momentsim.validation.proof import CONFIDENCE, Proof, SampledEstimate, prove_equal
from momentsim.validation.simulation import Rows, load_text, reference_of
from momentsim.validation.texts import LIVED, LIVED_WAIT, STORM_PAID, lived_calls

FloatArray = npt.NDArray[np.float64]

CASE: Final = "lived_experience"
CENTRES: Final = 4
REPLICATIONS: Final = 60
AMOUNTS: Final = (0, 5, 20, 60, 150)
"""Up to 1.5 times the price of what failed: generosity 0.95."""
DELAYS_H: Final = (0.1, 1, 6, 24, 72)
"""The need of most is met within hours, so the first come before that and the last after it."""
EXPECTATIONS: Final = (0.0, 0.5, 1.0, 2.0)
MEMORY: Final = (
    "wait_size", "wait_scale_min", "wait_urgent", "outcome_score", "peak_weight", "end_weight", "mean_weight",
)  # fmt: skip
ROUNDING: Final = 1e-6
"""Stakes are logged in short."""
OPENINGS: Final = ("08:32", "08:40", "09:00", "10:30")
"""From when the callers of 08:30 are answered."""


def lived_experience_proofs() -> list[Proof]:
    """All of them."""
    return [
        *(proof for number in range(CENTRES) for proof in centre_proofs(number)),
        redial_proof(),
        *outcome_proofs(),
        wait_proof(),
        memory_proof(),
        *money_proofs(),
        *expectation_proofs(),
    ]


def random_centre(number: int) -> str:
    """Text of a random centre with a load below 0.9, whose people or lines may be cut and whose callers call again."""
    rng = np.random.default_rng([2026, number])
    heads = int(rng.integers(7, 13))
    handling_s = int(rng.integers(180, 420))
    load = float(rng.uniform(0.75, 0.88))
    return LIVED.format(
        heads=heads,
        handling_s=handling_s,
        per_day=round(load * heads * 86_400 / handling_s),
        stakes=int(rng.integers(20, 90)),
        builder=rng.choice(["on", "off"]),
        resolution=int(rng.integers(70, 96)),
        patience_s=int(rng.integers(120, 600)),
        redial=int(rng.integers(30, 80)),
    )


def heads_of(text: str) -> int:
    """How many people a random centre has."""
    return int(text.split("heads: ")[1].split("}")[0])


def centre_proofs(number: int) -> list[Proof]:
    """Test (a) of MODEL 7: fewer people and fewer lines are never better."""
    text = random_centre(number)
    heads = heads_of(text)
    fewer = (f"workforce.groups.team.heads={heads - 2}",)
    proofs: list[Proof] = []
    for what, cut in (("two people fewer", fewer), ("no line to wait in", (f"waiting.lines={heads}",))):
        value, let_down = (sampled(each) for each in changes(text, cut))
        proofs += [
            below(CASE, f"centre {number + 1}: value gained by {what}", "money", 0.0, value),
            below(CASE, f"centre {number + 1}: let-downs saved by {what}", "share", 0.0, let_down),
        ]
    return proofs


def redial_proof() -> Proof:
    """Test (c) of MODEL 7: less will to call again is never better; all centres together, as the effect is small."""
    nobody = ("waiting.redial.first=0 %", "waiting.redial.further=0 %")
    gained = sum(changes(random_centre(number), nobody)[0] for number in range(CENTRES))
    name = "value gained in all centres when nobody calls again"
    return below(CASE, name, "money", 0.0, sampled(np.asarray(gained)))


def changes(text: str, cut: Sequence[str]) -> tuple[FloatArray, FloatArray]:
    """Value with the cut - without, and share of let-downs without - with it, by replication."""
    figures = np.array([[totals(trace) for trace in traces(text, each)] for each in ((), cut)])
    return figures[1, :, 0] - figures[0, :, 0], figures[0, :, 1] - figures[1, :, 1]


def totals(trace: Trace) -> tuple[float, float]:
    """Net value that loyalty gained, and the share of moments that let down."""
    books = trace.tallies
    return net_value(trace), float(books["let_down"].sum() / books["moments"].sum())


def net_value(trace: Trace) -> float:
    """Net value that loyalty gained."""
    lines = ("created", "destroyed_by_handling", "destroyed_by_operation", "won_back")
    return float(sum(trace.tallies[line].sum() for line in lines))


def traces(text: str, overrides: Iterable[str]) -> list[Trace]:
    """Replications of a scenario whose customers are used to what it gives without the overrides."""
    usual = reference_of(load_text(text))
    blueprint = lower(load_text(text, overrides=overrides), usual)
    return [simulate(prepare(blueprint, number + 1)) for number in range(REPLICATIONS)]


def sampled(values: FloatArray) -> SampledEstimate:
    """Mean of independent values with its interval."""
    half = students_t.quantile(len(values) - 1, CONFIDENCE) * values.std(ddof=1) / np.sqrt(len(values))
    return SampledEstimate(float(values.mean()), float(half), len(values))


def outcome_proofs() -> list[Proof]:
    """Test (b) of MODEL 7: with the same luck and wait, solved is better than unsolved, and that than unmet.

    Everybody calls at 08:30 and waits half an hour; those who are not answered hang up a little before that, so their
    wait is none the longer.
    """
    solved = experience_of("moments.call.resolution=100 %")
    unsolved = experience_of("moments.call.resolution=0 %")
    unmet = experience_of(
        "workforce.groups.team.heads=0", "waiting.patience={distribution: constant, mean: 29 min}"
    )
    better = np.sum(solved > unsolved)
    in_batches = (unmet - unsolved).reshape(-1, 20).mean(axis=1)
    return [
        prove_equal(CASE, "solved is better than unsolved", "moments", len(solved), int(better)),
        below(CASE, "unmet - unsolved, same luck and wait", "SD", 0.0, sampled(in_batches)),
    ]


def experience_of(*overrides: str) -> FloatArray:
    """Experience of every caller of `LIVED_WAIT`, in the order in which they called."""
    rows = waiting_run(*overrides).moments
    return np.asarray(rows["experience"][np.argsort(rows["moment"])], np.float64)


def waiting_run(*overrides: str) -> Trace:
    """The first replication of `LIVED_WAIT`, with its log."""
    calls = {"calls.csv": lived_calls()}
    usual = reference_of(load_text(LIVED_WAIT, files=calls))
    return simulate(
        prepare(lower(load_text(LIVED_WAIT, files=calls, overrides=overrides), usual), 1), log=True
    )


def wait_proof() -> Proof:
    """A longer wait is worse for every single caller, however long: memory has no steps and no floor."""
    waited = np.array(
        [
            experience_of(f"workforce.groups.team.heads=[{{start: '{opening}', end: '24:00', heads: 2000}}]")
            for opening in OPENINGS
        ]
    )
    falls = np.all(np.diff(waited, axis=0) < 0.0, axis=0)
    return prove_equal(
        CASE, "callers for whom each longer wait is worse", "callers", len(falls), int(falls.sum())
    )


def memory_proof() -> Proof:
    """Experience of every caller, worked out from the log: a wait, a talk, an outcome; no effort beyond the first."""
    value = {name: registry.get(name).value for name in MEMORY}
    run = waiting_run()
    sorted_rows: list[Rows] = [np.sort(rows, order="moment") for rows in (run.contacts, run.moments)]
    calls, moments = sorted_rows
    felt = (calls["answered"] - calls["queued"]) / MINUTE * (1.0 + value["wait_urgent"] * moments["stakes"])
    wait = -value["wait_size"] * np.log1p(felt / value["wait_scale_min"])
    outcome = np.where(moments["resolved"] == 1, value["outcome_score"], -value["outcome_score"])
    lived = np.stack([wait, calls["quality"], outcome])
    peak = np.maximum(lived.max(axis=0), 0.0) + np.minimum(lived.min(axis=0), 0.0)
    exact = (
        value["peak_weight"] * peak
        + value["end_weight"] * outcome
        + value["mean_weight"] * lived.mean(axis=0)
    )
    same = np.abs(moments["experience"] - exact) < ROUNDING
    return prove_equal(CASE, "experiences that are peak, end and mean", "moments", len(same), int(same.sum()))


def storm_run(*overrides: str) -> Trace:
    """The first replication of a small crisis, with its log; customers neither leave nor are angry meanwhile."""
    loaded = load_text(STORM_PAID, overrides=overrides)
    return simulate(prepare(lower(loaded, reference_of(load_text(STORM_PAID))), 1), log=True)


def money_proofs() -> list[Proof]:
    """More money and sooner money give back more, also when they come before the need is met."""
    key = "crises.storm.compensation."
    by_amount = [net_value(storm_run(f"{key}amount={amount} USD")) for amount in AMOUNTS]
    by_delay = [net_value(storm_run(f"{key}delay={delay} h")) for delay in DELAYS_H]
    people: list[Rows] = [
        storm_run(f"{key}apology={apology}", f"{key}amount=0 USD").customers for apology in ("off", "on")
    ]
    silent, words = people
    once = silent["moments"] == 1
    harmed = np.sum(
        (words["attitude"] < silent["attitude"]) | (words["behaviour"] < silent["behaviour"]), where=once
    )
    return [
        rising("value rises with every amount", by_amount),
        rising("value falls with every delay", by_delay[::-1]),
        prove_equal(CASE, "customers harmed by a first apology alone", "customers", 0, int(harmed)),
    ]


def expectation_proofs() -> list[Proof]:
    """Who is used to more falls deeper in a crisis, and the calm does not move."""
    keys = [f"customers.segments.everyone.expectation={level}" for level in EXPECTATIONS]
    runs = [storm_run(key) for key in keys]
    let_down = [float(run.tallies["let_down"][:, :, MomentKind.AFFECTED].sum()) for run in runs]
    calm = [storm_run(key, "crises=null").moments["disconfirmation"] for key in keys]
    same = sum(np.array_equal(each, calm[0]) for each in calm)
    return [
        rising("value falls with every expectation", [net_value(run) for run in runs][::-1]),
        rising("let-downs of those hit rise with every expectation", let_down),
        prove_equal(CASE, "expectations that the calm does not feel", "levels", len(calm), same),
    ]


def rising(figure: str, values: Sequence[float]) -> Proof:
    """That each value is larger than the one before."""
    steps = np.diff(values)
    return prove_equal(CASE, figure, "steps", len(steps), int(np.sum(steps > 0.0)))
