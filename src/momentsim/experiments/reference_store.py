"""References of earlier pilots on disk, so that the same operation is not observed again in every process.

They lie beside the machine code that made them, in a folder named by all that goes into that. A file is one
reference, named by what was simulated; it is written whole or not at all, and one that cannot be read is made again.
"""

from __future__ import annotations

import hashlib
import json
import platform
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, Final

from momentsim.cache import cache_folder
from momentsim.compiled import COMPILING
from momentsim.model import Reference
from momentsim.model.reference import ReasonReference

MOST_KEPT: Final = 400
"""Sweeps of the world make hundreds; the oldest go."""

_PACKAGE: Final = Path(__file__).parents[1]


@cache
def surroundings() -> str:
    """Hash of what shapes a pilot beside its content and the compiled sources: how it is lowered and measured."""
    digest = hashlib.sha256(f"{sys.version} {platform.machine()}".encode())
    scenario = sorted((_PACKAGE / "scenario").iterdir())
    for path in [_PACKAGE / "experiments" / "reference.py", Path(__file__), *scenario]:
        if path.suffix in {".py", ".yaml"}:
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def find(key: str) -> Reference | None:
    """The reference of an earlier process, if there is one that can be read."""
    place = _place(key)
    if place is None:
        return None
    try:
        return _from_json(json.loads(place.read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep(key: str, reference: Reference) -> None:
    """Write a reference for later processes; without room for it they make their own."""
    place = _place(key)
    if place is None:
        return
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=place.parent, delete=False, encoding="utf-8") as draft:
            json.dump(asdict(reference), draft)
        Path(draft.name).replace(place)
        _forget_oldest(place.parent)
    except OSError:
        return


def _place(key: str) -> Path | None:
    """Where it is kept; None where nothing is."""
    folder = cache_folder() if COMPILING else None
    name = hashlib.sha256(f"{key} {surroundings()}".encode()).hexdigest()[:32]
    return None if folder is None else folder / "references" / f"{name}.json"


def _forget_oldest(folder: Path) -> None:
    kept = list(folder.iterdir())
    if len(kept) > MOST_KEPT:
        for path in sorted(kept, key=lambda path: path.stat().st_mtime)[: MOST_KEPT // 4]:
            path.unlink(missing_ok=True)


def _from_json(found: Mapping[str, Any]) -> Reference:
    return Reference(
        reasons={name: ReasonReference(**values) for name, values in found["reasons"].items()},
        fallback=ReasonReference(**found["fallback"]),
        expectation_law=tuple(found["expectation_law"]),
        strain=found["strain"],
        usual_strain=found["usual_strain"],
    )
