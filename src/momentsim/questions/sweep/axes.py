"""Axes of a sweep: varied keys with their values, read from what is written, with everything that is wrong in it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal, NamedTuple, TypeAlias, get_origin

from momentsim.errors import MomentsimError, Problem, ScenarioError
from momentsim.prepare.pilot import OF_THE_OPERATION
from momentsim.questions.designs import DESIGNS
from momentsim.questions.sweep.written_values import (
    FORMS,
    ListedValues,
    ValueRange,
    WrongValuesError,
    convert,
    ends_of,
    grain_of,
    numbers_of,
    plain,
    read_list,
    read_values,
    steps_of,
    text_of,
)
from momentsim.scenario import LoadedScenario, explain, load
from momentsim.scenario.explain import write_value as as_written
from momentsim.scenario.fields import facts_at, options, section_at, unit_mark, with_kinds
from momentsim.scenario.files.nodes import KeyPath
from momentsim.scenario.files.overrides import parse_key
from momentsim.scenario.sections.service_goal import ServiceGoal
from momentsim.scenario.sections.staffing_goal import Goals

VARIANT: Final = "variant"
"""Not a key of a file: which of its variants; `base` is none."""
BASE: Final = "base"
WORLD: Final = ("behaviour", "customers", "moments", "economics")
"""Sections that say what the world is like."""
PROMISED: Final = ("promise_kept", "promise_within")
"""Keys of a segment that belong to the operation, as in the reference operation."""
AxisKind: TypeAlias = Literal["whole", "number", "words"]
FIXED: Final = {
    "run": "it says how the scenario is run, and all points are run alike (see --replications)",
    "seed": "all points share their draws, which is what makes them comparable (see --seed)",
    "name": "it is a text",
    "description": "it is a text",
    "currency": "amounts would not be comparable",
    "start": "points would not be comparable",
    "horizon": "costs and customers of a day and of a week are not comparable",
    "economics.outlook": "values of two outlooks are not comparable",
    "interval": "points would not be comparable",
}
"""Sections and keys that cannot be varied, and why."""
MAX_KEYS: Final = 20
FEW_VALUES: Final = 50
WORDS: Final = (bool, str, ServiceGoal, Goals, datetime)
"""Types of values that have no order or no steps."""

Spread: TypeAlias = Mapping[str, object] | Sequence[str]
"""Keys and values: `["key=10..12:1"]`, or `{"key": "10..12:1", "other": [1, 2]}`."""


@dataclass(frozen=True)
class Axis:
    """One key with its values, in the order in which they are compared.

    `texts` are as written in a scenario file, `numbers` the same in `unit` (minutes, percent, ...; None for words).
    A range for a design that has no step keeps its ends in `texts` and `grain` as the finest difference.
    """

    key: str
    kind: AxisKind
    texts: tuple[str, ...]
    numbers: tuple[float, ...] | None
    unit: str
    world: bool
    """Does it hold in the reference operation too?"""
    written: str
    """Value in the file, in words."""
    grain: Decimal | None = None
    rounded: bool = False
    """Are values rounded to whole ones?"""

    @property
    def column(self) -> str:
        """Name of its column in tables, with the unit of its numbers."""
        return f"{self.key} ({self.unit})" if self.unit else self.key

    @property
    def here(self) -> float:
        """Number in the file, in `unit`; NaN for words, or where the file says something else."""
        number = None if self.numbers is None else convert(self.written, self.unit)
        return math.nan if number is None else number

    def at(self, share: float) -> str:
        """Value at a share (0..1) of the way: of a list or of steps each equally often."""
        if self.grain is None:
            return self.texts[min(int(share * len(self.texts)), len(self.texts) - 1)]
        (low, high), _ = numbers_of(self.texts)
        return text_of((low + Decimal(share) * (high - low)).quantize(self.grain), self.unit)

    def number(self, text: str) -> float:
        """Number of one of its values; of words, its place."""
        if self.numbers is None:
            return float(self.texts.index(text))
        number = convert(text, self.unit)
        return math.nan if number is None else number


@dataclass(frozen=True)
class SweptFile:
    """The file that is swept, with what is set for all points."""

    loaded: LoadedScenario
    variant: str | None = None
    overrides: tuple[str, ...] = ()

    def open_with(self, pairs: Sequence[tuple[str, str]]) -> LoadedScenario:
        """The file with these keys set on top; raises ScenarioError with what is wrong."""
        variant = dict(pairs).get(VARIANT, self.variant)
        changes = [f"{key}={text}" for key, text in pairs if key != VARIANT]
        chosen = None if variant == BASE else variant
        return load(self.loaded.path, variant=chosen, overrides=[*self.overrides, *changes])


def is_world(path: KeyPath) -> bool:
    """Does a key say what the world is like, and not what is done in it?

    Keys of moments and segments that the reference operation takes from the file are policy: self-service,
    selling, promises and the like.
    """
    operation = path[0] == "moments" and len(path) > 2 and path[2] in OF_THE_OPERATION
    return path[0] in WORLD and not operation and path[-1] not in PROMISED


def axes_of(vary: Spread, swept_file: SweptFile, design: str = "grid") -> list[Axis]:
    """All varied keys; raises ScenarioError with everything that is wrong with any of them."""
    pairs = _pairs(vary)
    if not pairs:
        raise MomentsimError("nothing is varied, say what like --vary workforce.groups.NAME.heads=60..100:5")
    if len(pairs) > MAX_KEYS:
        raise MomentsimError(f"{len(pairs)} keys are varied, at most {MAX_KEYS}")
    axes: list[Axis] = []
    problems: list[Problem] = []
    for index, (key, values) in enumerate(pairs):
        given = values if isinstance(values, str) else ",".join(values)
        where = f"--vary {key}={given}" if given else f"--vary {key}"
        try:
            if any(_same(key, other) for other, _ in pairs[:index]):
                raise WrongValuesError("this key is varied twice", "write all its values in one list")
            if any(_same(key, text.partition("=")[0]) for text in swept_file.overrides):
                raise WrongValuesError("this key is both set and varied", "leave one out")
            axis = _axis(key, values, swept_file, design)
            problems += _problems_of_values(axis, swept_file, where)
            axes.append(axis)
        except WrongValuesError as wrong:
            refused = _problems_of_ends(key, values, swept_file, where) if wrong.units else []
            told = Problem(where, 0, 0, key, wrong.what, wrong.allowed, wrong.meant)
            problems += refused or [told]
        except ScenarioError as error:
            problems += error.problems
        except MomentsimError as error:
            problems.append(Problem(where, 0, 0, key, str(error)))
    if problems:
        raise ScenarioError(problems)
    return axes


def _pairs(vary: Spread) -> list[tuple[str, str | tuple[str, ...]]]:
    """Keys with their values as text, or as a tuple where Python gives them one by one."""
    if isinstance(vary, str):
        vary = [vary]
    if not isinstance(vary, Mapping):
        split = [text.partition("=") for text in vary]
        return [(key.strip(), values.strip()) for key, _, values in split]
    return [
        (
            key,
            tuple(map(as_written, values))
            if isinstance(values, list | tuple | range)
            else as_written(values),
        )
        for key, values in vary.items()
    ]


def _same(key: str, other: str) -> bool:
    return parse_key(key.strip()) == parse_key(other.strip())


def _axis(key: str, values: str | tuple[str, ...], swept_file: SweptFile, design: str) -> Axis:
    written = read_values(values) if isinstance(values, str) else read_list(values)
    if key == VARIANT:
        if swept_file.variant is not None:
            raise WrongValuesError("variants are varied", "leave out --variant")
        if isinstance(written, ValueRange):
            raise WrongValuesError("variants have no range", "write a list like base,a,a+b")
        return Axis(key, "words", written.texts, None, "", False, BASE)
    path = parse_key(key)
    if path is None:
        raise WrongValuesError("this is not a key with values", "write KEY=VALUES like waiting.lines=60,80")
    if path[0] in FIXED:
        raise WrongValuesError("this cannot be varied", FIXED[str(path[0])])
    about = explain(swept_file.loaded, key)
    kind = "number" if about.evidence and path[:2] == ("behaviour", "parameters") else _kind(path, swept_file)
    value = as_written(about.value)
    if kind == "words":
        if isinstance(written, ValueRange):
            raise WrongValuesError("this key is no number and has no range", "write a list like a,b")
        return Axis(key, kind, written.texts, None, "", is_world(path), value)
    scale = _scale(kind, _plainly(written, swept_file), design)
    return Axis(
        key, kind, scale.texts, scale.numbers, scale.unit, is_world(path), value, scale.grain, scale.rounded
    )


def _plainly(written: ValueRange | ListedValues, swept_file: SweptFile) -> ValueRange | ListedValues:
    """The same with each number and unit as the tables show them."""
    currency = swept_file.loaded.scenario.currency
    if isinstance(written, ListedValues):
        return ListedValues(tuple(plain(text, currency) for text in written.texts))
    low, high, step = (plain(text, currency) for text in (written.low, written.high, written.step))
    return ValueRange(low, high, step, written.points)


class Scale(NamedTuple):
    """Values of a number."""

    texts: tuple[str, ...]
    numbers: tuple[float, ...]
    unit: str
    grain: Decimal | None = None
    rounded: bool = False

    @classmethod
    def of(cls, numbers: Sequence[Decimal], unit: str, *, rounded: bool = False) -> Scale:
        """These numbers, written out."""
        return cls(
            tuple(text_of(number, unit) for number in numbers),
            tuple(map(float, numbers)),
            unit,
            None,
            rounded,
        )


def _scale(kind: AxisKind, written: ValueRange | ListedValues, design: str) -> Scale:
    """Values of a number, in the order from low to high."""
    if isinstance(written, ListedValues):
        numbers, unit = numbers_of(written.texts)
        ordered = sorted(zip(numbers, written.texts, strict=True))
        return Scale(tuple(text for _, text in ordered), tuple(float(number) for number, _ in ordered), unit)
    if written.step or written.points:
        numbers, unit = steps_of(written)
        whole = dict.fromkeys(number.quantize(Decimal(1)) for number in numbers)
        if kind == "whole" and written.points and tuple(whole) != numbers:
            return Scale.of(tuple(whole), unit, rounded=True)
        return Scale.of(numbers, unit)
    low, high, unit = ends_of(written)
    if design not in DESIGNS:
        step = "1" if kind == "whole" else text_of((high - low) / 10, unit)
        raise WrongValuesError(
            f"{written.low}..{written.high} has neither a step nor a number of points",
            f"write {FORMS}, or take a --design",
            f"did you mean '{written.low}..{written.high}:{step}'?",
        )
    if kind == "number":
        return Scale.of((low, high), unit)._replace(grain=grain_of(low, high))
    numbers, unit = steps_of(ValueRange(written.low, written.high, step="1"))
    return Scale.of(numbers, unit, rounded=True)


def _kind(path: KeyPath, swept_file: SweptFile) -> AxisKind:
    """What kind of value a key has; raises WrongValuesError for a whole section, a list or a mapping."""
    known = with_kinds(path, swept_file.loaded.tree)
    facts = facts_at(known)
    choices = options(facts.annotation) if facts is not None else ()
    section = section_at(known)
    if section is not None and not {int, float} & {*choices}:  # heads are a number, or a section
        raise WrongValuesError(
            "this is a whole section", f"vary one of its keys: {', '.join(section.model_fields)}"
        )
    mark = unit_mark(facts) if facts is not None else None
    if mark is not None and mark.name == "time of day":
        return "words"
    if int in choices:
        return "whole"
    if float in choices:
        return "number"
    if any(choice in WORDS or get_origin(choice) is Literal for choice in choices):
        return "words"
    raise WrongValuesError("this is a list or a mapping of names", "vary one of the values in it")


def _problems_of_ends(
    key: str, values: str | tuple[str, ...], swept_file: SweptFile, where: str
) -> list[Problem]:
    """What the scenario's types say against the ends of a range whose units do not go together."""
    written = read_values(values) if isinstance(values, str) else None
    ends = (written.low, written.high) if isinstance(written, ValueRange) else ()
    return [problem for text in ends for problem in _against(key, text, swept_file, where)]


def _problems_of_values(axis: Axis, swept_file: SweptFile, where: str) -> list[Problem]:
    """What the scenario's own types say against single values; what they do together is seen later.

    Of a long range both ends are read: what lies between them is of the same kind. Of several numbers that are
    refused the first is told.
    """
    few = axis.numbers is None or len(axis.texts) <= FEW_VALUES
    tried = axis.texts if few else (axis.texts[0], axis.texts[-1])
    problems_of_each = [_against(axis.key, text, swept_file, where) for text in tried]
    refused = [problems for problems in problems_of_each if problems]
    if axis.numbers is None or len(refused) < 2:
        return [problem for problems in refused for problem in problems]
    first = refused[0][0]
    more = f"{first.what} (and {len(refused) - 1} more of its values)" if few else first.what
    return [replace(first, what=more)]


def _against(key: str, text: str, swept_file: SweptFile, where: str) -> list[Problem]:
    """What is wrong with one value of a key by itself."""
    try:
        swept_file.open_with([(key, text)])
    except ScenarioError as error:
        return [
            replace(problem, file=where, line=0, column=0)
            for problem in error.problems
            if key == VARIANT or parse_key(problem.key) == parse_key(key)
        ]
    return []
