"""The log on disk: contacts, moments, customers and agents as Parquet, streamed in row groups.

While a replication runs, its rows go to a part of its own, piece by piece; when it is finished, the part is
appended to the log in the order of replications, row group by row group. So memory does not grow with the length
of a log, a replication that was stopped leaves nothing, and what stands under a log's own name is always whole.

A log of few rows can be left as rows of the trace, which become tables when all else is done: importing the libraries
that make tables takes as long as simulating a short run.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from momentsim.contract.plan import Names, Table
from momentsim.contract.trace import Trace
from momentsim.engine.simulate import LOG_ROWS
from momentsim.measures.tables import agents_of, contacts_of, customers_of, moments_of

if TYPE_CHECKING:
    import pandas as pd

    from momentsim.scenario import Scenario

LOG_TABLES: Mapping[str, TableMaker] = {
    "contacts": contacts_of,
    "moments": moments_of,
    "customers": customers_of,
    "agents": agents_of,
}
"""Name of each log file, without its ending, and the measure that makes it of rows of the trace."""
PARTS = ".parts"
TableMaker: TypeAlias = Callable[["Scenario", Names, Table, int], "pd.DataFrame"]
"""Makes one table of rows of the log of one replication."""


class PartOnDisk:
    """The whole log of one replication, not yet joined to the others."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def file(self, name: str) -> Path:
        """Where one table is."""
        return self.folder / f"{name}.parquet"

    @property
    def rows(self) -> Path:
        """Where rows are of which no tables were made yet."""
        return self.folder / "rows.npz"

    def files(self) -> list[Path]:
        """All that there is."""
        return [self.rows] if self.rows.is_file() else [self.file(name) for name in LOG_TABLES]


class LogPart(PartOnDisk):
    """The log of one replication while it is written; discarded unless it is finished.

    With `later`, a log of few rows is left as rows, for whoever joins the logs.
    """

    def __init__(
        self, folder: Path, scenario: Scenario, names: Names, replication: int, *, later: bool = False
    ) -> None:
        super().__init__(folder)
        self._scenario = scenario
        self._names = names
        self._replication = replication
        self._room = LOG_ROWS if later else -1
        self._held: list[tuple[str, Table]] = []
        self._writers: dict[str, Any] = {}
        folder.mkdir(parents=True)

    def __enter__(self) -> LogPart:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_error: object) -> None:
        if kind is not None:
            self.discard()

    def take_rows(self, name: str, rows: Table) -> None:
        """Append rows of the trace to one table; afterwards their memory may be used again."""
        if len(rows) <= self._room:
            self._room -= len(rows)
            self._held.append((name, rows.copy()))
            return
        self._write_held()
        self._write(name, rows)

    def _write_held(self) -> None:
        """Make tables of rows that were held back, and of all that come from now on."""
        self._room = -1
        for name, rows in self._held:
            self._write(name, rows)
        self._held.clear()

    def _write(self, name: str, rows: Table) -> None:
        import pyarrow as pa

        frame = LOG_TABLES[name](self._scenario, self._names, rows, self._replication)
        writer = self._writers.get(name)
        table = pa.Table.from_pandas(frame, preserve_index=False)
        schema = _schema(table.schema) if writer is None else writer.schema
        if writer is None:
            writer = self._writers[name] = _writer(self.file(name), schema)
        writer.write_table(table.cast(schema))

    def finish(self, trace: Trace) -> None:
        """Append what the trace still holds and complete the files."""
        for name in LOG_TABLES:
            rows = getattr(trace, name)
            for first in range(0, len(rows), LOG_ROWS):
                self.take_rows(name, rows[first : first + LOG_ROWS])
            if name not in self._writers and name not in dict(self._held):
                self.take_rows(name, rows)  # a table without rows still has its columns
        if self._held:
            pieces: dict[str, Any] = {
                f"{number} {name}": rows for number, (name, rows) in enumerate(self._held)
            }
            np.savez(self.rows, **pieces)
        for writer in self._writers.values():
            writer.close()

    def finish_rows(self, part: PartOnDisk) -> None:
        """Make the tables of a part that was left as rows."""
        with np.load(part.rows, allow_pickle=False) as pieces:
            for place_and_name, rows in pieces.items():
                self.take_rows(place_and_name.split()[1], rows)
        for writer in self._writers.values():
            writer.close()

    def discard(self) -> None:
        """Remove what was written so far."""
        _give_up(self._writers)
        shutil.rmtree(self.folder, ignore_errors=True)


