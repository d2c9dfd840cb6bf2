"""Checks across keys of a scenario with skills, reserves and a storm."""

from __future__ import annotations

import pytest

from .scenario_fixtures import Problems

STORM_CASES = [
    (
        "moment: rebooking",
        "moment: rebookin",
        "crises.ice.moment: there is no moment 'rebookin', known: booking, rebooking, did "
        "you mean 'rebooking'?",
    ),
    (
        "status_moment: booking",
        "status_moment: bookng",
        "crises.ice.status_moment: there is no moment 'bookng'",
    ),
    (
        '"2007-02-13": {',
        '"2007-02-31": {',
        "crises.ice.days.2007-02-31: '2007-02-31' is not a date, write a real date like 2007-02-14",
    ),
    (
        '"2007-02-13": {',
        '"2007-02-16": {',
        "crises.ice.days.2007-02-16: 2007-02-16 is outside the horizon, it runs from "
        "2007-02-12 00:00 to 2007-02-16 00:00",
    ),
    (
        "failed: 200",
        "failed: 501",
        "crises.ice.days.2007-02-13.failed: 501 failed of 500 scheduled",
    ),
    (
        'announced_from: "08:00"',
        'announced_from: "17:00"',
        "announced_until: announcements end before they begin, see 'announced_from'",
    ),
    (
        'end: "2007-02-14 12:00"}',
        'end: "2007-02-13 11:00"}',
        "crises.ice.blackouts[0].end: the blackout ends before it begins",
    ),
    (
        'end: "2007-02-14 12:00"}',
        'end: "2007-02-17 12:00"}',
        "crises.ice.blackouts[0].end: 2007-02-17 12:00 is outside the horizon",
    ),
    (
        'at: "2007-02-14 09:00"',
        'at: "2007-02-11 09:00"',
        "crises.ice.compensation.at: 2007-02-11 09:00 is outside the horizon",
    ),
    (
        "group: holders",
        "group: holder",
        "crises.ice.reserves.all.group: there is no reserve group 'holder', known: "
        "holders, did you mean 'holders'?",
    ),
    (
        "group: holders",
        "group: home",
        "reserves.all.group: the group 'home' is not a reserve, write workforce.groups.home.reserve: on",
    ),
    (
        "group: holders",
        'until: "2007-02-10 00:00", group: holders',
        "crises.ice.reserves.all.until: 2007-02-10 00:00 is not after the call, they are called",
    ),
    (
        "group: holders",
        "short_queue: 3, group: holders",
        "crises.ice.reserves.all.short_queue: nothing asks for it, write 'until_short_for' too",
    ),
    (
        "      all: {group",
        '      both: {group: holders, at: "2007-02-13 09:00"}\n      all: {group',
        "crises.ice.reserves.all.group: 'holders' is already called by 'both', call each group once",
    ),
    (
        "    blackouts:\n",
        '    blackouts:\n      - {start: "2007-02-13 06:00", end: "2007-02-13 13:00"}\n',
        "crises.ice.blackouts[1].start: this blackout overlaps another, blackouts must not overlap",
    ),
    (
        "    blackouts:\n",
        "    pre_cancel: {hours_ahead: 31 h}\n    blackouts:\n",
        "crises.ice.pre_cancel.hours_ahead: failures of 2007-02-13 would be announced at 2007-02-11 23:00, "
        "not before the start, 2007-02-12 00:00",
    ),
    (
        "skills: [service, sales]",
        "skills: [service, sale]",
        "skills[1]: there is no moment with the skill 'sale', known: sales, service, did you mean 'sales'?",
    ),
    (
        "skills: [service, sales]",
        "skills: [service, service]",
        "skills[1]: 'service' is listed twice, list each skill once",
    ),
    ("    skill: sales\n", "", "skills[1]: there is no moment with the skill 'sales', known: service"),
    (
        "demand:\n",
        "  other: {handling_time: {mean: 1 min}}\ndemand:\n",
        "moments.other.skill: this moment needs a skill, there are several: sales, service",
    ),
]


@pytest.mark.parametrize(
    ("found", "written", "message"), STORM_CASES, ids=[case[1][:60] for case in STORM_CASES]
)
def test_storm(found: str, written: str, message: str, storm: str, problems: Problems) -> None:
    assert found in storm
    assert any(message in line for line in problems(storm.replace(found, written)))
