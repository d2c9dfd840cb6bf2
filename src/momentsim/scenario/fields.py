"""Finds the typed field behind a dotted key: its section, type, unit, range, default and meaning."""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types
from pydantic.fields import FieldInfo

from momentsim import units
from momentsim.scenario.files.nodes import KeyPath, Node, ValueNode, find
from momentsim.scenario.quantities import MAX_DURATION_S, MAX_MONEY, ServiceGoal
from momentsim.scenario.sections.staffing_goal import Goals
from momentsim.scenario.types import Scenario, Section
from momentsim.scenario.written import Unit

_TECHNICAL_LIMITS = (MAX_DURATION_S, MAX_MONEY, 1e9, 100_000_000, 2**63 - 1)
GOAL_UNIT = "percent/seconds"
_MOST_CHOICES = 300
"""Known words that are compared with a misspelt one; more would take long."""
_FILE_WIDE_KEYS = ("extends", "variants")


class OfKind(str):
    """A name in a key of which it is known what kind of thing it names; else it is any name."""

    kind: str

    def __new__(cls, name: str, kind: str) -> OfKind:
        made = super().__new__(cls, name)
        made.kind = kind
        return made


def with_kinds(path: KeyPath, root: Node) -> KeyPath:
    """The same key, knowing the kinds that are written in the file for the things that it names."""
    known: list[str | int] = []
    for index, part in enumerate(path):
        kind = find(root, (*path[: index + 1], "kind"))
        value = kind.value if isinstance(kind, ValueNode) else None
        known.append(OfKind(part, value) if isinstance(part, str) and isinstance(value, str) else part)
    return tuple(known)


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """What is known of a key from the types alone. `info` is None for an item of a mapping or a list."""

    annotation: Any
    metadata: tuple[Any, ...]
    info: FieldInfo | None


def facts_at(path: KeyPath, section: type[Section] = Scenario) -> FieldFacts | None:
    """The facts of a key below a section, or None if there can be no such key."""
    facts_there = FieldFacts(section, (), None)
    for part in path:
        below = next(
            (
                facts
                for facts in (_below(option, part) for option in options(facts_there.annotation))
                if facts
            ),
            None,
        )
        if below is None:
            return None
        facts_there = below
    return facts_there


def section_at(path: KeyPath) -> type[Section] | None:
    """The section type at a key, or None where a mapping of names, a list or a value stands."""
    facts = facts_at(path)
    candidates = options(facts.annotation) if facts else ()
    return next((option for option in candidates if _is_section(option)), None)


