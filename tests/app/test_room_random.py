"""Whatever people do in whatever order: time goes on within a branch, pulls are unique, and decisions replay."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.small_storm import CONSOLE, LINES, RESERVES, WORD, Table, phone, storm
from momentsim.app.resume import resume
from momentsim.contract.plan import LeverAction

LEVERS = st.sampled_from([RESERVES, WORD, LINES, "night", "nobody"])
TIMES = st.floats(0.0, 36_000.0, allow_nan=False).map(lambda t: round(t, 3))
SENDERS = st.sampled_from([CONSOLE, CONSOLE, CONSOLE, phone(1), phone(2, "Red")])
BRANCHES = st.sampled_from(["b1", "b2", "b3", "b9"])


def command(kind: str, **fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    """A message of one type with random fields."""
    return st.fixed_dictionaries({"type": st.just(kind), **fields})


COMMANDS = st.one_of(
    command("start"),
    command("pause"),
    command("resume"),
    command("undo"),
    command("finish"),
    command("pace", pace=st.sampled_from([60, 600, 3600, 7])),
    command("stop_at", t=TIMES),
    command("drop_stop", t=TIMES),
    command("go_to", branch=BRANCHES, t=TIMES),
    command("pull", lever=LEVERS),
    command("pull", lever=LEVERS, size=st.sampled_from(["", "half", "big"])),
    command("release", lever=LEVERS),
    command("mode", mode=st.sampled_from(["console", "captain", "anyone"])),
    command(
        "ballot", question=st.just("?"), choices=st.lists(LEVERS, min_size=1, max_size=2), seconds=st.just(5)
    ),
    command("vote", ballot=st.integers(0, 2), choice=st.integers(0, 2), sure=st.integers(1, 5)),
    command("close_ballot", pull=st.booleans()),
    command("show", xray=st.booleans(), face=st.sampled_from([-1, 0])),
)


def check_tree(table: Table, ends: dict[str, int]) -> None:
    """Invariants that hold at any time."""
    tree = table.room.played.tree
    for branch in tree.branches.values():
        assert branch.end >= ends.get(branch.id, branch.at) >= branch.at
        ends[branch.id] = branch.end
        parent = tree.branches.get(branch.parent or "")
        assert parent is None or parent.at < branch.at <= parent.end or branch.at == parent.at == 0
        pulls = tree.pulls_of(branch.id)
        assert [pull.time for pull in pulls] == sorted(pull.time for pull in pulls)
        keys = [(pull.time, pull.lever, pull.action) for pull in pulls]
        assert len(set(keys)) == len(keys)
        once = [pull.lever for pull in pulls if pull.action == LeverAction.PULL and pull.lever != 3]
        assert len(set(once)) == len(once)


@settings(max_examples=settings().max_examples // 5)
@given(st.lists(st.tuples(SENDERS, COMMANDS, st.sampled_from([0.0, 0.1, 0.5])), min_size=3, max_size=25))
def test_random_commands(steps: list[tuple[Any, dict[str, Any], float]]) -> None:
    with TemporaryDirectory() as folder:
        table = Table(Path(folder))
        table.do("start")
        table.do("pace", pace=3600)
        ends: dict[str, int] = {}
        for sender, message, wait in steps:
            answer = table.say(
                sender=sender, **{"kind" if key == "type" else key: value for key, value in message.items()}
            )
            assert answer["type"] in ("ack", "refuse")
            check_tree(table, ends)
            table.wait(wait)
            check_tree(table, ends)
        played = table.room.played
        played.settle()
        again = resume(Path(folder), "K7QF", storm())
        if table.room.state == "running":  # the time of the last decision is kept, not that of the last tick
            table.do("pause")
            again = resume(Path(folder), "K7QF", storm())
        again.played.settle()
        ours, theirs = played.tree_message(), again.played.tree_message()
        assert json.dumps(ours) == json.dumps(theirs)
        assert played.see().numbers == again.played.see().numbers
