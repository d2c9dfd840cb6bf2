"""Types of written quantities: what a planner writes with a unit, as the number that the simulator reads.

Their validators take written text, and numbers of Python code in inner units; a bare number of a file
(`WrittenInt`, `WrittenFloat`) is refused where a unit is needed.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    SerializationInfo,
    ValidationInfo,
    WithJsonSchema,
)

from momentsim import units
from momentsim.scenario.readings import (
    duration_readings,
    number_readings,
    time_readings,
    timestamp_readings,
)
from momentsim.scenario.sections.service_goal import ServiceGoal
from momentsim.scenario.written import SWITCH_WORDS, Unit, is_bare, is_number, refuse, show_value
from momentsim.suggestions import suggestion

__all__ = [
    "Beginning",
    "Duration",
    "Money",
    "MoneyPerHour",
    "Name",
    "Outlook",
    "Ratio",
    "ServiceGoal",
    "Share",
    "Switch",
    "TimeOfDay",
    "Timestamp",
]

DURATION_UNITS_TEXT = "s, min, h, d, weeks or years"
UNITS_OF_NO_LENGTH = {
    **dict.fromkeys(("month", "months", "mo", "mos"), "months are not equally long"),
    **dict.fromkeys(("quarter", "quarters"), "quarters are not equally long"),
    "m": "'m' may be a minute or a month",
}
"""Why a word that looks like a unit is none."""
CURRENCY_SIGNS = {
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"),
    "\u20ac": ("EUR",),
    "\u00a3": ("GBP",),
    "\u00a5": ("JPY", "CNY"),
    "\u20b9": ("INR",),
}
"""Currencies of a sign; a scenario has one currency, so that the sign has one reading in it."""
CURRENCY_NAMES = {
    "dollar": ("USD",),
    "euro": ("EUR",),
    "pound": ("GBP",),
    "franc": ("CHF",),
    "yen": ("JPY",),
    "rupee": ("INR",),
}
_PER = re.compile(r"\s*\bper\b\s*", re.ASCII)
MAX_DURATION_S = 100 * units.SECONDS_PER_YEAR
SHORTEST_DURATION_S = 1e-6
MAX_MONEY = 1e12
FIRST_YEAR, LAST_YEAR = 1900, 2999
"""Calendars of the engine reach a few years beyond what is written."""
LIFETIME = "lifetime"
FIRST_MONTHS, MOST_MONTHS = 12, 108
"""After so many months value is counted by half-years, up to so many."""
NAME_PATTERN = r"^[A-Za-z_][A-Za-z0-9_-]{0,63}$"


def _duration(value: object) -> object:
    """Seconds from `6 min`, or from a Python number."""
    if is_number(value) and not is_bare(value):
        return value
    seconds = units.parse_duration(value) if isinstance(value, str) else None
    if seconds is not None:
        return seconds
    quantity = units.parse_quantity(str(value)) if isinstance(value, str) or is_bare(value) else None
    if quantity is None:
        meant = suggestion(duration_readings(value)) if isinstance(value, str) else ""
        what = f"{show_value(value)} is not a duration"
        raise refuse(what, f"a duration like '6 min' ({DURATION_UNITS_TEXT})", meant)
    number = units.format_number(quantity[0])
    if not quantity[1]:
        meant = f"did you mean '{number} s' or '{number} min'?"
        raise refuse(f"{show_value(value)} has no unit", f"write it in {DURATION_UNITS_TEXT}", meant)
    if units.duration_unit(quantity[1]) is not None:
        raise refuse(f"{show_value(value)} is too long", f"at most {units.format_duration(MAX_DURATION_S)}")
    why = UNITS_OF_NO_LENGTH.get(quantity[1].lower().removesuffix("."))
    raise refuse(
        why or f"unknown unit {show_value(quantity[1])}",
        f"use {DURATION_UNITS_TEXT}",
        suggestion(duration_readings(str(value))),
    )


def _measurable(duration_s: float) -> float:
    """A duration that is not 0 lasts a microsecond at least: shorter ones would be none."""
    if 0.0 < duration_s < SHORTEST_DURATION_S:
        shortest = units.format_duration(SHORTEST_DURATION_S)
        raise refuse(f"{duration_s:g} s is too short", f"at least {shortest}, or 0 s where that is allowed")
    return duration_s


def _share(value: object) -> object:
    """0..1 from `12 %` or 0.12; a share has no unit, so a bare number up to 1 is clear."""
    if is_number(value) and 0 <= float(value) <= 1:
        return value
    allowed = "a share from 0 % to 100 %"
    if is_number(value):
        meant = f"did you mean '{value} %'?" if 1 < float(value) <= 100 else ""
        raise refuse(f"{value} is outside 0..1", f"write {allowed}", meant)
    share = units.parse_share(value) if isinstance(value, str) else None
    if share is None:
        meant = suggestion([f"{each} %" if over_one(each) else each for each in readings_of(value)])
        raise refuse(f"{show_value(value)} is not a share", f"write {allowed}, like '12 %' or 0.12", meant)
    if not 0 <= share <= 1:
        raise refuse(f"{show_value(value)} is outside 0..100 %", f"write {allowed}")
    return share


def _ratio(value: object) -> object:
    """A ratio such as a coefficient of variation: 0.8 or `80 %`; may exceed 1."""
    ratio = units.parse_share(value) if isinstance(value, str) else value
    if not is_number(ratio):
        meant = suggestion(readings_of(value))
        raise refuse(f"{show_value(value)} is not a ratio", "write a number like 0.8 or '80 %'", meant)
    return ratio


def readings_of(value: object) -> list[str]:
    """Readings of a number with marks; none of a value that is no text."""
    return number_readings(value) if isinstance(value, str) else []


def over_one(number: str) -> bool:
    """Is a written number without a unit above 1?"""
    quantity = units.parse_quantity(number)
    return quantity is not None and not quantity[1] and quantity[0] > 1


def _money(value: object, info: ValidationInfo) -> object:
    return _amount(value, _currency(info), "")


def currencies_meant(written: str) -> tuple[str, ...]:
    """The currencies that a sign or a word may mean, the most usual first: `$` USD, CAD, ..., `euro` EUR."""
    word = written.strip()
    code = (word.upper(),) if re.fullmatch("[A-Za-z]{3}", word) else ()
    return CURRENCY_SIGNS.get(word) or CURRENCY_NAMES.get(word.lower().rstrip("s")) or code


def _money_per_hour(value: object, info: ValidationInfo) -> object:
    return _amount(value, _currency(info), "/h")


def _amount(value: object, currency: str, per: str) -> object:
    """Amount from `25 USD`, in the scenario's one currency, or from a Python number."""
    unit, example = f"{currency}{per}", f"'36 {currency}{per}'"
    if is_bare(value):
        raise refuse(
            f"{value} has no unit", f"write an amount like {example}", f"did you mean '{value} {unit}'?"
        )
    if is_number(value):
        return value
    quantity = units.parse_quantity(value) if isinstance(value, str) else None
    if quantity is None or not quantity[1]:
        numbers = [units.format_number(quantity[0])] if quantity else readings_of(value)
        meant = suggestion([_in_currency(number, currency, per) for number in numbers])
        raise refuse(f"{show_value(value)} is not an amount of money", f"write it like {example}", meant)
    if plain_unit(quantity[1], currency) == unit:
        return quantity[0]
    number = next(iter(number_readings(str(value))), units.format_number(quantity[0]))
    raise refuse(
        f"{show_value(value)} is not in {unit}",
        f"write it in the scenario's currency, like {example}",
        suggestion([_in_currency(number, currency, per)]),
    )


