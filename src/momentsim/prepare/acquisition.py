"""Customers who join, lowered: prospects, and the volumes of a larger base."""

from __future__ import annotations

from collections.abc import Mapping

from momentsim.scenario.sections.customers import prospects_of
from momentsim.scenario.types import Segment


def growth(segments: Mapping[str, Segment], horizon_s: float) -> float:
    """By how much volumes rise so that prospects have as many moments as customers of their segment.

    A prospect's moments are told from joining on; until then they are filtered, so that those who were there
    keep the rate they have without any prospects.
    """
    there = sum(segment.customers * segment.contact_weight for segment in segments.values())
    more = sum(prospects_of(segment, horizon_s) * segment.contact_weight for segment in segments.values())
    return 1.0 + more / there if there > 0.0 else 1.0
