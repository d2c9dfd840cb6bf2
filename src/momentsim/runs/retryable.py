"""What is wrong with machines, disks and networks, and not with what was asked for."""

from __future__ import annotations

from momentsim.errors import MomentsimError


class Trouble(MomentsimError):
    """The same command may succeed later, so what is finished is worth keeping."""
