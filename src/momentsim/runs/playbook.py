"""A playbook: a user's Python file whose `playbook(centre)` watches the run and pulls levers.

It is an ordinary SimPy process. Every replication reads the file afresh, so that nothing is carried from one to
the next. What goes wrong in it is the user's mistake: file, line and reason, no traceback of ours.
"""

from __future__ import annotations

import hashlib
import sys
import time
import types
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from momentsim import units
from momentsim.contract.plan import Names
from momentsim.engine import LiveRun, Watch
from momentsim.errors import MomentsimError
from momentsim.runs.playbook_centre import Centre, PlaybookMistake

FUNCTION = "playbook"
MAX_BYTES = 1_000_000
SECONDS_BETWEEN_YIELDS = 10.0
"""Processor time that a playbook may take from one yield to the next."""
YIELDS_AT_ONE_INSTANT = 1000

_EXAMPLE = 'while True: yield centre.wait("5 min")'


class PlaybookError(MomentsimError):
    """A mistake in a playbook."""


class _TooLong(BaseException):
    """Stops a playbook that does not yield; no `except Exception` of the playbook holds it up."""


@dataclass(frozen=True)
class Playbook:
    """The file and what stood in it."""

    path: Path
    text: str

    @classmethod
    def read(cls, path: Path) -> Playbook:
        """Read a file and look whether it is a playbook; raises PlaybookError if not."""
        try:
            content = path.read_bytes()
            if len(content) > MAX_BYTES:
                raise PlaybookError(f"{path}: too long for a playbook, at most {MAX_BYTES} bytes")
            text = content.decode("utf-8-sig")
        except OSError as error:
            raise PlaybookError(f"{path}: cannot be read ({error.strerror})") from error
        except UnicodeDecodeError as error:
            raise PlaybookError(f"{path}: is not UTF-8 text") from error
        playbook = cls(path, text)
        playbook._function()
        return playbook

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def watch(self, names: Names, start: datetime) -> Watch:
        """The process for one replication."""

        def process(live: LiveRun) -> Generator[Any, Any, None]:
            return self._process(live, Centre(live, names, start))

        return process

    def _process(self, live: LiveRun, centre: Centre) -> Generator[Any, Any, None]:
        """Hand on what the playbook yields, and stop it where it goes wrong."""
        with self._errors_in_words(centre), _time_limit(self.path):
            steps = self._function()(centre)
        if not isinstance(steps, Generator):
            raise PlaybookError(f"{self.path}: {FUNCTION}(centre) never yields, write {_EXAMPLE}")
        instant, yields, answer = -1, 0, None
        while True:
            try:
                with self._errors_in_words(centre), _time_limit(self.path):
                    event = steps.send(answer)
            except StopIteration:
                return
            yields = yields + 1 if live.now == instant else 1
            instant = live.now
            if not live.is_event(event):
                self._fail(steps, centre, f"yields {event!r:.60}, write {_EXAMPLE}")
            if yields > YIELDS_AT_ONE_INSTANT:
                self._fail(steps, centre, f"yielded {yields} times without letting time pass")
            answer = yield event

    def _fail(self, steps: Generator[Any, Any, None], centre: Centre, what: str) -> None:
        line = getattr(getattr(steps, "gi_frame", None), "f_lineno", 0)
        raise PlaybookError(self._words(line, what, centre))

    def _function(self) -> Any:
        """Run the file in a module of its own and take its function."""
        module = types.ModuleType(f"momentsim_playbook_{self.content_hash[:8]}")
        module.__file__ = str(self.path)
        sys.modules[module.__name__] = module  # dataclasses of the playbook look it up
        with self._errors_in_words(None), _time_limit(self.path):
            exec(compile(self.text, str(self.path), "exec"), module.__dict__)
        function = getattr(module, FUNCTION, None)
        if not callable(function):
            raise PlaybookError(f"{self.path}: has no function {FUNCTION}(centre)")
        return function

    @contextmanager
    def _errors_in_words(self, centre: Centre | None) -> Iterator[None]:
        """Exceptions of the playbook become words; the end of a generator passes."""
        try:
            yield
        except (StopIteration, MomentsimError):
            raise
        except SyntaxError as error:
            raise PlaybookError(
                self._words(error.lineno or 0, f"is not Python: {error.msg}", centre)
            ) from error
        except _TooLong as error:
            what = f"ran for {SECONDS_BETWEEN_YIELDS:.0f} s without a yield"
            raise PlaybookError(self._words(self._line(error), what, centre)) from error
        except PlaybookMistake as error:
            raise PlaybookError(self._words(self._line(error), str(error), centre)) from error
        except (Exception, SystemExit) as error:
            what = f"{type(error).__name__}: {error}".rstrip(": ")
            raise PlaybookError(self._words(self._line(error), what, centre)) from error

    def _line(self, error: BaseException) -> int:
        """The line of the playbook in which it happened, the innermost one."""
        line, step = 0, error.__traceback__
        while step is not None:
            if step.tb_frame.f_code.co_filename == str(self.path):
                line = step.tb_lineno
            step = step.tb_next
        return line

    def _words(self, line: int, what: str, centre: Centre | None) -> str:
        when = f" (at {units.format_timestamp(centre.now)} of the simulation)" if centre is not None else ""
        return f"{self.path}:{line}: {what}{when}" if line else f"{self.path}: {what}{when}"


@contextmanager
def _time_limit(path: Path) -> Iterator[None]:
    """Stop Python code of a playbook that takes too long; what waits inside a library cannot be stopped."""
    latest = time.thread_time() + SECONDS_BETWEEN_YIELDS

    def look(frame: types.FrameType, _event: str, _argument: Any) -> Any:
        if frame.f_code.co_filename != str(path):
            return None  # a library might swallow what is raised here, and nobody would look again
        if time.thread_time() > latest:
            raise _TooLong
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        yield
    finally:
        sys.settrace(before)
