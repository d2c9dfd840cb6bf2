"""What can be chosen for a run: its clock, which replications leave a log, who makes them; and a first look."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

ClockName: TypeAlias = Literal["compiled", "simpy"]

LogChoice: TypeAlias = Literal["none", "first", "all"]

BackendName: TypeAlias = Literal["serial", "threads", "processes", "dask"]

CLOCKS: tuple[str, ...] = get_args(ClockName)

LOGS: tuple[str, ...] = get_args(LogChoice)

BACKENDS: tuple[str, ...] = get_args(BackendName)

FIRST_STAGE = 20
"""Replications before the first look of a run with a precision (precision.py)."""
