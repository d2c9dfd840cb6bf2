"""The engine: one story (what happens at each event), told by two clocks."""

from momentsim.engine.live import Live, Watch
from momentsim.engine.past import Pull
from momentsim.engine.simulate import Interrupted, Run, TakeRows, simulate
from momentsim.engine.steered import Look, Steered

__all__ = ["Interrupted", "Live", "Look", "Pull", "Run", "Steered", "TakeRows", "Watch", "simulate"]
