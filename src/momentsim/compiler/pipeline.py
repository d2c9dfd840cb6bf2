"""Which way compiled functions become machine code: one of two, which give the same results to the last bit.

*linked*: functions are put together once for each function that Python calls, and optimised then. It knows the
compiler from inside, takes about half the time of the other, and serves versions of the compiler it was tested with.
*plain*: every function by the compiler's own means. It serves all other versions.
"""

from __future__ import annotations

import os
from functools import cache
from importlib.metadata import version
from typing import Final, Literal, cast, get_args

from momentsim.errors import MomentsimError

Pipeline = Literal["linked", "plain"]

LINKED_VERSIONS: Final = ("0.63.1", "0.65.1", "0.68.1")
"""Versions of numba that linking was tested with: the same tables of all shipped scenarios, byte for byte."""

SWITCH: Final = "MOMENTSIM_COMPILER"
"""Environment variable that names a pipeline, for tests and where one must be ruled out."""


@cache
def pipeline() -> Pipeline:
    """The pipeline of this process.

    Raises MomentsimError where `MOMENTSIM_COMPILER` names none.
    """
    named = os.environ.get(SWITCH, "")
    if not named:
        return "linked" if version("numba") in LINKED_VERSIONS else "plain"
    if named not in get_args(Pipeline):
        raise MomentsimError(f"{SWITCH}: '{named}' is no pipeline, allowed: {', '.join(get_args(Pipeline))}")
    return cast("Pipeline", named)


def compiled_by() -> str:
    """Versions and pipeline that machine code comes from, in one line, as part of its name in a cache."""
    return f"numba {version('numba')} llvmlite {version('llvmlite')} {pipeline()}"
