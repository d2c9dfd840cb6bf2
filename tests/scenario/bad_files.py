"""Bad scenario files by number: number n is always the same file, so that what was found can be found again.

Every file begins as one that loads, with its side files, and is then harmed one to five times: its bytes, its tokens,
its values or its structure. Run as a program it loads a range of them:
`python tests/scenario/bad_files.py FIRST LAST` prints what went wrong, by number.
"""

from __future__ import annotations

import copy
import json
import random
import re
import signal
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import Any, Final

import yaml

from momentsim.errors import MomentsimError, ScenarioError
from momentsim.scenario import explain, load
from momentsim.scenario.fields import all_sections, keys_of
from momentsim.scenario.resolved_file import resolved_text

LONGEST_S: Final = 20.0
"""For one file, on a busy machine; most take some milliseconds."""
MOST_BYTES: Final = 1 << 30
"""Of memory that files may have loaded on top of what was there."""

_ROOT: Final = Path(__file__).parents[2]
_SCENARIOS: Final = sorted((_ROOT / "scenarios").glob("*.yaml"))
_DATA: Final = sorted((Path(__file__).parent / "data").glob("*.yaml"))

WITH_FILES: Final = """\
name: filed
start: "2024-01-08 00:00"
horizon: 1 d
customers: {segments: {everyone: {customers: 900, yearly_margin: 100 USD}}}
moments:
  question: {handling_time: {distribution: empirical, file: talks.csv}}
  order: {handling_time: {median: 4 min, quantile: {share: 90 %, at: 9 min}}}
demand:
  volumes:
    question: {file: volumes.csv}
    order: {per_day: 200}
workforce:
  groups:
    day: {heads_file: heads.csv}
    late: {shifts_file: shifts.csv}
variants:
  more: {workforce: {groups: {day: {heads_file: null, heads: 9}}}}
"""


def _by_interval(column: str, number: int) -> str:
    rows = [f"2024-01-08 {half // 2:02}:{half % 2 * 30:02},{number}" for half in range(48)]
    return "\n".join([f"interval_start,{column}", *rows, ""])


SIDE_FILES: Final = {
    "volumes.csv": _by_interval("offered", 20),
    "heads.csv": _by_interval("heads", 4),
    "talks.csv": "seconds\n" + "\n".join(str(20 + 7 * row) for row in range(60)) + "\n",
    "shifts.csv": "shift,days,start,end,heads,breaks\nlate,mon-fri,12:00,20:00,3,15:00 30 min\n",
}

HOSTILE: Final[tuple[Any, ...]] = (
    None, True, False, 0, -1, 1, 2, 1e308, -1e308, 5e-324, -0.0, 10**25, 10**400, 2**63, -(2**63) - 1, float("nan"),
    float("inf"), float("-inf"), "", " ", "never", "on", "off", "80/20", "0/0", "1e400 d", "1 years", "12 %", "120 %",
    "-5 s", "0 s", "1e-300 s", "1e300 s", "24:00", "25:61", "2024-02-30", "9999-12-31 23:59", "=1+1",
    "../x", "/etc/passwd", "nul", "a\0b", "\ud800", "\u202e", "\u0130", "x" * 3000, "9" * 5000, "9" * 400 + " s",
    "1_000", "0x10", "08:30", "1.2.3", "NaN s", "inf min", "volumes.csv", "shifts.csv", "bad.yaml", "1 USD", "1 EUR/h",
    "5 min..6 min", [], {}, [[]], [None], {"": ""}, {"mean": "5 min"}, {"median": "5 min", "sigma": 9},
    {"distribution": "empirical", "file": "talks.csv"}, {"distribution": "mixture", "parts": []},
    {"distribution": "weibull", "median": "5 min", "shape": 0.05}, ["a"] * 500, "\u0661 min", "1\u00a0min",
)  # fmt: skip
TOKENS: Final = (
    "&a ", "*a", "*b", "<<: ", "<<: *a", "!!python/object:os.system ", "!!binary ", "!!set ",
    "!!timestamp ", "!!float ", "!!int ", "!!null ", "!a ", "| ", ">- ", "? ", ": ", "- ", "--- ", "...", "%TAG ! x\n",
    "%YAML 9.9\n", "\t", "{", "}", "[", "]", "[[[[[[[[", "}}", "#", "'", '"', "\\", "\\x00", "\r", "\0", "\ufeff",
    "\u2028", "`", "@", "~", "=", "-", "0", "1e999", ".inf", ".nan", "2024-01-08", "12:30:45", "0o7", "null",
)  # fmt: skip
_TOKEN: Final = re.compile(r"\w+|[^\w\s]|\s+")
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_DEEP: Final = 3000
_LARGE: Final = 200_000
_SHARE_WITH_FILES: Final = 0.2
KEYS: Final = sorted({key for section in all_sections() for key in keys_of(section)})


