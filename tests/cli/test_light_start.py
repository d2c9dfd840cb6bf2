"""Help and version start quickly: nothing heavy is imported for them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("pandas", "matplotlib", "scipy", "numba", "pyarrow", "numpy", "simpy")

PROBE = """
import sys
try:
    from momentsim.cli import main
    sys.argv = ["momentsim", *{arguments!r}]
    main()
except SystemExit as end:
    assert not end.code, end.code
print("HEAVY:", *(name for name in {heavy!r} if name in sys.modules))
"""


ALIKE = (["--help"], ["--version"], ["app", "--help"])


@pytest.mark.parametrize(
    "arguments", [["run", "--help"], *(pytest.param(words, marks=pytest.mark.slow) for words in ALIKE)]
)
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    program = PROBE.format(arguments=arguments, heavy=HEAVY)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines()[-1].strip() == "HEAVY:"


WATCH = """
import os, sys
from momentsim.cli import main
from momentsim.report import second_process, tables
second_process.default_workers = lambda: 1  # nobody waits for figures
show = tables.print_summary
def watched(*arguments):
    show(*arguments)
    print("HEAVY:", *(name for name in {heavy!r} if name in sys.modules), file=sys.stderr, flush=True)
    os._exit(0)  # what comes after the table is not asked
tables.print_summary = watched
sys.argv = ["momentsim", "run", {scenario!r}, "--out", {out!r}, *{options!r}]
main()
"""
LATER = ("pandas", "pyarrow", "matplotlib", "scipy", "numba")
"""What a second run does without until its table is on the screen."""


def imported_by_a_warm_run(folder: Path, name: str, *options: str) -> str:
    """What of `LATER` the second of two runs has imported when its table is on the screen."""
    scenario = str(Path(__file__).parents[2] / "scenarios" / f"{name}.yaml")
    said = []
    for number in range(2):
        program = WATCH.format(heavy=LATER, scenario=scenario, out=str(folder / str(number)), options=options)
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, timeout=300, check=True
        )
        said += [line for line in done.stderr.splitlines() if line.startswith("HEAVY:")]
    return said[-1].removeprefix("HEAVY:").strip()


@pytest.mark.slow
def test_a_warm_run_shows_its_table_before_anything_heavy(tmp_path: Path) -> None:
    assert imported_by_a_warm_run(tmp_path, "quickstart") == ""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["retail_bank", "airline_ice_storm"])
def test_no_warm_run_needs_the_compiler(tmp_path: Path, name: str) -> None:
    options = ("--replications", "1", "--log", "none")
    assert "numba" not in imported_by_a_warm_run(tmp_path, name, *options)


def test_importing_the_package_imports_nothing_heavy() -> None:
    program = f"import sys, momentsim; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"


def test_public_names() -> None:
    """A change of this list is a change for every user."""
    import momentsim

    assert momentsim.__all__ == [
        "check",
        "compare",
        "curve",
        "evidence",
        "explain",
        "fit_export",
        "list_scenarios",
        "load",
        "plot",
        "report_on",
        "run",
        "save",
        "shifts",
        "staff",
        "steer",
        "sweep",
        "words",
        "worth",
    ]
    assert dir(momentsim) == sorted(momentsim.__all__)
