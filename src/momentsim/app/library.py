"""Scenarios that a browser can choose, by id and never by path: those shipped, and the files of the present folder."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from momentsim.errors import MomentsimError, ScenarioError
from momentsim.prepare.levers import lever_names
from momentsim.scenario import LoadedScenario, load
from momentsim.scenario.sections.size_checks import expected_moments, heads_of
from momentsim.scenario.shipped import shipped_files
from momentsim.scenario.types import Scenario
from momentsim.suggestions import did_you_mean

MAX_CONTACTS = 5_000_000
"""Needs of one storm that the app takes on; the commands take more."""
MAX_AGENTS = 3_000
MAX_FILES = 60
"""Files of one's own that are offered."""
MAX_FILE_BYTES = 1_000_000


class OfferedScenario(NamedTuple):
    """A scenario on the start page."""

    id: str
    name: str
    title: str
    sentence: str
    calls: int
    """Needs over the horizon, before anybody calls again."""
    agents: int
    hours: float
    levers: int
    variants: tuple[str, ...]
    refused: str
    """Why it cannot be played; empty where it can."""


class Library:
    """What can be chosen: every id stands for a file that was found here, and nothing else can be named."""

    def __init__(self, own: Path | None = None) -> None:
        self._own = own
        self._known: dict[str, tuple[float, OfferedScenario]] = {}
        self._files: dict[str, Path] = {}

    def offers(self) -> list[OfferedScenario]:
        """All that can be chosen, shipped ones first; each file is read again only when it has changed."""
        found = [*shipped_files().items(), *_own_files(self._own)]
        self._files |= dict(found)
        return [self._offer(one, path) for one, path in found]

    def add(self, path: Path) -> str:
        """The id of a file that was named on the command line."""
        known = next((one for one, shipped in shipped_files().items() if shipped == path), None)
        name = known or _own_id(path)
        self._files[name] = path
        return name

    def path(self, name: str) -> Path:
        """The file behind an id; raises MomentsimError for any other text."""
        if name not in self._files:
            self._files |= dict([*shipped_files().items(), *_own_files(self._own)])
        if name not in self._files:
            hint = did_you_mean(name[:80], self._files)
            raise MomentsimError(
                ", ".join(part for part in ("there is no scenario of this id", hint) if part)
            )
        return self._files[name]

    def _offer(self, name: str, path: Path) -> OfferedScenario:
        changed = path.stat().st_mtime if path.exists() else 0.0
        if name not in self._known or self._known[name][0] != changed:
            self._known[name] = (changed, _offered(name, path))
        return self._known[name][1]


def load_for_app(
    path: Path, variant: str | None = None, overrides: Sequence[str] = (), seed: int | None = None
) -> LoadedScenario:
    """A scenario that the app can play.

    Raises ScenarioError as every command does, and MomentsimError where it is beyond what people can steer live.
    """
    written = [*overrides, *([] if seed is None else [f"seed={seed}"])]
    loaded = load(path, variant=variant, overrides=written)
    _refuse_too_large(loaded)
    return loaded


def title_of(loaded: LoadedScenario) -> str:
    """A scenario's name as people say it: `airline_ice_storm` is the Airline ice storm."""
    return _title(loaded.scenario.name)


def _title(name: str) -> str:
    words = re.sub(r"[_\s]+", " ", name).strip()
    return f"{words[:1].upper()}{words[1:]}"


def _own_files(folder: Path | None) -> list[tuple[str, Path]]:
    """Scenario files of a folder; others are not told apart by more than a look at their keys."""
    if folder is None:
        return []
    paths = sorted(path for ending in ("*.yaml", "*.yml") for path in folder.glob(ending))
    shipped = {path.resolve() for path in shipped_files().values()}
    own = [path for path in paths if path.resolve() not in shipped and _is_scenario(path)]
    return [(_own_id(path), path) for path in own[:MAX_FILES]]


def _own_id(path: Path) -> str:
    """A word for the address bar, and what tells two files of like names apart."""
    word = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:40] or "file"
    return f"{word}-{hashlib.sha256(str(path.absolute()).encode('utf-8', 'surrogateescape')).hexdigest()[:6]}"


def _is_scenario(path: Path) -> bool:
    if not path.is_file() or path.name.startswith(".") or path.stat().st_size > MAX_FILE_BYTES:
        return False
    keys = re.findall(r"^(\w+):", path.read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
    return bool({"demand", "extends", "workforce"} & set(keys))


def _offered(name: str, path: Path) -> OfferedScenario:
    try:
        loaded = load(path)
        _refuse_too_large(loaded)
    except MomentsimError as error:
        return OfferedScenario(name, path.stem, _title(path.stem), "", 0, 0, 0.0, 0, (), _first_words(error))
    except OSError as error:
        refused = f"it cannot be read: {error.strerror}"
        return OfferedScenario(name, path.stem, _title(path.stem), "", 0, 0, 0.0, 0, (), refused)
    scenario = loaded.scenario
    return OfferedScenario(
        id=name,
        name=scenario.name,
        title=title_of(loaded),
        sentence=scenario.description,
        calls=round(contacts_of(loaded)),
        agents=agents_of(scenario),
        hours=round(scenario.horizon / 3600.0, 2),
        levers=len(lever_names(scenario)),
        variants=tuple(loaded.variants),
        refused="",
    )


def _first_words(error: MomentsimError) -> str:
    if not isinstance(error, ScenarioError) or not error.problems:
        return str(error)
    first = error.problems[0]
    where = f"line {first.line}: " if first.line else ""
    more = f" (and {len(error.problems) - 1} more)" if len(error.problems) > 1 else ""
    return f"{where}{', '.join(part for part in (first.key, first.what, first.allowed) if part)}{more}"


def contacts_of(loaded: LoadedScenario) -> float:
    """Needs over the horizon, those counted in files among them, before anybody calls again."""
    files = {volume.file for volume in loaded.scenario.demand.volumes.values() if volume.file is not None}
    end = loaded.scenario.start + timedelta(seconds=loaded.scenario.horizon)
    counted = sum(number for file in files for start, number in loaded.tables.get(file, ()) if start < end)
    return expected_moments(loaded.scenario, loaded.samples) + counted


def agents_of(scenario: Scenario) -> int:
    """People of all groups, and those whom levers call in; none of those that are yet to be planned."""
    return sum(heads_of(group) for group in scenario.workforce.groups.values())


def _refuse_too_large(loaded: LoadedScenario) -> None:
    contacts, agents = contacts_of(loaded), agents_of(loaded.scenario)
    advice = "take a shorter horizon or a part of the centre; the commands take larger ones"
    if contacts > MAX_CONTACTS:
        raise MomentsimError(
            f"about {contacts:,.0f} contacts are too many for the app, at most {MAX_CONTACTS:,}; {advice}"
        )
    if agents > MAX_AGENTS:
        raise MomentsimError(f"{agents:,} agents are too many for the app, at most {MAX_AGENTS:,}; {advice}")