def _in_currency(text: str, currency: str, per: str) -> str:
    """The number of a text as an amount in the scenario's currency."""
    return f"{text.split()[0]} {currency}{per}"


def plain_unit(written: str, currency: str) -> str:
    """`$ per hour` as `USD/h`, where the scenario's currency has that sign."""
    money, _, per = _PER.sub("/", written).replace(" ", "").partition("/")
    if currency in CURRENCY_SIGNS.get(money, ()) or money.upper() == currency:
        money = currency
    return f"{money}/{units.duration_unit(per) or per}" if per else money


def _currency(info: ValidationInfo | SerializationInfo) -> str:
    context = info.context
    return str(context.get("currency", "USD")) if isinstance(context, dict) else "USD"


def _time_of_day(value: object) -> object:
    """Seconds of the day from `08:30`, or from a Python number."""
    second = units.parse_time_of_day(value.strip()) if isinstance(value, str) else None
    if second is not None:
        return second
    if is_number(value) and not is_bare(value):
        return value
    meant = suggestion(time_readings(value))
    raise refuse(f"{show_value(value)} is not a time of day", 'write it like "08:30", up to "24:00"', meant)


def _timestamp(value: object) -> object:
    """Local date and time from `2007-02-14 06:00`, or a datetime without time zone from Python."""
    moment = value if isinstance(value, datetime) and value.tzinfo is None else None
    moment = units.parse_timestamp(value.strip()) if isinstance(value, str) else moment
    if moment is None:
        raise refuse(
            f"{show_value(value)} is not a date with a time",
            'write a real local date and time like "2007-02-14 06:00"',
            suggestion(_ends_of_date(value) or timestamp_readings(value)) if isinstance(value, str) else "",
        )
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise refuse(f"{show_value(value)} is outside the range", f"years are {FIRST_YEAR} to {LAST_YEAR}")
    return moment


