"""`--set key.path=value`: the last layer."""

from __future__ import annotations

import re
from dataclasses import replace

from momentsim.errors import ScenarioError
from momentsim.scenario.files.nodes import (
    KeyPath,
    ListNode,
    MappingNode,
    Mark,
    Node,
    child,
    key_text,
    merge,
    remark,
)
from momentsim.scenario.files.renamed_keys import new_path, with_new_keys
from momentsim.scenario.files.variants import write_out_switches
from momentsim.scenario.files.written_days import plain_day, with_plain_days
from momentsim.scenario.files.yaml_reader import read_text

_PARAMETERS = "behaviour.parameters."
_KEY_PART = re.compile(r"[^.\[\]]+|\[\d{1,6}\]", re.ASCII)
_KEY = re.compile(r"[^.\[\]]+(\.[^.\[\]]+|\[\d{1,6}\])*", re.ASCII)
_POSITION = re.compile(r"\d{1,6}", re.ASCII)
MAX_TEXT = 10_000
"""Characters of one override."""
MAX_PARTS = 20
"""Parts of a key; the deepest key of a scenario has about ten."""


def parse_key(text: str) -> KeyPath | None:
    """`a.b[0].c` or `a.b.0.c` as parts, by their names of today; None if it is no key.

    One name follows `behaviour.parameters.`
    """
    written = _parse_written(text)
    return None if written is None else new_path(written)


def _parse_written(text: str) -> KeyPath | None:
    """A key as it is written, with an old name where there is one."""
    if text.startswith(_PARAMETERS) and len(text) > len(_PARAMETERS):
        return ("behaviour", "parameters", text[len(_PARAMETERS) :])
    if len(text) > MAX_TEXT or _KEY.fullmatch(text) is None:
        return None
    parts = [part.strip("[]") for part in _KEY_PART.findall(text)]
    if len(parts) > MAX_PARTS:
        return None
    return plain_day(
        tuple(
            int(part) if position and _POSITION.fullmatch(part) else part
            for position, part in enumerate(parts)
        )
    )


def shorten(text: str) -> str:
    """An override as messages name it."""
    return text if len(text) <= 200 else f"{text[:197]}..."


def override(tree: MappingNode, text: str) -> MappingNode:
    """The tree with one `key=value` on top; raises ScenarioError if it cannot be."""
    readable = text.encode("utf-8", "backslashreplace").decode()
    mark = Mark(f"--set {shorten(readable)}", 0, 0, "--set")
    if len(text) > MAX_TEXT:
        what = f"this override has {len(text):,} characters"
        raise ScenarioError([mark.problem("", what, f"at most {MAX_TEXT:,}; write more into a variant")])
    if readable != text:
        raise ScenarioError([mark.problem("", "this is not UTF-8 text", "write plain characters")])
    key, equals, written = text.partition("=")
    as_written = _parse_written(key.strip())
    if not equals or as_written is None:
        raise ScenarioError(
            [mark.problem("", f"'{shorten(text)}' is not an override", "write key.path=value")]
        )
    path = new_path(as_written)
    if path[0] in ("extends", "variants"):
        raise ScenarioError(
            [mark.problem(str(path[0]), "this cannot be set from outside", "write it in a file")]
        )
    value = remark(read_text(written, file=mark.file), lambda _old: mark)
    if isinstance(value, MappingNode):
        value = with_new_keys(with_plain_days(value, path), path)
    if path == ("behaviour",):
        holder = MappingNode({"behaviour": value}, {"behaviour": mark}, mark)
        value = write_out_switches(holder).items["behaviour"]
    changed = _set_value(tree, path, value, mark, as_written)
    return changed if isinstance(changed, MappingNode) else tree


def _set_value(node: Node | None, path: KeyPath, value: Node, mark: Mark, whole: KeyPath) -> Node:
    if not path:
        return (
            merge(node, value) if isinstance(node, MappingNode) and isinstance(value, MappingNode) else value
        )
    part, rest = path[0], path[1:]
    if isinstance(node, ListNode):
        if not isinstance(part, int) or part >= len(node.items):
            what = f"there is no item {part} in this list"
            raise ScenarioError(
                [mark.problem(key_text(whole), what, f"items are numbered 0 to {len(node.items) - 1}")]
            )
        items = list(node.items)
        items[part] = _set_value(items[part], rest, value, mark, whole)
        return ListNode(tuple(items), node.mark)
    branch = node if isinstance(node, MappingNode) else MappingNode({}, {}, mark)
    written = str(whole[-len(path)])
    key_mark = mark if written == str(part) else replace(mark, once=written)
    return branch.with_item(str(part), _set_value(child(branch, part), rest, value, mark, whole), key_mark)
