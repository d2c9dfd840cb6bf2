"""What the workshop app needs, beside its budgets: `python benchmarks/app_budgets.py`, some minutes.

    pip install -e '.[app,browser]'
    python benchmarks/app_budgets.py [--only page,tick,clients,browser,memory] [--markdown FILE.md]

Memory and shares of a core are read from /proc, and pages are measured in the system's Chromium: rows that this machine
cannot measure say so.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import Request, urlopen

from rich.console import Console

from results_table import Results, doing, write_markdown

HERE = Path(__file__).parent
AIRLINE = "airline_ice_storm"
WALLS, PHONES, PLAY_S = 200, 20, 30
ROOMS, ROOMS_PLAY_S = 10, 60
READY_WITHIN_S = 600.0
CROWDED = """\
name: crowded
description: 2,000 agents talk while more than 2,000 callers wait.
start: "2024-01-08 09:00"
horizon: 4 h
customers:
  segments:
    everyone: {customers: 2000000, yearly_margin: 100 USD}
moments:
  question: {handling_time: {mean: 20 min}}
demand:
  volumes:
    question: {per_hour: 9000}
waiting: {patience: {mean: 60 min}}
workforce:
  groups:
    team: {heads: 2000}
"""


class App(NamedTuple):
    """A running app."""

    address: str
    code: str
    token: str
    process: subprocess.Popen[str]
    page_s: float
    """Seconds from the command to its first page."""
    page_cpu_s: float | None
    """Seconds of processor in it."""


@contextmanager
def running(*arguments: str) -> Iterator[App]:
    """`momentsim app` with these arguments, in a folder of its own."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "momentsim", "app", *arguments, "--no-open", "--port", "0"]
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            found = None
            while found is None:
                found = re.search(r"(http://\S+?:\d+)/wall/(\w+)#t=(\S+)", process.stdout.readline())
            address, code, token = found.groups()
            with urlopen(f"{address}/wall/{code}") as page:
                page.read()
            yield App(address, code, token, process, time.perf_counter() - begun, processor_s(process.pid))
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)


def ask(app: App, path: str, body: dict[str, object] | None = None) -> Any:
    """A question by HTTP."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"X-Token": app.token, "Content-Type": "application/json"}
    with urlopen(Request(app.address + path, data, headers)) as answer:
        return json.loads(answer.read())


def until_open(app: App) -> None:
    """Wait until every room is ready."""
    ends = time.monotonic() + READY_WITHIN_S
    while any(room["state"] != "open" for room in ask(app, "/api/rooms")):
        if time.monotonic() > ends:
            raise TimeoutError("a room was not ready in time")
        time.sleep(0.05)


def until_quiet(app: App) -> None:
    """Wait until what is worked out ahead, ghosts and the reference policy, is there: it is no part of serving."""
    ends, before = time.monotonic() + READY_WITHIN_S, processor_with_jobs_s(app.process.pid)
    while before is not None and time.monotonic() < ends:
        time.sleep(3.0)
        now = processor_with_jobs_s(app.process.pid)
        if now is None or now - before < 0.3:
            return
        before = now


Row = tuple[str, str, str]
NOT_HERE = "not measured here"


def page_rows() -> list[Row]:
    """From the command to the first page."""
    doing("page ready")
    seconds = []
    for _ in range(3):
        with running(AIRLINE) as app:
            seconds.append((app.page_s, app.page_cpu_s))
            until_open(app)
    clock, processor = min(seconds)
    used = "" if processor is None else f" ({processor:.2f} s of processor)"
    return [("command to page ready, warm, best of 3", f"{clock:.2f} s{used}", "2 s")]


def tick_rows() -> list[Row]:
    """A whole storm at 3600x, tick by tick, as the room's thread does it."""
    from momentsim.app.crowd import Sender
    from momentsim.app.room import Room
    from momentsim.app.rooms import encode
    from momentsim.app.setting import read_setting
    from momentsim.scenario.shipped import scenario_file

    doing("a storm at 3600x, tick by tick")
    room = Room("TICK", read_setting(scenario_file(Path(AIRLINE))))
    sender, wall = Sender("c1", "console"), 1000.0
    room.welcome(sender, wall)
    while room.has_work:
        room.work(wall)
    for stop in list(room.stops):
        room.take(sender, {"type": "drop_stop", "id": "a", "t": stop.time / 1e6}, wall)
    for message in ({"type": "pace", "pace": 3600}, {"type": "start"}, {"type": "resume"}):
        room.take(sender, {"id": "a", **message}, wall)
    ticks = []
    while room.state == "running":
        wall += 0.1
        begun, processor = time.perf_counter(), time.thread_time()
        for _to, said in room.tick(wall):
            encode(said)
        ticks.append((time.perf_counter() - begun, time.thread_time() - processor))
    clock, processor_ms = ([1000 * one for one in kind] for kind in zip(*ticks, strict=True))
    return [
        (
            f"one tick at 3600x, mean of {len(ticks):,}",
            _both(statistics.mean(clock), statistics.mean(processor_ms)),
            "5 ms",
        ),
        ("one tick at 3600x, longest", _both(max(clock), max(processor_ms)), "50 ms"),
    ]


