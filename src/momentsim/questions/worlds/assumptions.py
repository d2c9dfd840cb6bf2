"""Assumptions: what is tagged assumed or claimed, where a scenario takes it as the registry says, and over what range.

A behavioural parameter is an assumption of a comparison when something in it reads the parameter and every case has the
registered value; a scenario default when a key has the registered value, written out or not. Who sets another value is
taken to know it, except how people behave in an event: such a belief is moved also where it is written, by as much as
the registered value. Keys of one entry (`moments.*.reconnect`) are one belief: they have one value in a world.
"""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from momentsim.questions.worlds.relevance import is_read
from momentsim.scenario import LoadedScenario
from momentsim.scenario.evidence import registry
from momentsim.scenario.evidence.registry import Parameter
from momentsim.scenario.explain import default_text, evidence_of
from momentsim.scenario.fields import facts_at, with_kinds
from momentsim.scenario.files.nodes import KeyPath, find, is_null, key_text
from momentsim.scenario.types import Scenario
from momentsim.units import format_number

UNSURE: Final = ("assumed", "claimed")
"""Tags of what may well be otherwise; measured, derived and calibrated numbers stay."""
DIGITS: Final = 4
"""Significant digits of a value in a world."""
SUM_TO_ONE: Final[Mapping[str, str]] = {"waiting.patience.parts.1.weight": "waiting.patience.parts.0.weight"}
"""Shares that are what another one leaves, and so no assumptions of their own."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """One dimension of the plausible worlds."""

    parameter: Parameter

    @property
    def name(self) -> str:
        """Name in the registry."""
        return self.parameter.name

    @property
    def logarithmic(self) -> bool:
        """Whether the log of the value is uniform over the range, and not the value itself.

        It is whichever puts the registered value nearer to the middle, so that half to double is symmetric.
        """
        low, high = self.parameter.low, self.parameter.high
        if low * high <= 0.0:
            return False
        return abs(self._place(math.log) - 0.5) < abs(self._place(float) - 0.5)

    def _place(self, scale: Any) -> float:
        low, value, high = (
            scale(abs(end)) for end in (self.parameter.low, self.parameter.value, self.parameter.high)
        )
        return float((value - low) / (high - low))

    def value(self, share: float) -> float:
        """The value at this share (0..1) of the range, to four digits."""
        low, high = self.parameter.low, self.parameter.high
        value = low * (high / low) ** share if self.logarithmic else low + (high - low) * share
        return min(high, max(low, float(f"{value:.{DIGITS}g}")))


def assumptions_of(cases: Sequence[LoadedScenario]) -> list[Assumption]:
    """What may be otherwise in at least one of these scenarios, in the order of the registry."""
    open_keys = {name for loaded in cases for name in default_keys(loaded)}
    assumptions = []
    for parameter in registry.PARAMETERS.values():
        if parameter.tag not in UNSURE or parameter.name in SUM_TO_ONE:
            continue
        if not any(is_read(parameter, loaded.scenario) for loaded in cases):
            continue
        known = parameter.name not in open_keys if parameter.is_key else _is_set(parameter, cases)
        if not known:
            assumptions.append(Assumption(parameter))
    return assumptions


def _is_set(parameter: Parameter, cases: Sequence[LoadedScenario]) -> bool:
    """Whether one of the scenarios has a value of its own."""
    return any(
        loaded.scenario.behaviour.parameters.get(parameter.name, parameter.value) != parameter.value
        for loaded in cases
    )


def default_keys(loaded: LoadedScenario) -> dict[str, list[KeyPath]]:
    """By entry of the registry: the keys of the scenario that have its value, or any value of a belief."""
    keys: dict[str, list[KeyPath]] = {}
    for path in dict.fromkeys([*_leaves(loaded.resolved(), ()), *_left_to_the_reason(loaded.scenario)]):
        parameter = evidence_of(with_kinds(path, loaded.tree))
        if parameter is None:
            continue
        value = _in_force(loaded.scenario, path)
        if _can_move(parameter, value) if parameter.is_belief else value == parameter.value:
            keys.setdefault(parameter.name, []).append(path)
    return keys


def _can_move(parameter: Parameter, value: Any) -> bool:
    """Whether a belief that has this value is moved by its range at all: what is off stays off."""
    if value is None:
        return False
    return parameter.moved(value, parameter.low) != parameter.moved(value, parameter.high)


def _left_to_the_reason(scenario: Scenario) -> Iterator[KeyPath]:
    """Beliefs about a crisis that it leaves to its reason, where they are not written out as empty."""
    for name in scenario.crises:
        for field in ("stakes", "reconnect"):
            yield "crises", str(name), field


def _in_force(scenario: Scenario, path: KeyPath) -> Any:
    """The value at a key; what a crisis leaves out is its reason's own."""
    value = _at(scenario, path)
    if value is None and len(path) == 3 and path[0] == "crises":
        reason = scenario.moments[scenario.crises[str(path[1])].moment]
        return getattr(reason, str(path[2]), None)
    return value


