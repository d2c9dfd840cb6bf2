"""What a plain YAML scalar means by the YAML 1.2 core rules: 10:30 is no number but a text, and so is a date."""

from __future__ import annotations

import math
import re

from momentsim.scenario.files.nodes import Scalar
from momentsim.scenario.written import WrittenFloat, WrittenInt

MAX_WHOLE_NUMBER = 10**19
_INTEGER = re.compile(r"[-+]?[0-9]+", re.ASCII)
_OCTAL = re.compile(r"0o[0-7]+", re.ASCII)
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", re.ASCII)
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


class BadScalarError(ValueError):
    """A scalar that is refused; the arguments are what was found and what is allowed."""

    def __init__(self, what: str, allowed: str) -> None:
        super().__init__(what, allowed)
        self.what, self.allowed = what, allowed


def resolve(text: str) -> Scalar:
    """Value of an unquoted scalar."""
    if text in _WORDS:
        return _WORDS[text]
    if len(text) > 400:
        return text
    if _NOT_FINITE.fullmatch(text):
        raise BadScalarError(f"{text} is not a finite number", "write a number")
    return _number(text)


def _number(text: str) -> Scalar:
    if _INTEGER.fullmatch(text):
        return _whole(text, 10)
    if _OCTAL.fullmatch(text):
        return _whole(text[2:], 8)
    if _HEXADECIMAL.fullmatch(text):
        return _whole(text[2:], 16)
    if _FLOAT.fullmatch(text):
        number = float(text)
        if not math.isfinite(number):
            raise BadScalarError(f"{text} is not a finite number", "write a number up to 1e300")
        return WrittenFloat(number)
    return text


def _whole(digits: str, base: int) -> WrittenInt:
    number = int(digits, base)
    if abs(number) > MAX_WHOLE_NUMBER:
        shown = digits if len(digits) <= 24 else f"{digits[:21]}..."
        raise BadScalarError(f"{shown} is too large", "a whole number has at most 19 digits")
    return WrittenInt(number)
