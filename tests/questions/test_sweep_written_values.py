"""Values as they are written, the keys they are for, and the points they make."""

from __future__ import annotations

from pathlib import Path

import pytest

from momentsim.errors import MomentsimError, ScenarioError
from momentsim.questions.sweep.axes import Axis, SweptFile, axes_of
from momentsim.questions.sweep.grid import design_of, number_of_points
from momentsim.questions.sweep.points import check_size, read_points
from momentsim.questions.sweep.written_values import (
    ListedValues,
    ValueRange,
    WrongValuesError,
    read_values,
    steps_of,
    text_of,
)
from momentsim.scenario import load

QUICKSTART = Path(__file__).parents[2] / "scenarios" / "quickstart.yaml"
HEADS = "workforce.groups.team.heads"
PATIENCE = "waiting.patience.mean"


@pytest.fixture(scope="module")
def swept_file() -> SweptFile:
    return SweptFile(load(QUICKSTART))


def written(text: str) -> tuple[str, ...]:
    found = read_values(text)
    assert isinstance(found, ValueRange)
    numbers, unit = steps_of(found)
    return tuple(text_of(number, unit) for number in numbers)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("60..75:5", ("60", "65", "70", "75")),
        ("60..72:5", ("60", "65", "70")),
        ("0.1..0.4:0.1", ("0.1", "0.2", "0.3", "0.4")),
        ("2 min..4 min:1 min", ("2 min", "3 min", "4 min")),
        ("1 min..2 min:30 s", ("60 s", "90 s", "120 s")),
        ("5 %..20 %:5 %", ("5 %", "10 %", "15 %", "20 %")),
        ("30 USD/h..40 USD/h:5 USD/h", ("30 USD/h", "35 USD/h", "40 USD/h")),
        ("60..100/5", ("60", "70", "80", "90", "100")),
        ("30 USD/h..40 USD/h/3", ("30 USD/h", "35 USD/h", "40 USD/h")),
        ("-1..1:1", ("-1", "0", "1")),
    ],
)
def test_ranges(text: str, values: tuple[str, ...]) -> None:
    assert written(text) == values


def test_lists_keep_what_is_written() -> None:
    assert read_values("60, 80,100") == ListedValues(("60", "80", "100"))
    assert read_values("80/20,90/10") == ListedValues(("80/20", "90/10"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("10..5:1", "did you mean '5..10:1'"),
        ("5..10:0", "leads nowhere"),
        ("5..10:-1", "leads nowhere"),
        ("5..10:20", "wider than"),
        ("5..10:", "lacks a step"),
        ("5..", "lacks an end"),
        ("5..5:1", "one value"),
        ("5..10/1", "do not span"),
        ("2 min..6 min:1", "no unit"),
        ("2 min..6:1 min", "units differ"),
        ("a..b:1", "not a number"),
        ("", "no values"),
        ("1,,2", "empty value"),
        ("1,2,1", "twice"),
        ("1..2:1e-9", "values"),
    ],
)
def test_slips_are_named(text: str, words: str) -> None:
    with pytest.raises(WrongValuesError) as told:
        found = read_values(text)
        assert isinstance(found, ValueRange)
        steps_of(found)
    assert words in f"{told.value.what} {told.value.meant}"


@pytest.mark.parametrize(
    ("vary", "words"),
    [
        ("workforce.groups.team.heds=8..12:1", "did you mean 'heads'"),
        ("workforce.groups.tem.heads=8..12:1", "did you mean 'team'"),
        (f"{PATIENCE}=2..6:1", "did you mean '2 s' or '2 min'"),
        (f"{PATIENCE}=2..6 min:1 min", "2 has no unit"),
        (f"{PATIENCE}=2 min..6 fortnights:1 min", "unknown unit"),
        ("waiting.patience=1,2", "whole section"),
        ("demand.volumes=1,2", "a list or a mapping"),
        ("run.replications=1,2", "cannot be varied"),
        ("seed=1,2", "share their draws"),
        ("horizon=1 d,2 d", "not comparable"),
        (f"{HEADS}=8.5,9", "not a whole number"),
        (f"{HEADS}=8..12", "neither a step"),
        ("routing.order=first_come,stake", "did you mean 'stakes'"),
        ("routing.order=a..b:1", "no number"),
        ("behaviour.parameters.kapa=0.1,0.2", "did you mean 'kappa'"),
        ("behaviour.parameters.kappa=0.1..2:0.1", "outside the plausible range"),
        ("moments.question.resolution=80 %..120 %:5 %", "and 3 more of its values"),
        ("variant=base,some", "there is no variant 'some'"),
        ("what is this", "there are no values"),
    ],
)
def test_keys_and_values_are_checked_by_the_scenario(swept_file: SweptFile, vary: str, words: str) -> None:
    with pytest.raises(MomentsimError) as told:
        axes_of([vary], swept_file)
    assert words in str(told.value)


def test_all_problems_come_at_once(swept_file: SweptFile) -> None:
    with pytest.raises(ScenarioError) as told:
        axes_of([f"{HEADS}=10..5:1", f"{PATIENCE}=2..3:1", "seed=1", f"{HEADS}=1,2"], swept_file)
    assert len(told.value.problems) == 4
    assert all(problem.file.startswith("--vary ") for problem in told.value.problems)
    with pytest.raises(ScenarioError, match="both set and varied"):
        axes_of([f"{HEADS}=1,2"], SweptFile(swept_file.loaded, None, (f"{HEADS}=9",)))


