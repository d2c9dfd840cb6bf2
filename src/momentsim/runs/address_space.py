"""How much address space this process may have; libraries that find none left end it with words of their own."""

from __future__ import annotations

import sys
from typing import Final

from momentsim.errors import MomentsimError

LEAST: Final = 200 << 20
"""Bytes that every command needs: with less the first library that calculates gives up."""
LEAST_TO_COMPILE: Final = 900 << 20
"""Bytes in which the story compiles; with less LLVM aborts."""


def refuse_less_than(least: int, why: str) -> None:
    """Raise MomentsimError where the limit of this process (`ulimit -v`) is lower; `why` ends the sentence."""
    if sys.platform == "win32":
        return
    import resource

    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit != resource.RLIM_INFINITY and limit < least:
        raise MomentsimError(
            f"this process may have {limit >> 20:,} MB of address space (ulimit -v), which is less than the "
            f"{least >> 20:,} MB that {why}"
        )
