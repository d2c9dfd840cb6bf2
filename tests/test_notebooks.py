"""Every notebook runs from its first cell to its last, uses the public interface only, and keeps no output."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

WHY = "notebooks are run with what pip install -e '.[notebooks]' brings"

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
LONGEST_CELL_S = 300
"""A machine under load is several times slower than the half minute that a notebook takes."""
FEW, FEWEST_TO_STAFF_BY = 2, 4
"""Replications that are enough for every cell, table, interval and figure; those that readers wait for: `-m long`."""
SHORTER = {'"13 weeks"': '"5 weeks"', "seconds=20": "seconds=4"}
"""Horizons and searches that readers wait for, and shorter ones."""


def test_what_is_made_shorter_is_there() -> None:
    sources = [cell["source"] for path in NOTEBOOKS for cell in _code(_read(path))]
    assert all(any(long in "".join(source) for source in sources) for long in SHORTER)


def test_there_are_three() -> None:
    names = [path.stem for path in NOTEBOOKS]
    assert names == ["01_first_storm", "02_value_of_empathy", "03_how_many_people"]


@pytest.mark.parametrize(
    "few", [pytest.param(True, marks=pytest.mark.slow), pytest.param(False, marks=pytest.mark.long)]
)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs(path: Path, few: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    nbformat = pytest.importorskip("nbformat", reason=WHY)
    nbclient = pytest.importorskip("nbclient", reason=WHY)
    pytest.importorskip("ipykernel", reason=WHY)
    monkeypatch.setenv("MPLBACKEND", "agg")
    notebook = nbformat.read(path, as_version=4)
    for cell in _code(notebook) if few else ():
        number = FEWEST_TO_STAFF_BY if "ms.staff(" in cell.source else FEW
        cell.source = re.sub(r"(?<=replications=)\d+", str(number), cell.source)
        for long, short in SHORTER.items():
            cell.source = cell.source.replace(long, short)
    nbclient.NotebookClient(
        notebook, timeout=LONGEST_CELL_S, resources={"metadata": {"path": str(path.parent)}}
    ).execute()
    shown = [output for cell in _code(notebook) for output in cell["outputs"]]
    assert sum("image/png" in output.get("data", {}) for output in shown) >= 2
    assert not [output for output in shown if output.get("name") == "stderr"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_is_stored_without_output(path: Path) -> None:
    for cell in _code(_read(path)):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_uses_the_public_interface_only(path: Path) -> None:
    for cell in _code(_read(path)):
        for node in ast.walk(ast.parse("".join(cell["source"]))):
            if isinstance(node, ast.ImportFrom):
                assert not str(node.module).startswith("momentsim"), node.module
            if isinstance(node, ast.Import):
                assert not any(name.name.startswith("momentsim.") for name in node.names)


def _read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def _code(notebook: Any) -> list[Any]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
