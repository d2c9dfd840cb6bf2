"""Reads one YAML file, or the text of one --set, into a tree of nodes; refuses the hostile and the ambiguous.

The tree is built from the parser's events, so that every budget (depth, nodes after alias expansion) holds
before memory is spent, and every key and value keeps its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from momentsim.errors import Problem, ScenarioError
from momentsim.scenario.files.nodes import ListNode, MappingNode, Mark, Node, ValueNode, key_text
from momentsim.scenario.files.plain_files import text_of
from momentsim.scenario.files.yaml_scalars import BadScalarError, resolve

MAX_DEPTH = 40
MAX_NODES = 50_000
MAX_ALIASES = 200
MAX_KEY_LENGTH = 200
MAX_TEXT = 100_000
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
"""Characters that move a cursor, turn the direction of writing or are no characters at all."""
_QUOTED = re.compile(r"'[^'\n]*'|\"(?:[^\"\\\n]|\\.)*\"")
_NO_KEY = re.compile(r": |[\[\]{},#]")
"""What no key without quotes holds."""
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _RefusedError(Exception):
    """Reading cannot go on; carries the one problem that stopped it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class _SizedNode:
    """A node with its number of nodes and its depth, aliases expanded."""

    node: Node
    size: int
    depth: int


@dataclass(slots=True)
class _YamlReading:
    """The state of one file being read."""

    file: str
    layer: str
    problems: list[Problem]
    path: list[str | int] = field(default_factory=list)
    anchors: dict[str, _SizedNode | None] = field(default_factory=dict)
    aliases: int = 0
    nodes: int = 0
    depth: int = 0  # collections that the parser's last event leaves open
    index: int = 0  # where that event ends, in characters

    def mark(self, event: Any) -> Mark:
        """Place of an event, counted from 1."""
        start = event.start_mark
        return Mark(self.file, start.line + 1, start.column + 1, self.layer)

    def refuse(self, event: Any, what: str, allowed: str = "", meant: str = "") -> _RefusedError:
        """The error that stops reading at this event."""
        return _RefusedError(self.mark(event).problem(key_text(tuple(self.path)), what, allowed, meant))

    def note(self, mark: Mark, what: str, allowed: str = "", meant: str = "") -> None:
        """A problem after which reading goes on."""
        self.problems.append(mark.problem(key_text(tuple(self.path)), what, allowed, meant))


def read_file(
    path: Path, *, shown_as: str | None = None, layer: str = "scenario", problems: list[Problem] | None = None
) -> MappingNode:
    """The tree of a scenario file.

    Problems after which reading could go on are added to `problems` (or raised when there is no such list);
    those that stop it are raised as ScenarioError.
    """
    name = shown_as if shown_as is not None else str(path)
    text = text_of(path, name)
    return _mapping(read_text(text, file=name, layer=layer, problems=problems), name)


def read_text(
    text: str,
    *,
    file: str,
    layer: str = "scenario",
    problems: list[Problem] | None = None,
) -> Node:
    """The tree of YAML text; `file` is the name that messages show. `problems` as in `read_file`."""
    reading = _YamlReading(file, layer, [])
    try:
        node = _document(text, reading)
    except _RefusedError as refused:
        raise ScenarioError([*reading.problems, refused.problem]) from None
    except yaml.YAMLError as error:
        problem = _limit_problem(error, text, reading) or _syntax_problem(error, file)
        raise ScenarioError([*reading.problems, problem]) from None
    if problems is not None:
        problems.extend(reading.problems)
    elif reading.problems:
        raise ScenarioError(reading.problems)
    return node


def _mapping(node: Node, name: str) -> MappingNode:
    if isinstance(node, MappingNode):
        return node
    what = (
        "the file is empty" if isinstance(node, ValueNode) and node.value is None else "this is not a mapping"
    )
    raise ScenarioError([node.mark.problem("", what, "a scenario is a mapping like 'name: my_centre'")])


