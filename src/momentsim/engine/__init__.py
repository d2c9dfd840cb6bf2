"""The engine: one story (what happens at each event), told by two clocks."""

from momentsim.engine.interventions import Pull
from momentsim.engine.live import LiveRun, Watch
from momentsim.engine.simulate import Interrupted, ReplicationRun, TakeRows, simulate
from momentsim.engine.steered_run import Look, SteeredRun

__all__ = [
    "Interrupted",
    "LiveRun",
    "Look",
    "Pull",
    "ReplicationRun",
    "SteeredRun",
    "TakeRows",
    "Watch",
    "simulate",
]
