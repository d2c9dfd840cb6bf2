"""momentsim: a contact-centre moments-of-truth simulator.

import momentsim as ms

result = ms.run("scenarios/quickstart.yaml", replications=5)
result.summary
"""

from __future__ import annotations

from momentsim.api import (
    check,
    compare,
    curve,
    evidence,
    explain,
    fit_export,
    list_scenarios,
    load,
    plot,
    report_on,
    run,
    save,
    shifts,
    staff,
    steer,
    sweep,
    words,
    worth,
)  # fmt: skip

__all__ = [
    "check", "compare", "curve", "evidence", "explain", "fit_export", "list_scenarios", "load", "plot", "report_on",
    "run", "save", "shifts", "staff", "steer", "sweep", "words", "worth",
]  # fmt: skip


def __dir__() -> list[str]:
    """Names for a notebook's completion: what is to be used."""
    return list(__all__)
