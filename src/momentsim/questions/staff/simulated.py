"""The simulated truth by interval: what really happens under a staffing, beside what formulas promise."""

from __future__ import annotations

import numpy as np
import pandas as pd

from momentsim.measures.facts import FloatArray, Sample
from momentsim.measures.service import on_line, pad, service_parts
from momentsim.measures.statistics import by_unit, clip, estimate, interval

SHARE = (0.0, 1.0)


def simulated_by_interval(
    sample: Sample, skills: tuple[int, ...], intervals: int, *, of_waits: bool = False
) -> pd.DataFrame:
    """Contacts offered, service level, share abandoned and, if wanted, mean wait, with 95 % intervals, of these skills.

    One row per interval of the horizon, counted by arrival; blank where nobody called. Means over replications.
    """
    queues = pad([digest.queues for digest in sample.digests])[:, :intervals]
    total = {
        name: queues[name][:, :, list(skills)].sum(axis=2, dtype=np.float64)
        for name in queues.dtype.names or ()
    }
    total |= on_line(total)
    columns: dict[str, FloatArray] = {"offered_simulated": total["offered"].mean(axis=0)}
    shares = {
        "service_level": service_parts(sample.scenario, total),
        "abandoned": (total["abandoned"], total["offered"]),
    }
    if of_waits:
        shares["wait"] = (total["wait_answered"], total["answered_on_line"])
    for name, (top, bottom) in shares.items():
        estimated = by_unit(estimate(top, bottom), sample.members)
        limits = clip(interval(estimated), (0.0, np.inf) if name == "wait" else SHARE)
        columns |= {
            f"{name}_simulated": estimated.value,
            f"{name}_low": limits.low,
            f"{name}_high": limits.high,
        }
    return pd.DataFrame(columns)