def _ends_of_date(value: str) -> list[str]:
    """Where something may end that is said to end on a date: as it begins, or as it is over."""
    midnight = units.parse_timestamp(f"{value.strip()} 00:00")
    both = () if midnight is None else (midnight, midnight + timedelta(days=1))
    return [units.format_timestamp(moment) for moment in both]


def _midnight(value: object) -> object:
    """A date at which something begins is the midnight at which it begins itself."""
    midnight = f"{value.strip()} 00:00" if isinstance(value, str) else ""
    return midnight if units.parse_timestamp(midnight) is not None else value


def _switch(value: object) -> object:
    state = SWITCH_WORDS.get(value.strip().lower()) if isinstance(value, str) else value
    if isinstance(state, bool):
        return state
    meant = {"1": "on", "0": "off"}.get(str(value), "")
    raise refuse(
        f"{show_value(value)} is not a switch", "write on or off", f"did you mean {meant}?" if meant else ""
    )


def _outlook(value: object) -> object:
    """`lifetime`, or `12 months` after the horizon; by half-years from the second year on."""
    if value == LIFETIME:
        return value
    allowed = f"write '{LIFETIME}', or months after the horizon like '{FIRST_MONTHS} months'"
    quantity = units.parse_quantity(value) if isinstance(value, str) else None
    if quantity is None or quantity[1] not in ("month", "months", "years", "year"):
        bare = units.format_number(quantity[0]) if quantity and not quantity[1] else str(value)
        meant = f"did you mean '{bare} months'?" if quantity or is_number(value) else ""
        raise refuse(f"{show_value(value)} is not an outlook", allowed, meant)
    months = quantity[0] * (12 if quantity[1].startswith("year") else 1)
    half_years = months > FIRST_MONTHS and months % 6
    if months != int(months) or not 1 <= months <= MOST_MONTHS or half_years:
        further = f"{FIRST_MONTHS + 6}, {FIRST_MONTHS + 12}, ..."
        steps = f"1 to {FIRST_MONTHS}, then by half-years ({further}) to {MOST_MONTHS}"
        raise refuse(f"{show_value(value)} is not counted", f"months are {steps}; or write '{LIFETIME}'")
    return f"{int(months)} months"


def months_of(outlook: str) -> int | None:
    """Months after the horizon to which value is counted; None for a lifetime."""
    return None if outlook == LIFETIME else int(outlook.split()[0])


def _name(value: object) -> object:
    if isinstance(value, str) and re.match(NAME_PATTERN, value):
        return value
    meant = re.sub(r"[^A-Za-z0-9_-]+", "_", str(value)).strip("_")[:60]
    meant = meant if re.match(NAME_PATTERN, meant) else ""
    raise refuse(
        f"{show_value(value)} is not a name",
        "a name has letters, digits, _ and - and starts with a letter",
        f"did you mean '{meant}'?" if meant else "",
    )


def _money_text(value: float, info: SerializationInfo) -> str:
    return f"{units.format_number(value)} {_currency(info)}"


def _money_per_hour_text(value: float, info: SerializationInfo) -> str:
    return f"{_money_text(value, info)}/h"


def _share_written(value: float) -> str | float:
    text = units.format_share(value)
    return text if text.endswith("%") else value


def _text_schema(pattern: str, *examples: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "examples": list(examples)})


def _number_or(pattern: str, number: dict[str, float], *examples: str) -> WithJsonSchema:
    options = [{"type": "number", **number}, {"type": "string", "pattern": pattern}]
    return WithJsonSchema({"anyOf": options, "examples": list(examples)})


_NUMBER = r"[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?"
_CURRENCY = r"([A-Z]{3}|[$\u20ac\u00a3\u00a5\u20b9])"
_DATE = "[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}"
_TIME = "[ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2})?"
_SPELLINGS = "|".join(sorted(units.UNIT_SPELLINGS, key=len, reverse=True))

