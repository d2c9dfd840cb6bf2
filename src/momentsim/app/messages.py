"""What a client may say: one table, from which come the checker, the JSON Schema and docs/app_messages.md.

A message is a JSON object in a text frame of at most 2 kB. Whatever is not in the table is refused with a sentence.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from momentsim.suggestions import did_you_mean

VERSION = 1
MAX_BYTES = 2048
"""Of one message from a client."""
MAX_TIME_S = 1e9
"""Latest time a client can speak of, seconds since the scenario's start."""
MAX_AMOUNT = 1e12
PACES = (1, 60, 600, 1200, 1800, 3600)
ROLES = ("phone", "wall", "console")
MODES = ("console", "vote", "captain", "anyone")
CODE = "[A-Z2-9]{4,6}"
ID = "[a-z0-9]{1,16}"

Message = dict[str, Any]


class MessageRefused(Exception):
    """A message that is not taken, with the sentence its sender reads; `id` is the message's, where it can be read."""

    def __init__(self, reason: str, message_id: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.id = message_id


class MessageField(NamedTuple):
    """One field of a message; a field that is not required may be missing, but is never null."""

    name: str
    words: str
    kind: Literal["text", "whole", "number", "switch", "texts"] = "text"
    required: bool = True
    low: float = 0
    """Least letters, least number, or least texts in a list."""
    high: float = 0
    """Most of the same."""
    choices: tuple[str | int, ...] = ()
    pattern: str = ""
    letters: int = 0
    """Most letters of each text in a list."""


class MessageKind(NamedTuple):
    """One type of message."""

    type: str
    words: str
    fields: tuple[MessageField, ...] = ()


def _text(name: str, words: str, most: int, *, least: int = 1, required: bool = True) -> MessageField:
    return MessageField(name, words, "text", required, least, most)


def _choice(name: str, words: str, choices: tuple[str | int, ...], *, required: bool = True) -> MessageField:
    kind: Literal["whole", "text"] = "whole" if isinstance(choices[0], int) else "text"
    return MessageField(name, words, kind, required, choices=choices)


def _whole(name: str, words: str, low: int, high: int) -> MessageField:
    return MessageField(name, words, "whole", True, low, high)


def _switch(name: str, words: str, *, required: bool = True) -> MessageField:
    return MessageField(name, words, "switch", required)


_TIME = MessageField("t", "seconds since the scenario's start", "number", True, 0, MAX_TIME_S)
_LEVER = _text("lever", "its full name", 120)
_QUESTION = _choice(
    "question", "about people never helped, or customers lost", ("never_helped", "customers_lost")
)

CLIENT: tuple[MessageKind, ...] = (
    MessageKind(
        "join",
        "the first message on a socket",
        (
            _choice("role", "who this is", ROLES),
            MessageField(
                "code", "the room's join code, where the address does not say it", "text", False, pattern=CODE
            ),
            _text("name", "a nickname", 24, required=False),
            _text("team", "a team's name", 16, required=False),
            _text("token", "of wall and console", 64, required=False),
            _text("again", "what an earlier welcome gave to a phone that comes back", 64, required=False),
            _choice("view", "the page of a console", ("wall", "console", "debrief"), required=False),
            MessageField("last_seq", "the last frame that was seen", "whole", False, 0, 2**53),
        ),
    ),
    MessageKind("start", "leave the lobby"),
    MessageKind("pause", "stop the clock"),
    MessageKind("resume", "let the clock run"),
    MessageKind("finish", "end this storm: finished, then debrief"),
    MessageKind("close", "end the workshop: its files are written"),
    MessageKind("undo", "take back the last pull, just made and while paused"),
    MessageKind("pace", "simulated seconds in a second", (_choice("pace", "how fast", PACES),)),
    MessageKind("stop_at", "pause there", (_TIME, _text("label", "why", 60, required=False))),
    MessageKind("drop_stop", "do not pause there", (_TIME,)),
    MessageKind(
        "go_to",
        "go back on a branch: a new branch with the same past begins there, paused",
        (_text("branch", "its id", 24), _TIME, _text("name", "of the new branch", 24, required=False)),
    ),
    MessageKind(
        "rename", "give a branch a name", (_text("branch", "its id", 24), _text("name", "the new name", 24))
    ),
    MessageKind("pull", "pull a lever", (_LEVER, _text("size", "which of its sizes", 32, required=False))),
    MessageKind("release", "undo a lever that is in force", (_LEVER,)),
    MessageKind(
        "show",
        "what wall and phones show",
        (
            _switch("xray", "what really happens, or what a centre sees", required=False),
            _text("ghost", "'nothing', 'as_planned', a branch, or '' for none", 24, least=0, required=False),
            MessageField("face", "a customer to follow: -1 none, 0 another one", "whole", False, -1, 2**53),
            _switch("blank", "an empty wall", required=False),
            _choice("page", "which page the projector shows", ("wall", "debrief"), required=False),
        ),
    ),
    MessageKind("mode", "who pulls levers", (_choice("mode", "who", MODES),)),
    MessageKind(
        "ballot",
        "ask the room",
        (
            _text("question", "what is asked", 120),
            MessageField(
                "choices", "names of levers; else all that can be pulled", "texts", False, 1, 8, letters=120
            ),
            _whole("seconds", "how long it is open", 5, 600),
        ),
    ),
    MessageKind("close_ballot", "count the votes", (_switch("pull", "whether what won is pulled"),)),
    MessageKind(
        "vote",
        "choose",
        (
            _whole("ballot", "its id", 0, 1_000_000),
            _whole("choice", "its place in the list, from 0", 0, 100),
            _whole("sure", "how sure, from 1 to 5", 1, 5),
        ),
    ),
    MessageKind(
        "ask", "ask for predictions", (_QUESTION, _text("words", "how it is asked", 120, required=False))
    ),
    MessageKind(
        "predict",
        "answer what was asked",
        (_QUESTION, MessageField("value", "the number", "number", True, 0, MAX_AMOUNT)),
    ),
    MessageKind("mood", "how one feels", (_whole("value", "from 1, bad, to 5, good", 1, 5),)),
    MessageKind("rule", "what one would do next time", (_text("text", "a sentence", 140),)),
    MessageKind("note", "something to remember", (_text("text", "a sentence or two", 280),)),
    MessageKind(
        "compare",
        "branches over common storms",
        (
            MessageField("branches", "their ids; else all", "texts", False, 1, 8, letters=24),
            _whole("storms", "how many", 1, 100),
        ),
    ),
    MessageKind(
        "curve",
        "what an hour of waiting with a lever costs",
        (_LEVER, _text("branch", "whose other pulls stay", 24, required=False)),
    ),
    MessageKind(
        "score", "the branch against nothing and a reference", (_whole("storms", "how many", 1, 100),)
    ),
    MessageKind("ping", "is anybody there"),
)
"""All a client may say."""

KINDS: Mapping[str, MessageKind] = {kind.type: kind for kind in CLIENT}

COMMON = (
    MessageField("v", "version of these messages", "whole", choices=(VERSION,)),
    MessageField("id", "the sender's own; an answer bears it", "text", pattern=ID),
    MessageField("type", "which message this is"),
)
"""Fields of every message from a client."""


def read_message(text: str) -> Message:
    """A client's message, checked; texts without outer blanks.

    Raises Refused with a sentence for the sender, whatever the text is.
    """
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise MessageRefused(f"a message has at most {MAX_BYTES} bytes")
    try:
        data = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_without_repeats)
    except MessageRefused:
        raise
    except (ValueError, RecursionError):
        raise MessageRefused("a message is a JSON object") from None
    if not isinstance(data, dict):
        raise MessageRefused("a message is a JSON object")
    message_id = data.get("id")
    if not isinstance(message_id, str) or not re.fullmatch(ID, message_id):
        raise MessageRefused("'id' is missing or not made of 1 to 16 of a-z and 0-9")
    try:
        return check_message(data)
    except MessageRefused as refused:
        raise MessageRefused(refused.reason, message_id) from None


