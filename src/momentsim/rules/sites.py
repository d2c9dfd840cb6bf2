"""Where customers are at home: dealt to sites evenly, by their number."""

from __future__ import annotations

import math
from typing import Final

from momentsim.compiler.decorators import compiled

TURN: Final = 0.6180339887498949
"""Golden ratio - 1: multiples of it, less whole numbers, fill 0..1 most evenly, whichever part of them one takes."""


@compiled
def place_of(customer: int) -> float:
    """A customer's place in 0..1; sites are parts of it."""
    turned = (customer + 0.5) * TURN
    return turned - math.floor(turned)
