"""The world of one run: every table that the story reads or writes, each under its name.

The story gets a world and asks for rows: `tables.cases(w, slot)["stage"]`. In compiled code a world is the
address of its directory, so handing it on costs one register; see `momentsim.compiler.accessors`. All
indices are rows of flat tables; helpers below find the row of a pair or triple.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import numpy as np

from momentsim.compiler.accessors import CACHE_LINE, bit_finder, only_row_accessor, row_accessor, row_fetcher
from momentsim.compiler.decorators import COMPILING, compiled_inside
from momentsim.contract import plan as p
from momentsim.contract import trace as t
from momentsim.contract.plan import Table
from momentsim.engine.order import EVENT
from momentsim.engine.state import records as r

World: TypeAlias = Any
"""Inside the story: a `Tables` object in plain Python, the address of its directory in compiled code."""

_DTYPES: Final[dict[str, np.dtype[Any]]] = {
    "settings": p.SETTINGS,
    "effects": p.EFFECTS,
    "reasons": p.REASON,
    "segments": p.SEGMENT,
    "groups": p.GROUP,
    "serves_by_group": p.SERVES,
    "serves_by_queue": p.SERVES,
    "agents": p.AGENT,
    "matches": r.WHOLE,
    "laws": p.LAW,
    "samples": r.FLOAT,
    "crises": p.CRISIS,
    "blackouts": p.BLACKOUT,
    "levers": p.LEVER,
    "lever_sizes": p.LEVER,
    "triggers": p.TRIGGER,
    "pay_dates": r.WHOLE,
    "pay_weights": r.FLOAT,
    "outlook": p.OUTLOOK,
    "usual_prices": p.USUAL_PRICE,
    "expectation_law": r.FLOAT,
    "attitude_laws": r.FLOAT,
    "newcomers": r.FLOAT,
    "dates": p.DATE,
    "programmes": p.PROGRAMME,
    "aims": p.AIM,
    "recovery": p.RECOVERY,
    "hours": p.HOURS,
    "open_spans": p.OPEN_SPAN,
    "diverts": p.DIVERT,
    "sites": p.SITE,
    "callbacks": p.CALLBACK,
    "announcements": p.ANNOUNCEMENT,
    "informed": r.FLOAT,
    "moments": p.MOMENT,
    "centre": r.CENTRE,
    "cases": r.CASE,
    "customers": r.CUSTOMER_STATE,
    "customer_rows": r.PLACE,
    "joinings": r.JOINING,
    "prospects": r.WHOLE,
    "desk": r.DESK,
    "repairs": r.REPAIR,
    "repair_heap": r.WAITING,
    "claims": r.CLAIM,
    "claims_book": r.CLAIMS_BOOK,
    "agent_state": r.AGENT_STATE,
    "idle_heap": r.PLACE,
    "group_state": r.GROUP_STATE,
    "practices": r.PRACTICE,
    "practice_values": r.FLOAT,
    "usual_values": r.FLOAT,
    "progress": r.PROGRESS,
    "courses": r.COURSE,
    "lines": r.LINE,
    "queue_ends": r.QUEUE_ENDS,
    "level_of": r.WHOLE,
    "lane_of": r.WHOLE,
    "pulled": r.PULLED,
    "watches": r.WATCH,
    "pasts": r.PAST,
    "agenda": EVENT,
    "contacts": t.CONTACT,
    "moment_rows": t.MOMENT_ROW,
    "moment_facts": t.MOMENT_FACTS,
    "lever_rows": t.LEVER_ROW,
    "legs": t.LEG,
    "leg_rows": r.WHOLE,
    "intervals": t.INTERVAL,
    "staff": t.STAFF_INTERVAL,
    "queue_time": r.WHOLE,
    "tallies": t.MOMENT_TALLY,
    "booked": r.FLOAT,
    "waits": r.WHOLE,
    "wait_edges": r.FLOAT,
    "wait_steps": r.PLACE,
    "faded_dates": r.FLOAT,
    "mended_dates": r.FLOAT,
    "wallet_dates": r.WALLET_DATE,
    "wallet_days": r.WALLET_DAY,
    "rested": t.RESTED,
    "booking": r.BOOKING,
    "lasting_terms": r.FLOAT,
    "faithful": r.FLOAT,
    "lost": r.WHOLE,
    "wheel": r.WHEEL,
    "pool": r.HELD,
    "buckets": r.PLACE,
    "turns": r.PLACE,
    "front": r.PLACE,
}
SIZES: Final = p.record(*[(name, np.int64) for name in _DTYPES])
_PLACES: Final = {name: index for index, name in enumerate(["sizes", *_DTYPES])}


def _rows(name: str) -> Callable[..., Any]:
    return row_accessor(_PLACES[name], _DTYPES[name])


def _fetch(name: str) -> Callable[..., None]:
    return row_fetcher(_PLACES[name], _DTYPES[name])


def _only_row(name: str) -> Callable[..., Any]:
    return only_row_accessor(_PLACES[name], SIZES if name == "sizes" else _DTYPES[name])


sizes = _only_row("sizes")  # how many rows each table has
settings = _only_row("settings")
effects = _only_row("effects")
centre = _only_row("centre")
recovery = _only_row("recovery")
outlook = _only_row("outlook")
booking = _only_row("booking")  # what the changes of a bond that are being booked add up to
desk = _only_row("desk")
claims_book = _only_row("claims_book")
wheel = _only_row("wheel")
reasons = _rows("reasons")
segments = _rows("segments")
groups = _rows("groups")
serves_by_group = _rows("serves_by_group")
serves_by_queue = _rows("serves_by_queue")
agents = _rows("agents")
_matches = _rows("matches")
laws = _rows("laws")
samples = _rows("samples")
crises = _rows("crises")
blackouts = _rows("blackouts")
levers = _rows("levers")
lever_sizes = _rows("lever_sizes")
triggers = _rows("triggers")
pay_dates = _rows("pay_dates")
pay_weights = _rows("pay_weights")
_usual_prices = _rows("usual_prices")
rested = _rows("rested")  # by segment
expectation_law = _rows("expectation_law")
_attitude_laws = _rows("attitude_laws")
_newcomers = _rows("newcomers")
dates = _rows("dates")
hours = _rows("hours")
open_spans = _rows("open_spans")
diverts = _rows("diverts")
sites = _rows("sites")
callbacks = _rows("callbacks")
announcements = _rows("announcements")
_informed = _rows("informed")
programmes = _rows("programmes")
aims = _rows("aims")
moments = _rows("moments")
cases = _rows("cases")
customers = _rows("customers")
customer_rows = _rows("customer_rows")
joinings = _rows("joinings")
prospects = _rows("prospects")
repairs = _rows("repairs")
repair_heap = _rows("repair_heap")
claims = _rows("claims")
agent_state = _rows("agent_state")
idle_heap = _rows("idle_heap")
group_state = _rows("group_state")
practices = _rows("practices")
practice_values = _rows("practice_values")  # the same memory, field by field
usual_values = _rows("usual_values")  # the same without programmes
progress = _rows("progress")
courses = _rows("courses")
lines = _rows("lines")
_queue_ends = _rows("queue_ends")
level_of = _rows("level_of")
lane_of = _rows("lane_of")
pulled = _rows("pulled")
watches = _rows("watches")
pasts = _rows("pasts")
agenda = _rows("agenda")
contacts = _rows("contacts")
moment_rows = _rows("moment_rows")
moment_facts = _rows("moment_facts")  # in place of these where moments leave nothing behind
lever_rows = _rows("lever_rows")
_leg_rows = _rows("leg_rows")
_intervals = _rows("intervals")
_staff = _rows("staff")
_queue_time = _rows("queue_time")
_tallies = _rows("tallies")
booked = _rows("booked")  # value booked to moments until each date began
_waits = _rows("waits")
wait_edges = _rows("wait_edges")
wait_steps = _rows("wait_steps")
highest_bit = bit_finder()
lost = _rows("lost")
faded_dates = _rows("faded_dates")  # what is left on each pay date of a displacement at the start
mended_dates = _rows("mended_dates")  # the same of a grievance
wallet_dates = _rows("wallet_dates")  # the same of a wallet and of its target
wallet_days = _rows("wallet_days")  # by day from the start on
lasting_terms = _rows("lasting_terms")  # coefficients of `lasting` in z, from 1 on
faithful = _rows("faithful")  # paper to reckon on: two for each pay date
pool = _rows("pool")
buckets = _rows("buckets")
turns = _rows("turns")
front = _rows("front")
fetch_case = _fetch("cases")  # these tell the processor which row will soon be wanted
fetch_customer = _fetch("customers")
fetch_customer_row = _fetch("customer_rows")
fetch_event = _fetch("pool")


@compiled_inside
def queue_ends(w: World, queue: int, list_number: int) -> Any:
    """First and last waiting contact of a queue's place: a lane of a level, lanes within levels."""
    return _queue_ends(w, queue * centre(w)["levels"] * centre(w)["lanes"] + list_number)


