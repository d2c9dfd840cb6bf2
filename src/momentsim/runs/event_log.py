"""`events.csv`: the event log of a run's folder, made of the logs that lie in it."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Final

from momentsim.errors import MomentsimError
from momentsim.measures.event_log import events_of
from momentsim.runs.files import write_csv
from momentsim.runs.results_folder import add_file

EVENTS: Final = "events.csv"


def add_events(folder: Path, start: datetime) -> Path:
    """Write the event log of a results folder into it, unless it is there; MomentsimError where it has no logs.

    `start` is the start of the scenario.
    """
    import pandas as pd

    file = folder / EVENTS
    if file.is_file():
        return file
    logs = [folder / f"{name}.parquet" for name in ("contacts", "agents")]
    if not all(log.is_file() for log in logs):
        raise MomentsimError(
            f"{folder}: there is no log to make events of, run with --log first or --log all"
        )
    contacts, agents = map(pd.read_parquet, logs)
    with tempfile.TemporaryDirectory() as apart:
        written = Path(apart) / EVENTS
        write_csv(events_of(contacts, agents, start), written)
        return add_file(folder, EVENTS, written.read_bytes())
