"""A table of results: shown on the terminal, written as Markdown."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

BEGAN = time.perf_counter()
BEGIN, END = "<!-- measured -->", "<!-- end of measured -->"


@dataclass
class Results:
    """Rows of words under headings; a column of words is left-aligned, one of numbers right-aligned."""

    title: str
    headings: tuple[str, ...]
    words: int = 1  # so many first columns hold words
    rows: list[tuple[str, ...]] = field(default_factory=list)
    note: str = ""

    def show(self, console: Console) -> None:
        """Print it."""
        table = Table(
            title=self.title, title_justify="left", caption=self.note or None, caption_justify="left"
        )
        for index, heading in enumerate(self.headings):
            table.add_column(heading, justify="left" if index < self.words else "right")
        for row in self.rows:
            table.add_row(*row)
        console.print(table)

    def markdown(self) -> str:
        """The same as Markdown."""
        rules = ["---" if index < self.words else "--:" for index in range(len(self.headings))]
        lines = [f"| {' | '.join(cells)} |" for cells in (self.headings, rules, *self.rows)]
        parts = [f"**{self.title}**", "\n".join(lines), self.note]
        return "\n\n".join(part for part in parts if part)


def doing(words: str) -> None:
    """Say on standard error what is measured now, and how long all of it has taken so far."""
    print(f"{time.perf_counter() - BEGAN:5.0f} s  {words} ...", file=sys.stderr, flush=True)


def write_markdown(folder: Path, text: str) -> None:
    """Write the text: between the two marks of a page that has them, else as a page of its own."""
    page = folder.read_text("utf-8") if folder.exists() else ""
    if BEGIN in page and END in page:
        before, after = page.split(BEGIN, 1)[0], page.split(END, 1)[1]
        page = f"{before}{BEGIN}\n\n{text}\n\n{END}{after}"
    else:
        page = f"{text}\n"
    folder.write_text(page, "utf-8")
