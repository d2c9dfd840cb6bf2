"""Measures of what is still open at the horizon's end."""

from __future__ import annotations

from typing import Final

from momentsim.measures.catalogue.measure import Measure

RUN_OUT: Final = (
    Measure(name="open_moments", title="needs still open",
            meaning="Moments that were not over at the horizon's end: on the phone, waiting, or to call again.",
            top="open_at_end", unit="moments", better="down", section="Run-out", headline=False),
    Measure(name="open_moments_solved_share", title="  solved later",
            meaning="Share of these that are solved in the run-out.",
            top="open_resolved", bottom="open_at_end", unit="share", better="up", section="Run-out",
            headline=False),
    Measure(name="open_moments_left_share", title="  never over",
            meaning="Share of these that are still open at the end of the run-out.",
            top="never_ended", bottom="open_at_end", unit="share", better="down", section="Run-out",
            headline=False),
    Measure(name="run_out_attempts", title="attempts after the end",
            meaning="Every try of a customer after the horizon's end; nobody calls then for the first time.",
            top="attempts_after", unit="attempts", better="down", section="Run-out", headline=False),
    Measure(name="run_out_offered", title="offered after the end",
            meaning="Attempts that reached the phone after the horizon's end.",
            top="offered_after", unit="attempts", better="neither", section="Run-out", headline=False),
    Measure(name="run_out_abandoned_share", title="abandoned after the end",
            meaning="Share of these that hang up waiting.",
            top="abandoned_after", bottom="offered_after", unit="share", better="down", section="Run-out",
            headline=False),
    Measure(name="run_out_service_level", title="service level after the end",
            meaning="Share of these answered within the threshold, by the scenario's formula.",
            top="service_met_after", bottom="service_base_after", unit="share", better="up", section="Run-out",
            headline=False),
    Measure(name="run_out_wait_mean_s", title="mean wait after the end",
            meaning="Mean wait of those of these that are answered on the line.",
            top="wait_answered_s_after", bottom="answered_on_line_after", unit="s", better="down", section="Run-out",
            headline=False),
    Measure(name="run_out_hours", title="hours worked after the end",
            meaning="Hours that agents spend on contacts after the horizon's end. Nobody calls then for the first "
            "time, so idle time of the run-out means nothing and is left out.",
            top="agents_worked_after_s", factor=1 / 3600, unit="h", better="down", section="Run-out",
            headline=False),
    Measure(name="run_out_jammed_hours", title="jammed hours after the end",
            meaning="Clock hours after the horizon in which over 30 % of attempts failed, as in `jammed_hours`.",
            top="jammed_hours_after", unit="h", better="down", section="Run-out", headline=False),
    Measure(name="cost_run_out", title="cost after the end",
            meaning="What those still open at the horizon's end cost after it: hours worked on contacts at the price "
            "of an hour, telephony and self-service. In no total.",
            top="cost_run_out", unit="money", better="down", section="Run-out", headline=False),
)  # fmt: skip
"""What is still open at the horizon's end, and how it ends: apart from everything else."""
