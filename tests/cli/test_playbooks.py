"""Playbooks from the command line: they pull levers, their pulls replay, and their mistakes are told in words."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import momentsim as ms
from cli.fixtures import SCENARIOS, Call, changed
from momentsim.runs.playbook_centre import Centre

pytestmark = pytest.mark.slow

LONG_QUEUE = SCENARIOS / "playbooks" / "reserves_when_long.py"

STORM = """\
name: storm
start: "2024-01-08 06:00"
horizon: 10 h
customers:
  segments:
    everyone: {customers: 5000, yearly_margin: 100 USD}
moments:
  question: {handling_time: {mean: 5 min}}
  rebooking: {handling_time: {mean: 10 min}, stakes: 80 %}
demand:
  volumes:
    question: {per_day: 500, profile: flat}
    rebooking: {per_day: 30, profile: flat}
workforce:
  groups:
    team: {heads: 4}
    reserves: {heads: 12, reserve: on}
crises:
  ice:
    moment: rebooking
    days:
      "2024-01-08": {scheduled: 20, failed: 10, announced_from: "07:00", announced_until: "09:00"}
    first_contact_delay: {mean: 1 h}
    reserves:
      call_out: {group: reserves, at: never, delay: {median: 30 min, sigma: 0.4}}
    compensation: {at: never, amount: 100 USD, delay: 2 h}
run: {replications: 3}
"""

LOOKING = """\
def playbook(centre):
    while centre.queue() < 20:
        yield centre.wait("5 min")
    centre.pull("reserves")
    yield centre.wait("1 h")
    centre.pull("compensation")
