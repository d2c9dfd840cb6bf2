"""What a room keeps on disk: the decisions, from which `resume` makes it again, and tables that follow from them.

`decisions.jsonl` has a line for each accepted command, flushed and synced before the answer is given; what phones say
is synced with the next tick, so that a room full of votes does not wait for the disk.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from momentsim.app.branches import BranchPull
from momentsim.app.series import LINES
from momentsim.app.setting import Setting
from momentsim.contract.plan import SECOND, LeverAction, Names
from momentsim.errors import MomentsimError, Problem, ScenarioError
from momentsim.runs.files import FORMULA_STARTS
from momentsim.runs.package_version import package_version
from momentsim.scenario.resolved_file import resolved_text

DECISIONS: Final = "decisions.jsonl"
ROOM: Final = "room.json"
FOUND: Final = "found.json"
SCENARIO: Final = "scenario.yaml"
HERE: Final = "here"
"""Type of a line that only says where the story has come to."""
LEVER_COLUMNS: Final = ("lever", "pulled_s", "size", "action", "why", "ends", "by", "team")
_SAID: Final = ("vote", "mood", "predict", "rule", HERE)
_HERE_EVERY_S: Final = 5.0


class RoomFiles:
    """The folder of one room."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._is_synced = True
        self._last_here = float("-inf")

    def begin(self, code: str, setting: Setting) -> None:
        """Make the folder, and say which scenario is played; raises MomentsimError where a room is kept there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if (self.folder / ROOM).exists():
            raise MomentsimError(
                f"{self.folder}: has a workshop already; go on with it, or name another folder"
            )
        about = {
            "code": code,
            "file": str(setting.file.absolute()),
            "variant": setting.variant,
            "overrides": list(setting.overrides),
            "replication": setting.replication,
            "content_hash": setting.loaded.content_hash,
            "version": package_version(),
        }
        write_whole(self.folder / SCENARIO, resolved_text(setting.loaded))
        write_whole(self.folder / ROOM, json.dumps(about, indent=2) + "\n")

    def keep(self, second: float, wall: float, sender: Mapping[str, Any], message: Mapping[str, Any]) -> None:
        """A line for an accepted command, said when the story had come to this second."""
        said = {key: value for key, value in message.items() if key not in ("v", "id")}
        line = {"t": second, "wall": round(wall, 3), **sender, "said": said}
        self._write(line, is_synced=message["type"] not in _SAID)

    def keep_time(self, second: float, wall: float) -> None:
        """Now and then a line that says where the story has come to."""
        if wall - self._last_here >= _HERE_EVERY_S:
            self._last_here = wall
            self._write({"t": second, "wall": round(wall, 3), "said": {"type": HERE}}, is_synced=False)

    def keep_found(self, found: Mapping[str, Mapping[str, Any]]) -> None:
        """What jobs have found, so that a room made again has it."""
        write_whole(self.folder / FOUND, json.dumps(found, ensure_ascii=False) + "\n")

    def sync(self) -> None:
        """What was written is on the disk."""
        if not self._is_synced:
            with (self.folder / DECISIONS).open("ab") as lines:
                os.fsync(lines.fileno())
            self._is_synced = True

    def write_levers(self, branch: str, pulls: Sequence[BranchPull], names: Names) -> None:
        """The pulls of a branch as a file for `--levers`."""
        folder = self.folder / branch
        folder.mkdir(exist_ok=True)
        write_whole(folder / "levers.csv", levers_text(pulls, names))

    def write_series(self, branch: str, rows: Sequence[Sequence[object]]) -> None:
        """The samples of a branch: seconds since the start, and the lines of `series.LINES`."""
        folder = self.folder / branch
        folder.mkdir(exist_ok=True)
        write_whole(folder / "series.csv", _table(("t_s", *(line.name for line in LINES)), rows))

    def add_to_room(self, **told: object) -> None:
        """Say more in `room.json`."""
        about = {**read_room(self.folder), **told}
        write_whole(self.folder / ROOM, json.dumps(about, indent=2, ensure_ascii=False) + "\n")

    def names(self) -> list[str]:
        """Names of the files in the folder itself."""
        return sorted(path.name for path in self.folder.iterdir() if path.is_file())

    def _write(self, line: Mapping[str, Any], *, is_synced: bool) -> None:
        with (self.folder / DECISIONS).open("ab") as lines:
            lines.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
            lines.flush()
            if is_synced:
                os.fsync(lines.fileno())
        self._is_synced = is_synced


def read_room(folder: Path) -> dict[str, Any]:
    """What `room.json` says; raises MomentsimError where there is none that can be read."""
    path = folder / ROOM
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise MomentsimError(f"{path}: is not the folder of a workshop ({error})") from error
    if not isinstance(about, dict) or not {"code", "file", "content_hash", "replication"} <= about.keys():
        raise MomentsimError(f"{path}: does not say which scenario was played")
    return about


def read_found(folder: Path) -> dict[str, dict[str, object]]:
    """What jobs had found; nothing where that cannot be read, since it can be worked out again."""
    try:
        found = json.loads((folder / FOUND).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def read_decisions(folder: Path) -> Iterator[dict[str, Any]]:
    """Lines of the decisions; a torn last one is cut off. Raises ScenarioError for another one that is broken."""
    path = folder / DECISIONS
    content = path.read_bytes() if path.exists() else b""
    whole = content[: content.rfind(b"\n") + 1]
    lines = whole.split(b"\n")[:-1]
    if lines and _read(lines[-1]) is None:
        whole = whole[: len(whole) - len(lines.pop()) - 1]
    if len(whole) < len(content):
        os.truncate(path, len(whole))
    for number, text in enumerate(lines, 1):
        line = _read(text)
        if line is None:
            raise ScenarioError([Problem(str(path), number, 1, "", "is not a decision that can be read")])
        yield line


def _read(text: bytes) -> dict[str, Any] | None:
    try:
        line = json.loads(text)
    except ValueError:
        return None
    is_whole = isinstance(line, dict) and isinstance(line.get("said"), dict) and "t" in line
    return line if is_whole else None


def levers_text(pulls: Sequence[BranchPull], names: Names) -> str:
    """Pulls as a file of levers: they end where it says so, and as the scenario says."""
    rows = []
    for pull in pulls:
        size = names.lever_sizes[pull.lever][pull.size] if pull.action == LeverAction.PULL else ""
        second, rest = divmod(pull.time, SECOND)
        what = (names.levers[pull.lever], f"{second}.{rest:06d}", size, pull.action.name.lower())
        rows.append((*what, "hand", "scenario", pull.by, pull.team))
    return _table(LEVER_COLUMNS, rows)


def write_whole(path: Path, text: str) -> None:
    """Write a file that is there whole, or as it was before."""
    new = path.with_name(f"{path.name}.new")
    new.write_text(text, encoding="utf-8", newline="\n")
    new.replace(path)


def _table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def _harmless(cell: object) -> object:
    """Text that a spreadsheet would take for a formula is quoted."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
