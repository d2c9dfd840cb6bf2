"""Scenario text to start from, and ways to load a changed one and read its problems."""

from __future__ import annotations

from pathlib import Path

import pytest

from momentsim.errors import ScenarioError
from momentsim.scenario import LoadedScenario, load

from .scenario_fixtures import Loaded, Problems, Write

PLAIN = (Path(__file__).parent / "data" / "plain.yaml").read_text("utf-8")
STORM = (Path(__file__).parent / "data" / "storm.yaml").read_text("utf-8")


@pytest.fixture
def plain() -> str:
    """A plain one-day scenario."""
    return PLAIN


@pytest.fixture
def storm() -> str:
    """A scenario with two skills, shifts, reserves and a storm."""
    return STORM


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes text to a file; relative names keep messages short."""
    monkeypatch.chdir(tmp_path)

    def written(text: str | bytes, name: str = "x.yaml") -> Path:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return written


@pytest.fixture
def loaded(write: Write) -> Loaded:
    """Loads text as a scenario."""

    def made(text: str, variant: str | None = None, overrides: tuple[str, ...] = ()) -> LoadedScenario:
        return load(write(text), variant=variant, overrides=overrides)

    return made


@pytest.fixture
def problems(write: Write) -> Problems:
    """The printed problems of a scenario text; the text must have some."""

    def found(text: str | bytes, variant: str | None = None, overrides: tuple[str, ...] = ()) -> list[str]:
        path = write(text)
        with pytest.raises(ScenarioError) as raised:
            load(path, variant=variant, overrides=overrides)
        assert raised.value.exit_code == 2
        return str(raised.value).split("\n")

    return found
