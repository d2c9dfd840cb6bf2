"""The engine: one story (what happens at each event), told by two clocks."""

from momentsim.engine.live import Live, Watch
from momentsim.engine.simulate import Interrupted, Run, TakeRows, simulate

__all__ = ["Interrupted", "Live", "Run", "TakeRows", "Watch", "simulate"]