@dataclass
class BadFile:
    """One scenario file and its side files, on the way from good to bad."""

    text: bytes
    beside: dict[str, bytes] = field(default_factory=dict)
    overrides: tuple[str, ...] = ()
    variant: str | None = None


def _good_files() -> list[BadFile]:
    plain = [BadFile(path.read_bytes()) for path in (*_SCENARIOS, *_DATA)]
    return [*plain, BadFile(WITH_FILES.encode(), {name: text.encode() for name, text in SIDE_FILES.items()})]


GOOD: Final = _good_files()


def bad_file(number: int) -> BadFile:
    """Bad file of this number, the same on every machine."""
    draw = random.Random(number)
    good = GOOD[-1] if draw.random() < _SHARE_WITH_FILES else draw.choice(GOOD)
    bad = BadFile(good.text, dict(good.beside))
    for _ in range(draw.choice((1, 1, 1, 2, 3, 5))):
        draw.choice(HARMS)(bad, draw)
    return bad


def _harm_bytes(bad: BadFile, draw: random.Random) -> None:
    content = bytearray(bad.text)
    for _ in range(draw.choice((1, 1, 3, 10))):
        place = draw.randrange(len(content) + 1)
        width = draw.choice((0, 1, 1, 4, 40))
        content[place : place + width] = draw.randbytes(draw.choice((0, 1, 1, 3)))
    bad.text = bytes(content)


def _harm_bits(bad: BadFile, draw: random.Random) -> None:
    content = bytearray(bad.text)
    for _ in range(draw.choice((1, 2, 8)) if content else 0):
        content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
    bad.text = bytes(content)


def _cut(bad: BadFile, draw: random.Random) -> None:
    other = draw.choice(GOOD).text
    head, tail = draw.randrange(len(bad.text) + 1), draw.randrange(len(other))
    bad.text = bad.text[:head] + (other[tail:] if draw.random() < 0.5 else b"")


def _harm_tokens(bad: BadFile, draw: random.Random) -> None:
    tokens = _TOKEN.findall(bad.text.decode("utf-8", "replace"))
    for _ in range(draw.choice((1, 1, 2, 4)) if tokens else 0):
        place = draw.randrange(len(tokens))
        change = draw.randrange(5)
        if change == 0:
            tokens[place] = draw.choice(TOKENS)
        elif change == 1:
            tokens[place] = ""
        elif change == 2:
            tokens[place] *= draw.choice((2, 3, 50))
        elif change == 3:
            tokens[place] = draw.choice(KEYS)
        else:
            tokens[place] = draw.choice(tokens)
    bad.text = "".join(tokens).encode()


def _harm_lines(bad: BadFile, draw: random.Random) -> None:
    lines = bad.text.splitlines(keepends=True) or [b""]
    place, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    change = draw.randrange(5)
    if change == 0:
        lines.insert(place, lines[other])
    elif change == 1:
        del lines[place]
    elif change == 2:
        lines[place] = b" " * draw.choice((1, 2, 4)) + lines[place]
    elif change == 3:
        lines[place] = lines[place].lstrip()
    else:
        lines[place], lines[other] = lines[other], lines[place]
    bad.text = b"".join(lines)


