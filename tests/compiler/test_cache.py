"""Machine code is only loaded from folders that this user owns and nobody else can write to."""

from __future__ import annotations

import atexit
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import momentsim
from momentsim.compiler import cache
from momentsim.compiler.cache import UnsafeFolderError, private_folder

PACKAGE = Path(momentsim.__file__).parent
POSIX = pytest.mark.skipif(os.name == "nt", reason="owner and mode are of POSIX")
ROOT = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a folder to another user"
)
SOMEBODY, SOMEBODY_ELSE = 54_321, 54_322
"""Users without a line in the list of users."""


def mode(folder: Path) -> int:
    return stat.S_IMODE(folder.lstat().st_mode)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@POSIX
def test_folders_are_made_for_this_user_alone(tmp_path: Path) -> None:
    before = os.umask(0o002)
    try:
        made = private_folder(tmp_path / "a" / "b", "compiled-1")
    finally:
        os.umask(before)
    assert made == tmp_path / "a" / "b" / "compiled-1"
    assert {mode(folder) for folder in (made, made.parent, made.parent.parent)} == {0o700}
    assert private_folder(tmp_path / "a" / "b", "compiled-1") == made


@POSIX
@pytest.mark.parametrize("rights", [0o777, 0o1777, 0o775, 0o757])
@pytest.mark.parametrize("inside", [False, True])
def test_a_folder_that_others_can_write_to_is_refused(tmp_path: Path, rights: int, inside: bool) -> None:
    """The one that is named, and the one in it that holds the code."""
    opened = private_folder(tmp_path / "base", "compiled-1") if inside else tmp_path / "base"
    opened.mkdir(exist_ok=True)
    opened.chmod(rights)
    with pytest.raises(UnsafeFolderError, match=f"others have rights to {opened} .*chmod go="):
        private_folder(tmp_path / "base", "compiled-1")


@POSIX
@pytest.mark.parametrize(
    ("rights", "refused"), [(0o777, True), (0o775, True), (0o1777, False), (0o755, False)]
)
def test_nobody_can_exchange_a_folder_above(tmp_path: Path, rights: int, refused: bool) -> None:
    above = tmp_path / "above"
    above.mkdir()
    above.chmod(rights)
    if refused:
        with pytest.raises(UnsafeFolderError, match=f"others can write to {above} "):
            private_folder(above / "base", "compiled-1")
        assert not names(above), "nothing is made where it would not be used"
    else:
        assert private_folder(above / "base", "compiled-1").is_dir()


@POSIX
def test_the_way_may_lead_over_own_links(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert private_folder(tmp_path / "link", "compiled-1") == tmp_path / "real" / "compiled-1"


@POSIX
@ROOT
@pytest.mark.parametrize("place", ["link", "link/below", "second", "second/below"])
def test_links_of_others_are_not_followed(tmp_path: Path, place: str) -> None:
    """Nor such that an own link leads to."""
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "second").symlink_to("link")
    os.lchown(tmp_path / "link", SOMEBODY, SOMEBODY)
    with pytest.raises(UnsafeFolderError, match=rf"link is a link that another user made \(uid {SOMEBODY}\)"):
        private_folder(tmp_path / place, "compiled-1")
    assert not names(tmp_path / "real")


@POSIX
@ROOT
@pytest.mark.parametrize("whose", ["base", "base/compiled-1", ""])
def test_folders_of_others_are_refused(tmp_path: Path, whose: str) -> None:
    private_folder(tmp_path / "mine" / "base", "compiled-1")
    os.chown(tmp_path / "mine" / whose, SOMEBODY, SOMEBODY)
    with pytest.raises(UnsafeFolderError, match=rf"belongs to another user \(uid {SOMEBODY}\)"):
        private_folder(tmp_path / "mine" / "base", "compiled-1")


@POSIX
def test_folders_of_this_user_are_not_those_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same without rights of the administrator."""
    private_folder(tmp_path / "base", "compiled-1")
    monkeypatch.setattr(os, "geteuid", lambda: SOMEBODY)
    with pytest.raises(UnsafeFolderError, match="belongs to another user"):
        private_folder(tmp_path / "base", "compiled-1")


@POSIX
def test_what_is_no_folder_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "nowhere").symlink_to(tmp_path / "missing")
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    for name in ("file", "file/below", "nowhere", "nowhere/below", "circle", "circle/below"):
        with pytest.raises(OSError):
            private_folder(tmp_path / name, "compiled-1")
    assert names(tmp_path) == {"file", "nowhere", "circle"}


def test_on_windows_a_private_place_is_in_the_profile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "WINDOWS", True)
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "Users" / "me" / "AppData" / "Local"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "Users" / "me"))
    local = tmp_path / "Users" / "me" / "AppData" / "Local"
    local.mkdir(parents=True)
    assert private_folder(local / "momentsim" / "Cache", "compiled-1").is_dir()
    with pytest.raises(UnsafeFolderError, match="not in the user's own profile"):
        private_folder(tmp_path / "Users" / "you", "compiled-1")


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A world with a home and a temporary folder of its own, and nothing named or chosen."""
    (tmp_path / "home").mkdir()
    (tmp_path / "tmp").mkdir()
    (tmp_path / "tmp").chmod(0o1777)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MOMENTSIM_CACHE", "")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    cache._chosen.cache_clear()
    yield tmp_path
    cache._chosen.cache_clear()


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "momentsim.compiler.cache"]


