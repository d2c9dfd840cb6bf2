"""What can be chosen for a run by name: its clock, which replications leave a log, and who makes them."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

ClockName: TypeAlias = Literal["compiled", "simpy"]

LogChoice: TypeAlias = Literal["none", "first", "all"]

BackendName: TypeAlias = Literal["serial", "threads", "processes", "dask"]

CLOCKS: tuple[str, ...] = get_args(ClockName)

LOGS: tuple[str, ...] = get_args(LogChoice)

BACKENDS: tuple[str, ...] = get_args(BackendName)
