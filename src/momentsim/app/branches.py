"""The tree of what was tried: branches with a common past, each with its own pulls from the fork on.

Going back never takes anything away: it makes a child. Times are microseconds since the scenario's start, levers are
rows of the plan. Nothing here knows the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from momentsim.contract.plan import SECOND, LeverAction

FIRST: Final = "b1"
MOST_BRANCHES: Final = 200


class BranchPull(NamedTuple):
    """A lever pulled or undone by somebody; it acts one microsecond after `time`."""

    time: int
    lever: int
    size: int
    action: LeverAction
    by: str = ""
    team: str = ""


@dataclass
class Branch:
    """One course of decisions; `at` is where it leaves its parent, `end` the time it has reached."""

    id: str
    parent: str | None
    at: int
    name: str
    team: str = ""
    pulls: list[BranchPull] = field(default_factory=list)
    end: int = 0


class Tree:
    """All branches of a room, and the one that is played."""

    def __init__(self, name: str = "First try") -> None:
        self.branches = {FIRST: Branch(FIRST, None, 0, name)}
        self.current = FIRST

    @property
    def played(self) -> Branch:
        """The branch that is played."""
        return self.branches[self.current]

    def pulls_of(self, branch: str) -> list[BranchPull]:
        """All pulls of a branch in the order of time: those of its past, and its own."""
        about = self.branches[branch]
        if about.parent is None:
            return list(about.pulls)
        inherited = [pull for pull in self.pulls_of(about.parent) if pull.time < about.at]
        return [*inherited, *about.pulls]

    def fork(self, branch: str, at: int, name: str = "", team: str = "") -> Branch:
        """Leave a branch at a time of its past or present: a child that is played from now on, without its later pulls.

        The parent is the branch that was played at that time, an ancestor where `branch` came later.
        """
        parent = self.branches[branch]
        while parent.parent is not None and at <= parent.at:
            parent = self.branches[parent.parent]
        number = 1 + max(int(known[1:]) for known in self.branches)
        child = Branch(f"b{number}", parent.id, at, name or f"Try {number}", team, end=at)
        self.branches[child.id] = child
        self.current = child.id
        return child

    def pull(self, pull: BranchPull) -> None:
        """Write down what was done on the branch that is played."""
        self.played.pulls.append(pull)

    def take_back(self) -> BranchPull | None:
        """Forget what was done last on the branch that is played, if it was done at the time it has reached."""
        pulls = self.played.pulls
        return pulls.pop() if pulls and pulls[-1].time == self.played.end else None

    def message(
        self, levers: Sequence[str], titles: Sequence[str], sizes: Sequence[Sequence[str]]
    ) -> dict[str, object]:
        """The `tree` for clients."""
        branches = [
            {
                "id": branch.id,
                "parent": branch.parent,
                "at": branch.at / SECOND,
                "name": branch.name,
                "team": branch.team,
                "pulls": [
                    {
                        "t": pull.time / SECOND,
                        "lever": levers[pull.lever],
                        "title": titles[pull.lever],
                        "size": sizes[pull.lever][pull.size] if pull.action == LeverAction.PULL else "",
                        "action": pull.action.name.lower(),
                        "by": pull.by,
                    }
                    for pull in branch.pulls
                ],
                "end": branch.end / SECOND,
                "current": branch.id == self.current,
            }
            for branch in self.branches.values()
        ]
        return {"type": "tree", "branches": branches}
