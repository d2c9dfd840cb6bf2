"""When a proof passes, fails, or has proved nothing."""

from __future__ import annotations

import json
import math

import pytest

from momentsim.validation.proof import (
    FALSE_ALARM,
    MOST_CHECKS,
    ProofOutcome,
    SampledEstimate,
    half_widths_allowed,
    prove_equal,
    prove_estimate,
)


def test_a_narrow_interval_around_the_exact_value_passes() -> None:
    proof = prove_estimate("case", "wait", "s", 30.0, SampledEstimate(30.1, 0.2, 32))
    assert proof.verdict is ProofOutcome.PASSED
    assert proof.has_passed


def test_a_value_far_from_the_exact_one_fails() -> None:
    allowed = half_widths_allowed(32) * 0.2
    assert prove_estimate(
        "case", "wait", "s", 30.0, SampledEstimate(30.0 + 0.99 * allowed, 0.2, 32)
    ).has_passed
    assert (
        prove_estimate("case", "wait", "s", 30.0, SampledEstimate(30.0 + 1.01 * allowed, 0.2, 32)).verdict
        is ProofOutcome.FAILED
    )


def test_a_wide_interval_has_proved_nothing() -> None:
    assert (
        prove_estimate("case", "wait", "s", 30.0, SampledEstimate(30.0, 0.31, 32)).verdict
        is ProofOutcome.PROVED_NOTHING
    )
    assert prove_estimate("case", "wait", "s", 30.0, SampledEstimate(30.0, 0.29, 32)).has_passed


def test_shares_are_measured_in_points() -> None:
    assert prove_estimate("case", "abandoned", "share", 0.04, SampledEstimate(0.04, 0.0049, 32)).has_passed
    assert (
        prove_estimate("case", "abandoned", "share", 0.04, SampledEstimate(0.04, 0.0051, 32)).verdict
        is ProofOutcome.PROVED_NOTHING
    )


@pytest.mark.parametrize("found", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_fails(found: float) -> None:
    assert (
        prove_estimate("case", "wait", "s", 30.0, SampledEstimate(found, 0.1, 32)).verdict
        is ProofOutcome.FAILED
    )


def test_an_interval_that_is_no_number_fails() -> None:
    assert (
        prove_estimate("case", "wait", "s", 30.0, SampledEstimate(30.0, math.nan, 32)).verdict
        is ProofOutcome.FAILED
    )


def test_one_replication_proves_nothing() -> None:
    assert not prove_estimate("case", "wait", "s", 30.0, SampledEstimate(30.0, math.nan, 2)).has_passed


def test_counts_are_equal_or_wrong() -> None:
    assert prove_equal("case", "rows", "rows", 7, 7).has_passed
    assert prove_equal("case", "rows", "rows", 7, 8).verdict is ProofOutcome.FAILED


def test_false_alarms_are_divided_among_the_checks() -> None:
    from scipy.stats import t

    half_width = t.ppf(0.975, 31)
    edge = half_widths_allowed(32) * half_width
    assert 2 * t.sf(edge, 31) == pytest.approx(FALSE_ALARM / MOST_CHECKS, rel=1e-6)


def test_z_is_the_distance_in_standard_errors() -> None:
    from scipy.stats import t

    proof = prove_estimate("case", "wait", "s", 30.0, SampledEstimate(30.2, 0.1 * float(t.ppf(0.975, 9)), 10))
    assert proof.z == pytest.approx(2.0)
    assert math.isnan(prove_equal("case", "rows", "rows", 1, 1).z)


def test_content_is_json_without_nan() -> None:
    for proof in (
        prove_equal("case", "rows", "rows", 1, 1),
        prove_estimate("case", "wait", "s", 1.0, SampledEstimate(math.nan, 0.1, 9)),
    ):
        text = json.dumps(proof.content(), allow_nan=False)
        assert json.loads(text)["verdict"] in {"passed", "failed"}
