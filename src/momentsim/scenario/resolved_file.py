"""Writes a loaded scenario out as one complete file, with the origin of every value in a comment."""

from __future__ import annotations

import json
import re
from typing import Any

from momentsim.scenario.explain import write_value
from momentsim.scenario.files.nodes import KeyPath, find, is_null
from momentsim.scenario.loading import LoadedScenario, Origin

_PLAIN_TEXT = re.compile(r"[A-Za-z][A-Za-z0-9_/.-]*|[0-9.]+ (%|[A-Za-z]+)|[0-9.]+ [A-Z]{3}/h|[0-9.]+/[0-9.]+")
_AMBIGUOUS = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
_COMMENT_COLUMN = 58


def resolved_text(loaded: LoadedScenario) -> str:
    """YAML that loads to an equal scenario (side files beside it), each value with who set it."""
    variant = f", variant {loaded.variant}" if loaded.variant else ""
    head = f"# {loaded.scenario.name}{variant}: complete, with the origin of every value\n"
    if loaded.variant:  # what customers are used to is the file without its variant
        head += "# run again, this file is its own reference operation: loyalty is measured against itself\n"
    return head + "\n".join(_mapping(loaded, loaded.resolved(), (), 0)) + "\n"


def _mapping(loaded: LoadedScenario, data: dict[str, Any], path: KeyPath, indent: int) -> list[str]:
    lines: list[str] = []
    for key, value in data.items():
        here = (*path, key)
        start = f"{' ' * indent}{_scalar(key)}:"
        if isinstance(value, dict) and value:
            lines.append(start)
            lines += _mapping(loaded, value, here, indent + 2)
        else:
            lines.append(_add_comments(f"{start} {_flow(value)}", loaded, here))
    return lines


def _add_comments(text: str, loaded: LoadedScenario, path: KeyPath) -> str:
    node = find(loaded.tree, path)
    is_set = node is not None and not is_null(node)
    origin = (
        Origin(node.mark.layer, node.mark.file, node.mark.line)
        if node is not None and is_set
        else Origin("default")
    )
    comment = re.sub(r"\s+", " ", str(origin))
    return f"{text:<{_COMMENT_COLUMN}} # {comment}"


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    """One value; text in quotes unless it can only be read as itself."""
    if isinstance(value, str):
        is_plain = _PLAIN_TEXT.fullmatch(value) and value.lower() not in _AMBIGUOUS
        return value if is_plain else json.dumps(value, ensure_ascii=True)
    return repr(value) if isinstance(value, float) else write_value(value)
