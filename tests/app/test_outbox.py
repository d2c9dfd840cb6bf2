"""What waits for a client: the latest frame, every message, and no more than there is room for."""

from __future__ import annotations

import asyncio

from momentsim.app.outbox import MAX_WAITING, Outbox


def taken(outbox: Outbox) -> list[str | None]:
    """All that waits, and the end."""

    async def take() -> list[str | None]:
        texts: list[str | None] = []
        while (text := await outbox.take()) is not None:
            texts.append(text)
        return [*texts, None]

    return asyncio.run(take())


def test_of_frames_the_latest_is_sent_and_of_messages_all() -> None:
    outbox = Outbox()
    for number in range(5):
        outbox.put(f"event {number}")
        outbox.put_frame(f"frame {number}")
    outbox.end()
    assert taken(outbox) == [*(f"event {number}" for number in range(5)), "frame 4", None]
    assert outbox.frames_left_out == 4


def test_a_client_that_does_not_read_is_let_go_at_64_kilobytes() -> None:
    outbox, text = Outbox(), "x" * 1000
    for _ in range(MAX_WAITING // 1000 + 1):
        outbox.put(text)
    assert not outbox.is_full
    outbox.put(text)
    assert outbox.is_full and outbox.is_ended
    assert taken(outbox) == [None]


def test_one_message_of_any_size_has_room() -> None:
    outbox = Outbox()
    outbox.put("w" * 10 * MAX_WAITING)
    assert not outbox.is_full
    outbox.end()
    assert taken(outbox) == ["w" * 10 * MAX_WAITING, None]


def test_frames_alone_never_fill_it() -> None:
    outbox = Outbox()
    for number in range(100_000):
        outbox.put_frame(f"{number}" * 20)
    assert not outbox.is_full


def test_nothing_comes_after_the_end() -> None:
    outbox = Outbox()
    outbox.put("bye")
    outbox.end()
    outbox.put("more")
    outbox.put_frame("frame")
    assert taken(outbox) == ["bye", None]


def test_who_waits_is_woken() -> None:
    async def run() -> str | None:
        outbox = Outbox()
        waiting = asyncio.create_task(outbox.take())
        await asyncio.sleep(0)
        outbox.put_frame("frame")
        return await asyncio.wait_for(waiting, 1.0)

    assert asyncio.run(run()) == "frame"
