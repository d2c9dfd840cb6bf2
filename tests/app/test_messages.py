"""What a client may say: every type, everything that is refused, and what is written down about it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from momentsim.app.messages import (
    CLIENT,
    KINDS,
    MAX_BYTES,
    MessageField,
    MessageKind,
    MessageRefused,
    read_message,
)
from momentsim.app.messages_out import SERVER
from momentsim.app.messages_page import PAGE, SCHEMA, message_schema, messages_page

DOCS = Path(__file__).parents[2] / "docs"
COMMAND = "out of date: run `python -m momentsim.app.messages_page docs`"


def example(field: MessageField) -> object:
    """A value that a field takes."""
    if field.choices:
        return field.choices[0]
    if field.pattern:
        return {"[A-Z2-9]{4,6}": "K7QF"}[field.pattern]
    least = max(int(field.low), 1)
    return {
        "text": "a" * least,
        "whole": int(field.low),
        "number": float(field.high),
        "switch": True,
        "texts": ["b"] * least,
    }[field.kind]


def message_of(kind: MessageKind, *, whole: bool = True) -> dict[str, Any]:
    """A message of a type, with all its fields or only those it needs."""
    fields = {field.name: example(field) for field in kind.fields if whole or field.required}
    return {"v": 1, "id": "a1", "type": kind.type, **fields}


def refusal(message: object) -> str:
    """With which words a message is refused."""
    with pytest.raises(MessageRefused) as refused:
        read_message(message if isinstance(message, str) else json.dumps(message))
    assert refused.value.reason
    return refused.value.reason


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("kind", CLIENT, ids=lambda kind: kind.type)
def test_every_type_is_read_as_it_was_said(kind: MessageKind, whole: bool) -> None:
    message = message_of(kind, whole=whole)
    assert read_message(json.dumps(message)) == message


@pytest.mark.parametrize("kind", CLIENT, ids=lambda kind: kind.type)
def test_a_field_that_is_needed_or_unknown_is_told(kind: MessageKind) -> None:
    for field in kind.fields:
        if field.required:
            short = message_of(kind)
            del short[field.name]
            assert f"'{field.name}' is missing" in refusal(short)
    assert f"'colour' is no field of '{kind.type}'" in refusal({**message_of(kind), "colour": "red"})


WRONG: dict[str, list[Any]] = {
    "text": [1, None, True, [], {}, "x" * 400, "a\x00b", "\ud800", "a\u202eb"],
    "whole": ["1", 1.5, None, True, [], -(10**30), 10**30],
    "number": ["1", None, True, [], -1.0, 1e300, 10**400],
    "switch": ["true", 1, 0, None, []],
    "texts": ["b", [], [1], ["b"] * 9, ["b" * 121], [None], {}],
}


@pytest.mark.parametrize("kind", CLIENT, ids=lambda kind: kind.type)
def test_a_value_that_does_not_fit_is_told_with_its_field(kind: MessageKind) -> None:
    for field in kind.fields:
        for value in WRONG[field.kind]:
            words = refusal(json.dumps({**message_of(kind), field.name: value}))
            assert f"'{field.name}'" in words or "at most 2048 bytes" in words, (field, value, words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "a JSON object"),
        ("[]", "a JSON object"),
        ("null", "a JSON object"),
        ("{", "a JSON object"),
        ("[" * 2000, "a JSON object"),
        ("9" * 2000, "a JSON object"),
        ("x" * (MAX_BYTES + 1), "at most 2048 bytes"),
        ("ä" * MAX_BYTES, "at most 2048 bytes"),
        ('{"v":1,"id":"a","type":"ping","type":"close"}', "twice"),
        ('{"v":1,"id":"a","type":"predict","question":"never_helped","value":NaN}', "no NaN"),
        ('{"v":1,"id":"a","type":"predict","question":"never_helped","value":1e999}', "'value'"),
        ('{"v":1,"type":"ping"}', "'id'"),
        ('{"v":1,"id":"a\\n","type":"ping"}', "'id'"),
        ('{"v":1,"id":"A","type":"ping"}', "'id'"),
        ('{"v":true,"id":"a","type":"ping"}', "'v'"),
        ('{"v":2,"id":"a","type":"ping"}', "load it again"),
        ('{"v":1,"id":"a","type":["ping"]}', "type of message is missing"),
        ('{"v":1,"id":"a","type":"pul"}', "did you mean 'pull'?"),
        ('{"v":1,"id":"a","type":"pace","pace":7}', "1, 60, 600, 1200, 1800, 3600"),
        ('{"v":1,"id":"a","type":"pace","pace":60.0}', "1, 60, 600, 1200, 1800, 3600"),
        ('{"v":1,"id":"a","type":"join","role":"phone","code":"k7qf"}', "'code'"),
        ('{"v":1,"id":"a","type":"rule","text":"   "}', "'text'"),
    ],
)
def test_what_is_refused_is_told_why(text: str, words: str) -> None:
    assert words in refusal(text)


def test_texts_lose_their_outer_blanks() -> None:
    message = {"v": 1, "id": "a", "type": "rule", "text": "  when  more \n than 80 wait "}
    assert read_message(json.dumps(message))["text"] == "when more than 80 wait"


def test_a_refusal_bears_the_id_of_the_message() -> None:
    with pytest.raises(MessageRefused) as refused:
        read_message('{"v":1,"id":"abc","type":"pace"}')
    assert refused.value.id == "abc"


def mutations(luck: random.Random, count: int) -> Iterator[str]:
    """Messages with something changed: a value, a field, some letters."""
    values = [value for wrong in WRONG.values() for value in wrong] + [
        "",
        "K7QF",
        0,
        1,
        60,
        1e9,
        {"a": {"b": []}},
    ]
    letters = '{}[]":,\\u0\x00eE+-.9tfn\ud800\U0001f600'
    kinds = [message_of(kind) for kind in CLIENT]
    for _ in range(count):
        message = dict(luck.choice(kinds))
        for _ in range(luck.randint(0, 2)):
            message[luck.choice([*message, "type", "extra"])] = luck.choice(values)
        text = json.dumps(message, ensure_ascii=luck.random() < 0.5)
        for _ in range(luck.choice([0, 0, 1, 1, 2, 5])):
            at = luck.randrange(len(text) + 1)
            text = (
                text[:at]
                + luck.choice(letters) * luck.choice([0, 1, 3])
                + text[at + luck.choice([0, 1, 4]) :]
            )
        yield text


def count_taken(frames: Iterator[str]) -> int:
    """How many frames are messages; the others are refused with words that can be sent back."""
    taken = 0
    for text in frames:
        try:
            message = read_message(text)
        except MessageRefused as refused:
            json.dumps(refused.reason).encode("ascii")
            refused.reason.encode("utf-8")
            assert 0 < len(refused.reason) < 300
        else:
            taken += 1
            assert message["type"] in KINDS
            json.dumps(message, ensure_ascii=False, allow_nan=False).encode("utf-8")
    return taken


def test_random_frames_are_taken_or_refused() -> None:
    assert 100 < count_taken(mutations(random.Random(1), 3000)) < 2900


@pytest.mark.slow
def test_a_hundred_thousand_random_frames_are_taken_or_refused() -> None:
    assert 10_000 < count_taken(mutations(random.Random(2), 100_000)) < 90_000


@settings(max_examples=settings().max_examples // 2)
@given(
    st.text() | st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists).map(json.dumps)
)
def test_any_text_is_refused(text: str) -> None:
    assert refusal(text)


def test_what_is_written_down_is_up_to_date() -> None:
    assert (DOCS / PAGE).read_text("utf-8") == messages_page(), COMMAND
    assert json.loads((DOCS / SCHEMA).read_text("utf-8")) == message_schema(), COMMAND


def test_the_schema_has_every_type_and_field_of_the_table() -> None:
    by_type = {one["properties"]["type"]["const"]: one for one in message_schema()["oneOf"]}
    assert set(by_type) == set(KINDS)
    for kind in CLIENT:
        schema = by_type[kind.type]
        assert set(schema["properties"]) == {"v", "id", "type", *(field.name for field in kind.fields)}
        assert set(schema["required"]) == set(message_of(kind, whole=False))


def test_the_page_has_every_message() -> None:
    page = messages_page()
    assert all(f"### `{kind.type}`\n" in page for kind in CLIENT)
    assert all(f"### `{sent.type}` (server)\n" in page for sent in SERVER)
