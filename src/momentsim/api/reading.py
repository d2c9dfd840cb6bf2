"""What can be read without a run: whether a file is good, what a key means, what is shipped, what an export says."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from momentsim.api.asking import Overrides, ScenarioLike, as_written, ensure_loaded, load

if TYPE_CHECKING:
    import pandas as pd

    from momentsim.errors import Problem
    from momentsim.fit import ExportFit
    from momentsim.scenario.explain import Explanation


def check(
    path: str | Path, *, variant: str | None = None, overrides: Overrides = ()
) -> dict[str, tuple[Problem, ...]]:
    """Check a scenario file and all its variants, or one of them: the warnings of each case, `base` first.

    Raises ScenarioError with everything that is wrong. Nothing is simulated.
    """
    from momentsim.runs.replication_count import replications_of
    from momentsim.scenario.loading import load_all

    written = as_written(overrides)
    if variant is not None:
        cases = {variant: load(path, variant=variant, overrides=written)}
    else:
        cases = {name or "base": loaded for name, loaded in load_all(Path(path), written).items()}
    for loaded in cases.values():
        replications_of(loaded)
    return {name: loaded.warnings for name, loaded in cases.items()}


def explain(scenario: ScenarioLike, key: str) -> Explanation:
    """What a key of a scenario means: value, unit, range, who set it, and the source of the claim.

    `workforce.groups.team.heads` is a key. Raises MomentsimError for one that is not there, with the nearest.
    """
    from momentsim.report.explanation import explain_fully
    from momentsim.runs.progress import SILENT

    loaded = ensure_loaded(scenario)
    return explain_fully(loaded, load(loaded.path), key, SILENT)


def evidence(search: str = "") -> pd.DataFrame:
    """Every number about behaviour with its plausible range (`low`, `high`), source and tag, a row each.

    `search` has words that must all occur: a name, a tag, a source, `E2.7.3`. No row where nothing is found.
    """
    from dataclasses import asdict, fields

    import pandas as pd

    from momentsim.scenario.evidence.registry import Parameter
    from momentsim.scenario.evidence.registry import search as found_by

    columns = [field.name for field in fields(Parameter)]
    return pd.DataFrame([asdict(parameter) for parameter in found_by(search)], columns=columns)


def list_scenarios() -> pd.DataFrame:
    """Scenarios that come with the program: `name`, `description`, `variants` and the `file` to run."""
    import pandas as pd

    from momentsim.scenario.shipped import shipped_scenarios

    rows = [
        (scenario.name, scenario.description, ", ".join(scenario.variants), str(scenario.path))
        for scenario in shipped_scenarios()
    ]
    return pd.DataFrame(rows, columns=["name", "description", "variants", "file"])


def fit_export(
    path: str | Path,
    *,
    queue: str | None = None,
    zone: str | None = None,
    first_date: date | None = None,
    weights: int | None = None,
    out: str | Path | None = None,
) -> ExportFit:
    """Demand, and from a log laws of handling time and patience, of an export: counts, a call log or a queue_log.

    `queue` is one of several; `zone` the centre's time zone for times of another (`Z`, `+01:00`, seconds since 1970);
    `first_date` that of the first row of a report that only numbers its days; `weights` the number of weights of a
    profile; `out` a file that is not there yet, into which a scenario is written. Raises ScenarioError with every cell
    that cannot be read.
    """
    from momentsim.fit import fit_export as fit
    from momentsim.fit.written import scenario_text
    from momentsim.scenario.new import write_new

    found = fit(Path(path), queue=queue, zone=zone, first_date=first_date, weights=weights)
    if out is not None:
        write_new(Path(out), scenario_text(found).encode())
    return found
