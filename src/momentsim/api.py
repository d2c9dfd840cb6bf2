"""The Python interface: load, run, compare, sweep. Heavy imports wait until they are used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from momentsim.errors import MomentsimError

if TYPE_CHECKING:
    import pandas as pd

    from momentsim.experiments.compare import Comparison
    from momentsim.experiments.planned import Planned
    from momentsim.experiments.progress import Progress
    from momentsim.experiments.result import Result
    from momentsim.experiments.settings import BackendName, ClockName, LogChoice, Settings, Where
    from momentsim.experiments.shifts.plan import ShiftPlan
    from momentsim.experiments.staff.staffing import Staffing
    from momentsim.experiments.sweep.grid import DesignChoice
    from momentsim.experiments.sweep.reading import Spread
    from momentsim.experiments.sweep.store import Swept
    from momentsim.experiments.worth import Worth
    from momentsim.report.answers import Answer, Drawing
    from momentsim.scenario import LoadedScenario

ScenarioLike: TypeAlias = "LoadedScenario | str | Path"
Overrides: TypeAlias = Mapping[str, object] | Iterable[str]
"""Keys and values as in a scenario file: `{"waiting.patience.mean": "6 min"}` or `["waiting.lines=120"]`."""


def load(path: str | Path, *, variant: str | None = None, overrides: Overrides = ()) -> LoadedScenario:
    """Read and check a scenario file; raises ScenarioError with everything that is wrong.

    `variant` is a name or several (`a+b`); `overrides` change single keys on top of it.
    """
    from momentsim.scenario import load as load_scenario

    return load_scenario(path, variant=variant, overrides=_written(overrides))


def run(
    scenario: ScenarioLike,
    *,
    replications: int | None = None,
    precision: float | str | None = None,
    measures: Iterable[str] = (),
    max_replications: int | None = None,
    clock: ClockName | None = None,
    log: LogChoice = "first",
    workers: int | None = None,
    backend: BackendName = "threads",
    address: str | None = None,
    keep: str | Path | None = None,
    progress: Progress | None = None,
    playbook: str | Path | None = None,
    levers: str | Path | None = None,
) -> Result:
    """Simulate a scenario: `.summary`, `.intervals`, `.ledger`; `.contacts` and `.moments` of what is logged.

    `replications` is as the scenario says unless given; instead, `precision` (0.02 or "2 %") repeats until the
    95 % interval of each of `measures` (a few headline ones if none is named) is that far to either side, in
    percentage points for shares and relative otherwise, and at most `max_replications` times (200); `.reaches`
    then says how precise each one is. `backend` is "serial", "threads", "processes" or "dask" (with the
    `address` of a scheduler), with so many `workers`, else one per processor; results are the same. `keep` is a
    folder in which every finished replication is kept at once and found by a later call (docs/running.md). The
    scenario's file without variant and overrides is the operation in which customers' loyalty was observed.
    `playbook` is a Python file that watches and pulls levers (on the SimPy clock); `levers` is a file that says
    when they are pulled, like `levers.csv` of an earlier run. Both: see docs/playbooks.md.
    """
    from momentsim.experiments.planned import asked
    from momentsim.experiments.precision import precision_like
    from momentsim.experiments.progress import SILENT
    from momentsim.experiments.run import run as run_loaded
    from momentsim.experiments.settings import where
    from momentsim.experiments.steering import steered_by

    loaded = _loaded(scenario)
    steering = steered_by(playbook, levers, loaded.scenario)
    planned = asked(loaded, replications, precision_like(precision, measures), max_replications)
    placed = where(workers, backend, address)
    settings = _settings(planned, placed, keep, clock=steering.clock(clock), log=log)
    return run_loaded(loaded, load(loaded.path), settings, progress=progress or SILENT, steering=steering)


def compare(
    path: str | Path,
    variants: Iterable[str] = (),
    *,
    baseline: str | None = None,
    overrides: Overrides = (),
    replications: int | None = None,
    precision: float | str | None = None,
    measures: Iterable[str] = (),
    max_replications: int | None = None,
    clock: ClockName = "compiled",
    workers: int | None = None,
    backend: BackendName = "threads",
    address: str | None = None,
    keep: str | Path | None = None,
    worlds: int | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Run variants of a scenario file (all if none is named) against the baseline under common draws.

    `.table` has the paired differences with intervals, `.verdicts` what is gained at what cost, `.ranking` the
    places. The baseline is the file as it stands unless named; `overrides` hold for every case. With
    `worlds` (8..10,000; 64 is a good number) the same is asked in so many plausible worlds, spanned by everything
    that is tagged assumed or claimed: `.worlds.spread`, `.worlds.assumptions`; see decision 17.
    `precision` repeats until the 95 % interval of each difference is that far to either side, in percentage points
    for shares and relative to the baseline otherwise; not together with `worlds`.
    `backend`, `address` and `keep` are as in `run`.
    """
    from momentsim.experiments.compare import cases_of
    from momentsim.experiments.compare import compare as compare_loaded
    from momentsim.experiments.planned import Planned, asked
    from momentsim.experiments.precision import precision_like
    from momentsim.experiments.progress import SILENT
    from momentsim.experiments.settings import where

    cases = cases_of(Path(path), list(variants), baseline=baseline, overrides=_written(overrides))
    base = load(path)
    wish = precision_like(precision, measures, paired=True)
    first = next(iter(cases.values()))
    number = first.scenario.run.replications if replications is None else replications
    planned = Planned(number) if wish is None else asked(first, replications, wish, max_replications)
    settings = _settings(planned, where(workers, backend, address), keep, clock=clock, log="none")
    if worlds is None:
        return compare_loaded(cases, base, settings, progress=progress or SILENT)
    if wish is not None:
        raise MomentsimError("precision and worlds exclude each other, say replications")
    from momentsim.experiments.worlds.compared import compare_in_worlds
    from momentsim.experiments.worlds.explore import planned_worlds

    plan = planned_worlds(cases, base, worlds, number, overrides=_written(overrides))
    return compare_in_worlds(plan, settings, progress=progress or SILENT)


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
    from momentsim.experiments.planned import Planned
    from momentsim.experiments.progress import SILENT
    from momentsim.experiments.settings import where
    from momentsim.experiments.sweep.asked import Wish, ask
    from momentsim.experiments.sweep.axes import Origin
    from momentsim.experiments.sweep.store import told
    from momentsim.experiments.sweep.sweep import sweep as run_points
    from momentsim.report.sweep_words import sentences

    written = tuple(_written(overrides))
    origin = Origin(load(path, variant=variant, overrides=written), variant, written)
    number = origin.loaded.scenario.run.replications if replications is None else replications
    settings = _settings(
        Planned(number), where(workers, backend, address), keep, clock="compiled", log="none"
    )
    asked = ask(origin, Wish(vary, design, points, tuple(measures), yes=True), settings)
    swept = run_points(
        asked.axes,
        asked.design,
        asked.points,
        settings,
        measures=asked.measures,
        progress=progress or SILENT,
    )
    return told(swept, asked.identity, sentences)


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
    """What a variant is worth: `.table` has a row per condition, as the file is written first.

    Conditions are changes that hold with and without the variant (nothing at stake, talks fully scripted, no
    autonomy, fewer people, feelings that hardly count), and every variant named in `under`. `overrides` hold for
    all of it.
    `backend`, `address` and `keep` are as in `run`.
    """
    from momentsim.experiments.conditions import own_condition, standard_conditions
    from momentsim.experiments.planned import Planned
    from momentsim.experiments.settings import where
    from momentsim.experiments.worth import questions_of
    from momentsim.experiments.worth import worth as answer

    written = _written(overrides)
    base = load(path, overrides=written)
    own = [own_condition(name, base.question(name)) for name in under]
    questions = questions_of(Path(path), variant, [*standard_conditions(base), *own], written)
    number = base.scenario.run.replications if replications is None else replications
    placed = where(workers, backend, address)
    settings = _settings(Planned(number), placed, keep, clock="compiled", log="none")
    return answer(questions, variant, settings)