class Setter:
    """Puts one scenario into worlds; what does not depend on the world is worked out once."""

    def __init__(self, loaded: LoadedScenario) -> None:
        self._loaded = loaded
        self._resolved = loaded.resolved()
        self._keys = {
            name: [(path, _unwritten_part(path, loaded)) for path in paths]
            for name, paths in default_keys(loaded).items()
        }

    def overrides(self, world: Mapping[str, float]) -> list[str]:
        """What `--set` has to say so that the scenario is in this world (value by name of an assumption).

        A key that nobody wrote is set together with the whole section or law that it belongs to.
        """
        written = [
            f"behaviour.parameters.{name}={format_number(value)}"
            for name, value in world.items()
            if name in registry.BEHAVIOURAL
        ]
        roots: dict[KeyPath, Any] = {}
        for name, places in self._keys.items():
            value = _world_value(name, world)
            if value is None:
                continue
            for path, root in places:
                if root not in roots:
                    roots[root] = copy.deepcopy(_there(self._resolved, root))
                there = self._moved(name, path, value)
                roots[root] = _with(roots[root], path[len(root) :], _in_writing(there, path, self._loaded))
        return [*written, *(f"{key_text(root)}={json.dumps(tree)}" for root, tree in roots.items())]

    def _moved(self, name: str, path: KeyPath, value: float) -> float:
        """The value of a world at one key: a belief moves from what is written there, within what is allowed."""
        parameter = registry.PARAMETERS[name]
        if not parameter.is_belief:
            return value
        moved = parameter.moved(float(_in_force(self._loaded.scenario, path)), value)
        facts = facts_at(with_kinds(path, self._loaded.tree))
        most = (
            [limit.le for limit in facts.metadata if getattr(limit, "le", None) is not None] if facts else []
        )
        return float(f"{min([moved, *map(float, most)]):.{DIGITS}g}")


def _world_value(name: str, world: Mapping[str, float]) -> float | None:
    if name in SUM_TO_ONE:
        other = world.get(SUM_TO_ONE[name])
        return None if other is None else round(1.0 - other, 12)
    return world.get(name)


def _unwritten_part(path: KeyPath, loaded: LoadedScenario) -> KeyPath:
    """The key itself where the file has it; else the outermost part of it that the file leaves out."""
    for length in range(1, len(path)):
        node = find(loaded.tree, path[:length])
        if node is None or is_null(node):
            return path[:length]
    return path


def _in_writing(value: float, path: KeyPath, loaded: LoadedScenario) -> str | float:
    """A value with its unit; a number where the key has none, a whole one where it asks for that."""
    facts = facts_at(with_kinds(path, loaded.tree))
    if facts is None:
        raise ValueError(f"{key_text(path)} is no key of a scenario")
    if isinstance(_at(loaded.scenario, path), int):
        value = round(value)
    text = default_text(value, facts, loaded.scenario.currency)
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number


def _leaves(value: Any, path: KeyPath) -> Iterator[KeyPath]:
    """Keys of all single values below plain data."""
    if isinstance(value, dict):
        for name, below in value.items():
            yield from _leaves(below, (*path, name))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from _leaves(below, (*path, index))
    else:
        yield path


def _at(scenario: Any, path: KeyPath) -> Any:
    """The value of a key in the typed scenario, in plain numbers."""
    for part in path:
        if isinstance(scenario, Mapping):
            scenario = next((item for name, item in scenario.items() if str(name) == str(part)), None)
        elif isinstance(part, int):
            scenario = scenario[part]
        else:
            scenario = getattr(scenario, part, None)
    return scenario


def _below(data: Any, path: KeyPath) -> Any:
    for part in path:
        data = data[part]
    return data


def _there(data: Any, path: KeyPath) -> Any:
    """What is below a key; None where the last part of it is left out."""
    parent = _below(data, path[:-1])
    return parent.get(path[-1]) if isinstance(parent, dict) else parent[path[-1]]


def _with(data: Any, path: KeyPath, written: str | float) -> Any:
    """Plain data with one value in place of another."""
    if not path:
        return written
    _below(data, path[:-1])[path[-1]] = written
    return data
