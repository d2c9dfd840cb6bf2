"""What a result rests on, as a table of its folder: every value of the scenario, who set it, and who says so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from momentsim.scenario import LoadedScenario
from momentsim.scenario.evidence.registry import BEHAVIOURAL, Parameter
from momentsim.scenario.explain import evidence_of, meaning_of, write_value
from momentsim.scenario.fields import facts_at, unit_of, with_kinds
from momentsim.scenario.files.overrides import parse_key
from momentsim.units import format_number

if TYPE_CHECKING:
    import pandas as pd

INPUTS: Final = "inputs"
COLUMNS: Final = (
    "key", "value", "unit", "set_by", "tag", "low", "high", "source", "address", "evidence", "meaning",
)  # fmt: skip
PARAMETERS: Final = "behaviour.parameters."
DEFAULT: Final = "default"
WRITTEN: Final = "written"
"""Tag of a value that the scenario file says: the firm's own number, with no source but its author."""


def inputs_table(loaded: LoadedScenario) -> pd.DataFrame:
    """One row per value: the keys of the scenario, then the parameters of behaviour, written or default."""
    import pandas as pd

    return pd.DataFrame([*_keys(loaded), *_parameters(loaded)], columns=list(COLUMNS))


def leaves(value: Any, key: str = "") -> dict[str, Any]:
    """Dotted key -> value, for all values of nested mappings; lists are values."""
    if not isinstance(value, dict):
        return {key: value}
    found: dict[str, Any] = {}
    for name, below in value.items():
        found |= leaves(below, f"{key}.{name}" if key else str(name))
    return found


def _keys(loaded: LoadedScenario) -> Iterator[dict[str, Any]]:
    for key, value in leaves(loaded.resolved()).items():
        path = parse_key(key)
        if path is None or key.startswith(PARAMETERS) or value in ({}, []):
            continue
        path = with_kinds(path, loaded.tree)
        facts = facts_at(path)
        origin = loaded.origin(key)
        evidence = evidence_of(path) if origin.layer == DEFAULT else None
        yield {
            "key": key,
            "value": write_value(value),
            "unit": "" if facts is None else unit_of(facts),
            "set_by": str(origin),
            "meaning": "" if facts is None else meaning_of(facts, path),
            "tag": "" if origin.layer == DEFAULT else WRITTEN,
            **({} if evidence is None else _source(evidence)),
        }


def _parameters(loaded: LoadedScenario) -> Iterator[dict[str, Any]]:
    written = loaded.scenario.behaviour.parameters
    for name, parameter in BEHAVIOURAL.items():
        yield {
            "key": f"{PARAMETERS}{name}",
            "value": format_number(written.get(name, parameter.value)),
            "unit": parameter.unit,
            "set_by": str(loaded.origin(f"{PARAMETERS}{name}")),
            "meaning": parameter.meaning,
            **({"tag": WRITTEN} if name in written else _source(parameter)),
        }


def _source(parameter: Parameter) -> dict[str, Any]:
    return {
        name: getattr(parameter, name) for name in ("tag", "low", "high", "source", "address", "evidence")
    }