def _both(clock_ms: float, processor_ms: float) -> str:
    """By the clock, and what is left where other programs do not disturb."""
    return f"{clock_ms:.1f} ms ({processor_ms:.1f} ms of processor)"


def client_rows() -> list[Row]:
    """Two hundred walls at 10 Hz, and phones that hear of levers."""
    doing(f"{WALLS} walls at 10 Hz, {PHONES} phones")
    with running(AIRLINE) as app:
        until_open(app)
        until_quiet(app)
        command = [sys.executable, str(HERE / "app_load.py"), app.address, app.code, app.token]
        sizes = [str(WALLS), str(PHONES), str(PLAY_S)]
        with subprocess.Popen([*command, *sizes], stdout=subprocess.PIPE, text=True) as load:
            assert load.stdout is not None
            load.stdout.readline()  # it plays
            before, begun = spent(app.process.pid), time.monotonic()
            line = load.stdout.readline()
            after, lasted = spent(app.process.pid), time.monotonic() - begun
    if not line:
        raise RuntimeError("the clients broke off")
    seen = json.loads(line)
    delays = sorted(seen["delays_ms"])
    shares = [
        NOT_HERE if now is None or then is None else f"{(now - then) / lasted:.1%} of a core"
        for then, now in zip(before, after, strict=True)
    ]
    return [
        (f"{WALLS} walls and {PHONES} phones at 3600x: the server", shares[0], "25 % of a core"),
        ("its process for jobs meanwhile, which steps back", shares[1], "what is left"),
        ("frames a wall and second there, mean", f"{seen['frames_per_s']:.1f}", "10"),
        (
            f"lever to phone there, p95 of {len(delays)} (p50 {statistics.median(delays):.0f} ms)",
            f"{delays[int(0.95 * len(delays))]:.0f} ms",
            "250 ms",
        ),
    ]


def memory_rows() -> list[Row]:
    """Ten rooms that play."""
    doing(f"{ROOMS} rooms, {ROOMS_PLAY_S} s at 3600x")
    with running(AIRLINE) as app:
        until_open(app)
        one = memory_mb(app.process.pid)
        codes = [app.code]
        for _ in range(ROOMS - 1):
            codes.append(ask(app, "/api/rooms", {"scenario": AIRLINE})["code"])
            until_open(app)
        plays = [
            subprocess.Popen(
                [
                    sys.executable,
                    str(HERE / "app_load.py"),
                    app.address,
                    code,
                    app.token,
                    "1",
                    "1",
                    str(ROOMS_PLAY_S),
                ],
                stdout=subprocess.DEVNULL,
            )
            for code in codes
        ]
        most = 0.0
        while any(play.poll() is None for play in plays):
            most = max(most, memory_mb(app.process.pid) or 0.0)
            time.sleep(0.5)
    if one is None:
        return [(f"memory with {ROOMS} rooms", NOT_HERE, "800 MB")]
    return [
        (f"memory with {ROOMS} rooms that play (one in the lobby {one:.0f} MB)", f"{most:.0f} MB", "800 MB")
    ]


