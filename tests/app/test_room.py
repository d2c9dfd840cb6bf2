"""A room without web or threads: its clock, levers, branches, fog and votes."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any, get_args

import pytest

from app.small_storm import CONSOLE, LINES, RESERVES, WORD, Table, phone, storm
from momentsim.app.commands import COMMANDS
from momentsim.app.crowd import Sender
from momentsim.app.ghosts import GHOSTS, find_ghost
from momentsim.app.permissions import RULES, RoomState
from momentsim.app.room import LONELY_S, MOST_STEPS
from momentsim.app.series import LINES as CHART_LINES
from momentsim.runs import glance

HOUR = 3600.0
HIDDEN = re.compile(r"will_call_again|never_helped|ledger\.|\"x\"|\"mood\"|callers")


@pytest.fixture
def table() -> Table:
    """A room in its lobby."""
    return Table()


@pytest.fixture
def started(table: Table) -> Table:
    """A room that has begun, paused at its first stop, after ghosts are made."""
    table.work()
    table.do("start")
    table.play_to(HOUR)
    return table


def test_the_clock_goes_at_its_pace_and_pauses_at_a_stop(table: Table) -> None:
    table.do("start")
    table.do("pace", pace=600)
    table.do("stop_at", t=1000.0, label="Think")
    table.wait(1.0)
    assert table.second == pytest.approx(600.0, abs=61.0)
    table.wait(1.0)
    assert table.second == 1000.0 and table.state == "paused"
    assert [event["words"] for event in table.heard("event") if event["kind"] == "stop"] == ["Think"]
    table.wait(2.0)
    assert table.second == 1000.0
    table.do("resume")
    table.wait(0.5)
    assert table.second > 1000.0


def test_a_clock_that_slept_does_not_run_after_the_wall(table: Table) -> None:
    table.do("start")
    table.do("pace", pace=60)
    table.wait(1.0)
    before = table.second
    table.wall += 600.0
    table.told += table.room.tick(table.wall)
    assert table.second == pytest.approx(before + MOST_STEPS * 0.1 * 60)
    table.wait(1.0)
    assert table.second == pytest.approx(before + MOST_STEPS * 0.1 * 60 + 60.0, abs=1.0)


def test_a_room_that_nobody_watches_pauses(table: Table) -> None:
    table.do("start")
    table.do("pace", pace=1)
    table.wait(5.0)
    table.room.leave(CONSOLE.client)
    table.wait(LONELY_S - 2.0, step=0.2)
    assert table.state == "running"
    table.wait(4.0)
    assert table.state == "paused"


@pytest.mark.slow
def test_a_story_pauses_at_the_end_of_the_horizon_and_ends_by_itself(started: Table) -> None:
    started.do("pace", pace=3600)
    for stop in started.room.stops:
        started.do("drop_stop", t=stop.time / 1e6)
    started.do("resume")
    started.wait(12.0)
    started.work()
    assert started.second == 10 * HOUR and started.state == "paused"
    started.do("resume")
    started.wait(300.0, step=0.3)
    assert started.state == "finished"
    assert "when it is over" in started.refused("pull", lever=WORD)


def test_forwards_goes_to_the_next_stop_at_most_and_makes_no_branch(table: Table) -> None:
    table.do("start")
    stop = table.room.next_stop()
    assert stop is not None
    table.do("go_to", branch="b1", t=9.9 * HOUR)
    assert table.heard("state")[-1]["catching_up"]
    table.work()
    assert table.second == stop.time / 1e6 and table.state == "paused"
    assert list(table.room.played.tree.branches) == ["b1"]
    assert not table.heard("state")[-1]["catching_up"]


def test_a_lever_is_pulled_once_and_its_card_says_how_it_goes(started: Table) -> None:
    started.do("pull", lever=RESERVES)
    assert "already" in started.refused("pull", lever=RESERVES)
    card = {card["name"]: card for card in started.heard("levers")[-1]["levers"]}[RESERVES]
    assert card["state"] == "on_its_way" and card["pulled_at"] == HOUR and not card["can_pull"]
    started.play_to(3 * HOUR)
    card = started.card(RESERVES)
    assert card["state"] == "in_force" and re.fullmatch(r"\d+ of 12 called people are here", card["progress"])
    started.do("release", lever=RESERVES)
    assert "not in force" in started.refused("release", lever=RESERVES)
    started.play_to(3.5 * HOUR)
    card = started.card(RESERVES)
    assert card["state"] == "undone" and card["why_not"] == "it can be pulled only once"


def test_a_lever_that_may_be_pulled_again_waits(started: Table) -> None:
    started.do("pull", lever=LINES)
    started.play_to(2.5 * HOUR)
    card = started.card(LINES)
    assert card["state"] == "waits" and card["can_pull"]
    started.do("pull", lever=LINES)


def test_sizes_and_names_that_are_unknown_are_told(started: Table) -> None:
    assert "half, whole" in started.refused("pull", lever=WORD, size="big")
    assert "did you mean" in started.refused("pull", lever="wird")
    started.do("pull", lever=WORD, size="half")
    assert started.heard("tree")[-1]["branches"][0]["pulls"][0]["size"] == "half"


def test_undo_forgets_what_was_just_done(started: Table) -> None:
    started.do("pull", lever=WORD)
    started.do("undo")
    assert started.room.played.tree.played.pulls == []
    started.work()
    started.do("pull", lever=WORD, size="half")
    started.wall += 6.0
    assert "five seconds" in started.refused("undo")
    started.do("resume")
    started.wait(0.3)
    started.do("pause")
    assert "five seconds" in started.refused("undo")
    started.do("pull", lever=LINES)
    started.do("resume")
    started.wait(0.3)
    started.do("pause")
    assert "time has gone on" in started.refused("undo")


def test_going_back_makes_a_child_with_the_same_past(started: Table) -> None:
    started.play_to(2 * HOUR)
    started.do("pull", lever=RESERVES)
    started.play_to(4 * HOUR)
    before = started.room.played.see().numbers
    started.do("go_to", branch="b1", t=2 * HOUR, name="later")
    started.work()
    tree = started.heard("tree")[-1]["branches"]
    assert [(each["id"], each["parent"], each["at"], each["name"]) for each in tree][1] == (
        "b2",
        "b1",
        2 * HOUR,
        "later",
    )
    assert started.state == "paused" and started.room.played.tree.pulls_of("b2") == []
    started.do("pull", lever=RESERVES)
    started.play_to(4 * HOUR)
    assert started.room.played.see().numbers == before
    assert "has come to" in started.refused("go_to", branch="b1", t=5 * HOUR)


def test_what_is_seen_does_not_depend_on_the_steps(started: Table) -> None:
    """Frames are a function of pulls and time: in ticks, at once, or made again from the start."""
    started.do("pace", pace=600)
    started.do("resume")
    started.wait(7.0)
    started.do("pause") if started.state == "running" else None
    seen = started.room.played.see().numbers
    samples = started.room.played.history.rows()
    at = started.second
    other = Table()
    other.do("start")
    other.play_to(at)
    assert other.room.played.see().numbers == seen
    assert json.dumps(other.room.played.history.rows()) == json.dumps(samples)


def test_a_phone_in_the_fog_is_told_nothing_hidden(started: Table) -> None:
    """Every message that a phone gets while the story is told, and its welcome."""
    ann = phone(1)
    welcome: Any = started.room.welcome(ann, started.wall)
    del welcome["lines"], welcome["ledger"], welcome["state"]["mine"]  # titles, and what Ann herself has said
    texts = [json.dumps(welcome)]
    assert {line.name for line in CHART_LINES if line.xray} >= {
        "will_call_again",
        "never_helped",
        "ledger.created",
    }
    started.told.clear()
    started.do("show", face=0)
    started.do("mode", mode="anyone")
    started.do("pull", sender=ann, lever=RESERVES)
    started.do("resume")
    started.wait(5.0)
    started.room.post({"type": "result", "secret": "never_helped"})
    started.work()
    heard = [out for out in started.told if out.to in ("all", "phone", f"client:{ann.client}")]
    assert {out.message["type"] for out in heard} >= {"frame", "state", "levers", "tree", "event"}
    texts += [json.dumps(out.message) for out in heard]
    assert [text for text in texts if HIDDEN.search(text)] == []
    started.do("show", xray=True)
    started.wait(2.0)
    frames = [out.message for out in started.told if out.to == "phone" and out.message["type"] == "frame"]
    hidden: Any = frames[-1]["x"]
    assert set(hidden) == {
        "will_call_again", "next_hour", "moods", "callers", "per_dot", "ledger", "never_helped",
    }  # fmt: skip
    assert started.heard("result", "phone")[-1]["secret"] == "never_helped"


def test_frames_come_ten_times_a_second_and_once_when_nothing_moves(started: Table) -> None:
    started.told.clear()
    started.do("pace", pace=60)
    started.do("resume")
    started.wait(2.0)
    assert len(started.heard("frame", "wall")) == pytest.approx(20, abs=1)
    assert len(started.heard("frame", "phone")) == pytest.approx(4, abs=1)
    with_duty = [frame for frame in started.heard("frame", "wall") if "duty" in frame]
    assert len(with_duty) == pytest.approx(4, abs=1)
    assert not any("duty" in frame for frame in started.heard("frame", "phone"))
    started.do("pause")
    started.told.clear()
    started.wait(5.0)
    assert len(started.heard("frame", "wall")) == pytest.approx(5, abs=1)
    numbers = [frame["seq"] for frame in started.heard("frame", "wall")]
    assert numbers == sorted(set(numbers))


def test_a_vote_pauses_counts_each_phone_once_and_pulls_what_won(started: Table) -> None:
    started.do("mode", mode="vote")
    phones = [phone(number) for number in range(3)]
    for each in phones:
        started.room.welcome(each, started.wall)
    assert "the room votes" in started.refused("pull", sender=phones[0], lever=WORD)
    started.do("resume")
    started.do("ballot", question="What now?", choices=[RESERVES, f"{WORD}:half"], seconds=60)
    assert started.state == "paused"
    ballot = started.heard("state")[-1]["ballot"]
    assert [choice["label"] for choice in ballot["choices"]] == [
        "Call in reserves",
        "Tell agents what to say: half",
        "Wait",
    ]
    for each, choice in ((phones[0], 0), (phones[1], 2), (phones[0], 1), (phones[2], 1)):
        started.do("vote", sender=each, ballot=ballot["id"], choice=choice, sure=3)
    started.wait(0.1)
    assert started.heard("state", "wall")[-1]["ballot"]["votes"] is None
    assert started.heard("state")[-1]["ballot"]["votes"] == [0, 2, 1]
    started.do("close_ballot", pull=True)
    assert started.heard("state", "wall")[-1]["ballot"]["votes"] == [0, 2, 1]
    assert started.room.played.tree.played.pulls[0].size == 0
    assert "over" in started.refused("vote", sender=phones[0], ballot=ballot["id"], choice=0, sure=1)


def test_a_vote_ends_by_itself_and_among_equals_the_surer_or_waiting_wins(started: Table) -> None:
    started.do("ballot", question="Now?", choices=[RESERVES], seconds=10)
    running = started.room.ballot
    assert running is not None
    started.do("vote", sender=phone(1), ballot=running.id, choice=0, sure=2)
    started.do("vote", sender=phone(2), ballot=running.id, choice=1, sure=2)
    assert running.winner().label == "Wait"
    started.do("vote", sender=phone(1), ballot=running.id, choice=0, sure=5)
    assert running.winner().lever == RESERVES
    started.wait(11.0, step=0.5)
    assert not running.is_open


def test_modes_say_whose_phone_may_pull(started: Table) -> None:
    first, second, other = phone(1), phone(2), phone(3, "Red")
    for each in (first, second, other):
        started.room.welcome(each, started.wall)
    assert "facilitator" in started.refused("pull", sender=first, lever=WORD)
    started.do("mode", mode="captain")
    assert "captain" in started.refused("pull", sender=second, lever=WORD)
    started.do("pull", sender=first, lever=WORD)
    started.do("pull", sender=other, lever=LINES)
    pulls = started.heard("tree")[-1]["branches"][0]["pulls"]
    assert [pull["by"] for pull in pulls] == ["Blue", "Red"]


def test_predictions_are_compared_with_what_comes_out(started: Table) -> None:
    started.do("ask", question="never_helped")
    for number, value in enumerate((10.0, 20.0, 500.0)):
        started.do("predict", sender=phone(number), question="never_helped", value=value)
    assert "not asked" in started.refused("predict", sender=phone(9), question="customers_lost", value=1.0)
    started.wait(0.1)
    asked = started.heard("state")[-1]["predictions"]
    assert sum(asked[0]["counts"]) == 3 and asked[0]["truth"] is None
    assert "predictions" not in started.heard("state", "phone")[-1]
    started.do("finish")
    started.work()
    assert started.state == "debrief" and started.room.xray
    told = started.heard("state", "phone")[-1]
    assert told["truth"]["never_helped"] >= 0.0


def test_in_the_debrief_all_branches_are_laid_over_each_other(started: Table) -> None:
    started.play_to(3 * HOUR)
    started.do("go_to", branch="b1", t=2 * HOUR)
    started.do("finish")
    started.work()
    assert {each["branch"] for each in started.heard("series")} >= {"b1", "b2", "nothing", "as_planned"}
    of_phones = started.heard("series", "phone")
    assert {each["branch"] for each in of_phones} <= {"b1", "b2"} and not HIDDEN.search(json.dumps(of_phones))
    started.do("go_to", branch="b1", t=1.5 * HOUR)
    assert started.state == "paused" and started.room.played.tree.played.parent == "b1"


def test_ghosts_are_the_same_storm_without_and_with_the_planned_levers(started: Table) -> None:
    ghosts = {
        each["branch"]: each
        for each in started.heard("series")
        if each["branch"] in ("nothing", "as_planned")
    }
    on_duty = {name: each["values"][each["names"].index("on_duty")] for name, each in ghosts.items()}
    assert max(on_duty["nothing"]) == 4 < max(on_duty["as_planned"])
    started.play_to(10 * HOUR)
    values = started.room.played.history.message("b1", started.room.played.point_step, 0, xray=True)["values"]
    quiet = started.room.played.ghosts["nothing"].message("n", started.room.played.point_step, 0, xray=True)[
        "values"
    ]
    assert json.dumps(values) == json.dumps(quiet), "nobody has pulled anything"


def test_a_customer_is_followed_to_the_end(started: Table) -> None:
    started.play_to(4 * HOUR)
    started.do("show", face=0)
    started.wait(1.5)
    assert re.match(r"Customer [\d,]+, everyone\. ", started.heard("frame")[-1]["face"]["words"])
    started.do("pace", pace=3600)
    started.do("resume")
    started.wait(30.0)
    started.do("show", face=-1)
    started.wait(1.5)
    assert started.heard("frame")[-1]["face"] is None


def test_jobs_are_asked_for_with_all_pulls_and_what_they_find_is_repeated() -> None:
    asked: list[Any] = []
    table = Table(ask_job=lambda request, post: asked.append((request, post)))
    table.do("start")
    table.play_to(HOUR)
    table.do("pull", lever=WORD)
    table.play_to(2 * HOUR)
    table.do("go_to", branch="b1", t=1.5 * HOUR)
    table.do("compare", branches=["b1", "b2"], storms=20)
    table.do("curve", lever=RESERVES)
    table.do("score", storms=20)
    kinds = [request.kind for request, _ in asked]
    assert kinds == ["reference", "ghost", "compare", "curve", "score"]
    assert {name: len(pulls) for name, pulls in asked[2][0].branches.items()} == {"b1": 1, "b2": 1}
    assert asked[3][0].lever == RESERVES
    asked[2][1]({"type": "result", "done": 1, "of": 20})
    table.work()
    assert table.heard("result")[-1]["done"] == 1
    assert table.room.welcome(CONSOLE)["results"] == [{"type": "result", "done": 1, "of": 20}]
    assert Table().refused("compare", branches=[], storms=1) == "that cannot be done before the start"


def test_ghosts_that_were_made_elsewhere_are_those_of_a_room_by_itself(started: Table) -> None:
    posts: list[Any] = []
    table = Table(ask_job=lambda _request, post: posts.append(post))
    table.work()
    for name in GHOSTS:
        history = find_ghost(table.room.setting, name, lambda: None)
        posts[0]({"type": "ghost", "name": name, "history": history})
        posts[0]({"type": "job", "kind": "ghost", "done": 1, "of": 2, "words": ""})
        assert find_ghost(table.room.setting, name, lambda: None) is history
    table.work()
    assert not table.heard("ghost") and not table.heard("job"), "clients see their lines only"
    last = [[each for each in of.heard("series") if each["branch"] in GHOSTS][-2:] for of in (table, started)]
    assert json.dumps(last[0]) == json.dumps(last[1])


def states() -> dict[RoomState, Table]:
    """A room in each state."""
    tables: dict[RoomState, Table] = {state: Table() for state in get_args(RoomState)}
    for state, table in tables.items():
        if state in ("running", "paused", "finished", "debrief", "closed"):
            table.do("start")
        if state != "running":
            table.room.state = state
    return tables


@pytest.mark.parametrize("role", ["console", "phone", "wall"])
def test_who_may_say_what_when_is_one_table(role: Any) -> None:
    """Every type in every state by every role: what the table forbids is refused, what it allows is not for that."""
    fields: dict[str, Any] = {
        "t": 1.0, "branch": "b1", "name": "x", "lever": WORD, "mode": "vote", "question": "never_helped",
        "seconds": 5, "ballot": 1, "choice": 0, "sure": 1, "value": 1, "text": "x", "storms": 1, "pace": 60,
    }  # fmt: skip
    assert RULES.keys() == COMMANDS.keys()
    for state, table in states().items():
        for kind, rule in RULES.items():
            table.room.state = state
            answer = table.say(kind, Sender(f"{role}-1", role), **fields)
            reason = str(answer.get("reason", ""))
            forbidden = role not in rule.roles or state not in rule.states
            assert (reason.startswith(("only ", "that cannot be done "))) == forbidden, (
                kind,
                state,
            )
            table.room.state = state


def test_every_message_can_be_written_as_json(started: Table) -> None:
    started.do("show", xray=True, face=0)
    started.do("resume")
    started.wait(3.0)
    assert all(json.dumps(out.message, allow_nan=False) for out in started.told)
    json.dumps(started.room.welcome(phone(1)), allow_nan=False)


def test_numbers_agree_with_the_measures_of_the_run(started: Table) -> None:
    """At the end of the horizon counts so far are those of the trace, and money that of the ledger."""
    started.play_to(2 * HOUR)
    started.do("pull", lever=RESERVES)
    started.do("pull", lever=LINES)
    started.play_to(10 * HOUR)
    room = started.room
    history = dict(zip((line.name for line in CHART_LINES), room.played.history.rows()[-1][1:], strict=True))
    trace = room.played.steered.finish()
    assert history["lever_money"] == pytest.approx(float(trace.lever_use["spent"].sum()))
    intervals = 36_000_000_000 // int(storm().quiet.plan.settings["interval"][0])
    on_duty = trace.staff["on_duty"][:intervals].sum(axis=0) / 3.6e9
    staff = float((on_duty * storm().rates).sum())
    assert history["cost"] == pytest.approx(staff + history["lever_money"], rel=1e-6)


def test_the_ticker_says_six_words_at_most(started: Table) -> None:
    started.do("pull", lever=RESERVES)
    started.do("pace", pace=3600)
    for _ in range(20):
        if started.state == "paused":
            started.do("resume")
        started.wait(1.0)
    events = started.heard("event")
    assert {event["kind"] for event in events} >= {"lever_pulled", "lever_acts", "reserves", "crisis", "stop"}
    assert max(len(event["words"].split()) for event in events) <= 6
    times = [event["t"] for event in events if event["kind"] not in ("lever_pulled", "stop")]
    assert all(earlier <= later + 1.0 for earlier, later in itertools.pairwise(times))


def test_nobody_writes_rules_without_end(started: Table) -> None:
    for number in range(3):
        started.do("rule", sender=phone(1), text=f"rule {number}")
    assert "each may write 3" in started.refused("rule", sender=phone(1), text="one more")
    started.do("rule", sender=phone(2), text="another")
    started.do("finish")
    assert started.heard("state", "phone")[-1]["rules"] == ["rule 0", "rule 1", "rule 2", "another"]


def test_a_hasty_room_tells_what_it_passed(started: Table) -> None:
    for stop in started.room.stops:
        started.do("drop_stop", t=stop.time / 1e6)
    started.wait(1.5)
    started.told.clear()
    started.do("go_to", branch="b1", t=2.5 * HOUR)
    started.work()
    assert started.second == 2.5 * HOUR
    words = [event["words"] for event in started.heard("event")]
    assert "Nobody knows what to say" in words and "The queue jams" in words


def test_who_will_call_again_has_a_time_for_it(started: Table) -> None:
    """The iceberg: everybody who has called and is away is due at a time to come."""
    started.play_to(4 * HOUR)
    steered = started.room.played.steered
    due, waiting = glance.next_calls(steered), glance.beneath(steered).will_call_again
    assert waiting > 20 and 0.9 * waiting <= len(due) <= waiting
    assert due.min() > started.room.time


def test_moods_and_duties_agree_with_what_a_centre_counts(started: Table) -> None:
    started.play_to(4 * HOUR)
    steered, seen = started.room.played.steered, started.room.played.see()
    assert [len(moods) for moods in glance.moods_by_queue(steered)] == seen.waiting.tolist()
    look = steered.look()
    assert (
        seen.groups[:, 0].tolist() == look.on_duty.tolist()
        and seen.groups[:, 3].tolist() == look.idle.tolist()
    )
    assert (
        seen.waiting.tolist() == look.waiting.tolist() and seen.longest.tolist() == look.longest_wait.tolist()
    )
    hidden = glance.beneath(steered)
    assert hidden.will_call_again == look.will_call_again
    assert -hidden.ledger[7:].sum() == pytest.approx(look.given)
    assert hidden.ledger[:7].sum() == pytest.approx(look.value)
