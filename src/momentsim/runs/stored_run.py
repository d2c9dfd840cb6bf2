"""The store of results: one folder per run, whole or not at all, found again by what it is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from momentsim.measures import columns
from momentsim.measures.teams import SHARES
from momentsim.runs.files import rows, write_csv, write_json
from momentsim.runs.inputs import INPUTS, inputs_table
from momentsim.runs.logs import LogWriter
from momentsim.runs.manifest import manifest
from momentsim.runs.result import Result
from momentsim.runs.results_folder import MANIFEST, document, draft, find_in, folder_name
from momentsim.runs.timing import Stopwatch
from momentsim.scenario import LoadedScenario
from momentsim.scenario.resolved_file import resolved_text

if TYPE_CHECKING:
    import pandas as pd

RESULTS = Path("results")
SUMMARY_JSON = "summary.json"
FIGURES = "figures"
CSV_TABLES = ("summary", "intervals", "ledger", "levers", "teams")

STAFFING = "staffing.csv"
"""Only where heads were planned."""
SITES = "sites.csv"
DAY_KINDS = "day_kinds.csv"
"""Only where attempts go to a home site first."""

Draw = Callable[[Path, Result], None]
"""Draws figures of a result into a folder."""
HandOut = Callable[[Path, Mapping[str, Any]], object]
"""Writes what people are handed into a folder that has its tables, by its manifest."""
KINDS_MAY_BE_BLANK = {name: [""] for name in columns.DAY_KINDS if name not in ("kind", "skill")}
NUMBERS_MAY_BE_BLANK = {name: [""] for name in ("team", *SHARES, "quality_mean")}
"""Columns of teams.csv; a blank site is just no name."""


@dataclass(frozen=True)
class StoredRun:
    """A results folder that is already there: what it says about itself, its summary and its teams."""

    folder: Path
    manifest: dict[str, Any]
    summary: pd.DataFrame
    teams: pd.DataFrame
    day_kinds: pd.DataFrame
    """Empty where the scenario has no kinds of days."""


def default_place(loaded: LoadedScenario, identity_hash: str) -> Path:
    """`results/NAME-HASH8`."""
    return RESULTS / folder_name(loaded.scenario.name, identity_hash)


def find_run(folder: Path, identity_hash: str) -> StoredRun | None:
    """The complete result of this identity at `folder`; None if there is none, or only a part of one."""

    def read(manifest: dict[str, Any]) -> StoredRun:
        import pandas as pd

        summary = pd.DataFrame(document(folder, SUMMARY_JSON)["measures"])
        teams = pd.read_csv(
            folder / "teams.csv", encoding="utf-8-sig", keep_default_na=False, na_values=NUMBERS_MAY_BE_BLANK
        )
        kinds = pd.DataFrame()
        if (folder / DAY_KINDS).exists():
            kinds = pd.read_csv(
                folder / DAY_KINDS, encoding="utf-8-sig", keep_default_na=False, na_values=KINDS_MAY_BE_BLANK
            )
        measures = summary.astype(dict.fromkeys(("value", "low", "high"), float))
        return StoredRun(folder, manifest, measures, teams, kinds)

    return find_in(folder, identity_hash, (SUMMARY_JSON, "teams.csv"), read)


def write_run(
    result: Result, folder: Path, *, headline: Sequence[str] = (), draw: Draw | None = None
) -> Path:
    """Write a result and the logs it holds to `folder` as a whole folder; returns the folder."""
    with draft(folder) as draft_folder:
        with LogWriter(draft_folder, result.loaded.scenario) as log:
            for replication, trace in result.traces.items():
                with log.part(replication, result.names) as part:
                    part.finish(trace)
                log.take(part, result.names, replication)
        fill_folder(draft_folder, result, headline=headline, draw=draw)
    return folder


def fill_folder(
    folder: Path,
    result: Result,
    *,
    headline: Sequence[str] = (),
    draw: Draw | None = None,
    hand_out: HandOut | None = None,
) -> None:
    """Write everything but the log into a folder; the manifest last, with the seconds of each stage.

    `hand_out` is asked before `draw`, which may have to wait for pictures that are made elsewhere meanwhile.
    """
    watch = Stopwatch(result.seconds)
    with watch.stage("write"):
        (folder / "scenario.yaml").write_text(resolved_text(result.loaded), encoding="utf-8")
        write_json(summary_content(result), folder / SUMMARY_JSON)
        for name in CSV_TABLES:
            write_csv(getattr(result, name), folder / f"{name}.csv")
        if result.plan:
            write_csv(result.staffing, folder / STAFFING)
        write_csv(inputs_table(result.loaded), folder / f"{INPUTS}.csv")
        if result.loaded.scenario.workforce.home_sites > 0:
            write_csv(result.sites, folder / SITES)
        if result.loaded.scenario.demand.day_kinds:
            write_csv(result.day_kinds, folder / DAY_KINDS)
    if hand_out is not None:
        with watch.stage("workbook"):
            hand_out(folder, manifest(result, headline=headline))
    if draw is not None:
        with watch.stage("figures"):
            (folder / FIGURES).mkdir()
            draw(folder / FIGURES, result)
    write_json(manifest(result, headline=headline), folder / MANIFEST)


def summary_content(result: Result) -> dict[str, Any]:
    """The content of summary.json."""
    return {
        "scenario": result.loaded.scenario.name,
        "variant": result.loaded.variant,
        "identity": result.identity,
        "seed": result.loaded.scenario.seed,
        "replications": len(result.digests),
        "interrupted": result.interrupted,
        "currency": result.loaded.scenario.currency,
        "measures": rows(result.summary),
    }
