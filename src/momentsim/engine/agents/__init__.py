"""Agents: their seconds, shifts, careers and training, and the programmes that change how they work."""
