"""Measures of a crisis."""

from __future__ import annotations

from typing import Final

from momentsim.measures.catalogue.measure import Measure

CRISIS: Final = (
    Measure(name="people_in_need", title="customers in need",
            meaning="Customers hit by a crisis; a travelling party counts once. Blank without a crisis.",
            top="people_in_need", unit="customers", better="neither", section="Crisis"),
    Measure(name="unserved", title="never helped",
            meaning="Customers hit by a crisis whose need nobody met, whether they called or not. Help "
            "elsewhere counts where a crisis has `helped_elsewhere`. Blank without a crisis.",
            top="unserved", unit="customers", better="down", section="Crisis"),
    Measure(name="unserved_uncalled", title="  never called",
            meaning="Of those never helped, customers who made no attempt, by telephone or in self-service. "
            "Blank without a crisis.",
            top="unserved_uncalled", unit="customers", better="neither", section="Crisis"),
    Measure(name="helped_elsewhere", title="helped elsewhere",
            meaning="Customers hit by a crisis whose need others met, as at the airport, before the centre did. Blank "
            "where no crisis has `helped_elsewhere`.",
            top="helped_elsewhere", unit="customers", better="neither", section="Crisis"),
    Measure(name="jammed_hours", title="jammed hours",
            meaning="Clock hours of the horizon with at least 20 attempts, of which over 30 % heard busy, balked, "
            "abandoned, were cut off at closing or diverted.",
            top="jammed_hours", unit="h", better="down", section="Crisis"),
    Measure(name="time_to_recover_h", title="time to recover",
            meaning="From the first announcement to the first 24 hours without a jam; blank without crisis. A least "
            "value where jams go on in the last 24 hours of horizon and run-out.",
            top="time_to_recover_h", unit="h", better="down", section="Crisis"),
)  # fmt: skip
