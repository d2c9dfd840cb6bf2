"""What the codes in the engine's own tables mean: where a moment, a case, a talk and an agent stand."""

from __future__ import annotations

from enum import IntEnum


class MomentStage(IntEnum):
    """Where an open moment stands."""

    FREE = 0
    AWAY = 1
    SELF_SERVICE = 2
    QUEUED = 3
    TALKING = 4
    PROMISED = 5
    """Solved in the talk, but something promised is still due."""
    TURNS_TO_SELF_SERVICE = 6
    """Away, and found the queue closed: tries self-service next."""
    MESSAGE = 7
    """Has left a message, and waits for the call back."""
    CALLED_AGAIN_LATER = 8
    """Took a callback, did not answer it, and will be called again."""
    HELPED_LATER = 9
    """Makes no more contact, and will find help elsewhere."""


class Elsewhere(IntEnum):
    """Help by others than the centre, for a customer hit by a crisis."""

    NONE = 0
    TO_COME = 1
    FOUND = 2


class CallbackPromise(IntEnum):
    """How the time told for a callback was kept."""

    PENDING = 0
    KEPT = 1
    BROKEN = 2


class RepairStage(IntEnum):
    """Where a case of the recovery team stands."""

    FREE = 0
    NOTICED = 1
    """On its way to the team, or waiting for it."""
    IN_HAND = 2


class Duty(IntEnum):
    """What an agent does."""

    OFFLINE = 0
    IDLE = 1
    TALKING = 2
    WRAPPING = 3
    PAUSED = 4
    AT_THE_DOOR = 5
    """Wants to log in, but the system limit is reached."""


class Fate(IntEnum):
    """How a talk will end, known when it begins."""

    RUNS = 0
    """To its end, by the agent alone."""
    CUT_SHORT = 1
    """By an agent who looks at the clock."""
    PASSED_ON = 2
    """To a colleague who may decide."""
    DECIDED = 3
    """With a decision within the agent's own limit."""


class Away(IntEnum):
    """Why an agent whom the roster wants is not there."""

    PRESENT = 0
    ABSENT = 1
    """Unpaid, like the next."""
    VACANT = 2
    """The agent has left and the seat is not filled yet."""
    TRAINING = 3
    """Paid, off the phones."""
