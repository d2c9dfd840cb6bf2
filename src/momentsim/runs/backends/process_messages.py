"""Messages between this process and its workers: pickled, through pipes that nobody else can open."""

from __future__ import annotations

import pickle
from typing import IO, Any, NamedTuple

PROTOCOL = 5


class ReplicationTask(NamedTuple):
    """To a worker: make this replication. `case` is pickled, so that one already known is not read again."""

    case: bytes
    order: Any


class Share(NamedTuple):
    """From a worker: this share of the replication is done."""

    done: float


class Made(NamedTuple):
    """From a worker: the replication."""

    finished: Any


class Failed(NamedTuple):
    """From a worker: what went wrong in the replication; it would go wrong again."""

    error: Exception


def send(pipe: IO[bytes], message: Any) -> None:
    """Write one message at once; raises OSError when the other side has gone."""
    pickle.dump(message, pipe, protocol=PROTOCOL)
    pipe.flush()


def receive(pipe: IO[bytes]) -> Any:
    """The next message; raises EOFError when the other side has gone, even in the middle of a message."""
    try:
        return pickle.load(pipe)
    except pickle.UnpicklingError as error:
        raise EOFError(str(error)) from error


def portable(error: Exception) -> Exception:
    """The error as it can be sent, or one that says the same."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # whatever its own pickling raises
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
