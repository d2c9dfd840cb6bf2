"""What must be the same wherever replications are made, or their numbers might not belong together."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path

from momentsim.runs.package_version import package_version

Fingerprint = dict[str, str]
SOURCES = ("*.py", "*.yaml")
DOORS = ("api", "cli", "report", "questions", "validation", "fit", "shipped", "__main__.py")
"""Rooms that no worker enters: nothing in them changes what a replication is."""


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
    """Hash of everything that could change a replication."""
    root = Path(__file__).parents[2]
    digest = hashlib.sha256()
    paths = (path for ending in SOURCES for path in root.rglob(ending))
    for path in sorted(path for path in paths if path.relative_to(root).parts[0] not in DOORS):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
