"""A story with recovery, promises and offers in it."""

from __future__ import annotations

import copy
from typing import Any

from engine.stories import PLAIN

WITH_EVERYTHING: dict[str, Any] = copy.deepcopy(PLAIN) | {
    "horizon": "3 d",
    "recovery": {
        "survey": True, "complaints": True, "listening": "30 %",
        "speech_analytics": {"sensitivity": "60 %", "specificity": "95 %"},
        "team": {
            "people": 1, "handling_time": {"mean": "20 min", "cv": 0.5}, "start": "09:00", "end": "17:00",
            "days": ["mon", "tue", "wed", "thu", "fri"], "cost_per_hour": "40 USD/h",
        },
        "delay": "30 min", "give_up_after": "4 d", "compensation": "20 USD", "gift": "2 USD",
    },
}  # fmt: skip
"""Plain, with all of this chapter in it."""
WITH_EVERYTHING["customers"]["segments"]["payers"] = {
    "customers": 500, "yearly_margin": "100 USD", "promise_kept": "95 %", "promise_within": "12 h",
    "tier_price": "50 USD",
}  # fmt: skip
WITH_EVERYTHING["moments"]["question"] |= {
    "stakes": "60 %",
    "promise": {
        "within": "1 d", "kept": "80 %", "repeat_failure": "20 %",
        "repeat_after": {"distribution": "exponential", "mean": "1 d"},
    },
    "selling": {"pressure": "50 %", "margin": "10 USD", "acceptance": "20 %"},
}  # fmt: skip
