"""What is resolved reads back to an equal scenario; and whatever is changed, only ScenarioError comes out."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from momentsim.errors import ScenarioError
from momentsim.scenario import load, new, resolved_text
from momentsim.scenario.types import Scenario

from .scenario_fixtures import Loaded, Write

STORM = Path(__file__).parent / "data" / "storm.yaml"


@pytest.mark.parametrize("variant", [None, "more", "calm", "more+short"])
def test_resolved_text_reads_back(variant: str | None, storm: str, loaded: Loaded, write: Write) -> None:
    made = loaded(
        storm, variant, ("waiting.lines=77", "behaviour.parameters.kappa=0.4", "description='on: #1 \"x\"'")
    )
    again = load(write(resolved_text(made), "again.yaml"))
    assert again.scenario == made.scenario
    assert again.content_hash == made.content_hash
    assert again.resolved() == made.resolved()


def test_resolved_text_names_origins(storm: str, loaded: Loaded) -> None:
    lines = resolved_text(loaded(storm, "more", ("seed=5",))).split("\n")
    assert lines[0] == "# storm, variant more: complete, with the origin of every value"
    origins = {line.split(":")[0].strip(): line.split("# ")[1] for line in lines[1:] if "# " in line}
    assert origins["seed"] == "--set seed=5"
    assert origins["currency"] == "default"
    assert origins["login_cap"] == "x.yaml:21 (scenario)"


def test_resolved_data_validates_as_it_is(storm: str, loaded: Loaded) -> None:
    made = loaded(storm)
    data = made.resolved()
    text = yaml.safe_dump(data, sort_keys=False)
    assert Scenario.model_validate(_tuples(yaml.safe_load(text))) == made.scenario


def test_the_scenario_is_frozen(storm: str, loaded: Loaded) -> None:
    made = loaded(storm)
    with pytest.raises(ValueError, match="frozen"):
        made.scenario.seed = 3  # type: ignore[misc]  # the point of the test
    with pytest.raises(AttributeError):
        made.variant = "more"  # type: ignore[misc]  # the point of the test
    with pytest.raises(TypeError):
        made.tables["a"] = ()  # type: ignore[index]  # the point of the test


def test_comments_and_layout_do_not_change_the_hash(storm: str, loaded: Loaded) -> None:
    assert loaded("# a comment\n" + storm).content_hash == loaded(storm).content_hash
    assert loaded(storm.replace("horizon: 4 d", "horizon: 96 h")).content_hash == loaded(storm).content_hash
    assert loaded(storm.replace("horizon: 4 d", "horizon: 95 h")).content_hash != loaded(storm).content_hash


@settings(max_examples=settings().max_examples // 3)
@given(
    duration_s=st.floats(min_value=60, max_value=1e4),
    share=st.floats(min_value=0, max_value=1),
    margin=st.floats(min_value=0, max_value=1e6),
    sigma=st.floats(min_value=1e-6, max_value=2.3),
)
def test_numbers_survive(
    duration_s: float, share: float, margin: float, sigma: float, tmp_path_factory: Any
) -> None:
    folder = tmp_path_factory.getbasetemp()
    path = folder / "numbers.yaml"
    path.write_text(new("numbers"), "utf-8")
    overrides = (
        "moments.question.handling_time={mean: null, cv: null}",
        f"moments.question.handling_time.median={duration_s!r} s",
        f"moments.question.handling_time.sigma={sigma!r}",
        f"moments.question.stakes={share!r}",
        f"customers.segments.everybody.yearly_margin={margin!r} USD",
    )
    made = load(path, overrides=overrides)
    assert made.scenario.moments["question"].handling_time.median == duration_s
    again = folder / "again.yaml"
    again.write_text(resolved_text(made), "utf-8")
    assert load(again).scenario == made.scenario


SCALARS: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        True,
        -1,
        0,
        3,
        0.5,
        1e300,
        "",
        "off",
        "6 min",
        "12 %",
        "80/20",
        "08:30",
        "2007-02-13 06:00",
        "x",
        "25 USD",
        [],
        {},
    ]
) | st.text(max_size=8)


def _paths(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(below for key, item in pairs for below in _paths(item, (*path, key)))]


def _tuples(data: Any) -> Any:
    if isinstance(data, list):
        return tuple(_tuples(item) for item in data)
    return {key: _tuples(item) for key, item in data.items()} if isinstance(data, dict) else data


TREE = yaml.safe_load(STORM.read_text("utf-8"))
PATHS = [path for path in _paths(TREE) if path]


@settings(max_examples=settings().max_examples // 2)
@given(changes=st.lists(st.tuples(st.sampled_from(PATHS), SCALARS, st.booleans()), min_size=1, max_size=3))
def test_any_change_is_accepted_or_explained(
    changes: list[tuple[Any, Any, bool]], tmp_path_factory: Any
) -> None:
    data = copy.deepcopy(TREE)
    for path, value, as_new_key in changes:
        holder = data
        for part in path[:-1]:
            holder = holder[part] if isinstance(holder, dict) and part in holder else None
        if isinstance(holder, dict):
            holder[str(value) if as_new_key else path[-1]] = holder.get(path[-1]) if as_new_key else value
    path = tmp_path_factory.getbasetemp() / "mutant.yaml"
    path.write_text(yaml.safe_dump(data), "utf-8")
    for variant in (None, "more"):
        try:
            assert isinstance(load(path, variant=variant).scenario, Scenario)
        except ScenarioError as error:
            assert all(problem.file.endswith("mutant.yaml") and problem.what for problem in error.problems)
