"""Values as they are written after `--vary KEY=`: ranges with a step or a number of points, lists, words.

Numbers are kept as decimals in the unit in which they are written, so that a step of 0.1 hits its end and what is
simulated is what a planner would have written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from momentsim import units
from momentsim.scenario.quantities import plain_unit
from momentsim.scenario.readings import number_readings, range_ends
from momentsim.suggestions import suggestion

MOST_VALUES = 1_000_000
"""Values of one range; more is a slip of the pen."""
FINENESS = 3
"""Digits, beyond the first of its width, to which values drawn from a range without a step are rounded."""
FORMS = "from..to:step, from..to/number of points, or a list like a,b,c"

_NUMBER_OF_POINTS = re.compile(r"(.*\S)\s*/\s*(\d{1,7})\s*", re.ASCII)


class WrongValuesError(Exception):
    """What is wrong with written values: found, allowed, meant."""

    def __init__(self, what: str, allowed: str = "", meant: str = "", *, units: bool = False) -> None:
        super().__init__(what)
        self.what, self.allowed, self.meant = what, allowed, meant
        self.units = units
        """Do the units of its parts not go together?"""


class Quantity(NamedTuple):
    """A number with its unit as written; the unit is empty where there is none."""

    number: Decimal
    unit: str


class ValueRange(NamedTuple):
    """From `low` to `high`: in steps, in so many points, or (for a design) without either."""

    low: str
    high: str
    step: str = ""
    points: int = 0


class ListedValues(NamedTuple):
    """Values one by one, as written."""

    texts: tuple[str, ...]


def read_values(text: str) -> ValueRange | ListedValues:
    """A range or a list; raises WrongValuesError for anything else."""
    low, dots, rest = (part.strip() for part in text.partition(".."))
    if not dots:
        return read_list([part.strip() for part in text.split(",")])
    if not low or not rest:
        raise WrongValuesError(f"'{text}' lacks an end", f"write {FORMS}")
    high, colon, step = (part.strip() for part in rest.partition(":"))
    if colon:
        if not step:
            raise WrongValuesError(f"'{text}' lacks a step after the colon", f"write {FORMS}")
        return ValueRange(low, high, step=step)
    counted = _NUMBER_OF_POINTS.fullmatch(rest)
    return ValueRange(low, counted[1], points=int(counted[2])) if counted else ValueRange(low, rest)


def read_list(texts: Sequence[str]) -> ListedValues:
    """A list of values; raises WrongValuesError where there is none, an empty one, or one twice."""
    if not any(texts):
        raise WrongValuesError("there are no values", f"write {FORMS}")
    if not all(texts):
        raise WrongValuesError("there is an empty value in the list", f"write {FORMS}")
    twice = next((text for index, text in enumerate(texts) if text in texts[:index]), None)
    if twice is not None:
        raise WrongValuesError(f"{twice} is in the list twice", "write every value once")
    return ListedValues(tuple(texts))


def quantity(text: str) -> Quantity | None:
    """Number and unit of `2 min`, `36 USD/h` or `5 %`; None for anything else."""
    written_quantity = units.parse_quantity(text)
    number, word = written_quantity or (0.0, "")
    unit = units.duration_unit(word)
    duration_s = units.parse_duration(text) if unit is None else None
    if duration_s is not None:  # of several parts, like 1 h 30 min
        return Quantity(Decimal(repr(duration_s)), "s")
    if written_quantity is None or (unit is None and any(letter.isdigit() for letter in word)):
        return None
    percent = "%" if word in units.PERCENT else word.replace(" ", "")
    return Quantity(Decimal(repr(number)), unit or percent)


def plain(text: str, currency: str) -> str:
    """A written number as number and unit, `$120` as `120 USD`; anything else as it is."""
    each = quantity(text)
    if each is None:
        return text
    return text_of(each.number, plain_unit(each.unit, currency))


def in_one_unit(quantities: Sequence[Quantity]) -> tuple[tuple[Decimal, ...], str]:
    """The numbers in the unit they share: their own, seconds for several of duration, 0..1 beside percent."""
    names = {each.unit for each in quantities}
    if len(names) == 1:
        return tuple(each.number for each in quantities), names.pop()
    if names <= set(units.DURATION_UNITS):
        return tuple(each.number * Decimal(units.DURATION_UNITS[each.unit]) for each in quantities), "s"
    if names == {"%", ""}:
        return tuple(each.number / 100 if each.unit else each.number for each in quantities), ""
    raise WrongValuesError(
        f"units differ: {', '.join(sorted(name or 'none' for name in names))}",
        "write all in one unit",
        units=True,
    )


def numbers_of(texts: Sequence[str]) -> tuple[tuple[Decimal, ...], str]:
    """Written numbers in the unit they share; raises WrongValuesError where one is no number."""
    quantities = [quantity(text) for text in texts]
    wrong = [text for text, each in zip(texts, quantities, strict=True) if each is None]
    if wrong:
        raise WrongValuesError(f"'{wrong[0]}' is not a number", f"write {FORMS}", _meant(wrong[0]))
    return in_one_unit([each for each in quantities if each is not None])


def _meant(text: str) -> str:
    """The range, or the plain number, that a text may have meant."""
    ends = range_ends(text)
    if ends is None:
        return suggestion(number_readings(text), quoted=False)
    low, high, unit = ends_of(ValueRange(*ends))
    is_whole = low == low.to_integral() and high == high.to_integral()
    step = Decimal(1) if is_whole else (high - low) / 10
    return suggestion([f"{ends[0]}..{ends[1]}:{text_of(step, unit)}"])


def convert(text: str, unit: str) -> float | None:
    """A written number in a unit of the same kind; None where that is not possible."""
    written_quantity = quantity(text)
    if written_quantity is None:
        return None
    if written_quantity.unit == unit:
        return float(written_quantity.number)
    try:
        (number, one), shared = in_one_unit([written_quantity, Quantity(Decimal(1), unit)])
    except WrongValuesError:
        return None
    del shared
    return float(number / one)


def ends_of(written: ValueRange) -> tuple[Decimal, Decimal, str]:
    """Both ends of a range in one unit; raises WrongValuesError where the first is not below the second."""
    (low, high), unit = numbers_of([written.low, written.high])
    if low > high:
        rest = f":{written.step}" if written.step else f"/{written.points}" if written.points else ""
        raise WrongValuesError(
            f"{written.low}..{written.high} is empty, it begins above its end",
            "write the smaller number first",
            f"did you mean '{written.high}..{written.low}{rest}'?",
        )
    if low == high:
        raise WrongValuesError(f"{written.low}..{written.high} is one value", "write it as a list")
    return low, high, unit


def steps_of(written: ValueRange) -> tuple[tuple[Decimal, ...], str]:
    """All numbers of a range with a step or a number of points, and their unit."""
    if written.points:
        return _space_evenly(written)
    ends_of(written)
    step = quantity(written.step)
    if step is None:
        raise WrongValuesError(f"the step '{written.step}' is not a number", f"write {FORMS}")
    _check_unit_of_step(step, written)
    (low, high, width), unit = numbers_of([written.low, written.high, written.step])
    if width <= 0:
        raise WrongValuesError(f"a step of {written.step} leads nowhere", "write a step above 0")
    if width > high - low:
        raise WrongValuesError(
            f"a step of {written.step} is wider than {written.low}..{written.high}", "write a smaller step"
        )
    count = int((high - low) / width) + 1
    if count > MOST_VALUES:
        raise WrongValuesError(f"these are {count:,} values", f"at most {MOST_VALUES:,}")
    return tuple(low + width * index for index in range(count)), unit


def _check_unit_of_step(step: Quantity, written: ValueRange) -> None:
    """A step is written in the unit of its range, and not as a bare number."""
    end = quantity(written.high)
    if end is not None and bool(step.unit) != bool(end.unit):
        number = units.format_number(float(step.number))
        raise WrongValuesError(
            f"the step {written.step} has {'another' if step.unit else 'no'} unit",
            f"write it like {written.low}..{written.high}:{f'{number} {end.unit}'.strip()}",
        )


def _space_evenly(written: ValueRange) -> tuple[tuple[Decimal, ...], str]:
    low, high, unit = ends_of(written)
    if not 2 <= written.points <= MOST_VALUES:
        raise WrongValuesError(
            f"{written.points} points do not span a range", f"2 to {MOST_VALUES:,} points, or a list"
        )
    width = (high - low) / (written.points - 1)
    return tuple(low + width * index for index in range(written.points)), unit


def grain_of(low: Decimal, high: Decimal) -> Decimal:
    """A thousandth of the width of a range, roughly, as a power of ten: 0.001 min for 2 min..6 min."""
    return Decimal(1).scaleb((high - low).adjusted() - FINENESS)


def text_of(number: Decimal, unit: str) -> str:
    """The number as one would write it, with its unit."""
    plain = format(+number, "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return f"{plain} {unit}".strip()
