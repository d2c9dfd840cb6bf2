"""What must be the same wherever replications are made, or their numbers might not belong together."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path

from momentsim.experiments.identity import package_version

Fingerprint = dict[str, str]
SOURCES = ("*.py", "*.yaml")


@cache
def fingerprint() -> Fingerprint:
    """Versions, kind of machine, and a hash of the sources of momentsim, since a version may be worked on."""
    return {
        "momentsim": f"{package_version()} ({_sources()})",
        "python": ".".join(platform.python_version_tuple()[:2]),
        "numpy": version("numpy"),
        "numba": version("numba"),
        "machine": platform.machine(),
    }


def differences(there: Fingerprint, here: Fingerprint) -> str:
    """What is different, in words; empty if nothing is."""
    return ", ".join(
        f"{name} {there.get(name, 'missing')} there and {here[name]} here"
        for name in here
        if there.get(name) != here[name]
    )


def _sources() -> str:
    """Hash of everything that could change a number; doors and reports cannot."""
    root = Path(__file__).parents[2]
    digest = hashlib.sha256()
    for room in (".", "rules", "engine", "model", "measures", "scenario", "experiments"):
        paths = (path for ending in SOURCES for path in (root / room).glob(ending))
        for path in sorted(paths):
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
