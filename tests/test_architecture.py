"""Rooms, doors and weight: import contracts hold, and importing is light."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]


def test_every_room_has_its_floor() -> None:
    """The layers are exhaustive, so a new room cannot be forgotten; neighbours have no doors."""
    rooms = next(contract for contract in CONTRACTS if contract["type"] == "layers")
    assert rooms["exhaustive"]
    assert "prepare | engine | measures" in rooms["layers"]


def test_no_two_records_share_a_name() -> None:
    """A reader who looks for a record finds one, and it is the one that is meant."""
    places: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "src").rglob("*.py")):
        for name in re.findall(r"^class (\w+)", path.read_text("utf-8"), re.MULTILINE):
            places[name].append(path.name)
    assert len(places) > 400
    assert {name: files for name, files in places.items() if len(files) > 1} == {}


@pytest.mark.tools
def test_contracts_are_kept() -> None:
    pytest.importorskip("importlinter", reason="import contracts come with pip install -e '.[dev]'")
    program = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in done.stdout


SCIENCE = ("scipy.special", "scipy.stats", "scipy.optimize")
"""The compiler itself loads the outer shell of scipy, and YAML."""
LIGHT = {
    "momentsim": ("numpy", "numba", "pandas", "scipy", "matplotlib", "simpy", "pyarrow", "yaml", "pydantic"),
    "momentsim.units": ("numba", "pandas", "scipy", "matplotlib", "simpy", "pyarrow", "yaml", "pydantic"),
    "momentsim.engine": (
        "pandas",
        *SCIENCE,
        "matplotlib",
        "simpy",
        "pyarrow",
        "pydantic",
        "momentsim.scenario",
    ),
    "momentsim.scenario": ("pandas", "scipy", "matplotlib", "simpy", "pyarrow", "numba"),
    "momentsim.prepare": ("pandas", *SCIENCE, "matplotlib", "simpy", "pyarrow"),
    "momentsim.runs": ("matplotlib", "simpy"),
    "momentsim.fit": ("numba", "pandas", *SCIENCE, "matplotlib", "simpy", "pyarrow", "momentsim.prepare"),
}
"""What importing a room must not load."""


@pytest.mark.slow
@pytest.mark.parametrize("room", LIGHT)
def test_importing_is_light(room: str) -> None:
    program = f"import {room}, sys; print(*({set(LIGHT[room])!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
