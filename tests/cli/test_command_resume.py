"""Runs that are killed go on where they were; two runs at one place do not harm each other; full disks are told."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.fixtures import COMMAND_WITHOUT_FIGURES, Call

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="signals are sent differently there"),
]

SLOW = ("--set", "horizon=14 d", "--set", "demand.volumes.question.per_day=4000")
"""Makes a replication of the small scenario take long enough to be killed in the middle."""
MANY = ("--set", "horizon=5 d", "--set", "demand.volumes.question.per_day=4000")
"""The same where there are dozens of replications, so that there is time to be killed between any two."""
TABLES = ("summary.csv", "intervals.csv", "ledger.csv", "levers.csv", "teams.csv")


def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND_WITHOUT_FIGURES, *arguments],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def kill_after(running: subprocess.Popen[str], folder: Path, replications: int) -> None:
    """Kill it, without any chance to tidy up, when so many replications are finished."""
    deadline = time.monotonic() + 240
    while len(list(folder.glob("results/.*.unfinished/*/*.replication"))) < replications:
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    running.communicate()


KILLED: dict[str, tuple[tuple[str, ...], int]] = {
    "run, behaviour off": (("run", "small.yaml", "-n", "6", "--log", "none", "--set", "behaviour=off", *SLOW), 1),
    "run, precision": (
        ("run", "small.yaml", "--precision", "1%", "--measure", "service_level", "--max-replications", "40", *MANY),
        10,
    ),
    "compare, precision": (
        ("compare", "small.yaml", "slower", "--precision", "1%", "--measure", "service_level",
         "--max-replications", "40", *MANY),
        10,
    ),
    "compare, worlds": (("compare", "small.yaml", "slower", "--worlds", "8", "-n", "2"), 6),
    "sweep": (("sweep", "small.yaml", "--vary", "workforce.groups.team.heads=4..8:1", "-n", "4"), 5),
    "staff": (("staff", "small.yaml", "--goal", "80/20", "-n", "20"), 8),
    "staff, value": (("staff", "small.yaml", "--goal", "value", "-n", "8"), 8),
    "worth": (("worth", "small.yaml", "more_agents", "-n", "4", *MANY), 4),
}  # fmt: skip
"""Commands, and finished replications after which they may be killed."""
OF_THE_SAME_DOOR = ("compare, precision", "staff, value", "worth")
"""They keep what is finished where another of these commands does, and take long."""


def content(folder: Path) -> dict[str, bytes]:
    """Every table and text of a folder; not the manifest, which says when, nor figures and logs."""
    files = (file for file in folder.rglob("*") if file.suffix in (".csv", ".json", ".yaml"))
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in files
        if file.name not in ("manifest.json", "files.json")
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.long] * (name in OF_THE_SAME_DOOR)) for name in KILLED]
)
def test_whatever_is_killed_at_any_moment_goes_on_and_ends_with_the_same_tables(
    name: str, small: Path, call: Call
) -> None:
    """Killed three times, each a random while after the replications needed; draws differ from run to run."""
    asked, least = KILLED[name]
    out = ("--out", "results/mine")
    killed = 0
    for attempt in range(3):
        killed += kill_some_time_after(
            started(small.parent, *asked, *out), small.parent, least * (attempt + 1)
        )
    again = call(*asked, *out)
    assert again.code == 0, again.err
    place = small.parent / "results" / "mine"
    if killed == 3:
        found = [line for line in again.err.splitlines() if "were there already" in line]
        assert found and not found[0].startswith("0 "), again.err
    assert [path.name for path in place.parent.iterdir()] == ["mine"], "nothing is left beside it"
    fresh = call(*asked, "--out", "fresh")
    assert fresh.code == 0 and "there already" not in fresh.err
    assert content(place) == content(small.parent / "fresh")


def kill_some_time_after(running: subprocess.Popen[str], folder: Path, replications: int) -> bool:
    """Kill it a random while after so many replications are finished; False if it was done before."""
    deadline, wait_s = time.monotonic() + 240, random.uniform(0, 0.3)
    while (
        len(list(folder.glob("results/.*.unfinished/*/*.replication"))) < replications
        and running.poll() is None
    ):
        assert time.monotonic() < deadline
        time.sleep(0.005)
    time.sleep(wait_s)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    return running.returncode == -signal.SIGKILL


def tables(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in TABLES}


@pytest.mark.parametrize("backend", ["threads", pytest.param("processes", marks=pytest.mark.slow)])
def test_a_killed_run_goes_on_and_ends_with_the_same_numbers(backend: str, small: Path, call: Call) -> None:
    asked = ("run", "small.yaml", "--replications", "8", "--backend", backend, "--workers", "2", *SLOW)
    kill_after(started(small.parent, *asked), small.parent, 3)
    assert not list(small.parent.glob("results/small-*")), "half a result is none"
    again = call(*asked)
    assert again.code == 0
    found = next(line for line in again.err.splitlines() if "were there already" in line)
    assert 3 <= int(found.split()[0]) <= 7 and "of 8 replications" in found
    (place,) = (small.parent / "results").glob("small-*")
    assert not list((small.parent / "results").glob(".*")), "nothing is left beside it"
    resumed, log = tables(place), (place / "contacts.parquet").read_bytes()
    assert call(*asked, "--fresh").code == 0
    assert tables(place) == resumed
    assert (place / "contacts.parquet").read_bytes() == log


@pytest.mark.slow
def test_a_killed_comparison_goes_on(small: Path, call: Call) -> None:
    asked = ("compare", "small.yaml", "--replications", "4", *SLOW)
    kill_after(started(small.parent, *asked), small.parent, 4)
    again = call(*asked)
    assert again.code == 0 and "of 12 replications were there already" in again.err
    (place,) = (small.parent / "results").glob("small-compared-*")
    resumed = (place / "comparison.csv").read_bytes()
    fresh = call(*asked, "--fresh")
    assert "there already" not in fresh.err
    assert (place / "comparison.csv").read_bytes() == resumed


@pytest.mark.slow
def test_after_ctrl_c_the_same_command_goes_on(small: Path, call: Call) -> None:
    asked = ("run", "small.yaml", "--replications", "6", "--workers", "1", *SLOW)
    running = started(small.parent, *asked)
    while not list(small.parent.glob("results/.*.unfinished/*/2.replication")):
        assert running.poll() is None, running.communicate()
        time.sleep(0.01)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=120)
    assert running.returncode == 130, err
    assert "kept, the same command goes on from there" in err
    (place,) = (small.parent / "results").glob("small-*")
    assert json.loads((place / "manifest.json").read_text("utf-8"))["interrupted"] is True
    again = call(*asked)
    assert again.code == 0 and "of 6 replications were there already" in again.err
    assert json.loads((place / "manifest.json").read_text("utf-8"))["finished"] == 6
    assert not (place / "unfinished").exists()


@pytest.mark.slow
def test_the_second_of_two_runs_waits_and_shows_the_result_of_the_first(small: Path) -> None:
    asked = ("run", "small.yaml", "--replications", "6", "--workers", "1", *SLOW)
    both = [started(small.parent, *asked) for _ in range(2)]
    told = [running.communicate(timeout=240) for running in both]
    assert [running.returncode for running in both] == [0, 0], told
    assert sum("the same run is there already" in err for _, err in told) == 1
    assert sum("another run is at work on" in err for _, err in told) <= 1
    assert told[0][0] == told[1][0], "both show the same"
    assert not list((small.parent / "results").glob(".*"))


@pytest.mark.slow
def test_two_different_runs_to_one_folder_come_one_after_the_other(small: Path) -> None:
    asked = [("run", "small.yaml", "--seed", seed, "--out", "mine", *SLOW) for seed in ("1", "2")]
    both = [started(small.parent, *one) for one in asked]
    told = [running.communicate(timeout=240) for running in both]
    assert [running.returncode for running in both] == [0, 0], told
    content = json.loads((small.parent / "mine" / "manifest.json").read_text("utf-8"))
    summary = json.loads((small.parent / "mine" / "summary.json").read_text("utf-8"))
    assert content["complete"] and content["identity"] == summary["identity"]
    assert sorted(path.name for path in small.parent.iterdir()) == ["mine", "small.yaml"]


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)), resource.RLIM_INFINITY))
from momentsim.cli import main
main()
"""


