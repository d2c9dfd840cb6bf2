"""One varied key: what it is, which values it takes, and whether it belongs to the world or to the policy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from momentsim.prepare.pilot import OF_THE_OPERATION
from momentsim.questions.sweep.written_values import convert, numbers_of, text_of
from momentsim.scenario import LoadedScenario, load
from momentsim.scenario.files.nodes import KeyPath

VARIANT: Final = "variant"
"""Not a key of a file: which of its variants; `base` is none."""
BASE: Final = "base"
WORLD: Final = ("behaviour", "customers", "moments", "economics")
"""Sections that say what the world is like."""
PROMISED: Final = ("promise_kept", "promise_within")
"""Keys of a segment that belong to the operation, as in the reference operation."""
Kind: TypeAlias = Literal["whole", "number", "words"]


@dataclass(frozen=True)
class Axis:
    """One key with its values, in the order in which they are compared.

    `texts` are as written in a scenario file, `numbers` the same in `unit` (minutes, percent, ...; None for words).
    A range for a design that has no step keeps its ends in `texts` and `grain` as the finest difference.
    """

    key: str
    kind: Kind
    texts: tuple[str, ...]
    numbers: tuple[float, ...] | None
    unit: str
    world: bool
    """Does it hold in the reference operation too?"""
    written: str
    """Value in the file, in words."""
    grain: Decimal | None = None
    rounded: bool = False
    """Are values rounded to whole ones?"""

    @property
    def column(self) -> str:
        """Name of its column in tables, with the unit of its numbers."""
        return f"{self.key} ({self.unit})" if self.unit else self.key

    @property
    def here(self) -> float:
        """Number in the file, in `unit`; NaN for words, or where the file says something else."""
        number = None if self.numbers is None else convert(self.written, self.unit)
        return math.nan if number is None else number

    def at(self, share: float) -> str:
        """Value at a share (0..1) of the way: of a list or of steps each equally often."""
        if self.grain is None:
            return self.texts[min(int(share * len(self.texts)), len(self.texts) - 1)]
        (low, high), _ = numbers_of(self.texts)
        return text_of((low + Decimal(share) * (high - low)).quantize(self.grain), self.unit)

    def number(self, text: str) -> float:
        """Number of one of its values; of words, its place."""
        if self.numbers is None:
            return float(self.texts.index(text))
        number = convert(text, self.unit)
        return math.nan if number is None else number


@dataclass(frozen=True)
class Origin:
    """The file that is swept, with what is set for all points."""

    loaded: LoadedScenario
    variant: str | None = None
    overrides: tuple[str, ...] = ()

    def open_with(self, pairs: Sequence[tuple[str, str]]) -> LoadedScenario:
        """The file with these keys set on top; raises ScenarioError with what is wrong."""
        variant = dict(pairs).get(VARIANT, self.variant)
        changes = [f"{key}={text}" for key, text in pairs if key != VARIANT]
        chosen = None if variant == BASE else variant
        return load(self.loaded.path, variant=chosen, overrides=[*self.overrides, *changes])


def is_world(path: KeyPath) -> bool:
    """Does a key say what the world is like, and not what is done in it?

    Keys of moments and segments that the reference operation takes from the file are policy: self-service,
    selling, promises and the like.
    """
    operation = path[0] == "moments" and len(path) > 2 and path[2] in OF_THE_OPERATION
    return path[0] in WORLD and not operation and path[-1] not in PROMISED
