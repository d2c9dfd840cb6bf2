"""What was probably meant: the nearest of the words that are known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from itertools import islice

_MOST_CHOICES = 10_000
"""Words that are compared; a file may name any number."""
_ALIKE = 0.6
"""Ratio of `difflib` above which two words are near."""


def near_words(word: str, known: Iterable[object], *, most: int) -> list[str]:
    """The known words nearest to this one, nearest first; case does not count."""
    choices = {str(choice).lower(): str(choice) for choice in islice(known, _MOST_CHOICES)}
    near = difflib.get_close_matches(word.lower(), list(choices), n=most, cutoff=_ALIKE)
    return [choices[name] for name in near]


def suggestion(names: Sequence[str], *, quoted: bool = True) -> str:
    """`did you mean 'x' or 'y'?`, or nothing where there is no name."""
    if not names:
        return ""
    shown = [f"'{name}'" if quoted else name for name in names]
    return f"did you mean {' or '.join(shown)}?"


def did_you_mean(word: str, known: Iterable[object], *, most: int = 1, quoted: bool = True) -> str:
    """`did you mean 'x'?` for the nearest known words, or nothing."""
    return suggestion(near_words(word, known, most=most), quoted=quoted)
