"""No file imports another that, by any way, imports it: not while it runs, and not for types either."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import momentsim

PACKAGE = Path(momentsim.__file__).parent


def modules(package: Path) -> dict[str, Path]:
    """File of every module; a room's `__init__.py` goes by the room's name."""
    names = {}
    for path in package.rglob("*.py"):
        parts = (package.name, *path.relative_to(package).with_suffix("").parts)
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return names


def imports(path: Path, known: dict[str, Path]) -> set[str]:
    """Modules of the package that a file names in an import, wherever that stands."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                found.add(whole if whole in known else node.module)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found & known.keys()


def circle(package: Path) -> list[str]:
    """Modules that import each other in a ring; empty if there is none."""
    known = modules(package)
    graph = {name: imports(path, known) - {name} for name, path in known.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [str(name) for name in error.args[1]]
    return []


@pytest.mark.slow
def test_no_file_stands_in_a_circle() -> None:
    assert len(modules(PACKAGE)) > 200
    assert circle(PACKAGE) == []


def test_a_circle_for_types_would_be_found(tmp_path: Path) -> None:
    package = tmp_path / "house"
    package.mkdir()
    (package / "__init__.py").write_text("", "utf-8")
    (package / "one.py").write_text("from house.two import B\n", "utf-8")
    later = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from house import one\n"
    (package / "two.py").write_text(later, "utf-8")
    assert sorted(set(circle(package))) == ["house.one", "house.two"]
