"""Who may say what, and when: one table."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

Role = Literal["wall", "console", "phone"]
RoomState = Literal["lobby", "preparing", "paused", "running", "finished", "debrief", "closed"]
Mode = Literal["console", "vote", "captain", "anyone"]

_LIVE: Final = ("paused", "running")
_BEFORE: Final = ("lobby", "preparing", *_LIVE)
_TOLD: Final = (*_LIVE, "finished", "debrief")
_OPEN: Final = ("lobby", "preparing", *_TOLD)


class Rule(NamedTuple):
    """Which roles may send a type of message, in which states of the room."""

    roles: tuple[str, ...]
    states: tuple[str, ...]


_CONSOLE: Final = ("console",)
_PHONE: Final = ("phone",)
_EITHER: Final = ("console", "phone")

RULES: Final = {
    "start": Rule(_CONSOLE, ("lobby",)),
    "pause": Rule(_CONSOLE, ("running",)),
    "resume": Rule(_CONSOLE, ("paused",)),
    "finish": Rule(_CONSOLE, (*_LIVE, "finished")),
    "close": Rule(_CONSOLE, _OPEN),
    "undo": Rule(_EITHER, ("paused",)),
    "pace": Rule(_CONSOLE, _OPEN),
    "stop_at": Rule(_CONSOLE, _BEFORE),
    "drop_stop": Rule(_CONSOLE, _BEFORE),
    "go_to": Rule(_CONSOLE, ("lobby", *_TOLD)),
    "rename": Rule(_CONSOLE, _OPEN),
    "pull": Rule(_EITHER, _LIVE),
    "release": Rule(_EITHER, _LIVE),
    "show": Rule(_CONSOLE, _OPEN),
    "mode": Rule(_CONSOLE, _OPEN),
    "ballot": Rule(_CONSOLE, _BEFORE),
    "close_ballot": Rule(_CONSOLE, _OPEN),
    "vote": Rule(_PHONE, _OPEN),
    "ask": Rule(_CONSOLE, _OPEN),
    "predict": Rule(_PHONE, (*_BEFORE, "finished")),
    "mood": Rule(_PHONE, _OPEN),
    "rule": Rule(_PHONE, _OPEN),
    "note": Rule(_CONSOLE, _OPEN),
    "compare": Rule(_CONSOLE, _TOLD),
    "curve": Rule(_CONSOLE, _TOLD),
    "score": Rule(_CONSOLE, _TOLD),
    "ping": Rule(("wall", "console", "phone"), (*_OPEN, "closed")),
}
"""By type; phones pull and undo only as the mode allows, see `may_pull`."""

_WORDS: Final = {
    "lobby": "before the start",
    "preparing": "while it is prepared",
    "paused": "while it is paused",
    "running": "while it runs",
    "finished": "when it is over",
    "debrief": "in the debrief",
    "closed": "in a workshop that is closed",
}


class RequestRefused(Exception):
    """What was asked for is not done; the text is said to who asked."""


def check(kind: str, role: str, state: RoomState) -> None:
    """Raises Refused where a role may not say this now."""
    rule = RULES.get(kind)
    if rule is None:
        raise RequestRefused(f"'{kind}' is nothing that can be asked for")
    if role not in rule.roles:
        raise RequestRefused(f"only {' and '.join(rule.roles)} may do that")
    if state not in rule.states:
        raise RequestRefused(f"that cannot be done {_WORDS[state]}")


def may_pull(role: str, mode: Mode, *, is_captain: bool) -> None:
    """Raises Refused where a phone may not pull levers in this mode."""
    if role == "console" or mode == "anyone" or (mode == "captain" and is_captain):
        return
    whose = {
        "console": "the facilitator pulls the levers",
        "vote": "the room votes, and the facilitator pulls what won",
        "captain": "the captain of your team pulls the levers",
    }
    raise RequestRefused(whose[mode])
