"""Results folders of many commands, one hash a table: what is moved, renamed or sped up must leave all of them alone.

`python tests/golden/folders.py` runs the commands and writes folders.json anew, with a line under "Changes results"
in CHANGELOG.md; `--check` compares instead, and `--run` is for other versions of libraries, whose sums may end in other
bits. All need the package and nothing of the tests, so any environment will do.

Each command of golden_commands.py runs in a process of its own. What may differ between two runs of one thing is left
out: figures, the scenario as it was read, times, versions, identities, who made it.
Everything else is compared to the last bit; so numpy and its linear algebra are told which instructions to use,
since a logarithm by AVX-512 may end in another bit than one by AVX2.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import golden_commands
import pyarrow as pa
import pyarrow.parquet as pq
from golden_commands import COMMANDS, OF_THE_ENGINE

SCENARIOS: Final = Path(__file__).parents[2] / "scenarios"
HASHES: Final = Path(__file__).with_name("folders.json")

SHOP: Final = """\
name: shop
start: "2024-01-08 08:00"
horizon: 10 h
interval: 30 min
customers:
  segments:
    everyone: {customers: 500, yearly_margin: 100 USD}
moments:
  question: {handling_time: {mean: 5 min}}
demand:
  volumes:
    question: {per_day: 960, profile: flat}
workforce:
  groups:
    team:
      heads: 7
      shift_rules:
        earliest_start: "08:00"
        latest_end: "18:00"
        start_every: 1 h
        kinds:
          full: {length: 6 h, breaks: [{earliest: 2 h, latest: 3 h, length: 30 min}]}
          part: {length: 3 h}
"""
"""A day of a shop with shift rules, which the shipped scenarios do without."""

LISTED: Final = "files.json"
"""Sizes and checksums of all files, the manifest with its times among them: no table."""
LEFT_OUT: Final = frozenset(
    (
        "seconds",
        "written",
        "versions",
        "machine",
        "identity",
        "content_hash",
        "sha256",
        "workers",
        "backend",
        "address",
    )
)
"""Keys of JSON files, however deep."""

SAME_INSTRUCTIONS: Final = {
    "NPY_DISABLE_CPU_FEATURES": "AVX512F AVX512CD AVX512_KNL AVX512_KNM AVX512_SKX AVX512_CLX AVX512_CNL"
    " AVX512_ICL AVX512_SPR X86_V4",  # names of all versions; numpy passes over those that it does not know
    "OPENBLAS_CORETYPE": "Haswell",
    "OPENBLAS_NUM_THREADS": "1",
}


def all_hashes(names: Sequence[str] = tuple(COMMANDS)) -> dict[str, dict[str, str]]:
    """SHA-256 of every table by results folder and file, made in a new folder.

    Raises CalledProcessError if a command fails; what it said stands on standard error.
    """
    with tempfile.TemporaryDirectory() as empty:
        here = Path(empty)
        shutil.copytree(SCENARIOS, here / "scenarios")
        (here / "shop.yaml").write_text(SHOP, encoding="utf-8")
        program = [sys.executable, golden_commands.__file__, *names]
        surroundings = {**os.environ, **SAME_INSTRUCTIONS}
        subprocess.run(program, cwd=here, env=surroundings, stdout=subprocess.DEVNULL, check=True)
        return {name: folder_hashes(here / name) for name in names}


def folder_hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of the tables below a folder, by file."""
    files = sorted(file for file in folder.rglob("*") if file.suffix in CONTENT and file.name != LISTED)
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(CONTENT[file.suffix](file)).hexdigest()
        for file in files
    }


def csv_content(file: Path) -> bytes:
    """The lines, however they end on this system."""
    return file.read_bytes().replace(b"\r\n", b"\n")


def json_content(file: Path) -> bytes:
    """Keys in their order, without those that may differ."""
    content = without_left_out(json.loads(file.read_text(encoding="utf-8")))
    return json.dumps(content).encode()


def without_left_out(content: Any) -> Any:
    """The same without the keys of LEFT_OUT."""
    if isinstance(content, dict):
        return {key: without_left_out(value) for key, value in content.items() if key not in LEFT_OUT}
    if isinstance(content, list):
        return [without_left_out(value) for value in content]
    return content


def parquet_content(file: Path) -> bytes:
    """Names, types and values, however the rows are grouped, coded and packed."""
    table = pq.read_table(file)
    return b"".join(column_content(name, table[name]) for name in table.column_names)


def column_content(name: str, column: pa.ChunkedArray) -> bytes:
    """A column's name and type, where it is empty, and its values."""
    plain = column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
    missing: bytes = plain.is_null().to_numpy().tobytes()
    numbers = plain.to_numpy()
    values = json.dumps(plain.to_pylist()).encode() if numbers.dtype == object else numbers.tobytes()
    return f"{name} {plain.type}\n".encode() + missing + values


CONTENT: Final = {".csv": csv_content, ".json": json_content, ".parquet": parquet_content}
"""What is compared of a file, by its suffix."""


def differences(golden: dict[str, dict[str, str]], found: dict[str, dict[str, str]]) -> list[str]:
    """Tables that are otherwise, missing or new, as folder/file."""
    before, now = (
        {f"{name}/{file}": value for name, files in each.items() for file, value in files.items()}
        for each in (golden, found)
    )
    return sorted(file for file in before.keys() | now.keys() if before.get(file) != now.get(file))


def read_hashes() -> dict[str, dict[str, str]]:
    """What folders.json says."""
    golden: dict[str, dict[str, str]] = json.loads(HASHES.read_text(encoding="utf-8"))
    return golden


def main() -> None:
    """Write folders.json anew, or as the one option says."""
    parser = argparse.ArgumentParser(description="Hash every table of many commands.")
    options = parser.add_mutually_exclusive_group()
    options.add_argument(
        "--check", action="store_true", help="compare with folders.json; fail if a table differs"
    )
    options.add_argument(
        "--run", action="store_true", help="count what differs; fail if a command fails only"
    )
    parser.add_argument(
        "--engine", action="store_true", help="only what compiled code decides, in half the time"
    )
    asked = parser.parse_args()
    if asked.engine and not (asked.check or asked.run):
        parser.error("--engine compares: say --check or --run too")
    found = all_hashes(OF_THE_ENGINE if asked.engine else tuple(COMMANDS))
    if not (asked.check or asked.run):
        HASHES.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        print(f"wrote {HASHES.name}")
        return
    different = differences({name: read_hashes()[name] for name in found}, found)
    print(f"{len(found)} commands, {sum(map(len, found.values()))} tables, {len(different)} not as they were")
    if asked.check and different:
        print("\n".join(different))
        sys.exit(1)


if __name__ == "__main__":
    main()
