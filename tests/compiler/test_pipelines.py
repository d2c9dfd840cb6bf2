"""Two ways from a function to machine code, which give the same: which one is taken, and what both can do."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import momentsim
from momentsim.compiler import pipeline as choice
from momentsim.compiler.cache import sources_hash
from momentsim.compiler.kept_code import is_called_as_here
from momentsim.compiler.pipeline import LINKED_VERSIONS, SWITCH, pipeline
from momentsim.errors import MomentsimError

PACKAGE = Path(momentsim.__file__).parent

STORY = """
import math
from momentsim.compiler.decorators import compiled, compiled_apart, compiled_inside

@compiled_apart
def nothing(value: float) -> None:
    math.sqrt(value)

@compiled_inside
def is_large(value: float) -> bool:
    return value > 2.0

@compiled_apart
def pair(value: float) -> tuple[int, float]:
    return int(value), value - int(value)

@compiled_apart
def larger(value: int) -> int:
    total = 0
    for number in range(value):
        total += max(number, 2)
    return total

@compiled
def together(value: float) -> float:
    nothing(value)
    whole, rest = pair(value)
    return larger(whole) + 10.0 * rest + 100.0 * is_large(value) + math.exp(math.sin(value)) / 7.0

@compiled_apart
def refuses(value: float) -> float:
    if value < 0.0:
        raise ValueError
    return math.sqrt(value)

@compiled
def root(value: float) -> float:
    return refuses(value)
"""
"""Functions with every kind of result."""

ASK = """
from story import root, together
print([together(value).hex() for value in (1.5, 2.25, 7.125)])
print(root(4.0))
try:
    root(-4.0)
except Exception as error:
    print(type(error).__name__)
"""


@pytest.fixture
def switched(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Nothing is named, and nothing remembered before or after."""
    monkeypatch.delenv(SWITCH, raising=False)
    monkeypatch.setattr(choice, "pipeline", pipeline.__wrapped__)
    return monkeypatch


@pytest.fixture
def story(tmp_path: Path) -> Path:
    (tmp_path / "story.py").write_text(STORY, "utf-8")
    return tmp_path


def told(folder: Path, **environment: str) -> list[str]:
    """What a fresh process says of the story."""
    whole = os.environ | {
        "PYTHONPATH": os.pathsep.join((str(PACKAGE.parent), str(folder))),
        "MOMENTSIM_CACHE": str(folder / "cache"),
        "NUMBA_DISABLE_JIT": "0",
        **environment,
    }
    done = subprocess.run(
        [sys.executable, "-c", ASK], capture_output=True, text=True, check=True, env=whole, timeout=300
    )
    return done.stdout.splitlines()


@pytest.mark.cold
def test_both_give_every_kind_of_result_as_plain_python_does(story: Path) -> None:
    plain_python = told(story, NUMBA_DISABLE_JIT="1")
    for name in ("linked", "plain"):
        first, later = told(story, MOMENTSIM_COMPILER=name), told(story, MOMENTSIM_COMPILER=name)
        assert first == plain_python, name
        assert later[:-1] == plain_python[:-1], f"{name}, from machine code without the compiler"
        assert later[-1] in ("ValueError", "RuntimeError"), "an error, and no answer"
    assert len(list((story / "cache").iterdir())) == 2, "they share nothing in the cache"


def test_tested_versions_are_linked_and_others_are_not(switched: pytest.MonkeyPatch) -> None:
    for number in LINKED_VERSIONS:
        switched.setattr(choice, "version", lambda name, number=number: number)
        assert choice.pipeline() == "linked"
    for number in ("0.60.0", "0.99.0", "1.0.0", LINKED_VERSIONS[-1] + "rc1"):
        switched.setattr(choice, "version", lambda name, number=number: number)
        assert choice.pipeline() == "plain"


def test_the_switch_is_obeyed_or_refused(switched: pytest.MonkeyPatch) -> None:
    for name in ("linked", "plain"):
        switched.setenv(SWITCH, name)
        assert choice.pipeline() == name
    switched.setenv(SWITCH, "fast")
    with pytest.raises(
        MomentsimError, match="MOMENTSIM_COMPILER: 'fast' is no pipeline, allowed: linked, plain"
    ):
        choice.pipeline()


def test_pipeline_and_version_are_in_the_name_of_the_cache(switched: pytest.MonkeyPatch) -> None:
    hashes = set()
    for name in ("linked", "plain"):
        switched.setenv(SWITCH, name)
        for number in ("0.61.0", "0.68.1"):
            switched.setattr(choice, "version", lambda package, number=number: number)
            hashes.add(sources_hash())
    assert len(hashes) == 4


@pytest.mark.parametrize(
    ("kind", "is_so"),
    [
        ("i32 (ptr, ptr, i64, double)", True),
        ("i32 (double*, { i8*, i32, i8* }**, i64, double)", True),
        ("i32 (ptr, ptr, double, i64)", False),
        ("i32 (ptr, ptr, i64)", False),
        ("i32 (ptr, ptr, i64, double, i64)", False),
        ("i32 (ptr, ptr, i32, double)", False),
        ("double (i64, double)", False),
        ("i64 (ptr, ptr, i64, double)", False),
        ("ptr", False),
    ],
)
def test_how_code_wants_to_be_called_is_looked_at(kind: str, is_so: bool) -> None:
    assert is_called_as_here(kind, ("int", "float")) is is_so


def test_an_array_is_handed_over_in_pieces() -> None:
    assert is_called_as_here("i32 (ptr, ptr, ptr, ptr, i64, i64, ptr, i64, i64)", ("array 1 f8",))
    assert is_called_as_here("i32 (i8**, i8**, [8 x i8]*)", ("row f8",))
    assert not is_called_as_here("i32 (ptr, ptr, ptr)", ("array 1 f8",))


INSIDE = re.compile(r"numba\.(core|np|_)|from numba import _|\._(final_module|cache|get_compiled_object)\b")


def test_one_file_knows_the_inside_of_the_compiler() -> None:
    users = {
        path.relative_to(PACKAGE).name
        for path in PACKAGE.rglob("*.py")
        if INSIDE.search(path.read_text("utf-8"))
    }
    assert users == {"internals.py"}


def test_all_that_it_knows_is_listed_there() -> None:
    text = (PACKAGE / "compiler" / "internals.py").read_text("utf-8")
    _, listed, code = text.split('"""', 2)
    private = set(
        re.findall(r"(?:state|library|module|self|cached|result|dispatcher|_codegen)\.(_[a-z]\w+)", code)
    )
    imported = set(re.findall(r"from numba\.\S+ import (.+)", code))
    names = private | {name.strip() for line in imported for name in line.split(",")}
    assert len(names) > 10
    assert not [name for name in names if name not in listed and f"def {name}" not in code]
