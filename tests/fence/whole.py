"""One scenario in which everything there is stands beside everything else, as data; small enough to run at once."""

from __future__ import annotations

import copy
from typing import Any

from engine.stories import RICH

DAY = "2024-01-08"
_SOON: dict[str, Any] = {"lead_time": "1 h", "adoption": "3 h", "cost": "100 USD", "cost_per_month": "10 USD"}
_COURSE: dict[str, Any] = {**_SOON, "hours": "2 h", "hours_per_day": "1 h", "cost_per_agent": "5 USD"}
_PROGRAMMES: dict[str, Any] = {
    "empathy": {"kind": "empathy_training", **_COURSE},
    "skill": {"kind": "skill_training", **_COURSE},
    "choice": {"kind": "empathy_hiring", **_SOON, "cost_per_hire": "9 USD"},
    "software": {"kind": "ai_assist", **_SOON},
    "experts": {"kind": "expert_teams", **_SOON},
    "home": {"kind": "home_working", **_SOON},
    "pledge": {"kind": "service_pledges", **_SOON},
    "goals": {"kind": "incentive_change", **_SOON, "handling_time": 0, "resolution": "50 %", "customer_voice": "50 %"},
    "script": {"kind": "script_change", **_SOON, "script": "10 %", "end": f"{DAY} 20:00", "decay_half_life": "1 d"},
    "free": {"kind": "empowerment", **_SOON, "autonomy": "90 %"},
    "wow": {"kind": "wow_budget", **_SOON, "gift": "20 USD", "budget_per_month": "5000 USD"},
    "waits": {"kind": "service_pledges", **_SOON},
}  # fmt: skip
_PRICE = {"once": "9 USD", "per_hour": "3 USD/h", "per_use": "0.5 USD"}
_LEVERS: dict[str, Any] = {
    "partner": {
        "kind": "call_in", "group": "partner", "price": _PRICE, "lead_time": "5 min", "success": "80 %",
        "delay": {"distribution": "exponential", "mean": "10 min"}, "at_most": 9, "again_after": "10 min",
        "when": "queue > 3 for 3 min", "undo_when": "queue < 1 for 5 min",
        "sizes": {"half": {"show_up": "50 %", "price": _PRICE}, "all": {"price": _PRICE}}, "size": "all",
    },
    "stay": {"kind": "overtime", "group": "sales", "when": "on_duty(sales) < 3", "until": "3 h", "at_most": 3},
    "lines": {"kind": "extra_lines", "lines": 6, "when": "queue > 5", "undo_when": "queue <= 1", "at_most": 20},
    "cap": {"kind": "login_cap", "agents": 2, "at": f"{DAY} 07:00", "until": f"{DAY} 20:00"},
    "first": {"kind": "priority", "moment": "status", "level": 1, "when": "longest_wait(care) > 4 min", "until": "1 h"},
    "quiet": {"kind": "pause_offers", "when": "abandoned(sales) > 20 % over 1 h", "until": "1 h", "at_most": 4},
    "start": {"kind": "start_programme", "programme": "waits", "at": f"{DAY} 09:00"},
    "told_before": {"kind": "notice", "crisis": "storm", "at": f"{DAY} 05:00", "until": "2 h", "price": _PRICE},
    "web": {"kind": "self_service_offer", "moment": "bill", "at": f"{DAY} 10:00", "until": "5 h"},
    "freer": {"kind": "goodwill_authority", "amount": "20 USD", "when": "complaints > 0 over 2 h", "until": "4 h"},
    "voice": {"kind": "one_voice", "group": "care", "at": f"{DAY} 12:00"},
    "back": {
        "kind": "callback", "queue": "care", "offer": {"waiting_above": 1, "promise": "10 min"}, "at_most": 20,
        "when": "queue(care) > 2", "undo_when": "queue(care) < 1", "price": _PRICE,
    },
    "told": {
        "kind": "announcement", "queue": "sales", "at": f"{DAY} 09:30", "until": "8 h",
        "announcement": {"tells": "place", "message": {"answers": {"booking": "10 %"}}},
    },
}  # fmt: skip


def whole(scale: float = 1.0) -> dict[str, Any]:
    """A new copy of the scenario, with about 1,400 contacts at a scale of 1."""
    data = copy.deepcopy(RICH)
    moments = data["moments"]
    moments["booking"]["selling"] = {"pressure": "40 %", "margin": "30 USD", "acceptance": "20 %"}
    moments["booking"]["promise"] = {
        "within": "3 h", "kept": "80 %", "repeat_failure": "20 %",
        "repeat_after": {"distribution": "gamma", "mean": "2 h", "cv": 1.5},
    }  # fmt: skip
    moments["rebooking"]["patience"] = {"distribution": "weibull", "median": "5 min", "shape": 0.8}
    moments["status"]["wrap_up"] = {"distribution": "empirical", "file": "seconds.csv"}
    moments["bill"] = {
        "skill": "care",
        "handling_time": {"distribution": "erlang", "phases": 3, "mean": "2 min"},
    }
    data["demand"]["volumes"] |= {
        "booking": {"per_day": 260 * scale},
        "rebooking": {"per_day": 40 * scale},
        "status": {"file": "volumes.csv"},
        "bill": {"per_day": 140 * scale, "interarrival": {"distribution": "gamma", "cv": 2}},
    }
    data["crises"]["storm"]["customers_per_service"] = 60 * scale
    groups = data["workforce"]["groups"]
    groups["care"] |= {
        "careers": {"yearly_exits": "90 %", "hiring_lag": "10 h"}, "absence": "10 %", "shrinkage": "5 %",
        "matches": ["gold"],
    }  # fmt: skip
    groups["counter"] = {"skills": ["care"], "heads_file": "heads.csv"}
    groups["partner"] = {"skills": ["care"], "reserve": True, "heads": 2}
    groups["late"] = {"skills": ["sales", "care"], "heads": [{"start": "10:00", "end": "21:00", "heads": 2}]}
    data["recovery"] = {
        "survey": True, "complaints": True, "listening": "50 %",
        "speech_analytics": {"sensitivity": "60 %", "specificity": "90 %"},
        "team": {"people": 2, "handling_time": {"mean": "10 min"}, "start": "08:00", "end": "18:00",
                 "cost_per_hour": "30 USD/h"},
        "order": "value", "compensation": "20 USD", "gift": "5 USD",
    }  # fmt: skip
    data["opening"] = {"warm_up": "2 h"}
    data["programmes"] = copy.deepcopy(_PROGRAMMES)
    data["levers"] = copy.deepcopy(_LEVERS)
    data["run"] = {"run_out": "2 d"}
    return data
