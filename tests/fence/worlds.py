"""Scenarios at random from the types themselves: any key at any value, its ends more often than what lies between.

A scenario begins as one that has everything (`whole`). Then keys are changed: which keys there are, what values they
take and where these end is read from the sections of the scenario, so that a new key has its turn by itself. What
the loader refuses is taken back, key by key; sizes that would take long are cut to what runs in a second.
"""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final, Literal, get_args, get_origin

from fence.whole import whole
from momentsim import units
from momentsim.errors import ScenarioError
from momentsim.scenario import LoadedScenario
from momentsim.scenario.evidence.registry import BEHAVIOURAL
from momentsim.scenario.fields import FieldFacts, OfKind, facts_at, limits_of, options, section_at, unit_mark
from momentsim.scenario.laws.law import Law
from momentsim.scenario.laws.law_checks import WAYS
from momentsim.scenario.quantities import ServiceGoal
from momentsim.scenario.sections.base import ALL_DAYS
from momentsim.scenario.sections.size_checks import heads_of, moments_on, parties_of
from worlds.telling import loaded_from

Data = dict[str, Any]
Path = tuple[str | int, ...]
MOST_MOMENTS: Final = 6_000
"""Expected in one replication; more would take long, and find no more."""
MOST_AGENTS: Final = 400
TRIGGERS: Final = [
    "queue(care) > 1", "queue <= 0 for 20 min", "longest_wait >= 30 s for 1 min", "abandoned < 5 % over 7 d",
    "abandoned(care) > 1 %", "complaints > 1 over 2 h", "complaints <= 0 over 1 min", "on_duty(care) < 2 for 1 h",
]  # fmt: skip
"""Conditions of levers: all that can be watched, over short and long spans."""
_LEFT: Final = {("name",), ("description",), ("currency",), ("seed",), ("run", "replications")}
"""Keys that no run reads, or that only say how many runs."""


