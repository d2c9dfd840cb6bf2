"""The Python interface: load a scenario, run it, compare variants. Heavy imports wait until they are used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import pandas as pd

    from momentsim.experiments.compare import Comparison
    from momentsim.experiments.planned import Planned
    from momentsim.experiments.progress import Progress
    from momentsim.experiments.result import Result
    from momentsim.experiments.settings import ClockName, LogChoice, Settings
    from momentsim.experiments.shifts.plan import ShiftPlan
    from momentsim.experiments.worth import Worth
    from momentsim.scenario import LoadedScenario

ScenarioLike: TypeAlias = "LoadedScenario | str | Path"


def load(
    path: str | Path, *, variant: str | None = None, overrides: Mapping[str, object] | Iterable[str] = ()
) -> LoadedScenario:
    """Read and check a scenario file; raises ScenarioError with everything that is wrong.

    `variant` is a name or several (`a+b`); `overrides` is a mapping like `{"waiting.lines": 120}` or a list
    like `["waiting.lines=120"]`, with values written as in a scenario file (`"6 min"`).
    """
    from momentsim.scenario import load as load_scenario

    pairs = overrides.items() if isinstance(overrides, Mapping) else None
    written = overrides if pairs is None else [f"{key}={value}" for key, value in pairs]
    return load_scenario(path, variant=variant, overrides=written)


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
    progress: Progress | None = None,
    playbook: str | Path | None = None,
    levers: str | Path | None = None,
) -> Result:
    """Simulate a scenario: `.summary`, `.intervals`, `.ledger`; `.contacts` and `.moments` of what is logged.

    `replications` is as the scenario says unless given; instead, `precision` (0.02 or "2 %") repeats until the
    95 % interval of each of `measures` (a few headline ones if none is named) is that far to either side, in
    percentage points for shares and relative otherwise, and at most `max_replications` times (200); `.reaches`
    then says how precise each one is. `workers` is one thread per processor. The scenario's
    file without variant and overrides is the operation in which customers' loyalty was observed. `playbook` is
    a Python file that watches and pulls levers (on the SimPy clock); `levers` is a file that says when they are
    pulled, like `levers.csv` of an earlier run. Both: see docs/playbooks.md.
    """
    from momentsim.experiments.planned import asked
    from momentsim.experiments.precision import precision_like
    from momentsim.experiments.progress import SILENT
    from momentsim.experiments.run import run as run_loaded
    from momentsim.experiments.steering import steered_by

    loaded = _loaded(scenario)
    steering = steered_by(playbook, levers, loaded.scenario)
    planned = asked(loaded, replications, precision_like(precision, measures), max_replications)
    settings = _settings(planned, clock=steering.clock(clock), log=log, workers=workers)
    return run_loaded(loaded, load(loaded.path), settings, progress=progress or SILENT, steering=steering)


def compare(
    path: str | Path,
    variants: Iterable[str] = (),
    *,
    baseline: str | None = None,
    replications: int | None = None,
    clock: ClockName = "compiled",
    workers: int | None = None,
) -> Comparison:
    """Run variants of a scenario file (all if none is named) against the baseline under common draws.

    `.table` has the paired differences with intervals. The baseline is the file as it stands unless named.
    """
    from momentsim.experiments.compare import cases_of
    from momentsim.experiments.compare import compare as compare_loaded
    from momentsim.experiments.planned import Planned

    cases = cases_of(Path(path), list(variants), baseline=baseline)
    base = load(path)
    number = base.scenario.run.replications if replications is None else replications
    settings = _settings(Planned(number), clock=clock, log="none", workers=workers)
    return compare_loaded(cases, base, settings)


def worth(
    path: str | Path,
    variant: str,
    under: Iterable[str] = (),
    *,
    replications: int | None = None,
    workers: int | None = None,
) -> Worth:
    """What a variant is worth: `.table` has a row per condition, as the file is written first.

    Conditions are changes that hold with and without the variant (nothing at stake, talks fully scripted, no
    autonomy, fewer people, feelings that hardly count), and every variant named in `under`.
    """
    from momentsim.experiments.conditions import own_condition, standard_conditions
    from momentsim.experiments.planned import Planned
    from momentsim.experiments.worth import questions_of
    from momentsim.experiments.worth import worth as answer

    base = load(path)
    own = [own_condition(name, base.question(name)) for name in under]
    questions = questions_of(Path(path), variant, [*standard_conditions(base), *own])
    number = base.scenario.run.replications if replications is None else replications
    return answer(
        questions, variant, _settings(Planned(number), clock="compiled", log="none", workers=workers)
    )


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


def _loaded(scenario: ScenarioLike) -> LoadedScenario:
    return load(scenario) if isinstance(scenario, (str, Path)) else scenario


def _settings(planned: Planned, *, clock: ClockName, log: LogChoice, workers: int | None) -> Settings:
    from momentsim.experiments.settings import Settings, default_workers

    return Settings(
        replications=planned.replications,
        precision=planned.precision,
        clock=clock,
        log=log,
        workers=workers or default_workers(),
    )