def check_message(data: Mapping[str, Any]) -> Message:
    """The same for a message that was read already."""
    if type(data.get("v")) is not int or data["v"] != VERSION:
        raise MessageRefused(f"'v' is not {VERSION}; this page may be older than the program, load it again")
    kind_name = data.get("type")
    if not isinstance(kind_name, str) or kind_name not in KINDS:
        raise MessageRefused(_unknown("type of message", kind_name, KINDS))
    fields = {field.name: field for field in KINDS[kind_name].fields}
    known = {field.name for field in COMMON} | fields.keys()
    for name in data:
        if name not in known:
            raise MessageRefused(_unknown(f"field of '{kind_name}'", name, fields))
    checked: Message = {field.name: data[field.name] for field in COMMON}
    for name, field in fields.items():
        if name in data:
            checked[name] = _checked(field, data[name])
        elif field.required:
            raise MessageRefused(f"'{name}' is missing in '{kind_name}': {field.words}")
    return checked


def _unknown(what: str, found: object, known: Mapping[str, object]) -> str:
    if not isinstance(found, str):
        return f"the {what} is missing"
    words = f"'{_shown(found)}' is no {what}"
    return ", ".join(part for part in (words, did_you_mean(found[:40], known)) if part)


def _shown(text: str) -> str:
    """The beginning of what somebody sent, without anything that could not be shown or sent back."""
    return "".join(letter if letter.isprintable() else "?" for letter in text[:40])


