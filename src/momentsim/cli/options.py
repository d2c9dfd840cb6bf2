"""Arguments and options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class ClockChoice(StrEnum):
    """Who calls the story's handlers."""

    compiled = "compiled"
    simpy = "simpy"


class LogChoice(StrEnum):
    """Which replications leave a log of contacts and moments."""

    none = "none"
    first = "first"
    all = "all"


ScenarioFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", help="Scenario file (YAML), or the name of a shipped one.", show_default=False
    ),
]

VariantOption = Annotated[
    str | None, typer.Option("--variant", metavar="V", help="A variant of the file, or several: a+b.")
]

SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Set one key, like waiting.lines=120. Can be repeated."),
]

ReplicationsOption = Annotated[
    int | None,
    typer.Option(
        "--replications",
        "-n",
        metavar="N",
        min=1,
        max=100_000,
        help="How often to simulate; else as the file says, else 20.",
    ),
]

PrecisionOption = Annotated[
    str | None,
    typer.Option(
        "--precision",
        metavar="2%",
        help="Instead of a number: repeat until the 95 % interval of each chosen measure is this far to either "
        "side (percentage points for shares, relative otherwise).",
    ),
]

MeasureOption = Annotated[
    list[str] | None,
    typer.Option(
        "--measure",
        metavar="NAME",
        help="Measure that --precision is about. Can be repeated; else a few headline ones.",
    ),
]

MaxReplicationsOption = Annotated[
    int | None,
    typer.Option(
        "--max-replications",
        metavar="N",
        min=20,
        max=100_000,
        help="Where a run with --precision ends in any case; else as the file says, else 200.",
    ),
]

SeedOption = Annotated[
    int | None,
    typer.Option(
        "--seed", metavar="S", min=0, max=2**63 - 1, help="Seed of all draws; else as the file says."
    ),
]

OutOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Results folder; else results/NAME-HASH8, and results/latest."),
]

ClockOption = Annotated[
    ClockChoice, typer.Option("--clock", help="Which clock; results are the same, compiled is faster.")
]

RunClockOption = Annotated[
    ClockChoice | None,
    typer.Option(
        "--clock",
        help="Which clock; results are the same. Else compiled, which is faster, or simpy for a playbook.",
    ),
]

PlaybookOption = Annotated[
    Path | None,
    typer.Option(
        "--playbook",
        metavar="FILE.py",
        help="Python file that watches the centre and pulls levers; it is run, so use only files you trust.",
    ),
]

LeversOption = Annotated[
    Path | None,
    typer.Option(
        "--levers",
        metavar="FILE.csv",
        help="Pull levers as this file says and not otherwise, like levers.csv of an earlier run.",
    ),
]

LogOption = Annotated[LogChoice, typer.Option("--log", help="Which replications leave a log.")]

WorkersOption = Annotated[
    int | None,
    typer.Option(
        "--workers", metavar="N", min=1, max=1024, help="Threads or processes; else one per processor."
    ),
]

BackendOption = Annotated[
    str | None,
    typer.Option(
        "--backend",
        metavar="serial|threads|processes|dask",
        help="Who makes the replications; results are the same. Else threads.",
    ),
]

AddressOption = Annotated[
    str | None,
    typer.Option(
        "--address", metavar="tcp://HOST:8786", help="Scheduler of the Dask cluster, with --backend dask."
    ),
]

JsonOption = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]

FreshOption = Annotated[bool, typer.Option("--fresh", help="Compute again even if the result is there.")]

FullOption = Annotated[
    bool,
    typer.Option("--full", help="All tables: every measure with its interval, and what the answer rests on."),
]

QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="No progress, no table: only where the results are.")
]

EventLogOption = Annotated[
    bool,
    typer.Option(
        "--event-log", help="Write events.csv too: the logged attempts as events, in the columns of vidigi."
    ),
]

NoXlsxOption = Annotated[
    bool, typer.Option("--no-xlsx", help="Leave out the workbook (results.xlsx) that spreadsheets open.")
]
