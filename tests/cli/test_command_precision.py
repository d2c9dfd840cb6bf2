"""`momentsim run --precision`."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from cli.fixtures import Call, changed


def test_the_option_replaces_the_number_in_the_file_and_says_what_it_reached(small: Path, call: Call) -> None:
    asked = ("run", small, "--precision", "10%", "--measure", "abandoned_share", "--measure", "cost_total")
    answer = call(*asked, "--json")
    assert answer.code == 0, answer.err
    assert "precision reached after 20 replications: abandoned_share +- " in answer.err
    content = json.loads(answer.out)["manifest"]["precision"]
    assert content["reached"] is True and content["asked"] == 0.1
    assert [row["measure"] for row in content["measures"]] == ["abandoned_share", "cost_total"]
    again = call(*asked)
    assert "there already" in again.err and "precision reached" in again.err


@pytest.mark.slow
def test_an_honest_message_when_the_cap_comes_first(small: Path, call: Call) -> None:
    answer = call(
        "run",
        small,
        "--precision",
        "0.5%",
        "--measure",
        "service_level",
        "--max-replications",
        "24",
        "--quiet",
    )
    assert answer.code == 0
    assert "precision not reached after 24 replications" in answer.err
    assert "service_level is" in answer.err and "asked +- 0.5 points; it takes about" in answer.err
    assert "try --max-replications" in answer.err
    table = pd.read_csv(Path(answer.out.strip()) / "summary.csv")
    assert set(table["replications"]) == {24}


def test_contradictions_and_unknown_measures(small: Path, call: Call) -> None:
    for arguments, words in (
        (("--precision", "2%", "--replications", "20"), "exclude each other"),
        (("--precision", "0%"), "0%"),
        (("--precision=-2%",), "outside"),
        (("--precision", "2"), "did you mean '2 %'?"),
        (("--precision", "2%", "--measure", "wait_mean"), "did you mean 'wait_mean_s'?"),
        (("--precision", "2%", "--measure", "unserved"), "unserved is blank"),
        (("--measure", "nps"), "goes with run.precision"),
    ):
        answer = call("run", small, *arguments)
        assert answer.code == 2, (arguments, answer.err)
        assert words in answer.err, (arguments, answer.err)
    assert not (small.parent / "results").exists() or not list((small.parent / "results").iterdir())


def test_check_knows_the_measures(small: Path, call: Call) -> None:
    changed(small, "replications: 3", "precision: 2 %, precision_measures: [service_levle]")
    answer = call("check", small)
    assert answer.code == 2
    assert "small.yaml:15" in answer.err and "did you mean 'service_level'?" in answer.err
    changed(small, "service_levle", "service_level")
    assert call("check", small).code == 0
    assert call("run", small, "--replications", "2", "--quiet").code == 0
