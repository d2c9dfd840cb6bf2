"""From what was asked for to a room that moves: reads the scenario, makes the room, starts its beat."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

from momentsim.app.beat import Beat
from momentsim.app.files import read_room
from momentsim.app.library import Library, load_for_app, title_of
from momentsim.app.resume import read_kept_setting, resume
from momentsim.app.room import Room
from momentsim.app.rooms import Deliver, MadeRoom, MakeRoom, RoomRequest
from momentsim.app.setting import AskJob, read_setting
from momentsim.contract.plan import HOUR
from momentsim.runs.compiling import compile_if_cold
from momentsim.runs.progress import Progress
from momentsim.scenario import load
from momentsim.scenario.shipped import scenario_file


def asked_room(
    library: Library, written: Path, variant: str | None, overrides: tuple[str, ...], seed: int | None
) -> RoomRequest:
    """The room of a file that was named on the command line, read and checked.

    Raises ScenarioError and MomentsimError as `load_for_app` does.
    """
    path = scenario_file(written)
    loaded = load_for_app(path, variant, overrides, seed)
    library.add(path)
    return RoomRequest(path, title_of(loaded), variant, overrides, seed)


def resumed_room(library: Library, folder: Path) -> RoomRequest:
    """The room that a folder of a workshop keeps, to go on with.

    Raises MomentsimError where it keeps none, and as `load_for_app` does.
    """
    about = read_room(folder)
    path, variant, overrides = Path(about["file"]), about.get("variant"), tuple(map(str, about["overrides"]))
    loaded = load_for_app(path, variant, overrides)
    library.add(path)
    return RoomRequest(
        path,
        title_of(loaded),
        variant,
        overrides,
        None,
        int(about["replication"]),
        folder,
        str(about["code"]),
    )


def room_maker(
    workshops: Path,
    ask_job: AskJob | None = None,
    forget: Callable[[str], None] = lambda _code: None,
    today: Callable[[], date] = date.today,
) -> MakeRoom:
    """What makes rooms whose files are kept below a folder; `forget` is told the code of a room that has stopped."""

    def make(asked: RoomRequest, code: str, deliver: Deliver, progress: Progress) -> MadeRoom:
        loaded = load_for_app(asked.file, asked.variant, asked.overrides, asked.seed)
        compile_if_cold(loaded, load(asked.file), "compiled", progress)
        folder, room = (
            _begin(asked, code, progress) if asked.resume is None else _go_on(asked.resume, progress)
        )
        beat = Beat(room, deliver)
        beat.start()
        return MadeRoom(beat, folder, lambda: forget(code))

    def _begin(asked: RoomRequest, code: str, progress: Progress) -> tuple[Path, Room]:
        setting = read_setting(
            asked.file,
            variant=asked.variant,
            overrides=asked.overrides,
            seed=asked.seed,
            replication=asked.replication,
            progress=progress,
        )
        setting.steer().advance(HOUR)  # whatever is compiled at its first use is compiled now
        name = re.sub(r"[^a-z0-9]+", "-", setting.scenario.name.lower()).strip("-")[:40]
        folder = workshops / "-".join(part for part in (f"{today():%Y-%m-%d}", name, code) if part)
        return folder, Room(code, setting, ask_job=ask_job, folder=folder)

    def _go_on(folder: Path, progress: Progress) -> tuple[Path, Room]:
        code, setting = read_kept_setting(folder, progress)
        return folder, resume(folder, code, setting, ask_job=ask_job)

    return make
