"""From what was asked for to a room that moves: reads the scenario, makes the room, starts its beat."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

from momentsim.app.beat import Beat
from momentsim.app.library import Library, file_of, load_for_app, title_of
from momentsim.app.room import Room
from momentsim.app.rooms import Asked, Deliver, Made, MakeRoom
from momentsim.app.setting import AskJob, read_setting
from momentsim.contract.plan import HOUR
from momentsim.runs.compile_once import compile_if_cold
from momentsim.runs.progress import Progress
from momentsim.scenario import load


def asked_room(
    library: Library, written: Path, variant: str | None, overrides: tuple[str, ...], seed: int | None
) -> Asked:
    """The room of a file that was named on the command line, read and checked.

    Raises ScenarioError and MomentsimError as `load_for_app` does.
    """
    path = file_of(written)
    loaded = load_for_app(path, variant, overrides, seed)
    library.add(path)
    return Asked(path, title_of(loaded), variant, overrides, seed)


def room_maker(
    workshops: Path, ask_job: AskJob | None = None, today: Callable[[], date] = date.today
) -> MakeRoom:
    """What makes rooms whose files are kept below a folder."""

    def make(asked: Asked, code: str, deliver: Deliver, progress: Progress) -> Made:
        loaded = load_for_app(asked.file, asked.variant, asked.overrides, asked.seed)
        compile_if_cold(loaded, load(asked.file), "compiled", progress)
        setting = read_setting(
            asked.file,
            variant=asked.variant,
            overrides=asked.overrides,
            seed=asked.seed,
            replication=asked.replication,
            progress=progress,
        )
        name = re.sub(r"[^a-z0-9]+", "-", setting.scenario.name.lower()).strip("-")[:40]
        folder = workshops / "-".join(part for part in (f"{today():%Y-%m-%d}", name, code) if part)
        setting.steer().advance(HOUR)  # whatever is compiled at its first use is compiled now
        beat = Beat(Room(code, setting, ask_job=ask_job, folder=folder), deliver)
        beat.start()
        return Made(beat, folder)

    return make
