"""Laws and factors at the ends of their ranges, and cases that once ended badly; told in short by this process.

    python -m fence.extremes

prints a checksum of the trace of each, so that compiled code and plain Python (`NUMBA_DISABLE_JIT=1`) can be compared.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

import numpy as np

from engine.stories import ready
from momentsim.contract import plan as p
from momentsim.contract.plan import Prepared
from momentsim.contract.trace import Trace
from momentsim.engine import simulate

SMALL: Final[dict[str, Any]] = {
    "name": "small",
    "start": "2024-01-08 08:00",
    "horizon": "2 h",
    "customers": {"segments": {"everyone": {"customers": 40, "yearly_margin": "100 USD"}}},
    "moments": {"question": {"handling_time": {"distribution": "exponential", "mean": "5 min"}}},
    "demand": {"volumes": {"question": {"per_hour": 30}}},
    "workforce": {"groups": {"team": {"heads": 3}}},
    "waiting": {"announce_wait": True},
    "run": {"run_out": "1 h"},
}
_HANDLING, _WRAP, _PATIENCE = "moments.question.handling_time", "moments.question.wrap_up", "waiting.patience"
_FACTOR = "customers.segments.everyone.patience_factor"

ALLOWED: Final[dict[str, tuple[str, ...]]] = {
    "widest lognormal": (f"{_HANDLING}={{distribution: lognormal, mean: null, median: 5 min, sigma: 2.5}}",),
    "largest cv": (f"{_HANDLING}={{distribution: lognormal, mean: 5 min, cv: 22.7}}",),
    "flattest weibull": (f"{_WRAP}={{distribution: weibull, median: 5 min, shape: 0.2}}",),
    "flattest gamma": (f"{_HANDLING}={{distribution: gamma, mean: 5 min, shape: 0.05}}",),
    "steepest gamma": (f"{_HANDLING}={{distribution: gamma, mean: 5 min, shape: 10000}}",),
    "widest hyperexponential": (f"{_HANDLING}={{distribution: hyperexponential, mean: 5 min, cv: 25}}",),
    "longest work": (f"{_HANDLING}={{distribution: constant, mean: 30 d}}", f"{_WRAP}={{mean: 30 d}}"),
    "shortest work": (f"{_HANDLING}={{distribution: uniform, mean: null, low: 0 s, high: 0.000001 s}}",),
    "no work": (f"{_HANDLING}={{distribution: constant, mean: 0 s}}",),
    "never impatient": (f"{_PATIENCE}={{distribution: never}}", f"{_FACTOR}=0.001", f"{_HANDLING}.mean=2 h"),
    "long patience, far stretched": (f"{_PATIENCE}={{median: 30 s, sigma: 2.5}}", f"{_FACTOR}=1000"),
    "patience of nothing": (f"{_PATIENCE}={{distribution: constant, mean: 0 s}}", f"{_FACTOR}=1000"),
    "a century until the next try": (
        "moments.question.resolution=0", "moments.question.reconnect=1",
        "moments.question.reconnect_delay={distribution: constant, mean: 10 years}",
    ),
    "a promise of a century": ("moments.question.promise={within: 100 years, kept: 1}",),
    "a head start of a century": ("moments.question.head_start=100 years",),
}  # fmt: skip
"""Changes of SMALL that are called good."""

_MINUTES_5 = float(np.log(300e6))
PLANTED: Final[dict[str, tuple[p.Family, float, float]]] = {
    "sigma 9": (p.Family.LOGNORMAL, _MINUTES_5, 9.0),
    "sigma 40": (p.Family.LOGNORMAL, float(np.log(1e6)), 40.0),
    "weibull of shape 0.05": (p.Family.WEIBULL, 300e6 / float(np.log(2.0)) ** 20.0, 20.0),
    "weibull of shape 0.06": (p.Family.WEIBULL, 300e6 / float(np.log(2.0)) ** (1 / 0.06), 1 / 0.06),
    "75 % within 12 h, half within 5 min": (p.Family.LOGNORMAL, _MINUTES_5, 7.368),
    "longer than all time": (p.Family.CONSTANT, 1e300, 0.0),
    "no number": (p.Family.CONSTANT, float("nan"), 0.0),
    "without end": (p.Family.NEVER, float("inf"), 0.0),
}
"""Laws of handling and wrap-up that no loader calls good, put behind its back: a time stays a time."""


def allowed(name: str) -> Prepared:
    """A scenario at the end of a range."""
    return ready(SMALL, *ALLOWED[name])


def planted(name: str) -> Prepared:
    """SMALL with a law beyond all ranges for talks and wrap-up."""
    family, a, b = PLANTED[name]
    prepared = ready(SMALL, f"{_WRAP}={{distribution: constant, mean: 1 s}}")
    laws = prepared.plan.laws.copy()
    for row in (prepared.plan.reasons["talk_law"][0], prepared.plan.reasons["wrap_law"][0]):
        laws["family"][row], laws["a"][row], laws["b"][row] = family, a, b
        laws["mean"][row] = np.inf if family == p.Family.NEVER else a
    return prepared._replace(plan=prepared.plan._replace(laws=laws))


def checksum(trace: Trace) -> str:
    """Of all tables of a trace; a NaN is a NaN, whatever its bits, and nothing has no sign."""
    digest = hashlib.sha256()
    for name in Trace._fields:
        table = np.asarray(getattr(trace, name))
        for field in table.dtype.names or (None,):
            values = np.ascontiguousarray(table if field is None else table[field])
            if values.dtype.kind == "f":
                values = np.where(np.isnan(values), -1.25, np.round(values.astype(np.float64), 6) + 0.0)
            digest.update(f"{name}.{field}".encode() + values.tobytes())
    return digest.hexdigest()


def checksums() -> dict[str, str]:
    """Of every case, by name."""
    found = {name: checksum(simulate(allowed(name), log=True)) for name in ALLOWED}
    return found | {name: checksum(simulate(planted(name), log=True)) for name in PLANTED}


if __name__ == "__main__":
    print(json.dumps(checksums()))