def _checked(field: MessageField, value: object) -> object:
    if field.kind == "texts":
        if not isinstance(value, list) or not field.low <= len(value) <= field.high:
            raise MessageRefused(f"'{field.name}' is not a list of {field.low:g} to {field.high:g} texts")
        return [_checked_text(field.name, entry, 1, field.letters) for entry in value]
    if field.kind == "text" and not field.choices:
        if field.pattern:
            return _fitting(field, value)
        return _checked_text(field.name, value, int(field.low), int(field.high))
    if field.choices:
        if not any(type(value) is type(choice) and value == choice for choice in field.choices):
            raise MessageRefused(f"'{field.name}' is not one of {', '.join(map(str, field.choices))}")
        return value
    if field.kind == "switch":
        if not isinstance(value, bool):
            raise MessageRefused(f"'{field.name}' is not true or false")
        return value
    return _checked_number(field, value)


def _checked_number(field: MessageField, value: object) -> int | float:
    what = f"'{field.name}' is not a {'whole ' if field.kind == 'whole' else ''}number"
    span = f"{what} from {field.low:,.0f} to {field.high:,.0f}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MessageRefused(span)
    if field.kind == "whole" and not isinstance(value, int):
        raise MessageRefused(span)
    if (
        not (math.isfinite(value) if isinstance(value, float) else True)
        or not field.low <= value <= field.high
    ):
        raise MessageRefused(span)
    return value


def _checked_text(name: str, value: object, least: int, most: int) -> str:
    words = f"'{name}' is not a text of {least} to {most} letters"
    if not isinstance(value, str) or len(value) > MAX_BYTES:
        raise MessageRefused(words)
    text = " ".join(value.split())
    if any(_is_mischief(letter) for letter in text):
        raise MessageRefused(f"'{name}' has signs that cannot be shown")
    if not least <= len(text) <= most:
        raise MessageRefused(words)
    return text


def _is_mischief(letter: str) -> bool:
    """Control characters, halves of letters, and marks that turn text round."""
    return unicodedata.category(letter) in ("Cc", "Cs") or (
        "\u202a" <= letter <= "\u202e" or "\u2066" <= letter <= "\u2069"
    )


def _fitting(field: MessageField, value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(field.pattern, value):
        raise MessageRefused(f"'{field.name}' does not look like {field.pattern}")
    return value


def _no_constant(_name: str) -> None:
    raise MessageRefused("a message has no NaN and no Infinity")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise MessageRefused("a message has a field twice")
    return found
