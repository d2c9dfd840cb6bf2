"""Clients on their sockets: who comes in, who is heard, who is let go."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import MutableMapping

import pytest
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.server_fixtures import TOKEN, Server, come_in, hear, say
from app.test_messages import mutations
from momentsim.app.outbox import MAX_WAITING
from momentsim.app.room import Outgoing
from momentsim.app.rooms import MAX_CLIENTS, MAX_JOINS, MAX_TRIES
from momentsim.app.socket import BURST, MAX_REFUSED, Pace, serve_client


def is_over(socket: object) -> bool:
    """Whether a socket was closed by the server, whatever it said before."""
    try:
        for _ in range(10_000):
            hear(socket)  # type: ignore[arg-type]
    except WebSocketDisconnect:
        return True
    return False


def test_a_phone_comes_in_by_the_code_alone(server: Server) -> None:
    code = server.open_room()
    with server.socket(code) as socket:
        welcome = come_in(socket, name="Ann", team="Blue")
        assert welcome["type"] == "welcome" and welcome["role"] == "phone"
        assert (welcome["name"], welcome["team"], welcome["join"]) == ("Ann", "Blue", None)
        say(socket, "mood", "m1", value=3)
        assert hear(socket, "ack")["id"] == "m1"
    assert [message["type"] for _client, message in server.paper[code].told] == ["mood"]
    assert server.paper[code].left == [welcome["client"]]


def test_the_code_may_be_written_in_small_letters(server: Server) -> None:
    with server.socket(server.open_room().lower()) as socket:
        assert come_in(socket)["type"] == "welcome"


@pytest.mark.parametrize("role", ["wall", "console"])
def test_wall_and_console_need_the_token(server: Server, role: str) -> None:
    code = server.open_room()
    with server.socket(code) as socket:
        assert come_in(socket, role, view="wall")["role"] == role
    for token in ("", "wrong", TOKEN[:-1], "é" * 5):
        with server.socket(code) as socket:
            say(socket, "join", role=role, **({"token": token} if token else {}))
            assert "terminal" in hear(socket)["reason"]
            assert is_over(socket)
    assert list(server.paper[code].here) == []


def test_wall_and_console_are_told_how_to_join_and_phones_are_not(tmp_path: object) -> None:
    server = Server(tmp_path, lan=True)  # type: ignore[arg-type]
    with server.client:
        code = server.open_room()
        for role, words in (("wall", {"url": "u", "code": code, "qr": "<svg/>"}), ("phone", None)):
            with server.socket(code) as socket:
                welcome = come_in(socket, role)
                assert welcome["join"] == words
                assert ("again" in welcome) is (role == "phone")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hello", "JSON object"),
        ('{"v":1,"id":"a","type":"ping"}', "the first message is 'join'"),
        ('{"v":1,"id":"a","type":"join","role":"king"}', "'role'"),
        ('{"v":1,"id":"a","type":"join","role":"phone","code":"WRNG"}', "no room has this code"),
    ],
)
def test_a_wrong_first_message_is_refused_and_ends_the_socket(server: Server, text: str, words: str) -> None:
    with server.socket(server.open_room()) as socket:
        socket.send_text(text)
        assert words in hear(socket, "refuse")["reason"]
        assert is_over(socket)


def test_bytes_are_no_message(server: Server) -> None:
    with server.socket(server.open_room()) as socket:
        socket.send_bytes(b'{"v":1,"id":"a","type":"join","role":"phone"}')
        assert "JSON object" in hear(socket, "refuse")["reason"]


def test_ten_wrong_codes_a_minute_and_then_no_right_one_either(server: Server) -> None:
    code = server.open_room()
    for _ in range(MAX_TRIES):
        with server.socket("WRNG") as socket:
            assert "no room" in come_in(socket)["reason"]
    with server.socket(code) as socket:
        assert "too many wrong codes" in come_in(socket)["reason"]
    server.clock.now += 61
    with server.socket(code) as socket:
        assert come_in(socket)["type"] == "welcome"


@pytest.mark.slow
def test_one_device_cannot_be_a_crowd(server: Server) -> None:
    code = server.open_room()
    for _ in range(MAX_JOINS):
        with server.socket(code) as socket:
            assert come_in(socket)["type"] == "welcome"
    with server.socket(code) as socket:
        assert "from this device" in come_in(socket)["reason"]


def test_the_house_is_full_at_250_but_the_facilitator_finds_a_place(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = server.open_room()
    monkeypatch.setattr(server.rooms, "clients", lambda: MAX_CLIENTS)
    with server.socket(code) as socket:
        assert "full" in come_in(socket)["reason"]
    with server.socket(code) as socket:
        assert come_in(socket, "console")["type"] == "welcome"


def test_a_phone_that_comes_back_is_the_same(server: Server) -> None:
    code = server.open_room()
    with server.socket(code) as socket:
        first = come_in(socket, name="Ann", team="Blue")
    with server.socket(code) as socket:
        second = come_in(socket, again=first["again"], last_seq=7)
    assert second["client"] == first["client"] and second["again"] == first["again"]
    assert (second["name"], second["team"]) == ("Ann", "Blue")
    with server.socket(code) as socket:
        assert come_in(socket, again="made-up")["client"] != first["client"]


def test_who_is_here_twice_is_only_where_they_came_last(server: Server) -> None:
    code = server.open_room()
    with server.socket(code) as old:
        first = come_in(old)
        with server.socket(code) as new:
            assert come_in(new, again=first["again"])["client"] == first["client"]
            assert "another tab" in hear(old, "bye")["reason"]
            assert is_over(old)
            server.paper[code].say("all", type="event", words="still here")
            assert hear(new, "event")["words"] == "still here"
        assert len(server.place(code).members) == 0


def test_nobody_hears_anything_before_the_whole_state(server: Server) -> None:
    code = server.open_room()
    paper = server.paper[code]
    paper.enter = lambda sender: None  # type: ignore[method-assign]
    with server.socket(code) as socket:
        say(socket, "join", role="phone")
        say(socket, "pull", "p1", lever="web")
        assert "being prepared" in hear(socket, "refuse")["reason"]
        paper.say("all", type="event", words="too early")
        paper.say("client:c1", type="welcome")
        paper.say("all", type="event", words="now")
        assert [hear(socket)["type"], hear(socket)["words"]] == ["welcome", "now"]
    assert paper.told == []


def test_each_role_hears_what_is_meant_for_it(server: Server) -> None:
    code = server.open_room()
    with server.socket(code) as phone, server.socket(code) as wall:
        client = come_in(phone)["client"]
        come_in(wall, "wall")
        paper = server.paper[code]
        paper.say("wall", type="event", words="for the wall")
        paper.say("phone", type="event", words="for phones")
        paper.say(f"client:{client}", type="event", words="for one")
        paper.say("client:c99", type="event", words="for nobody")
        paper.say("all", type="event", words="for all")
        assert [hear(wall)["words"] for _ in range(2)] == ["for the wall", "for all"]
        assert [hear(phone)["words"] for _ in range(3)] == ["for phones", "for one", "for all"]


def test_a_ping_is_answered_without_the_room(server: Server) -> None:
    code = server.open_room()
    with server.socket(code) as socket:
        come_in(socket)
        say(socket, "ping", "p7")
        assert hear(socket) == {"v": 1, "type": "pong", "id": "p7"}
    assert server.paper[code].told == []


def test_who_is_in_cannot_join_again(server: Server) -> None:
    with server.socket(server.open_room()) as socket:
        come_in(socket)
        say(socket, "join", "j2", role="console", token=TOKEN)
        assert hear(socket) == {"v": 1, "type": "refuse", "id": "j2", "reason": "you are in already"}


def test_messages_that_come_too_fast_are_refused_and_then_the_client_is_let_go(server: Server) -> None:
    code = server.open_room()
    with server.socket(code) as socket:
        come_in(socket)
        for number in range(int(BURST) + MAX_REFUSED + 30):
            say(socket, "mood", f"m{number}", value=1)
        answers = [hear(socket) for _ in range(int(BURST) + 5)]
        assert [answer["type"] for answer in answers][: int(BURST)] == ["ack"] * int(BURST)
        assert "too fast" in next(answer for answer in answers if answer["type"] == "refuse")["reason"]
        assert is_over(socket)
    assert int(BURST) <= len(server.paper[code].told) < int(BURST) + 10


def test_the_rate_is_ten_a_second() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    assert [pace.takes() for _ in range(25)] == [True] * 20 + [False] * 5
    now[0] = 1.0
    assert sum(pace.takes() for _ in range(25)) == 10
    now[0] = 100.0
    assert sum(pace.takes() for _ in range(50)) == 20


def test_a_large_message_is_refused(server: Server) -> None:
    with server.socket(server.open_room()) as socket:
        come_in(socket)
        socket.send_text(json.dumps({"v": 1, "id": "a", "type": "note", "text": "x" * 2048}))
        assert "2048 bytes" in hear(socket)["reason"]
        say(socket, "ping")
        assert hear(socket)["type"] == "pong"


def test_random_frames_do_no_harm(server: Server) -> None:
    code = server.open_room()
    frames = [text for text in mutations(random.Random(3), 400) if "\ud800" not in text]
    for start in range(0, len(frames), 15):
        with server.socket(code) as socket:
            come_in(socket)
            for text in frames[start : start + 15]:
                socket.send_text(text)
            say(socket, "ping", "theend")
            while hear(socket)["id"] != "theend":
                pass
        server.clock.now += 10
    assert server.place(code).state == "open"


def test_a_client_that_does_not_read_is_let_go_and_leaves(server: Server) -> None:
    code = server.open_room()
    with server.socket(code) as socket:
        come_in(socket)
        member = next(iter(server.place(code).members.values()))
        # more than fits, handed out at once, before anything of it can be sent
        text: dict[str, object] = {"type": "event", "words": "x" * 1000}
        server.paper[code].deliver([Outgoing("all", text)] * (MAX_WAITING // 1000 + 5))
        with pytest.raises(WebSocketDisconnect) as closed:
            for _ in range(1000):
                socket.receive_text()
        assert closed.value.code == 1013
        assert member.outbox.is_full
    assert server.paper[code].left == ["c1"]


def test_a_client_that_vanishes_while_it_is_sent_something_is_no_fault(server: Server) -> None:
    code = server.open_room()
    spoken = [
        {"type": "websocket.connect"},
        {"type": "websocket.receive", "text": '{"v":1,"id":"a1","type":"join","role":"phone"}'},
    ]

    async def receive() -> dict[str, str]:
        return spoken.pop(0) if spoken else await asyncio.get_running_loop().create_future()

    async def send(message: MutableMapping[str, object]) -> None:
        if message["type"] == "websocket.send" and "preparing" not in str(message):
            raise OSError("nobody is there")

    scope = {"type": "websocket", "headers": [], "path_params": {"code": code}, "client": ("192.168.1.7", 5)}
    portal = server.client.portal
    assert portal is not None
    portal.call(serve_client, WebSocket(scope, receive, send), server.rooms)
    assert server.paper[code].left == ["c1"]


def test_a_room_that_says_bye_ends_its_sockets(server: Server) -> None:
    code = server.open_room()
    with server.socket(code) as socket:
        come_in(socket)
        server.paper[code].say("all", type="bye", reason="this room is broken")
        assert hear(socket)["reason"] == "this room is broken"
        assert is_over(socket)


def test_the_end_of_the_program_is_told_and_stops_every_room(server: Server) -> None:
    code = server.open_room()
    with server.socket(code) as socket:
        come_in(socket)
        portal = server.client.portal
        assert portal is not None
        portal.call(server.rooms.close)
        assert "the program ends" in hear(socket, "bye")["reason"]
    assert server.paper[code].is_stopped
