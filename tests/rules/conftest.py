"""Settings of the property tests of rules."""

from __future__ import annotations

from hypothesis import settings

# The first example of a test may compile a function, and shared machines are slow at times.
settings.register_profile("momentsim", deadline=None)
settings.load_profile("momentsim")
