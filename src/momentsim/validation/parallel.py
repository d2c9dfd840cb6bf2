"""Replications in threads give the same bits as one after the other."""

from __future__ import annotations

import numpy as np
import pandas as pd

from momentsim.runs.run import run
from momentsim.runs.settings import RunSettings
from momentsim.validation.proof import Proof, prove_equal
from momentsim.validation.simulation import load_text
from momentsim.validation.texts import FULL

REPLICATIONS = 8
THREADS = 4


def equal_cells(one: pd.DataFrame, other: pd.DataFrame) -> int:
    """Cells with equal content, numbers to the last bit."""
    if one.shape != other.shape:
        return 0
    equal = 0
    for name in one.columns:
        left, right = one[name].to_numpy(), other[name].to_numpy()
        if left.dtype == np.float64:
            left, right = left.view(np.int64), right.view(np.int64)
        equal += int(np.sum(left == right))
    return equal


def parallel_proofs() -> list[Proof]:
    """Tables of a run on one thread and on several."""
    case, loaded = "parallel", load_text(FULL)
    serial, parallel = (
        run(loaded, loaded, RunSettings(replications=REPLICATIONS, workers=workers, log="none"))
        for workers in (1, THREADS)
    )
    return [
        prove_equal(case, f"cells of the {name} equal", "cells", one.size, equal_cells(one, other))
        for name, one, other in (
            ("summary", serial.summary, parallel.summary),
            ("intervals", serial.intervals, parallel.intervals),
            ("ledger", serial.ledger, parallel.ledger),
        )
    ]
