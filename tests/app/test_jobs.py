"""The queue of all rooms: the latest job wins, the most urgent goes on, and nothing that fails stops it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from app.jobs_fixtures import wait_until
from momentsim.app.jobs import Hand, JobCancelled, JobProgress, Jobs, Message, Urgency, Work
from momentsim.errors import MomentsimError


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    """A queue that is stopped at the end."""
    queue = Jobs(workers=1)
    yield queue
    queue.close()


def counting(steps: int, seen: list[str], name: str = "") -> Work:
    """Work of so many steps."""

    def work(_hand: Hand) -> Iterator[JobProgress]:
        for number in range(steps):
            seen.append(name)
            yield JobProgress(number + 1, steps, f"{number + 1} of {steps}")

    return work


def test_a_job_tells_every_step_and_ends(jobs: Jobs) -> None:
    posted: list[Message] = []
    jobs.ask("K7QF", "compare", counting(3, []), posted.append)
    wait_until(lambda: not jobs.waits_for("K7QF"))
    assert [message["done"] for message in posted] == [1, 2, 3]
    assert posted[-1] == {"type": "job", "kind": "compare", "done": 3, "of": 3, "words": "3 of 3"}


def test_the_latest_job_of_a_room_and_kind_wins(jobs: Jobs) -> None:
    begun, stopped = threading.Event(), threading.Event()
    posted: list[Message] = []

    def endless(hand: Hand) -> Iterator[JobProgress]:
        begun.set()
        try:
            while True:
                hand.share(0.5)
        except JobCancelled:
            stopped.set()
            raise
        yield JobProgress(1, 1, "never")

    jobs.ask("K7QF", "compare", endless, posted.append)
    assert begun.wait(10)
    jobs.ask("K7QF", "compare", counting(1, []), posted.append)
    wait_until(lambda: not jobs.waits_for("K7QF"))
    assert stopped.is_set()
    assert [message["words"] for message in posted] == ["1 of 1"]


def test_what_is_asked_goes_before_what_is_made_ahead_and_rooms_take_turns(jobs: Jobs) -> None:
    hold, seen = threading.Event(), list[str]()

    def first(_hand: Hand) -> Iterator[JobProgress]:
        hold.wait(10)
        yield JobProgress(1, 1, "")

    jobs.ask("A", "first", first, lambda _message: None)
    jobs.ask("A", "reference", counting(2, seen, "ahead"), lambda _message: None, Urgency.AHEAD)
    jobs.ask("B", "reference", counting(2, seen, "later"), lambda _message: None, Urgency.AHEAD)
    jobs.ask("A", "compare", counting(2, seen, "A"), lambda _message: None)
    jobs.ask("B", "compare", counting(2, seen, "B"), lambda _message: None)
    hold.set()
    wait_until(lambda: not jobs.waits_for("A") and not jobs.waits_for("B"))
    assert seen == ["A", "B", "A", "B", "ahead", "ahead", "later", "later"], (
        "one after the other: each takes memory"
    )


@pytest.mark.parametrize(
    ("error", "words"), [(MomentsimError("no such lever"), "no such lever"), (OSError(), "")]
)
def test_a_job_that_fails_says_so_and_the_next_one_goes_on(
    jobs: Jobs, error: Exception, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    posted: list[Message] = []

    def failing(_hand: Hand) -> Iterator[JobProgress]:
        yield JobProgress(0, 1, "")
        raise error

    jobs.ask("A", "compare", failing, posted.append)
    jobs.ask("A", "curve", counting(1, []), posted.append)
    wait_until(lambda: not jobs.waits_for("A"))
    failed = [message for message in posted if message.get("failed")]
    assert len(failed) == 1 and words in str(failed[0]["words"])
    assert any(message["kind"] == "curve" for message in posted)
    assert bool(caplog.records) == (not words), "only what nobody expected is written to the log"


def test_cancelled_jobs_post_nothing_more_and_a_closed_queue_takes_none(jobs: Jobs) -> None:
    begun, go_on = threading.Event(), threading.Event()
    posted: list[Message] = []

    def slow(_hand: Hand) -> Iterator[JobProgress]:
        begun.set()
        go_on.wait(10)
        yield JobProgress(1, 1, "too late")

    jobs.ask("A", "compare", slow, posted.append)
    assert begun.wait(10)
    jobs.cancel("A")
    go_on.set()
    wait_until(lambda: not jobs.waits_for("A"))
    jobs.close()
    jobs.ask("A", "compare", counting(1, []), posted.append)
    assert posted == []
