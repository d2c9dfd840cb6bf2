"""momentsim: a contact-centre moments-of-truth simulator.

import momentsim as ms

result = ms.run("scenarios/quickstart.yaml", replications=5)
result.summary
"""

from __future__ import annotations

from momentsim.api import compare, load, plot, run, save, shifts, staff, sweep, words, worth

__all__ = ["compare", "load", "plot", "run", "save", "shifts", "staff", "sweep", "words", "worth"]