def browser_rows() -> list[Row]:
    """Script time of a frame, and what a first load fetches."""
    names = ("script time of a frame, 2,000 agents and 2,000 callers", "first load of the wall")
    bars = ("6 ms", "100 kB, nothing from outside")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return [(name, NOT_HERE, bar) for name, bar in zip(names, bars, strict=True)]
    chromium = next((path for name in ("chromium", "google-chrome") if (path := shutil.which(name))), None)
    if chromium is None:
        return [(name, NOT_HERE, bar) for name, bar in zip(names, bars, strict=True)]
    doing("pages in Chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "crowded.yaml"
        file.write_text(CROWDED, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=chromium)
        try:
            with running(str(file)) as app:
                until_open(app)
                page = browser.new_page(viewport={"width": 1920, "height": 1080})
                weight = first_load(page, app)
                script_ms, frames, callers = script_time(page)
        finally:
            browser.close()
    name = f"{names[0]} ({callers:,} waited; mean of {frames})"
    return [(name, f"{script_ms:.1f} ms", bars[0]), (names[1], weight, bars[1])]


def first_load(page: Any, app: App) -> str:
    """What the wall fetches until it shows the room."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    sizes: list[float] = []
    outside: list[str] = []
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.on(
        "request", lambda request: outside.append(request.url) if app.address not in request.url else None
    )
    page.goto(f"{app.address}/wall/{app.code}#t={app.token}")
    page.wait_for_load_state("networkidle")
    return f"{sum(sizes) / 1000:.0f} kB, {len(sizes)} requests, {len(outside)} outside"


def script_time(page: Any) -> tuple[float, int, int]:
    """Milliseconds of script for each frame drawn while many wait, frames drawn, and how many waited."""
    page.evaluate(
        "window.drawn = 0; (function count() { window.drawn += 1; requestAnimationFrame(count); })()"
    )
    metrics = page.context.new_cdp_session(page)
    metrics.send("Performance.enable")

    def script_s() -> float:
        found = metrics.send("Performance.getMetrics")["metrics"]
        return float(next(one["value"] for one in found if one["name"] == "ScriptDuration"))

    say = CLIENT_IN_PAGE
    page.evaluate(say, [["pace", {"pace": 1200}], ["start", {}], ["resume", {}]])
    page.wait_for_timeout(8000)  # two and a half simulated hours: the queue is there
    page.evaluate(say, [["pace", {"pace": 60}], ["show", {"xray": True}]])
    page.wait_for_timeout(1000)
    script, drawn = script_s(), int(page.evaluate("window.drawn"))
    page.wait_for_timeout(10_000)
    script, drawn = script_s() - script, int(page.evaluate("window.drawn")) - drawn
    waiting = int(page.evaluate("window.waiting"))
    return script * 1000 / max(drawn, 1), drawn, waiting


CLIENT_IN_PAGE = """
(commands) => new Promise((resolve) => {
  const code = location.pathname.split("/").pop();
  const socket = new WebSocket(`ws://${location.host}/ws/${code}`);
  let serial = 0;
  const say = (type, fields) => socket.send(JSON.stringify({ v: 1, id: `b${(serial += 1)}`, type, ...fields }));
  socket.onopen = () => say("join", { role: "console", token: sessionStorage.getItem("token") });
  socket.onmessage = (event) => {
    const message = JSON.parse(event.data);
    if (message.type === "welcome") {
      window.waiting = 0;
      for (const stop of message.state.stops) say("drop_stop", { t: stop.t });
      for (const [type, fields] of commands) say(type, fields);
    }
    if (message.type === "frame") {
      window.waiting = message.queues.reduce((sum, queue) => sum + queue[0], 0);
      socket.close();
      resolve();
    }
  };
})
"""
"""A second client in the page, which gives the commands and goes."""


def jobs_of(process: int) -> list[int]:
    """The processes that a server has started."""
    found = []
    for thread in Path(f"/proc/{process}/task").glob("*/children"):
        found += [int(child) for child in thread.read_text("ascii").split()]
    return found


def spent(process: int) -> tuple[float | None, float | None]:
    """Seconds of processor of a server, and of its process for jobs."""
    of_jobs = [processor_s(child) for child in jobs_of(process)]
    return processor_s(process), sum(one for one in of_jobs if one is not None)


def processor_with_jobs_s(process: int) -> float | None:
    """The same together."""
    alone, of_jobs = spent(process)
    return None if alone is None or of_jobs is None else alone + of_jobs


def processor_s(process: int) -> float | None:
    """Seconds of processor that a process has used; None where the system does not tell."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text("ascii").rsplit(")", 1)[1].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / 100.0


def memory_mb(process: int) -> float | None:
    """Resident memory of a server and its process for jobs, what they share counted twice; None where nobody tells."""
    each = [one for one in map(resident_mb, [process, *jobs_of(process)]) if one is not None]
    return sum(each) if each else None


def resident_mb(process: int) -> float | None:
    """Resident memory of a process; None where the system does not tell."""
    try:
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text("ascii"))
    except OSError:
        return None
    return int(found[1]) / 1000.0 if found else None


PARTS: dict[str, Callable[[], list[Row]]] = {
    "page": page_rows,
    "tick": tick_rows,
    "clients": client_rows,
    "browser": browser_rows,
    "memory": memory_rows,
}


def measured(parts: Sequence[str]) -> Results:
    """The table of these parts."""
    table = Results("The workshop app", ("what", "measured", "budget"))
    for part in parts:
        table.rows += PARTS[part]()
    return table


def main() -> None:
    """Measure, print, and write where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default=",".join(PARTS), help="parts, separated by commas")
    parser.add_argument("--markdown", type=Path, help="write the table there too")
    options = parser.parse_args()
    parts = options.only.split(",")
    if unknown := set(parts) - set(PARTS):
        parser.error(f"no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    table = measured(parts)
    table.show(Console())
    if options.markdown:
        write_markdown(options.markdown, table.markdown())


if __name__ == "__main__":
    main()
