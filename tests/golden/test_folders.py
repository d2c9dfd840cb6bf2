"""Every table of many commands is that of yesterday, to the last bit."""

from __future__ import annotations

import json
import platform
from pathlib import Path

import folders
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

HOW = "if it is right: python tests/golden/folders.py, and a line under 'Changes results' in CHANGELOG.md"


@pytest.mark.slow
@pytest.mark.skipif(
    (platform.system(), platform.machine()) != ("Linux", "x86_64"),
    reason="folders.json holds the last bits of x86-64 and of Linux's mathematics",
)
def test_every_table_is_that_of_yesterday() -> None:
    assert folders.differences(folders.read_hashes(), folders.all_hashes()) == [], HOW


def test_a_table_that_changes_is_seen(tmp_path: Path) -> None:
    table = pa.table({"wait_s": [1.0, None], "kind": pa.array(["call", None]).dictionary_encode()})
    changes = {
        "value": table.set_column(0, "wait_s", [[1.0, 2.0]]),
        "last bit": table.set_column(0, "wait_s", [[1.0 + 2**-52, None]]),
        "type": table.set_column(0, "wait_s", [pa.array([1, None])]),
        "name": table.rename_columns(["waited_s", "kind"]),
        "text": table.set_column(1, "kind", [["call", "chat"]]),
        "order": table.select(["kind", "wait_s"]),
    }
    seen = {
        name: parquet_hash(tmp_path, changed) for name, changed in {"as it was": table, **changes}.items()
    }
    assert len(set(seen.values())) == len(seen)


def test_how_a_table_is_packed_does_not_matter(tmp_path: Path) -> None:
    table = pa.table({"kind": ["call", "chat", "call"], "wait_s": [1.0, 2.0, 3.0]})
    coded = table.set_column(0, "kind", table["kind"].dictionary_encode())
    seen = {
        parquet_hash(tmp_path, table),
        parquet_hash(tmp_path, table, row_group_size=1, compression="gzip"),
        parquet_hash(tmp_path, coded),
    }
    assert len(seen) == 1


def test_of_json_only_what_differs_by_nature_is_left_out(tmp_path: Path) -> None:
    content: dict[str, object] = {
        "value": 1,
        "rows": [{"seconds": 3, "low": 0.5}],
        "versions": {"numpy": "1"},
    }
    seen = []
    changes: dict[str, dict[str, object]] = {
        "as it was": {},
        "later": {"versions": {"numpy": "2"}, "rows": [{"seconds": 4, "low": 0.5}]},
        "other": {"rows": [{"seconds": 3, "low": 0.6}]},
    }
    for name, change in changes.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.json").write_text(json.dumps({**content, **change}), encoding="utf-8")
        seen.append(folders.folder_hashes(tmp_path / name))
    assert seen[0] == seen[1] != seen[2]


def test_missing_new_and_changed_tables_are_named() -> None:
    golden = {"run": {"a.csv": "1", "b.csv": "2"}, "sweep": {"a.csv": "3"}}
    found = {"run": {"a.csv": "1", "b.csv": "4", "c.csv": "5"}}
    assert folders.differences(golden, found) == ["run/b.csv", "run/c.csv", "sweep/a.csv"]


def parquet_hash(folder: Path, table: pa.Table, **options: object) -> str:
    """The hash of the table in a folder of its own."""
    pq.write_table(table, folder / "table.parquet", **options)
    return folders.folder_hashes(folder)["table.parquet"]
