"""References of earlier pilots on disk, so that the same operation is not observed again in every process.

They lie beside the machine code that made them, in a folder named by all that goes into that. A file is one
reference, named by what was simulated; it is written whole or not at all, and one that cannot be used (see
`runs/sealed.py`) is told and made again.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from momentsim.compiler.cache import cache_folder
from momentsim.compiler.decorators import COMPILING
from momentsim.prepare import Reference
from momentsim.prepare.reference import ReasonReference, SegmentReference, UsualService
from momentsim.runs.edition import MODEL_EDITION
from momentsim.runs.sealed import Unusable, sealed, unsealed

INSTRUCTIONS: Final = ("NPY_DISABLE_CPU_FEATURES", "OPENBLAS_CORETYPE")
"""Variables that forbid numpy some of the processor's instructions."""

MOST_KEPT: Final = 400
"""Sweeps of the world make hundreds; the oldest go."""
KIND: Final = f"reference 4, edition {MODEL_EDITION}"
ENDING: Final = ".reference"
DRAFT: Final = ".draft"
MOST_BYTES: Final = 16_000_000
"""A reference of the largest scenario takes about two."""

_PACKAGE: Final = Path(__file__).parents[1]


class Shelf(NamedTuple):
    """Where one kind of pilot is kept: a folder beside the machine code, what its files are, how they end."""

    folder: str
    kind: str
    ending: str


REFERENCES: Final = Shelf("references", KIND, ENDING)


Found = TypeVar("Found")


@cache
def surroundings() -> str:
    """Hash of what shapes a pilot beside its content and the compiled sources: how it is lowered and measured.

    Last bits of sums depend on the instructions that numpy is allowed.
    """
    instructions = [os.environ.get(name, "") for name in INSTRUCTIONS]
    digest = hashlib.sha256(f"{sys.version} {platform.machine()} {instructions}".encode())
    scenario = sorted((_PACKAGE / "scenario").rglob("*.*"))
    staffing = sorted((_PACKAGE / "runs" / "staffing").glob("*.py"))
    for path in [_PACKAGE / "runs" / "reference.py", Path(__file__), *staffing, *scenario]:
        if path.suffix in {".py", ".yaml"}:
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def find(key: str, say: Callable[[str], None]) -> Reference | None:
    """The reference of an earlier process, if there is one that can be used; a damaged one is told to `say`."""
    return find_on(REFERENCES, key, _from_json, say)


def find_on(
    shelf: Shelf, key: str, read: Callable[[bytes], Found], say: Callable[[str], None]
) -> Found | None:
    """What `read` makes of the content kept for a key; it raises Unusable where that is something else."""
    place = _file(shelf, key)
    if place is None:
        return None
    try:
        return read(unsealed(place, shelf.kind, _name(key), most=MOST_BYTES))
    except FileNotFoundError:
        return None
    except Unusable as why:
        say(f"a kept {shelf.kind.split()[0]} is not used but made again: {place}: {why}")
        return None


def keep(key: str, reference: Reference) -> None:
    """Write a reference for later processes; without room for it they make their own."""
    keep_on(REFERENCES, key, json.dumps(asdict(reference)).encode())


def keep_on(shelf: Shelf, key: str, content: bytes) -> None:
    """The same of any content."""
    file = _file(shelf, key)
    if file is None:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _write_whole(file, sealed(shelf.kind, _name(key), content))
        _forget_oldest(file.parent, shelf.ending)
    except OSError:
        return


def _write_whole(folder: Path, content: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=folder.parent, suffix=DRAFT, delete=False) as draft:
        draft.write(content)
    try:
        Path(draft.name).replace(folder)
    except OSError:
        Path(draft.name).unlink()
        raise


def _name(key: str) -> str:
    return hashlib.sha256(f"{key} {surroundings()}".encode()).hexdigest()


def _file(shelf: Shelf, key: str) -> Path | None:
    """Where it is kept; None where nothing is."""
    folder = cache_folder() if COMPILING else None
    return None if folder is None else folder / shelf.folder / f"{_name(key)[:32]}{shelf.ending}"


def _forget_oldest(folder: Path, ending: str) -> None:
    """Remove the oldest of them, and drafts as old as they that a killed process left; nothing else."""
    kept = [path for path in folder.iterdir() if path.suffix in (ending, DRAFT) and path.is_file()]
    if len(kept) > MOST_KEPT:
        for path in sorted(kept, key=lambda path: path.stat().st_mtime)[: MOST_KEPT // 4]:
            path.unlink(missing_ok=True)


def _from_json(content: bytes) -> Reference:
    try:
        found = json.loads(content)
        return Reference(
            reasons={str(name): _of_reason(values) for name, values in found["reasons"].items()},
            fallback=_of_reason(found["fallback"]),
            expectation_law=tuple(_numbers(found["expectation_law"])),
            strain=dict(zip(found["strain"], _numbers(found["strain"].values()), strict=True)),
            usual_strain=_numbers([found["usual_strain"]])[0],
            segments={str(name): _of_segment(values) for name, values in found["segments"].items()},
            service=UsualService(**_named_numbers(found["service"])),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Unusable("it is no reference") from None


def _of_reason(values: Mapping[str, float]) -> ReasonReference:
    return ReasonReference(**_named_numbers(values))


def _of_segment(values: Mapping[str, Any]) -> SegmentReference:
    law = tuple(_numbers(values["attitude_law"]))
    numbers = {name: value for name, value in values.items() if name != "attitude_law"}
    return SegmentReference(attitude_law=law, **_named_numbers(numbers))


def _named_numbers(values: Mapping[str, Any]) -> dict[str, float]:
    return dict(zip(values, _numbers(values.values()), strict=True))


def _numbers(values: Iterable[float]) -> list[float]:
    """The same values; raises TypeError unless all are numbers."""
    numbers = list(values)
    if not all(type(value) in (int, float) for value in numbers):
        raise TypeError("not all are numbers")
    return numbers
