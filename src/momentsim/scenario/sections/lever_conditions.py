"""Conditions on which a lever is pulled or undone: `queue(rebooking) > 80 for 5 min`."""

from __future__ import annotations

import re
from typing import Annotated, Final, NamedTuple

from pydantic import BeforeValidator, WithJsonSchema

from momentsim import units
from momentsim.contract.plan import Comparator, Watched
from momentsim.scenario.written import Unit, refuse, show_value
from momentsim.suggestions import near_words, suggestion

SIGNS: Final = {
    ">": Comparator.ABOVE,
    "<": Comparator.BELOW,
    ">=": Comparator.AT_LEAST,
    "<=": Comparator.AT_MOST,
}
WORDS: Final = {watched.name.lower(): watched for watched in Watched}
COUNTED: Final = (Watched.ABANDONED, Watched.COMPLAINTS)
"""What is counted over a span."""
USUAL_SPAN_S: Final = 1800.0
LONGEST_SPAN_S: Final = 7 * 86400.0
"""Counts of each minute of the span are kept."""
ALLOWED: Final = (
    "write it like 'queue(NAME) > 80 for 5 min'; before the sign one of queue(NAME), longest_wait(NAME), "
    "abandoned(NAME), complaints, on_duty(GROUP), the name may be left out; signs are > < >= <="
)
_SHAPE: Final = re.compile(
    r"\s*(?P<word>[A-Za-z_]+)\s*(?:\(\s*(?P<place>[A-Za-z0-9_-]*)\s*\))?\s*(?P<sign>>=|<=|>|<)\s*"
    r"(?P<threshold>.+?)(?:\s+over\s+(?P<span>.+?))?(?:\s+for\s+(?P<hold>.+?))?\s*",
    re.ASCII,
)


class TriggerCondition(NamedTuple):
    """A condition as read: what is looked at, where, and from when on it counts."""

    watched: Watched
    place: str
    """A queue or a group; empty: all."""
    comparison: Comparator
    threshold: float
    """A count, seconds or a share."""
    span_s: float
    """Over which is counted; 0 for what is not."""
    hold_s: float
    """For so long it must hold without a break."""


def read_condition(text: str) -> TriggerCondition:
    """The condition that a text means; the error of `refuse` for one that cannot be read."""
    found = _SHAPE.fullmatch(text)
    if found is None:
        raise refuse(f"{show_value(text)} is not a condition", ALLOWED)
    word, place = found["word"].lower(), found["place"] or ""
    if word not in WORDS:
        raise refuse(
            f"{show_value(found['word'])} is nothing that can be watched",
            f"one of {', '.join(WORDS)}",
            suggestion(near_words(word, WORDS, most=1)),
        )
    watched = WORDS[word]
    if watched == Watched.COMPLAINTS and place:
        raise refuse("complaints are counted for the whole centre", "write complaints without a name")
    if found["span"] is not None and watched not in COUNTED:
        raise refuse(
            f"'over' asks for a count, and {word} is one of now", "write 'for' for how long it must hold"
        )
    span_s = 0.0 if watched not in COUNTED else _duration(found["span"], "over", USUAL_SPAN_S)
    if not (watched not in COUNTED or 60.0 <= span_s <= LONGEST_SPAN_S):
        raise refuse(f"over {units.format_duration(span_s)} is not kept", "from 1 min to 7 d")
    hold_s = _duration(found["hold"], "for", 0.0)
    return TriggerCondition(
        watched, place, SIGNS[found["sign"]], _threshold(found["threshold"], watched), span_s, hold_s
    )


def write_condition(condition: TriggerCondition) -> str:
    """The same as one text."""
    sign = next(sign for sign, comparison in SIGNS.items() if comparison == condition.comparison)
    place = f"({condition.place})" if condition.place else ""
    amount = units.format_number(condition.threshold)
    if condition.watched == Watched.LONGEST_WAIT:
        amount = units.format_duration(condition.threshold)
    elif condition.watched == Watched.ABANDONED:
        amount = units.format_share(condition.threshold)
    over = f" over {units.format_duration(condition.span_s)}" if condition.span_s else ""
    hold = f" for {units.format_duration(condition.hold_s)}" if condition.hold_s else ""
    return f"{condition.watched.name.lower()}{place} {sign} {amount}{over}{hold}"


def _duration(text: str | None, word: str, usual_s: float) -> float:
    if text is None:
        return usual_s
    duration_s = units.parse_duration(text)
    if duration_s is None:
        raise refuse(f"'{word} {text}' is not a duration", f"write it like '{word} 5 min'")
    return duration_s


def _threshold(text: str, watched: Watched) -> float:
    """A count, seconds or a share, as what is watched asks for."""
    if watched == Watched.LONGEST_WAIT:
        duration_s = units.parse_duration(text)
        if duration_s is None:
            raise refuse(
                f"{show_value(text)} is not a duration", "longest_wait is compared with one like '10 min'"
            )
        return duration_s
    if watched == Watched.ABANDONED:
        share = units.parse_share(text)
        if share is None:
            raise refuse(f"{show_value(text)} is not a share", "abandoned is compared with one like '20 %'")
        return share
    quantity = units.parse_quantity(text)
    if quantity is None or quantity[1]:
        raise refuse(
            f"{show_value(text)} is not a count", f"{watched.name.lower()} is compared with one like 80"
        )
    return quantity[0]


def _condition(value: object) -> object:
    if not isinstance(value, str):
        raise refuse(f"{show_value(value)} is not a condition", ALLOWED)
    return write_condition(read_condition(value))


ConditionText = Annotated[
    str,
    BeforeValidator(_condition),
    WithJsonSchema(
        {"type": "string", "examples": ["queue(rebooking) > 80 for 5 min", "abandoned > 20 % over 1 h"]}
    ),
    Unit("condition"),
]
"""A condition as text; `read_condition` has its parts."""