class RandomWorld:
    """One scenario, and which keys were changed to what."""

    def __init__(self, seed: int, scale: float = 1.0) -> None:
        self.random = random.Random(seed)
        self.data = whole(scale)
        self.changes: dict[Path, Any] = {}
        self.data["seed"] = seed

    def loaded(self) -> LoadedScenario:
        """The scenario after changes that the loader accepts; `changes` are those that stayed."""
        for _ in range(self.random.choice((1, 2, 4, 6))):
            before, kept = copy.deepcopy(self.data), dict(self.changes)
            for _ in range(self.random.choice((1, 2, 4, 8))):
                self.change()
            if self._fitting(before, kept) is None:
                self.data, self.changes = before, kept
        found = self._fitting(self.data, self.changes)
        assert found is not None
        return found

    def _fitting(self, before: Data, kept: dict[Path, Any]) -> LoadedScenario | None:
        """The scenario, with what is refused taken back."""
        for _ in range(3):
            try:
                found = loaded_from(self.data)
            except ScenarioError as error:
                if not self._taken_back(error, before):
                    return None
                continue
            return found if is_small(found) else None
        return None

    def _taken_back(self, error: ScenarioError, before: Data) -> bool:
        """Take back the changes that the loader speaks of."""
        named = {problem.key.replace("[", ".").replace("]", "") for problem in error.problems}
        guilty = [
            path for path in self.changes
            if any(_is_beside(".".join(map(str, path)), key) for key in named)
        ]  # fmt: skip
        for path in guilty:
            if not _restore(self.data, before, path):
                return False
            del self.changes[path]
        return bool(guilty)

    def change(self) -> None:
        """Change one key at random, or take one thing of several out, or move a parameter of behaviour."""
        dice = self.random.random()
        if dice < 0.05:
            self.take_out()
            return
        if dice < 0.12:
            name = self.random.choice(list(BEHAVIOURAL))
            known = BEHAVIOURAL[name]
            ends = (known.low, known.high, self.random.uniform(known.low, known.high))
            if isinstance(self.data.get("behaviour"), dict):
                self.put(("behaviour", "parameters"), {name: float(self.random.choice(ends))})
            return
        path = self.random.choice([path for path in keys_in(self.data) if path not in _LEFT])
        facts = facts_at(kinds(path, self.data))
        value = ... if facts is None else self.value_of(path, facts)
        if value is not ...:
            self.put(path, value)

    def take_out(self) -> None:
        """Take one of several programmes, groups, moments, shifts, ... out."""
        found = [path for path in keys_in(self.data) if isinstance(at(self.data, path), dict)]
        mappings = [
            path for path in found if section_there(kinds(path, self.data)) is None and at(self.data, path)
        ]
        path = self.random.choice(mappings)
        left = dict(at(self.data, path))
        del left[self.random.choice(list(left))]
        self.put(path, left)

    def put(self, path: Path, value: Any) -> None:
        """Write a value, and remember it."""
        self.changes[path] = value
        at(self.data, path[:-1])[path[-1]] = value

    def value_of(self, path: Path, facts: FieldFacts) -> Any:
        """A value for a key, as one would write it; `...` for none."""
        rng = self.random
        if facts.info is not None and not facts.info.is_required() and rng.random() < 0.15:
            return None  # as when it is left out
        choice = rng.choice(options(facts.annotation))
        if get_origin(choice) is Literal:
            return rng.choice(get_args(choice))
        if get_origin(choice) is tuple:
            return self.items(path)
        if get_origin(choice) is dict:
            return self.entries(path, choice)
        makers: dict[Any, Callable[[], Any]] = {
            bool: lambda: rng.random() < 0.5,
            ServiceGoal: lambda: rng.choice(["80/20", "100/0", "1/86400", "0/1"]),
            Law: self.law,
            datetime: self.moment_of_time,
            int: lambda: self.number(facts, is_whole=True),
            float: lambda: self.number(facts, is_whole=False),
            str: lambda: self.name_for(path),
        }
        return makers[choice]() if choice in makers else ...

    def items(self, path: Path) -> Any:
        """A list of a few values; a profile has a weight for every hour."""
        facts = facts_at(kinds((*path, 0), self.data))
        if facts is None or section_there(kinds((*path, 0), self.data)) is not None:
            return ...
        number = (
            24 if "profile" in str(path[-1]) or path[-2] == "weekday_profiles" else self.random.randrange(4)
        )
        values = [self.value_of((*path, 0), facts) for _ in range(number)]
        return ... if ... in values else values

    def entries(self, path: Path, annotation: Any) -> Any:
        """A mapping with one entry."""
        key = self.random.choice(get_args(get_args(annotation)[0]) or ("",))
        if not isinstance(key, str) or not key:
            key = self.random.choice(["sales", "care"])
        facts = facts_at(kinds((*path, key), self.data))
        if facts is None or section_there(kinds((*path, key), self.data)) is not None:
            return ...
        value = self.value_of((*path, key), facts)
        return ... if value is ... else {key: value}

    def number(self, facts: FieldFacts, *, is_whole: bool) -> Any:
        """A number within the range of a key, written with its unit: one of its ends, near one, or between."""
        rng = self.random
        low, low_open, high, _ = limits_of(facts)
        mark = unit_mark(facts)
        low = 0.0 if low is None else low
        high = low + 10.0 if high is None else high
        tiny = rng.choice((1e-300, 1e-9, 1e-3)) if low == 0.0 else low * 1e-9
        usual = facts.info.default if facts.info is not None else None
        between = rng.uniform(low, high)
        if high > 1000.0 * max(low, 1.0):
            between = 10.0 ** rng.uniform(math.log10(max(low, 1e-6)), math.log10(high))
        known = [low + tiny if low_open else low, low + tiny, high, between, between]
        if isinstance(usual, int | float) and not isinstance(usual, bool):
            known += [min(max(usual * factor, low), high) for factor in (0.1, 0.5, 2.0, 10.0)]
        value = rng.choice(known)
        if is_whole:
            return round(value)
        name = mark.name if mark is not None else ""
        if name == "duration":
            return f"{value!r} s"
        if name == "money":
            return f"{value!r} USD"
        if name == "money per hour":
            return f"{value!r} USD/h"
        if name == "time of day":
            return units.format_time_of_day(round(value))
        return value

    def law(self, *, inside: bool = False) -> Data:
        """Any law in any of its ways."""
        rng = self.random
        family = rng.choice(list(WAYS))
        if inside and family in ("mixture", "hyperexponential"):
            family = "lognormal"
        data: Data = {"distribution": family}
        for slot in rng.choice(WAYS[family]):
            key = rng.choice(slot)
            if key == "parts":
                data[key] = self.parts(exponential=family == "hyperexponential")
            elif key == "file":
                data[key] = "seconds.csv"
            elif key == "quantile":
                data[key] = {"share": rng.choice([0.001, 0.25, 0.51, 0.9, 0.99999]), "at": self.duration()}
            elif key in ("cv", "sigma", "shape", "phases"):
                facts = facts_at((key,), Law)
                assert facts is not None
                small = rng.random() < 0.6  # any range of these holds the numbers about 1
                data[key] = rng.choice([1, 2, 0.5]) if small else self.number(facts, is_whole=key == "phases")
            else:
                data[key] = self.duration()
        return data

    def parts(self, *, exponential: bool) -> list[Data]:
        """Two or three parts with weights that add up to 1."""
        weights = self.random.choice([(0.5, 0.5), (1.0, 0.0), (0.25, 0.5, 0.25), (1e-9, 1 - 1e-9)])
        return [
            {
                "weight": weight,
                "law": {"distribution": "exponential", "mean": self.duration()}
                if exponential
                else self.law(inside=True),
            }
            for weight in weights
        ]

    def duration(self) -> str:
        """A duration of a law: mostly a usual one."""
        rng = self.random
        usual = ["0 s", "1 s", "40 s", "5 min", "1 h", "1 d", "30 d"]
        seconds = f"{10.0 ** rng.uniform(-7, 9.499)!r} s"
        return rng.choice([*usual, "100 years", "9 years", seconds, seconds])

    def moment_of_time(self) -> str:
        """Some time about the horizon."""
        start = datetime(2024, 1, 7)
        minutes = self.random.choice([0, 1, 60, 1440, 1500, 2880, self.random.randrange(4320)])
        return units.format_timestamp(start + timedelta(minutes=minutes))

    def name_for(self, path: Path) -> Any:
        """A name that may belong there."""
        known = {
            "skill": ["sales", "care"], "escalates_to": ["sales", "care"], "group": ["called"],
            "moment": list(self.data["moments"]), "status_moment": list(self.data["moments"]),
            "owner": ["it", "billing"], "site": ["north", "south"],
            "skills": ["sales", "care"], "groups": list(self.data["workforce"]["groups"]),
            "matches": list(self.data["customers"]["segments"]),
            "when": TRIGGERS, "undo_when": TRIGGERS, "queue": ["sales", "care"],
            "crisis": list(self.data["crises"]), "programme": list(self.data["programmes"]),
        }  # fmt: skip
        place = path[-1] if isinstance(path[-1], str) else path[-2]
        names = known.get(str(place))
        return self.random.choice(names) if names else ...


