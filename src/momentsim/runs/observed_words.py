"""Words about what was observed: with what the handling times and shares solved of a file come out again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from momentsim.prepare import Loaded, Reference
from momentsim.runs.reference import kept_reference_for
from momentsim.runs.staffing.plan import Planner
from momentsim.scenario.laws.law_figures import distribution_of
from momentsim.units import brief_duration, format_share

if TYPE_CHECKING:
    from momentsim.scenario import LoadedScenario

MUCH_LEFT: Final = 0.01
"""Of a handling time, or of the share solved, beyond which a run warns."""
UNSEEN: Final = "is to come out in the reference operation; the first run finds out how"


def observed_words(loaded: LoadedScenario, base: LoadedScenario, key: str) -> str:
    """How a written handling time or share solved comes out in the reference operation; empty at any other key."""
    section, _, rest = key.partition(".")
    reason, _, field = rest.partition(".")
    moment = loaded.scenario.moments.get(reason)
    if section != "moments" or moment is None or not loaded.scenario.behaviour.calibration:
        return ""
    if field.split(".")[0] not in ("handling_time", "resolution"):
        return ""
    staffed = Planner().staffed(loaded, base)
    reference = kept_reference_for(staffed.loaded, staffed.base)
    if reference is None:
        return UNSEEN
    return (
        _talk(loaded, reference, reason) if field != "resolution" else _resolution(loaded, reference, reason)
    )


def left_unexplained(loaded: Loaded, reference: Reference) -> Iterator[str]:
    """A warning for each written number that does not come out."""
    for reason, known in reference.reasons.items():
        if abs(known.talk_left) > MUCH_LEFT:
            yield f"moments.{reason}.handling_time: {_talk(loaded, reference, reason)}"
        if abs(known.resolution_left) > MUCH_LEFT:
            yield f"moments.{reason}.resolution: {_resolution(loaded, reference, reason)}"


def _talk(loaded: Loaded, reference: Reference, reason: str) -> str:
    known = reference.of(reason)
    moment = loaded.scenario.moments[reason]
    laws = [law for law in (moment.handling_time, moment.escalated.handling_time) if law is not None]
    means = [brief_duration(distribution_of(law, loaded.samples).mean) for law in laws]
    found = 100.0 * (1.0 + known.talk_left)
    return (
        f"{found:.1f} % of the written mean of {' and '.join(means)} in the reference operation, by a factor of "
        f"{known.talk_factor:.3f} on talks (calibrated)"
    )


def _resolution(loaded: Loaded, reference: Reference, reason: str) -> str:
    known = reference.of(reason)
    written = loaded.scenario.moments[reason].resolution
    found = 100.0 * min(max(written + known.resolution_left, 0.0), 1.0)
    return (
        f"{found:.1f} % at the first answered contact of the reference operation, where {format_share(written)} is "
        f"written, by {known.resolution_shift:+.3f} on the logit (calibrated)"
    )