"""

TABLES = ("contacts", "moments", "customers", "agents")


@pytest.fixture
def storm(here: Path) -> Path:
    """A small storm whose levers only a playbook pulls, and a playbook for it."""
    (here / "storm.yaml").write_text(STORM, encoding="utf-8")
    (here / "looking.py").write_text(LOOKING, encoding="utf-8")
    return here / "storm.yaml"


def test_what_a_playbook_pulls_replays_to_the_same_rows(storm: Path, call: Call) -> None:
    """Each replication decides for itself; the logs are the same, row for row."""
    assert call("run", storm, "--playbook", "looking.py", "--log", "all", "--out", "live").code == 0
    pulled = pd.read_csv("live/levers.csv")
    assert list(pulled["replication"]) == [1, 1, 2, 2, 3, 3]
    assert set(pulled["lever"]) == {"ice.reserves.call_out", "ice.compensation"}
    assert pulled["pulled_s"].nunique() > 2, "replications differ"
    again = call("run", storm, "--levers", "live/levers.csv", "--log", "all", "--out", "again")
    assert again.code == 0, again.err
    for name in (*(f"{table}.parquet" for table in TABLES), "summary.csv", "levers.csv", "ledger.csv"):
        assert (Path("live") / name).read_bytes() == (Path("again") / name).read_bytes(), name
    manifests = [
        json.loads((Path(place) / "manifest.json").read_text("utf-8")) for place in ("live", "again")
    ]
    assert [manifest["clock"] for manifest in manifests] == ["simpy", "compiled"]
    assert manifests[0]["playbook"]["file"] == "looking.py"
    assert manifests[0]["levers"] is None
    assert manifests[1]["levers"]["file"] == "levers.csv"


def test_the_shipped_playbook_calls_the_reserves_once(storm: Path, call: Call) -> None:
    """Every replication calls them after three looks at a long queue, and people come."""
    text = LONG_QUEUE.read_text("utf-8")
    assert "LONG = 100" in text
    Path("mine.py").write_text(text.replace("LONG = 100", "LONG = 20"), encoding="utf-8")
    for out, options in {"without": (), "with": ("--playbook", "mine.py")}.items():
        assert call("run", storm, "--log", "all", "--out", out, *options).code == 0
    pulled = pd.read_csv("with/levers.csv")
    assert list(pulled["lever"]) == ["ice.reserves.call_out"] * 3
    assert (pulled["pulled_s"] % 300 == 0).all()
    assert pd.read_csv("without/levers.csv").empty
    worked = pd.read_parquet("with/agents.parquet").query("group == 'reserves'")["contacts"].sum()
    assert worked > 0
    contacts = pd.read_parquet("with/contacts.parquet").query("replication == 1")
    first = pulled["pulled_s"][0]
    for look in (first, first - 300, first - 600):
        until = contacts["answered_s"].fillna(contacts["ended_s"])
        assert ((contacts["queued_s"] < look) & (until >= look)).sum() > 20
    assert call("run", storm, "--playbook", LONG_QUEUE, "-n", "1", "--out", "shipped").code == 0


def test_workers_do_not_matter_and_the_content_counts(storm: Path, call: Call) -> None:
    answers = [
        call("run", storm, "--playbook", "looking.py", "--out", out, "--workers", workers)
        for out, workers in (("one", 1), ("three", 3))
    ]
    assert [answer.code for answer in answers] == [0, 0]
    assert Path("one/levers.csv").read_bytes() == Path("three/levers.csv").read_bytes()
    assert Path("one/summary.csv").read_bytes() == Path("three/summary.csv").read_bytes()
    assert "there already" in call("run", storm, "--playbook", "looking.py", "--out", "one").err
    changed(Path("looking.py"), "< 20", "< 10")
    assert "there already" not in call("run", storm, "--playbook", "looking.py", "--out", "one").err
    assert "there already" not in call("run", storm, "--out", "one").err


LOOP = "def playbook(centre):\n    while True:\n        "
MISTAKES = {
    "unknown queue": (
        LOOP + "yield centre.wait('5 min')\n        centre.queue('rebookin')\n",
        "bad.py:4: 'rebookin' is not a queue or a reason, known: voice, question, rebooking, "
        "did you mean 'rebooking'? (at 2024-01-08 06:05 of the simulation)",
    ),
    "unknown lever": (
        LOOP + "yield centre.wait('1 h')\n        centre.pull('reserve')\n",
        "bad.py:4: 'reserve' is not a lever, known: ice.reserves.call_out, ice.compensation, "
        "did you mean 'reserves'?",
    ),
    "unknown group": (LOOP + "yield centre.wait(str(centre.idle('teem')))\n", "did you mean 'team'?"),
    "a part that fits two": (LOOP + "yield centre.pull('ice')\n", "'ice' fits several levers, choose one of"),
    "pulled twice": (
        LOOP + "centre.pull('reserves')\n        yield centre.wait('1 h')\n",
        "bad.py:3: the lever 'ice.reserves.call_out' was pulled already, at 2024-01-08 06:00",
    ),
    "a number": (LOOP + "yield 5\n", "bad.py:3: yields 5, write while True: yield centre.wait"),
    "no unit": (LOOP + "yield centre.wait(5)\n", "5 is not a duration, write one with its unit like '5 min'"),
    "zero": (LOOP + "yield centre.wait('0 s')\n", "bad.py:3: centre.wait: '0 s' is outside 1 s .. 100 years"),
    "negative": (LOOP + "yield centre.wait('-5 min')\n", "'-5 min' is outside 1 s .. 100 years"),
    "not a number": (LOOP + "yield centre.wait('nan s')\n", "'nan s' is not a duration"),
    "the past": (
        LOOP + "yield centre.wait_until('2024-01-08 06:00')\n",
        "centre.wait_until: '2024-01-08 06:00' is not later than now, 2024-01-08 06:00",
    ),
    "not a time": (LOOP + "yield centre.wait_until('noon')\n", "'noon' is not a time"),
    "an exception": (
        "def part():\n    return 1 / 0\n\n\n" + LOOP + "yield centre.wait('5 min')\n        part()\n",
        "bad.py:2: ZeroDivisionError: division by zero (at 2024-01-08 06:05 of the simulation)",
    ),
    "at once": ("import nowhere_at_all\n", "bad.py:1: ModuleNotFoundError: No module named 'nowhere_at_all'"),
    "exit": (LOOP + "raise SystemExit(7)\n        yield\n", "bad.py:3: SystemExit: 7"),
    "not Python": ("def playbook(centre)\n", "bad.py:1: is not Python: expected ':'"),
    "a NUL": ("def playbook(centre): yield\0\n", "bad.py"),
    "nothing": ("", "bad.py: has no function playbook(centre)"),
    "no yield": ("def playbook(centre):\n    centre.queue()\n", "bad.py: playbook(centre) never yields"),
    "no time passes": (
        LOOP + "one = centre.wait('5 min')\n        yield one\n        while True:\n            yield one\n",
        "bad.py:6: yielded 1001 times without letting time pass",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_told_with_their_line(name: str, storm: Path, call: Call) -> None:
    text, told = MISTAKES[name]
    Path("bad.py").write_text(text, encoding="utf-8")
    answer = call("run", storm, "--playbook", "bad.py", "--out", "bad")
    assert answer.code == 2
    assert told in answer.err
    assert "Traceback" not in answer.err
    assert sorted(path.name for path in Path().iterdir()) == ["bad.py", "looking.py", "storm.yaml"]


def test_a_playbook_that_never_yields_is_stopped(
    storm: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However carefully it catches exceptions."""
    monkeypatch.setattr("momentsim.runs.playbook.SECONDS_BETWEEN_YIELDS", 1.0)
    swallowing = "try:\n            centre.queue()\n        except Exception:\n            pass\n"
    Path("bad.py").write_text(LOOP + swallowing + "    yield\n", encoding="utf-8")
    answer = call("run", storm, "--playbook", "bad.py")
    assert answer.code == 2
    assert "ran for 1 s without a yield" in answer.err
    assert "bad.py:" in answer.err