Duration = Annotated[
    float,
    BeforeValidator(_duration),
    AfterValidator(_measurable),
    Field(ge=0, le=MAX_DURATION_S),
    PlainSerializer(units.format_duration, return_type=str, when_used="json"),
    _text_schema(
        rf"^({_NUMBER} ?({_SPELLINGS})( |$))+$|^[0-9]+:[0-5][0-9]:[0-5][0-9]$", "6 min", "20 s", "3 d"
    ),
    Unit("duration", units.format_duration),
]
"""Seconds; written `6 min`."""

Share = Annotated[
    float,
    BeforeValidator(_share),
    Field(ge=0, le=1),
    PlainSerializer(_share_written, when_used="json"),
    _number_or(rf"^{_NUMBER} ?%$", {"minimum": 0, "maximum": 1}, "12 %"),
    Unit("share", units.format_share),
]
"""0..1; written `12 %` or 0.12."""

Ratio = Annotated[
    float,
    BeforeValidator(_ratio),
    Field(ge=0, le=1e9),
    _number_or(rf"^{_NUMBER} ?%$", {"minimum": 0}, "80 %"),
    Unit("ratio"),
]
"""A ratio from 0 up; written 0.8 or `80 %`."""

Money = Annotated[
    float,
    BeforeValidator(_money),
    Field(ge=0, le=MAX_MONEY),
    PlainSerializer(_money_text, return_type=str, when_used="json"),
    _text_schema(rf"^({_NUMBER} ?{_CURRENCY}|{_CURRENCY} ?{_NUMBER})$", "25 USD"),
    Unit("money"),
]
"""An amount in the scenario's one currency; written `25 USD`."""

MoneyPerHour = Annotated[
    float,
    BeforeValidator(_money_per_hour),
    Field(ge=0, le=MAX_MONEY),
    PlainSerializer(_money_per_hour_text, return_type=str, when_used="json"),
    _text_schema(rf"^({_NUMBER} ?{_CURRENCY}|{_CURRENCY} ?{_NUMBER}) ?/ ?h$", "36 USD/h"),
    Unit("money per hour"),
]
"""An hourly rate in the scenario's one currency; written `36 USD/h`."""

TimeOfDay = Annotated[
    int,
    BeforeValidator(_time_of_day),
    Field(ge=0, le=units.SECONDS_PER_DAY),
    PlainSerializer(units.format_time_of_day, return_type=str, when_used="json"),
    _text_schema(
        r"^(([01]?[0-9]|2[0-4]):[0-5][0-9](:[0-5][0-9])?|(1[0-2]|0?[1-9])(:[0-5][0-9])? ?[aApP][mM])$",
        "08:30",
    ),
    Unit("time of day", units.format_time_of_day),
]
"""Seconds since midnight, up to 86400; written `"08:30"`."""

Timestamp = Annotated[
    datetime,
    BeforeValidator(_timestamp),
    PlainSerializer(units.format_timestamp, return_type=str, when_used="json"),
    _text_schema(rf"^{_DATE}{_TIME}$", "2007-02-14 06:00"),
    Unit("local date and time"),
]
"""Local date and time without daylight saving; written `"2007-02-14 06:00"`."""

Beginning = Annotated[
    Timestamp,
    BeforeValidator(_midnight),
    _text_schema(rf"^{_DATE}({_TIME})?$", "2007-02-14 06:00", "2007-02-14"),
]
"""The same for what begins then; a date alone means its first instant."""

Switch = Annotated[
    bool,
    BeforeValidator(_switch),
    WithJsonSchema({"enum": [True, False, "on", "off"]}),
    Unit("on or off"),
]
"""on or off."""

Outlook = Annotated[
    str,
    BeforeValidator(_outlook),
    WithJsonSchema(
        {
            "anyOf": [{"const": LIFETIME}, {"type": "string", "pattern": r"^[0-9]+ ?(months?|years?)$"}],
            "examples": [LIFETIME, "12 months"],
        }
    ),
    Unit("lifetime or months"),
]
"""How far value is counted; written `lifetime`, or `12 months` after the horizon."""

Name = Annotated[
    str, BeforeValidator(_name), WithJsonSchema({"type": "string", "pattern": NAME_PATTERN}), Unit("name")
]
"""A name given by the author: letters, digits, _ and -."""
