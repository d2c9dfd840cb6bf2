"""What is wrong with written careers: told with its place, what is allowed, and what was probably meant."""

from __future__ import annotations

import pytest

from .scenario_fixtures import Loaded, Problems

CASES = [
    (
        "{yearly_exits: 100 %}",
        "workforce.groups.team.careers.yearly_exits: 100 % leave within a year, at most 95 %",
    ),
    (
        "{yearly_exits: 130 %}",
        "workforce.groups.team.careers.yearly_exits: '130 %' is outside 0..100 %, write a share from 0 % to 100 %",
    ),
    ("{hiring_lag: -6 weeks}", "workforce.groups.team.careers.hiring_lag: "),
    ("{hiring_lag: 6}", "workforce.groups.team.careers.hiring_lag: 6 has no unit"),
    ("{replacement_cost: 12000}", "workforce.groups.team.careers.replacement_cost: 12000 has no unit"),
    ("{yearly_exit: 30 %}", "did you mean 'yearly_exits'?"),
]


def text(plain: str, careers: str, more: str = "") -> str:
    """The plain scenario with one group that has careers."""
    head, _, tail = plain.partition("workforce:")
    rest = "\n".join(line for line in tail.splitlines()[1:] if line and not line.startswith(" "))
    after = tail.split("\n" + rest.splitlines()[0], 1)[1] if rest else ""
    group = f"workforce:\n  groups:\n    team: {{heads: 5, careers: {careers}{more}}}\n"
    return head + group + (rest.splitlines()[0] + after if rest else "")


@pytest.mark.parametrize(("written", "message"), CASES, ids=[case[0] for case in CASES])
def test_message(plain: str, problems: Problems, written: str, message: str) -> None:
    found = problems(text(plain, written))
    assert len(found) == 1
    assert message in found[0]


def test_tenure_that_does_not_fit_the_exits_is_warned_of(plain: str, loaded: Loaded) -> None:
    found = loaded(text(plain, "{yearly_exits: 30 %}", ", tenure_mean: 2 years"))
    assert not found.warnings
    found = loaded(text(plain, "{yearly_exits: 90 %}", ", tenure_mean: 10 years"))
    warning = str(found.warnings[0])
    assert (
        "workforce.groups.team.tenure_mean: a mean tenure of 10 years does not fit 90 % of exits" in warning
    )
    assert "about 1.1 years" in warning
