"""What in a results folder this program has written, so that nothing else is ever removed.

A results folder carries `files.json`: the name, size and SHA-256 of every file in it. Folders of earlier versions have
no such list; of those, all files must have names that these versions wrote.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

from momentsim.runs.files import write_json
from momentsim.runs.package_version import package_version
from momentsim.runs.sealed import PROGRAM, checksum_of

MANIFEST: Final = "manifest.json"
FILES: Final = "files.json"
"""The mark of this program: what it has written into the folder."""
UNFINISHED: Final = "unfinished"
"""Finished replications of a result that is not complete lie below this name."""
ENDING: Final = ".replication"
"""Of the file of a finished replication."""
MOST_BYTES: Final = 256_000_000
"""Of a document of a folder."""
ENOUGH_STRANGERS: Final = 1000
"""Found in a folder, which may be somebody's whole work: no need to look at the rest."""
OF_SYSTEMS: Final = (".DS_Store", "Thumbs.db")
"""What file managers leave in every folder that somebody looks at."""

_TABLES: Final = (
    "summary|intervals|ledger|levers|teams|comparison|verdicts|ranking|pairs|worlds|worlds_pairs|worlds_spread|"
    "assumptions|points|sweep|slopes|sensitivity|requirement|levels|levels_replications|heads_[^/]+|worth|numbers"
)
_WITHOUT_LIST: Final = re.compile(
    rf"({_TABLES})\.csv|(manifest|summary|comparison|sweep|staff|worth)\.json|scenario(_staffed|_with|_without)?\.yaml|"
    r"(contacts|moments|customers|agents)\.parquet|figures/[a-z_]+\.(png|svg)|"
    r"[^/]+/(summary\.csv|ledger\.csv|scenario\.yaml|manifest\.json)"
)
"""Files of versions without a list. Shift plans are none of them: they invite to edit, and hold files of others."""


_CASE: Final = re.compile(r"[0-9a-f]{32}")
_KEPT: Final = re.compile(r"\d+(\.replication|\.\d+\.\d+)|\d+(\.\d+\.\d+)?\.log/(rows\.npz|[a-z]+\.parquet)")
"""What lies in the folder of a case: replications and their logs, and both while they are written."""


class Contents(NamedTuple):
    """What is in a folder, by names with `/`: of this program, of others, and what somebody has changed since."""

    ours: tuple[str, ...]
    strangers: tuple[str, ...]
    changed: tuple[str, ...]


def document(folder: Path, name: str = MANIFEST) -> dict[str, Any]:
    """A JSON document of a folder, its manifest unless named; raises OSError or ValueError where there is none."""
    file = folder / name
    if file.stat().st_size > MOST_BYTES or not file.is_file():
        raise ValueError(f"{file} is no document")
    try:
        content = json.loads(file.read_bytes())
    except RecursionError:
        content = None
    if not isinstance(content, dict):
        raise ValueError(f"{folder / name} is no document")
    return content


def mark_draft(folder: Path) -> None:
    """Say in a new folder that this process is still filling it."""
    write_json({"made_by": PROGRAM, "draft": True, "host": platform.node()}, folder / FILES)


def mark(folder: Path) -> None:
    """List in a folder all that this program has written into it."""
    files = {
        name: {"bytes": (folder / name).stat().st_size, "sha256": checksum_of(folder / name)}
        for name in sorted(_names(folder))
        if name != FILES
    }
    write_json({"made_by": PROGRAM, "version": package_version(), "files": files}, folder / FILES)


