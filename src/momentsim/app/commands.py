"""What each command does to a room; by type in `COMMANDS`. Who may give it when stands in `permissions`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from momentsim.app.ballots import WAIT, Ballot, Choice, Vote
from momentsim.app.branches import MOST_BRANCHES
from momentsim.app.crowd import MOST_RULES, MOST_RULES_EACH, Sender
from momentsim.app.files import RoomFiles
from momentsim.app.ghosts import GHOSTS
from momentsim.app.permissions import RequestRefused
from momentsim.app.played_branch import microseconds, seconds
from momentsim.app.scenes import scenario_part
from momentsim.app.stops import MOST_STOPS, Stop
from momentsim.app.workshop import PACES, Workshop

MessageFields: TypeAlias = Mapping[str, Any]
Command: TypeAlias = Callable[[Workshop, Sender, MessageFields, float], None]

UNDO_WITHIN_S: Final = 5.0
STORMS: Final = 20
"""Over so many a policy is judged."""
_MOST_SCORED: Final = 8
QUESTIONS: Final = {
    "never_helped": "How many will never be helped?",
    "customers_lost": "How many customers will be lost?",
}


def start(room: Workshop, _sender: Sender, _asked: MessageFields, wall: float) -> None:
    """The story begins; the best that could have been done is looked for meanwhile."""
    room.run(wall)
    if room.ask is not None:
        room.ask_job("reference", [], storms=STORMS)


def pause(room: Workshop, _sender: Sender, _asked: MessageFields, wall: float) -> None:
    """The clock stops."""
    room.pause("", wall)


def resume(room: Workshop, _sender: Sender, _asked: MessageFields, wall: float) -> None:
    """The clock goes on; a vote that is still open is over."""
    if room.played.is_over:
        raise RequestRefused("the story is over")
    room.close_ballot(wall)
    room.run(wall)


def finish(room: Workshop, _sender: Sender, _asked: MessageFields, _wall: float) -> None:
    """On to the debrief."""
    room.debrief()


def close(room: Workshop, _sender: Sender, _asked: MessageFields, _wall: float) -> None:
    """The workshop is over: what is still to be written is written."""
    room.state = "closed"
    room.change("state")
    if room.files is not None and not room.played.trusts:
        if room.crowd.predictions and not room.truth:
            for _ in room.find_truth():
                pass
        finish_files(room.files, room)
    if room.ask is not None:
        room.ask_job("close", list(room.played.tree.branches))
    elif not room.played.trusts:
        files = [] if room.files is None else room.files.names()
        folder = "" if room.files is None else room.files.folder.name
        room.take_in({"type": "closed", "folder": folder, "files": files})


def finish_files(files: RoomFiles, room: Workshop) -> None:
    """Levers and lines of every branch, and what the handout tells."""
    played = room.played
    for branch in played.tree.branches:
        files.write_levers(branch, played.tree.pulls_of(branch), room.setting.quiet.names)
        files.write_series(branch, played.history_of(branch).rows())
    predictions = [
        {"question": question, "words": QUESTIONS.get(question, question), "values": list(said.values())}
        for question, said in room.crowd.predictions.items()
    ]
    scenario = scenario_part(room.setting)["scenario"]
    files.add_to_room(
        scenario=scenario,
        played=played.tree.current,
        branches={branch.id: branch.name for branch in played.tree.branches.values()},
        truth=room.truth,
        predictions=predictions,
        rules=room.crowd.rules,
        notes=room.crowd.notes,
    )


def undo(room: Workshop, sender: Sender, _asked: MessageFields, wall: float) -> None:
    """What was just done is forgotten."""
    room.check_hand(sender)
    if wall - room.last_pull_wall > UNDO_WITHIN_S and not room.played.trusts:
        raise RequestRefused("what was done can be undone for five seconds: go back instead")
    forgotten = room.played.take_back()
    room.look_again()
    title = room.played.texts[forgotten.lever].title
    room.say("undo", f"Not after all: {title}", sender.signature)
    room.change("tree", "levers")


def pace(room: Workshop, _sender: Sender, asked: MessageFields, wall: float) -> None:
    """Simulated seconds in a second."""
    if asked["pace"] not in PACES:
        raise RequestRefused(f"the pace is one of {', '.join(map(str, PACES))}")
    room.pace = int(asked["pace"])
    room.set_clock(wall)
    room.change("state")


def stop_at(room: Workshop, _sender: Sender, asked: MessageFields, _wall: float) -> None:
    """Pause by itself at a time; another label for a stop that is there."""
    time = microseconds(asked["t"])
    if not 0 <= time < room.played.horizon:
        raise RequestRefused("a stop is within the days of the story")
    others = [stop for stop in room.stops if stop.time != time]
    if len(others) >= MOST_STOPS:
        raise RequestRefused(f"there are {MOST_STOPS} stops already")
    room.stops = sorted([*others, Stop(time, str(asked.get("label", "") or "Stop"))])
    room.change("state")


def drop_stop(room: Workshop, _sender: Sender, asked: MessageFields, _wall: float) -> None:
    """A stop is no more."""
    time = microseconds(asked["t"])
    others = [stop for stop in room.stops if stop.time != time]
    if len(others) == len(room.stops):
        raise RequestRefused("there is no stop at that time")
    room.stops = others
    room.change("state")


def go_to(room: Workshop, sender: Sender, asked: MessageFields, wall: float) -> None:
    """Back to a time of a branch, and otherwise from there: a child. Or forwards, to the next stop at most."""
    tree, time = room.played.tree, microseconds(asked["t"])
    branch = tree.branches.get(str(asked["branch"]))
    if branch is None:
        raise RequestRefused(f"there is no branch '{asked['branch']}'")
    if branch.id == tree.current and time > branch.end and room.state in ("lobby", "paused", "running"):
        room.hasten(time, wall)
        return
    if room.state == "lobby":
        raise RequestRefused("the story has not begun")
    if not 0 <= time <= branch.end:
        raise RequestRefused(
            f"'{branch.name}' has come to {seconds(branch.end):g} s, and {seconds(time):g} s is not before"
        )
    if len(tree.branches) >= MOST_BRANCHES:
        raise RequestRefused(f"there are {MOST_BRANCHES} branches already")
    room.played.go_to(branch.id, time, str(asked.get("name", "")), sender.team)
    room.state = "paused"
    room.page = "wall"
    room.look_again()
    room.say("go_to", f"Back, and otherwise: {tree.played.name}", sender.signature)
    room.change("state", "tree", "series", "levers")


def rename(room: Workshop, _sender: Sender, asked: MessageFields, _wall: float) -> None:
    """Another name for a branch."""
    branch = room.played.tree.branches.get(str(asked["branch"]))
    if branch is None:
        raise RequestRefused(f"there is no branch '{asked['branch']}'")
    branch.name = str(asked["name"])
    room.change("tree")


def pull(room: Workshop, sender: Sender, asked: MessageFields, wall: float) -> None:
    """Pull a lever now."""
    room.check_hand(sender)
    _pull(room, sender, str(asked["lever"]), str(asked.get("size", "")), wall)


def _pull(room: Workshop, sender: Sender, lever: str, size: str, wall: float) -> None:
    row = room.played.lever(lever)
    room.played.pull(row, room.played.size(row, size), sender.signature, sender.team)
    room.last_pull_wall = wall
    room.say("lever_pulled", room.played.texts[row].title, sender.signature)
    room.change("tree", "levers")


def release(room: Workshop, sender: Sender, asked: MessageFields, wall: float) -> None:
    """Undo a lever that is in force or on its way."""
    room.check_hand(sender)
    row = room.played.lever(str(asked["lever"]))
    room.played.release(row, sender.signature, sender.team)
    room.last_pull_wall = wall
    room.say("lever_undone", f"Ended: {room.played.texts[row].title}", sender.signature)
    room.change("tree", "levers")


def show(room: Workshop, _sender: Sender, asked: MessageFields, _wall: float) -> None:
    """What is shown: X-ray, ghost, a customer, nothing, or which page."""
    ghost = str(asked.get("ghost", room.ghost))
    if ghost not in ("", *GHOSTS, *room.played.tree.branches):
        raise RequestRefused(f"there is no ghost '{ghost}'")
    was = (room.xray, room.ghost)
    room.xray = bool(asked.get("xray", room.xray))
    room.blank = bool(asked.get("blank", room.blank))
    room.page = str(asked.get("page", room.page))
    room.ghost = ghost
    if "face" in asked:
        room.pick_face(int(asked["face"]))
    if was != (room.xray, room.ghost):
        room.change("series")
    if room.xray and not was[0]:
        room.show_results()
    room.change("state")


def mode(room: Workshop, _sender: Sender, asked: MessageFields, _wall: float) -> None:
    """Who pulls the levers."""
    if asked["mode"] not in ("console", "vote", "captain", "anyone"):
        raise RequestRefused("the mode is console, vote, captain or anyone")
    room.mode = asked["mode"]
    room.change("state")


def ballot(room: Workshop, _sender: Sender, asked: MessageFields, wall: float) -> None:
    """Ask the room which lever to pull; waiting is always a choice. The clock stops."""
    names = asked.get("choices") or [card["name"] for card in room.played.cards() if card["can_pull"]]
    room.ballots += 1
    choices = [_choice(room, str(name)) for name in dict.fromkeys(names)]
    ends = wall + float(asked["seconds"])
    room.ballot = Ballot(room.ballots, str(asked["question"]), [*choices, Choice(WAIT)], ends)
    if room.state == "running":
        room.pause("", wall)
    room.change("state")


def _choice(room: Workshop, name: str) -> Choice:
    """A lever by its name, or in a size by `name:size`."""
    lever, _, size = name.partition(":")
    row = room.played.lever(lever)
    room.played.size(row, size)
    title = room.played.texts[row].title
    return Choice(f"{title}: {size.replace('_', ' ')}" if size else title, lever, size)


def close_ballot(room: Workshop, sender: Sender, asked: MessageFields, wall: float) -> None:
    """End the vote, and pull what won where that is asked for."""
    if room.ballot is None:
        raise RequestRefused("there is no vote")
    won = room.ballot.winner()
    if asked.get("pull") and won.lever:
        if room.state not in ("paused", "running"):
            raise RequestRefused("the story has not begun, or is over")
        _pull(room, sender._replace(team="the room"), won.lever, won.size, wall)
    room.close_ballot(wall)


def vote(room: Workshop, sender: Sender, asked: MessageFields, _wall: float) -> None:
    """One person's vote; the last one counts."""
    running = room.ballot
    if running is None or running.id != asked["ballot"] or not running.is_open:
        raise RequestRefused("that vote is over")
    if not 0 <= asked["choice"] < len(running.choices):
        raise RequestRefused("there is no such choice")
    running.votes[sender.client] = Vote(int(asked["choice"]), int(asked["sure"]))
    room.change("state")


