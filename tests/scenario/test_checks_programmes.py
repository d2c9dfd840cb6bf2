"""What is wrong with programmes, as a planner reads it: all at once, with place and key."""

from __future__ import annotations

import pytest

from momentsim.scenario.explain import explain

from .scenario_fixtures import Loaded, Problems

HEAD = "programmes:\n"


def lines(written: str, plain: str, problems: Problems) -> list[str]:
    """Problems of the plain scenario with these programmes, without their place."""
    return [line.split(": ", 1)[1] for line in problems(plain + HEAD + written)]


CASES = [
    (
        "  ei: {kind: empathy_trainig}\n",
        "programmes.ei.kind: 'empathy_trainig' is not a choice here, choose one of empathy_training, "
        "skill_training, empathy_hiring, ai_assist, incentive_change, script_change, empowerment, expert_teams, "
        "service_pledges, home_working, wow_budget, did you mean 'empathy_training'?",
    ),
    (
        "  ei: {gain: 0.4 SD}\n",
        "programmes.ei.kind: this key is missing, it is needed (What sort of programme it is)",
    ),
    (
        "  ei: {kind: empathy_training, gain: 9}\n",
        "programmes.ei.gain: 9 is outside the range, allowed is 0 .. 2",
    ),
    (
        "  home: {kind: home_working, spede: 4 %}\n",
        "programmes.home.spede: unknown key, did you mean 'speed'?",
    ),
    (
        "  ei: {kind: empathy_training, groups: [frontlin]}\n",
        "programmes.ei.groups[0]: there is no group 'frontlin', known: frontline, did you mean 'frontline'?",
    ),
    (
        "  ei: {kind: empathy_training, groups: [frontline, frontline]}\n",
        "programmes.ei.groups[1]: 'frontline' is listed twice, list each group once",
    ),
    (
        '  ei: {kind: expert_teams, start: "2026-03-09 00:00"}\n',
        "programmes.ei.start: 2026-03-09 00:00 is outside the horizon, it runs from 2026-03-02 08:00 to "
        "2026-03-02 20:00",
    ),
    (
        '  ei: {kind: expert_teams, end: "2026-03-02 07:00"}\n',
        "programmes.ei.end: it ends at 2026-03-02 07:00, before it starts, after 2026-03-02 08:00",
    ),
    (
        '  ei: {kind: expert_teams, lead_time: 2 h, end: "2026-03-02 09:00"}\n',
        "programmes.ei.end: it ends at 2026-03-02 09:00, before its lead time is over, after 2026-03-02 10:00",
    ),
    (
        "  pay: {kind: incentive_change, handling_time: 50 %, resolution: 50 %, customer_voice: 50 %}\n",
        "programmes.pay.customer_voice: the weights add up to 150 %, together they are 100 %",
    ),
    (
        "  free: {kind: empowerment}\n",
        "programmes.free: this does not say what agents may do, give 'autonomy' or 'authority'",
    ),
    (
        "  wow: {kind: wow_budget, budget_per_month: 5 USD, gift: 6 USD}\n",
        "programmes.wow.budget_per_month: the budget does not pay for one gift, at least 'gift'",
    ),
    (
        "  less: {kind: script_change, script: 0 %}\n  more: {kind: script_change, script: 90 %}\n",
        "programmes.more: 'less' is a programme of the same kind for frontline at the same time, give the first one an "
        "'end' before the other begins",
    ),
]


@pytest.mark.parametrize(("written", "message"), CASES, ids=[case[1][:40] for case in CASES])
def test_message(written: str, message: str, plain: str, problems: Problems) -> None:
    assert lines(written, plain, problems) == [message]


def test_everything_at_once(plain: str, problems: Problems) -> None:
    both = "".join(written for written, _ in (CASES[4], CASES[9], CASES[11]))
    assert len(lines(both, plain, problems)) == 3


def test_one_after_the_other_is_no_contradiction(plain: str, loaded: Loaded) -> None:
    written = (
        '  less: {kind: script_change, script: 0 %, end: "2026-03-02 12:00"}\n'
        '  more: {kind: script_change, script: 90 %, start: "2026-03-02 12:00"}\n'
    )
    assert len(loaded(plain + HEAD + written).scenario.programmes) == 2


def test_what_only_costs_is_warned_of(plain: str, loaded: Loaded) -> None:
    written = (
        "  teams: {kind: expert_teams, lead_time: 3 d}\n"
        "  home: {kind: home_working}\n"
        "  ei: {kind: empathy_training}\n"
    )
    found = [str(warning).split(": ", 1)[1] for warning in loaded(plain + HEAD + written).warnings]
    assert found == [
        "programmes.teams.lead_time: the lead time ends after the horizon, so it costs and does nothing",
        "programmes.home.availability: no group has shrinkage, so nobody is available who was not, see "
        "workforce.groups.*.shrinkage",
        "programmes.ei.hours_per_day: a course takes 5 days, longer than the horizon",
    ]


def test_a_key_is_explained_by_the_kind_of_its_programme(plain: str, loaded: Loaded) -> None:
    made = loaded(
        plain + HEAD + "  pledge: {kind: service_pledges}\n  home: {kind: home_working, speed: 3 %}\n"
    )
    speed = explain(made, "programmes.home.speed")
    assert (speed.meaning, speed.default) == ("Speed gained.", "4 %")
    assert speed.evidence is not None
    assert speed.evidence.tag == "measured"
    pledge = explain(made, "programmes.pledge.adoption")
    assert pledge.default == "180 d"
    assert pledge.evidence is not None
    assert pledge.evidence.value == 180 * 86400
    general = explain(made, "programmes.home.adoption")
    assert general.evidence is not None
    assert general.evidence.value == 90 * 86400
