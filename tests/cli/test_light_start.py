"""Help and version start quickly: nothing heavy is imported for them."""

from __future__ import annotations

import subprocess
import sys

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


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["run", "--help"], ["list", "--help"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    program = PROBE.format(arguments=arguments, heavy=HEAVY)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines()[-1].strip() == "HEAVY:"


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
        "compare",
        "load",
        "plot",
        "run",
        "save",
        "shifts",
        "staff",
        "sweep",
        "words",
        "worth",
    ]
