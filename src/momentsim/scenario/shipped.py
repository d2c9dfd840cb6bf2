"""Scenarios that come with the program."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from momentsim.scenario.files.layers import read_layers
from momentsim.scenario.files.nodes import Node, ValueNode

_INSTALLED = Path(__file__).parents[1] / "shipped"
_CHECKOUT = Path(__file__).parents[3] / "scenarios"


@dataclass(frozen=True, slots=True)
class ShippedScenario:
    """A scenario file that comes with the program."""

    name: str
    path: Path
    description: str
    variants: Mapping[str, str]


def shipped_folder() -> Path | None:
    """The folder of shipped scenarios: inside the package when installed, `scenarios/` in a checkout."""
    return next((folder for folder in (_INSTALLED, _CHECKOUT) if folder.is_dir()), None)


def shipped_files() -> dict[str, Path]:
    """Files of the shipped scenarios by what they are called on the command line, in that order."""
    folder = shipped_folder()
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))} if folder is not None else {}


def scenario_file(written: Path) -> Path:
    """The file that somebody names: a path, or the name of a shipped scenario where no such file is."""
    shipped = shipped_files().get(str(written))  # asked first: not every text may be the name of a file
    return written if shipped is None or written.exists() else shipped


def shipped_scenarios() -> list[ShippedScenario]:
    """All shipped scenarios, by name."""
    return [_read_shipped(path) for path in shipped_files().values()]


def shipped_playbooks() -> list[tuple[str, Path, str]]:
    """Name, file and first sentence of the playbooks that come with the program."""
    folder = shipped_folder()
    paths = sorted((folder / "playbooks").glob("*.py")) if folder is not None else []
    return [(path.stem, path, _first_line(path)) for path in paths]


def _first_line(path: Path) -> str:
    document = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return document.partition("\n")[0]


def _read_shipped(path: Path) -> ShippedScenario:
    layered = read_layers(path)
    name = _text(layered.tree.items.get("name")) or path.stem
    return ShippedScenario(name, path, _text(layered.tree.items.get("description")), layered.variants)


def _text(node: Node | None) -> str:
    return " ".join(node.value.split()) if isinstance(node, ValueNode) and isinstance(node.value, str) else ""