def is_small(loaded: LoadedScenario) -> bool:
    """Whether a scenario runs in about a second."""
    scenario = loaded.scenario
    days = (scenario.opening.warm_up + scenario.horizon) / units.SECONDS_PER_DAY
    customers = sum(segment.customers for segment in scenario.customers.segments.values())
    moments = sum(
        moments_on(volume, customers, day, loaded.samples) / 7 * max(days, 1.0)
        for volume in scenario.demand.volumes.values()
        for day in ALL_DAYS
    )
    moments += sum(sum(parties_of(storm)) for storm in scenario.crises.values())
    moments += sum(scenario.opening.backlog.values())
    agents = sum(heads_of(group) for group in scenario.workforce.groups.values())
    intervals = (days * units.SECONDS_PER_DAY + scenario.run.run_out) / scenario.interval
    return (
        moments <= MOST_MOMENTS and agents <= MOST_AGENTS and customers <= 2_000_000 and intervals <= 20_000
    )


def keys_in(data: Data) -> Iterator[Path]:
    """Every key of a scenario that has a type, written or not; below laws only the law itself."""
    yield from _keys_below(data, (), data)


def _keys_below(value: Any, path: Path, data: Data) -> Iterator[Path]:
    section = section_there(kinds(path, data))
    if section is Law:
        return
    if isinstance(value, list):
        for position, item in enumerate(value):
            yield (*path, position)
            yield from _keys_below(item, (*path, position), data)
    elif section is None and isinstance(value, dict):
        for key, item in value.items():
            yield from _keys_below(item, (*path, key), data)
    elif section is not None and isinstance(value, dict):
        for key in section.model_fields:
            yield (*path, key)
            if key in value:
                yield from _keys_below(value[key], (*path, key), data)


def section_there(path: Path) -> Any:
    """`section_at`, kept: every change asks for the types of every key again."""
    return _section_at(tuple((part, getattr(part, "kind", "")) for part in path))


@cache
def _section_at(parts: tuple[tuple[str | int, str], ...]) -> Any:
    return section_at(tuple(OfKind(str(name), kind) if kind else name for name, kind in parts))


def kinds(path: Path, data: Data) -> Any:
    """The key with the kinds of programmes and levers in it, so that their own fields are found."""
    if len(path) > 1 and path[0] in ("programmes", "levers"):
        kind = at(data, (*path[:2], "kind"))
        return path if kind is None else (path[0], OfKind(str(path[1]), kind), *path[2:])
    return path


def at(data: Any, path: Path) -> Any:
    """What stands at a key, None where nothing does."""
    for part in path:
        if isinstance(data, dict):
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            return None
    return data


def _restore(data: Data, before: Data, path: Path) -> bool:
    """Set a key to what it was; False where its surroundings are others."""
    here, then = at(data, path[:-1]), at(before, path[:-1])
    if type(here) is not type(then) or len(path) == 0 or here is None:
        return False
    if isinstance(then, dict) and path[-1] not in then:
        here.pop(path[-1], None)
    elif isinstance(then, list) and int(path[-1]) >= min(len(then), len(here)):
        return False
    else:
        here[path[-1]] = copy.deepcopy(then[path[-1]])
    return True


def _is_beside(path: str, key: str) -> bool:
    """Whether one of two keys lies at or below the other."""
    return path == key or path.startswith(f"{key}.") or key.startswith(f"{path}.")