def options(annotation: Any) -> tuple[Any, ...]:
    """The alternatives of a type, without None and without decoration."""
    if get_origin(annotation) is Annotated:
        return options(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return tuple(
            leaf for option in get_args(annotation) if option is not type(None) for leaf in options(option)
        )
    return (annotation,)


def keys_of(section: type[Section]) -> tuple[str, ...]:
    """Keys that may be written in a section."""
    own = tuple(section.model_fields)
    return (*own, *_FILE_WIDE_KEYS) if section is Scenario else own


def unit_of(facts: FieldFacts) -> str:
    """Unit of a field in words; empty for a section, a list or a mapping."""
    marked = unit_mark(facts)
    if marked is not None:
        return marked.name
    words = {
        int: "count",
        float: "number",
        str: "text",
        bool: "on or off",
        ServiceGoal: GOAL_UNIT,
        Goals: f"{GOAL_UNIT}, or a limit",
    }
    names: list[str] = []
    for option in options(facts.annotation):
        if get_origin(option) is Literal:
            names.append("one of " + ", ".join(str(value) for value in get_args(option)))
        elif option in words:
            names.append(words[option])
        elif get_origin(option) is tuple:
            names.append("list")
        elif get_origin(option) is dict:
            names.append("mapping")
        elif _is_section(option):
            names.append(option.__name__)
    return " or ".join(names)


def unit_mark(facts: FieldFacts) -> Unit | None:
    """The unit marked on a field's type, if any; with several forms of a value there is none."""
    return next((item for item in _all_metadata(facts) if isinstance(item, Unit)), None)


def range_of(facts: FieldFacts, *, with_technical_limits: bool = True) -> str:
    """Range in written units, like `0 % .. 90 %`; empty when nothing bounds the value.

    Without technical limits (a hundred years, a billion) only the end that matters is shown, like `from 0 s`.
    """
    low, low_open, high, high_open = limits_of(facts)
    is_open = not with_technical_limits and high is not None and high in _TECHNICAL_LIMITS
    if low is None and high is None:
        return ""
    mark = unit_mark(facts)
    shape = mark.format if mark else units.format_number
    left = "" if low is None else (">" if low_open else "") + shape(low)
    if is_open and low is not None:
        return f"above {shape(low)}" if low_open else f"from {shape(low)}"
    right = "" if high is None else ("<" if high_open else "") + shape(high)
    return f"{left} .. {right}"


def limits_of(facts: FieldFacts) -> tuple[float | None, bool, float | None, bool]:
    """Lowest and highest value, each with whether it is itself excluded."""
    lows: list[tuple[float, bool]] = []
    highs: list[tuple[float, bool]] = []
    for item in _all_metadata(facts):
        if isinstance(item, annotated_types.Ge):
            lows.append((_number(item.ge), False))
        elif isinstance(item, annotated_types.Gt):
            lows.append((_number(item.gt), True))
        elif isinstance(item, annotated_types.Le):
            highs.append((_number(item.le), False))
        elif isinstance(item, annotated_types.Lt):
            highs.append((_number(item.lt), True))
    low, low_open = max(lows, default=(None, False))
    high, high_open = min(highs, default=(None, False), key=lambda bound: (bound[0], not bound[1]))
    return low, low_open, high, high_open


def _number(bound: object) -> float:
    """A bound as a number; bounds of scenario fields are nothing else."""
    return bound if isinstance(bound, int | float) else float("nan")


def all_sections() -> tuple[type[Section], ...]:
    """Every section type reachable from Scenario, outermost first, each once."""
    sections: dict[type[Section], None] = {}
    _collect(Scenario, sections)
    return tuple(sections)


def _collect(section: type[Section], sections: dict[type[Section], None]) -> None:
    if section in sections:
        return
    sections[section] = None
    for info in section.model_fields.values():
        for inner in _sections_in(info.annotation):
            _collect(inner, sections)


def _sections_in(annotation: Any) -> Iterator[type[Section]]:
    for option in options(annotation):
        if _is_section(option):
            yield option
        for argument in get_args(option) if get_origin(option) in (dict, tuple) else ():
            if argument is not Ellipsis:
                yield from _sections_in(argument)


def _below(option: Any, part: str | int) -> FieldFacts | None:
    if _is_section(option):
        info = option.model_fields.get(str(part))
        return FieldFacts(info.annotation, tuple(info.metadata), info) if info else None
    arguments = get_args(option)
    if get_origin(option) is dict and isinstance(part, str):
        below = of_kind(arguments[1], part.kind) if isinstance(part, OfKind) else arguments[1]
        return FieldFacts(below, _metadata(below), None)
    if get_origin(option) is tuple and isinstance(part, int):
        return FieldFacts(arguments[0], _metadata(arguments[0]), None)
    return None


def of_kind(annotation: Any, kind: str) -> Any:
    """The alternative of a type whose key `kind` has this value, or the whole type if there is none."""
    return next((option for option in options(annotation) if kind_of(option) == kind), annotation)


def kind_of(option: Any) -> str:
    """The one value that `kind` has in a section; empty if there is no such key, or more than one value."""
    info = option.model_fields.get("kind") if _is_section(option) else None
    values = get_args(info.annotation) if info is not None else ()
    return str(values[0]) if len(values) == 1 else ""


def _is_section(option: Any) -> bool:
    return isinstance(option, type) and issubclass(option, Section)


def _metadata(annotation: Any) -> tuple[Any, ...]:
    return tuple(get_args(annotation)[1:]) if get_origin(annotation) is Annotated else ()


def _all_metadata(facts: FieldFacts) -> Iterator[Any]:
    """Decorations of the field, then those of its one number among alternatives; FieldInfo is unpacked."""
    inner: list[Any] = [*facts.metadata]
    if get_origin(facts.annotation) in (Union, types.UnionType):
        parts = [part for part in get_args(facts.annotation) if part is not type(None)]
        if len(parts) == 1:
            inner += _metadata_of_number(parts[0], ())
    inner += _metadata(facts.annotation)
    for item in inner:
        yield from item.metadata if isinstance(item, FieldInfo) else (item,)


def _metadata_of_number(annotation: Any, above: tuple[Any, ...]) -> tuple[Any, ...]:
    """Decorations of a type; of a choice between a number and a collection, those of the number."""
    if get_origin(annotation) is Annotated:
        return _metadata_of_number(get_args(annotation)[0], (*above, *_metadata(annotation)))
    if get_origin(annotation) in (Union, types.UnionType):
        metadata = (
            _metadata_of_number(part, ()) for part in get_args(annotation) if options(part)[0] in (int, float)
        )
        return next(metadata, ())
    return above