@POSIX
def test_the_users_own_cache_is_taken_without_a_word(places: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = cache.cache_folder()
    assert folder is not None
    assert folder.parent == places / "home" / "momentsim"
    assert not lines(caplog)


@POSIX
def test_an_unsafe_folder_that_was_named_is_told_once(
    places: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    (places / "named").mkdir()
    (places / "named").chmod(0o777)
    monkeypatch.setenv("MOMENTSIM_CACHE", str(places / "named"))
    folder = cache.cache_folder()
    assert folder == cache.cache_folder()
    assert folder is not None
    assert lines(caplog) == [
        f"{places}/named is not used for machine code: others have rights to {places}/named "
        f"(mode 0777; 'chmod go= {places}/named' takes them); it is kept in {folder}"
    ]
    assert os.environ["MOMENTSIM_CACHE"] == str(folder.parent), "so that workers neither ask nor tell again"
    assert not names(places / "named")


@POSIX
def test_without_a_home_a_folder_of_this_user_under_the_temporary_one(
    places: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (places / "home").rmdir()
    (places / "home").write_text("no folder")
    folder = cache.cache_folder()
    cache._chosen.cache_clear()
    assert folder == cache.cache_folder()
    assert folder is not None
    assert folder.parent == places / "tmp" / f"momentsim-{os.geteuid()}"
    assert names(places / "tmp") == {folder.parent.name}, "one folder, however often it is looked up"
    assert mode(folder.parent) == mode(folder) == 0o700
    assert not lines(caplog)


@POSIX
def test_a_planted_folder_is_left_alone(
    places: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new one is made instead, for this process alone."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(places / "home" / "file"))
    (places / "home" / "file").write_text("no folder")
    planted = places / "tmp" / f"momentsim-{os.geteuid()}"
    planted.mkdir()
    planted.chmod(0o777)
    endings: list[object] = []
    monkeypatch.setattr(atexit, "register", endings.append)
    folder = cache.cache_folder()
    assert folder is not None
    assert folder.parent.parent == places / "tmp"
    assert folder.parent != planted
    assert not names(planted)
    assert len(lines(caplog)) == 1
    (remove,) = endings
    assert callable(remove)
    remove()
    assert names(places / "tmp") == {planted.name}


@POSIX
def test_where_nothing_is_private_code_stays_in_memory(
    places: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (places / "home").chmod(0o777)
    (places / "tmp").chmod(0o777)
    assert cache.cache_folder() is None
    assert cache.cache_folder() is None
    assert len(lines(caplog)) == 1
    assert "it stays in memory, so that every start compiles again" in lines(caplog)[0]


CLIPPED = "from momentsim.rules.workload import clip; print(clip(3.0, 0.0, 2.0))"
AS_ANOTHER = """
import os, platformdirs.unix, tempfile
from momentsim.rules.durations import lognormal_quantile
from momentsim.rules.workload import clip
os.environ["MOMENTSIM_CACHE"] = "memory"
lognormal_quantile(0.9, 0.5, 2.0)  # the other user need not be able to read Python's own files
for name in ("MOMENTSIM_CACHE", "HOME", "XDG_CACHE_HOME"):
    os.environ.pop(name, None)
os.setgroups([]); os.setgid({user}); os.setuid({user})
{before}
print(clip(3.0, 0.0, 2.0))
from momentsim.compiler.cache import cache_folder
print(cache_folder())
"""


def as_another(user: int, temporary: Path, before: str = "") -> list[str]:
    """What a process prints that has no home, and no name, and this temporary folder; an error is printed too."""
    environment = os.environ | {"PYTHONPATH": str(PACKAGE.parent), "TMPDIR": str(temporary)}
    environment.pop("NUMBA_DISABLE_JIT", None)
    program = AS_ANOTHER.format(user=user, before=before)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, timeout=300, check=False
    )  # fmt: skip
    return [*done.stdout.splitlines(), *done.stderr.splitlines()]


READS = """
import os, sys
os.setgroups([]); os.setgid({user}); os.setuid({user})
sys.exit(not all(os.access(path, os.R_OK) for path in {paths!r}))
"""


def others_can_read() -> bool:
    """Whether another user of this machine can read Python's packages and ours, and so run them."""
    paths = [str(PACKAGE / "units.py"), np.__file__, str(Path(np.__file__).parents[1])]
    program = READS.format(user=SOMEBODY, paths=paths)
    return subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).returncode == 0


@pytest.fixture
def common() -> Iterator[Path]:
    """A temporary folder that every user can reach and write to, as on any machine."""
    if not others_can_read():
        pytest.skip("other users cannot read the folder of the environment or of this checkout")
    with tempfile.TemporaryDirectory(prefix="momentsim-test-") as name:
        Path(name).chmod(0o1777)
        yield Path(name)


@POSIX
@ROOT
@pytest.mark.slow
def test_two_users_cannot_hurt_each_other(common: Path) -> None:
    """One puts a pickle that runs into the very file that the other would load, and cannot have it loaded."""
    first = as_another(SOMEBODY, common)
    assert first == ["2.0", first[1]]
    own = Path(first[1])
    assert own.parent == common / f"momentsim-{SOMEBODY}"
    (index,) = own.rglob("*.nbi")
    marker = common / "marker"
    assert mode(own) == mode(own.parent) == 0o700
    victim = common / f"momentsim-{SOMEBODY_ELSE}"
    planted = victim / index.relative_to(own.parent)
    bomb = f"cos\nsystem\n(S'touch {marker}'\ntR."
    plant = (
        f"import pathlib; p = pathlib.Path({str(planted)!r}); p.parent.mkdir(parents=True); p.write_text({bomb!r});"
        f"[folder.chmod(0o777) for folder in p.parents if folder.is_relative_to({str(victim)!r})]"
    )
    assert as_another(SOMEBODY, common, plant)[0] == "2.0"
    assert planted.lstat().st_uid == SOMEBODY
    second = as_another(SOMEBODY_ELSE, common)
    assert not marker.exists()
    assert second[0] == "2.0"
    assert f"{victim} belongs to another user (uid {SOMEBODY})" in second[2]
    assert len(second) == 3, "one line says so"
    assert names(common) == {own.parent.name, victim.name}, "the new folder has gone with its process"


@POSIX
@ROOT
@pytest.mark.slow
def test_the_pickle_would_have_run(common: Path) -> None:
    """The same file in an own folder does, so that the test above tests something."""
    index = next(Path(as_another(SOMEBODY, common)[1]).rglob("*.nbi"))
    marker = common / "marker"
    for kept in index.parents[1].rglob("*.door"):
        kept.unlink()
    index.write_bytes(f"cos\nsystem\n(S'touch {marker}'\ntR.".encode())
    as_another(SOMEBODY, common)
    assert marker.exists()


def answer(program: str, **changed: str) -> tuple[str, str]:
    environment = os.environ | {"PYTHONPATH": str(PACKAGE.parent)} | changed
    environment.pop("NUMBA_DISABLE_JIT", None)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment, timeout=300
    )  # fmt: skip
    return done.stdout, done.stderr


@POSIX
@pytest.mark.cold
@pytest.mark.parametrize("without", ["raise RuntimeError", "return pathlib.Path('~/.cache/momentsim')"])
def test_no_home_is_no_error(tmp_path: Path, without: str) -> None:
    """Whether the library that knows the folders of a user raises then, or gives back a tilde."""
    program = f"import pathlib, platformdirs\ndef lost(*name, **more): {without}\n"
    program += f"platformdirs.user_cache_path = lost\n{CLIPPED}"
    assert answer(program, MOMENTSIM_CACHE="", TMPDIR=str(tmp_path)) == ("2.0\n", "")
    assert names(tmp_path) == {f"momentsim-{os.geteuid()}"}


@POSIX
@pytest.mark.cold
def test_a_named_folder_is_enough(tmp_path: Path) -> None:
    """Where `Path.home()` raises."""
    program = "import os, pathlib, pwd; del os.environ['HOME']; pwd.getpwuid = lambda uid: {}[uid]\n"
    program += "try: pathlib.Path.home()\nexcept RuntimeError: print('homeless')\n"
    assert answer(program + CLIPPED, MOMENTSIM_CACHE=str(tmp_path / "named")) == ("homeless\n2.0\n", "")
    assert list((tmp_path / "named").rglob("*.nbi"))


@pytest.mark.slow
def test_code_may_stay_in_memory(tmp_path: Path) -> None:
    assert answer(CLIPPED, MOMENTSIM_CACHE="memory", XDG_CACHE_HOME=str(tmp_path)) == ("2.0\n", "")
    assert not list(tmp_path.iterdir())