@compiled_inside
def informed(w: World, announcement: int, reason: int) -> float:
    """Share of a reason's callers whose only question a message answers."""
    return float(_informed(w, announcement * sizes(w)["reasons"] + reason)["value"])


@compiled_inside
def kind_of_leg(w: World, slot: int) -> int:
    """Kind of the leg in progress, a row of the plan's legs: of its reason, passed on or not, a message or not."""
    case = cases(w, slot)
    if case["escalated"] | case["message"]:
        return int(_leg_rows(w, 4 * case["reason"] + 2 * case["escalated"] + case["message"])["value"])
    return int(case["reason"])


@compiled_inside
def counts(w: World, slot: int) -> Any:
    """Counts of legs like the one in progress: of its kind, that arrived in the same interval."""
    return _intervals(w, cases(w, slot)["interval"] * sizes(w)["legs"] + kind_of_leg(w, slot))


@compiled_inside
def staff(w: World, interval: int, group: int) -> Any:
    """Agent time by interval and group."""
    return _staff(w, interval * sizes(w)["groups"] + group)


@compiled_inside
def queue_time(w: World, interval: int, queue: int) -> Any:
    """Time waited by interval and queue."""
    return _queue_time(w, interval * sizes(w)["lines"] + queue)


@compiled_inside
def match(w: World, group: int, segment: int) -> Any:
    """1 where a group is matched to a segment."""
    return _matches(w, group * sizes(w)["segments"] + segment)


