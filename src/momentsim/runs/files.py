"""Small tables and documents on disk, written so that spreadsheets and scripts both read them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pandas as pd


TIME_FORMAT: Final = "%Y-%m-%d %H:%M:%S"
"""Times in CSV files: spreadsheets take a text with a T between date and time for text, in every language."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""Text that a spreadsheet would take for a formula."""


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """UTF-8 with a byte order mark, as spreadsheets expect; text like a formula is quoted first."""
    harmless(table).to_csv(
        path, index=False, encoding="utf-8-sig", lineterminator="\n", date_format=TIME_FORMAT
    )


def harmless(table: pd.DataFrame) -> pd.DataFrame:
    """A copy in which no text starts like a formula; numbers stay numbers."""
    import pandas as pd

    copy = table.copy()
    for name in copy.columns:
        if not (
            pd.api.types.is_numeric_dtype(copy[name]) or pd.api.types.is_datetime64_any_dtype(copy[name])
        ):
            copy[name] = copy[name].map(_quote)
    return copy


def _quote(value: object) -> object:
    if not isinstance(value, str) or not value.startswith(FORMULA_STARTS):
        return value
    return (
        value if re.fullmatch(r"-[0-9]+(\.[0-9]+)?", value) else f"'{value}"
    )  # a number below 0 is no formula


def write_json(content: Mapping[str, Any], path: Path) -> None:
    """Indented JSON; numbers that are not finite become null."""
    path.write_text(json_text(content) + "\n", encoding="utf-8")


def json_text(content: Any) -> str:
    """Strict JSON: null for numbers that are not finite, ISO times, plain numbers for numpy ones."""
    return json.dumps(plain(content), indent=2, ensure_ascii=False, allow_nan=False)


def plain(value: Any) -> Any:
    """The same content in types that JSON knows."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "item") and not isinstance(value, (str, bytes)):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return None if _blank(value) else value.isoformat() if isinstance(value, (datetime, date)) else str(value)


def _blank(value: object) -> bool:
    """Whether a data frame says so of a value that is no number."""
    import pandas as pd

    return value is pd.NaT or value is pd.NA


def numbers_of(records: list[dict[str, Any]], texts: Collection[str]) -> pd.DataFrame:
    """A table as it was before `rows`: every column that is no text is of numbers, blank for null."""
    import pandas as pd

    table = pd.DataFrame(records)
    return table.astype(dict.fromkeys([name for name in table if name not in texts], float))


def rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """A table as a list of plain records."""
    return [plain(record) for record in table.to_dict(orient="records")]
