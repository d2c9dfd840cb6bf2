"""Goes on after bad values: replaces them by harmless ones, so that checks across keys can still run.

A planner with a typing error and a forgotten name sees both at once. What the checks say about the replaced
values themselves is left out.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from momentsim.scenario.fields import facts_at, options
from momentsim.scenario.files.nodes import KeyPath, MappingNode
from momentsim.scenario.laws.law import Law
from momentsim.scenario.problems import written_path
from momentsim.scenario.types import Scenario, Section

_ROUNDS = 4
_ESSENTIAL = ("start", "horizon", "interval", "customers", "moments", "demand", "workforce")


class _TooMuchError(Exception):
    """What is broken is too much for the checks to say anything sensible."""


def repair_scenario(
    data: Any, errors: list[ErrorDetails], tree: MappingNode, context: dict[str, Any]
) -> tuple[Scenario, list[KeyPath]] | None:
    """A scenario made from what is good, and the keys that were replaced; None if too much is broken.

    `data` is the plain data of `tree`; it is copied, not changed.
    """
    replaced: list[KeyPath] = []
    for _round in range(_ROUNDS):
        try:
            for error in errors:
                path = _repairable(error, tree)
                data = _without_fault(data, path, (), error["type"])
                replaced.append(path)
            return Scenario.model_validate(data, context=context), replaced
        except ValidationError as again:
            errors = again.errors(include_url=False)
        except _TooMuchError:
            return None
    return None


def touches(path: KeyPath, replaced: list[KeyPath]) -> bool:
    """Is a finding about a replaced value, or about its neighbours in the same section?"""
    return any(path[: len(key) - 1] == key[:-1] for key in replaced if len(key) > 1)


def _repairable(error: ErrorDetails, tree: MappingNode) -> KeyPath:
    path = written_path(error["loc"], tree, error["type"])
    is_name = error["loc"][-1:] == ("[key]",)
    is_essential = len(path) == 1 and path[0] in _ESSENTIAL
    if not path or is_name or is_essential:
        raise _TooMuchError
    return path


def _without_fault(data: Any, rest: KeyPath, done: KeyPath, kind: str) -> Any:
    """A copy of the data with one value left out, or made harmless where something is needed."""
    part, here = rest[0], (*done, rest[0])
    copy: Any = dict(data) if isinstance(data, dict) else list(data) if isinstance(data, tuple) else None
    if copy is None or (isinstance(copy, list) and not isinstance(part, int)):
        raise _TooMuchError
    if len(rest) > 1:
        copy[part] = _without_fault(copy[part], rest[1:], here, kind)
    elif kind == "extra_forbidden" or _may_be_left_out(here):
        del copy[part]
    else:
        copy[part] = harmless(here)
    return tuple(copy) if isinstance(copy, list) else copy


def _may_be_left_out(path: KeyPath) -> bool:
    facts = facts_at(path)
    return facts is not None and facts.info is not None and not facts.info.is_required()


def harmless(path: KeyPath) -> Any:
    """A value that any check accepts for a key; its own findings are left out anyway."""
    facts = facts_at(path)
    return _harmless(options(facts.annotation)[0]) if facts else None


def _harmless(option: Any) -> Any:
    if option is Law:
        return {"distribution": "never"}
    if isinstance(option, type) and issubclass(option, Section):
        required = {name: info for name, info in option.model_fields.items() if info.is_required()}
        return {name: _harmless(options(info.annotation)[0]) for name, info in required.items()}
    if get_origin(option) is Literal:
        return get_args(option)[0]
    simple: dict[Any, Any] = {float: 0.5, int: 1, str: "unnamed", bool: False, datetime: datetime(2000, 1, 1)}
    if option in simple:
        return simple[option]
    return {} if get_origin(option) is dict else ()
