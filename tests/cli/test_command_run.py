"""`momentsim run`: the main job, from file to table and folder."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import momentsim as ms
from cli.fixtures import QUICKSTART, Call
from momentsim.contract.trace import Outcome
from momentsim.measures.columns import TABLES

FILES = {
    "scenario.yaml",
    "manifest.json",
    "files.json",
    "summary.json",
    "summary.csv",
    "intervals.csv",
    "contacts.parquet",
    "moments.parquet",
    "customers.parquet",
    "agents.parquet",
    "ledger.csv",
    "levers.csv",
    "teams.csv",
    "inputs.csv",
    "results.xlsx",
    "figures",
}


def folder_of(here: Path) -> Path:
    """The one results folder."""
    (found,) = (path for path in (here / "results").iterdir() if not path.is_symlink())
    return found


def test_quickstart_from_the_shell(here: Path, shell: Call) -> None:
    answer = shell("run", QUICKSTART, "--replications", "3")
    assert answer.code == 0, answer.err
    for words in (
        "service level",
        "occupancy",
        "NPS",
        "churn",
        "cost, total",
        "95 % interval",
        "net benefit",
    ):
        assert words in answer.out
    place = folder_of(here)
    assert f"results: results/{place.name}" in answer.out
    assert place.name.startswith("quickstart-")
    assert len(place.name) == len("quickstart-") + 8
    assert {path.name for path in place.iterdir()} == FILES
    assert list(pd.read_csv(place / "inputs.csv")) == list(TABLES["inputs.csv"][1])
    assert len(list((place / "figures").glob("*.png"))) >= 4
    assert (here / "results" / "latest").resolve() == place
    assert not list((here / "results").glob(".*")), "no leftovers"


def test_the_manifest_says_how_to_make_it_again(small: Path, call: Call) -> None:
    assert (
        call("run", small, "--variant", "more_agents", "--seed", "7", "--set", "waiting.lines=60").code == 0
    )
    place = folder_of(small.parent)
    manifest = json.loads((place / "manifest.json").read_text("utf-8"))
    assert manifest["variant"] == "more_agents"
    assert manifest["seed"] == 7
    assert manifest["replications"] == manifest["finished"] == 3
    assert manifest["complete"] is True
    assert {"python", "numpy", "numba", "pandas", "simpy", "momentsim"} <= set(manifest["versions"])
    assert {"reference", "prepare", "simulate", "measure", "write", "figures"} <= set(manifest["seconds"])
    text = (place / "scenario.yaml").read_text("utf-8")
    assert "# run again, this file is its own reference operation" in text


@pytest.mark.slow
def test_the_scenario_as_it_was_read_runs_again(small: Path, call: Call) -> None:
    assert call("run", small, "--seed", "7").code == 0
    place = folder_of(small.parent)
    assert "reference operation" not in (place / "scenario.yaml").read_text("utf-8").split("\n")[1]
    again = call("run", place / "scenario.yaml", "--json", "--out", "again")
    assert again.code == 0
    before = pd.read_csv(place / "summary.csv")
    after = pd.read_csv(small.parent / "again" / "summary.csv")
    pd.testing.assert_frame_equal(
        before[before["measure"] == "offered"], after[after["measure"] == "offered"]
    )
    # of a variant that is run as a file of its own the reference operation is another one, and so are handling times


def test_json_is_all_that_is_printed(small: Path, call: Call) -> None:
    answer = call("run", small, "--json")
    content = json.loads(answer.out)
    assert content["ok"] is True
    names = {row["measure"] for row in content["measures"]}
    assert {"service_level", "value_net", "cost_total"} <= names
    assert content["manifest"]["finished"] == 3
    assert (small.parent / content["folder"] / "manifest.json").is_file()
    stored = json.loads(call("run", small, "--json").out)
    assert stored["measures"] == content["measures"]


def test_quiet_prints_the_folder_only(small: Path, call: Call) -> None:
    answer = call("run", small, "--quiet", "--out", "mine")
    assert answer.out == "mine\n"
    assert not (small.parent / "results").exists(), "latest is for the default place"


@pytest.mark.slow
def test_the_same_run_is_reused_and_a_changed_one_is_not(small: Path, call: Call) -> None:
    assert "there already" not in call("run", small).err
    first = folder_of(small.parent)
    written = (first / "manifest.json").read_text("utf-8")
    again = call("run", small)
    assert "there already" in again.err
    assert "service level" in again.out
    assert (first / "manifest.json").read_text("utf-8") == written
    for clock_or_workers in (("--clock", "simpy"), ("--workers", "1")):
        assert "there already" in call("run", small, *clock_or_workers).err
    assert "there already" not in call("run", small, "--fresh").err
    assert (first / "manifest.json").read_text("utf-8") != written
    for other in (("--seed", "9"), ("--replications", "2"), ("--set", "waiting.lines=9"), ("--log", "none")):
        assert "there already" not in call("run", small, *other).err, other


@pytest.mark.slow
def test_a_damaged_result_is_computed_again(small: Path, call: Call) -> None:
    call("run", small)
    place = folder_of(small.parent)
    for name, damage in {"summary.json": "{", "manifest.json": "[" * 100_000}.items():
        (place / name).write_text(damage)
        assert "there already" not in call("run", small).err
        assert json.loads((place / "summary.json").read_text("utf-8"))["measures"]


@pytest.mark.slow
def test_logs_are_kept_as_asked(small: Path, call: Call) -> None:
    summaries = []
    for log, replications in (("none", []), ("first", [1]), ("all", [1, 2, 3])):
        assert call("run", small, "--log", log, "--out", log).code == 0
        contacts = small.parent / log / "contacts.parquet"
        assert contacts.exists() == bool(replications)
        if replications:
            assert list(pd.read_parquet(contacts)["replication"].unique()) == replications
        summaries.append((small.parent / log / "summary.csv").read_bytes())
    assert summaries[0] == summaries[1] == summaries[2], "the log changes no number"


def test_the_contacts_are_those_of_the_summary(small: Path, call: Call) -> None:
    content = json.loads(call("run", small, "--log", "all", "--json").out)
    contacts = pd.read_parquet(small.parent / content["folder"] / "contacts.parquet")
    assert set(contacts["outcome"].unique()) <= {outcome.name.lower() for outcome in Outcome}
    whole = {row["measure"]: row["value"] for row in content["measures"] if row["scope"] == "all"}
    contacts = contacts[contacts["arrived_s"] < ms.load(small).scenario.horizon]  # what the summary is about
    assert whole["answered"] == pytest.approx((contacts["outcome"] == "answered").sum() / 3)
    waits = contacts.loc[contacts["outcome"] == "answered", "wait_s"]
    assert whole["wait_mean_s"] == pytest.approx(waits.mean())


def test_numbers_do_not_depend_on_workers_or_clock(small: Path, call: Call) -> None:
    ways = {"serial": ("--workers", "1"), "threads": ("--workers", "3"), "simpy": ("--clock", "simpy")}
    for out, options in ways.items():
        assert call("run", small, "--log", "all", "--out", out, *options).code == 0
    for name in (
        "summary.csv",
        "intervals.csv",
        "ledger.csv",
        "levers.csv",
        "teams.csv",
        "contacts.parquet",
        "customers.parquet",
    ):
        contents = {(small.parent / out / name).read_bytes() for out in ways}
        assert len(contents) == 1, name


def test_one_replication_has_no_intervals(small: Path, call: Call) -> None:
    content = json.loads(call("run", small, "--replications", "1", "--json").out)
    assert all(row["low"] is None for row in content["measures"])


def test_behaviour_off_runs_without_a_pilot(small: Path, call: Call) -> None:
    content = json.loads(call("run", small, "--set", "behaviour=off", "--json").out)
    assert content["ok"] is True
    whole = {row["measure"]: row["value"] for row in content["measures"] if row["scope"] == "all"}
    assert whole["answered"] > 0
    assert np.isclose(whole["value_net"] or 0.0, 0.0)


WITHOUT_FIGURES = """
from momentsim.cli import main
from momentsim.report import figures, second_process
figures.FIGURES.clear()
second_process.default_workers = lambda: 1
main()
"""


@pytest.mark.slow
def test_a_reader_who_leaves_breaks_nothing(small: Path) -> None:
    """As `momentsim run ... | head -1`: the run goes on to its end, and its folder is whole."""
    with subprocess.Popen(
        [sys.executable, "-c", WITHOUT_FIGURES, "run", str(small), "-n", "1", "--out", "left"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=small.parent,
    ) as running:  # fmt: skip
        assert running.stdout is not None and running.stderr is not None
        assert running.stdout.readline()
        running.stdout.close()
        errors = running.stderr.read()
    assert running.returncode == 0 and b"Traceback" not in errors
    assert {path.name for path in (small.parent / "left").iterdir()} >= {
        "summary.csv",
        "results.xlsx",
        "figures",
    }
