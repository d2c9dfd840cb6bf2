"""Words of the report in several languages: headings, headings of tables, names of measures, labels, units.

What a report is made of holds words by key; the template looks them up when the language is known. Text that is no
`Word` stands as it is: sentences, which are English as yet, names of a scenario, numbers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from momentsim.errors import MomentsimError, readable
from momentsim.measures.catalogue import BY_NAME, MEASURES
from momentsim.report.numbers import capitalise, reading_unit, span
from momentsim.report.verdicts import Verdict
from momentsim.suggestions import did_you_mean

LANGUAGES: Final = ("en", "zh")
"""English first; simplified Chinese. Each has a file of words beside this one."""


@dataclass(frozen=True)
class Word:
    """A word or label by its key, with what stands in it."""

    key: str
    parts: Mapping[str, Wording]


Wording = str | Word
"""What is shown: text as it is, or a word of the language of the report."""


def word(key: str, **parts: Wording) -> Word:
    """The word of this key; `parts` fill the places of their names."""
    return Word(key, parts)


def check_language(language: str) -> None:
    """Raise MomentsimError for a language that is not there."""
    if language not in LANGUAGES:
        meant = f", {asked}" if (asked := did_you_mean(language, LANGUAGES)) else ""
        allowed = " and ".join(LANGUAGES)
        raise MomentsimError(f"language: there is no '{readable(language)}', allowed: {allowed}{meant}")


class Words:
    """All words of one language; raises MomentsimError for one that is not there."""

    def __init__(self, language: str) -> None:
        check_language(language)
        self._words = words_of(language)

    def say(self, said: Wording) -> str:
        """What is shown of it in this language."""
        if isinstance(said, str):
            return said
        parts = {name: self.say(part) for name, part in said.parts.items()}
        return self._words[said.key].format(**parts)


@cache
def words_of(language: str) -> Mapping[str, str]:
    """Every word by key: those of the file, and of each measure its title, meaning, and names in tables and files.

    English titles and meanings are those of the catalogue.
    """
    file = resources.files(__package__).joinpath(f"words_{language}.json")
    written: dict[str, str] = json.loads(file.read_text("utf-8"))
    measures = dict(_english() if language == "en" else _translated(written))
    return {**measures, **written}


def _english() -> Iterator[tuple[str, str]]:
    for measure in MEASURES:
        title = measure.title.strip()
        yield f"measures.{measure.name}", title
        yield f"meanings.{measure.name}", measure.meaning
        yield f"capitals.{measure.name}", capitalise(title)
        yield f"names.{measure.name}", measure.name
        yield f"columns.{measure.name}", measure.name.replace("_", " ")


def _translated(written: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for measure in MEASURES:
        for kind in ("capitals", "names", "columns"):
            yield f"{kind}.{measure.name}", written[f"measures.{measure.name}"]


def unit_word(unit: str) -> Wording:
    """The unit of a measure as it is read; a currency and percent stand as they are."""
    return _known(f"units.{unit}", reading_unit(unit))


def verdict_word(verdict: Verdict, kind: str = "verdicts") -> Word:
    """The word for a verdict, or what it means for a goal (`goals`) or for who leaves (`leaving`)."""
    return word(f"{kind}.{verdict.name.lower()}")


def interval_word(low: float, high: float, unit: str) -> Wording:
    """An interval with the digits it supports; blank without one."""
    first, _, last = span(low, high, unit).partition(" to ")
    return word("page.interval", low=first, high=last) if last else first


def row_word(file: str, row: int) -> Word:
    """Where a number stands: the file, and the row as a spreadsheet counts."""
    return word("page.row", file=file, row=str(row))


def name_word(name: str) -> Wording:
    """A measure as files name it; other text as it is."""
    return word(f"names.{name}") if name in BY_NAME else name


ENDS: Final = ("low_all", "high_all", "low", "high", "never", "first", "hour", "simulated")
"""What stands behind the name of a column to say which number of it."""


def column_word(name: str) -> Wording:
    """The heading of a column of a file; those that only a scenario names, like keys, stand as they are."""
    if (said := _known(f"columns.{name}", "")) != "":
        return said
    for end in ENDS:
        of = column_word(name.removesuffix(f"_{end}")) if name.endswith(f"_{end}") else ""
        if isinstance(of, Word):
            return word(f"ends.{end}", of=of)
    return name.replace("_", " ")


def _known(key: str, otherwise: str) -> Wording:
    return word(key) if key in words_of("en") else otherwise
