"""The ledger: every amount of value and cost on a line of its own, adding up to the net benefit.

Amounts of value are booked moment by moment in `engine/customers/loyalty.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from momentsim.contract.plan import Names
from momentsim.measures.costs import cost_lines
from momentsim.measures.digest import Digest
from momentsim.measures.expected_customers import ROUNDING
from momentsim.measures.facts import FloatArray, Sample
from momentsim.measures.recovery import tier_income
from momentsim.measures.statistics import by_unit, estimate, interval
from momentsim.scenario.types import Scenario

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("line", "owner", "reason", "segment", "amount", "low", "high")

VALUE_LINES = {
    "value_created": ("created", "created_wallet"),
    "value_destroyed_by_operation": ("destroyed_by_operation", "operation_wallet"),
    "value_destroyed_by_handling": ("destroyed_by_handling", "handling_wallet"),
    "value_won_back": ("won_back", "won_back_wallet"),
    "value_usual_price": ("usual_price", "usual_wallet"),
}
"""Ledger line -> field of the moment tallies, and that of its part by wallets; written as two lines."""
WHOLE_LINES = {"value_word_of_mouth": "word_of_mouth", "value_sold": "sold"}
CHURN, WALLET = "churn", "wallet"
"""What follows the name of a line: margins of who stays at the usual wallet, and what wallets bring beyond."""


class _Entry(NamedTuple):
    line: str
    owner: str
    reason: str
    segment: str
    amount: FloatArray  # (replications,)


def ledger_table(scenario: Scenario, names: Names, digests: Sequence[Digest]) -> pd.DataFrame:
    """Lines by owner, reason and segment; gains are positive, losses and costs negative.

    Owner, reason and segment are empty where a line has none: hours are paid for the whole centre, with one
    line per group, like `paid_hours: frontline`, and programmes by name. Lines of nothing are left out.
    """
    import pandas as pd

    sample = Sample(scenario, names, tuple(digests))
    entries = [
        entry
        for entry in (*_values(sample), *_acquired_entries(sample), *_costs(sample))
        if (np.abs(entry.amount) > ROUNDING).any()
    ]
    amounts = (
        np.stack([entry.amount for entry in entries], axis=1) if entries else np.zeros((len(digests), 0))
    )
    estimated = by_unit(estimate(amounts), sample.members)
    limits = interval(estimated)
    table = pd.DataFrame([entry[:4] for entry in entries], columns=list(COLUMNS[:4]), dtype=object)
    return table.assign(amount=estimated.value, low=limits.low, high=limits.high)


def _values(sample: Sample) -> Iterator[_Entry]:
    names = sample.names
    lines = {line: _of_tallies(sample, field) for line, field in WHOLE_LINES.items()}
    for line, (field, by_wallet) in VALUE_LINES.items():
        wallet = _of_tallies(sample, by_wallet)
        lines |= {f"{line}: {CHURN}": _of_tallies(sample, field) - wallet, f"{line}: {WALLET}": wallet}
    for line, values in lines.items():
        for index, reason in enumerate(names.reasons):
            for column, segment in enumerate(names.segments):
                yield _Entry(line, names.owners[index], reason, segment, values[:, index, column])
    for part in (CHURN, WALLET):
        rests = np.stack([digest.people[f"rest_{part}"] for digest in sample.digests])
        for column, segment in enumerate(names.segments):
            yield _Entry(f"value_rest: {part}", "", "", segment, rests[:, column])
    for column, income in enumerate(tier_income(sample).T):
        yield _Entry("service_tier", "", "", names.segments[column], income)


def _of_tallies(sample: Sample, field: str) -> FloatArray:
    """A field by replication, reason and segment."""
    return np.asarray(np.stack([digest.tallies[field] for digest in sample.digests]).sum(axis=3))


def _acquired_entries(sample: Sample) -> Iterator[_Entry]:
    values = np.stack([digest.acquisition["value"] for digest in sample.digests])
    for column, segment in enumerate(sample.names.segments):
        yield _Entry("value_acquired", "", "", segment, values[:, column])


def _costs(sample: Sample) -> Iterator[_Entry]:
    names = sample.names
    for line in cost_lines(sample):
        for index in range(line.amount.shape[1]):
            amount = -line.amount[:, index]
            if line.scope == "group":
                yield _Entry(f"{line.line}: {names.groups[index]}", "", "", "", amount)
            elif line.scope == "programme":
                yield _Entry(f"{line.line}: {names.programmes[index]}", "", "", "", amount)
            elif line.scope == "lever":
                yield _Entry(f"{line.line}: {names.levers[index - line.amount.shape[1]]}", "", "", "", amount)
            elif line.scope == "reason":
                yield _Entry(line.line, names.owners[index], names.reasons[index], "", amount)
            elif line.scope == "reason_segment":
                reason, segment = divmod(index, len(names.segments))
                yield _Entry(
                    line.line, names.owners[reason], names.reasons[reason], names.segments[segment], amount
                )
            elif line.scope == "segment":
                yield _Entry(line.line, "", "", names.segments[index], amount)
            else:
                yield _Entry(line.line, "", "", "", amount)
