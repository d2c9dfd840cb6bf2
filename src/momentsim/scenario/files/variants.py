"""Variants: named overrides inside a scenario file, alone or composed as `a+b`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from momentsim.errors import Problem, ScenarioError
from momentsim.scenario.files.new_names import NEW, check_new
from momentsim.scenario.files.nodes import KeyPath, MappingNode, Node, ValueNode, is_null, key_text, plain
from momentsim.scenario.files.renamed_keys import with_new_keys
from momentsim.scenario.files.written_days import with_plain_days
from momentsim.scenario.files.written_switch import switch_of
from momentsim.scenario.quantities import NAME_PATTERN
from momentsim.scenario.sections.settings import SWITCHES
from momentsim.suggestions import did_you_mean

MAX_VARIANTS = 200
MAX_COMPOSED = 20


def normalise(tree: MappingNode) -> MappingNode:
    """One form of what may be written in several, here and in every variant, so that layers meet.

    `behaviour: off` is written out, so that they can switch single effects; weekdays as keys have one name, and what
    once was called otherwise has its name of today.
    """
    tree = _normalise(tree)
    variants = tree.items.get("variants")
    if isinstance(variants, MappingNode):
        items = {
            name: _normalise(overlay) if isinstance(overlay, MappingNode) else overlay
            for name, overlay in variants.items.items()
        }
        variants = MappingNode(items, variants.key_marks, variants.mark)
        tree = tree.with_item("variants", variants, tree.key_marks["variants"])
    return tree


def _normalise(layer: MappingNode) -> MappingNode:
    return with_new_keys(with_plain_days(write_out_switches(layer)))


def write_out_switches(tree: MappingNode) -> MappingNode:
    """`behaviour: off` (or on) as one value for each switch, all at the same place; off is the textbook."""
    node = tree.items.get("behaviour")
    on = switch_of(node)
    if node is None or on is None:
        return tree
    items = {key: ValueNode(on, node.mark) for key in SWITCHES} | {"textbook": ValueNode(not on, node.mark)}
    written_out = MappingNode(items, dict.fromkeys(items, node.mark), node.mark)
    return tree.with_item("behaviour", written_out, tree.key_marks["behaviour"])


def variants_of(whole: MappingNode) -> dict[str, MappingNode]:
    """The variants by name; raises ScenarioError where one is no mapping or has no proper name."""
    node = whole.items.get("variants")
    if node is None or is_null(node):
        return {}
    if not isinstance(node, MappingNode):
        raise ScenarioError(
            [node.mark.problem("variants", "this is not a mapping", "write variants by name")]
        )
    if len(node.items) > MAX_VARIANTS:
        what = f"there are {len(node.items):,} variants"
        raise ScenarioError([node.mark.problem("variants", what, f"at most {MAX_VARIANTS}")])
    problems: list[Problem] = []
    variants: dict[str, MappingNode] = {}
    for name, overlay in node.items.items():
        key = f"variants.{name}"
        if not re.match(NAME_PATTERN, name):
            what = f"'{name}' is not a name"
            problems.append(node.key_marks[name].problem(key, what, "use letters, digits, _ and -"))
        elif isinstance(overlay, MappingNode):
            variants[name] = overlay
        elif is_null(overlay):
            variants[name] = MappingNode({}, {}, overlay.mark)
        else:
            problems.append(
                overlay.mark.problem(key, "this is not a mapping", "a variant holds the keys that it changes")
            )
        if isinstance(overlay, MappingNode):
            problems += check_new(overlay, key)
        for forbidden in ("extends", "variants"):
            if isinstance(overlay, MappingNode) and forbidden in overlay.items:
                mark = overlay.key_marks[forbidden]
                problems.append(
                    mark.problem(
                        f"{key}.{forbidden}",
                        f"a variant cannot have '{forbidden}'",
                        "compose variants as a+b",
                    )
                )
    if problems:
        raise ScenarioError(problems)
    return variants


def description_of(overlay: MappingNode) -> str:
    node = overlay.items.get("description")
    return node.value if isinstance(node, ValueNode) and isinstance(node.value, str) else ""


def changes_of(overlay: MappingNode) -> MappingNode:
    """What a variant changes, without what it says of itself."""
    return overlay.without("description", NEW)


def choose(
    variant: str | None, overlays: Mapping[str, MappingNode], path: Path
) -> list[tuple[str, MappingNode]]:
    """The overlays of `a+b`, each known and none in conflict with another."""
    names = [name.strip() for name in variant.split("+")] if variant else []
    if len(names) > MAX_COMPOSED:
        what = f"{len(names):,} variants at once"
        raise ScenarioError([Problem(str(path), 0, 0, "variants", what, f"at most {MAX_COMPOSED}")])
    for name in names:
        if name not in overlays:
            known = ", ".join(overlays) or "this scenario has no variants"
            what, allowed = f"there is no variant '{name}'", f"known: {known}" if overlays else known
            raise ScenarioError(
                [Problem(str(path), 0, 0, "variants", what, allowed, did_you_mean(name, overlays))]
            )
    chosen = [(name, overlays[name]) for name in dict.fromkeys(names)]
    problems = [
        problem
        for position, (name, overlay) in enumerate(chosen)
        for other, earlier in chosen[:position]
        for problem in _conflicts(other, changes_of(earlier), name, changes_of(overlay))
    ]
    if problems:
        raise ScenarioError(problems)
    return chosen


def _conflicts(first: str, one: MappingNode, second: str, two: MappingNode) -> Iterator[Problem]:
    """Keys that two variants set to different values."""
    settings = dict(_settings(one))
    below: dict[KeyPath, list[KeyPath]] = {}
    for known in settings:
        for length in range(len(known) + 1):
            below.setdefault(known[:length], []).append(known)
    for path, node in _settings(two):
        above = [path[:length] for length in range(len(path)) if path[:length] in settings]
        for known in (*above, *below.get(path, ())):
            value = settings[known]
            if known != path or plain(value) != plain(node):
                what = f"variants {first} and {second} both set this, differently"
                yield node.mark.problem(
                    key_text(path), what, f"see also line {value.mark.line} of {value.mark.file}"
                )


def _settings(node: Node, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Node]]:
    """Everything a variant sets: single values, and lists as a whole."""
    if isinstance(node, MappingNode):
        for key, below in node.items.items():
            yield from _settings(below, (*path, key))
    else:
        yield path, node