def test_world_and_policy(swept_file: SweptFile) -> None:
    """What the reference operation takes from the file is policy, whatever its section."""
    world = {
        "behaviour.parameters.kappa=0.2,0.4": True,
        "moments.question.resolution=80 %,90 %": True,
        "customers.segments.everyone.yearly_margin=100 USD,200 USD": True,
        "moments.question.priority=1,2": False,
        f"{HEADS}=8,9": False,
        f"{PATIENCE}=2 min,3 min": False,
    }
    for vary, holds in world.items():
        (axis,) = axes_of([vary], swept_file)
        assert axis.world == holds, vary
        read = read_points([axis], design_of([axis], "grid", None, 1), swept_file)
        changed = [point.base.content_hash != read.as_written.base.content_hash for point in read.points]
        assert any(changed) == holds


def test_python_values(swept_file: SweptFile) -> None:
    axes = axes_of(
        {HEADS: [9, 8], PATIENCE: "2 min..4 min:1 min", "behaviour.memory": [True, False]}, swept_file
    )
    assert [axis.texts for axis in axes] == [("8", "9"), ("2 min", "3 min", "4 min"), ("on", "off")]
    assert [axis.kind for axis in axes] == ["whole", "number", "words"]
    assert [axis.column for axis in axes] == [HEADS, f"{PATIENCE} (min)", "behaviour.memory"]
    assert axes[0].here == 9
    assert axes[1].here == 5


def test_the_goal_of_heads_can_be_varied(tmp_path: Path) -> None:
    planned = tmp_path / "planned.yaml"
    planned.write_text(QUICKSTART.read_text("utf-8").replace("heads: 9", "heads: {goal: 80/20}"), "utf-8")
    goals = SweptFile(load(planned))
    (axis,) = axes_of([f"{HEADS}.goal=70/20,90/20,abandoned < 3 %"], goals)
    assert (axis.kind, axis.texts, axis.written) == ("words", ("70/20", "90/20", "abandoned < 3 %"), "80/20")
    with pytest.raises(ScenarioError, match="no goal"):
        axes_of([f"{HEADS}.goal=70/20,value"], goals)


def test_a_grid_has_every_combination(swept_file: SweptFile) -> None:
    axes = axes_of([f"{HEADS}=8..10:1", f"{PATIENCE}=4 min,5 min"], swept_file)
    design = design_of(axes, "grid", None, 1)
    assert len(design.rows) == number_of_points(axes, "grid", None) == 6
    assert design.rows[0] == ("8", "4 min")
    assert design.rows[-1] == ("10", "5 min")
    read = read_points(axes, design, swept_file)
    assert read.here == design.rows.index(("9", "5 min"))
    assert read.points[1].loaded.scenario.waiting.patience.mean == 300
    with pytest.raises(MomentsimError, match="a grid has the points of its values"):
        design_of_points(axes)


def design_of_points(axes: list[Axis]) -> int:
    return number_of_points(axes, "grid", 10)


def test_designs_round_to_what_can_be_written(swept_file: SweptFile) -> None:
    axes = axes_of(
        [f"{HEADS}=8..10", f"{PATIENCE}=2 min..6 min", "routing.order=first_come,stakes"], swept_file, "sobol"
    )
    assert axes[0].rounded
    latin = design_of(axes, "latin", 20, 1)
    assert {row[0] for row in latin.rows} == {"8", "9", "10"}
    assert all(2 <= float(row[1].removesuffix(" min")) <= 6 for row in latin.rows)
    assert max(len(row[1]) for row in latin.rows) <= len("2.345 min")
    sobol = design_of(axes, "sobol", 8, 1)
    assert len(sobol.places) == number_of_points(axes, "sobol", 8) == 8 * 5
    rows = [sobol.rows[place] for place in sobol.places]
    first, second, mixed = rows[:8], rows[8:16], rows[16:24]
    assert [row[0] for row in mixed] == [row[0] for row in second]
    assert [row[1:] for row in mixed] == [row[1:] for row in first]
    with pytest.raises(MomentsimError, match="take 4 or 8"):
        design_of(axes, "sobol", 6, 1)


def test_words_without_an_order_are_refused_where_values_are_ranked(swept_file: SweptFile) -> None:
    axes = axes_of(["routing.order=first_come,stakes,anger"], swept_file, "latin")
    with pytest.raises(MomentsimError, match="have no order"):
        design_of(axes, "latin", 10, 1)


def test_a_million_points_are_refused_with_what_would_do(swept_file: SweptFile) -> None:
    axes = axes_of([f"{HEADS}=1..1000:1", f"{PATIENCE}=1 s..1000 s:1 s"], swept_file)
    with pytest.raises(MomentsimError) as told:
        check_size(axes, "grid", None, swept_file=swept_file, replications=20, yes=False)
    for words in ("1,000,000 points", "20,000,000 runs", "days", "--yes", "--design latin --points 200"):
        assert words in str(told.value)
    check_size(axes, "grid", None, swept_file=swept_file, replications=20, yes=True)
    check_size(axes[:1], "grid", None, swept_file=swept_file, replications=20, yes=False)