def ask(room: Workshop, _sender: Sender, asked: MessageFields, _wall: float) -> None:
    """Ask everybody for a prediction."""
    question = str(asked["question"])
    if question not in QUESTIONS:
        raise RequestRefused(f"that cannot be compared with what happens; one of {', '.join(QUESTIONS)} can")
    room.asking = {"question": question, "words": str(asked.get("words", "") or QUESTIONS[question])}
    room.crowd.predictions.setdefault(question, {})
    room.change("state")


def predict(room: Workshop, sender: Sender, asked: MessageFields, _wall: float) -> None:
    """One person's prediction."""
    if room.asking is None or room.asking["question"] != asked["question"]:
        raise RequestRefused("that is not asked now")
    room.crowd.predictions[str(asked["question"])][sender.client] = float(asked["value"])
    room.change("state")


def mood(room: Workshop, sender: Sender, asked: MessageFields, _wall: float) -> None:
    """How one person feels."""
    room.crowd.moods[sender.client] = int(asked["value"])
    room.change("state")


def rule(room: Workshop, sender: Sender, asked: MessageFields, _wall: float) -> None:
    """What one person would do next time."""
    written = room.crowd.rules_by.get(sender.client, 0)
    if written >= MOST_RULES_EACH or len(room.crowd.rules) >= MOST_RULES:
        raise RequestRefused(f"each may write {MOST_RULES_EACH} rules, and all together {MOST_RULES}")
    room.crowd.rules_by[sender.client] = written + 1
    room.crowd.rules.append(str(asked["text"]))
    room.change("state")


