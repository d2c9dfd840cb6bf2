"""Puts a scenario together from its layers: extended files, the file itself, variants, --set; in this order.

Mappings merge deeply, lists and single values replace, and `null` puts a key back to its default.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from momentsim.errors import Problem, ScenarioError
from momentsim.scenario.files.new_names import NEW, is_new, unknown_names
from momentsim.scenario.files.nodes import (
    ListNode,
    MappingNode,
    Mark,
    Node,
    ValueNode,
    is_null,
    merge,
    remark_branch,
    size_of,
)
from momentsim.scenario.files.overrides import override
from momentsim.scenario.files.plain_files import near_files
from momentsim.scenario.files.variants import changes_of, choose, description_of, normalise, variants_of
from momentsim.scenario.files.yaml_reader import MAX_NODES, read_file

MAX_EXTENDS = 8
MAX_FILES = 20
"""Files of one scenario; levels alone would allow thousands, each extending several others."""
SIDE_FILE_KEYS = ("file", "heads_file", "shifts_file")


@dataclass(frozen=True, slots=True)
class LayeredScenario:
    """The merged tree, and the variants that the file offers with their descriptions."""

    tree: MappingNode
    variants: Mapping[str, str]
    problems: tuple[Problem, ...] = ()
    """What is wrong with the text of the files, as far as reading could go on."""
    unknown: tuple[Problem, ...] = ()
    """Names that a variant or `--set` would make up."""


def read_layers(path: Path, variant: str | None = None, overrides: Iterable[str] = ()) -> LayeredScenario:
    """Reads a scenario with what it extends; applies a variant (`a` or `a+b`) and `key=value` overrides."""
    files = _Files(_folder_of(path))
    whole = files.read(path, ())
    overlays = variants_of(whole)
    tree = whole.without("variants", "extends")
    unknown: list[Problem] = []
    for name, overlay in choose(variant, overlays, path):
        changed = merge(tree, _of_layer(changes_of(overlay), f"variant {name}"))
        if not is_new(overlay):
            unknown += unknown_names(tree, changed, f"a variant that adds one says '{NEW}: on'")
        tree = changed
    for text in overrides:
        changed = override(tree, text)
        unknown += unknown_names(tree, changed, f"only a variant that says '{NEW}: on' adds one")
        tree = changed
    descriptions = {name: description_of(overlay) for name, overlay in overlays.items()}
    return LayeredScenario(tree, descriptions, tuple(files.problems), tuple(unknown))


def _folder_of(path: Path) -> Path:
    try:
        return path.parent.resolve()
    except (OSError, ValueError, RuntimeError):  # a RuntimeError is a link that leads to itself
        problem = Problem(ascii(str(path)), 0, 0, "", "this is no name of a file", "give a scenario file")
        raise ScenarioError([problem]) from None


@dataclass(slots=True)
class _Files:
    """Reads a scenario file and what it extends, all below one folder; collects problems of their text."""

    root: Path
    problems: list[Problem] = field(default_factory=list)
    count: int = 0
    values: int = 0

    def read(self, path: Path, chain: tuple[Path, ...]) -> MappingNode:
        """The file merged over what it extends; `chain` are the files that led here."""
        self.count += 1
        real = _resolve(path)
        layer = f"extended file {path.name}" if chain else "scenario"
        own = normalise(read_file(path, layer=layer, problems=self.problems))
        self.values += size_of(own)
        if self.count > MAX_FILES or self.values > MAX_NODES:
            what = "this file and those it extends are too much together"
            allowed = f"at most {MAX_FILES} files with {MAX_NODES:,} values"
            raise ScenarioError([own.mark.problem("extends", what, allowed)])
        own = _side_files_from_root(own, real.parent, self.root)
        base: MappingNode | None = None
        for name, mark in _extends(own):
            wanted = _path_to_extend(name, mark, path, self.root, (*chain, real))
            extended = self.read(wanted, (*chain, real))
            base = extended if base is None else merge(base, extended)
        return merge(base, own) if base is not None else own


def _resolve(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):  # a RuntimeError is a link that leads to itself
        problem = Problem(str(path), 0, 0, "", "this is no name of a file", "give a scenario file")
        raise ScenarioError([problem]) from None


def _extends(tree: MappingNode) -> Iterator[tuple[str, Mark]]:
    node = tree.items.get("extends")
    if node is None or is_null(node):
        return
    for item in node.items if isinstance(node, ListNode) else (node,):
        if not (isinstance(item, ValueNode) and isinstance(item.value, str)):
            raise ScenarioError(
                [item.mark.problem("extends", "this is not a file name", "write a path or a list of paths")]
            )
        yield item.value, item.mark


def _path_to_extend(name: str, mark: Mark, path: Path, root: Path, chain: tuple[Path, ...]) -> Path:
    """The file to extend, checked: inside the scenario's folder, no cycle, not too deep."""
    wanted = path.parent / name
    try:
        real = wanted.resolve()
        is_file = real.is_file()
    except (OSError, ValueError, RuntimeError):
        raise ScenarioError(
            [mark.problem("extends", f"{name!r} is no name of a file", "write a path")]
        ) from None
    what = allowed = ""
    if not real.is_relative_to(root) or PurePosixPath(name).is_absolute():
        what, allowed = (
            f"'{name}' is outside the scenario's folder",
            "extend files in that folder or below it",
        )
    elif real in chain:
        what, allowed = (
            f"'{name}' extends itself in a circle",
            " -> ".join(item.name for item in (*chain, real)),
        )
    elif len(chain) > MAX_EXTENDS:
        what, allowed = "files extend each other too deeply", f"at most {MAX_EXTENDS} levels"
    if what:
        raise ScenarioError([mark.problem("extends", what, allowed)])
    if not is_file:
        raise ScenarioError([mark.problem("extends", f"there is no file '{name}'", "", near_files(wanted))])
    return wanted


def _side_files_from_root(tree: MappingNode, folder: Path, root: Path) -> MappingNode:
    """Names of side files of an extended file in a subfolder, as seen from the scenario's folder."""
    if folder == root or not folder.is_relative_to(root):
        return tree
    prefix = PurePosixPath(folder.relative_to(root).as_posix())
    return _prefix(tree, prefix)


def _prefix(branch: MappingNode, prefix: PurePosixPath) -> MappingNode:
    items = {key: _prefix_item(key, node, prefix) for key, node in branch.items.items()}
    return MappingNode(items, branch.key_marks, branch.mark)


def _prefix_item(key: str, node: Node, prefix: PurePosixPath) -> Node:
    if isinstance(node, MappingNode):
        return _prefix(node, prefix)
    if isinstance(node, ListNode):
        return ListNode(tuple(_prefix_item("", item, prefix) for item in node.items), node.mark)
    if key in SIDE_FILE_KEYS and isinstance(node.value, str):
        return ValueNode(str(prefix / node.value), node.mark)
    return node


def _of_layer(overlay: MappingNode, layer: str) -> MappingNode:
    """The overlay, marked as written for this layer."""
    return remark_branch(overlay, lambda mark: replace(mark, layer=layer))
