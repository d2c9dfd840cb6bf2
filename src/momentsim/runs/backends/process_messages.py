"""Processes that work for this one, and messages to them: pickled, through pipes that nobody else can open."""

from __future__ import annotations

import copyreg
import os
import pickle
import subprocess
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, NamedTuple

from momentsim.errors import MomentsimError

PROTOCOL = 5
START = "import sys; sys.path[:] = {path!r}; from {module} import main; main()"


def start(module: str) -> subprocess.Popen[bytes]:
    """A process that runs `main` of a module, with pipes to it; raises OSError where there can be none."""
    path = [str(Path(entry).absolute()) for entry in sys.path]
    return subprocess.Popen(
        [sys.executable, "-c", START.format(path=path, module=module)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=os.name != "nt",  # Ctrl-C is for this process, which then stops the others
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )


def answers_alone() -> IO[bytes]:
    """In a worker: what was its standard output, for answers alone; what is printed goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


class ReplicationTask(NamedTuple):
    """To a worker: make this replication. `case` is pickled, so that one already known is not read again."""

    case: bytes
    order: Any


class ReplicationShare(NamedTuple):
    """From a worker: this share of the replication is done."""

    done: float


class ReplicationMade(NamedTuple):
    """From a worker: the replication."""

    finished: Any


class ReplicationFailure(NamedTuple):
    """From a worker: what went wrong in the replication; it would go wrong again."""

    error: Exception


def read_only(content: Mapping[Any, Any]) -> MappingProxyType[Any, Any]:
    """A mapping that nobody can write to, as it was before it was sent."""
    return MappingProxyType(content)


copyreg.pickle(MappingProxyType, lambda proxy: (read_only, (dict(proxy),)))  # pickle knows no way by itself


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


def with_place(error: Exception, worker: str) -> Exception:
    """The error as it can be sent; one that is not a user's mistake tells where it happened."""
    sent = portable(error)
    if not isinstance(sent, MomentsimError):
        sent.add_note(f"in {worker}:\n{''.join(traceback.format_exception(error))}")
    return sent
