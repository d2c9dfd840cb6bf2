"""What a report is made of, and how it becomes one file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import NamedTuple

from jinja2 import Environment, StrictUndefined

from momentsim.report.document.words import Wording, Words, word


class Tile(NamedTuple):
    """One number that matters: its value, its interval, what may be said of it, and the row it stands in."""

    name: Wording
    value: Wording
    interval: Wording
    words: Wording
    source: Wording


class Listing(NamedTuple):
    """A table; the first cell of a row is its header, the last a quiet reference to file and row where `has_source`."""

    caption: Wording
    header: Sequence[Wording]
    rows: Sequence[Sequence[Wording]]
    has_source: bool = False
    numbers: bool = True
    """Whether the cells between are numbers, and so stand to the right."""


class Drawn(NamedTuple):
    """A figure as SVG; its name and text are inside it, for those who hear the page."""

    name: str
    svg: str
    caption: str


@dataclass(frozen=True)
class Chapter:
    """One part of a report."""

    name: str
    title: Wording
    paragraphs: Sequence[str] = ()
    figures: Sequence[Drawn] = ()
    tables: Sequence[Listing] = ()


@dataclass(frozen=True)
class Report:
    """A whole report: the director's page, then chapters."""

    title: Wording
    subtitle: str
    decision: str
    tiles: Sequence[Tile]
    figure: Drawn | None
    basis: str
    """What the first page rests on, in a sentence."""
    chapters: Sequence[Chapter] = field(default_factory=tuple)


def render(report: Report, language: str = "en") -> bytes:
    """The file, its words in a language; everything that comes from a scenario is escaped.

    Raises MomentsimError for a language that is not there.
    """
    words = Words(language)
    text = resources.files(__package__).joinpath("report.html.j2").read_text("utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["say"] = words.say
    page = environment.from_string(text).render(report=report, language=language, word=word)
    return f"{page}\n".encode()
