"""The large messages of a room: its state by role, and the welcome with everything."""

from __future__ import annotations

from momentsim.app.crowd import Sender
from momentsim.app.played_branch import seconds
from momentsim.app.scenes import scenario_part
from momentsim.app.setting import Message
from momentsim.app.stops import Stop
from momentsim.app.workshop import RESULTS, Workshop

_MOST_SERIES = 12


def welcome(room: Workshop, sender: Sender, wall: float, seq: int) -> Message:
    """The whole state for one client, by role and fog."""
    may_see = room.xray or sender.role != "phone"
    found = [message for message in room.found.values() if may_see or message["type"] not in RESULTS]
    closed = room.found.get("closed")
    return {
        "type": "welcome",
        "room": room.code,
        "code": room.code,
        "role": sender.role,
        "client": sender.client,
        **scenario_part(room.setting),
        "levers": room.played.cards(),
        "state": state(room, sender.role, wall, sender.client),
        "tree": room.played.tree_message(),
        "series": series(room, sender.role),
        "results": [message for message in found if message["type"] in ("result", "score")],
        "curves": [message for message in found if message["type"] == "curve"],
        "ticker": list(room.news),
        "files": None if closed is None else {"folder": closed["folder"], "files": closed["files"]},
        "seq": seq,
    }


def series(room: Workshop, role: str) -> list[Message]:
    """Charts: of the branch that is played and its ghosts, of all branches when the story is over.

    A phone has room for one small chart: the branch that is played, as a real centre sees it.
    """
    if role == "phone":
        return room.played.series(xray=False)[:1]
    branches = [room.ghost]
    if room.state in ("finished", "debrief", "closed"):
        branches += list(room.played.tree.branches)[-_MOST_SERIES:]
    return room.played.series(xray=room.xray, branches=list(dict.fromkeys(branches)))


def state(room: Workshop, role: str, wall: float, client: str = "") -> Message:
    """The `state` for a role; with a client also what this one said."""
    following, ballot, crowd = room.next_stop(), room.ballot, room.crowd
    is_told = room.state in ("debrief", "closed")
    shown: Message = {
        "type": "state",
        "state": room.state,
        "t": seconds(room.time),
        "pace": room.pace,
        "next_stop": None if following is None else _stop(following),
        "stops": [_stop(stop) for stop in room.stops],
        "xray": room.xray,
        "blank": room.blank,
        "page": room.page,
        "ghost": room.ghost,
        "mode": room.mode,
        "branch": room.played.tree.current,
        "ballot": None if ballot is None else ballot.message(wall, with_votes=role == "console"),
        "asking": room.asking,
        "moods": crowd.mood_counts(),
        "phones": len(crowd.phones()),
        "teams": crowd.teams(),
        "rules": crowd.rules if is_told else [],
        "truth": room.truth if is_told else {},
        "catching_up": room.played.is_behind,
    }
    if role != "phone":
        asked = [crowd.predicted(question) for question in crowd.predictions]
        truth = room.truth if is_told else {}
        shown["predictions"] = [{**each, "truth": truth.get(str(each["question"]))} for each in asked]
    if client and role == "phone":
        shown["mine"] = _mine(room, client)
    return shown


def _mine(room: Workshop, client: str) -> Message:
    """What one phone has said so far."""
    ballot, crowd = room.ballot, room.crowd
    vote = None if ballot is None else ballot.votes.get(client)
    sender = crowd.here.get(client)
    return {
        "vote": None if vote is None or ballot is None else {"ballot": ballot.id, **vote._asdict()},
        "predictions": {question: of[client] for question, of in crowd.predictions.items() if client in of},
        "mood": crowd.moods.get(client),
        "captain": sender is not None and crowd.is_captain(sender),
    }


def _stop(stop: Stop) -> Message:
    return {"t": seconds(stop.time), "label": stop.label}
