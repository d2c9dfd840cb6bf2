"""A moment's customer is uniform, and one customer more moves only the moments that become the new one's."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from prepared_scenarios import KEY, segment
from scipy.stats import chi2

from momentsim.compiler.decorators import compiled
from momentsim.contract.plan import Table
from momentsim.draws import Key, child
from momentsim.prepare.customer_choice import choose_customer, choose_share, highest_bit, share_rows

MOMENTS = 60_000
FALSE_ALARM = 1e-7


@compiled
def chosen(key: Key, moments: int, customers: int, blocks: int) -> npt.NDArray[np.int64]:
    """Customers of many moments."""
    out = np.empty(moments, np.int64)
    for ordinal in range(moments):
        out[ordinal] = choose_customer(key, child(np.uint64(7), ordinal), customers, blocks)
    return out


@compiled
def shared_out(key: Key, moments: int, shares: Table) -> npt.NDArray[np.int64]:
    """Customers of many moments over all segments."""
    out = np.empty(moments, np.int64)
    for ordinal in range(moments):
        out[ordinal] = choose_share(key, child(np.uint64(7), ordinal), shares)
    return out


def customers_of(customers: int, key: Key = KEY) -> npt.NDArray[np.int64]:
    return chosen(key, MOMENTS, customers, (1 << (customers - 1).bit_length()) - 1)


@compiled
def places_of_bits(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Of the highest bit of each number."""
    out = np.empty_like(numbers)
    for row in range(len(numbers)):
        out[row] = highest_bit(numbers[row])
    return out


def test_highest_bit() -> None:
    numbers = np.array([1, 2, 3, 4, 1023, 1024, 2**31 - 1, 2**62, 2**63 - 1])
    assert places_of_bits(numbers).tolist() == [0, 1, 1, 2, 9, 10, 30, 62, 62]


@pytest.mark.parametrize("customers", [1, 2, 3, 5, 7, 8, 9, 100, 127, 128, 129, 1000])
def test_every_customer_is_equally_likely(customers: int) -> None:
    counts = np.bincount(customers_of(customers), minlength=customers)
    assert len(counts) == customers
    expected = MOMENTS / customers
    statistic = float(np.sum((counts - expected) ** 2) / expected)
    if customers > 1:
        assert FALSE_ALARM / 2 < chi2.sf(statistic, customers - 1) < 1 - FALSE_ALARM / 2


def test_large_bases_are_covered_evenly() -> None:
    found = customers_of(100_000_000)
    assert found.min() >= 0 and found.max() < 100_000_000
    counts = np.histogram(found, bins=50, range=(0, 100_000_000))[0]
    statistic = float(np.sum((counts - MOMENTS / 50) ** 2) / (MOMENTS / 50))
    assert chi2.sf(statistic, 49) > FALSE_ALARM


@pytest.mark.parametrize("customers", [1, 2, 3, 4, 7, 8, 15, 100, 128, 1000])
def test_one_customer_more_takes_over_a_fair_share_and_moves_nothing_else(customers: int) -> None:
    before, after = customers_of(customers), customers_of(customers + 1)
    moved = before != after
    assert np.all(after[moved] == customers)
    share = 1.0 / (customers + 1)
    assert abs(moved.mean() - share) < 6 * np.sqrt(share * (1 - share) / MOMENTS)


def test_segments_by_weight_whatever_their_order() -> None:
    segments = {"few": segment(customers=500, contact_weight=2.0), "many": segment(customers=3000)}
    found = shared_out(KEY, MOMENTS, share_rows(segments))
    assert abs((found < 500).mean() - 0.25) < 6 * np.sqrt(0.25 * 0.75 / MOMENTS)
    turned = shared_out(KEY, MOMENTS, share_rows(dict(reversed(segments.items()))))
    assert np.array_equal(np.where(found < 500, found + 3000, found - 500), turned)


def test_one_customer_more_in_a_segment_takes_only_from_the_others() -> None:
    names = ("gold", "silver", "bronze")
    before = {name: segment(customers=200) for name in names}
    after = before | {"silver": segment(customers=201)}
    old, new = (shared_out(KEY, MOMENTS, share_rows(made)) for made in (before, after))
    shifted = np.where(old >= 400, old + 1, old)  # customers of the last segment have moved up by one
    moved = shifted != new
    assert np.all((new[moved] >= 200) & (new[moved] <= 400))
    assert moved.mean() < 4 / 600


def test_a_segment_without_contacts_has_none() -> None:
    segments = {"silent": segment(contact_weight=0.0), "loud": segment()}
    assert shared_out(KEY, 1000, share_rows(segments)).min() >= 1000
