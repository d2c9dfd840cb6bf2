"""The edition of the model that a result was computed with. Figures of two editions are not comparable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

MODEL_EDITION: Final = 3
"""Raised whenever the model changes what it says of customers; results name it among their versions."""
NAME: Final = "model_edition"


def edition_of(manifest: Mapping[str, Any]) -> int:
    """The edition of the results folder with this manifest; the first one did not name itself."""
    versions = manifest.get("versions")
    named = versions.get(NAME, "1") if isinstance(versions, Mapping) else "1"
    return int(named) if str(named).isdecimal() else 1


def other_edition(manifest: Mapping[str, Any]) -> str:
    """What to say of a folder of another edition; empty for one of this."""
    edition = edition_of(manifest)
    if edition == MODEL_EDITION:
        return ""
    return (
        f"these results are of edition {edition} of the model and this program computes edition {MODEL_EDITION}; "
        "results of two editions are not compared, nor is one put in the place of the other, "
        "move them elsewhere or choose another --out"
    )