@compiled_inside
def tally(w: World, reason: int, segment: int, kind: int) -> Any:
    """Counts of moments by reason, segment and kind."""
    return _tallies(w, (reason * sizes(w)["segments"] + segment) * 3 + kind)


@compiled_inside
def attitude_law(w: World, segment: int, quantile: int) -> float:
    """A quantile of attitudes at the start, of `attitude_points` evenly spaced ones."""
    return float(_attitude_laws(w, segment * attitude_points(w) + quantile)["value"])


@compiled_inside
def attitude_points(w: World) -> int:
    """How many quantiles of attitudes there are for each segment; 0: all attitudes are 0 at the start."""
    return int(sizes(w)["attitude_laws"] // sizes(w)["segments"])


@compiled_inside
def usual_price(w: World, reason: int, segment: int, month: int, norm: int) -> Any:
    """What the usual contact of a reason changes, so many months after the start, at the norm of this number."""
    months = sizes(w)["usual_prices"] // (sizes(w)["reasons"] * sizes(w)["segments"] * p.PRICED_NORMS)
    place = (reason * sizes(w)["segments"] + segment) * months + month
    return _usual_prices(w, place * p.PRICED_NORMS + norm)


@compiled_inside
def newcomer(w: World, segment: int) -> float:
    """What an average customer of this segment who joins today is expected to be worth."""
    return float(_newcomers(w, centre(w)["day"] * sizes(w)["segments"] + segment)["value"])


@compiled_inside
def waits(w: World, slot: int, end: int, bin_number: int) -> Any:
    """Histogram of waits of legs like the one in progress, by end (0 answered, 1 abandoned)."""
    return _waits(w, (kind_of_leg(w, slot) * 2 + end) * t.WAIT_BINS + bin_number)


def aligned_rows(rows: int, dtype: np.dtype[Any]) -> Table:
    """New rows, unwritten, that begin on a line of the processor's cache: those of whole lines then share none."""
    room = np.empty(rows * dtype.itemsize + CACHE_LINE, np.uint8)
    start = -room.ctypes.data % CACHE_LINE
    return room[start : start + rows * dtype.itemsize].view(dtype)


_NOTHING = tuple(np.zeros(0, dtype) for dtype in _DTYPES.values())
"""Tables without rows, the same in all worlds: a small run takes longer to make them than to be told."""
_NOWHERE = np.array([0, *(table.ctypes.data for table in _NOTHING)], np.int64)


class Tables:
    """Owns the tables of one run and keeps the directory of their addresses true."""

    def __init__(self, **tables: Table) -> None:
        self.tables: list[Table] = [np.zeros(1, SIZES), *_NOTHING]
        self._directory = _NOWHERE.copy()
        self._address = int(self._directory.ctypes.data)
        self._register("sizes")
        self.put(**tables)

    def __getitem__(self, name: str) -> Table:
        return self.tables[_PLACES[name]]

    def put(self, **tables: Table) -> None:
        """Set tables by name; a plain array of the one field's type will do."""
        for name, table in tables.items():
            dtype = _DTYPES[name]
            flat = np.ascontiguousarray(table).reshape(-1)
            self.tables[_PLACES[name]] = flat if flat.dtype == dtype else flat.view(dtype)
            self._register(name)

    def copy(self, used: Mapping[str, int], room: Mapping[str, int] = MappingProxyType({})) -> Tables:
        """Another world in the same state. Of the tables in `used` only so many first rows count and are filled.

        Those in `room` get so many rows in place of their own, and as many as count at least. Tables that lie in the
        same memory do so in the copy too. They are found by where they lie: a list of them would go stale, and a
        table copied apart from its other name goes wrong without an error.
        """
        other = Tables()
        for names in self._by_memory():
            if len(names) == 1 and names[0] in room:
                (name,) = names
                filled = self[name][: used[name]]
                other.put(**{name: aligned_rows(max(room[name], len(filled)), filled.dtype)})
                other[name][: len(filled)].view(np.uint8)[:] = filled.view(np.uint8)
                continue
            first, end = self._span(names)
            memory = aligned_rows(end - first, np.dtype(np.uint8))
            for name in names:
                table = self[name]
                start = table.ctypes.data - first
                filled = table[: used.get(name, len(table))].view(np.uint8)
                memory[start : start + len(filled)] = filled
                other.put(**{name: memory[start : start + table.nbytes].view(table.dtype)})
        return other

    @property
    def bytes(self) -> int:
        """Memory of all rows, those that tables share counted once."""
        return sum(end - first for first, end in map(self._span, self._by_memory()))

    def _span(self, names: Sequence[str]) -> tuple[int, int]:
        """Where the memory of tables that share it begins and ends."""
        first = self[names[0]].ctypes.data
        return first, max(self[name].ctypes.data + self[name].nbytes for name in names)

    def _by_memory(self) -> list[list[str]]:
        """Names of the tables that have rows, those that share memory together, each list by address."""
        together: list[list[str]] = []
        end = 0
        for name in sorted(
            filter(lambda name: len(self[name]), _DTYPES), key=lambda name: self[name].ctypes.data
        ):
            start = self[name].ctypes.data
            if start >= end:
                together.append([])
            together[-1].append(name)
            end = max(end, start + self[name].nbytes)
        return together

    @property
    def world(self) -> World:
        """What the story is given."""
        return self._address if COMPILING else self

    def _register(self, name: str) -> None:
        table = self[name]
        self._directory[_PLACES[name]] = table.ctypes.data
        if name != "sizes":
            self.tables[0][name] = len(table)
