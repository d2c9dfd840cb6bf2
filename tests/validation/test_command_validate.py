"""`momentsim validate` as a user sees it, with quick cases."""

from __future__ import annotations

import io
import json

import pytest
from typer.testing import CliRunner

from momentsim.cli.commands import app
from momentsim.validation import suite
from momentsim.validation.proof import Proof, SampledEstimate, prove_equal, prove_estimate
from momentsim.validation.suite import ProofGroup

runner = CliRunner()


@pytest.fixture
def two_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    """One case that passes and one that fails, instead of the real ones."""

    def good() -> list[Proof]:
        return [prove_estimate("good", "mean wait, all", "s", 30.0, SampledEstimate(30.1, 0.2, 32))]

    def bad() -> list[Proof]:
        return [prove_equal("bad", "rows equal", "rows", 2, 1)]

    monkeypatch.setattr(
        suite, "CASES", (ProofGroup("good", "It holds.", good), ProofGroup("bad", "It does not.", bad))
    )
    monkeypatch.setattr(suite, "cache_is_cold", lambda clock: False)


@pytest.mark.usefixtures("two_cases")
def test_exit_code_is_1_when_a_proof_fails() -> None:
    result = runner.invoke(app, ["validate"])
    assert result.exit_code == 1
    assert "1 of 2 proofs passed" in result.stdout
    assert "30.1000 ± 0.2000 s" in result.stdout


@pytest.mark.usefixtures("two_cases")
def test_one_case_can_be_chosen() -> None:
    result = runner.invoke(app, ["validate", "--only", "good"])
    assert result.exit_code == 0
    assert "1 of 1 proofs passed" in result.stdout


@pytest.mark.usefixtures("two_cases")
def test_json() -> None:
    result = runner.invoke(app, ["validate", "--json"])
    content = json.loads(result.stdout)
    assert result.exit_code == 1
    assert content["ok"] is False
    assert content["verdicts"] == {"passed": 1, "failed": 1, "proved nothing": 0}
    assert [proof["case"] for proof in content["proofs"]] == ["good", "bad"]


@pytest.mark.parametrize("option", ["--only", "--mutate-only"])
def test_an_unknown_name_is_the_users_mistake(option: str) -> None:
    result = runner.invoke(app, ["validate", option, "nonsense"])
    assert result.exit_code == 2
    assert "'nonsense'" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_table_of_planted_bugs_says_how_each_one_ended() -> None:
    from rich.console import Console

    from momentsim.cli.validate import catch_table
    from momentsim.validation.mutants import MUTANTS
    from momentsim.validation.mutation import CONTROL, Catch

    written = io.StringIO()
    console = Console(width=160, file=written)
    catches = (
        Catch(CONTROL, ()),
        Catch(MUTANTS[0], ("a: 1", "b: 2", "c: 3", "d: 4")),
        Catch(MUTANTS[1], ()),
        Catch(MUTANTS[2], (), "exit code 1: list[int]"),
    )
    console.print(catch_table(catches))
    text = written.getvalue()
    for words in ("passed", " caught", "and 1 more", "not caught", "exit code 1: list[int]", "broken"):
        assert words in text
