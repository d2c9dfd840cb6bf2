"""How an answer shows itself at a prompt and in a notebook: a title, a table of a few rows, where the rest is."""

from __future__ import annotations

import html
import math
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

KEY_MEASURES: Final = (
    "service_level", "abandoned_share", "wait_mean_s", "resolved_first_share", "occupancy", "unserved", "nps",
    "customers_lost_expected", "value_net", "cost_total", "net_benefit",
)  # fmt: skip
"""Measures of a short table, as far as they have a meaning in the scenario."""
MOST_ROWS: Final = 12
MOST_COLUMNS: Final = 9


class Short(NamedTuple):
    """A title, a table of any size of which the first rows and columns are shown, and what else there is."""

    title: str
    table: pd.DataFrame
    more: str
    """Where the rest is, like `.summary, .intervals`."""


class ShownAnswer(ABC):
    """An answer that shows itself in a few lines, never as everything it holds."""

    @abstractmethod
    def short(self) -> Short:
        """What is shown."""

    def __repr__(self) -> str:
        title, table, more = self.short()
        return f"{title}\n{_texts(table).to_string(index=False)}\n{more}"

    def _repr_html_(self) -> str:
        title, table, more = self.short()
        rows = _texts(table).to_html(index=False, border=0)
        return f"<p><b>{html.escape(title)}</b></p>\n{rows}\n<p>{html.escape(more)}</p>"


def key_rows(table: pd.DataFrame, numbers: Iterable[str]) -> pd.DataFrame:
    """Rows of the key measures for scope `all`, with these columns of numbers, as people read them."""
    whole = table[(table["scope"] == "all") & table["measure"].isin(KEY_MEASURES)]
    place = {name: number for number, name in enumerate(KEY_MEASURES)}
    whole = whole.sort_values("measure", key=lambda names: names.map(place), kind="stable")
    columns = list(numbers)
    shown = whole[["measure", *columns, "unit"]].dropna(subset=columns[:1]).copy()
    factor = shown["unit"].eq("share").map({True: 100.0, False: 1.0})
    for name in columns:
        shown[name] = shown[name] * factor
    shown["unit"] = shown["unit"].replace("share", "%")
    return shown


def number_text(value: float) -> str:
    """Four digits that count, thousands apart; blank for what is not known."""
    if not math.isfinite(value):
        return ""
    if value == 0 or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def _texts(table: pd.DataFrame) -> pd.DataFrame:
    """The first rows and columns as text."""
    import pandas as pd

    part = table.iloc[:MOST_ROWS, :MOST_COLUMNS]
    columns = {
        str(name): part[name].map(number_text) if pd.api.types.is_float_dtype(part[name]) else part[name]
        for name in part.columns
    }
    return pd.DataFrame({name: [_text(value) for value in column] for name, column in columns.items()})


def _text(value: object) -> str:
    """One cell."""
    return "" if value is None else str(value)
