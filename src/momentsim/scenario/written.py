"""Numbers as they stand in a file, and the words with which a value is refused.

A number that comes from a file without its unit arrives as `WrittenInt` or `WrittenFloat`, so it can be told
from a number given by Python code, which is already in inner units.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeGuard

from pydantic_core import PydanticCustomError

from momentsim import units

SWITCH_WORDS = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}
"""What a switch is called."""


class WrittenInt(int):
    """A whole number as it stands in a file, without a unit."""


class WrittenFloat(float):
    """A number with a fraction as it stands in a file, without a unit."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Marks a field's unit for the reference page, `explain` and messages."""

    name: str
    format: Callable[[float], str] = units.format_number


def refuse(what: str, allowed: str = "", meant: str = "") -> PydanticCustomError:
    """The error of a value that is not what it should be; becomes one `Problem`."""
    context = {"what": what, "allowed": allowed, "meant": meant}
    return PydanticCustomError("momentsim", "{what}, {allowed}, {meant}", context)


def show_value(value: object) -> str:
    """A found value, quoted and cut to a readable length."""
    text = f"'{value}'" if isinstance(value, str) else str(value)
    if isinstance(value, dict):
        text = "a mapping"
    elif isinstance(value, list | tuple):
        text = "a list"
    elif value is None:
        text = "nothing"
    return text if len(text) <= 60 else f"{text[:57]}..."


def is_number(value: object) -> TypeGuard[int | float]:
    """Is it a number (and no switch)?"""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_bare(value: object) -> bool:
    """Is it a number written in a file without a unit?"""
    return isinstance(value, WrittenInt | WrittenFloat)
