"""The numbers behind an answer: what the variant changes, and the registry's chain from encounter to money."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pandas as pd

from momentsim.runs.inputs import leaves
from momentsim.scenario import LoadedScenario
from momentsim.scenario.evidence import registry
from momentsim.scenario.explain import explain, write_value
from momentsim.units import format_number

CHAIN: Final = ("encounter", "experience", "loyalty")
"""Sections of the registry through which whatever agents do differently becomes money."""
COLUMNS: Final = (
    "step", "name", "value", "before", "unit", "low", "high", "evidence_unit", "tag", "meaning",
    "source", "address", "set_by",
)  # fmt: skip


def numbers_behind(without: LoadedScenario, with_it: LoadedScenario) -> pd.DataFrame:
    """One row per number: step of the chain, value, plausible range, tag and source, and who set it.

    Steps are `variant` (keys that differ), then the sections of `CHAIN`. Whether a number of the chain matters
    depends on the scenario; all that can are listed.
    """
    rows = [*_changed_keys(without, with_it), *_chain(with_it)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _changed_keys(without: LoadedScenario, with_it: LoadedScenario) -> Iterator[dict[str, Any]]:
    before, after = leaves(without.resolved()), leaves(with_it.resolved())
    for key, value in after.items():
        if before.get(key) == value:
            continue
        known = explain(with_it, key)
        if key not in before and known.evidence is None and not known.origin.file:
            continue  # a neutral default of something that the variant adds
        row = {
            "step": "variant",
            "name": key,
            "value": write_value(value),
            "before": write_value(before.get(key)),
            "unit": known.unit,
            "meaning": known.meaning,
            "set_by": str(known.origin),
        }
        yield row | ({} if known.evidence is None else _source(known.evidence))


def _chain(loaded: LoadedScenario) -> Iterator[dict[str, Any]]:
    overrides = loaded.scenario.behaviour.parameters
    for parameter in registry.BEHAVIOURAL.values():
        if parameter.section in CHAIN:
            value = overrides.get(parameter.name, parameter.value)
            row = {
                "step": parameter.section,
                "name": parameter.name,
                "value": format_number(value),
                "before": "",
                "unit": parameter.unit,
                "meaning": parameter.meaning,
                "set_by": str(loaded.origin(f"behaviour.parameters.{parameter.name}")),
            }
            yield row | _source(parameter)


def _source(parameter: registry.Parameter) -> dict[str, Any]:
    names = ("low", "high", "tag", "source", "address")
    return {name: getattr(parameter, name) for name in names} | {"evidence_unit": parameter.unit}
