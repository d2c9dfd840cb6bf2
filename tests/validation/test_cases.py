"""The cases themselves: their number and texts, the quick ones, and all of them (slow)."""

from __future__ import annotations

import numpy as np
import pytest

from momentsim.contract.trace import CONTACT, Outcome
from momentsim.errors import MomentsimError
from momentsim.validation import queueing
from momentsim.validation.clocks import count_equal_rows, equal_rows
from momentsim.validation.conservation import identities
from momentsim.validation.ledger import agreeing, amounts
from momentsim.validation.little import little_proofs, waiting_time
from momentsim.validation.proof import MOST_CHECKS, Proof, ProofOutcome, prove_equal
from momentsim.validation.simulation import SimulatedRun, load_text, run_logged
from momentsim.validation.suite import CASES, QUICK, ValidationReport, choose_cases, validate
from momentsim.validation.texts import CUT_SHORT, FULL
from momentsim.validation.ties import tie_proofs


@pytest.fixture(scope="module")
def cut() -> SimulatedRun:
    """A run that ends in the middle of a crisis."""
    return run_logged(load_text(FULL, overrides=CUT_SHORT))


def verdicts(proofs: list[Proof]) -> set[ProofOutcome]:
    return {proof.verdict for proof in proofs}


def test_sampled_checks_are_no_more_than_the_false_alarm_rate_allows() -> None:
    redials = 2
    warm_up = len(queueing.WAITS)
    assert sum(map(len, queueing.CENTRES.values())) + warm_up + redials <= MOST_CHECKS


def test_case_names_are_unique_and_can_be_chosen() -> None:
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names)
    assert choose_cases(["ties", "ties"]) == tuple(case for case in CASES if case.name == "ties")
    assert choose_cases([]) == CASES
    with pytest.raises(MomentsimError, match=r"'erlang_x'.*erlang_b"):
        choose_cases(["erlang_x"])


@pytest.mark.parametrize("centre", queueing.CENTRES, ids=lambda centre: centre.name)
def test_centres_are_plain_scenarios(centre: queueing.PlainCentre) -> None:
    scenario = load_text(centre.text).scenario
    assert not any(
        vars(scenario.behaviour)[name] for name in ("anger", "fatigue", "load", "learning", "memory")
    )
    assert scenario.waiting.lines == centre.lines
    assert scenario.demand.volumes["call"].per_day == 24 * centre.per_hour


def test_the_cut_run_leaves_contacts_waiting_and_talking(cut: SimulatedRun) -> None:
    rows = cut.trace.contacts[cut.trace.contacts["outcome"] == Outcome.OPEN]
    assert np.any(rows["answered"] >= 0)
    assert np.any((rows["answered"] < 0) & (rows["queued"] >= 0))


def test_identities_hold_and_notice_a_wrong_number(cut: SimulatedRun) -> None:
    assert verdicts(identities("case", cut)) == {ProofOutcome.PASSED}
    for table, field in (
        ("intervals", "answered"),
        ("tallies", "resolved"),
        ("agents", "idle"),
        ("staff", "busy"),
    ):
        wrong = getattr(cut.trace, table).copy()
        wrong[field].reshape(-1)[0] += 1
        changed = SimulatedRun(cut.prepared, cut.trace._replace(**{table: wrong}))
        assert ProofOutcome.FAILED in verdicts(identities("case", changed)), table


def test_a_doubled_or_missing_row_is_noticed(cut: SimulatedRun) -> None:
    rows = cut.trace.contacts
    for wrong in (np.concatenate([rows, rows[:1]]), rows[1:]):
        changed = SimulatedRun(cut.prepared, cut.trace._replace(contacts=wrong))
        assert ProofOutcome.FAILED in verdicts(identities("case", changed))


def test_little_notices_a_microsecond(cut: SimulatedRun) -> None:
    assert verdicts(little_proofs("case", cut)) == {ProofOutcome.PASSED}
    wrong = cut.trace.queue_time.copy()
    wrong[40, 0] += 1
    changed = SimulatedRun(cut.prepared, cut.trace._replace(queue_time=wrong))
    failed = [
        proof.figure for proof in little_proofs("case", changed) if proof.verdict is ProofOutcome.FAILED
    ]
    first = cut.prepared.names.queues[0]
    assert failed == ["intervals x queues with equal time waited", f"sum of waits = area, queue {first}"]


def test_waiting_time_is_cut_at_the_edges() -> None:
    rows = np.zeros(2, CONTACT)
    rows["queued"], rows["answered"], rows["ended"] = [5, 12], [25, -1], [90, 18]
    assert waiting_time(rows, np.array([0, 10, 20, 30])).tolist() == [5, 16, 5]


def test_equal_rows_compares_bits() -> None:
    one = np.zeros(3, CONTACT)
    one["quality"] = np.nan
    other = one.copy()
    assert equal_rows(one, other) == 3
    other["agent"][1] = 7
    assert equal_rows(one, other) == 2
    assert equal_rows(one, other[:2]) == 0


def test_compared_counts_all_tables(cut: SimulatedRun) -> None:
    rows, equal = count_equal_rows(cut.trace, cut.trace)
    assert rows == equal > len(cut.trace.contacts)
    assert count_equal_rows(cut.trace, cut.trace._replace(events=0))[1] == equal - 1


@pytest.mark.slow
def test_the_ledger_notices_a_wrong_amount() -> None:
    from momentsim.validation.texts import WITHOUT_SOFTENING

    run = run_logged(load_text(FULL, overrides=(*WITHOUT_SOFTENING, *CUT_SHORT)))
    assert verdicts(amounts("case", run)) == {ProofOutcome.PASSED}
    moments = run.trace.moments.copy()
    moments["value_change"][np.argmax(np.abs(moments["value_change"]))] *= 1.00001
    assert ProofOutcome.FAILED in verdicts(
        amounts("case", SimulatedRun(run.prepared, run.trace._replace(moments=moments)))
    )


def test_amounts_agree_relative_to_their_size() -> None:
    exact = np.array([1.0, 1.0, 0.0])
    assert agreeing(exact, np.array([1.0 + 1e-7, 1.0 + 1e-5, 0.0])) == 2


def test_ties() -> None:
    assert verdicts(tie_proofs()) == {ProofOutcome.PASSED}


def test_a_report_without_proofs_has_not_passed() -> None:
    assert not ValidationReport((), {}).has_passed
    assert ValidationReport((prove_equal("case", "rows", "rows", 1, 1),), {}).has_passed
    assert not ValidationReport((prove_equal("case", "rows", "rows", 1, 2),), {}).content()["ok"]


@pytest.mark.long
def test_everything_is_proved() -> None:
    report = validate(workers=2)
    assert [proof for proof in report.proofs if not proof.has_passed] == []
    assert sum(proof.is_sampled for proof in report.proofs) <= MOST_CHECKS


@pytest.mark.long
def test_every_planted_bug_is_caught() -> None:
    from momentsim.validation.mutation import choose_mutants, mutate

    catches = mutate(choose_mutants([]), workers=2)
    assert [catch.content() for catch in catches if not catch.as_it_should] == []


def test_quick_cases_are_some_of_all() -> None:
    quick = choose_cases([], quick=True)
    assert {case.name for case in quick} == set(QUICK)
    assert len(quick) < len(CASES)
    with pytest.raises(MomentsimError, match="exclude each other"):
        choose_cases(["ties"], quick=True)
