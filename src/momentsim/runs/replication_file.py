"""The content of a kept replication: a head in JSON (names, numbers, shapes and types), then its arrays, compressed.

No array is unpacked before its type and shape were compared with what its scenario can have.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from momentsim.contract.plan import MomentKind, Names, TeamName
from momentsim.contract.trace import (
    ACQUISITION,
    INTERVAL,
    LEG,
    LEVER_ROW,
    LEVER_USE,
    MOMENT_TALLY,
    PROGRAMME_ROW,
    WAIT_BINS,
)
from momentsim.measures.career_totals import CAREERS
from momentsim.measures.digest import AGENTS, QUEUE_INTERVAL, STAFF, TEAMS, Digest
from momentsim.measures.expected_customers import PEOPLE
from momentsim.measures.sites import SITES
from momentsim.prepare.levers import lever_names
from momentsim.prepare.reasons import queue_names
from momentsim.runs.backends.base import FinishedReplication
from momentsim.runs.sealed import Unusable
from momentsim.scenario.sections.size_checks import MAX_AGENTS, simulated_s
from momentsim.units import SECONDS_PER_YEAR

if TYPE_CHECKING:
    from momentsim.scenario import Scenario

FASTEST: Final = 1
"""Level of compression: the digest of a day takes a tenth of its size and a millisecond."""
MOST_PULLS: Final = 400_000
"""Levers pulled in one replication that is read back; one that pulls more is made again."""
MOST_HEAD: Final = 16_000_000
"""Bytes of a head, most of which are names."""

_INT: Final = np.dtype(np.int64)
_FLOAT: Final = np.dtype(np.float64)


class ArrayLayout(NamedTuple):
    """What an array of a kept replication is: its type, and the name or the length of each of its dimensions."""

    kind: np.dtype[Any]
    shape: tuple[str | int, ...]


ARRAYS: Final[Mapping[str, ArrayLayout]] = {
    "queues": ArrayLayout(QUEUE_INTERVAL, ("intervals", "queues")),
    "staff": ArrayLayout(STAFF, ("intervals", "groups")),
    "serves": ArrayLayout(np.dtype(np.bool_), ("queues", "groups")),
    "legs": ArrayLayout(LEG, ("legs",)),
    "horizon": ArrayLayout(INTERVAL, ("legs",)),
    "run_out": ArrayLayout(INTERVAL, ("legs",)),
    "waits": ArrayLayout(_INT, ("legs", 2, WAIT_BINS)),
    "work_after": ArrayLayout(_FLOAT, ("groups",)),
    "tallies": ArrayLayout(MOMENT_TALLY, ("reasons", "segments", len(MomentKind))),
    "value_by_month": ArrayLayout(_FLOAT, ("months",)),
    "agents": ArrayLayout(AGENTS, ("groups",)),
    "teams": ArrayLayout(TEAMS, ("teams",)),
    "people": ArrayLayout(PEOPLE, ("segments",)),
    "sites": ArrayLayout(SITES, ("groups",)),
    "lost": ArrayLayout(_INT, ("segments",)),
    "acquisition": ArrayLayout(ACQUISITION, ("segments",)),
    "careers": ArrayLayout(CAREERS, ("groups",)),
    "paid_hours": ArrayLayout(_FLOAT, ("groups",)),
    "programmes": ArrayLayout(PROGRAMME_ROW, ("programmes",)),
    "lever_use": ArrayLayout(LEVER_USE, ("levers",)),
    "pulled": ArrayLayout(LEVER_ROW, ("pulls",)),
}
NUMBERS: Final[Mapping[str, type]] = {"lever_cost": float, "ended_s": float, "events": int}
"""Fields of a digest that are numbers and no arrays."""


def encode(finished: FinishedReplication, log: Mapping[str, str]) -> bytes:
    """A replication as bytes; of its log, the checksum of each of its files."""
    arrays = {name: np.ascontiguousarray(_array(finished, name)) for name in ARRAYS}
    head = {
        "names": finished.names._asdict(),
        "numbers": {name: getattr(finished.digest, name) for name in NUMBERS},
        "arrays": {name: [_type_text(array.dtype), array.shape] for name, array in arrays.items()},
        "log": dict(log),
    }
    numbers = zlib.compress(b"".join(array.tobytes() for array in arrays.values()), FASTEST)
    return b"\n".join((json.dumps(head).encode(), numbers))


def _array(finished: FinishedReplication, name: str) -> Any:
    return finished.pulled if name == "pulled" else getattr(finished.digest, name)


def decode(content: bytes, sizes: Mapping[str, int]) -> tuple[FinishedReplication, dict[str, str]]:
    """The other way round, with the checksums of its log; raises Unusable for anything that does not fit `sizes`."""
    text, _, packed = content.partition(b"\n")
    try:
        head = json.loads(text)
        shapes = {name: _shape(head["arrays"][name], field, sizes) for name, field in ARRAYS.items()}
        numbers = {name: _number(head["numbers"][name], kind) for name, kind in NUMBERS.items()}
        arrays = _arrays(packed, shapes)
        pulled = arrays.pop("pulled")
        digest = Digest(**arrays, **numbers)
        log = {str(name): str(checksum) for name, checksum in head["log"].items()}
        return FinishedReplication(_names(head["names"]), pulled=pulled, digest=digest, log=None), log
    except Unusable:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, zlib.error):
        raise Unusable("it is no replication") from None


def _shape(announced: list[Any], field: ArrayLayout, sizes: Mapping[str, int]) -> tuple[int, ...]:
    """The shape of an array, if it is one that the scenario can have."""
    type_text, shape = announced
    if type_text != _type_text(field.kind) or len(shape) != len(field.shape):
        raise Unusable("it holds other numbers than it should")
    for length, dimension in zip(shape, field.shape, strict=True):
        most = sizes[dimension] if isinstance(dimension, str) else dimension
        least = 0 if isinstance(dimension, str) else dimension
        if type(length) is not int or not least <= length <= most:
            raise Unusable("it holds more or fewer numbers than it can")
    return tuple(shape)


def _number(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise Unusable("it holds other numbers than it should")
    return value


def _arrays(packed: bytes, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Any]:
    """Unpack just as many bytes as were announced."""
    expected = sum(math.prod(shape) * ARRAYS[name].kind.itemsize for name, shape in shapes.items())
    unpacking = zlib.decompressobj()
    numbers = unpacking.decompress(packed, expected + 1)
    if len(numbers) != expected or not unpacking.eof or unpacking.unused_data:
        raise Unusable("it holds more or fewer numbers than it says")
    arrays, place = {}, 0
    for name, shape in shapes.items():
        kind, count = ARRAYS[name].kind, math.prod(shape)
        arrays[name] = (
            np.frombuffer(numbers, kind, count, place).reshape(shape).copy()
            if count
            else np.zeros(shape, kind)
        )
        place += count * kind.itemsize
    return arrays


def sizes_of(scenario: Scenario) -> dict[str, int]:
    """The longest that each dimension can be in a replication of this scenario."""
    groups, moments = len(scenario.workforce.groups), len(scenario.moments)
    intervals = (simulated_s(scenario) + scenario.run.run_out) / scenario.interval
    return {
        "intervals": math.ceil(intervals) + 2,
        "months": math.ceil(scenario.horizon / SECONDS_PER_YEAR * 12) + 1,
        "queues": len(queue_names(scenario)),
        "groups": groups,
        "reasons": moments,
        "legs": 4 * moments,
        "segments": len(scenario.customers.segments),
        "teams": MAX_AGENTS + groups,
        "programmes": len(scenario.programmes) * (groups + 1),
        "levers": len(lever_names(scenario)),
        "pulls": MOST_PULLS,
    }


def most_bytes(sizes: Mapping[str, int]) -> int:
    """The longest content that a replication of these sizes can have."""
    unpacked = sum(
        field.kind.itemsize
        * math.prod(sizes[name] if isinstance(name, str) else name for name in field.shape)
        for field in ARRAYS.values()
    )
    return MOST_HEAD + unpacked + unpacked // 1000 + 1000  # what cannot be packed takes a little more


def _names(written_names: dict[str, Any]) -> Names:
    named = {name: tuple(words) for name, words in written_names.items()}
    teams = tuple(TeamName(*team) for team in named["teams"])
    return Names(**{**named, "teams": teams, "lever_sizes": tuple(map(tuple, named["lever_sizes"]))})


@cache
def _type_text(kind: np.dtype[Any]) -> str:
    return json.dumps(np.lib.format.dtype_to_descr(kind))
