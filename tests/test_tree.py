"""The tree is formatted, linted, typed and keeps its import contracts."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = {
    "format": ("ruff", "format", "--check", "."),
    "lint": ("ruff", "check", "."),
    "types": ("mypy",),
}


def skip_without(tool: str) -> None:
    """Skip the test where the tool is not installed."""
    if importlib.util.find_spec(tool) is None:
        pytest.skip(f"{tool} comes with pip install -e '.[dev]'")


@pytest.mark.tools
@pytest.mark.parametrize("tool", TOOLS)
def test_tree_is_clean(tool: str) -> None:
    skip_without(TOOLS[tool][0])
    done = subprocess.run(
        [sys.executable, "-m", *TOOLS[tool]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
