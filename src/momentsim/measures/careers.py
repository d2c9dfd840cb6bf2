"""Facts about careers of agents, from the totals of `career_totals`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from momentsim.measures.career_totals import CAREERS

if TYPE_CHECKING:
    from momentsim.measures.facts import Columns, Sample


def career_facts(sample: Sample, scope: str) -> Columns:
    """The facts of careers for scope all or group; exits have no meaning where nobody has a career."""
    rows = np.stack([digest.careers for digest in sample.digests])
    facts = {name: rows[name].astype(np.float64) for name in CAREERS.names or ()}
    if scope == "all":
        facts = {name: values.sum(axis=1, keepdims=True) for name, values in facts.items()}
    facts["exits"] = np.where(facts["seat_years"] > 0, facts["exits"], np.nan)
    return facts
