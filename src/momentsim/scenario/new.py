"""The text of a new scenario: commented, good to run, with something that is off and variants that try to mend it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from momentsim.errors import MomentsimError
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
