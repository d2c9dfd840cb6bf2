"""The app as people start it: a process with an address, a code and a token."""

from __future__ import annotations

import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

START_WITHIN_S = 120.0
END_WITHIN_S = 60.0
WITH_STORMS = (
    "from momentsim.app import commands; commands.STORMS = {}; from momentsim.cli import main; main()"
)
"""The app, whose rooms make another number of storms ready while they are played."""
_WALL = re.compile(r"(http://127\.0\.0\.1:\d+)/wall/(\w+)#t=(\S+)")


class Served(NamedTuple):
    """A running app with one room."""

    address: str
    code: str
    token: str
    folder: Path
    """Where it was started, and so where its workshops are."""

    def page(self, name: str) -> str:
        """Address of a facilitator's page."""
        return f"{self.address}/{name}/{self.code}#t={self.token}"

    @property
    def phone(self) -> str:
        """Address of a phone's page."""
        return f"{self.address}/p/{self.code}"

    @property
    def socket(self) -> str:
        """Address of the room's WebSocket."""
        return f"{self.address.replace('http', 'ws', 1)}/ws/{self.code}"


@contextmanager
def serve(folder: Path, *arguments: str, storms: int | None = None) -> Iterator[Served]:
    """Start the app with these arguments on a free port; end it as Ctrl-C does, and see that it ended well.

    Rooms make `storms` ready for the debrief while they are played, 20 where nothing is said.
    """
    program = ["-m", "momentsim"] if storms is None else ["-c", WITH_STORMS.format(storms)]
    command = [sys.executable, *program, "app", *arguments, "--no-open", "--port", "0"]
    with (folder / "errors.txt").open("w+", encoding="utf-8") as errors:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        assert process.stdout is not None
        try:
            match = _first_match(process.stdout)
            yield Served(match[1], match[2], match[3], folder)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                ended = process.wait(END_WITHIN_S)
            finally:
                process.kill()
                process.wait()
                process.stdout.close()
        errors.seek(0)
        assert ended == 0, errors.read()
        errors.seek(0)
        assert "Traceback" not in errors.read()


def _first_match(output: IO[str]) -> re.Match[str]:
    lines: queue.Queue[str] = queue.Queue()

    def read() -> None:
        for line in output:
            lines.put(line)
        lines.put("")

    threading.Thread(target=read, daemon=True).start()
    said, ends = "", time.monotonic() + START_WITHIN_S
    while time.monotonic() < ends:
        line = lines.get(timeout=START_WITHIN_S)
        said += line
        if match := _WALL.search(line):
            return match
        if not line:
            break
    raise AssertionError(f"the app did not say where it is:\n{said}")