def note(room: Workshop, _sender: Sender, asked: MessageFields, _wall: float) -> None:
    """The facilitator's own note, kept with the decisions."""
    if len(room.crowd.notes) >= MOST_RULES:
        raise RequestRefused(f"there are {MOST_RULES} notes already")
    room.crowd.notes.append(str(asked["text"]))


def compare(room: Workshop, _sender: Sender, asked: MessageFields, _wall: float) -> None:
    """Have branches compared over many storms."""
    tree = room.played.tree
    branches = [str(name) for name in asked.get("branches") or tree.branches][:8]
    if unknown := [name for name in branches if name not in tree.branches and name not in GHOSTS]:
        raise RequestRefused(f"there is no branch '{unknown[0]}'")
    room.ask_job("compare", [name for name in branches if name in tree.branches], storms=int(asked["storms"]))


def curve(room: Workshop, _sender: Sender, asked: MessageFields, _wall: float) -> None:
    """Have it worked out what each hour of waiting with a lever costs."""
    row = room.played.lever(str(asked["lever"]))
    branch = str(asked.get("branch") or room.played.tree.current)
    if branch not in room.played.tree.branches:
        raise RequestRefused(f"there is no branch '{branch}'")
    room.ask_job("curve", [branch], lever=room.setting.quiet.names.levers[row])


def score(room: Workshop, _sender: Sender, asked: MessageFields, _wall: float) -> None:
    """Have every branch scored over many storms."""
    tree = room.played.tree
    steered = [branch for branch in tree.branches if tree.pulls_of(branch)] or [tree.current]
    room.ask_job("score", steered[-_MOST_SCORED:], storms=int(asked["storms"]))


def ping(_room: Workshop, _sender: Sender, _asked: MessageFields, _wall: float) -> None:
    """Nothing happens."""


COMMANDS: Final[dict[str, Command]] = {
    each.__name__: each
    for each in (
        start, pause, resume, finish, close, undo, pace, stop_at, drop_stop, go_to, rename, pull, release, show, mode,
        ballot, close_ballot, vote, ask, predict, mood, rule, note, compare, curve, score, ping,
    )
}  # fmt: skip
