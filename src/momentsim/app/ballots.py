"""Votes: a question to all phones, which lever to pull or to wait, each person's last word counting."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

WAIT: Final = "Wait"


class Choice(NamedTuple):
    """What may be voted for; an empty lever stands for doing nothing."""

    label: str
    lever: str = ""
    size: str = ""


class Vote(NamedTuple):
    """A person's vote, and how sure they are, 1..5."""

    choice: int
    sure: int


@dataclass
class Ballot:
    """A question to all, open until a time of the wall clock or until it is closed."""

    id: int
    question: str
    choices: list[Choice]
    ends: float
    votes: dict[str, Vote] = field(default_factory=dict)
    is_open: bool = True

    def counts(self) -> list[int]:
        """Votes by choice."""
        cast = [vote.choice for vote in self.votes.values()]
        return [cast.count(number) for number in range(len(self.choices))]

    def winner(self) -> Choice:
        """The choice with most votes; among equals the one people are surer of, then the one that does less."""
        sure = [
            sum(vote.sure for vote in self.votes.values() if vote.choice == number)
            for number in range(len(self.choices))
        ]
        ranks = [
            (votes, sure[number], not self.choices[number].lever, -number)
            for number, votes in enumerate(self.counts())
        ]
        return self.choices[-max(ranks)[-1]]

    def message(self, wall: float, *, with_votes: bool) -> dict[str, object]:
        """The ballot for clients."""
        shown = with_votes or not self.is_open
        return {
            "id": self.id,
            "question": self.question,
            "choices": [choice._asdict() for choice in self.choices],
            "ends_in_s": max(0, round(self.ends - wall)) if self.is_open else 0,
            "votes": self.counts() if shown else None,
            "voted": len(self.votes),
            "open": self.is_open,
        }
