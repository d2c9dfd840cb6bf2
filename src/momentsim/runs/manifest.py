"""What a results folder says about itself: everything needed to make it again, and how long it took."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from momentsim.measures.outlook_words import outlook_words
from momentsim.runs import edition
from momentsim.runs.lever_warnings import lever_warnings
from momentsim.runs.package_version import package_version
from momentsim.runs.staffing.told import about_plan
from momentsim.scenario.types import Scenario

if TYPE_CHECKING:
    from momentsim.runs.precision import PrecisionReached
    from momentsim.runs.result import Result
    from momentsim.runs.settings import RunSettings

RECORDED_PACKAGES = ("numpy", "numba", "pandas", "scipy", "simpy", "pyarrow", "pydantic")


def versions() -> dict[str, str]:
    """Versions of momentsim and its model, of Python and of the libraries that could change a number."""
    return {
        "momentsim": package_version(),
        edition.NAME: str(edition.MODEL_EDITION),
        "python": platform.python_version(),
        **{name: _version(name) for name in RECORDED_PACKAGES},
    }


def machine() -> dict[str, Any]:
    """The kind of machine: the same bits are promised for the same machine and versions only."""
    return {"architecture": platform.machine(), "system": platform.system(), "byte_order": sys.byteorder}


def manifest(result: Result, *, headline: Sequence[str] = ()) -> dict[str, Any]:
    """The manifest of one run; `finished` lists the replications that were kept."""
    return {
        "scenario": result.loaded.scenario.name,
        "file": result.loaded.path.name,
        "variant": result.loaded.variant,
        "identity": result.identity,
        "content_hash": result.loaded.content_hash,
        "seed": result.loaded.scenario.seed,
        "outlook": outlook_words(result.loaded.scenario),
        "service_level": service_goal(result.loaded.scenario),
        "replications": result.settings.replications,
        "precision": precision_content(result),
        "finished": len(result.digests),
        "interrupted": result.interrupted,
        "complete": not result.interrupted,
        "clock": result.settings.clock,
        "log": result.settings.log,
        "backend": result.settings.backend,
        "address": result.settings.address,
        "workers": None if result.settings.backend == "dask" else result.settings.workers,
        **result.steering.content(),
        **({"staffing": about_plan(result.loaded, result.plan)} if result.plan else {}),
        "reference": None if result.usual is None else result.usual.content(),
        "headline": list(headline),
        "warnings": [str(problem) for problem in result.loaded.warnings],
        **({"lever_warnings": told} if (told := list(lever_warnings(result))) else {}),
        "seconds": {name: round(spent, 3) for name, spent in result.seconds.items()},
        "versions": versions(),
        "machine": machine(),
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def service_goal(scenario: Scenario) -> dict[str, Any]:
    """The goal of the service level: share, threshold in seconds, and the formula that counts."""
    goal = scenario.waiting.service_level
    return {
        "share": goal.share,
        "threshold_s": goal.threshold_s,
        "formula": scenario.waiting.service_level_abandons,
    }


def precision_content(result: Result) -> dict[str, Any] | None:
    """What precision was asked for, and how far each measure came; `half_width` and `asked` in its unit."""
    return precision_of(result.settings, {"": result.reaches})


def precision_of(
    settings: RunSettings, reaches: Mapping[str, Sequence[PrecisionReached]]
) -> dict[str, Any] | None:
    """The same for several cases by name; with one, its name is left out."""
    if settings.precision is None:
        return None
    measures = [
        {
            **({"case": case} if case else {}),
            **reach._asdict(),
            "reached": reach.is_reached,
            "needed": reach.needed,
        }
        for case, content in reaches.items()
        for reach in content
    ]
    return {
        "asked": settings.precision.half_width,
        "max_replications": settings.replications,
        "reached": bool(measures) and all(row["reached"] for row in measures),
        "measures": measures,
    }


@cache
def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