def test_files_that_are_no_playbooks(storm: Path, call: Call) -> None:
    Path("latin.py").write_bytes(b"# caf\xe9")
    Path("long.py").write_text("#" * 1_000_001)
    for file, told in {
        "missing.py": "missing.py: cannot be read (No such file or directory)",
        ".": "cannot be read",
        "latin.py": "latin.py: is not UTF-8 text",
        "long.py": "too long for a playbook",
    }.items():
        answer = call("run", storm, "--playbook", file)
        assert (answer.code, told in answer.err) == (2, True), answer.err


def test_options_that_contradict_each_other(storm: Path, call: Call) -> None:
    one = call("run", storm, "--playbook", "looking.py", "--clock", "compiled")
    assert (one.code, "a playbook runs on the SimPy clock" in one.err) == (2, True)
    Path("levers.csv").write_text("lever,pulled_s\n", encoding="utf-8")
    two = call("run", storm, "--playbook", "looking.py", "--levers", "levers.csv")
    assert (two.code, "choose one" in two.err) == (2, True)


def test_levers_written_by_a_planner(storm: Path, call: Call) -> None:
    """Local times, the same in every replication, with the separators of any spreadsheet."""
    Path("mine.csv").write_text("lever;pulled_at\nice.compensation;2024-01-08 08:30\n", encoding="utf-8-sig")
    assert call("run", storm, "--levers", "mine.csv", "--out", "mine").code == 0
    pulled = pd.read_csv("mine/levers.csv")
    assert list(pulled["replication"]) == [1, 2, 3]
    assert set(pulled["pulled_at"]) == {"2024-01-08 08:30:00"}
    Path("first.csv").write_text("replication,lever,pulled_s\n1,ice.compensation,9000\n", encoding="utf-8")
    answer = call("run", storm, "--levers", "first.csv", "--out", "first")
    assert "warning: first.csv pulls nothing after replication 1" in answer.err
    assert list(pd.read_csv("first/levers.csv")["replication"]) == [1]


