"""The machinery that plants bugs: texts that fit the source, and what counts as caught."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import momentsim
from momentsim.errors import MomentsimError
from momentsim.validation.mutants import MUTANTS, Mutant
from momentsim.validation.mutation import CONTROL, Catch, choose_mutants, edit_source, plant, read_report
from momentsim.validation.suite import CASES

PACKAGE = Path(momentsim.__file__).parent
DOCUMENTATION = (Path(__file__).parents[2] / "docs" / "validation.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_each_edit_fits_the_source_once(mutant: Mutant) -> None:
    source = (PACKAGE / mutant.file).read_text(encoding="utf-8")
    assert source.count(mutant.old) == 1
    assert edit_source(mutant, source) != source


def test_every_planted_bug_is_documented() -> None:
    for mutant in MUTANTS:
        assert f"| `{mutant.name}` |" in DOCUMENTATION


def test_the_documented_example_of_an_own_bug_fits_the_source() -> None:
    """The reader is told to change one line: it is there, once, in the file that is named."""
    example = DOCUMENTATION.split("### Plant one of your own")[1]
    file = re.search(r"`src/momentsim/(\S+\.py)`", example)
    change = re.search(r"`([^`]+)` becomes\s+`([^`]+)`", example)
    assert file is not None and change is not None
    old, new = change.groups()
    assert (PACKAGE / file.group(1)).read_text(encoding="utf-8").count(old) == 1
    assert new != old and new.endswith(old.split("= ")[1])


def test_names_are_unique_and_cases_exist() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 8
    known = {case.name for case in CASES}
    for mutant in (CONTROL, *MUTANTS):
        assert mutant.cases
        assert set(mutant.cases) <= known


def test_a_text_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(MomentsimError, match="occurs 0 times"):
        edit_source(MUTANTS[0], "nothing here")
    with pytest.raises(MomentsimError, match="occurs 2 times"):
        edit_source(MUTANTS[0], MUTANTS[0].old * 2)


def test_an_unknown_bug_is_an_error_that_lists_the_known_ones() -> None:
    with pytest.raises(MomentsimError, match=r"'none'.*wrong_tie"):
        choose_mutants(["none"])
    assert choose_mutants([]) == (CONTROL, *MUTANTS)


def test_the_copy_differs_in_one_file() -> None:
    mutant = next(mutant for mutant in MUTANTS if mutant.name == "wrong_tie")
    with plant(mutant) as folder:
        changed = [
            path.relative_to(PACKAGE).as_posix()
            for path in PACKAGE.rglob("*.py")
            if (folder / "momentsim" / path.relative_to(PACKAGE)).read_bytes() != path.read_bytes()
        ]
        assert changed == [mutant.file]
        assert list((folder / "momentsim" / "shipped").glob("*.yaml"))
    assert not folder.exists()


def answer(*verdicts: str) -> str:
    return json.dumps({"proofs": [{"case": "c", "figure": "f", "verdict": verdict} for verdict in verdicts]})


def test_a_bug_is_caught_by_a_failed_proof() -> None:
    caught = read_report(MUTANTS[0], 1, answer("passed", "failed"), "")
    assert caught.as_it_should
    assert caught.failed == ("c: f",)


def test_a_bug_that_passes_is_not_caught() -> None:
    assert not read_report(MUTANTS[0], 0, answer("passed"), "").as_it_should


def test_a_crash_is_no_catch() -> None:
    broken = read_report(MUTANTS[0], 1, "", "Traceback\nValueError: no")
    assert not broken.as_it_should
    assert broken.broken == "exit code 1: ValueError: no"


def test_the_unchanged_copy_must_pass() -> None:
    assert Catch(CONTROL, ()).as_it_should
    assert not Catch(CONTROL, ("c: f",)).as_it_should
    assert not Catch(CONTROL, (), "exit code 2").as_it_should
