"""What a check finds: a key and words. The place is looked up later, so that checks see only the scenario."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from momentsim.scenario.files.nodes import KeyPath
from momentsim.scenario.sections.base import Section
from momentsim.scenario.types import Scenario


class Finding(NamedTuple):
    """Something that does not fit, at a key."""

    path: KeyPath
    what: str
    allowed: str = ""
    meant: str = ""


def sections_in(scenario: Scenario) -> Iterator[tuple[KeyPath, Section]]:
    """Every section of a scenario with its key, defaults included."""
    yield from _walk(scenario, ())


def _walk(value: object, path: KeyPath) -> Iterator[tuple[KeyPath, Section]]:
    if isinstance(value, Section):
        yield path, value
        for name in type(value).model_fields:
            yield from _walk(getattr(value, name), (*path, name))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _walk(item, (*path, key))
    elif isinstance(value, tuple):
        for position, item in enumerate(value):
            yield from _walk(item, (*path, position))
