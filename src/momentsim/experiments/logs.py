"""The log on disk: contacts, moments, customers and agents as Parquet, one row group or more per replication.

Replications are appended as they are finished, so a long log never has to fit into memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from momentsim.experiments.result import TableMaker
from momentsim.measures.tables import agents_table, contacts_table, customers_table, moments_table
from momentsim.plan import Names
from momentsim.trace import Trace

if TYPE_CHECKING:
    from momentsim.scenario import Scenario

LOG_TABLES: Mapping[str, TableMaker] = {
    "contacts": contacts_table,
    "moments": moments_table,
    "customers": customers_table,
    "agents": agents_table,
}
"""Name of each log file, without its ending, and the measure that makes it of one replication."""


class LogWriter:
    """Appends the log of one replication after the other to the Parquet files of a folder."""

    def __init__(self, folder: Path, scenario: Scenario) -> None:
        self._folder = folder
        self._scenario = scenario
        self._writers: dict[str, Any] = {}

    def __enter__(self) -> LogWriter:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def add(self, replication: int, names: Names, trace: Trace) -> None:
        """Append one replication."""
        for name, make in LOG_TABLES.items():
            self._append(name, make(self._scenario, names, trace, replication))

    def close(self) -> None:
        """Finish the files; nothing can be added afterwards."""
        for writer in self._writers.values():
            writer.close()
        self._writers.clear()

    def _append(self, name: str, frame: pd.DataFrame) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        writer = self._writers.get(name)
        table = pa.Table.from_pandas(frame, schema=writer and writer.schema, preserve_index=False)
        if writer is None:
            # A dictionary pays for words that repeat; for times and numbers it only costs time.
            words = [field.name for field in table.schema if not _is_number(field.type)]
            path = str(self._folder / f"{name}.parquet")
            writer = pq.ParquetWriter(path, table.schema, compression="zstd", use_dictionary=words)
            self._writers[name] = writer
        writer.write_table(table)


def _is_number(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind))
