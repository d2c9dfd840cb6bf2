"""Loads a scenario file: layers, types, checks. The result is frozen and knows who set every value."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from momentsim.errors import MomentsimError, Problem, ScenarioError
from momentsim.scenario.files.layers import read_layers
from momentsim.scenario.files.nodes import MappingNode, find, is_null, marks_in
from momentsim.scenario.files.overrides import parse_key
from momentsim.scenario.files.row_grid import CountTable
from momentsim.scenario.files.scenario_files import SideFiles, read_side_files
from momentsim.scenario.files.shift_files import notes_on_shifts, with_shifts_of_files
from momentsim.scenario.files.textbook import with_textbook
from momentsim.scenario.shipped import scenario_file
from momentsim.scenario.types import Scenario
from momentsim.scenario.validation import check_tree


@dataclass(frozen=True, slots=True)
class Origin:
    """Who set a value: the layer, and the place in its file. `default` has no place."""

    layer: str
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        if not self.file:
            return self.layer
        return f"{self.file}:{self.line} ({self.layer})" if self.line else self.file


@dataclass(frozen=True, slots=True)
class LoadedScenario:
    """A scenario ready to simulate.

    `tables` holds the count files (demand `file`, `heads_file`) by name as written, `FILE (GROUP)` for heads and
    `FILE (QUEUE)` where a queue is named: (interval start, number).
    `samples` holds the observed durations of empirical laws by file name, in seconds.
    """

    scenario: Scenario
    path: Path
    variant: str | None
    variants: Mapping[str, str]
    warnings: tuple[Problem, ...]
    tables: Mapping[str, CountTable]
    samples: Mapping[str, tuple[float, ...]]
    side_files: Mapping[str, Path]
    content_hash: str
    tree: MappingNode = field(repr=False, compare=False)

    def __repr__(self) -> str:
        """Which file, which variant."""
        variant = f", variant {self.variant}" if self.variant else ""
        return f"{self.scenario.name}{variant}: {self.path}"

    def origin(self, key: str) -> Origin:
        """Who set a key like `workforce.groups.frontline.heads`; `default` when nobody did."""
        path = parse_key(key)
        if path is None:
            raise MomentsimError(f"'{key}' is not a key; write one like waiting.lines")
        node = find(self.tree, path)
        if node is None or is_null(node):
            return Origin("default")
        return Origin(node.mark.layer, node.mark.file, node.mark.line)

    def question(self, variant: str) -> str:
        """What a variant of the file asks: its description, or those of `a+b` one after the other."""
        texts = (self.variants.get(name.strip(), "") for name in variant.split("+"))
        return " ".join(text for text in texts if text)

    def resolved(self) -> dict[str, Any]:
        """The whole scenario as plain data in written units; reads back to an equal scenario."""
        return resolved(self.scenario)


def resolved(scenario: Scenario) -> dict[str, Any]:
    """A scenario as plain data in written units, every default included."""
    data = scenario.model_dump(mode="json", exclude_none=True, context={"currency": scenario.currency})
    if scenario.run.precision is not None:
        del data["run"]["replications"]  # not both can be written
    return data


def load(path: str | Path, *, variant: str | None = None, overrides: Iterable[str] = ()) -> LoadedScenario:
    """Reads and checks a scenario; raises ScenarioError with everything that is wrong.

    `path` may be the name of a shipped scenario too, where there is no file of that name; `variant` is the name of a
    variant, or several joined by `+`; `overrides` are `key.path=value`.
    """
    path = scenario_file(Path(path))
    layered = read_layers(path, variant, tuple(overrides))
    tree, unread = with_shifts_of_files(with_textbook(layered.tree), path.parent)
    scenario, refused, unfit, warnings = check_tree(tree)
    files = SideFiles() if scenario is None else read_side_files(scenario, path.parent, tree)
    of_files = [*unread, *unfit, *files.problems]
    problems = [*refused, *_elsewhere(layered.problems, refused), *of_files]
    problems = [*layered.unknown, *_beside(layered.unknown, problems)]
    if scenario is None or problems:
        raise ScenarioError(problems)
    contents = {name: file.read_bytes() for name, file in files.paths.items()}
    return LoadedScenario(
        scenario=scenario,
        path=path,
        variant=variant or None,
        variants=MappingProxyType(dict(layered.variants)),
        warnings=(*warnings, *notes_on_shifts(layered.tree, path.parent), *files.warnings),
        tables=MappingProxyType(files.tables),
        samples=MappingProxyType(files.samples),
        side_files=MappingProxyType(files.paths),
        content_hash=content_hash(scenario, contents),
        tree=tree,
    )


def load_all(path: str | Path, overrides: Iterable[str] = ()) -> dict[str | None, LoadedScenario]:
    """The scenario as it stands (None) and each of its variants; raises with the problems of all of them.

    What is wrong in a variant only, at a line of the scenario itself, is said to be.
    """
    path = scenario_file(Path(path))
    base = read_layers(path)
    names: list[str | None] = [None, *base.variants]
    lines = {(mark.file, mark.line) for mark in marks_in(base.tree)}
    loaded: dict[str | None, LoadedScenario] = {}
    problems: list[Problem] = []
    for name in names:
        try:
            loaded[name] = load(path, variant=name, overrides=overrides)
        except ScenarioError as error:
            of_variant = None in loaded and name is not None
            problems += [
                replace(problem, what=f"{problem.what}, in the variant '{name}'")
                if of_variant and (problem.file, problem.line) in lines
                else problem
                for problem in error.problems
            ]
    if problems:
        raise ScenarioError(problems)
    return loaded


def _elsewhere(of_text: Iterable[Problem], refused: list[Problem]) -> list[Problem]:
    """Problems of the text, but not where the refused value itself is already explained."""
    places = {problem.place() for problem in refused}
    return [problem for problem in of_text if problem.place() not in places]


def _beside(unknown: Iterable[Problem], problems: Iterable[Problem]) -> list[Problem]:
    """Problems but those of things that should not be there at all."""
    names = tuple(problem.key for problem in unknown)
    return [
        problem
        for problem in problems
        if not f"{problem.key}.".startswith(tuple(f"{name}." for name in names))
    ]


def content_hash(scenario: Scenario, contents: Mapping[str, bytes]) -> str:
    """SHA-256 over the resolved scenario and the contents of its side files."""
    digest = hashlib.sha256()
    canonical = json.dumps(resolved(scenario), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    digest.update(canonical.encode())
    for name in sorted(contents):
        digest.update(f"\0{name}\0".encode())
        digest.update(hashlib.sha256(contents[name]).digest())
    return digest.hexdigest()
