"""Plants bugs: a copy of the package with one edit is run in a process of its own, and must be caught.

A bug counts as caught only if the run ended in order and a proof failed; a copy that crashes proves nothing.
An unchanged copy goes the same way and must pass, so that nothing is caught by the copying itself.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from momentsim.errors import MomentsimError
from momentsim.runs.progress import SILENT, Progress, SharesDone
from momentsim.scenario.shipped import shipped_folder
from momentsim.validation.mutants import MUTANTS, Mutant

CONTROL: Final = Mutant(
    "unchanged",
    "",
    "",
    "",
    "No bug: every proof must pass.",
    tuple(dict.fromkeys(case for mutant in MUTANTS for case in mutant.cases)),
)
PACKAGE: Final = Path(__file__).parents[1]
TIME_LIMIT_S: Final = 900.0
PROGRAM: Final = "from momentsim.cli import main; main()"


@dataclass(frozen=True, slots=True)
class Catch:
    """What the proofs said about one planted bug."""

    mutant: Mutant
    failed: tuple[str, ...]
    """`case: figure` of the proofs that failed."""
    broken: str = ""
    """Why the copy did not run to its end; empty if it did."""

    @property
    def as_it_should(self) -> bool:
        """A bug is caught; the unchanged copy is not."""
        return not self.broken and bool(self.failed) != (self.mutant is CONTROL)

    def content(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "bug": self.mutant.name,
            "sentence": self.mutant.sentence,
            "file": self.mutant.file,
            "cases": list(self.mutant.cases),
            "ok": self.as_it_should,
            "failed": list(self.failed),
            "broken": self.broken,
        }


def choose_mutants(names: Sequence[str]) -> tuple[Mutant, ...]:
    """Bugs by name; all of them and the unchanged copy when no name is given."""
    known = {mutant.name: mutant for mutant in (CONTROL, *MUTANTS)}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise MomentsimError(f"validate: no bug '{unknown[0]}' to plant, allowed: {', '.join(known)}")
    return tuple(known[name] for name in dict.fromkeys(names or known))


def edit_source(mutant: Mutant, source: str) -> str:
    """The source with the bug in it."""
    count = source.count(mutant.old)
    if count != 1:
        raise MomentsimError(f"the text that {mutant.name} edits occurs {count} times, not once")
    return source.replace(mutant.old, mutant.new)


@contextmanager
def plant(mutant: Mutant) -> Iterator[Path]:
    """A folder with a copy of the package, the bug in it."""
    with tempfile.TemporaryDirectory(prefix="momentsim-bug-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / PACKAGE.name
        shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
        scenarios = shipped_folder()
        if scenarios is not None and not (copy / "shipped").exists():
            shutil.copytree(scenarios, copy / "shipped")
        if mutant.file:
            file = copy / mutant.file
            file.write_text(edit_source(mutant, file.read_text(encoding="utf-8")), encoding="utf-8")
        yield Path(folder)


def try_to_catch(mutant: Mutant) -> Catch:
    """Run the proofs against one planted bug."""
    try:
        with plant(mutant) as folder:
            return proofs_against(mutant, folder)
    except MomentsimError as error:
        return Catch(mutant, (), str(error))


def proofs_against(mutant: Mutant, folder: Path) -> Catch:
    """Run them in a process that finds the package in this folder, with a compiler's cache of its own."""
    chosen = [word for case in mutant.cases for word in ("--only", case)]
    command = [sys.executable, "-c", PROGRAM, "validate", "--json", "--workers", "1", *chosen]
    environment = os.environ | {"PYTHONPATH": str(folder), "MOMENTSIM_CACHE": str(folder / "cache")}
    try:
        done = subprocess.run(
            command, env=environment, cwd=folder, capture_output=True, text=True, timeout=TIME_LIMIT_S
        )
    except subprocess.TimeoutExpired:
        return Catch(mutant, (), f"not finished after {TIME_LIMIT_S:g} s")
    return read_report(mutant, done.returncode, done.stdout, done.stderr)


def read_report(mutant: Mutant, code: int, output: str, errors: str) -> Catch:
    """What a finished process says: 0 all passed, 1 some proof failed, anything else is no answer."""
    try:
        proofs = json.loads(output)["proofs"]
    except (ValueError, KeyError, TypeError):
        last = (errors.strip().splitlines() or ["no output"])[-1]
        return Catch(mutant, (), f"exit code {code}: {last}")
    failed = [f"{proof['case']}: {proof['figure']}" for proof in proofs if proof["verdict"] != "passed"]
    return Catch(mutant, tuple(failed))


def mutate(mutants: Sequence[Mutant], *, workers: int = 1, progress: Progress = SILENT) -> tuple[Catch, ...]:
    """Plant bugs one by one, `workers` at a time; each copy is compiled anew."""
    progress.say("each planted bug is compiled anew (about 30 seconds) and run in a process of its own ...")
    progress.stage("mutate")
    shares = SharesDone(len(mutants), progress)

    def work(number: int) -> Catch:
        caught = try_to_catch(mutants[number])
        shares.update(number, 1.0)
        return caught

    with ThreadPoolExecutor(max_workers=workers) as executor:
        return tuple(executor.map(work, range(len(mutants))))
