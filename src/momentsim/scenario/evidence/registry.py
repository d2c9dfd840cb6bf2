"""The evidence registry: every behavioural parameter with value, unit, plausible range, source and tag.

The data stand in `evidence.yaml` beside this file. Behavioural parameters (anger, loyalty, ...) have plain
names and can be overridden under `behaviour.parameters`; scenario defaults are named by the pattern of their
key, like `moments.*.resolution`. Durations are in the unit named by the entry; shares are 0..1.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType
from typing import Any, Final, Literal, cast, get_args

import numpy as np
import yaml

from momentsim.contract.plan import EFFECTS, Table
from momentsim.errors import MomentsimError
from momentsim.suggestions import did_you_mean
from momentsim.units import format_number

Tag = Literal["measured", "claimed", "derived", "calibrated", "assumed"]
TAGS: Final[tuple[str, ...]] = get_args(Tag)
DEFAULTS_SECTION: Final = "scenario defaults"
BELIEFS_SECTION: Final = "beliefs about a crisis"
"""Keys that have no default of their own; the value is where a range is looked at, not what a file gets."""


SHARES: Final = ("share", "stakes 0..1", "anger 0..1")
"""Units of numbers between 0 and 1."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number about the world: what it is, how sure one can be, and who says so."""

    name: str
    value: float
    unit: str
    low: float
    """Lowest plausible value."""
    high: float
    """Highest plausible value."""
    source: str
    address: str
    """Where the source can be read; empty when no address is known."""
    tag: Tag
    section: str
    """Part of the model."""
    meaning: str
    evidence: str
    """Section of the evidence base, like E2.7.3."""
    is_belief: bool = False
    """Is it a belief about an event? Plausible worlds move it also where a file writes it: see `moved`."""

    @property
    def is_default(self) -> bool:
        """Is it the default of a scenario key?"""
        return self.section == DEFAULTS_SECTION

    @property
    def is_key(self) -> bool:
        """Is it about a scenario key, and not a behavioural parameter?"""
        return self.section in (DEFAULTS_SECTION, BELIEFS_SECTION)

    def moved(self, written: float, value: float) -> float:
        """What becomes of a written number where the registered one becomes `value`.

        Shares move by their odds, factors from 1 on by what they are above 1, all else by its ratio. The registered
        number becomes `value` itself; what is off (0, or a share or factor of 1) stays off.
        """
        if self.unit in SHARES:
            return _from_odds(_odds(written) * _odds(value) / _odds(self.value))
        floor = 1.0 if self.unit == "factor" and self.low >= 1.0 else 0.0
        return floor + (written - floor) * (value - floor) / (self.value - floor)

    def range_text(self) -> str:
        """The plausible range, like `0.1..0.4`."""
        return f"{format_number(self.low)}..{format_number(self.high)}"


def _odds(share: float) -> float:
    return math.inf if share >= 1.0 else share / (1.0 - share)


def _from_odds(odds: float) -> float:
    return 1.0 if math.isinf(odds) else odds / (1.0 + odds)


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with one overridden parameter, in the parts of a `Problem`."""

    name: str
    what: str
    allowed: str
    meant: str = ""

    def __str__(self) -> str:
        return f"{self.name}: " + ", ".join(part for part in (self.what, self.allowed, self.meant) if part)


class EvidenceError(MomentsimError):
    """Overrides of evidence parameters that cannot be used; all of them, one a line."""

    def __init__(self, complaints: Iterable[Complaint]) -> None:
        self.complaints = tuple(complaints)
        super().__init__("\n".join(str(complaint) for complaint in self.complaints))


def _read_yaml() -> dict[str, Any]:
    """The data file; the compiled loader reads it ten times faster where it is there."""
    text = resources.files("momentsim.scenario.evidence").joinpath("parameters.yaml").read_text("utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return cast("dict[str, Any]", yaml.load(text, Loader=loader))


def _parameter(name: str, section: str, row: Mapping[str, Any], sources: Mapping[str, Any]) -> Parameter:
    source = sources[row["source"]]
    low, high = row["range"]
    note = f" ({row['note']})" if "note" in row else ""
    return Parameter(
        name=name, value=float(row["value"]), unit=row["unit"], low=float(low), high=float(high),
        source=source["text"] + note, address=source["address"], tag=row["tag"], section=section,
        meaning=row["meaning"], evidence=row["evidence"],
        is_belief=bool(row.get("belief", False)),
    )  # fmt: skip


def _load() -> Mapping[str, Parameter]:
    data = _read_yaml()
    parameters: dict[str, Parameter] = {}
    for section, rows in data["sections"].items():
        for name, row in rows.items():
            parameters[name] = _parameter(name, section, row, data["sources"])
    return MappingProxyType(parameters)


PARAMETERS: Final[Mapping[str, Parameter]] = _load()
"""Every entry by name, in the order of the model's sections; scenario defaults last."""

BEHAVIOURAL: Final[Mapping[str, Parameter]] = MappingProxyType(
    {name: parameter for name, parameter in PARAMETERS.items() if not parameter.is_key}
)
"""Entries that `behaviour.parameters` may override."""


