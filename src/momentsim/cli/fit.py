"""`momentsim fit`: a scenario from an export or a call log."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from momentsim.cli.exit_codes import guard
from momentsim.cli.options import JsonOption
from momentsim.cli.screen import print_json, say

if TYPE_CHECKING:
    from momentsim.fit.exports import ExportFit, QueueFit

ExportFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help="Counts by interval or day, a log with one row a call (CSV or sheet), or Asterisk's queue_log.",
        show_default=False,
    ),
]
QueueOption = Annotated[
    str | None, typer.Option("--queue", metavar="NAME", help="One queue of the file; all when left out.")
]
ZoneOption = Annotated[
    str | None,
    typer.Option(
        "--zone",
        metavar="Europe/Berlin",
        help="The centre's time zone, for times of another (08:00:00Z, +01:00, seconds since 1970).",
    ),
]
FirstDateOption = Annotated[
    datetime | None,
    typer.Option(
        "--first-date",
        formats=["%Y-%m-%d"],
        metavar="2021-01-01",
        help="Date of the first row, for a report that only numbers its days.",
    ),
]
WeightsOption = Annotated[
    int | None, typer.Option("--weights", metavar="48", help="Weights of a profile: 24, 48, 96 or 288.")
]
NewFileOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE.yaml", help="File to write; without it the text is printed."),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("fit")(guard(fit))


def fit(
    file: ExportFile,
    queue: QueueOption = None,
    zone: ZoneOption = None,
    first_date: FirstDateOption = None,
    weights: WeightsOption = None,
    out: NewFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a scenario of an export: volumes, busy days, and from a log the laws of handling time and patience."""
    from momentsim.fit.exports import fit_export
    from momentsim.fit.written import scenario_text, summary
    from momentsim.scenario.new import write_new

    first = first_date.date() if first_date is not None else None
    found = fit_export(file, queue=queue, zone=zone, first_date=first, weights=weights)
    text = scenario_text(found)
    if out is not None:
        write_new(out, text.encode())
    if as_json:
        print_json(_content(found, text, out))
    elif out is None:
        print(text, end="")
    else:
        say("\n".join([*summary(found), f"wrote {out}; next: momentsim check {out}, momentsim run {out}"]))


def _content(found: ExportFit, text: str, out: Path | None) -> dict[str, Any]:
    return {
        "file": str(out) if out is not None else None,
        "first_date": str(found.first),
        "last_date": str(found.last),
        "factors": found.together.factors() if found.together is not None else None,
        "queues": {name: _queue(queue) for name, queue in found.queues.items()},
        "scenario": text,
    }


def _queue(queue: QueueFit) -> dict[str, Any]:
    laws = {
        key: {
            **law.section(),
            "mean_s": law.mean,
            "low_s": law.mean_interval[0],
            "high_s": law.mean_interval[1],
        }
        for key, law in queue.laws().items()
    }
    shown = asdict(queue.figures) if queue.figures is not None else None
    mean = queue.mean_handling.mean_s if queue.mean_handling is not None else None
    return {
        "volume": queue.volume,
        "laws": laws,
        "handling_time_mean_s": mean,
        "log": shown,
        "notes": list(queue.notes),
    }
