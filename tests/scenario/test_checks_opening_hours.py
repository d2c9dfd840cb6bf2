"""What can be wrong with opening hours: the key is named, what is allowed, and what was probably meant."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest

from engine.stories import PLAIN, RICH, read
from momentsim.errors import ScenarioError
from momentsim.scenario.checks import warnings_in
from momentsim.scenario.sections.opening_hours import joined, spans_of_dates, without
from momentsim.scenario.types import OpeningHours

DAY = {"weekly": [{"start": "08:00", "end": "18:00", "days": ["mon", "tue"]}]}


def story(**changes: Any) -> dict[str, Any]:
    """A desk that is open on two days, 2024-01-08 is a Monday, and other keys of its hours."""
    made = copy.deepcopy(PLAIN)
    made["opening_hours"] = {"question": DAY | changes}
    made["workforce"]["groups"]["team"]["heads"] = [{**DAY["weekly"][0], "heads": 3}]
    return made


def error(made: dict[str, Any], *overrides: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        read(made, *overrides)
    return str(caught.value)


BAD: list[tuple[dict[str, Any], str]] = [
    (
        {"weekly": [{"start": "08:00", "end": "12:00"}, {"start": "11:00", "end": "18:00", "days": ["mon"]}]},
        "opening_hours.question.weekly[1].start: 11:00 to 18:00 overlaps 08:00 to 12:00 on mon, hours of a day",
    ),
    ({"weekly": [{"start": "18:00", "end": "08:00"}]}, "weekly[0].end: 18:00 to 08:00 does not run forwards"),
    (
        {"weekly": []},
        "opening_hours.question.weekly: it never opens from 2024-01-08 00:00 to 2024-01-09 00:00",
    ),
    ({"weekly": [{"start": "08:00", "end": "18:00", "days": ["sun"]}]}, "it never opens from"),
    ({"holidays": ["2024-01-08"]}, "it never opens from"),
    ({"weekly": [{"start": "08:00", "end": "18:00", "days": []}]}, "weekly[0].days: the list is empty"),
    ({"weekly": [{"start": "08:00", "end": "18:00", "days": ["mon", "mon"]}]}, "a weekday is listed twice"),
    ({"weekly": [{"start": "08:00", "end": "25:00"}]}, "'25:00' is not a time of day"),
    (
        {"holidays": ["2024-02-30"]},
        "holidays[0]: '2024-02-30' is not a date, write a real date like 2007-02-14",
    ),
    ({"holidays": ["2024-12-25", "2024-12-25"]}, "holidays[1]: '2024-12-25' is listed twice"),
    (
        {"holidays": ["2024-12-25"], "dates": {"2024-12-25": []}},
        "dates.2024-12-25: '2024-12-25' is a holiday and has hours of its own, write it in one of the two",
    ),
    ({"dates": {"christmas": []}}, "dates.christmas: 'christmas' is not a date"),
    (
        {"dates": {"2024-01-09": [{"start": "08:00", "end": "12:00"}, {"start": "09:00", "end": "13:00"}]}},
        "dates.2024-01-09[1].start: 09:00 to 13:00 overlaps 08:00 to 12:00",
    ),
    ({"at_closing": "cut"}, "opening_hours.question.at_closing"),
    (
        {"closed": {"call_again": "80 %", "self_service": "30 %"}},
        "closed.self_service: call_again and self_service add up to 110 %, together they are at most 100 %",
    ),
    (
        {"closed": {"self_service": "10 %"}},
        "closed.self_service: the moment 'question' of this queue has no self-service to go to",
    ),
    (
        {"closed": {"self_service": "10 %", "message": "off"}},
        "closed.self_service: nobody is told of self-service where there is no message",
    ),
]


@pytest.mark.parametrize(("changes", "message"), BAD, ids=[message[:40] for _, message in BAD])
def test_a_mistake_is_named(changes: dict[str, Any], message: str) -> None:
    assert message in error(story(**changes))


def test_hours_are_of_a_queue_that_exists() -> None:
    made = copy.deepcopy(RICH)
    made["opening_hours"] = {"sale": DAY}
    assert (
        "opening_hours.sale: there is no queue 'sale', known: care, sales, all, did you mean 'sales'?"
        in error(made)
    )
    made["opening_hours"] = {"sales": DAY, "all": DAY}
    assert set(read(made).scenario.opening_hours) == {"sales", "all"}


def told(made: dict[str, Any], *overrides: str) -> str:
    """Warnings about rosters and hours."""
    found = warnings_in(read(made, *overrides).scenario)
    return "\n".join(each.what for each in found if each.path[0] in ("workforce", "opening_hours"))


def test_people_at_a_closed_desk_are_told() -> None:
    assert told(story()) == ""
    words = told(story(), "workforce.groups.team.heads=3")
    assert (
        "people are rostered while all their queues are closed: mon, tue 00:00 to 08:00 and 18:00 to" in words
    )
    assert "wed, thu, fri, sat, sun 00:00 to 24:00" in words
    short = 'workforce.groups.team.heads=[{start: "07:30", end: "18:30", heads: 3, days: [mon, tue]}]'
    assert told(story(), short) == ""  # to log in, and to finish
    night = 'workforce.groups.team={heads: null, shifts: {late: {start: "14:00", length: 14 h, heads: 2}}}'
    assert "00:00 to 04:00" in told(story(), night)


def test_an_open_desk_without_people_is_told() -> None:
    half = 'workforce.groups.team.heads=[{start: "08:00", end: "13:00", heads: 3}]'
    assert "the queue 'question' is open while nobody is rostered for it: mon, tue 13:00 to 18:00" in told(
        story(), half
    )


def test_people_on_a_date_that_is_closed_are_told() -> None:
    """They are rostered by weekday; on 2024-01-09, a Tuesday, nobody can call them, or only for an hour."""
    closed = "people are rostered while all their queues are closed: 2024-01-09"
    two_days = "horizon=2 d"
    assert told(story(holidays=["2024-01-09"]), two_days) == f"{closed} 08:00 to 18:00"
    assert told(story(dates={"2024-01-09": []}), two_days) == f"{closed} 08:00 to 18:00"
    hour = {"2024-01-09": [{"start": "08:00", "end": "09:00"}]}
    assert told(story(dates=hour), two_days) == f"{closed} 09:00 to 18:00"
    assert told(story(dates={"2024-01-09": [{"start": "08:30", "end": "18:00"}]}), two_days) == ""
    assert told(story(holidays=["2024-01-09", "2024-12-25"]), "horizon=1 d") == ""  # both after the end


def test_a_date_that_is_open_without_people_is_told() -> None:
    saturday = {"2024-01-13": [{"start": "08:00", "end": "10:00"}]}
    open_alone = "the queue 'question' is open while nobody is rostered for it: 2024-01-13 08:00 to 10:00"
    assert told(story(dates=saturday), "horizon=1 week") == open_alone
    many = {f"2024-01-{day}": saturday["2024-01-13"] for day in (*range(17, 22), *range(24, 29))}
    words = told(story(dates=many), "horizon=4 weeks")
    assert words.endswith("2024-01-24, 2024-01-25 08:00 to 10:00; and on 3 more dates")


def test_dates_go_before_weekdays_and_touching_hours_are_one() -> None:
    hours = OpeningHours.model_validate(
        {
            "weekly": (
                {"start": "08:00", "end": "12:00"},
                {"start": "12:00", "end": "18:00"},
                {"start": "20:00", "end": "22:00"},
            ),
            "holidays": ("2026-12-25",),
            "dates": {"2026-12-24": ({"start": "09:00", "end": "13:00"},), "2026-12-26": ()},
        }
    )
    spans = spans_of_dates(hours, date(2026, 12, 23), 5)
    in_hours = [(start / 3600, end / 3600) for start, end in spans]
    assert in_hours == [(8, 18), (20, 22), (33, 37), (104, 114), (116, 118)]


def test_spans() -> None:
    assert joined([(3, 5), (1, 3), (7, 7), (4, 6)]) == [(1, 6)]
    assert without([(0, 10)], [(2, 3), (5, 20)]) == [(0, 2), (3, 5)]
    assert without([(0, 10)], []) == [(0, 10)]
    assert without([(2, 3)], [(0, 10)]) == []


def test_a_queue_without_hours_that_is_left_alone_at_night_is_warned_of() -> None:
    made = copy.deepcopy(PLAIN)
    made["workforce"]["groups"]["team"]["heads"] = [{"start": "08:00", "end": "18:00", "heads": 3}]
    found = [finding for finding in warnings_in(read(made).scenario) if "has no hours" in finding.what]
    assert [finding.path for finding in found] == [("workforce", "groups")]
    assert (
        "the queue 'question', which has no hours: mon, tue, wed, thu, fri, sat, sun 00:00 to 08:00"
        in found[0].what
    )
    assert "in the run-out" in found[0].allowed
    made["opening_hours"] = {"all": {"weekly": [{"start": "08:00", "end": "18:00"}]}}
    assert not any("has no hours" in finding.what for finding in warnings_in(read(made).scenario))
    made["workforce"]["groups"]["team"]["heads"] = 3
    del made["opening_hours"]
    assert not any("has no hours" in finding.what for finding in warnings_in(read(made).scenario))