def _harm_number(bad: BadFile, draw: random.Random) -> None:
    text = bad.text.decode("utf-8", "replace")
    if not (found := list(_NUMBER.finditer(text))):
        return
    number = draw.choice(found)
    odd = draw.choice(
        (
            "0",
            "-" + number[0],
            number[0] + "e300",
            number[0] + "e-300",
            number[0] * 30,
            "0.0000001",
            "1e9",
            ".5",
            "",
        )
    )
    bad.text = (text[: number.start()] + odd + text[number.end() :]).encode()


def _harm_tree(bad: BadFile, draw: random.Random) -> None:
    """Change values and structure; where there is no tree any more, or one that is too large, bytes."""
    if b"&b1" in bad.text or len(bad.text) > _LARGE:
        return _harm_bytes(bad, draw)
    try:
        tree = copy.deepcopy(_tree(bad.text))
    except Exception:  # the reader of this library fails in ways of its own
        return _harm_bytes(bad, draw)
    for _ in range(draw.choice((1, 1, 2, 4))):
        found = list(_places(tree))
        if not found:
            break
        holder, part = draw.choice(found)
        _harm_place(holder, part, _value(draw, found), draw)
    try:
        bad.text = json.dumps(tree, default=str).encode()
    except (ValueError, TypeError, RecursionError):  # it holds itself, or keys that JSON does not know
        _harm_bytes(bad, draw)
    return None


def _harm_place(holder: Any, part: Any, value: Any, draw: random.Random) -> None:
    change = draw.randrange(5)
    if change == 0:
        del holder[part]
    elif change == 1 and isinstance(holder, dict):
        holder[draw.choice((draw.choice(KEYS), "a.b", "", "x" * 300, "\u202e", "null", "1"))] = holder.pop(
            part
        )
    elif change == 2:
        holder[part] = [holder[part]]
    else:
        holder[part] = value


def _value(draw: random.Random, found: list[tuple[Any, Any]]) -> Any:
    """A hostile value, or a copy of what stands elsewhere."""
    if draw.random() < 0.3:
        holder, part = draw.choice(found)
        return json.loads(json.dumps(holder[part], default=str))
    return copy.deepcopy(draw.choice(HOSTILE))  # it may be harmed in its turn


def _nest(bad: BadFile, draw: random.Random) -> None:
    """Deep brackets at one place, or aliases that double."""
    text = bad.text.decode("utf-8", "replace")
    place = draw.randrange(len(text) + 1)
    depth = draw.choice((5, 50, _DEEP))
    kind = draw.randrange(4)
    if kind == 0:
        text = text[:place] + "[" * depth + "]" * depth + text[place:]
    elif kind == 1:
        text = text[:place] + "{a: " * depth + "}" * depth + text[place:]
    elif kind == 2:
        bombs = "".join(f"b{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 9)}]\n" for n in range(1, min(depth, 40)))
        text = f"b0: &b0 [1]\n{bombs}{text}"
    else:
        text += "".join("\n" + " " * level + "- " for level in range(min(depth, 300)))
    bad.text = text.encode()


def _harm_beside(bad: BadFile, draw: random.Random) -> None:
    """A side file instead."""
    if not bad.beside:
        return _harm_tree(bad, draw)
    name = draw.choice(sorted(bad.beside))
    inside = BadFile(bad.beside[name])
    draw.choice((_harm_bytes, _harm_bits, _cut, _harm_tokens, _harm_lines, _harm_number))(inside, draw)
    bad.beside[name] = inside.text
    return None


