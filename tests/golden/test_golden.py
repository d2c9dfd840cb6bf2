"""Numbers of the quickstart scenario are those of yesterday.

The same machine and versions give the same bits; other processors may round differently in the last digits of
a sum, and a rare decision on the edge may fall differently: hence the tolerance.
"""

from __future__ import annotations

import json

import pytest
from golden_update import CASES, file_of, numbers

TOLERANCE = 1e-6
HOW = (
    "if it is right: python tests/golden/golden_update.py, and a line under 'Changes results' in CHANGELOG.md"
)


@pytest.mark.parametrize("name", CASES)
def test_numbers_are_those_of_yesterday(name: str) -> None:
    golden = json.loads(file_of(name).read_text(encoding="utf-8"))
    found = numbers(CASES[name])
    assert list(found) == list(golden), HOW
    for measure, value in golden.items():
        expected = value if value is None else pytest.approx(value, rel=TOLERANCE, abs=1e-9)
        assert found[measure] == expected, f"{measure}: {HOW}"
