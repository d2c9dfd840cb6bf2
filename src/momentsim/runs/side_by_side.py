"""Jobs side by side in threads, taken in their own order, stopped politely by Ctrl-C.

Compiled code releases the interpreter lock, so threads are enough. Results are handed over in job order and
few are held at a time, so whatever is written from them is the same for any number of workers.
"""

from __future__ import annotations

import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

Done = TypeVar("Done")

WINDOW_PER_WORKER = 2
"""Jobs under way or waiting to be taken, per worker: enough to keep workers busy, few enough for memory."""

POLL_SECONDS = 0.2
"""Waits are cut into pieces so that Ctrl-C is noticed on every operating system."""


@contextmanager
def first_interrupt_stops(stop: threading.Event) -> Iterator[None]:
    """Within this block the first Ctrl-C only sets `stop`; a second one interrupts as usual.

    Only the main thread may handle signals; elsewhere this changes nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGINT)

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    signal.signal(signal.SIGINT, ask_to_stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def take_in_order(
    jobs: Sequence[int],
    work: Callable[[int], Done | None],
    take: Callable[[int, Done], None],
    *,
    workers: int,
    stop: threading.Event,
) -> None:
    """Do `work(job)` for every job on so many workers; `take(job, result)` in the caller's thread, in order.

    When `stop` is set, no new job starts, running ones are expected to return None soon, and finished
    ones are still taken. Any other error stops all jobs and is raised.
    """
    if workers <= 1 or len(jobs) <= 1:
        _one_by_one(jobs, work, take, stop)
        return
    with ThreadPoolExecutor(max_workers=min(workers, len(jobs))) as executor:
        try:
            _side_by_side(executor, jobs, work, take, window=WINDOW_PER_WORKER * workers, stop=stop)
        except BaseException:
            stop.set()
            executor.shutdown(wait=False, cancel_futures=True)
            raise


def _one_by_one(
    jobs: Sequence[int],
    work: Callable[[int], Done | None],
    take: Callable[[int, Done], None],
    stop: threading.Event,
) -> None:
    for job in jobs:
        if stop.is_set():
            return
        done = work(job)
        if done is not None:
            take(job, done)


def _side_by_side(
    executor: ThreadPoolExecutor,
    jobs: Sequence[int],
    work: Callable[[int], Done | None],
    take: Callable[[int, Done], None],
    *,
    window: int,
    stop: threading.Event,
) -> None:
    waiting = deque(jobs)
    under_way: deque[tuple[int, Future[Done | None]]] = deque()
    while waiting or under_way:
        while waiting and len(under_way) < window and not stop.is_set():
            job = waiting.popleft()
            under_way.append((job, executor.submit(work, job)))
        if stop.is_set():
            waiting.clear()
            for _, future in under_way:
                future.cancel()
        if under_way:
            job, future = under_way[0]
            if _is_finished(future):
                under_way.popleft()
                _hand_over(job, future, take)


def _is_finished(future: Future[Done | None]) -> bool:
    return future.cancelled() or bool(wait([future], timeout=POLL_SECONDS).done)


def _hand_over(job: int, future: Future[Done | None], take: Callable[[int, Done], None]) -> None:
    done = None if future.cancelled() else future.result()
    if done is not None:
        take(job, done)
