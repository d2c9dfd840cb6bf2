"""All cases of `momentsim validate`, and how they are run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, get_args

from momentsim.errors import MomentsimError
from momentsim.runs.choices import ClockName
from momentsim.runs.compiling import cache_is_cold, compile_once
from momentsim.runs.progress import SILENT, Progress, SharesDone
from momentsim.runs.side_by_side import first_interrupt_stops, take_in_order
from momentsim.validation import (
    antithetic,
    clocks,
    common_draws,
    conservation,
    coverage,
    day_memory,
    encounter,
    general_laws,
    ledger,
    little,
    lived_experience,
    loyalty_stillness,
    markov,
    opening_hours,
    overload,
    parallel,
    passed_on,
    priorities,
    queueing,
    redials,
    routing,
    service_levels,
    surge,
    ties,
)
from momentsim.validation.proof import FALSE_ALARM, Proof, ProofOutcome
from momentsim.validation.simulation import load_text
from momentsim.validation.texts import FULL


@dataclass(frozen=True, slots=True)
class ProofGroup:
    """Proofs that are made together."""

    name: str
    sentence: str
    """What is simulated, and what it is held against."""
    prove: Callable[[], list[Proof]]

    @property
    def is_quick(self) -> bool:
        """Whether it is one of the few that look at every part in seconds."""
        return self.name in QUICK


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """What a validation found; `seconds` by case."""

    proofs: tuple[Proof, ...]
    seconds: dict[str, float]

    @property
    def has_passed(self) -> bool:
        """Whether every proof proved its point."""
        return bool(self.proofs) and all(proof.has_passed for proof in self.proofs)

    def content(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "ok": self.has_passed,
            "false_alarm_probability": FALSE_ALARM,
            "verdicts": {
                verdict.value: sum(proof.verdict is verdict for proof in self.proofs)
                for verdict in ProofOutcome
            },
            "seconds": self.seconds,
            "proofs": [proof.content() for proof in self.proofs],
        }


QUICK: Final = (
    "erlang_b", "erlang_c", "patience_constant", "one_agent_constant", "surge", "balking", "redials_chain", "redials",
    "ties", "clocks_quickstart", "parallel",
)  # fmt: skip
"""Cases that look at queues, patience, redials, both clocks and threads in seconds."""

_SENTENCES: Final = {
    queueing.ERLANG_B: "Lines = agents, nobody waits: Erlang B.",
    queueing.ERLANG_C: "Endless patience: Erlang C.",
    queueing.ERLANG_A_SMALL: "Nine agents, exponential patience: Erlang A.",
    queueing.ERLANG_A_LARGE: "A hundred agents, exponential patience: Erlang A.",
    queueing.ERLANG_A_OVERLOADED: "Two thirds more work than agents: Erlang A.",
    queueing.ERLANG_A_LINES: "Exponential patience and eleven lines for eight agents: M/M/n/N+M.",
}

CASES: Final[tuple[ProofGroup, ...]] = (
    ProofGroup(
        "clocks_airline",
        "The ice storm with reserves, compiled clock against SimPy clock.",
        clocks.airline_clock_proofs,
    ),
    ProofGroup(
        "common_draws", "The ice storm with and without a notice: paired variance.", common_draws.storm_proofs
    ),
    ProofGroup(
        "coverage",
        "Five hundred small experiments: intervals cover the truth, pairs vary less.",
        coverage.coverage_proofs,
    ),
    ProofGroup(
        "antithetic",
        "Antithetic pairs: exact means, less variance, intervals over pairs.",
        antithetic.antithetic_proofs,
    ),
    *(
        ProofGroup(centre.name, _SENTENCES[centre], partial(queueing.centre_proofs, centre))
        for centre in queueing.CENTRES
    ),
    ProofGroup("warm_up", "Short runs that open after a warm-up, whole: Erlang A.", queueing.warm_up_proofs),
    ProofGroup(
        "overload_redials",
        "More fresh calls than agents can serve, with redials: the fluid identity.",
        overload.overload_proofs,
    ),
    ProofGroup("surge", "Load and shifts change inside a surge: Kolmogorov's equations.", surge.surge_proofs),
    ProofGroup("priorities", "Three classes, four agents: Cobham, by class.", priorities.three_classes),
    ProofGroup(
        "priorities_one_agent", "Two classes, laws of their own, one agent: Cobham.", priorities.one_agent
    ),
    ProofGroup(
        "priorities_patience",
        "Two classes with patience of their own: a Markov chain.",
        priorities.patience_of_their_own,
    ),
    ProofGroup("head_start", "A head start of half a minute: exact waits by class.", priorities.head_starts),
    ProofGroup(
        "head_start_patience",
        "The same where callers hang up.",
        priorities.head_starts_with_patience,
    ),
    ProofGroup(
        "passed_on", "Front desk, then expert: Erlang C in each queue (Burke).", passed_on.passed_on_proofs
    ),
    ProofGroup("agent_choices", "Equal agents: whoever answers, waits are the same.", routing.choice_proofs),
    ProofGroup("heart", "Detected moments first, and a detector that errs: Cobham.", routing.heart_proofs),
    *(
        ProofGroup(
            f"one_agent_{law}",
            f"One agent, {law} handling: Pollaczek-Khinchine.",
            partial(general_laws.one_agent_proofs, law),
        )
        for law in general_laws.HANDLING
    ),
    *(
        ProofGroup(
            f"patience_{law}",
            f"{law.capitalize()} patience: M/M/n+G.",
            partial(general_laws.patience_proofs, law),
        )
        for law in general_laws.PATIENCE
    ),
    ProofGroup("insensitive_loss", "Any handling law, lines = agents: Erlang B.", general_laws.loss_proofs),
    ProofGroup("insensitive_busy", "Agents without end: Poisson many busy.", general_laws.busy_proofs),
    ProofGroup(
        "day_memory",
        "Days that remember: gamma factors under a Gaussian copula, and the fit finds them.",
        day_memory.day_memory_proofs,
    ),
    ProofGroup(
        "service_levels", "The service level by every formula: Erlang A.", service_levels.service_level_proofs
    ),
    ProofGroup("balking", "Limited lines and an announced wait: births and deaths.", markov.balking_proofs),
    ProofGroup("redials_chain", "Busy callers call again: a Markov chain.", markov.redial_chain_proofs),
    ProofGroup(
        "encounter",
        "Script, empathy, deep and surface acting talk by talk; bundles are totals.",
        encounter.encounter_proofs,
    ),
    ProofGroup(
        "lived_experience",
        "Fewer people, unmet needs, waits, money, expectation: experience counts, the right way round.",
        lived_experience.lived_experience_proofs,
    ),
    ProofGroup(
        "loyalty_stillness",
        "A year of the calm: attitudes, wallets, NPS and churn stay; prevention moves no rest.",
        loyalty_stillness.stillness_proofs,
    ),
    ProofGroup(
        "ledger", "Every booked amount against numerical integration of the log.", ledger.ledger_proofs
    ),
    ProofGroup(
        "opening_hours", "A desk closes at night: Kolmogorov's equations.", opening_hours.opening_hours_proofs
    ),
    ProofGroup("redials", "Nobody answers: attempts per moment are 1 + p / (1 - q).", redials.redial_proofs),
    ProofGroup(
        "conservation", "Books, log and agents' time add up exactly.", conservation.conservation_proofs
    ),
    ProofGroup(
        "littles_law", "Area under the queue = sum of waits, to the microsecond.", little.full_little_proofs
    ),
    ProofGroup("ties", "Patience ends when an agent is freed: exact counts.", ties.tie_proofs),
    ProofGroup("clocks_full", "A centre with many features, both clocks.", clocks.full_clock_proofs),
    ProofGroup("clocks_quickstart", "Quickstart and ties, both clocks.", clocks.quickstart_clock_proofs),
    ProofGroup("parallel", "One thread against several: the same bits.", parallel.parallel_proofs),
)
"""Long ones first, so that no processor waits for the last."""


def choose_cases(names: Sequence[str], *, quick: bool = False) -> tuple[ProofGroup, ...]:
    """Cases by name; all when no name is given, or the quick ones of them."""
    if names and quick:
        raise MomentsimError("validate: --only and --quick exclude each other")
    if quick:
        return tuple(case for case in CASES if case.is_quick)
    known = {case.name: case for case in CASES}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise MomentsimError(f"validate: no case '{unknown[0]}', allowed: {', '.join(known)}")
    return tuple(known[name] for name in dict.fromkeys(names)) if names else CASES


def validate(
    cases: Sequence[ProofGroup] = CASES, *, workers: int = 1, progress: Progress = SILENT
) -> ValidationReport:
    """Make the proofs of these cases, several at a time. Ctrl-C raises KeyboardInterrupt."""
    for clock in get_args(ClockName):
        if cache_is_cold(clock):
            compile_once(load_text(FULL), clock=clock, progress=progress)
    progress.stage("validate")
    shares = SharesDone(len(cases), progress)
    proofs: list[Proof] = []
    seconds: dict[str, float] = {}
    stop = threading.Event()

    def work(number: int) -> tuple[list[Proof], float]:
        began = time.perf_counter()
        made = cases[number].prove()
        shares.update(number, 1.0)
        return made, time.perf_counter() - began

    def take(number: int, made: tuple[list[Proof], float]) -> None:
        proofs.extend(made[0])
        seconds[cases[number].name] = round(made[1], 2)

    with first_interrupt_stops(stop):
        take_in_order(range(len(cases)), work, take, workers=workers, stop=stop)
    if len(seconds) < len(cases):
        raise KeyboardInterrupt
    return ValidationReport(tuple(proofs), seconds)
