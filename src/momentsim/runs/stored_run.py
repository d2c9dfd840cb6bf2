"""The store of results: one folder per run, whole or not at all, found again by what it is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from momentsim.measures.teams import SHARES
from momentsim.runs.files import rows, write_csv, write_json
from momentsim.runs.identity import folder_name
from momentsim.runs.logs import LogWriter
from momentsim.runs.manifest import manifest
from momentsim.runs.result import Result
from momentsim.runs.results_folder import MANIFEST, document, draft, found_in
from momentsim.runs.timing import Stopwatch
from momentsim.scenario import LoadedScenario
from momentsim.scenario.resolved_file import resolved_text

if TYPE_CHECKING:
    import pandas as pd

RESULTS = Path("results")
SUMMARY_JSON = "summary.json"
FIGURES = "figures"
CSV_TABLES = ("summary", "intervals", "ledger", "levers", "teams")

Draw = Callable[[Path, Result], None]
"""Draws figures of a result into a folder."""
NUMBERS_MAY_BE_BLANK = {name: [""] for name in ("team", *SHARES, "quality_mean")}
"""Columns of teams.csv; a blank site is just no name."""


@dataclass(frozen=True)
class Stored:
    """A results folder that is already there: what it says about itself, its summary and its teams."""

    place: Path
    manifest: dict[str, Any]
    summary: pd.DataFrame
    teams: pd.DataFrame


def default_place(loaded: LoadedScenario, identity_hash: str) -> Path:
    """`results/NAME-HASH8`."""
    return RESULTS / folder_name(loaded.scenario.name, identity_hash)


def find(place: Path, identity_hash: str) -> Stored | None:
    """The complete result of this identity at `place`; None if there is none, or only a part of one."""

    def read(manifest: dict[str, Any]) -> Stored:
        import pandas as pd

        summary = pd.DataFrame(document(place, SUMMARY_JSON)["measures"])
        teams = pd.read_csv(
            place / "teams.csv", encoding="utf-8-sig", keep_default_na=False, na_values=NUMBERS_MAY_BE_BLANK
        )
        return Stored(place, manifest, summary.astype(dict.fromkeys(("value", "low", "high"), float)), teams)

    return found_in(place, identity_hash, (SUMMARY_JSON, "teams.csv"), read)


def write(result: Result, place: Path, *, headline: Sequence[str] = (), draw: Draw | None = None) -> Path:
    """Write a result and the logs it holds to `place` as a whole folder; returns the folder."""
    with draft(place) as folder:
        with LogWriter(folder, result.loaded.scenario) as log:
            for replication, trace in result.traces.items():
                with log.part(replication, result.names) as part:
                    part.finish(trace)
                log.take(part, result.names, replication)
        fill(folder, result, headline=headline, draw=draw)
    return place


def fill(folder: Path, result: Result, *, headline: Sequence[str] = (), draw: Draw | None = None) -> None:
    """Write everything but the log into a folder; the manifest last, with the seconds of each stage."""
    watch = Stopwatch(result.seconds)
    with watch.stage("write"):
        (folder / "scenario.yaml").write_text(resolved_text(result.loaded), encoding="utf-8")
        write_json(summary_content(result), folder / SUMMARY_JSON)
        for name in CSV_TABLES:
            write_csv(getattr(result, name), folder / f"{name}.csv")
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
