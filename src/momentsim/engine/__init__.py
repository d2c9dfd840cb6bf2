"""The engine: one story (what happens at each event), told by two clocks."""

from momentsim.engine.simulate import Interrupted, Run, simulate

__all__ = ["Interrupted", "Run", "simulate"]