def mark_more(folder: Path, name: str, content: bytes) -> None:
    """Add a file to the list of a folder, or put it in the place of an older one; without a list all is listed."""
    if not (folder / FILES).exists():
        mark(folder)
    files = dict(_list(folder))
    files[name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    listed = {key: files[key] for key in sorted(files)}
    beside = folder / f".{FILES}.{os.getpid()}"
    write_json({**document(folder, FILES), "files": listed}, beside)
    beside.replace(folder / FILES)


def contents(folder: Path) -> Contents:
    """Look at everything in a folder; raises OSError where that is not possible."""
    listed = _listed(folder)
    is_ours = _rule(folder, listed)
    ours: list[str] = []
    strangers: list[str] = []
    for name in _names(folder):
        (ours if is_ours(name) else strangers).append(name)
        if len(strangers) > ENOUGH_STRANGERS:
            break
    changed = [name for name in ours if name in listed and not is_as_written(folder, name, listed)]
    return Contents(tuple(sorted(ours)), tuple(sorted(strangers)), tuple(sorted(changed)))


def _rule(folder: Path, listed: Mapping[str, Any]) -> Callable[[str], bool]:
    """Whether a name in a folder is one of ours."""
    older = not (folder / FILES).exists() and _is_of_older_version(folder)

    def is_ours(name: str) -> bool:
        return (
            name in listed
            or (bool(listed) and name == FILES)
            or (older and bool(_WITHOUT_LIST.fullmatch(name)))
            or (name.startswith(f"{UNFINISHED}/") and is_kept_name(name.removeprefix(f"{UNFINISHED}/")))
            or Path(name).name in OF_SYSTEMS
        )

    return is_ours


def _is_of_older_version(folder: Path) -> bool:
    """Whether the manifest of a folder is one of this program."""
    with suppress(OSError, ValueError):
        found = document(folder)
        versions = found.get("versions")
        return isinstance(versions, dict) and PROGRAM in versions and {"identity", "complete"} <= found.keys()
    return False


def is_as_written(folder: Path, name: str, listed: Mapping[str, Any]) -> bool:
    """Whether a file is what the list of its folder says."""
    file, written = folder / name, listed[name]
    if file.is_symlink() or not file.is_file():
        return False
    return bool(file.stat().st_size == written["bytes"] and checksum_of(file) == written["sha256"])


def are_as_written(folder: Path, names: tuple[str, ...]) -> bool:
    """Whether those of these files that are there are as they were written; without a list nothing is known.

    Raises OSError or ValueError where the list cannot be read.
    """
    if not (folder / FILES).exists():
        return True
    listed, there = _list(folder), [name for name in names if (folder / name).exists()]
    return all(name in listed and is_as_written(folder, name, listed) for name in there)


def is_draft(folder: Path) -> bool:
    """Whether a process of this machine was still filling the folder."""
    with suppress(OSError, ValueError):
        content = document(folder, FILES)
        return (
            content.get("made_by") == PROGRAM
            and content.get("draft") is True
            and content.get("host") == platform.node()
        )
    return False


def remove(folder: Path, found: Contents) -> None:
    """Remove what is ours in a folder, then the folders that are empty; what cannot be removed stays."""
    for name in (*found.ours, *OF_SYSTEMS):
        with suppress(OSError):
            (folder / name).unlink()
    remove_empty(folder)


def remove_empty(folder: Path) -> None:
    """Remove a folder and those in it as far as they are empty; links are never followed."""
    for place, _, _ in os.walk(folder, topdown=False):
        with suppress(OSError):
            Path(place).rmdir()


def is_kept_name(name: str) -> bool:
    """Whether a path inside a folder of finished replications, with `/`, is one that `runs/resume.py` writes."""
    case, _, inside = name.partition("/")
    return bool(_CASE.fullmatch(case) and _KEPT.fullmatch(inside))


def kept_files(folder: Path) -> list[Path]:
    """Files in a folder of finished replications that `runs/resume.py` has written; in a link, none."""
    if folder.is_symlink() or not folder.is_dir():
        return []
    return [folder / name for name in _names(folder) if is_kept_name(name)]


def forget_kept(folder: Path) -> None:
    """Remove the finished replications in a folder, and it with them if nothing else is there."""
    for file in kept_files(folder):
        with suppress(OSError):
            file.unlink()
    if not folder.is_symlink():
        remove_empty(folder)


def _listed(folder: Path) -> Mapping[str, Any]:
    """What the list of a folder says; nothing where there is none that can be read."""
    with suppress(OSError, ValueError):
        return _list(folder)
    return {}


def _list(folder: Path) -> Mapping[str, Any]:
    """The list of a folder; raises OSError or ValueError where there is none, or none of this program."""
    content = document(folder, FILES)
    files = content.get("files")
    if content.get("made_by") != PROGRAM or not isinstance(files, dict):
        raise ValueError(f"{folder / FILES} is no list of files")
    for written in files.values():
        if not isinstance(written, dict) or not {"bytes", "sha256"} <= written.keys():
            raise ValueError(f"{folder / FILES} is no list of files")
    return files


def _names(folder: Path) -> Iterator[str]:
    """Every entry below a folder that is no folder itself: files, links, pipes; links are not followed."""

    def stop(error: OSError) -> None:
        raise error

    for place, folders, names in os.walk(folder, onerror=stop):
        for name in (*names, *(inside for inside in folders if Path(place, inside).is_symlink())):
            yield Path(place, name).relative_to(folder).as_posix()
