"""Small scenarios for tests: written as data, read through the loader, prepared and simulated."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from momentsim.contract.plan import Prepared, Table
from momentsim.contract.trace import Trace
from momentsim.prepare import Loaded, Operation, Reference, lower, prepare
from momentsim.scenario import LoadedScenario, load

SCENARIOS = Path(__file__).parents[2] / "scenarios"
QUICKSTART = SCENARIOS / "quickstart.yaml"
AIRLINE = SCENARIOS / "airline_ice_storm.yaml"

PLAIN: dict[str, Any] = {
    "name": "plain",
    "start": "2024-01-08 00:00",
    "horizon": "1 d",
    "customers": {"segments": {"everyone": {"customers": 2000, "yearly_margin": "100 USD"}}},
    "moments": {"question": {"handling_time": {"distribution": "exponential", "mean": "5 min"}}},
    "demand": {"volumes": {"question": {"per_day": 600, "profile": "flat"}}},
    "workforce": {"groups": {"team": {"heads": 3}}},
}
"""One reason, one team, behaviour on, everything else as the defaults say."""

_PEOPLE: dict[str, Any] = {
    "knowledge_sd": 0.8, "one_voice": "30 %", "authority": "25 USD",
    "incentives": {"handling_time": "80 %", "resolution": "10 %", "customer_voice": "10 %"},
}  # fmt: skip
_EXPONENTIAL_HOUR = {"distribution": "exponential", "mean": "1 h"}

RICH: dict[str, Any] = {
    "name": "rich",
    "start": "2024-01-08 00:00",
    "horizon": "30 h",
    "customers": {
        "segments": {
            "gold": {
                "customers": 300, "yearly_margin": "900 USD", "yearly_churn": "40 %",
                "patience_factor": 1.5, "contact_weight": 2.0,
            },
            "mass": {
                "customers": 1500, "yearly_margin": "100 USD", "expectation": 0.3,
                "acquired_per_year": "100 %", "acquisition_cost": "20 USD",
            },
        }
    },
    "moments": {
        "booking": {
            "stakes": "20 %", "skill": "sales", "complexity_sd": 0.5,
            "handling_time": {"mean": "5 min", "cv": 1.0}, "wrap_up": {"mean": "40 s", "cv": 0.5},
            "beyond_authority": "15 %", "escalates_to": "care",
            "reconnect": "75 %", "reconnect_delay": _EXPONENTIAL_HOUR,
            "self_service": {"adoption": "40 %", "context_passed": "40 %"},
        },
        "rebooking": {
            "stakes": "80 %", "builder": True, "failure": "promise", "skill": "care",
            "priority": 3, "complexity_sd": 1.0, "beyond_authority": "20 %",
            "handling_time": {"mean": "9 min", "cv": 1.0},
            "wrap_up": {"distribution": "constant", "mean": "1 min"},
            "reconnect": "90 %", "reconnect_delay": _EXPONENTIAL_HOUR,
        },
        "status": {
            "stakes": "40 %", "skill": "care", "handling_time": {"mean": "3 min", "cv": 1.0},
            "beyond_authority": "20 %",
        },
    },
    "demand": {
        "day_factor_cv": "10 %", "period_factor_cv": "10 %",
        "volumes": {"booking": {"per_day": 500}, "rebooking": {"per_day": 60}, "status": {"per_day": 100}},
    },
    "workforce": {
        "login_cap": 9,
        "site_spread": 0.2,
        "groups": {
            "sales": {
                "skills": ["sales"], **_PEOPLE, "site": "north", "teams": {"count": 3, "spread": 0.3},
                "shifts": {
                    "early": {
                        "start": "06:00", "length": "8 h", "heads": 3,
                        "breaks": [{"after": "2 h", "length": "15 min"}, {"after": "4 h", "length": "30 min"}],
                    },
                    "late": {
                        "start": "13:30", "length": "8 h", "heads": 3,
                        "breaks": [{"after": "4 h", "length": "30 min"}],
                    },
                    "night": {"start": "22:00", "length": "8 h", "heads": 1},
                },
            },
            "care": {
                "skills": ["care", "sales"], "overflow_after": {"sales": "1 min"}, "heads": 3, **_PEOPLE,
                "site": "south",
            },
            "called": {"reserve": True, "heads": 4, **_PEOPLE},
        },
    },
    "waiting": {"lines": 22, "announce_wait": True},
    "behaviour": {"expectations": True, "grievances": True, "word_of_mouth": True},
    "crises": {
        "storm": {
            "moment": "rebooking", "status_moment": "status",
            "days": {
                "2024-01-08": {
                    "scheduled": 10, "failed": 2, "announced_from": "06:00", "announced_until": "12:00",
                }
            },
            "status_threshold": 1,
            "customers_per_service": 120,
            "first_contact_delay": {"distribution": "exponential", "mean": "3 h"},
            "severity": 1.0,
            "brand_shock": 0.3,
            "refund": {"amount": "90 USD"},
            "reconnect": "93 %", "reconnect_delay": _EXPONENTIAL_HOUR,
            "blackouts": [{"start": "2024-01-08 09:00", "end": "2024-01-08 15:00"}],
            "pre_cancel": {"share": "50 %", "hours_ahead": "2 h"},
            "reserves": {
                "more": {"group": "called", "at": "2024-01-08 10:00", "delay": {"median": "1 h", "sigma": 0.4}}
            },
            "self_service_offer": {"at": "2024-01-08 11:00", "adoption": "50 %"},
            "notice": {"at": "2024-01-08 08:00", "hours_ahead": "6 h"},
            "compensation": {"at": "2024-01-08 18:00", "amount": "200 USD", "delay": "6 h"},
        }
    },
}  # fmt: skip
"""Everything at once: two skills, overflow, self-service, lines, announced waits, shifts, escalation,
teams and sites, incentives, storm and all levers."""


def read(story: Mapping[str, Any], *overrides: str) -> LoadedScenario:
    """A scenario given as data, through the loader."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "story.yaml"
        path.write_text(json.dumps(dict(story)), "utf-8")  # JSON is YAML with all quotes
        return load(path, overrides=overrides)


def ready(story: Mapping[str, Any], *overrides: str, replication: int = 1) -> Prepared:
    """One replication of a scenario given as data, against the neutral reference."""
    loaded = read(story, *overrides)
    return prepare(lower(loaded, Reference.neutral(tuple(loaded.scenario.moments))), replication)


def cut(loaded: Loaded, start: str, hours: float) -> Operation:
    """A piece of a long scenario: levers pulled before work from the start, what lies outside is left out."""
    piece = {"start": datetime.fromisoformat(start), "horizon": hours * 3600.0}
    return Operation(loaded.scenario.model_copy(update=piece), loaded.tables, loaded.samples)


def all_moments(prepared: Prepared) -> Table:
    """The whole demand of a replication."""
    return np.concatenate([prepared.moments_of_day(day) for day in range(prepared.days)])


def differences(one: Trace, other: Trace) -> list[str]:
    """Names of what differs between two traces, bit for bit; NaN equals NaN."""
    found = []
    for name in Trace._fields:
        a, b = np.asarray(getattr(one, name)), np.asarray(getattr(other, name))
        if a.shape != b.shape:
            found.append(f"{name}: {a.shape} and {b.shape}")
            continue
        for field in a.dtype.names or (None,):
            left, right = (a, b) if field is None else (a[field], b[field])
            if not np.array_equal(left, right, equal_nan=left.dtype.kind == "f"):
                found.append(name if field is None else f"{name}.{field}")
    return found
