"""What a room keeps on disk, and how a room is made again from that.

`decisions.jsonl` has a line for each accepted command, flushed and synced before the answer is given (what phones say
is synced with the next tick); everything else follows from it. See `resume`.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from momentsim.app.branches import BranchPull
from momentsim.contract.plan import SECOND, LeverAction, Names

if TYPE_CHECKING:
    from momentsim.app.crowd import Sender
    from momentsim.app.room import Room
    from momentsim.app.setting import Setting

DECISIONS: Final = "decisions.jsonl"
ROOM: Final = "room.json"
LEVER_COLUMNS: Final = ("lever", "pulled_s", "size", "action", "why", "ends", "by", "team")
_SAID: Final = ("vote", "mood", "predict", "rule")


class RoomFiles:
    """The folder of one room."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lines: Any = None
        self._is_synced = True

    def begin(self, code: str, setting: Setting) -> None:
        """Make the folder, and say which scenario is played."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lines = (self.folder / DECISIONS).open("a", encoding="utf-8")

    def keep(self, sender: Sender, message: Mapping[str, Any], room: Room, wall: float) -> None:
        """A line for an accepted command."""
        said = {key: value for key, value in message.items() if key not in ("v", "id")}
        line = {
            "t": room.time / SECOND,
            "state": room.state,
            "wall": round(wall, 3),
            **sender._asdict(),
            "said": said,
        }
        self._lines.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._lines.flush()
        self._is_synced = False
        if message["type"] not in _SAID:
            self.sync()

    def sync(self) -> None:
        """What was written is on the disk."""
        if not self._is_synced and self._lines is not None:
            os.fsync(self._lines.fileno())
            self._is_synced = True

    def finish(self, room: Room) -> None:
        """Write what follows from the decisions."""

    def names(self) -> list[str]:
        """Names of the files that are there."""
        return sorted(path.name for path in self.folder.iterdir() if path.is_file())


def levers_text(pulls: Sequence[BranchPull], names: Names) -> str:
    """Pulls as a file of levers: levers end as the scenario says, and as the file does."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(LEVER_COLUMNS)
    for pull in pulls:
        size = names.lever_sizes[pull.lever][pull.size] if pull.action == LeverAction.PULL else ""
        second, rest = divmod(pull.time, SECOND)
        row = (
            names.levers[pull.lever],
            f"{second}.{rest:06d}",
            size,
            pull.action.name.lower(),
            "hand",
            "scenario",
        )
        writer.writerow((*row, _harmless(pull.by), _harmless(pull.team)))
    return text.getvalue()


def _harmless(word: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{word}" if word[:1] in ("=", "+", "-", "@") else word
