"""How a run is shown: headline and table first, then where the results are."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from momentsim.cli.screen import Show, console, print_json, tell
from momentsim.report.precision_words import precision_words
from momentsim.report.run_words import headline
from momentsim.report.staffing_words import staffing_words
from momentsim.runs.files import rows
from momentsim.runs.manifest import manifest
from momentsim.runs.results_folder import document
from momentsim.runs.usual_operation import usual_from

if TYPE_CHECKING:
    from momentsim.measures.summary import Tabular
    from momentsim.runs.result import Result
    from momentsim.runs.stored_run import StoredRun
    from momentsim.scenario import LoadedScenario


@dataclass(frozen=True)
class ShownRun:
    """What is said about one run, fresh from the engine or from its folder."""

    loaded: LoadedScenario
    headline: tuple[str, ...]
    summary: Tabular
    manifest: dict[str, Any]
    teams: Tabular
    folder: Path
    day_kinds: Tabular = field(default_factory=dict)
    """Columns of day_kinds.csv; none where the scenario has no kinds of days."""

    @classmethod
    def of_result(cls, result: Result, folder: Path) -> ShownRun:
        """A run that was just finished."""
        summary, teams = result.summary_columns, result.team_columns
        words = headline(result.loaded.scenario, summary, result.usual)
        kinds: Tabular = result.day_kinds if result.loaded.scenario.demand.day_kinds else {}
        return cls(result.loaded, words, summary, manifest(result, headline=words), teams, folder, kinds)

    @classmethod
    def of_stored(cls, stored: StoredRun, loaded: LoadedScenario) -> ShownRun:
        """A run found in its folder; `loaded` is the same scenario, read again."""
        words = headline(loaded.scenario, stored.summary, usual_from(stored.manifest.get("reference")))
        return cls(
            loaded, words, stored.summary, stored.manifest, stored.teams, stored.folder, stored.day_kinds
        )

    @property
    def was_stopped(self) -> bool:
        """Whether Ctrl-C ended the run early."""
        return bool(self.manifest["interrupted"])

    def begin(self, show: Show) -> None:
        """What can be said before anything is written: headline, table, warnings."""
        if show.quiet or show.as_json:
            return
        from momentsim.report.day_kind_table import print_day_kinds
        from momentsim.report.queue_table import print_queues
        from momentsim.report.tables import print_summary
        from momentsim.report.team_table import print_teams

        out = console()
        variant = f", variant {self.loaded.variant}" if self.loaded.variant else ""
        out.print(f"{self.loaded.scenario.name}{variant}", style="bold", markup=False)
        for sentence in (*self.headline, *staffing_words(self.manifest.get("staffing", {}))):
            out.print(sentence, markup=False)
        out.print()
        print_summary(out, self.summary, self.loaded.scenario)
        print_queues(out, self.summary)
        print_day_kinds(out, self.day_kinds)
        print_teams(out, self.loaded.scenario, self.teams)
        for warning in (*self.loaded.warnings, *self.manifest.get("lever_warnings", ())):
            out.print(f"warning: {warning}", markup=False, style="yellow")

    def finish(self, show: Show) -> None:
        """Where the results are, and what was left out."""
        if show.as_json:
            print_json(self.content())
        elif show.quiet:
            print(self.folder)
        else:
            console().print(f"results: {self.folder}", markup=False, soft_wrap=True)
        if precision := self.manifest["precision"]:
            for sentence in precision_words(precision, self.manifest["finished"]):
                tell(sentence)
        if self.was_stopped:
            finished, planned = self.manifest["finished"], self.manifest["replications"]
            most = "at most " if precision else ""
            tell(f"stopped: {finished} of {most}{planned} replications were finished and are kept")

    def content(self) -> dict[str, Any]:
        """The same for a script."""
        import pandas as pd

        return {
            "ok": True,
            "folder": str(self.folder),
            "headline": list(self.headline),
            "manifest": document(self.folder),
            "measures": rows(pd.DataFrame(self.summary)),
        }
