"""The log of contacts: a row for every leg that is over, when the replication is logged."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart
from momentsim.contract.trace import Channel
from momentsim.engine.state import tables
from momentsim.engine.state.counters import counts_as_contact
from momentsim.engine.state.tables import World


@compiled_apart
def write_contact(
    w: World, slot: int, outcome: int, now: int, resolved: int, wrap: int, quality: float
) -> None:
    """Write the row of a leg that is over. Every field is written: rows are reused memory."""
    centre = tables.centre(w)
    if centre["logging"] == 0 or not counts_as_contact(w, slot):
        return
    start = tables.settings(w)["warm_up"]
    case = tables.cases(w, slot)
    row = tables.contacts(w, centre["contact_rows"])
    centre["contact_rows"] += 1
    row["contact"] = case["contact"]
    row["moment"] = case["serial"]
    row["customer"] = case["customer"]
    row["attempt"] = case["attempt"]
    row["leg"] = case["leg"]
    row["segment"] = case["segment"]
    row["reason"] = case["reason"]
    row["queue"] = case["queue"]
    row["channel"] = Channel.SELF_SERVICE if case["queue"] < 0 else Channel.VOICE
    if case["message"]:
        row["channel"] = Channel.CALLBACK
    elif case["callback"]:
        row["channel"] = Channel.CALLBACK_OFFER
    row["outcome"] = outcome
    row["resolved"] = resolved
    row["arrived"] = case["arrived"] - start
    row["queued"] = case["queued"] - start if case["queued"] >= 0 else -1
    row["answered"] = case["answered"] - start if case["answered"] >= 0 else -1
    row["ended"] = now - start
    row["agent"] = case["agent"]
    row["group"] = tables.agent_state(w, case["agent"])["group"] if case["agent"] >= 0 else -1
    row["talk"] = case["talk"]
    row["wrap"] = wrap
    row["anger_before"] = case["anger_before"]
    row["anger_after"] = (
        tables.customers(w, case["customer_row"])["anger"] if case["customer_row"] >= 0 else 0.0
    )
    row["quality"] = quality
