"""One place where errors become messages and exit codes.

2: the user's mistake, told in full, without a traceback. 130: stopped by Ctrl-C. 1: a fault of the program.
"""

from __future__ import annotations

import errno
import functools
from collections.abc import Callable
from typing import Any, ParamSpec

import typer

from momentsim.cli.screen import print_json, tell
from momentsim.errors import MomentsimError, Problem, ScenarioError
from momentsim.runs.address_space import LEAST, refuse_less_than

EXIT_STOPPED = 130

UNMAPPED = ("failed to map segment", "cannot allocate memory", "can't start new thread")
"""What the system's loader and Python say where there is no address space left."""

Parameters = ParamSpec("Parameters")


def guard(command: Callable[Parameters, None]) -> Callable[Parameters, None]:
    """The command, with users' mistakes and Ctrl-C handled.

    With `--json` a mistake is also printed as JSON on standard output.
    """

    @functools.wraps(command)
    def safe(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        try:
            refuse_less_than(LEAST, "every command needs")
            command(*args, **kwargs)
        except MomentsimError as error:
            if kwargs.get("as_json"):
                print_json(error_content(error))
            tell(message(error))
            raise typer.Exit(error.exit_code) from None
        except BrokenPipeError:
            raise  # whoever read our output has gone; nothing is wrong here
        except (MemoryError, OSError, ImportError, RuntimeError) as error:
            if not (words := _words_of_the_system(error)):
                raise
            if kwargs.get("as_json"):
                print_json(error_content(MomentsimError(words)))
            tell(f"error: {words}")
            raise typer.Exit(MomentsimError.exit_code) from None
        except KeyboardInterrupt as stop:
            tell(f"stopped {stop}".strip())
            raise typer.Exit(EXIT_STOPPED) from None

    return safe


def _words_of_the_system(error: MemoryError | OSError | ImportError | RuntimeError) -> str:
    """What the system refuses, in words; empty where the program itself is at fault."""
    if isinstance(error, ImportError | RuntimeError):
        if not any(words in str(error).lower() for words in UNMAPPED):
            return ""
        why = str(error).strip().splitlines()[-1]
        return f"there is not enough address space for this ({why}), raise its limit (ulimit -v) or use fewer --workers"
    if isinstance(error, MemoryError) or error.errno == errno.ENOMEM:
        words = f"there is not enough memory for this ({error})".replace(" ()", "")
        return f"{words}, try --log none, fewer --workers, a shorter horizon or fewer customers"
    return f"{error.filename or 'a file'}: {error.strerror or error}"


def message(error: MomentsimError) -> str:
    """What the user reads."""
    if not isinstance(error, ScenarioError):
        return f"error: {error}"
    count = len(error.problems)
    head = "1 problem" if count == 1 else f"{count} problems"
    return "\n".join([head, *(f"  {problem}" for problem in error.problems)])


def error_content(error: MomentsimError) -> dict[str, Any]:
    """The same for a script."""
    problems = error.problems if isinstance(error, ScenarioError) else ()
    return {"ok": False, "error": str(error), "problems": [problem_content(problem) for problem in problems]}


def problem_content(problem: Problem) -> dict[str, Any]:
    """One problem as plain data."""
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "key": problem.key,
        "what": problem.what,
        "allowed": problem.allowed,
        "meant": problem.meant,
    }
