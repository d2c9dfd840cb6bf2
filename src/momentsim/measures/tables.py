"""Tidy tables of one logged replication: rows of the trace with names, seconds and words instead of codes.

Times are seconds since the scenario's start; what did not happen is blank.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import (
    MONTH,
    NEVER,
    SCALE_MEAN,
    SCALE_SD,
    SECOND,
    LeverAction,
    MomentKind,
    Names,
    Table,
    Why,
)
from momentsim.contract.trace import Channel, Detected, MomentClass, Outcome, Trace, whole_moments
from momentsim.measures.experience import is_help_elsewhere
from momentsim.measures.interval_table import interval_starts
from momentsim.scenario.types import Scenario

if TYPE_CHECKING:
    import pandas as pd

WALLET_WORDS = ("cut_back", "none", "deepened")
"""By wallet_event + 1."""
_ACTIONS = tuple(action.name.lower() for action in LeverAction)
_WHYS = tuple(why.name.lower() for why in Why)


def _frame(columns: dict[str, Any]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(columns)


def words_of(codes: npt.NDArray[Any], words: tuple[str, ...]) -> pd.Categorical[str]:
    """Codes 0.. as their words; -1 is blank."""
    import pandas as pd

    kind = np.int8 if len(words) < 127 else np.int32
    return pd.Categorical.from_codes(codes.astype(kind), categories=pd.Index(list(words)), validate=False)


def seconds(ticks: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Microseconds as seconds; -1 is blank (NaN)."""
    result = ticks.astype(np.float64)
    result *= 1.0 / SECOND
    result[ticks == -1] = np.nan
    return result


def numbers(codes: npt.NDArray[Any]) -> pd.arrays.IntegerArray:
    """Whole numbers of which -1 is blank."""
    import pandas as pd

    return pd.arrays.IntegerArray(codes.astype(np.int32), codes == -1)


def _words(
    names: type[Outcome] | type[Channel] | type[MomentClass] | type[MomentKind] | type[Detected],
) -> tuple[str, ...]:
    return tuple(member.name.lower() for member in names)


def contacts_table(scenario: Scenario, names: Names, trace: Trace, replication: int) -> pd.DataFrame:
    """One row per leg of an attempt. `wait_s` runs from joining the queue to the answer or the hang-up."""
    return contacts_of(scenario, names, trace.contacts, replication)