def _override(bad: BadFile, draw: random.Random) -> None:
    """An override of the command line, and perhaps a variant."""
    key = ".".join(draw.choice((*KEYS, "x", "0", "")) for _ in range(draw.choice((1, 2, 3))))
    text = str(draw.choice((*HOSTILE, *TOKENS)))
    bad.overrides = (*bad.overrides, f"{key}={text}")
    bad.variant = draw.choice((None, "more", "more+more", "base", "+", "\ud800", "x" * 500))


HARMS: Final[tuple[Callable[[BadFile, random.Random], None], ...]] = (
    _harm_bytes, _harm_bits, _cut, _harm_tokens, _harm_tokens, _harm_lines, _harm_number, _harm_number,
    _harm_tree, _harm_tree, _harm_tree, _harm_tree, _nest, _harm_beside, _harm_beside, _override,
)  # fmt: skip


@lru_cache(maxsize=32)
def _tree(text: bytes) -> Any:
    """Most that is harmed is one of the few good files, and reading it takes longer than refusing it."""
    return yaml.load(text, _Loader)


class _Loader(yaml.SafeLoader):
    """Reads times and dates as text, so that JSON can say them again."""


_Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda _loader, node: node.value)


def _places(tree: Any, depth: int = 0) -> Iterator[tuple[Any, Any]]:
    """Every holder and key or position of a tree."""
    if depth > 60:
        return
    pairs = (
        list(tree.items())
        if isinstance(tree, dict)
        else list(enumerate(tree))
        if isinstance(tree, list)
        else []
    )
    for part, below in pairs:
        yield tree, part
        yield from _places(below, depth + 1)


def fault_of(number: int, folder: Path) -> str:
    """What is wrong with how bad file `number` is taken; empty when it loads, or is refused in the house's words."""
    bad = bad_file(number)
    for name, content in bad.beside.items():
        (folder / name).write_bytes(content)
    path = folder / "bad.yaml"
    path.write_bytes(bad.text)
    try:
        with _at_most(LONGEST_S):
            return _taken(path, bad)
    except Exception as error:  # whatever else comes is what is looked for
        return f"{type(error).__name__}: {str(error)[:300]}"


def _taken(path: Path, bad: BadFile) -> str:
    try:
        loaded = load(path, variant=bad.variant, overrides=bad.overrides)
    except ScenarioError as error:
        return _badly_told(error)
    with suppress(MomentsimError):  # a name can be no part of a key
        for name in loaded.scenario.moments:
            explain(loaded, f"moments.{name}.handling_time")
    text = resolved_text(loaded)
    again = path.with_name("again.yaml")
    again.write_text(text, encoding="utf-8")
    if load(again).content_hash != loaded.content_hash:
        return "written out and read again it is another scenario"
    return ""


def _badly_told(error: ScenarioError) -> str:
    if not error.problems or error.exit_code != 2:
        return "refused without a problem"
    if not all(character.isprintable() or character == "\n" for character in str(error)):
        return "a message that is not printable"
    if not all(problem.file and problem.what for problem in error.problems):
        return "a problem without file or words"
    return ""


class TookTooLong(Exception):
    """A file that is not done with in time."""


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Raise TookTooLong in the block after so many seconds, where the system has such an alarm."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise TookTooLong(f"more than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def little_memory(extra_bytes: int) -> Iterator[None]:
    """In the block this process may have so much more address space than it has now; on Linux only."""
    if sys.platform != "linux":
        yield
        return
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text("utf-8").split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + extra_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def faults(first: int, last: int) -> dict[int, str]:
    """Faults by number, of files `first` to `last`."""
    found = {}
    with little_memory(MOST_BYTES), warnings.catch_warnings():
        warnings.simplefilter("error")
        for number in range(first, last + 1):
            with tempfile.TemporaryDirectory() as folder:
                if fault := fault_of(number, Path(folder)):
                    found[number] = fault
    return found


if __name__ == "__main__":
    for bad_number, words in faults(int(sys.argv[1]), int(sys.argv[2])).items():
        print(bad_number, words)