def _syntax_problem(error: yaml.YAMLError, file: str) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    what = f"this is not valid YAML ({said})"
    return Problem(file, line, column, "", what, "check quotes, colons and indentation (spaces, no tabs)")


def _limit_problem(error: yaml.YAMLError, text: str, reading: _YamlReading) -> Problem | None:
    """Our own limit, where the parser stops at one of its own before it has told what it read.

    It reads up to 1,024 characters ahead to see whether a collection is a key, and takes what is longer for none.
    Whether it stops there, and with which words, is another matter in each version.
    """
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return None
    unread = _without_quoted(text[reading.index : mark.index])
    opened = [found.start() for found in re.finditer(r"[\[{]", unread)]
    if reading.depth + len(opened) > MAX_DEPTH:
        index = reading.index + opened[MAX_DEPTH - reading.depth]
        return _problem_at(index, text, reading, "nested too deeply", f"at most {MAX_DEPTH} levels")
    key = _without_quoted(text[text.rfind("\n", 0, mark.index) + 1 : mark.index].lstrip(" "))
    if len(key) > MAX_KEY_LENGTH and text.startswith(":", mark.index) and not _NO_KEY.search(key):
        index = mark.index - len(key)
        allowed = f"at most {MAX_KEY_LENGTH} characters"
        return _problem_at(index, text, reading, "this key is too long", allowed)
    return None


def _without_quoted(text: str) -> str:
    """As many characters, with nothing in quotes that could be taken for syntax."""
    return _QUOTED.sub(lambda quoted: "_" * len(quoted[0]), text)


def _problem_at(index: int, text: str, reading: _YamlReading, what: str, allowed: str) -> Problem:
    line, column = text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)
    return Mark(reading.file, line, column, reading.layer).problem(
        key_text(tuple(reading.path)), what, allowed
    )


def _events(text: str, reading: _YamlReading) -> Iterator[Any]:
    """The parser's events; the reading knows how far they went."""
    events: Iterator[Any] = yaml.parse(text, Loader=_LOADER)
    for event in events:
        reading.index = event.end_mark.index
        if isinstance(event, yaml.CollectionStartEvent):
            reading.depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            reading.depth -= 1
        yield event


def _document(text: str, reading: _YamlReading) -> Node:
    events = _events(text, reading)
    document: Node = ValueNode(None, Mark(reading.file, 1, 1, reading.layer))
    documents = 0
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise reading.refuse(event, "a second document starts here", "one file holds one scenario")
            document = _node(next(events), events, reading, 1).node
    return document


def _node(event: Any, events: Iterator[Any], reading: _YamlReading, depth: int) -> _SizedNode:
    """The node that starts with this event."""
    if depth > MAX_DEPTH:
        raise reading.refuse(event, "nested too deeply", f"at most {MAX_DEPTH} levels")
    if isinstance(event, yaml.AliasEvent):
        return _alias(event, reading, depth)
    if event.tag is not None:
        raise reading.refuse(event, f"the tag {event.tag} is not supported", "write plain values")
    _count(event, reading, 1)
    if event.anchor is not None:
        reading.anchors[event.anchor] = None
    if isinstance(event, yaml.ScalarEvent):
        sized = _SizedNode(_leaf(event, reading), 1, 1)
    elif isinstance(event, yaml.SequenceStartEvent):
        sized = _series(event, events, reading, depth)
    else:
        sized = _branch(event, events, reading, depth)
    if event.anchor is not None:
        reading.anchors[event.anchor] = sized
    return sized


def _count(event: Any, reading: _YamlReading, more: int) -> None:
    reading.nodes += more
    if reading.nodes > MAX_NODES:
        raise reading.refuse(event, "too many values, aliases counted in full", f"at most {MAX_NODES:,}")


