"""Events at the same microsecond: whose patience ends just when an agent is freed is still answered."""

from __future__ import annotations

import numpy as np

from momentsim.contract.plan import HOUR
from momentsim.contract.trace import Outcome
from momentsim.scenario import LoadedScenario
from momentsim.validation.proof import Proof, prove_equal
from momentsim.validation.simulation import SimulatedRun, load_text, run_logged
from momentsim.validation.texts import TIED_AGENTS, TIED_CALLERS, TIES, tied_calls


def tied_scenario() -> LoadedScenario:
    """The scenario of ties with its file of calls."""
    return load_text(TIES, files={"calls.csv": tied_calls()})


def tie_proofs() -> list[Proof]:
    """Counts and waits of the second round of calls, which is the same for any draws."""
    run: SimulatedRun = run_logged(tied_scenario())
    rows = run.trace.contacts
    again = rows[rows["attempt"] == 2]
    answered = again[again["outcome"] == Outcome.ANSWERED]
    abandoned = again[again["outcome"] == Outcome.ABANDONED]
    waits = answered["answered"] - answered["queued"]
    late = min(TIED_AGENTS, TIED_CALLERS - TIED_AGENTS)
    left = TIED_CALLERS - TIED_AGENTS - late
    return [
        prove_equal("ties", "calls at 17:00", "calls", TIED_CALLERS, np.sum(again["arrived"] == 17 * HOUR)),
        prove_equal("ties", "answered at once", "calls", TIED_AGENTS, np.sum(waits == 0)),
        prove_equal("ties", "answered when patience ends", "calls", late, np.sum(waits == HOUR)),
        prove_equal(
            "ties", "hung up at that instant", "calls", left, np.sum(abandoned["ended"] == 18 * HOUR)
        ),
        prove_equal("ties", "calls in all", "calls", 2 * TIED_CALLERS, len(rows)),
    ]
