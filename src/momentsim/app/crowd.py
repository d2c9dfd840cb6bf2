"""Who is in the room, and what people said: moods, predictions, rules; each person's last word counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

from momentsim.app.permissions import Role

MOODS: Final = 5
MOST_RULES: Final = 300
MOST_RULES_EACH: Final = 3
_BINS: Final = 10


class Sender(NamedTuple):
    """Who says something. The name is a nickname; on one laptop alone a wall may speak as a console."""

    client: str
    role: Role
    name: str = ""
    team: str = ""

    @property
    def signature(self) -> str:
        """What stands beside a decision, on walls and in files: no person's name."""
        return self.team or {"console": "facilitator", "phone": "a phone", "wall": "wall"}[self.role]


@dataclass
class Crowd:
    """Clients that are here, and what people have said so far."""

    here: dict[str, Sender] = field(default_factory=dict)
    moods: dict[str, int] = field(default_factory=dict)
    predictions: dict[str, dict[str, float]] = field(default_factory=dict)
    """By question and client."""
    rules: list[str] = field(default_factory=list)
    rules_by: dict[str, int] = field(default_factory=dict)
    """How many each client wrote."""
    notes: list[str] = field(default_factory=list)

    def phones(self) -> list[Sender]:
        """Phones that are here, in the order in which they came."""
        return [sender for sender in self.here.values() if sender.role == "phone"]

    def teams(self) -> list[dict[str, object]]:
        """Teams with their phones."""
        names = [phone.team for phone in self.phones() if phone.team]
        return [{"name": name, "phones": names.count(name)} for name in dict.fromkeys(names)]

    def is_captain(self, sender: Sender) -> bool:
        """Whether a phone is the first one of its team."""
        first = next((phone for phone in self.phones() if phone.team == sender.team), None)
        return first is not None and first.client == sender.client

    def mood_counts(self) -> list[int]:
        """How many said 1, 2, .. 5."""
        said = list(self.moods.values())
        return [said.count(value) for value in range(1, MOODS + 1)]

    def predicted(self, question: str) -> dict[str, object]:
        """The histogram of a question."""
        return {"question": question, **histogram(list(self.predictions.get(question, {}).values()))}


def histogram(values: list[float]) -> dict[str, object]:
    """Predictions in at most ten equal bins from the lowest to the highest."""
    if not values:
        return {"edges": [], "counts": []}
    low, high = min(values), max(values)
    width = (high - low) / _BINS or 1.0
    counts = [0] * (_BINS if high > low else 1)
    for value in values:
        counts[min(int((value - low) / width), len(counts) - 1)] += 1
    return {"edges": [low + width * number for number in range(len(counts) + 1)], "counts": counts}
