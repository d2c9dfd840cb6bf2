"""Whatever stands in a file, only ScenarioError ever comes out: random bytes, random trees, spoilt scenarios."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from momentsim.errors import ScenarioError
from momentsim.scenario import load
from momentsim.scenario.fields import all_sections, keys_of
from momentsim.scenario.resolved_file import resolved_text

SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))
TREES = {path.name: yaml.safe_load(path.read_text("utf-8")) for path in SCENARIOS}
KEYS = sorted(
    {key for section in all_sections() for key in keys_of(section)} - {"file", "heads_file", "shifts_file"}
)

FEW = settings(
    max_examples=settings().max_examples * 2 // 5, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
MANY = settings(FEW, max_examples=20_000, derandomize=False)

odd = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20),
    st.sampled_from([0, -1, 10**400, 1e308, -0.0, "", "never", "80/20", "1e400 d", "1 years", "12 %", "-5 s",
                     "24:00", "2024-02-30", "9999-12-31 23:59", "../x", "=1+1", "on", "\ud800", "a" * 300, [], {}]),
)  # fmt: skip
trees = st.recursive(
    odd,
    lambda below: st.one_of(
        st.lists(below, max_size=4),
        st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=8)), below, max_size=5),
    ),
    max_leaves=25,
)


def read(content: bytes, overrides: tuple[str, ...] = ()) -> None:
    """Load bytes as a scenario; what loads, writes itself out again, and what does not, says why."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.yaml"
        path.write_bytes(content)
        try:
            resolved_text(load(path, overrides=overrides))
        except ScenarioError as error:
            assert error.exit_code == 2
            assert error.problems
            assert all(character.isprintable() or character == "\n" for character in str(error))


def as_yaml(data: Any) -> bytes:
    """Data as JSON, which is YAML; what JSON has no words for is written as Python says it."""
    return json.dumps(data, ensure_ascii=True, default=str).encode()


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every key and every position of a tree."""
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for part, below in pairs:
        yield (*path, part)
        yield from places(below, (*path, part))


def spoilt(data: Any, draw: Any) -> Any:
    """A copy with one to four values deleted, replaced, renamed or swapped with another."""
    data = json.loads(json.dumps(data, default=str))
    for _ in range(draw(st.integers(1, 4))):
        found = list(places(data))
        if not found:
            return data
        path = draw(st.sampled_from(found))
        change = draw(st.sampled_from(["delete", "replace", "rename", "copy"]))
        value = at(data, draw(st.sampled_from(found))) if change == "copy" else draw(trees)
        holder, part = at(data, path[:-1]), path[-1]
        if change == "delete":
            del holder[part]
        elif change == "rename" and isinstance(holder, dict):
            holder[draw(st.one_of(st.sampled_from(KEYS), st.text(max_size=8)))] = holder.pop(part)
        else:
            holder[part] = json.loads(json.dumps(value, default=str))
    return data


def at(data: Any, path: tuple[Any, ...]) -> Any:
    for part in path:
        data = data[part]
    return data


@FEW
@given(st.binary(max_size=300))
def test_random_bytes(content: bytes) -> None:
    read(content)


@FEW
@given(trees)
def test_random_trees(data: Any) -> None:
    read(as_yaml(data))


@FEW
@given(name=st.sampled_from(sorted(TREES)), draws=st.data())
def test_spoilt_scenarios(name: str, draws: st.DataObject) -> None:
    read(as_yaml(spoilt(TREES[name], draws.draw)))


@FEW
@given(name=st.sampled_from(sorted(TREES)), draws=st.data())
def test_spoilt_bytes(name: str, draws: st.DataObject) -> None:
    content = bytearray((SCENARIOS[0].parent / name).read_bytes())
    for _ in range(draws.draw(st.integers(1, 5))):
        place = draws.draw(st.integers(0, len(content) - 1))
        length = draws.draw(st.sampled_from([0, 1, 1, 20]))
        content[place : place + length] = draws.draw(st.binary(max_size=6))
    read(bytes(content))


@FEW
@given(key=st.one_of(st.sampled_from(KEYS), st.text(max_size=30)), value=st.one_of(odd, st.text(max_size=30)))
def test_odd_overrides(key: str, value: Any) -> None:
    read(SCENARIOS[0].read_bytes(), (f"{key}={value}",))


@pytest.mark.long
@MANY
@given(name=st.sampled_from(sorted(TREES)), draws=st.data())
def test_many_spoilt_scenarios(name: str, draws: st.DataObject) -> None:
    read(as_yaml(spoilt(TREES[name], draws.draw)))
