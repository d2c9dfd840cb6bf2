"""Makes a room again from its folder: the same tree, the same pulls, and so the same story."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from momentsim.app.crowd import Sender
from momentsim.app.files import HERE, RoomFiles, read_decisions, read_found, read_room
from momentsim.app.permissions import Role
from momentsim.app.room import Room
from momentsim.app.setting import AskJob, Setting, read_setting
from momentsim.errors import MomentsimError
from momentsim.runs.progress import SILENT, Progress


def read_kept_setting(folder: Path, progress: Progress = SILENT) -> tuple[str, Setting]:
    """Code and setting of a room that was kept; raises MomentsimError where its scenario has changed since."""
    about = read_room(folder)
    setting = read_setting(
        Path(about["file"]),
        variant=about.get("variant"),
        overrides=[str(each) for each in about.get("overrides", ())],
        replication=int(about["replication"]),
        progress=progress,
    )
    if setting.loaded.content_hash != about["content_hash"]:
        raise MomentsimError(
            f"{about['file']}: has changed since the workshop in {folder} began, so its past would be another one; "
            "put back the file of then, or begin a new workshop"
        )
    return str(about["code"]), setting


def resume(folder: Path, code: str, setting: Setting, *, ask_job: AskJob | None = None) -> Room:
    """The room as its decisions left it, paused, and going on with its files; nobody is in it yet.

    Raises ScenarioError where a line of the decisions, other than a torn last one, cannot be read.
    """
    lines = list(read_decisions(folder))
    room = Room(code, setting)
    for line in lines:
        again(room, line)
    room.come_back(RoomFiles(folder), read_found(folder), ask_job)
    return room


def again(room: Room, line: dict[str, Any]) -> None:
    """Do once more what a line says was done."""
    said = line["said"]
    if said["type"] == HERE:
        room.stand_at(line["t"])
        return
    sender = Sender(str(line.get("client", "")), _role(line), team=str(line.get("team", "")))
    room.repeat(sender, said, float(line["wall"]), line["t"])


def _role(line: dict[str, Any]) -> Role:
    """Who said it; what nobody else could have said is the room's own."""
    return "phone" if line.get("role") == "phone" else "console"
