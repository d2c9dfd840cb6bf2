"""What the tests of jobs share: a small storm as a room plays it, and a queue that is waited for."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from cli.test_playbooks import STORM
from momentsim.app.branches import BranchPull
from momentsim.app.jobs import Jobs, Message
from momentsim.app.question_desk import QuestionDesk
from momentsim.app.setting import JobRequest, Setting, read_setting
from momentsim.contract.plan import HOUR, LeverAction

ROOM = "K7QF"
RESERVES, COMPENSATION = 0, 1
PATIENCE_SECONDS = 120.0
Pulls = Mapping[str, Sequence[BranchPull]]


def pulled(lever: int, hour: float, action: LeverAction = LeverAction.PULL) -> BranchPull:
    """A lever pulled by hand so many hours after the start."""
    return BranchPull(round(hour * HOUR), lever, 0, action, "=Ada", "Blue")


def small_storm(folder: Path, text: str = STORM) -> Setting:
    """A storm of ten hours with two levers that nobody has planned."""
    file = folder / "storm.yaml"
    file.write_text(text, encoding="utf-8")
    return read_setting(file)


class Played(NamedTuple):
    """A workshop whose jobs are waited for, and its folder."""

    setting: Setting
    desk: QuestionDesk
    jobs: Jobs
    folder: Path

    def ask(
        self,
        kind: Any,
        branches: Pulls,
        *,
        names: Mapping[str, str] | None = None,
        storms: int = 4,
        lever: str = "",
    ) -> list[Message]:
        """What a job posts, to its end."""
        posted: list[Message] = []
        called = dict.fromkeys(branches, "") | {branch: branch for branch in branches} | dict(names or {})
        request = JobRequest(kind, self.setting, branches, called, storms, lever, self.folder, ROOM)
        self.desk.ask(request, posted.append)
        wait_until(lambda: not self.jobs.waits_for(ROOM))
        failed = [message["words"] for message in posted if message.get("failed")]
        assert not failed, failed
        return posted

    def last(self, kind: str, posted: Sequence[Message]) -> Any:
        """The last message of a type."""
        return next(message for message in reversed(posted) if message["type"] == kind)


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so; fail after two minutes."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