def contacts_of(scenario: Scenario, names: Names, rows: Table, replication: int) -> pd.DataFrame:
    """The same of any rows of the trace's contacts."""
    interval = (rows["arrived"] // round(scenario.interval * SECOND)).astype(np.int32)
    first = int(interval.min()) if len(interval) else 0
    starts = interval_starts(scenario, int(interval.max(initial=0)) + 1, first=first)
    until = np.where(rows["answered"] >= 0, rows["answered"], rows["ended"])
    waited = np.where(rows["queued"] >= 0, until - rows["queued"], -1)
    return _frame(
        {
            "replication": np.full(len(rows), replication, np.int32),
            "contact": rows["contact"].copy(),
            "moment": rows["moment"].copy(),
            "attempt": rows["attempt"].astype(np.int32),
            "leg": rows["leg"].astype(np.int32),
            "customer": rows["customer"].astype(np.int64),
            "segment": words_of(rows["segment"], names.segments),
            "reason": words_of(rows["reason"], names.reasons),
            "channel": words_of(rows["channel"], _words(Channel)),
            "skill": words_of(rows["queue"], names.queues),
            "agent": numbers(rows["agent"]),
            "group": words_of(rows["group"], names.groups),
            "interval_start": starts[interval - first],
            **{f"{name}_s": seconds(rows[name]) for name in ("arrived", "queued", "answered", "ended")},
            "wait_s": seconds(waited),
            "talk_s": seconds(rows["talk"]),
            "hold_s": np.zeros(len(rows)),  # no customer is put on hold
            "wrap_s": seconds(rows["wrap"]),
            "outcome": words_of(rows["outcome"], _words(Outcome)),
            "resolved": rows["resolved"] == 1,
            "anger_before": rows["anger_before"].copy(),
            "anger_after": rows["anger_after"].copy(),
            "quality": rows["quality"].copy(),
        }
    )


def moments_table(scenario: Scenario, names: Names, trace: Trace, replication: int) -> pd.DataFrame:
    """One row per moment. `value_change` is booked at its end, `harm` when the event itself hit."""
    return moments_of(scenario, names, trace.moments, replication)


def moments_of(scenario: Scenario, names: Names, rows: Table, replication: int) -> pd.DataFrame:
    """The same of any rows of the trace's moments."""
    rows = whole_moments(rows)
    owners = tuple(dict.fromkeys(names.owners))
    owner_of = np.array([owners.index(owner) for owner in names.owners], np.int32)
    return _frame(
        {
            "replication": np.full(len(rows), replication, np.int32),
            "moment": rows["moment"].copy(),
            "customer": rows["customer"].astype(np.int64),
            "segment": words_of(rows["segment"], names.segments),
            "reason": words_of(rows["reason"], names.reasons),
            "owner": words_of(owner_of[rows["reason"]], owners),
            "kind": words_of(rows["kind"], _words(MomentKind)),
            "stakes": rows["stakes"].copy(),
            "stakes_detected": rows["stakes_detected"] == 1,
            "began_s": seconds(rows["began"]),
            "ended_s": seconds(rows["ended"]),
            "contacts": rows["contacts"].copy(),
            "effort": rows["effort"].copy(),
            "resolved": rows["resolved"] == 1,
            **({"helped_elsewhere": rows["resolved"] == 2} if is_help_elsewhere(scenario) else {}),
            "open": rows["open"] == 1,
            "experience": rows["experience"].copy(),
            "disconfirmation": rows["disconfirmation"].copy(),
            "class": words_of(rows["label"], _words(MomentClass)),
            **{
                f"{what}_{when}": rows[f"{what}_{when}"].copy()
                for what in ("attitude", "behaviour")
                for when in ("before", "after")
            },
            "wallet_event": words_of(rows["wallet_event"] + 1, WALLET_WORDS),
            **{name: rows[name].copy() for name in ("value_change", "harm", "sold")},
            "surveyed": rows["surveyed"] == 1,
            "nps_answer": numbers(rows["nps_answer"]),
            "detected": words_of(rows["detected"], _words(Detected)),
            "recovered": rows["recovered"] == 1,
        }
    )


def customers_table(scenario: Scenario, names: Names, trace: Trace, replication: int) -> pd.DataFrame:
    """One row per customer that was touched; the others are as they were at the start."""
    return customers_of(scenario, names, trace.customers, replication)


def customers_of(scenario: Scenario, names: Names, rows: Table, replication: int) -> pd.DataFrame:
    """The same of any rows of the trace's customers."""
    return _frame(
        {
            "replication": np.full(len(rows), replication, np.int32),
            "customer": rows["customer"].copy(),
            "segment": words_of(rows["segment"], names.segments),
            "moments": rows["moments"].copy(),
            "yearly_margin": rows["value"].copy(),
            "norm": rows["norm"].copy(),
            "attitude_displacement": rows["attitude"].copy(),
            "behaviour_displacement": rows["behaviour"].copy(),
            "anger": rows["anger"].copy(),
            "expectation": rows["expectation"].copy(),
            "grievance": rows["grievance"].copy(),
            "joined_s": seconds(rows["joined"]),
            "wallet": rows["wallet"].copy(),
            "wallet_target": rows["wallet_target"].copy(),
            "churn_hazard": rows["hazard"].copy(),
            "churned_s": seconds(rows["churned"]),
            "touched_s": seconds(rows["touched"]),
        }
    )


def agents_table(scenario: Scenario, names: Names, trace: Trace, replication: int) -> pd.DataFrame:
    """One row per agent; emotional intelligence on the usual scale, 100 +- 15; seconds within the horizon."""
    return agents_of(scenario, names, trace.agents, replication)


def agents_of(scenario: Scenario, names: Names, rows: Table, replication: int) -> pd.DataFrame:
    """The same of any rows of the trace's agents."""
    busy, idle = rows["talk"] + rows["wrap"], rows["idle"]
    on_duty = (busy + idle).astype(np.float64)
    team = np.array([team.team for team in names.teams] or [0])[rows["team"]]
    spent = ("talk", "wrap", "idle", "paused", "offline", "overtime", "trained")
    return _frame(
        {
            "replication": np.full(len(rows), replication, np.int32),
            "agent": rows["agent"].copy(),
            "group": words_of(rows["group"], names.groups),
            "emotional_intelligence": SCALE_MEAN + SCALE_SD * rows["emotional_intelligence"],
            "team": numbers(np.where(team > 0, team, -1)),
            "empathy_gain": SCALE_SD * rows["empathy_gain"],
            "skill": rows["skill"].copy(),
            "contacts": rows["contacts"].copy(),
            "quality_mean": np.where(
                scenario.behaviour.memory & (rows["contacts"] > 0),
                rows["quality"] / np.maximum(rows["contacts"], 1),
                np.nan,
            ),
            **{
                f"moments_{word}": rows[field].copy()
                for word, field in (
                    ("ended", "moments"),
                    ("resolved", "resolved"),
                    ("delight", "delight"),
                    ("let_down", "let_down"),
                )
            },
            **{f"{name}_s": seconds(rows[name]) for name in spent},
            "occupancy": np.where(on_duty > 0, busy / np.where(on_duty > 0, on_duty, 1.0), np.nan),
            "fatigue": rows["fatigue"].copy(),
            **careers_of(scenario, names, rows),
        }
    )


def careers_of(scenario: Scenario, names: Names, rows: Table) -> dict[str, npt.NDArray[Any]]:
    """The part of the agents' table about careers."""
    groups = [scenario.workforce.groups[name].careers is not None for name in names.groups]
    there = np.array(groups)[rows["group"]] & (rows["tenure"] >= 0)
    return {
        "absent_s": seconds(rows["absent"]),
        "vacant_s": seconds(rows["vacant"]),
        "exits": rows["exits"].copy(),
        "incumbent": rows["incumbent"].copy(),
        "tenure_months": np.where(there, rows["tenure"] / MONTH, np.nan),
        "burnout": np.where(there, rows["burnout"], np.nan),
        "engagement": np.where(there, rows["engagement"], np.nan),
    }


def levers_table(scenario: Scenario, names: Names, trace: Trace, replication: int) -> pd.DataFrame:
    """One row per lever pulled or undone: in which size, by whom, when, and when it took effect."""
    return levers_of(scenario, names, trace.levers, replication)


def levers_of(scenario: Scenario, names: Names, rows: Table, replication: int) -> pd.DataFrame:
    """The same for rows of the log."""
    start = np.datetime64(scenario.start, "us")
    at = (start + rows["time"].astype("timedelta64[us]")).astype("datetime64[s]").astype("datetime64[ms]")
    works = rows["effective"] < NEVER
    return _frame(
        {
            "replication": np.full(len(rows), replication, np.int32),
            "lever": words_of(rows["lever"], names.levers),
            "size": [names.lever_sizes[row["lever"]][row["size"]] for row in rows],
            "action": words_of(rows["action"], _ACTIONS),
            "why": words_of(rows["why"], _WHYS),
            "pulled_at": at,
            "pulled_s": seconds(rows["time"]),
            "effective_s": np.where(works, seconds(rows["effective"]), np.nan),
            "worked": works,
        }
    )
