"""Jobs in threads: taken in order, stopped politely."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from momentsim.runs.side_by_side import first_interrupt_stops, take_in_order


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_results_are_taken_in_the_order_of_jobs(workers: int) -> None:
    taken: list[tuple[int, int]] = []

    def work(job: int) -> int:
        time.sleep(0.002 * ((job * 7) % 3))
        return job * job

    take_in_order(
        range(12), work, lambda job, done: taken.append((job, done)), workers=workers, stop=threading.Event()
    )
    assert taken == [(job, job * job) for job in range(12)]


@pytest.mark.parametrize("workers", [1, 3])
def test_a_stop_keeps_what_is_finished(workers: int) -> None:
    stop = threading.Event()
    taken: list[int] = []

    def work(job: int) -> int | None:
        if stop.is_set():
            return None
        if job == 4:
            stop.set()
        return job

    take_in_order(range(1000), work, lambda job, _: taken.append(job), workers=workers, stop=stop)
    assert taken == sorted(taken)
    assert 4 in taken
    assert len(taken) < 20


@pytest.mark.parametrize("workers", [1, 3])
def test_an_error_of_a_job_is_raised_and_ends_the_rest(workers: int) -> None:
    began: list[int] = []

    def work(job: int) -> int:
        began.append(job)
        if job == 3:
            raise ValueError("job 3 is broken")
        return job

    with pytest.raises(ValueError, match="job 3 is broken"):
        take_in_order(range(1000), work, lambda _job, _done: None, workers=workers, stop=threading.Event())
    assert len(began) < 30


def test_few_results_are_held_at_a_time() -> None:
    """A slow taker does not make finished results pile up."""
    held = threading.Semaphore(8)

    def work(job: int) -> int:
        assert held.acquire(timeout=5), "more than 8 results wait to be taken"
        return job

    def take(_job: int, _done: int) -> None:
        time.sleep(0.002)
        held.release()

    take_in_order(range(60), work, take, workers=2, stop=threading.Event())


@pytest.mark.skipif(os.name == "nt", reason="signals are sent differently there")
def test_the_first_interrupt_stops_and_the_second_interrupts() -> None:
    stop = threading.Event()
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), first_interrupt_stops(stop):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.05)
        assert stop.is_set()
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.05)
    assert signal.getsignal(signal.SIGINT) == before


def test_outside_the_main_thread_signals_are_left_alone() -> None:
    seen: list[object] = []

    def elsewhere() -> None:
        before = signal.getsignal(signal.SIGINT)
        with first_interrupt_stops(threading.Event()):
            seen.append(signal.getsignal(signal.SIGINT) == before)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert seen == [True]
