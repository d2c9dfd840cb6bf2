"""A page on the terminal: words of at most 100 letters a line, and tables that are legible at any width.

No word is broken and no number cut: a column is never narrower than its longest word (than its longest cell, for
numbers), and where not all columns fit beside each other, the table goes on below with its first columns again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

WIDTH: Final = 100
"""Letters in a line of words; longer lines are hard to read. Tables may take the whole screen."""
GAP: Final = 2
"""Blanks between columns."""
SHORT: Final = 12
"""Letters of a name or verdict that stays on one line."""


def print_words(console: Console, words: str | Text, style: str = "") -> None:
    """A paragraph."""
    text = words if isinstance(words, Text) else Text(words, style=style)
    console.print(text, width=min(console.width, WIDTH))


def print_answer(console: Console, question: str, paragraph: Iterable[str]) -> None:
    """What was asked, if anything is to be said of it, and the paragraph to read out."""
    if question:
        print_words(console, question, "bold")
    print_words(console, " ".join(paragraph))
    console.print()


def print_notes(console: Console, notes: Iterable[str]) -> None:
    """What the words and numbers above mean, and an empty line."""
    for note in filter(None, notes):
        print_words(console, note, "dim")
    console.print()


def new_table(first: str, *columns: str, left: Sequence[str] = ("unit", "verdict", "")) -> Table:
    """An empty table in the house style: words on the left, numbers on the right.

    The first column and those named in `left` are words.
    """
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    table.add_column(first)
    for column in columns:
        is_words = column in left
        table.add_column(column, justify="left" if is_words else "right", no_wrap=not is_words)
    return table


def headings(*tables: Table) -> list[str]:
    """All that stands above the columns of tables."""
    return [_text(column.header).plain for table in tables for column in table.columns]


def print_table(console: Console, table: Table, *, names: int = 1) -> None:
    """A table as wide as it needs, at most as the screen; `names` first columns say what a row is."""
    columns = [_measured(column) for column in table.columns]
    for index, block in enumerate(_blocks(columns, console.width, names)):
        if index:
            console.print()
        console.print(_laid_out(table, block, console.width))


class _MeasuredColumn(NamedTuple):
    """A column with its texts, and how many letters it needs at least and at most."""

    column: Column
    header: Text
    cells: list[Text]
    least: int
    most: int


def _measured(column: Column) -> _MeasuredColumn:
    header, *cells = (_text(cell) for cell in (column.header, *column.cells))
    lines = [line for cell in cells for line in cell.plain.split("\n")]
    unbroken = lines if column.no_wrap else [line for line in lines if len(line) <= SHORT] + _words(lines)
    least = max(map(cell_len, (*unbroken, *_words([header.plain]))), default=0)
    most = max((cell_len(line) for line in (*lines, *header.plain.split("\n"))), default=0)
    return _MeasuredColumn(column, header, cells, least, max(least, most))


def _text(cell: object) -> Text:
    return cell if isinstance(cell, Text) else Text(str(cell))


def _words(lines: Iterable[str]) -> list[str]:
    """Words with the blanks a line begins with, as they are never broken from it."""
    found = []
    for line in lines:
        first, *others = line.split() or [""]
        found += [line[: len(line) - len(line.lstrip())] + first, *others]
    return found


def _blocks(columns: Sequence[_MeasuredColumn], width: int, names: int) -> Iterable[list[_MeasuredColumn]]:
    """The columns that fit beside each other, and below them the rest, each time after the first ones."""
    first, rest = list(columns[:names]), list(columns[names:])
    block: list[_MeasuredColumn] = []
    for column in rest:
        if block and _room(width, [*first, *block, column]) < 0:
            yield [*first, *block]
            block = []
        block.append(column)
    yield [*first, *block]


def _room(width: int, columns: Sequence[_MeasuredColumn]) -> int:
    """Letters that are left when every column has what it needs at least."""
    return width - sum(each.least for each in columns) - GAP * (len(columns) - 1)


def _laid_out(table: Table, columns: Sequence[_MeasuredColumn], width: int) -> Table:
    """The table of some columns, each with its width: what is left goes to the first ones that need it."""
    shown = Table(
        box=table.box, padding=table.padding, pad_edge=table.pad_edge, show_edge=table.show_edge,
        show_header=table.show_header,
    )  # fmt: skip
    room = max(0, _room(width, columns))
    for each in columns:
        more = min(room, each.most - each.least)
        room -= more
        shown.add_column(each.header, justify=each.column.justify, overflow="fold", width=each.least + more)
    for cells in zip(*(each.cells for each in columns), strict=True):
        shown.add_row(*cells)
    return shown