def _alias(event: Any, reading: _YamlReading, depth: int) -> _SizedNode:
    reading.aliases += 1
    if reading.aliases > MAX_ALIASES:
        raise reading.refuse(event, "too many aliases", f"at most {MAX_ALIASES}")
    sized = reading.anchors.get(event.anchor)
    if sized is None:
        raise reading.refuse(
            event, f"*{event.anchor} is used before it is complete", f"define &{event.anchor} above"
        )
    if depth + sized.depth - 1 > MAX_DEPTH:
        raise reading.refuse(event, "nested too deeply", f"at most {MAX_DEPTH} levels")
    _count(event, reading, sized.size)
    return sized


def _leaf(event: Any, reading: _YamlReading) -> ValueNode:
    mark = reading.mark(event)
    if len(event.value) > MAX_TEXT:
        raise reading.refuse(event, f"a text of {len(event.value):,} characters", f"at most {MAX_TEXT:,}")
    _check_characters(event, mark, reading)
    if event.style:  # the C parser gives '' for a plain scalar, the Python one None
        return ValueNode(event.value, mark)
    try:
        return ValueNode(resolve(event.value), mark)
    except BadScalarError as bad:
        reading.note(mark, bad.what, bad.allowed)
        return ValueNode(event.value, mark)


def _series(event: Any, events: Iterator[Any], reading: _YamlReading, depth: int) -> _SizedNode:
    items: list[_SizedNode] = []
    for item in events:
        if isinstance(item, yaml.SequenceEndEvent):
            break
        reading.path.append(len(items))
        items.append(_node(item, events, reading, depth + 1))
        reading.path.pop()
    node = ListNode(tuple(item.node for item in items), reading.mark(event))
    return _SizedNode(node, *_measure(items))


def _branch(event: Any, events: Iterator[Any], reading: _YamlReading, depth: int) -> _SizedNode:
    children: list[_SizedNode] = []
    items: dict[str, Node] = {}
    marks: dict[str, Mark] = {}
    for key_event in events:
        if isinstance(key_event, yaml.MappingEndEvent):
            break
        key, mark = _key(key_event, reading), reading.mark(key_event)
        reading.path.append(key)
        _check_key(key_event, mark, reading)
        if key in items:
            reading.note(mark, "this key is here twice", f"it is already on line {marks[key].line}")
        below = _node(next(events), events, reading, depth + 1)
        reading.path.pop()
        children.append(below)
        if key in items:
            continue
        items[key], marks[key] = below.node, mark
    return _SizedNode(MappingNode(items, marks, reading.mark(event)), *_measure(children, len(items)))


def _key(event: Any, reading: _YamlReading) -> str:
    if not isinstance(event, yaml.ScalarEvent) or event.tag is not None or event.anchor is not None:
        raise reading.refuse(event, "this key is not a word", "keys are plain words")
    if len(event.value) > MAX_KEY_LENGTH:
        raise reading.refuse(event, "this key is too long", f"at most {MAX_KEY_LENGTH} characters")
    if not event.style and event.value == "<<":
        raise reading.refuse(event, "the merge key << is not supported", "use 'extends: other.yaml'")
    _count(event, reading, 1)
    return str(event.value)


def _check_characters(event: Any, mark: Mark, reading: _YamlReading) -> None:
    """Written as \\0 or \\x1b in double quotes, characters get past the parser that no name or text needs."""
    unseen = _UNSEEN.search(event.value)
    if unseen is not None:
        code = unseen[0].encode("unicode_escape", "backslashreplace").decode("ascii")
        reading.note(mark, f"the character {code} cannot be shown", "write plain characters")


def _check_key(event: Any, mark: Mark, reading: _YamlReading) -> None:
    """Keys are plain characters, and no numbers without an end."""
    _check_characters(event, mark, reading)
    if event.style:
        return
    try:
        resolve(event.value)
    except BadScalarError as bad:
        reading.note(mark, bad.what, bad.allowed)


def _measure(children: list[_SizedNode], keys: int = 0) -> tuple[int, int]:
    """Number of nodes, keys included, and depth of a collection."""
    return 1 + keys + sum(item.size for item in children), 1 + max(
        (item.depth for item in children), default=0
    )
