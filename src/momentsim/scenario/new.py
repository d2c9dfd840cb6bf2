"""A new scenario: its text, commented, good to run, with something that is off and variants that try to mend it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from momentsim.errors import MomentsimError, is_text, readable
from momentsim.scenario.quantities import NAME_PATTERN

_STARTS: Final = Path(__file__).with_name("starts")
PLAIN: Final = "plain"
STARTS: Final = ("helpdesk", "outage", "bank", "airline", "webshop")
"""What a new scenario can be like; `plain` is none of them."""


def new(name: str, like: str = PLAIN) -> str:
    """The text of a scenario of this name, like one of `STARTS` or plain; it passes every check."""
    if not re.match(NAME_PATTERN, name):
        raise MomentsimError(f"'{name}' is not a name, use letters, digits, _ and -, starting with a letter")
    if like not in (PLAIN, *STARTS):
        raise MomentsimError(f"there is no start like '{like}', choose one of {', '.join(STARTS)}")
    return (_STARTS / f"{like}.yaml").read_text(encoding="utf-8").replace("NAME", name)


def write_new(file: Path, content: bytes) -> None:
    """Write a file that is not there yet; raises MomentsimError where it is, or cannot be written."""
    if not is_text(file.name):
        raise MomentsimError(
            f"{readable(str(file))}: this name has bytes that are no text, choose another name"
        )
    try:
        _write_whole(file, content)
    except FileExistsError:
        raise MomentsimError(
            f"{file}: this file is there already and is left alone, choose another name"
        ) from None
    except OSError as error:
        raise MomentsimError(f"{file}: cannot be written ({error.strerror})") from error


def _write_whole(file: Path, content: bytes) -> None:
    """A new file with all of the content; where the disk takes no more, none."""
    with file.open("xb") as target:
        try:
            target.write(content)
            target.flush()
        except OSError:
            file.unlink()
            raise
