"""Questions asked of many runs: what if, what for, how many, and when."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from momentsim.api.asking import (
    Overrides,
    ScenarioLike,
    as_written,
    ensure_loaded,
    load,
    replications_for,
    settings_of,
)

if TYPE_CHECKING:
    import pandas as pd

    from momentsim.questions.curve.curve import Curve
    from momentsim.questions.shifts.shift_plan import ShiftPlan
    from momentsim.questions.staff.staffing import Staffing
    from momentsim.questions.sweep.axes import Spread
    from momentsim.questions.sweep.grid import DesignChoice
    from momentsim.questions.sweep.store import Swept
    from momentsim.questions.worth.worth import Worth
    from momentsim.runs.choices import BackendName
    from momentsim.runs.progress import Progress


def sweep(
    path: str | Path,
    vary: Spread,
    *,
    design: DesignChoice = "grid",
    points: int | None = None,
    measures: Iterable[str] = (),
    variant: str | None = None,
    overrides: Overrides = (),
    replications: int | None = None,
    workers: int | None = None,
    backend: BackendName = "threads",
    address: str | None = None,
    keep: str | Path | None = None,
    progress: Progress | None = None,
) -> Swept:
    """Vary keys of a scenario file under common draws: `.table` has a row per point and measure.

    `vary` is a mapping like `{"workforce.groups.team.heads": [10, 11, 12]}` or a list like
    `["workforce.groups.team.heads=10..12:1"]`, values as in a scenario file. `design` is a full grid, or "latin" or
    "sobol" with so many `points`. `.points` has the points, `.slopes` what one more of a key is worth, `.sensitivity`
    which key matters, `.sentences` both in words. Differences are from the file as written, with `variant` and
    `overrides` if there are any. `backend`, `address` and `keep` are as in `run`.
    """
    from momentsim.questions.sweep.ask import SweepRequest, answer, ask
    from momentsim.questions.sweep.axes import SweptFile
    from momentsim.questions.sweep.words import sentences
    from momentsim.runs.progress import SILENT
    from momentsim.runs.settings import where

    written = tuple(as_written(overrides))
    swept_file = SweptFile(load(path, variant=variant, overrides=written), variant, written)
    settings = settings_of(
        replications_for(swept_file.loaded, replications), where(workers, backend, address), keep
    )
    asked = ask(swept_file, SweepRequest(vary, design, points, tuple(measures), yes=True), settings)
    return answer(asked, settings, sentences, progress=progress or SILENT)


def curve(
    path: str | Path,
    lever: str,
    at: Iterable[str],
    *,
    variant: str | None = None,
    levers: str | Path | None = None,
    overrides: Overrides = (),
    replications: int | None = None,
    workers: int | None = None,
    keep: str | Path | None = None,
    progress: Progress | None = None,
) -> Curve:
    """Say what each hour of waiting with a lever costs: pulled at several times or never, in the same replications.

    `lever` is its name or a part that fits one only, `at` times like "48h..120h:12h", "60 h" or "2007-02-14 06:00".
    The scenario's other levers are pulled as planned, or as the file `levers` says. `.table` has a row per time:
    customer value, people never helped, cost and net benefit against never, against the first time, and by hour since
    the time before; `.never` is the run without the lever. `keep` is as in `run`. Columns are explained in the
    reference of measures.
    """
    from momentsim.questions.curve.curve import ask_curve
    from momentsim.questions.curve.curve import curve as run_and_pair
    from momentsim.runs.progress import SILENT
    from momentsim.runs.settings import where
    from momentsim.runs.steering import read_steering

    loaded = load(path, variant=variant, overrides=overrides)
    steering = read_steering(None, levers, loaded.scenario)
    question = ask_curve(loaded, load(path), lever, list(at), steering)
    settings = settings_of(replications_for(loaded, replications), where(workers, None, None), keep)
    return run_and_pair(question, settings, progress=progress or SILENT)


def worth(
    path: str | Path,
    variant: str,
    under: Iterable[str] = (),
    *,
    overrides: Overrides = (),
    replications: int | None = None,
    workers: int | None = None,
    backend: BackendName = "threads",
    address: str | None = None,
    keep: str | Path | None = None,
) -> Worth:
    """What a variant is worth: `.table` has a row per condition, as the file is written first, `.chain` what each
    step from agents to money does under each of them.

    Conditions are changes that hold with and without the variant (nothing at stake, talks fully scripted, no
    autonomy, fewer people, feelings that hardly count), and every variant named in `under`. `overrides` hold for
    all of it. `backend`, `address` and `keep` are as in `run`.
    """
    from momentsim.questions.worth.conditions import own_condition, standard_conditions
    from momentsim.questions.worth.worth import questions_of
    from momentsim.questions.worth.worth import worth as answer
    from momentsim.runs.settings import where

    written = as_written(overrides)
    base = load(path, overrides=written)
    own = [own_condition(name, base.question(name)) for name in under]
    questions = questions_of(Path(path), variant, [*standard_conditions(base), *own], written)
    settings = settings_of(replications_for(base, replications), where(workers, backend, address), keep)
    return answer(questions, variant, settings)


def staff(
    path: str | Path,
    goal: str | Iterable[str] = "80/20",
    *,
    group: str | Iterable[str] = (),
    confidence: float = 0.95,
    min_heads: int = 0,
    variant: str | None = None,
    overrides: Overrides = (),
    replications: int | None = None,
    workers: int | None = None,
    backend: BackendName = "threads",
    address: str | None = None,
    keep: str | Path | None = None,
    progress: Progress | None = None,
) -> Staffing:
    """The smallest staffing that meets a goal: "80/20", "abandoned < 3 %", "wait < 30 s", "busy < 1 %",
    "occupancy < 85 %" or "value" (the most net benefit); of one queue or group: "sales: 80/20"; or all of several.

    `.requirement` has heads by group and interval, by Erlang's formulas and as found, beside the simulated truth;
    `.levels` the staffings that were tried; `.heads` the rostered heads by group; `.value` the answer to the value
    goal. `group` names the groups to staff (all that are no reserves), `confidence` (0.5..1) how sure it is to be,
    `min_heads` the fewest on duty in any interval. Raises MomentsimError where no staffing meets the goal, with the
    nearest that can be had. `backend`, `address` and `keep` are as in `run`.
    """
    from momentsim.questions.staff.ask import StaffQuestion
    from momentsim.questions.staff.staffing import staff as search_and_judge
    from momentsim.runs.progress import SILENT
    from momentsim.runs.settings import where
    from momentsim.scenario.sections.staffing_goal import goals_of

    asked = StaffQuestion(
        goals_of([goal] if isinstance(goal, str) else list(goal)),
        (group,) if isinstance(group, str) else tuple(group),
        confidence,
        min_heads,
    )
    loaded = load(path, variant=variant, overrides=overrides)
    settings = settings_of(replications_for(loaded, replications), where(workers, backend, address), keep)
    return search_and_judge(loaded, load(path), asked, settings, progress=progress or SILENT)


def shifts(
    scenario: ScenarioLike,
    group: str,
    requirement: pd.DataFrame | str | Path | None = None,
    *,
    hard: bool = False,
    seconds: float = 60.0,
) -> ShiftPlan:
    """Cover a requirement by shifts that the group's `shift_rules` allow, at least cost.

    `requirement` is a CSV, a sheet (`plan.xlsx#Heads`) or a table with `interval_start` and `heads`: net heads on duty
    in every interval of the horizon; left out, it is what the group's own heads put on duty. Shortage has a price
    (`shortage_cost`), or is forbidden (`hard`). `.shifts` has the templates as a `shifts_file` reads them, `.week` the
    heads per shift and weekday, `.cover` heads required, on duty, over and under by interval, `.cost` the wages of a
    week, and `.gap` how much cheaper another plan could be at most (0.004 is 0.4 %). The search ends after `seconds`.
    """
    from momentsim.questions.shifts.shift_plan import ask, plan

    given = Path(requirement) if isinstance(requirement, str) else requirement
    return plan(ask(ensure_loaded(scenario), group, given, hard=hard, seconds=seconds))