@pytest.mark.parametrize("backend", ["threads", pytest.param("processes", marks=pytest.mark.slow)])
def test_where_the_disk_takes_no_more_that_is_said_and_finished_replications_stay(
    backend: str, small: Path, call: Call
) -> None:
    """Files may have 60 kB here: a replication fits, the table of intervals does not."""
    asked = ("run", "small.yaml", "-n", "3", "--log", "none", "--workers", "1", "--backend", backend, *SLOW)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, "60000", *asked],
        cwd=small.parent, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert "cannot be written (file too large), nothing is left there, choose --out" in done.stderr
    assert "3 finished replications are kept, the same command goes on from there" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(small.parent.glob("results/small-*"))
    assert "3 of 3 replications were there already" in call(*asked).err


@pytest.mark.slow
def test_a_log_that_does_not_fit_leaves_nothing_half_written(small: Path) -> None:
    asked = ("run", "small.yaml", "--workers", "1", "--backend", "processes", *SLOW)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, "60000", *asked],
        cwd=small.parent, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 2 and "cannot be written (file too large)" in done.stderr, done.stderr
    assert not list(small.parent.glob("results/*"))


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            ("--backend", "treads"),
            "backend: 'treads' is not known, allowed: serial, threads, processes, dask",
        ),
        (("--backend", "dask"), "backend dask: needs the address of its scheduler"),
        (("--address", "tcp://here:8786"), "address: goes with the backend dask, not with threads"),
        (
            ("--backend", "dask", "--address", "tcp://here:1", "--workers", "3"),
            "workers: a Dask cluster has as",
        ),
    ],
)
def test_who_makes_the_replications_is_checked(
    asked: tuple[str, ...], told: str, small: Path, call: Call
) -> None:
    for command in (("run", small), ("compare", small), ("worth", small, "slower")):
        answer = call(*command, *asked)
        assert answer.code == 2 and told in answer.err


def test_the_manifest_says_who_made_them(small: Path, call: Call) -> None:
    assert call("run", small, "--backend", "serial", "--out", "mine").code == 0
    content = json.loads((small.parent / "mine" / "manifest.json").read_text("utf-8"))
    assert (content["backend"], content["address"], content["workers"]) == ("serial", None, 1)
    assert "there already" in call("run", small, "--backend", "threads", "--out", "mine").err
