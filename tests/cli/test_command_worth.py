"""`momentsim worth`: what a variant is worth, and where it is worth nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from cli.fixtures import Call, changed

pytestmark = pytest.mark.slow

CONDITIONS = [
    "as written", "nothing at stake", "fully scripted", "no autonomy", "under pressure", "feelings hardly count",
]  # fmt: skip


@pytest.fixture
def bank(small: Path) -> Path:
    """A small centre with something at stake, and a variant with more empathetic agents."""
    changed(small, "question: {handling", "question: {stakes: 80 %, builder: on, handling")
    setting = "workforce: {groups: {team: {emotional_intelligence_mean: 115}}}"
    text = f"variants:\n  empathy:\n    description: One SD more\n    {setting}\n"
    return changed(small, "variants:\n", text)


def test_the_answer_names_money_customers_conditions_and_sources(bank: Path, call: Call) -> None:
    answer = call("worth", bank, "empathy")
    assert answer.code == 0, answer.err
    assert "What is empathy worth?" in answer.out
    assert "One SD more" in answer.out
    assert "customers" in answer.out
    assert "USD" in answer.out
    assert all(name in answer.out for name in CONDITIONS)
    paragraph = " ".join(answer.out.split("\n\n")[0].split())
    assert "pays for itself" in paragraph and "what is assumed about people was not varied" in paragraph
    assert len(paragraph.split("One SD more")[1].split(". ")) <= 5 and "--full" in answer.out
    assert "Joseph and Newman" not in answer.out and "The chain from agents" not in answer.out
    (place,) = (bank.parent / "results").glob("small-empathy-worth-*")
    table = pd.read_csv(place / "worth.csv")
    assert table["condition"].tolist() == CONDITIONS
    for name in ("customers_kept", "value_net", "cost_total", "net_benefit"):
        assert (table[f"{name}_low"] <= table[name]).all()
        assert (table[name] <= table[f"{name}_high"]).all()
    chain = pd.read_csv(place / "chain.csv")
    assert chain["condition"].unique().tolist() == CONDITIONS
    steps = chain[chain["condition"] == "as written"].set_index("measure")
    assert steps["difference"]["emotional_intelligence_mean"] == pytest.approx(15.0)
    assert float(steps["low"]["deep_acting_share"]) > 0.0
    assert float(steps["difference"]["talk_quality_mean"]) > 0.0  # a handful of replications
    months = pd.read_csv(place / "months.csv")
    assert len(months) == 1 and months["so_far"].iloc[-1] == pytest.approx(table["net_benefit"][0])
    full = call("worth", bank, "empathy", "--full", "--all-parameters").out
    assert "The chain from agents to money" in full and "deep acts" in full
    assert "Joseph and Newman" in full
    numbers = pd.read_csv(place / "numbers.csv")
    first = numbers.iloc[0]
    assert first["name"] == "workforce.groups.team.emotional_intelligence_mean"
    assert (first["value"], first["before"]) == (115.0, 100.0)
    assert numbers.loc[numbers["step"] != "variant", "source"].notna().all()
    assert {"scenario_with.yaml", "scenario_without.yaml", "manifest.json"} <= {
        path.name for path in place.iterdir()
    }


def test_without_stakes_nothing_moves(bank: Path, call: Call) -> None:
    """Jumps are proportional to stakes: where they are 0 no value can change, exactly."""
    rows = {
        row["condition"]: row
        for row in json.loads(call("worth", bank, "empathy", "--json").out)["conditions"]
    }
    assert rows["nothing at stake"]["value_net"] == 0
    assert rows["nothing at stake"]["customers_kept"] == 0
    assert rows["nothing at stake"]["finding"] == "nothing"
    assert rows["as written"]["customers_kept"] > 0


def test_a_variant_as_a_condition_and_reuse(bank: Path, call: Call) -> None:
    first = call("worth", bank, "empathy", "--under", "slower", "--json")
    content = json.loads(first.out)
    assert content["manifest"]["conditions"] == [*CONDITIONS, "slower"]
    again = call("worth", bank, "empathy", "--under", "slower", "--json")
    assert "answered there already" in again.err
    assert json.loads(again.out)["conditions"] == content["conditions"]


def test_mistakes_are_told(bank: Path, call: Call) -> None:
    unknown = call("worth", bank, "empaty")
    assert unknown.code == 2
    assert unknown.err.count("there is no variant 'empaty'") == 1
    assert "did you mean 'empathy'" in unknown.err
    text = "variants:\n  same: {description: Nothing else}\n"
    nothing = call("worth", changed(bank, "variants:\n", text), "same")
    assert nothing.code == 2
    assert "changes nothing" in nothing.err
    assert not (bank.parent / "results").exists()
