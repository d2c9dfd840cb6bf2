"""The engine: one story (what happens at each event), told by two clocks."""

from momentsim.engine.live import LiveRun, Watch
from momentsim.engine.past import Pull
from momentsim.engine.simulate import Interrupted, Run, TakeRows, simulate
from momentsim.engine.steered_run import Look, SteeredRun

__all__ = ["Interrupted", "LiveRun", "Look", "Pull", "Run", "SteeredRun", "TakeRows", "Watch", "simulate"]
