"""When callers are diverted from a queue, as rows for the engine."""

from __future__ import annotations

import numpy as np

from momentsim.contract.plan import DIVERT, NEVER, Table
from momentsim.prepare.calendar import of_seconds
from momentsim.prepare.laws import LawBook
from momentsim.scenario.sections.diverting import divert_of
from momentsim.scenario.types import Scenario


def divert_rows(scenario: Scenario, queues: tuple[str, ...], book: LawBook) -> Table:
    """DIVERT row of every queue; none where nobody is diverted."""
    if not scenario.divert:
        return np.zeros(0, DIVERT)
    rows = np.zeros(len(queues), DIVERT)
    rows["after"] = rows["most_waiting"] = NEVER
    for row, queue in zip(rows, queues, strict=True):
        divert = divert_of(scenario.divert, queue)
        if divert is None:
            continue
        if divert.after is not None:
            row["after"] = of_seconds(divert.after)
        if divert.most_waiting is not None:
            row["most_waiting"] = divert.most_waiting
        row["when_closed"] = divert.closed
        row["call_again"], row["self_service"] = divert.call_again, divert.self_service
        row["delay_law"] = book.add(divert.delay)
        if divert.voicemail is not None:
            row["leaves_message"] = divert.voicemail.left
            row["message_queue"] = queues.index(divert.voicemail.queue or queue)
    return rows
