"""`momentsim app`: what it refuses before it serves anything, and that it starts, serves and ends."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from cli.fixtures import COMMAND, Call, changed
from momentsim.app.network import LOOPBACK, bind
from momentsim.app.serve import ServerSettings

READY_WITHIN_S = 300.0
"""The first room after an installation compiles."""


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[ServerSettings]:
    """What was to be served; nothing is."""
    asked: list[ServerSettings] = []
    monkeypatch.setattr("momentsim.app.serve.serve", lambda served, *_rest: asked.append(served))
    return asked


def test_without_the_extra_it_says_which_line_installs_it(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("momentsim.cli.app.NEEDED", ("uvicorn", "nothing_of_this_name"))
    said = call("app")
    assert said.code == 2
    assert "(nothing_of_this_name): python -m pip install 'momentsim[app]'" in said.err


def test_a_file_that_is_no_good_is_told_as_by_every_command(
    call: Call, small: Path, served: list[ServerSettings]
) -> None:
    said = call("app", changed(small, "heads: 4", "heads: many"))
    assert said.code == 2 and "workforce.groups.team.heads" in said.err
    assert call("app", "nowhere.yaml").code == 2
    assert served == []


def test_a_file_too_large_to_steer_is_refused(call: Call, small: Path, served: list[ServerSettings]) -> None:
    said = call("app", changed(small, "heads: 4", "heads: 4000"))
    assert said.code == 2 and "4,000 agents are too many for the app, at most 3,000" in said.err
    assert served == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--variant", "slower"], "name its FILE"),
        (["--set", "waiting.lines=3"], "name its FILE"),
        (["--seed", "3"], "name its FILE"),
        (["--address", "10.0.0.1"], "takes --lan"),
        (["FILE", "--resume", "somewhere"], "leave FILE out"),
        (["--resume", "somewhere"], "is not the folder of a workshop"),
        (["FILE", "--variant", "fast"], "variant"),
        (["FILE", "--set", "waiting.line=3"], "waiting.line"),
    ],
)
def test_options_that_do_not_fit_are_told(
    call: Call, small: Path, served: list[ServerSettings], options: list[str], words: str
) -> None:
    said = call("app", *(small if option == "FILE" else option for option in options))
    assert said.code == 2 and words in said.err
    assert served == []


def test_what_was_asked_for_is_served(call: Call, small: Path, served: list[ServerSettings]) -> None:
    options = ("--variant", "slower", "--set", "waiting.lines=9", "--seed", "7", "--no-open", "--port", "0")
    assert call("app", small, *options, "--allowed-host", "laptop.local").code == 0
    assert call("app", "quickstart").code == 0
    assert call("app").code == 0
    first, second, third = served
    assert (first.port, first.lan, first.opens_browser) == (0, None, False)
    assert first.allowed_hosts == ("laptop.local",)
    assert first.first is not None and second.first is not None
    assert first.first[:5] == (small, "Small", "slower", ("waiting.lines=9",), 7)
    assert second.first.file.name == "quickstart.yaml"
    assert third.first is None and third.opens_browser


def test_the_network_is_opened_only_when_somebody_says_so(
    call: Call, served: list[ServerSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("momentsim.app.network.local_addresses", lambda: ["192.168.1.20"])
    said = call("app", "--lan")
    assert said.code == 2 and "http://192.168.1.20:8731; without a terminal add --yes" in said.err
    assert call("app", "--lan", "--yes").code == 0
    assert [one.lan for one in served] == ["192.168.1.20"]
    monkeypatch.setattr("momentsim.app.network.local_addresses", list)
    said = call("app", "--lan", "--yes")
    assert said.code == 2 and "this machine is in no network" in said.err


def test_a_port_that_is_taken_is_told(call: Call) -> None:
    (taken,) = bind([LOOPBACK], 0)
    with taken:
        port = taken.getsockname()[1]
        said = call("app", "--no-open", "--port", port)
    assert said.code == 2 and f"port {port} of 127.0.0.1 cannot be used" in said.err


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C of another process")
def test_it_starts_serves_and_ends_with_its_files_kept(here: Path) -> None:
    command = [*COMMAND, "app", "quickstart", "--no-open", "--port", "0"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=here, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline() + process.stdout.readline()
            address = re.search(r"http://127\.0\.0\.1:\d+/wall/\w{4}", said)
            assert address is not None, said
            with urlopen(address[0], timeout=10) as page:
                assert page.status == 200
            until = time.monotonic() + READY_WITHIN_S
            while not (here / "workshops").exists():
                assert time.monotonic() < until
                time.sleep(0.02)
            process.send_signal(signal.SIGINT)
            assert process.stderr is not None
            out, err = (
                process.stdout.read(),
                process.stderr.read(),
            )  # what a reader of lines has taken is kept
            process.wait(30)
        finally:
            process.kill()
    assert process.returncode == 0, err
    assert err == "" and "console" in out
    assert [path.name[10:22] for path in (here / "workshops").iterdir()] == ["-quickstart-"]
