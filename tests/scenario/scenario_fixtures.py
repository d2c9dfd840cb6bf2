"""Types of the fixtures of these tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from momentsim.scenario import LoadedScenario

Write = Callable[..., Path]
Problems = Callable[..., list[str]]
Loaded = Callable[..., LoadedScenario]
