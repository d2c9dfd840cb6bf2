"""References on disk: found again exactly, made again where unreadable, never many."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from momentsim.compiler.decorators import COMPILING
from momentsim.prepare import Reference
from momentsim.prepare.reference import ReasonReference
from momentsim.runs import reference, reference_store
from momentsim.runs.progress import SILENT
from momentsim.runs.sealed import sealed
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
    """A cache of references of its own, empty, and nothing remembered in memory; pilots are short."""
    monkeypatch.setattr(reference_store, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(reference, "_cache", {})
    monkeypatch.setattr(reference, "MOST_REPLICATIONS", 4)
    return tmp_path / "references"


def observed(loaded: LoadedScenario) -> Reference:
    return reference.reference_for(loaded, loaded, clock="compiled", on_progress=lambda share: True)


def no_pilot(*arguments: object) -> Reference:
    raise AssertionError("a pilot was simulated")


def test_every_bit_comes_back() -> None:
    reference_store.keep("key", AWKWARD)
    assert reference_store.find("key", SILENT.say) == AWKWARD
    assert reference_store.find("another key", SILENT.say) is None


@pytest.mark.slow
def test_another_number_of_replications_simulates_no_pilot(monkeypatch: pytest.MonkeyPatch) -> None:
    once = observed(load(SCENARIOS / "quickstart.yaml", overrides=["run.replications=4"]))
    monkeypatch.setattr(reference, "_cache", {})
    monkeypatch.setattr(reference, "_pilot", no_pilot)
    assert observed(load(SCENARIOS / "quickstart.yaml", overrides=["run.replications=30"])) == once


def test_a_later_process_simulates_no_pilot(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load(SCENARIOS / "quickstart.yaml")
    first = observed(loaded)
    monkeypatch.setattr(reference, "_cache", {})
    monkeypatch.setattr(reference, "_pilot", no_pilot)
    assert observed(loaded) == first
    with pytest.raises(AssertionError, match="pilot"):
        observed(load(SCENARIOS / "quickstart.yaml", overrides=["seed=99"]))


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "cut": lambda content: content[:-1],
    "no text": lambda content: b"\xff\xfe",
    "older": lambda content: content.split(b"\n", 3)[3],
    "a digit": lambda content: content.replace(b"0.7", b"0.8"),
    "checksum": lambda content: content.replace(b"\n", b"\n0", 1),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_what_is_damaged_is_told_and_made_again(folder: Path, name: str) -> None:
    reference_store.keep("key", AWKWARD)
    (file,) = folder.iterdir()
    harmed = DAMAGE[name](file.read_bytes())
    assert harmed != file.read_bytes()
    file.write_bytes(harmed)
    said: list[str] = []
    assert reference_store.find("key", said.append) is None
    assert said == [f"a kept reference is not used but made again: {file}: it is damaged"]
    reference_store.keep("key", AWKWARD)
    assert reference_store.find("key", said.append) == AWKWARD and len(said) == 1


def test_any_byte_that_is_flipped_is_noticed(folder: Path) -> None:
    reference_store.keep("key", AWKWARD)
    (file,) = folder.iterdir()
    content = file.read_bytes()
    for index in range(len(content)):
        file.write_bytes(content[:index] + bytes([content[index] ^ 1]) + content[index + 1 :])
        assert reference_store.find("key", SILENT.say) is None


def test_one_of_another_operation_is_not_taken(folder: Path) -> None:
    reference_store.keep("key", AWKWARD)
    (one,) = folder.iterdir()
    content = one.read_bytes()
    reference_store.keep("other", Reference.neutral(["a"]))
    (other,) = (path for path in folder.iterdir() if path != one)
    other.write_bytes(content)
    said: list[str] = []
    assert reference_store.find("other", said.append) is None
    assert len(said) == 1 and said[0].endswith("it is of something else")


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"{}", b'{"reasons": {"a": {"colour": 1}}}', b"[" * 100_000, b"9" * 5000,
        b'{"reasons": {"a": {"centre": "1"}}, "fallback": {}, "expectation_law": [], "strain": {}, "usual_strain": 0}',
    ],
)  # fmt: skip
def test_what_is_no_reference_under_a_right_seal_is_told_too(folder: Path, content: bytes) -> None:
    reference_store.keep("key", AWKWARD)
    (file,) = folder.iterdir()
    answers = file.read_bytes().split(b"\n", 3)[2].decode()
    file.write_bytes(sealed(reference_store.KIND, answers, content))
    said: list[str] = []
    assert reference_store.find("key", said.append) is None
    assert len(said) == 1 and said[0].endswith("it is no reference")


def test_a_folder_in_its_place_stays_and_leaves_nothing(folder: Path) -> None:
    reference_store.keep("key", AWKWARD)
    (file,) = folder.iterdir()
    file.unlink()
    file.mkdir()
    reference_store.keep("key", AWKWARD)
    assert reference_store.find("key", SILENT.say) is None
    assert list(folder.iterdir()) == [file]


@pytest.mark.slow
def test_a_run_says_that_its_reference_was_damaged(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded, said = load(SCENARIOS / "quickstart.yaml"), list[str]()
    first = observed(loaded)
    monkeypatch.setattr(reference, "_cache", {})
    (file,) = folder.iterdir()
    file.write_bytes(file.read_bytes().replace(b"0.", b"1.", 1))
    again = reference.reference_for(
        loaded, loaded, clock="compiled", on_progress=lambda share: True, say=said.append
    )
    assert again == first and len(said) == 1


def test_what_others_put_there_does_not_go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference_store, "MOST_KEPT", 4)
    folder.mkdir()
    (folder / "letter.txt").write_text("dear")
    for number in range(12):
        reference_store.keep(f"key {number}", AWKWARD)
    assert (folder / "letter.txt").read_text("utf-8") == "dear"


def test_the_oldest_go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference_store, "MOST_KEPT", 8)
    for number in range(30):
        reference_store.keep(f"key {number}", AWKWARD)
    assert len(list(folder.iterdir())) <= 8
    assert reference_store.find("key 29", SILENT.say) == AWKWARD


def test_a_folder_that_cannot_be_written_is_no_error(folder: Path) -> None:
    folder.write_text("in the way")
    reference_store.keep("key", AWKWARD)
    assert reference_store.find("key", SILENT.say) is None
