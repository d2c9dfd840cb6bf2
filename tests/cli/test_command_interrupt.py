"""Ctrl-C keeps what is finished and says so."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pandas as pd
import pytest

from cli.fixtures import COMMAND_WITHOUT_FIGURES, Call

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="signals are sent differently there"),
]


def interrupted(small: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A run of many replications that is interrupted once its first replications are finished."""
    running = subprocess.Popen(
        [*COMMAND_WITHOUT_FIGURES, *arguments],
        cwd=small.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    deadline = time.monotonic() + 240
    finished = "results/.*.unfinished/*/*.replication"
    while len(list(small.parent.glob(finished))) < 8 and time.monotonic() < deadline:
        assert running.poll() is None, running.communicate()
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=120)
    return subprocess.CompletedProcess(arguments, running.returncode, out, err)


def test_what_is_finished_is_kept(small: Path, call: Call) -> None:
    done = interrupted(small, "run", "small.yaml", "--replications", "50000")
    assert done.returncode == 130, done.stderr
    assert "of 50000 replications were finished and are kept" in done.stderr
    assert "Traceback" not in done.stderr
    assert "service level" in done.stdout
    (place,) = (small.parent / "results").glob("small-*")
    manifest = json.loads((place / "manifest.json").read_text("utf-8"))
    assert manifest["interrupted"] is True
    assert 1 <= manifest["finished"] < 50_000
    assert f"{manifest['finished']} of 50000" in done.stderr
    assert set(pd.read_csv(place / "summary.csv")["replications"]) == {manifest["finished"]}
    assert not list((small.parent / "results").glob(".*"))


@pytest.mark.slow
def test_of_antithetic_replications_whole_pairs_are_kept(small: Path) -> None:
    done = interrupted(
        small, "run", "small.yaml", "--set", "run.antithetic=on", "--replications", "50000", "--workers", "3"
    )
    assert done.returncode == 130, done.stderr
    assert "Traceback" not in done.stderr
    (place,) = (small.parent / "results").glob("small-*")
    manifest = json.loads((place / "manifest.json").read_text("utf-8"))
    assert manifest["finished"] % 2 == 0 and manifest["finished"] >= 2
    assert "antithetic pair" in done.stdout


@pytest.mark.slow
def test_a_run_with_a_precision_is_stopped_between_looks_too(small: Path, call: Call) -> None:
    asked = ("--precision", "0.1%", "--measure", "service_level", "--max-replications", "50000")
    done = interrupted(small, "run", "small.yaml", *asked)
    assert done.returncode == 130, done.stderr
    assert "of at most 50000 replications were finished and are kept" in done.stderr
    assert "precision" in done.stderr and "Traceback" not in done.stderr
    (place,) = (small.parent / "results").glob("small-*")
    manifest = json.loads((place / "manifest.json").read_text("utf-8"))
    assert manifest["interrupted"] is True and manifest["precision"]["reached"] is False


def test_a_part_of_a_result_is_not_reused(small: Path, call: Call) -> None:
    assert call("run", small, "--out", "mine").code == 0
    manifest = small.parent / "mine" / "manifest.json"
    content = json.loads(manifest.read_text("utf-8"))
    manifest.write_text(json.dumps({**content, "complete": False, "interrupted": True}))
    assert "there already" not in call("run", small, "--out", "mine").err
