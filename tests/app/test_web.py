"""Pages and questions by HTTP: who may ask, with which headers it is answered, and what nobody gets at."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from starlette.websockets import WebSocketDisconnect

from app.jobs_fixtures import wait_until
from app.server_fixtures import HOME, PORT, SCENARIO, TOKEN, Server, come_in
from cli.fixtures import MINIMAL
from momentsim.app.rooms import MAX_ROOMS, MAX_TRIES
from momentsim.app.web import CONTENT_POLICY, PAGES, STATIC

ADDRESSES = [path.format(code="K7QF") for path in PAGES]
STATIC_FILES = sorted(path.name for path in STATIC.iterdir() if path.is_file())
ELSEWHERE = [
    "evil.example", "evil.example:8731", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:8731.evil.example", "",
    "192.168.1.21:8731", "localhost:8731@evil.example", "2130706433:8731", "[::]:8731",
]  # fmt: skip
ORIGINS = [
    "http://evil.example", "http://evil.example:8731", "null", "http://127.0.0.1", "http://127.0.0.1:8731.evil.example",
    "file://", "http://192.168.1.21:8731", "ws://127.0.0.1:8731", "127.0.0.1:8731", "",
]  # fmt: skip


def has_headers(answer: object) -> bool:
    """Whether an answer bears all that every answer bears."""
    headers = answer.headers  # type: ignore[attr-defined]
    return (
        headers["content-security-policy"] == CONTENT_POLICY
        and headers["x-content-type-options"] == "nosniff"
        and headers["referrer-policy"] == "no-referrer"
        and headers["x-frame-options"] == "DENY"
        and headers["cache-control"] in ("no-store", "no-cache")
        and "server" not in headers
        and "set-cookie" not in headers
    )


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_is_there_with_its_headers(server: Server, address: str) -> None:
    answer = server.client.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert has_headers(answer)


@pytest.mark.parametrize("name", STATIC_FILES)
def test_every_static_file_is_there_and_asked_for_again_only_when_changed(server: Server, name: str) -> None:
    answer = server.client.get(f"/static/{name}")
    assert answer.status_code == 200 and has_headers(answer)
    again = server.client.get(f"/static/{name}", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304 and has_headers(again)


@pytest.mark.parametrize("name", [name for name in STATIC_FILES if name.endswith(".html")])
def test_pages_ask_for_nothing_that_the_policy_forbids(server: Server, name: str) -> None:
    page = server.client.get(f"/static/{name}").text
    for forbidden in ("http://", "https://", "//", " style=", "<style", "onclick=", "onload=", "javascript:"):
        assert forbidden not in page.replace("http://www.w3.org", ""), forbidden
    assert page.count("<script") == page.count('<script type="module" src="/static/')


@pytest.mark.parametrize(
    "path",
    [
        "/nothing", "/wall", "/wall/", "/wall/a b", "/wall/K7Q%00", "/wall/TOOLONGCODE", "/wall/K7QF/", "/docs",
        "/static", "/static/", "/static/../web.py", "/static/%2e%2e/web.py", "/static/..%2fweb.py",
        "/static//etc/passwd", "/static/%2fetc%2fpasswd", "/static/..\\web.py", "/static/%00", "/static/a%0ab",
        "/static/" + "a" * 5000, "/static/../../../../../../../../etc/passwd", "/static/....//....//etc/passwd",
        "/static/.", "/static/app.css/x", "/static/C:/windows/win.ini",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_there(server: Server, path: str) -> None:
    answer = server.client.get(path)
    assert answer.status_code == 404, path
    assert has_headers(answer)
    assert "root:" not in answer.text and "import" not in answer.text


def test_links_out_of_the_folder_of_pages_lead_nowhere(server: Server, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", "utf-8")
    link = STATIC / "link-of-a-test.txt"
    link.symlink_to(secret)
    try:
        assert server.client.get("/static/link-of-a-test.txt").status_code == 404
    finally:
        link.unlink()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FOO"])
@pytest.mark.parametrize("path", ["/", "/static/app.css", "/api/scenarios"])
def test_other_methods_do_nothing(server: Server, method: str, path: str) -> None:
    answer = server.ask(method, path)
    assert answer.status_code == 405 and has_headers(answer)


@pytest.mark.parametrize("host", ELSEWHERE)
def test_a_strange_host_is_turned_away(server: Server, host: str) -> None:
    answer = server.ask("GET", "/api/scenarios", headers={"Host": host})
    assert answer.status_code == 421 and has_headers(answer)
    with pytest.raises(WebSocketDisconnect), server.socket(server.open_room(), headers={"Host": host}):
        pass


@pytest.mark.parametrize("origin", ORIGINS)
def test_a_page_from_elsewhere_is_turned_away(server: Server, origin: str) -> None:
    code = server.open_room()
    answer = server.ask("POST", "/api/rooms", json={"scenario": SCENARIO}, headers={"Origin": origin})
    assert answer.status_code == 421
    assert len(server.rooms.places) == 1
    with pytest.raises(WebSocketDisconnect), server.socket(code, headers={"Origin": origin}):
        pass


def test_rebinding_is_seen_where_host_and_origin_agree(server: Server) -> None:
    name = f"evil.example:{PORT}"
    answer = server.ask("GET", "/api/scenarios", headers={"Host": name, "Origin": f"http://{name}"})
    assert answer.status_code == 421


@pytest.mark.parametrize(
    "host",
    [f"127.0.0.1:{PORT}", f"localhost:{PORT}", f"LOCALHOST:{PORT}", f"192.168.1.20:{PORT}", "laptop.local"],
)
def test_our_own_names_are_known(server: Server, host: str) -> None:
    answer = server.ask("GET", "/api/rooms", headers={"Host": host, "Origin": f"http://{host}"})
    assert answer.status_code == 200
    with server.socket(server.open_room(), headers={"Host": host, "Origin": f"http://{host}"}) as socket:
        assert come_in(socket)["type"] == "welcome"


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/api/scenarios"), ("GET", "/api/rooms"), ("POST", "/api/rooms")]
)
def test_questions_need_the_token(server: Server, method: str, path: str) -> None:
    for token in ("", "wrong", TOKEN + "x"):
        answer = server.client.request(method, path, headers={"X-Token": token})
        assert answer.status_code == 403 and "terminal" in answer.json()["error"]
    assert server.rooms.places == {}


def test_tokens_cannot_be_tried_out(server: Server) -> None:
    for _ in range(MAX_TRIES):
        assert server.client.get("/api/rooms", headers={"X-Token": "wrong"}).status_code == 403
    assert server.ask("GET", "/api/rooms").status_code == 429
    server.clock.now += 61
    assert server.ask("GET", "/api/rooms").status_code == 200


def test_scenarios_are_offered_with_what_one_chooses_by(server: Server) -> None:
    (server.folder / "mine.yaml").write_text(MINIMAL, "utf-8")
    (server.folder / "broken.yaml").write_text(MINIMAL.replace("heads: 4", "heads: many"), "utf-8")
    (server.folder / "other.yaml").write_text("services: {web: {image: nginx}}\n", "utf-8")
    offers = {offer["title"]: offer for offer in server.ask("GET", "/api/scenarios").json()}
    assert "Other" not in offers
    assert (
        offers["Small"]["agents"] == 4
        and offers["Small"]["hours"] == 2.0
        and offers["Small"]["refused"] == ""
    )
    assert offers["Small"]["variants"] == ["more_agents", "slower"]
    assert "heads" in offers["Broken"]["refused"]
    storm = offers["Airline ice storm"]
    assert (
        storm["levers"] >= 4
        and storm["calls"] > 100_000
        and storm["agents"] > 500
        and "1,096" in storm["sentence"]
    )
    assert str(server.folder) not in server.ask("GET", "/api/scenarios").text


def test_a_room_is_made_of_an_id(server: Server) -> None:
    code = server.open_room()
    assert server.ask("GET", "/api/rooms").json() == [
        {"code": code, "title": "Quickstart", "state": "open", "phones": 0}
    ]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "'scenario'"),
        ({"scenario": 1}, "'scenario'"),
        ({"scenario": "../../../etc/passwd"}, "no scenario of this id"),
        ({"scenario": "/etc/passwd"}, "no scenario of this id"),
        ({"scenario": "scenarios/quickstart.yaml"}, "no scenario of this id"),
        ({"scenario": "quickstar"}, "did you mean 'quickstart'?"),
        ({"scenario": "quickstart", "variant": "x"}, "variant"),
        ({"scenario": "quickstart", "variant": ["x"]}, "'variant'"),
        ({"scenario": "quickstart", "seed": -1}, "'seed'"),
        ({"scenario": "quickstart", "seed": "1"}, "'seed'"),
        ({"scenario": "quickstart", "replication": 0}, "'replication'"),
        ({"scenario": "quickstart", "replication": True}, "'replication'"),
        ({"scenario": "quickstart", "playbook": "x.py"}, "no field like 'playbook'"),
        ({"scenario": "quickstart", "file": "x"}, "no field like 'file'"),
    ],
)
def test_a_room_that_cannot_be_made_is_told_why(server: Server, body: object, words: str) -> None:
    answer = server.ask("POST", "/api/rooms", json=body)
    assert answer.status_code == 422
    assert words in answer.json()["error"]
    assert server.rooms.places == {}


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"[" * 2000, "application/json", 400),
        (b'"\xff"', "application/json", 400),
        (b" " * 3000, "application/json", 413),
        (b'{"scenario": "quickstart"}', "text/plain", 415),
        (b"scenario=quickstart", "application/x-www-form-urlencoded", 415),
    ],
)
def test_a_body_that_is_none_is_refused(server: Server, content: bytes, kind: str, status: int) -> None:
    answer = server.ask("POST", "/api/rooms", content=content, headers={"Content-Type": kind})
    assert answer.status_code == status and answer.json()["error"]
    assert has_headers(answer) and server.rooms.places == {}


def test_a_scenario_too_large_to_steer_is_refused(server: Server) -> None:
    large = MINIMAL.replace("per_day: 960", "per_day: 9000000").replace("horizon: 2 h", "horizon: 1 d")
    (server.folder / "large.yaml").write_text(large, "utf-8")
    (server.folder / "crowd.yaml").write_text(MINIMAL.replace("heads: 4", "heads: 4000"), "utf-8")
    offers = {offer["title"]: offer for offer in server.ask("GET", "/api/scenarios").json()}
    assert "9,000,000 contacts" in offers["Large"]["refused"] and "4,000 agents" in offers["Crowd"]["refused"]


def test_there_are_sixteen_rooms_and_a_closed_one_makes_way(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = [server.open_room() for _ in range(MAX_ROOMS)]
    assert len(set(codes)) == MAX_ROOMS
    answer = server.ask("POST", "/api/rooms", json={"scenario": SCENARIO})
    assert answer.status_code == 422 and "16 rooms" in answer.json()["error"]
    going, go_on = server.paper[codes[3]], threading.Event()
    monkeypatch.setattr(going, "join", lambda _timeout: go_on.wait(60))
    going.say("all", type="closed", folder="workshop", files=[])
    server.open_room()
    assert codes[3] not in server.rooms.places
    wait_until(lambda: going.is_stopped)
    assert server.ask("GET", "/api/rooms").status_code == 200 and not go_on.is_set(), (
        "nobody waits for its end"
    )
    go_on.set()


@pytest.fixture
def closed(server: Server) -> str:
    """The code of a closed room with files, and others beside them."""
    code = server.open_room()
    folder = server.folder / "workshop"
    (folder / "comparison").mkdir(parents=True)
    (folder / "report.html").write_text("<p>report</p>", "utf-8")
    (folder / "results.xlsx").write_bytes(b"PK")
    (folder / "key.pem").write_text("secret", "utf-8")
    (folder / "passwd.csv").symlink_to("/etc/passwd")
    server.paper[code].say("all", type="closed", folder="workshop", files=["report.html", "results.xlsx"])
    return code


def ticket(server: Server, code: str, name: object) -> str:
    """The address of a file that is asked for."""
    answer = server.ask("POST", f"/api/rooms/{code}/tickets", json={"name": name})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["url"])


def test_files_of_a_closed_room_are_fetched_with_a_ticket_that_is_good_once(
    server: Server, closed: str
) -> None:
    address = ticket(server, closed, "report.html")
    answer = server.client.get(address)
    assert answer.text == "<p>report</p>" and answer.headers["content-disposition"].startswith("inline")
    assert answer.headers["content-security-policy"].startswith("sandbox allow-scripts; default-src 'none'")
    assert server.client.get(address).status_code == 403
    book = server.client.get(ticket(server, closed, "results.xlsx"))
    assert book.content == b"PK" and book.headers["content-disposition"].startswith("attachment")
    assert server.ask("GET", f"/api/rooms/{closed}/files/report.html").status_code == 200


def test_a_ticket_is_good_for_a_minute_and_for_one_file(server: Server, closed: str) -> None:
    address = ticket(server, closed, "report.html")
    assert server.client.get(address.replace("report.html", "results.xlsx")).status_code == 403
    address = ticket(server, closed, "report.html")
    server.clock.now += 61
    assert server.client.get(address).status_code == 403


@pytest.mark.parametrize(
    "name",
    [
        "key.pem",
        "passwd.csv",
        "comparison",
        "../secret",
        "/etc/passwd",
        "",
        ".",
        "..",
        "report.html\x00",
        3,
        None,
    ],
)
def test_no_other_file_can_be_asked_for(server: Server, closed: str, name: object) -> None:
    answer = server.ask("POST", f"/api/rooms/{closed}/tickets", json={"name": name})
    assert answer.status_code == 404
    assert (
        server.ask("GET", f"/api/rooms/{closed}/files/{str(name).replace(chr(0), '%00')}").status_code == 404
    )


def test_nothing_can_be_fetched_before_the_close(server: Server) -> None:
    code = server.open_room()
    (server.folder / "workshop").mkdir()
    (server.folder / "workshop" / "report.html").write_text("early", "utf-8")
    assert server.ask("GET", f"/api/rooms/{code}/files/report.html").status_code == 404
    assert server.ask("GET", "/api/rooms/WRNG/files/report.html").status_code == 404


def test_the_address_that_opens_the_browser_is_good_once(server: Server) -> None:
    one = server.rooms.tickets.give("/wall/K7QF")
    answer = server.client.get(f"/open/{one}", follow_redirects=False)
    assert answer.status_code == 303 and answer.headers["location"] == f"/wall/K7QF#t={TOKEN}"
    assert server.client.get(f"/open/{one}", follow_redirects=False).status_code == 403


def test_a_fault_is_no_traceback_on_the_page(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_self: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("momentsim.app.library.Library.offers", broken)
    answer = server.ask("GET", "/api/scenarios")
    assert answer.status_code == 500 and "secret" not in answer.text and has_headers(answer)
    assert HOME not in answer.text