BAD_LEVERS = """\
replication,lever,pulled_s,pulled_at
1,ice.reserve.call_out,100,
one,ice.compensation,100,
1,ice.compensation,,
1,ice.compensation,1e300,
1,ice.compensation,5 min,
1,ice.compensation,60,2024-01-08 09:00
2,ice.compensation,60,2024-01-08 06:01
2,ice.compensation,61,
"""


def test_mistakes_in_a_file_of_levers_are_told_all_at_once(storm: Path, call: Call) -> None:
    Path("bad.csv").write_text(BAD_LEVERS, encoding="utf-8")
    answer = call("run", storm, "--levers", "bad.csv")
    assert answer.code == 2
    assert answer.err.startswith("7 problems")
    for told in (
        "bad.csv:2:1: lever: 'ice.reserve.call_out' is not a lever, known: ice.reserves.call_out, "
        "ice.compensation, did you mean 'ice.reserves.call_out'?",
        "bad.csv:3:1: replication: 'one' is not a replication",
        "bad.csv:4:1: the time is missing",
        "bad.csv:5:1: 1e+300 s is outside the run",
        "bad.csv:6:1: '5 min' is not a time",
        "bad.csv:7:1: pulled_s (60) and pulled_at (2024-01-08 09:00) are different times",
        "bad.csv:9:1: lever: 'ice.compensation' is pulled twice, it can be pulled once",
    ):
        assert told in answer.err
    for content, told in {
        "": "the first line must name the columns",
        "lever\nx\n": "the first line must name the columns",
        '"a\0b",lever,pulled_s\n1,2,3\n': "bad.csv",
        f"lever,pulled_s,replication\nx,1,{'9' * 5000}\n": "bad.csv:2:1: replication: '999",
        f"{'x' * 200_000},pulled_s\n": "bad.csv:1:1: a cell begins here that is too long",
        'lever,pulled_s\n"' + "x,1\n" * 50_000: "bad.csv:2:1: a cell begins here that is too long",
        "lever,pulled_s\nx,1,2\n": "bad.csv:2:1: 3 cells in this row, the header has 2",
    }.items():
        Path("bad.csv").write_text(content, encoding="utf-8")
        answer = call("run", storm, "--levers", "bad.csv")
        assert (answer.code, told in answer.err) == (2, True), answer.err


def test_never_is_a_time_for_levers_only(storm: Path, call: Call) -> None:
    answer = call("explain", storm, "crises.ice.compensation.at")
    assert "never" in answer.out
    answer = call("check", changed(storm, "at: never, amount", "at: sometime, amount"))
    assert answer.code == 2
    assert "'sometime' is not a date with a time" in answer.err + answer.out
    assert "or never" in answer.err + answer.out


def test_shipped_playbooks_are_listed_and_documented(call: Call) -> None:
    listed = json.loads(call("list", "playbooks", "--json").out)
    assert [row["name"] for row in listed] == ["reserves_when_long"]
    assert Path(listed[0]["file"]).is_file()
    assert listed[0]["description"] == "Call in the reserves when the queue is long."
    words = (SCENARIOS.parent / "docs" / "playbooks.md").read_text("utf-8")
    assert "reserves_when_long.py" in words
    seen = [name for name in vars(Centre) if not name.startswith("_")]
    assert [name for name in seen if f".{name}" not in words] == []


def test_from_python(storm: Path) -> None:
    """The same two ways of steering, with everything in memory."""
    live = ms.run(storm, playbook="looking.py", replications=1)
    live.levers.to_csv("pulled.csv", index=False)
    again = ms.run(storm, levers="pulled.csv", replications=1)
    assert len(live.levers) == 2
    pd.testing.assert_frame_equal(live.contacts, again.contacts)
    pd.testing.assert_frame_equal(live.summary, again.summary)
