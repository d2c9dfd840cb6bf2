"""The story of every attempt as events, in the columns that vidigi and tools of process mining read.

An entity is an attempt: it arrives once, waits and talks on each of its legs, and departs once unless it is still open
at the end of the run-out. It holds an agent while it talks; wrap-up, which comes after it is gone, is no event.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

ARRIVAL_DEPARTURE: Final = "arrival_departure"
CARRIED: Final = ("skill", "group", "channel", "segment", "customer", "moment", "attempt", "leg")
"""Columns of a leg that its events have too."""
ORDER: Final = ("arrival", "begins", "waits", "talks", "ends", "depart")
"""Of events at one time of one attempt."""


def events_of(contacts: pd.DataFrame, agents: pd.DataFrame, start: datetime) -> pd.DataFrame:
    """Events of legs of attempts, in order of time in each replication.

    `contacts` and `agents` are the tables of a log; `start` is the start of the scenario. Times are seconds since it.
    """
    import pandas as pd

    legs = contacts.reset_index(drop=True)
    numbers = _numbers_in_groups(legs, agents)
    by_itself = legs["channel"].eq("self_service")
    called = legs["channel"].isin(["callback", "callback_offer"])
    waits = np.where(called, "_callback_wait", "_wait")
    skill = legs["skill"].astype(object).fillna("")
    over = legs["outcome"].ne("transferred")
    parts = [
        _part(legs, legs["leg"].eq(1), "arrival", ARRIVAL_DEPARTURE, "arrival", "arrived_s"),
        _part(legs, by_itself, "begins", "queue", "self_service", "arrived_s"),
        _part(legs, legs["queued_s"].notna(), "waits", "queue", skill + waits, "queued_s"),
        _part(
            legs, legs["answered_s"].notna(), "talks", "resource_use", skill + "_talk", "answered_s", numbers
        ),
        _part(
            legs,
            legs["answered_s"].notna() & legs["ended_s"].notna(),
            "ends",
            "resource_use_end",
            skill + "_talk_ends",
            "ended_s",
            numbers,
        ),
        _part(legs, over & legs["ended_s"].notna(), "depart", ARRIVAL_DEPARTURE, "depart", "ended_s"),
    ]
    events = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    events = events.sort_values(
        ["run_number", "time", "entity_id", "order"], kind="stable", ignore_index=True
    )
    events.insert(
        4, "timestamp", (pd.Timestamp(start) + pd.to_timedelta(events["time"], unit="s")).dt.round("ms")
    )
    return events.drop(columns="order")


def _numbers_in_groups(legs: pd.DataFrame, agents: pd.DataFrame) -> pd.Series[Any]:
    """Number of each leg's agent in the group, from 1: pictures show the places of a group side by side."""
    first = agents.groupby(["replication", "group"], observed=True)["agent"].min().rename("first")
    keys = legs[["replication", "group"]].astype({"group": object})
    firsts = first.reset_index().astype({"group": object})
    return legs["agent"] - keys.merge(firsts, on=["replication", "group"], how="left")["first"] + 1


def _part(
    legs: pd.DataFrame,
    which: pd.Series[bool],
    order: str,
    event_type: str,
    event: str | pd.Series[Any],
    time: str,
    resource: pd.Series[Any] | None = None,
) -> pd.DataFrame:
    """The events of one kind."""
    import pandas as pd

    chosen = legs[which]
    is_end = order in ("ends", "depart")
    blank = pd.array([pd.NA] * len(chosen), "Int64")
    columns = {
        "entity_id": chosen["contact"],
        "event_type": event_type,
        "event": event if isinstance(event, str) else event[which],
        "time": chosen[time],
        "pathway": chosen["reason"].astype(object),
        "run_number": chosen["replication"],
        "resource_id": blank if resource is None else resource[which].astype("Int64").array,
        "unique_resource_id": blank if resource is None else chosen["agent"].astype("Int64").array,
        **{name: chosen[name] for name in CARRIED},
        "anger": chosen["anger_after" if is_end else "anger_before"],
        "outcome": chosen["outcome"].astype(object) if is_end else None,
        "order": ORDER.index(order),
    }
    return pd.DataFrame(columns).astype(dict.fromkeys(("skill", "group", "channel", "segment"), object))