class LogWriter:
    """Joins the logs of replications in a folder, in the order in which they are taken."""

    def __init__(self, folder: Path, scenario: Scenario) -> None:
        self._folder = folder
        self.parts = folder / PARTS
        """Where the logs of single replications are written, each in a folder named by its number."""
        self._scenario = scenario
        self._taken = 0
        self._waiting: tuple[PartOnDisk, Names, int] | None = None
        self._writers: dict[str, Any] = {}

    def __enter__(self) -> LogWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_error: object) -> None:
        if kind is None:
            self.close()
        else:
            _give_up(self._writers)

    def part(self, replication: int, names: Names) -> LogPart:
        """The log of one replication, to be filled in any thread."""
        return LogPart(self.parts / str(replication), self._scenario, names, replication)

    def take(self, part: PartOnDisk, names: Names, replication: int) -> None:
        """Append a finished part; one that was left as rows waits for the next one, or for the end."""
        self._take_waiting()
        if part.rows.is_file():
            self._waiting = part, names, replication
        else:
            self._take_tables(part)

    def _take_waiting(self) -> None:
        if self._waiting is None:
            return
        (rows, names, replication), self._waiting = self._waiting, None
        with LogPart(rows.folder / "tables", self._scenario, names, replication) as part:
            part.finish_rows(rows)
        self._take_tables(part)

    def _take_tables(self, part: PartOnDisk) -> None:
        """The first one simply becomes the log."""
        for name in LOG_TABLES:
            log, source = self._folder / f"{name}.parquet", part.file(name)
            if self._taken == 0:
                source.rename(log)
                continue
            if self._taken == 1:
                self._append(name, log)
            self._append(name, source)
            source.unlink()
        self._taken += 1

    def close(self) -> None:
        """Put the joined files in their places; nothing can be added afterwards."""
        self._take_waiting()
        for name, writer in self._writers.items():
            writer.close()
            self._joined_file(name).replace(self._folder / f"{name}.parquet")
        self._writers.clear()
        shutil.rmtree(self.parts, ignore_errors=True)

    def _joined_file(self, name: str) -> Path:
        return self.parts / f"{name}.parquet"

    def _append(self, name: str, source: Path) -> None:
        import pyarrow.parquet as pq

        with pq.ParquetFile(source) as read:
            if name not in self._writers:
                self._writers[name] = _writer(self._joined_file(name), read.schema_arrow)
            for group in range(read.num_row_groups):
                self._writers[name].write_table(read.read_row_group(group))


def _writer(path: Path, schema: Any) -> Any:
    """A dictionary pays for words that repeat; for times and numbers it only costs time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    words = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    return pq.ParquetWriter(str(path), schema, compression="zstd", use_dictionary=words)


def _schema(schema: Any) -> Any:
    """The same schema with dictionaries of any size, since later row groups may have more words."""
    import pyarrow as pa

    for number, field in enumerate(schema):
        if pa.types.is_dictionary(field.type):
            kind = pa.dictionary(pa.int32(), pa.string())
            schema = schema.set(number, field.with_type(kind))
    return schema


def _give_up(writers: dict[str, Any]) -> None:
    """Close files that nobody will read; a full disk may refuse even that."""
    for writer in writers.values():
        with suppress(OSError):
            writer.close()
    writers.clear()
