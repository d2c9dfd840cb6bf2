"""Finished replications are kept at once, whole or not at all."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tracemalloc
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import momentsim as ms
from momentsim.contract.plan import Names, TeamName
from momentsim.contract.trace import LEVER_ROW
from momentsim.measures.digest import Digest
from momentsim.runs.backends.base import FinishedReplication
from momentsim.runs.logs import LogWriter
from momentsim.runs.ownership import ENDING
from momentsim.runs.progress import Progress
from momentsim.runs.replicate import lower_once
from momentsim.runs.replication_file import decode, encode, most_bytes, sizes_of
from momentsim.runs.resume import KIND, KeptReplications
from momentsim.runs.run import run
from momentsim.runs.sealed import Unusable, sealed, unsealed
from momentsim.runs.settings import RunSettings
from momentsim.scenario import LoadedScenario

pytestmark = pytest.mark.slow

QUICKSTART = Path(__file__).parents[2] / "scenarios" / "quickstart.yaml"
SHORT = {"horizon": "4 h", "demand.volumes.question.per_day": 2400}


@pytest.fixture(scope="module")
def short() -> LoadedScenario:
    return ms.load(QUICKSTART, overrides=SHORT)


class Heard(Progress):
    def __init__(self) -> None:
        self.words: list[str] = []

    def say(self, words: str) -> None:
        self.words.append(words)


def made(loaded: LoadedScenario, keep: Path, **settings: object) -> tuple[pd.DataFrame, list[str]]:
    """The summary of four replications, and what was said."""
    heard = Heard()
    wanted = {"replications": 4, "log": "none", "workers": 2, **settings}
    result = run(loaded, loaded, RunSettings(keep=KeptReplications(keep), **wanted), progress=heard)  # type: ignore[arg-type]  # settings by name
    return result.summary, heard.words


def test_a_replication_comes_back_as_it_was(short: LoadedScenario) -> None:
    result = run(short, short, RunSettings(replications=1, log="none"))
    pulled = np.zeros(2, LEVER_ROW)
    pulled["time"] = (3, 4)
    names = result.names._replace(teams=(TeamName("team", 1, "north"),))
    one = FinishedReplication(names, result.digests[1], pulled, None)
    back, log = decode(encode(one, {"contacts.parquet": "ab"}), sizes_of(short.scenario))
    assert log == {"contacts.parquet": "ab"}
    assert back.names == names and isinstance(back.names, Names)
    assert np.array_equal(back.pulled, pulled)
    for name in Digest._fields:
        before, after = getattr(one.digest, name), getattr(back.digest, name)
        assert type(before) is type(after), name
        assert np.array_equal(before, after), name
        if isinstance(before, np.ndarray):
            assert before.dtype == after.dtype and before.shape == after.shape, name


def test_what_is_there_is_not_made_again_and_the_numbers_are_the_same(
    short: LoadedScenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, said = made(short, tmp_path)
    assert said == [] and len(list(tmp_path.rglob(f"*{ENDING}"))) == 4
    monkeypatch.setattr("momentsim.runs.backends.threads.replicate", None)
    second, said = made(short, tmp_path)
    assert said == ["4 of 4 replications were there already"]
    pd.testing.assert_frame_equal(first, second, check_exact=True)


@pytest.mark.parametrize("name", [path.name for path in sorted(QUICKSTART.parent.glob("*.yaml"))])
def test_what_a_scenario_leaves_fits_the_sizes_that_it_may_have(name: str) -> None:
    loaded = ms.load(QUICKSTART.parent / name)
    result = run(loaded, loaded, RunSettings(replications=1, log="none"))
    one = FinishedReplication(result.names, result.digests[1], np.zeros(0, LEVER_ROW), None)
    back, _ = decode(encode(one, {}), sizes_of(loaded.scenario))
    assert np.array_equal(back.digest.tallies, one.digest.tallies)


def kept(folder: Path, number: int) -> Path:
    (file,) = folder.rglob(f"{number}{ENDING}")
    return file


def flip(file: Path, place: float) -> None:
    content = bytearray(file.read_bytes())
    content[int(place * (len(content) - 1))] ^= 1
    file.write_bytes(content)


def resealed(file: Path, change: Callable[[bytes], bytes]) -> None:
    """Another content under a right seal, as somebody might make it on purpose."""
    _, _, answers, content = file.read_bytes().split(b"\n", 3)
    file.write_bytes(sealed(KIND, answers.decode(), change(content)))


def announcing(rows: object) -> Callable[[bytes], bytes]:
    """A head that announces so many intervals."""

    def change(content: bytes) -> bytes:
        head, _, packed = content.partition(b"\n")
        about = json.loads(head)
        about["arrays"]["queues"][1][0] = rows
        return json.dumps(about).encode() + b"\n" + packed

    return change


def bomb(content: bytes) -> bytes:
    """Two gigabytes of zeros in two megabytes."""
    packing, million = zlib.compressobj(9), bytes(1_000_000)
    packed = b"".join(packing.compress(million) for _ in range(2_000)) + packing.flush()
    return content.partition(b"\n")[0] + b"\n" + packed


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def a_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


HARMS: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty": (lambda file: file.write_bytes(b""), "it is damaged"),
    "something else": (lambda file: file.write_bytes(b"something else"), "it is damaged"),
    "cut": (lambda file: file.write_bytes(file.read_bytes()[:-40]), "it is damaged"),
    "longer": (lambda file: file.write_bytes(file.read_bytes() + b"0"), "it is damaged"),
    "first byte": (lambda file: flip(file, 0.0), "it is damaged"),
    "checksum": (lambda file: flip(file, 0.01), "it is damaged"),
    "head": (lambda file: flip(file, 0.1), "it is damaged"),
    "numbers": (lambda file: flip(file, 0.9), "it is damaged"),
    "swapped": (lambda file: shutil.copy(file.with_name(f"3{ENDING}"), file), "it is of something else"),
    "no head": (lambda file: resealed(file, lambda _: b""), "it is no replication"),
    "deep": (lambda file: resealed(file, lambda _: b"[" * 100_000), "it is no replication"),
    "bomb": (lambda file: resealed(file, bomb), "it holds more or fewer numbers than it says"),
    "too many": (lambda file: resealed(file, announcing(10**9)), "it holds more or fewer numbers than it can"),
    "negative": (lambda file: resealed(file, announcing(-1)), "it holds more or fewer numbers than it can"),
    "no length": (lambda file: resealed(file, announcing("1")), "it holds more or fewer numbers than it can"),
    "fewer": (lambda file: resealed(file, announcing(1)), "it holds more or fewer numbers than it says"),
    "nobody's": (lambda file: file.chmod(0), "it cannot be read: permission denied"),
    "folder": (a_folder, "it is no file"),
    "pipe": (a_pipe, "it is no file"),
}  # fmt: skip


@pytest.mark.parametrize("name", HARMS)
def test_a_file_that_cannot_be_used_is_told_and_made_again(
    name: str, short: LoadedScenario, tmp_path: Path
) -> None:
    if name == "nobody's" and (os.name == "nt" or os.geteuid() == 0):
        pytest.skip("whoever runs this may read everything")
    if name == "pipe" and os.name == "nt":
        pytest.skip("there are no such pipes")
    first, _ = made(short, tmp_path)
    harm, told = HARMS[name]
    file = kept(tmp_path, 2)
    harm(file)
    second, said = made(short, tmp_path)
    pd.testing.assert_frame_equal(first, second, check_exact=True)
    line = f"a kept replication is not used but made again, as are others like it: {file}: {told}"
    assert said.count(line) == 1 and len(said) <= 3
    if name != "folder":  # which is somebody's own and stays
        assert made(short, tmp_path)[1] == ["4 of 4 replications were there already"]


def test_any_byte_that_is_flipped_is_noticed(short: LoadedScenario, tmp_path: Path) -> None:
    made(short, tmp_path)
    file = kept(tmp_path, 1)
    content = file.read_bytes()
    answers = content.split(b"\n", 3)[2].decode()
    assert unsealed(file, KIND, answers, most=len(content))
    for index in range(len(content)):
        harmed = bytearray(content)
        harmed[index] ^= 1 << index % 8
        file.write_bytes(harmed)
        with pytest.raises(Unusable, match="damaged"):
            unsealed(file, KIND, answers, most=len(content))


def test_files_of_two_cases_exchanged_are_both_made_again(short: LoadedScenario, tmp_path: Path) -> None:
    other = ms.load(QUICKSTART, overrides={**SHORT, "workforce.groups.team.heads": 13})
    firsts = [made(loaded, tmp_path)[0] for loaded in (short, other)]
    one, two = tmp_path.iterdir()
    for number in range(1, 5):
        here, there = one / f"{number}{ENDING}", two / f"{number}{ENDING}"
        here.rename(tmp_path / "aside")
        there.rename(here)
        (tmp_path / "aside").rename(there)
    for first, loaded in zip(firsts, (short, other), strict=True):
        again, said = made(loaded, tmp_path)
        pd.testing.assert_frame_equal(first, again, check_exact=True)
        assert len(said) == 1 and "it is of something else" in said[0], "however many, it is said once"


@pytest.mark.slow
def test_a_bomb_is_not_unpacked(short: LoadedScenario, tmp_path: Path) -> None:
    made(short, tmp_path)
    content = kept(tmp_path, 1).read_bytes().split(b"\n", 3)[3]
    harmful, sizes = bomb(content), sizes_of(short.scenario)
    tracemalloc.start()
    with pytest.raises(Unusable):
        decode(harmful, sizes)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000
    assert most_bytes(sizes) < 50_000_000, "a longer file is not even read"


def test_a_damaged_log_is_made_again(short: LoadedScenario, tmp_path: Path) -> None:
    logs = []
    for name in ("one", "two"):
        folder, heard = tmp_path / name, Heard()
        folder.mkdir()
        with LogWriter(folder, short.scenario) as writer:
            settings = RunSettings(replications=3, log="all", keep=KeptReplications(tmp_path / "kept"))
            run(short, short, settings, logs=writer, progress=heard)
        logs.append(pd.read_parquet(folder / "contacts.parquet"))
        if name == "one":
            log = next((tmp_path / "kept").rglob("2.log"))
            file = next(log.iterdir())
            content = file.read_bytes()
            file.unlink()  # it has a second name elsewhere
            file.write_bytes(content[:-9] + b"x" + content[-8:])
    assert sum("its log is damaged" in words for words in heard.words) == 1
    pd.testing.assert_frame_equal(logs[0], logs[1], check_exact=True)


def test_another_scenario_or_reference_finds_nothing(short: LoadedScenario, tmp_path: Path) -> None:
    made(short, tmp_path)
    other = ms.load(QUICKSTART, overrides={**SHORT, "workforce.groups.team.heads": 13})
    heard = Heard()
    settings = RunSettings(replications=4, log="none", keep=KeptReplications(tmp_path))
    run(other, short, settings, progress=heard)
    calmer = ms.load(QUICKSTART, overrides={**SHORT, "demand.volumes.question.per_day": 1200})
    run(short, calmer, settings, progress=heard)
    assert heard.words == []


def test_a_higher_number_goes_on_from_a_lower_one(short: LoadedScenario, tmp_path: Path) -> None:
    made(short, tmp_path)
    more = ms.load(QUICKSTART, overrides={**SHORT, "run.replications": 6})
    assert made(more, tmp_path, replications=6)[1] == ["4 of 6 replications were there already"]
    paired = ms.load(QUICKSTART, overrides={**SHORT, "run.antithetic": "on"})
    assert made(paired, tmp_path)[1] == []


def test_only_what_an_earlier_question_has_left_was_there_already(
    short: LoadedScenario, tmp_path: Path
) -> None:
    """A question that simulates one case twice finds it the second time, and has nothing to tell."""
    heard, settings = Heard(), RunSettings(replications=2, log="none", keep=KeptReplications(tmp_path))
    first = run(short, short, settings, progress=heard)
    again = run(short, short, replace(settings, replications=3), progress=heard)
    assert heard.words == []
    assert len(list(tmp_path.rglob(f"*{ENDING}"))) == 3
    assert np.array_equal(again.digests[2].waits, first.digests[2].waits)
    other = replace(settings, replications=3, keep=KeptReplications(tmp_path))
    run(short, short, other, progress=heard)
    run(short, short, replace(other, replications=4), progress=heard)
    assert heard.words == [f"3 of {number} replications were there already" for number in (3, 4)]


def test_logs_are_kept_beside(short: LoadedScenario, tmp_path: Path) -> None:
    logs = []
    for number, folder in enumerate((tmp_path / "one", tmp_path / "two")):
        folder.mkdir()
        heard = Heard()
        with LogWriter(folder, short.scenario) as writer:
            settings = RunSettings(replications=3, log="all", keep=KeptReplications(tmp_path / "kept"))
            run(short, short, settings, logs=writer, progress=heard)
        assert heard.words == ["3 of 3 replications were there already"] * number
        logs.append(pd.read_parquet(folder / "contacts.parquet"))
    pd.testing.assert_frame_equal(logs[0], logs[1], check_exact=True)
    assert made(short, tmp_path / "kept", replications=3)[1] == ["3 of 3 replications were there already"]


def test_without_its_log_a_replication_that_is_to_leave_one_is_made_again(
    short: LoadedScenario, tmp_path: Path
) -> None:
    made(short, tmp_path / "kept")
    folder, heard = tmp_path / "one", Heard()
    folder.mkdir()
    with LogWriter(folder, short.scenario) as writer:
        run(
            short,
            short,
            RunSettings(replications=4, keep=KeptReplications(tmp_path / "kept")),
            logs=writer,
            progress=heard,
        )
    assert heard.words == ["3 of 4 replications were there already"]
    assert set(pd.read_parquet(folder / "contacts.parquet")["replication"]) == {1}


def test_a_full_disk_is_told_once_and_what_fits_stays(
    short: LoadedScenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing half written, and the run goes on."""
    plain, room = Path.write_bytes, [2]

    def write_bytes(path: Path, content: bytes) -> int:
        if not room[0]:
            plain(path, content[:10])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        room[0] -= 1
        return plain(path, content)

    monkeypatch.setattr(Path, "write_bytes", write_bytes)
    first, said = made(short, tmp_path, workers=1)
    assert len(said) == 1 and "cannot be kept any more (no space left on device)" in said[0]
    assert sorted(path.name for path in tmp_path.rglob("*.*")) == [f"1{ENDING}", f"2{ENDING}"]
    monkeypatch.undo()
    second, said = made(short, tmp_path)
    assert said == ["2 of 4 replications were there already"]
    pd.testing.assert_frame_equal(first, second, check_exact=True)


def test_a_worker_keeps_few_cases_lowered(short: LoadedScenario, monkeypatch: pytest.MonkeyPatch) -> None:
    from collections import OrderedDict

    from momentsim.prepare import Reference
    from momentsim.runs import replicate
    from momentsim.runs.backends.base import PortableCase
    from momentsim.runs.steering import UNSTEERED

    monkeypatch.setattr(replicate, "_blueprints", OrderedDict())
    neutral = Reference.neutral(tuple(short.scenario.moments))
    cases = [
        PortableCase(
            str(number), "case", short.scenario, dict(short.tables), dict(short.samples), neutral, UNSTEERED
        )
        for number in range(replicate.MOST_BLUEPRINTS + 3)
    ]
    for case in cases:
        assert lower_once(case) is lower_once(case)
    assert list(replicate._blueprints) == [case.key for case in cases[3:]]
