"""Commands that only read: check, explain, schema, new, list, evidence."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from cli.fixtures import QUICKSTART, Call, changed
from momentsim.cli.screen import print_json


def test_check_looks_at_every_variant(small: Path, call: Call) -> None:
    answer = call("check", small)
    assert answer.code == 0
    assert [line.split(": ")[1] for line in answer.out.splitlines() if "small.yaml" in line] == [
        "base",
        "more_agents",
        "slower",
    ]
    changed(small, "mean: 6 min", "mean: 6")
    assert call("run", small, "--help").code == 0
    broken = call("check", small)
    assert broken.code == 2
    assert "6" in broken.err


def test_a_shipped_scenario_may_be_named_where_no_such_file_is(here: Path, call: Call) -> None:
    assert call("check", "quickstart").out.startswith("quickstart: base: good")
    (here / "quickstart").write_text("name: mine", encoding="utf-8")
    assert call("check", "quickstart").code == 2, "a file goes first"
    assert call("check", "quickstar").code == 2


def test_check_as_json(small: Path, call: Call) -> None:
    content = json.loads(call("check", small, "--json").out)
    assert content["ok"] is True
    assert set(content["cases"]) == {"base", "more_agents", "slower"}


def test_explain_says_who_set_a_value(small: Path, call: Call) -> None:
    answer = call("explain", small, "workforce.groups.team.heads", "--variant", "more_agents")
    assert answer.code == 0
    assert "6" in answer.out
    assert "variant more_agents" in answer.out
    by_hand = call("explain", small, "workforce.groups.team.heads", "--set", "workforce.groups.team.heads=9")
    assert "--set" in by_hand.out


def test_explain_shows_the_source_of_a_claim(small: Path, call: Call) -> None:
    content = json.loads(call("explain", small, "moments.question.resolution", "--json").out)
    assert content["source"]
    assert content["tag"]


def test_explain_says_what_a_measure_is(small: Path, call: Call) -> None:
    answer = call("explain", small, "service_level", "--set", "waiting.service_level=90/15")
    assert answer.code == 0, answer.err
    text = " ".join(answer.out.split())
    assert "waiting.service_level: 90 % within 15 s" in text and "summary.csv" in text and " / (" in text
    money = json.loads(call("explain", small, "net_benefit", "--json").out)
    assert money["unit"] == "USD" and money["better"] == "more is better"
    assert "economics.outlook" in money["decided by"]
    slip = call("explain", small, "servise_level")
    assert slip.code == 2 and "did you mean 'service_level'" in slip.err


def test_explain_of_a_whole_file_runs_again(small: Path, call: Call) -> None:
    text = call("explain", small, "--variant", "more_agents").out
    copy = small.parent / "copy.yaml"
    copy.write_text(text, encoding="utf-8")
    assert call("check", copy).code == 0
    assert "heads: 6" in text


def test_explain_of_an_unknown_key(small: Path, call: Call) -> None:
    answer = call("explain", small, "workforce.groups.team.haeds")
    assert answer.code == 2
    assert "did you mean 'heads'" in answer.err


def test_schema_is_a_json_schema(call: Call) -> None:
    content = json.loads(call("schema").out)
    assert content["$schema"].startswith("http")
    assert "workforce" in json.dumps(content)


def test_new_writes_a_good_file_and_never_overwrites(here: Path, call: Call) -> None:
    assert call("new", "mine.yaml").code == 0
    assert call("check", "mine.yaml").code == 0
    written = (here / "mine.yaml").read_text("utf-8")
    again = call("new", "mine.yaml")
    assert again.code == 2
    assert "left alone" in again.err
    assert (here / "mine.yaml").read_text("utf-8") == written


def test_new_is_like_a_centre_that_is_chosen(here: Path, call: Call) -> None:
    assert call("new", "desk.yaml", "--like", "helpdesk").code == 0
    assert "name: desk\n" in (here / "desk.yaml").read_text("utf-8")
    assert call("check", "desk.yaml").out.count("good") == 4
    both = call("new", "two.yaml", "--like", "bank", "--from", "quickstart")
    assert both.code == 2 and "both given" in both.err and not (here / "two.yaml").exists()
    assert call("new", "two.yaml", "--like", "hotel").code == 2


def test_new_copies_a_shipped_scenario(here: Path, call: Call) -> None:
    assert call("new", "copy.yaml", "--from", "quickstart").code == 0
    assert (here / "copy.yaml").read_bytes() == QUICKSTART.read_bytes()
    wrong = call("new", "other.yaml", "--from", "quickstrat")
    assert wrong.code == 2
    assert "did you mean 'quickstart'" in wrong.err
    assert not (here / "other.yaml").exists()


def test_list_scenarios_measures_variants(small: Path, call: Call) -> None:
    shipped = json.loads(call("list", "scenarios", "--json").out)
    assert {"quickstart", "airline_ice_storm"} <= {scenario["name"] for scenario in shipped}
    measures = json.loads(call("list", "measures", "--json").out)
    assert {"service_level", "value_net", "customers_lost"} <= {measure["name"] for measure in measures}
    assert all(measure["meaning"] and measure["unit"] for measure in measures)
    variants = json.loads(call("list", "variants", small, "--json").out)
    assert variants == [
        {"variant": "more_agents", "description": "Two more"},
        {"variant": "slower", "description": ""},
    ]
    for what in (("scenarios",), ("measures",), ("variants", small)):
        assert call("list", *what).code == 0


def test_evidence_lists_and_searches(call: Call) -> None:
    everything = json.loads(call("evidence", "--json").out)
    assert len(everything) > 60
    assert all(entry["source"] and entry["tag"] for entry in everything)
    found = json.loads(call("evidence", "loss", "aversion", "--json").out)
    assert 0 < len(found) < len(everything)
    assert "loss_aversion" in call("evidence", "loss_aversion").out
    shown = call("evidence").out
    assert all(f"  {entry['name']}: " in shown for entry in everything)
    assert max(map(len, shown.splitlines())) <= 120
    nothing = call("evidence", "zebra")
    assert nothing.code == 2
    assert "zebra" in nothing.err


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "cp437", "ascii"])
def test_json_is_whole_on_any_console(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    content = {"name": "Größe → 日本", "rows": [1.5, None]}
    written = io.BytesIO()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", io.TextIOWrapper(written, encoding=encoding))
        print_json(content)
        sys.stdout.flush()
        told = written.getvalue().decode(encoding)
    assert json.loads(told) == content
    assert ("日本" in told) == (encoding == "utf-8")