def staff(
    path: str | Path,
    goal: str = "80/20",
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
    """The smallest staffing that meets a goal: "80/20", "abandoned < 3 %", or "value" (the most net benefit).

    `.requirement` has heads by group and interval, by Erlang's formulas and as found, beside the simulated truth;
    `.levels` the staffings that were tried; `.heads` the rostered heads by group; `.value` the answer to the value
    goal. `group` names the groups to staff (all that are no reserves), `confidence` (0.5..1) how sure it is to be,
    `min_heads` the fewest on duty in any interval. Raises MomentsimError where no staffing meets the goal, with the
    nearest that can be had. `backend`, `address` and `keep` are as in `run`.
    """
    from momentsim.experiments.planned import Planned
    from momentsim.experiments.progress import SILENT
    from momentsim.experiments.settings import where
    from momentsim.experiments.staff.goal import goal_of
    from momentsim.experiments.staff.staffing import Asked
    from momentsim.experiments.staff.staffing import staff as search_and_judge

    asked = Asked(goal_of(goal), (group,) if isinstance(group, str) else tuple(group), confidence, min_heads)
    loaded = load(path, variant=variant, overrides=overrides)
    number = loaded.scenario.run.replications if replications is None else replications
    settings = _settings(
        Planned(number), where(workers, backend, address), keep, clock="compiled", log="none"
    )
    return search_and_judge(loaded, load(path), asked, settings, progress=progress or SILENT)


def words(answer: Answer) -> str:
    """What a run, a comparison or any other answer says, in sentences to be read out."""
    from momentsim.report.answers import words as words_of

    return words_of(answer)


def plot(answer: Answer, figure: str | None = None) -> Drawing:
    """One figure of an answer, which a notebook shows by itself; the first kind there is unless named.

    A run has `week_at_a_glance`, `waits`, `loyalty_ledger`, `cost_against_value`; a comparison `differences`,
    `front`, `side_by_side`, with worlds `worlds` and `assumptions`; a worth `worth`; a sweep `curves`,
    `heat_MEASURE` or `effects`, and `sensitivity`; a staffing `requirement`, and `search` or `value`; a shift plan
    `cover`. Raises MomentsimError for another name, and where there is nothing to draw.
    """
    from momentsim.report.answers import plot as plot_of

    return plot_of(answer, figure)


def shifts(
    scenario: ScenarioLike,
    group: str,
    requirement: pd.DataFrame | str | Path | None = None,
    *,
    hard: bool = False,
    seconds: float = 60.0,
) -> ShiftPlan:
    """Cover a requirement by shifts that the group's `shift_rules` allow, at least cost.

    `requirement` is a CSV or a table with `interval_start` and `heads`: net heads on duty in every interval of the
    horizon; left out, it is what the group's own heads put on duty. Shortage has a price (`shortage_cost`), or is
    forbidden (`hard`). `.shifts` has the templates as a `shifts_file` reads them, `.week` heads per shift and
    weekday, `.cover` heads required, on duty, over and under by interval, `.cost` the wages of a week, and `.gap`
    how much cheaper another plan could be at most (0.004 is 0.4 %). The search ends after `seconds`.
    """
    from momentsim.experiments.shifts.plan import asked, plan

    given = Path(requirement) if isinstance(requirement, str) else requirement
    return plan(asked(_loaded(scenario), group, given, hard=hard, seconds=seconds))


def save(result: Result, folder: str | Path) -> Path:
    """Write a result as a results folder, figures included; an older results folder there is replaced."""
    from momentsim.experiments.store import write
    from momentsim.report.figures import draw_all
    from momentsim.report.words import headline

    words = headline(result.loaded.scenario, result.summary)
    return write(result, Path(folder), headline=words, draw=draw_all)


def _written(overrides: Overrides) -> list[str]:
    """Overrides as `--set` writes them."""
    pairs = overrides.items() if isinstance(overrides, Mapping) else None
    return list(overrides) if pairs is None else [f"{key}={value}" for key, value in pairs]


def _loaded(scenario: ScenarioLike) -> LoadedScenario:
    return load(scenario) if isinstance(scenario, (str, Path)) else scenario


def _settings(
    planned: Planned, placed: Where, keep: str | Path | None, *, clock: ClockName, log: LogChoice
) -> Settings:
    from momentsim.experiments.settings import Settings

    return Settings(
        replications=planned.replications,
        precision=planned.precision,
        clock=clock,
        log=log,
        keep=None if keep is None else Path(keep),
        **placed,
    )