def search(text: str) -> list[Parameter]:
    """Entries that contain every word of `text` in any of their fields; upper and lower case are the same."""
    words = text.lower().split()
    haystacks = [(parameter, _haystack(parameter)) for parameter in PARAMETERS.values()]
    return [parameter for parameter, haystack in haystacks if all(word in haystack for word in words)]


def _haystack(parameter: Parameter) -> str:
    fields = (
        parameter.name, parameter.meaning, parameter.section, parameter.source, parameter.tag,
        parameter.evidence, parameter.unit,
    )  # fmt: skip
    return " ".join(fields).lower()


def get(name: str) -> Parameter:
    """The entry of this name; an `EvidenceError` with the nearest names if there is none."""
    if name in PARAMETERS:
        return PARAMETERS[name]
    raise EvidenceError([_unknown(name, PARAMETERS)])


def _unknown(name: str, known: Mapping[str, Parameter]) -> Complaint:
    meant = did_you_mean(str(name), known, most=3)
    return Complaint(str(name), "unknown evidence parameter", "see `momentsim evidence`", meant)


def complaint_about(name: str, value: object) -> Complaint | None:
    """What is wrong with overriding behavioural parameter `name` by `value`; None when nothing is."""
    if name not in BEHAVIOURAL:
        return _unknown(name, BEHAVIOURAL)
    parameter = BEHAVIOURAL[name]
    allowed = f"allowed is {parameter.range_text()} {parameter.unit} (source: {parameter.source})"
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return Complaint(name, f"{value!r} is not a number", allowed)
    if not parameter.low <= value <= parameter.high:
        return Complaint(name, f"{format_number(float(value))} is outside the plausible range", allowed)
    return None


TEXTBOOK: Final[Mapping[str, float]] = MappingProxyType(
    dict.fromkeys(("context_saved_s", "context_lost_s", "handover_s"), 0.0)
)
"""Parameters that no switch of behaviour turns off, and what they are in a textbook."""


def values(
    overrides: Mapping[str, float] = MappingProxyType({}), *, textbook: bool = False
) -> dict[str, float]:
    """Every behavioural parameter by name, with `overrides` in place of the registered values.

    `textbook`: or of those of a textbook (see `TEXTBOOK`).
    Raises an `EvidenceError` that names all overrides which are unknown or outside their range.
    """
    complaints = [complaint_about(name, value) for name, value in overrides.items()]
    if any(complaints):
        raise EvidenceError(complaint for complaint in complaints if complaint is not None)
    registered = {name: parameter.value for name, parameter in BEHAVIOURAL.items()}
    if textbook:
        registered |= TEXTBOOK
    return registered | {name: float(value) for name, value in overrides.items()}


def effects_record(overrides: Mapping[str, float] = MappingProxyType({}), *, textbook: bool = False) -> Table:
    """One row of `plan.EFFECTS`: registered values, or others in their place (as in `values`, with its errors)."""
    values_by_name = values(overrides, textbook=textbook)
    row = np.zeros(1, EFFECTS)
    for name in EFFECTS.names or ():
        row[name] = values_by_name[name]
    return row


def sections() -> tuple[str, ...]:
    """Parts of the model that have entries, in the order of the registry."""
    return tuple(dict.fromkeys(parameter.section for parameter in PARAMETERS.values()))


_PAGE_HEAD = """# Evidence

Every number about behaviour that the simulator uses, with its plausible range, its source and a tag:
*measured* (a study), *claimed* (an interested or practitioner's figure), *derived* (arithmetic from tagged
numbers), *calibrated* (set so that a stated fact comes out), *assumed* (modelling judgement, also where only
the sign of an effect is known). Where no range was published it is half to double the value, clipped to what
is possible. Sections up to "Learning" hold behavioural parameters, which `behaviour.parameters` of a scenario
can override; the last ones hold defaults of scenario keys and beliefs about a crisis, named by the pattern of the key.
What is *moved where written* stands for how people behave in an event: plausible worlds move such a number also where a
file writes it, by as much as the range says (shares by their odds, other numbers by their ratio).

This page is generated by `python -m momentsim.scenario.reference_page docs/reference`.
"""


def reference_page() -> str:
    """The reference page (Markdown), one table for each section."""
    return "\n".join([_PAGE_HEAD, *(_section_table(section) for section in sections())])


def _section_table(section: str) -> str:
    columns = ("name", "value", "range", "unit", "tag", "meaning", "source", "evidence")
    head = f"| {' | '.join(columns)} |\n{'|---' * len(columns)}|\n"
    rows = [_table_row(parameter) for parameter in PARAMETERS.values() if parameter.section == section]
    title = section.replace("_", " ").capitalize()
    return f"## {title}\n\n{head}" + "\n".join(rows) + "\n"


def _tag_text(parameter: Parameter) -> str:
    return f"{parameter.tag}, moved where written" if parameter.is_belief else parameter.tag


def _table_row(parameter: Parameter) -> str:
    source = f"{parameter.source} [link]({parameter.address})" if parameter.address else parameter.source
    cells = (
        f"`{parameter.name}`", format_number(parameter.value), parameter.range_text(), parameter.unit,
        _tag_text(parameter), parameter.meaning, source, parameter.evidence,
    )  # fmt: skip
    return "| " + " | ".join(cells) + " |"
