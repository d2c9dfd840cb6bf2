"""The compiler's cache: notices edited rules, survives garbage, and finds another place when it must."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import momentsim
from momentsim.compiler.cache import sources_hash

PACKAGE = Path(momentsim.__file__).parent
QUANTILE = "from momentsim.rules.durations import lognormal_quantile as q; print(q(0.9, 0.5, 2.0))"
"""A compiled function of `rules` that calls a compiled function in another file, `draws`."""
CLIPPED = "from momentsim.rules.workload import clip; print(clip(3.0, 0.0, 2.0))"
KEPT = CLIPPED + "; import sys; print('numba' in sys.modules)"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package's compiled floor that may be edited."""
    folder = tmp_path / "source" / "momentsim"
    shutil.copytree(PACKAGE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture(
    params=["linked", pytest.param("plain", marks=pytest.mark.slow)], autouse=True, scope="module"
)
def pipeline(request: pytest.FixtureRequest) -> Iterator[str]:
    """Either way from a function to machine code, in the processes that are asked."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("MOMENTSIM_COMPILER", request.param)
        yield str(request.param)


@pytest.fixture(scope="module")
def first_cache(pipeline: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a first start leaves, which needs the compiler."""
    cache = tmp_path_factory.mktemp(pipeline) / "cache"
    assert answer(PACKAGE, cache, KEPT) == "2.0\nTrue\n"
    return cache


@pytest.fixture
def filled(first_cache: Path, tmp_path: Path) -> Path:
    """The same for one test, which may spoil it."""
    return shutil.copytree(first_cache, tmp_path / "cache")


def answer(package: Path, cache: Path, program: str = QUANTILE) -> str:
    """What a fresh process prints with this package and this cache."""
    environment = os.environ | {"PYTHONPATH": str(package.parent), "MOMENTSIM_CACHE": str(cache)}
    environment.pop("NUMBA_DISABLE_JIT", None)
    environment["PYTHONDONTWRITEBYTECODE"] = "1"  # Python itself misses an edit of the same size and second
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment, timeout=120
    ).stdout  # fmt: skip


def edit(file: Path, old: str, new: str) -> None:
    """Change a file without a trace in its size or time of change, which the compiler looks at."""
    text, times = file.read_text("utf-8"), file.stat()
    assert text.count(old) == 1
    assert len(old) == len(new)
    file.write_text(text.replace(old, new), "utf-8")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


@pytest.mark.cold
def test_an_edited_rule_gives_a_new_result(copy: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    before = answer(copy, cache)
    edit(copy / "draws.py", "r = 0.180625 - q * q", "r = 0.190625 - q * q")
    after = answer(copy, cache)
    assert float(before) == pytest.approx(np.exp(0.5 + 2.0 * 1.2815515655446004))
    assert float(after) != float(before)
    edit(copy / "draws.py", "r = 0.190625 - q * q", "r = 0.180625 - q * q")
    assert answer(copy, cache) == before


@pytest.mark.cold
@pytest.mark.parametrize(("ending", "damage"), [("nbi", b"no pickle"), ("nbc", None)])
def test_a_corrupt_cache_is_rebuilt(filled: Path, ending: str, damage: bytes | None) -> None:
    files = list(filled.rglob(f"*.{ending}"))
    assert files
    for kept in filled.rglob("*.door"):
        kept.write_bytes(kept.read_bytes()[:100])
    for file in files:
        file.write_bytes(file.read_bytes()[:100] if damage is None else damage)
    assert answer(PACKAGE, filled, CLIPPED) == "2.0\n"
    assert all(file.stat().st_size > 200 for file in filled.rglob("*.nb?"))


@pytest.mark.cold
def test_kept_machine_code_needs_no_compiler(filled: Path) -> None:
    assert answer(PACKAGE, filled, KEPT) == "2.0\nFalse\n"


@pytest.mark.cold
@pytest.mark.parametrize("damaged", [b"", b"no machine code", None])
def test_damaged_machine_code_is_left_to_the_compiler(filled: Path, damaged: bytes | None) -> None:
    (kept,) = filled.rglob("*.door")
    content = kept.read_bytes()
    kept.write_bytes(content[:-1] + b"\x90" if damaged is None else damaged)
    assert answer(PACKAGE, filled, KEPT) == "2.0\nTrue\n"


DYING = """
import os
from momentsim.compiler import kept_code
from pathlib import Path
Path.replace = lambda *names: os._exit(0)
"""


@pytest.mark.cold
def test_a_writer_killed_between_writing_and_naming_does_no_harm(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    assert answer(PACKAGE, cache, DYING + KEPT) == ""
    assert not list(cache.rglob("*.door"))
    assert answer(PACKAGE, cache, KEPT) == "2.0\nTrue\n", "by the compiler, from its own cache"
    for index in cache.rglob("*.nbi"):
        index.unlink()
    assert answer(PACKAGE, cache, KEPT) == "2.0\nTrue\n"
    assert answer(PACKAGE, cache, KEPT) == "2.0\nFalse\n"


@pytest.mark.cold
def test_code_that_is_called_otherwise_is_left_to_the_compiler(tmp_path: Path) -> None:
    """As a later version of the compiler may make it."""
    cache = tmp_path / "cache"
    program = (
        "from momentsim.compiler import internals; made = internals.machine_code;"
        "internals.machine_code = lambda result: made(result)._replace(kind='i64 (ptr, ptr, double)');"
    )
    assert answer(PACKAGE, cache, program + KEPT) == "2.0\nTrue\n"
    assert not list(cache.rglob("*.door"))
    assert answer(PACKAGE, cache, program + KEPT) == "2.0\nTrue\n"


@pytest.mark.cold
def test_without_room_the_answer_comes_all_the_same(tmp_path: Path) -> None:
    program = (
        "from pathlib import Path\n"
        "def full(*arguments): raise OSError(28, 'No space left on device')\n"
        "Path.write_bytes = full\n"
    )
    assert answer(PACKAGE, tmp_path / "cache", program + CLIPPED) == "2.0\n"


def test_an_unusable_cache_folder_falls_back(tmp_path: Path) -> None:
    """A file stands where the folder should be; the answer comes all the same."""
    occupied = tmp_path / "occupied"
    occupied.write_text("not a folder", "utf-8")
    program = "from momentsim.compiler.cache import cache_folder; print(cache_folder())"
    fallback = Path(answer(PACKAGE, occupied, program).strip())
    assert fallback.is_dir()
    assert occupied not in fallback.parents
    assert occupied.read_text("utf-8") == "not a folder"


@pytest.mark.slow
def test_hash_covers_every_compiled_file(copy: Path) -> None:
    before = sources_hash(copy)
    assert before == sources_hash(PACKAGE)
    users = [
        path for path in copy.rglob("*.py") if "momentsim.compiler.decorators" in path.read_text("utf-8")
    ]
    kept = [
        path
        for path in users
        if path.relative_to(copy).parts[0] in ("rules", "engine", "prepare", "draws.py")
    ]
    assert len(kept) > 10
    for path in kept:
        text = path.read_text("utf-8")
        path.write_text(text + "\n", "utf-8")
        assert sources_hash(copy) != before, path
        path.write_text(text, "utf-8")
    assert sources_hash(copy) == before
