"""The branch that is played: its run, its history and its levers; going back, and going on from there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from momentsim.app.branches import BranchPull, Tree
from momentsim.app.cards import LeverText, lever_cards, lever_texts, why_not
from momentsim.app.contributions import truth_of
from momentsim.app.frames import FrameContent, see
from momentsim.app.ghosts import SLICE
from momentsim.app.permissions import RequestRefused
from momentsim.app.series import History, MoneyRates, point_step, sample_step
from momentsim.app.setting import Setting
from momentsim.contract.plan import SECOND, LeverAction
from momentsim.engine import SteeredRun
from momentsim.measures.digest import digest
from momentsim.measures.facts import Sample
from momentsim.suggestions import did_you_mean


class PlayedBranch:
    """What is played is a function of setting, tree and time; it is made again where it is not at hand."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.tree = Tree()
        self.texts: list[LeverText] = lever_texts(setting)
        self.prices = MoneyRates.of(setting)
        plan = setting.quiet.plan.settings[0]
        self.horizon = int(plan["horizon"] - plan["warm_up"])
        self.end = self.horizon + int(plan["run_out"])
        self.step_size = sample_step(self.end)
        self.point_step = point_step(self.horizon, self.step_size)
        self.histories = {self.tree.current: History(self.step_size, self.prices)}
        self.ghosts: dict[str, History] = {}
        """Those that are there, see `ghosts.make_ghost`."""
        self.outcome: dict[str, float] = {}
        """What people are asked to predict, as it comes out when nobody pulls any more; see `foresee`."""
        self.trusts = False
        """Whether what is done is what was accepted before, so that nothing is asked of the run."""
        self._going_to = -1
        self._run: SteeredRun | None = None

    @property
    def time(self) -> int:
        """Where the branch has come to, microseconds since the start."""
        return self.tree.played.end

    @property
    def is_behind(self) -> bool:
        """Whether the run must be made again, or go on to a later time, before anything can be seen."""
        return self._run is None or self._going_to > self.time

    @property
    def steered(self) -> SteeredRun:
        """The run, made again where it is not at hand: up to a second."""
        if self._run is None:
            self._run = self._made_again()
        return self._run

    @property
    def history(self) -> History:
        """Samples of the branch so far."""
        return self.histories[self.tree.current]

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to happen."""
        return not self.trusts and (self.steered.is_over or self.steered.time >= self.steered.end)

    def advance(self, until: int) -> None:
        """Let the branch go on up to and including a time."""
        self.history.advance(self.steered, until)
        self.tree.played.end = self.steered.time

    def hasten(self, until: int) -> None:
        """Go on to a later time as soon as there is time for it, see `step`."""
        if self.trusts:
            self.stand_at(min(until, self.end))
        else:
            self._going_to = min(until, self.end)

    def step(self) -> None:
        """Make the run again, or let it go on a little to where it is to be."""
        if self._run is None:
            self._run = self._made_again()
        else:
            self.advance(min(self._going_to, self.time + SLICE * self.step_size))
        if self.time >= self._going_to or self.is_over:
            self._going_to = -1

    def settle(self) -> None:
        """Be where the branch is to be."""
        while self.is_behind:
            self.step()

    def see(self) -> FrameContent:
        """Look at the branch now."""
        return see(self.steered, self.history, self.prices)

    def cards(self) -> list[dict[str, object]]:
        """Lever cards as they stand."""
        return lever_cards(self.texts, self.steered)

    def lever(self, name: str) -> int:
        """Row of a lever by its full name; raises Refused for one unknown."""
        names = self.setting.quiet.names.levers
        if name not in names:
            raise RequestRefused(
                ", ".join(filter(None, (f"there is no lever '{name}'", did_you_mean(name, names))))
            )
        return names.index(name)

    def size(self, lever: int, name: str) -> int:
        """Number of a size by its name, the usual one without; raises Refused for one unknown."""
        names = self.setting.quiet.names.lever_sizes[lever]
        if not name:
            return int(self.setting.quiet.plan.levers["size"][lever])
        if name not in names:
            known = ", ".join(filter(None, names)) or "it has none"
            raise RequestRefused(f"'{self.texts[lever].title}' has no size '{name}': {known}")
        return names.index(name)

    def pull(self, lever: int, size: int, by: str, team: str) -> None:
        """Pull a lever now; raises Refused with the reason where it cannot be."""
        if not self.trusts:
            if reason := why_not(self.steered, lever):
                raise RequestRefused(f"{self.texts[lever].title}: {reason}")
            self.steered.pull(lever, size)
        self.tree.pull(BranchPull(self.time, lever, size, LeverAction.PULL, by, team))

    def release(self, lever: int, by: str, team: str) -> None:
        """Undo a lever that is in force or on its way; raises Refused where it is neither."""
        if not self.trusts:
            self._undo(lever)
        self.tree.pull(BranchPull(self.time, lever, 0, LeverAction.UNDO, by, team))

    def _undo(self, lever: int) -> None:
        last = [pull for pull in self.tree.played.pulls if pull.lever == lever][-1:]
        just_undone = last and last[0].time == self.time and last[0].action == LeverAction.UNDO
        if just_undone or not self.steered.live().is_held(lever) or self.is_over:
            raise RequestRefused(f"{self.texts[lever].title}: it is not in force")
        self.steered.undo(lever)

    def take_back(self) -> BranchPull:
        """Forget what was done at this very time; raises Refused where time has gone on since."""
        forgotten = self.tree.take_back()
        if forgotten is None:
            raise RequestRefused("time has gone on since: go back instead, which makes another branch")
        self._run = None
        return forgotten

    def go_to(self, branch: str, time: int, name: str, team: str) -> None:
        """Play a new branch that leaves another at a time; its run is made when it is needed."""
        child = self.tree.fork(branch, time, name, team)
        parent = self.histories.get(branch)
        reached = parent is not None and parent.reaches(time)
        self.histories[child.id] = (
            parent.cut(time) if parent is not None and reached else History(self.step_size, self.prices)
        )
        self._run = None

    def stand_at(self, time: int) -> None:
        """Say where the branch has come to; its run is made when it is needed."""
        self.tree.played.end, self._run = time, None

    def knows(self, branch: str) -> bool:
        """Whether the samples of a branch are at hand up to where it has come."""
        known = self.histories.get(branch)
        return known is not None and known.reaches(self.tree.branches[branch].end)

    def recall(self, branch: str) -> Iterator[None]:
        """Make the samples of a branch and of its past again, a little at a time, where they are not at hand."""
        about = self.tree.branches[branch]
        if self.knows(branch):
            return
        known, at = History(self.step_size, self.prices), 0
        if about.parent is not None:
            yield from self.recall(about.parent)
            parent = self.histories[about.parent]
            if parent.reaches(about.at):
                known, at = parent.cut(about.at), about.at
        run = self.setting.steer(self.tree.pulls_of(branch), at=at)
        while not known.reaches(about.end):
            yield
            known.advance(run, min(run.time + SLICE * self.step_size, about.end))
        self.histories[branch] = known

    def history_of(self, branch: str) -> History:
        """The samples of a branch up to where it has come, made again where they are not at hand."""
        for _ in self.recall(branch):
            pass
        return self.histories[branch]

    def foresee(self) -> Iterator[None]:
        """Find the outcome of the branch that is played, a little at a time; `outcome` has it then."""
        ahead = self.steered.fork()
        while not ahead.is_over and ahead.time < ahead.end:
            ahead.advance(min(ahead.time + SLICE * self.step_size, ahead.end))
            yield
        self.outcome = self._measured(ahead)

    def _measured(self, over: SteeredRun) -> dict[str, float]:
        trace = over.finish()
        found = (digest(self.setting.quiet, trace),)
        sample = Sample(self.setting.scenario, self.setting.quiet.names, found)
        return {question: round(value) for question, value in truth_of(sample).items()}

    def series(self, *, xray: bool, branches: Sequence[str] = ()) -> list[dict[str, object]]:
        """Charts of the branch that is played, of the ghosts, and of other branches."""
        shown = [(self.tree.current, self.history, self.time)]
        shown += [(name, ghost, self.horizon) for name, ghost in self.ghosts.items()]
        others = [name for name in branches if name in self.tree.branches and name != self.tree.current]
        known = [name for name in others if self.knows(name)]
        shown += [(name, self.histories[name], self.tree.branches[name].end) for name in known]
        return [history.message(name, self.point_step, end, xray=xray) for name, history, end in shown]

    def tree_message(self) -> dict[str, object]:
        """The tree for clients."""
        names = self.setting.quiet.names
        return self.tree.message(names.levers, [text.title for text in self.texts], names.lever_sizes)

    def _made_again(self) -> SteeredRun:
        pulls, end = self.tree.pulls_of(self.tree.current), self.time
        if not self.history.reaches(end):
            run = self.setting.steer(pulls)
            self.histories[self.tree.current] = History(self.step_size, self.prices)
            self.history.advance(run, end)
            return run
        return self.setting.steer(pulls, at=end)


def seconds(time: int) -> float:
    """Microseconds as seconds."""
    return time / SECOND


def microseconds(second: float) -> int:
    """Seconds as microseconds."""
    return int(np.rint(second * SECOND))
