"""Names a result by what it is made of, so that the same question is not computed twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from momentsim.runs.edition import MODEL_EDITION
from momentsim.runs.package_version import package_version
from momentsim.runs.settings import RunSettings
from momentsim.runs.steering import UNSTEERED, Steering

if TYPE_CHECKING:
    from momentsim.scenario import LoadedScenario


def identity(
    loaded: LoadedScenario, base: LoadedScenario, settings: RunSettings, steering: Steering = UNSTEERED
) -> str:
    """SHA-256 of everything that decides the content of a results folder.

    These are the scenario with its side files, the reference operation, the replications or the precision, the
    log, the version and the model's edition, and the playbook or the pulls of levers. Clock and workers are not
    among them: results are
    the same for each.
    """
    parts = (
        loaded.content_hash,
        base.content_hash,
        str(settings.replications),
        settings.log,
        package_version(),
        f"edition {MODEL_EDITION}",
        *([] if settings.precision is None else [settings.precision.identity()]),
        *steering.identity(),
    )
    return combine(parts)


def combine(parts: Iterable[str]) -> str:
    """SHA-256 of parts in their order."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
