"""References on disk: found again exactly, made again where unreadable, never many."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from momentsim.compiled import COMPILING
from momentsim.experiments import reference, reference_store
from momentsim.model import Reference
from momentsim.model.reference import ReasonReference
from momentsim.scenario import LoadedScenario, load

pytestmark = pytest.mark.skipif(not COMPILING, reason="plain Python keeps no references")

SCENARIOS = Path(__file__).parents[2] / "scenarios"
AWKWARD = Reference(
    reasons={
        "a": ReasonReference(centre=0.1 + 0.2, spread=1 / 3, let_down_below=-math.inf),
        "b": ReasonReference(),
    },
    fallback=ReasonReference(usual=5e-324),
    expectation_law=(-0.1, 0.30000000000000004, 1e300),
    strain={"desk": 2 / 3},
    usual_strain=0.7,
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of references of its own, empty, and nothing remembered in memory."""
    monkeypatch.setattr(reference_store, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(reference, "_cache", {})
    return tmp_path / "references"


def observed(loaded: LoadedScenario) -> Reference:
    return reference.reference_for(loaded, loaded, clock="compiled", on_progress=lambda share: True)


def no_pilot(*arguments: object) -> Reference:
    raise AssertionError("a pilot was simulated")


def test_every_bit_comes_back() -> None:
    reference_store.keep("key", AWKWARD)
    assert reference_store.find("key") == AWKWARD
    assert reference_store.find("another key") is None


def test_a_later_process_simulates_no_pilot(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load(SCENARIOS / "quickstart.yaml")
    first = observed(loaded)
    monkeypatch.setattr(reference, "_cache", {})
    monkeypatch.setattr(reference, "_pilot", no_pilot)
    assert observed(loaded) == first
    with pytest.raises(AssertionError, match="pilot"):
        observed(load(SCENARIOS / "quickstart.yaml", overrides=["seed=99"]))


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b"{}", b'{"reasons": {"a": {"colour": 1}}}', b"\xff\xfe"]
)
def test_what_cannot_be_read_is_made_again(folder: Path, damage: bytes) -> None:
    reference_store.keep("key", AWKWARD)
    next(folder.iterdir()).write_bytes(damage)
    assert reference_store.find("key") is None
    reference_store.keep("key", AWKWARD)
    assert reference_store.find("key") == AWKWARD


def test_the_oldest_go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference_store, "MOST_KEPT", 8)
    for number in range(30):
        reference_store.keep(f"key {number}", AWKWARD)
    assert len(list(folder.iterdir())) <= 8
    assert reference_store.find("key 29") == AWKWARD


def test_a_folder_that_cannot_be_written_is_no_error(folder: Path) -> None:
    folder.write_text("in the way")
    reference_store.keep("key", AWKWARD)
    assert reference_store.find("key") is None
