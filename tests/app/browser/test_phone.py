"""A phone in a room: it joins, is told the truth about its connection, and comes back where the storm is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from app.browser.axe import check_accessible
from app.browser.chromium import HAND, Outage, Page, Screens, expect
from app.browser.clients import Client, client
from app.browser.served import Served, serve

pytestmark = pytest.mark.browser
SCENARIO = "utility_outage"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """An evening on which the light goes out, paused at its start."""
    with serve(tmp_path_factory.mktemp("app"), SCENARIO) as app, client(app, "console") as facilitator:
        facilitator.do("start")
        facilitator.do("pause")
        yield app


@pytest.fixture
def facilitator(served: Served) -> Iterator[Client]:
    """Who leads."""
    with client(served, "console") as one:
        yield one


def join(page: Page, words: Mapping[str, str], name: str, team: str = "") -> None:
    """Fill in the form of a phone."""
    page.get_by_label(words["join.name"]).fill(name)
    page.get_by_label(words["join.team"], exact=True).fill(team)
    page.get_by_role("button", name=words["join.join"], exact=True).click()
    expect(page.get_by_role("heading", name=words["phone.levers"])).to_be_visible()


def test_code_is_typed_as_people_type_it(served: Served, screens: Screens, words: Mapping[str, str]) -> None:
    page = screens.open(HAND, f"{served.address}/j")
    check_accessible(page)
    page.get_by_role("button", name=words["join.join"]).click()
    expect(page.get_by_role("alert")).to_have_text(words["join.no_code"])
    page.get_by_label(words["join.code"]).fill(f"{served.code[:2].lower()} {served.code[2:].lower()}")
    join(page, words, "Ann", "Blue")
    expect(page).to_have_url(served.phone)
    expect(page.locator("header")).to_contain_text(f"Blue · {served.code}")
    check_accessible(page)


def test_wrong_code_is_said_and_may_be_typed_again(
    served: Served, screens: Screens, words: Mapping[str, str]
) -> None:
    page = screens.open(HAND, f"{served.address}/p/QQQQ")
    page.get_by_label(words["join.name"]).fill("Ann")
    page.get_by_role("button", name=words["join.join"], exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("no room has this code")
    page.get_by_role("link", name=words["join.other"]).click()
    expect(page.get_by_label(words["join.code"])).to_be_visible()


def test_three_numbers_chart_and_levers(
    served: Served, facilitator: Client, screens: Screens, words: Mapping[str, str]
) -> None:
    page = screens.open(HAND, served.phone)
    join(page, words, "Ben")
    expect(page.locator("dl.three dd")).to_have_count(3)
    expect(page.locator("#levers article")).to_have_count(len(facilitator.told["levers"]["levers"]))
    expect(page.get_by_role("button", name="Pull")).to_have_count(0)  # only the facilitator pulls
    facilitator.do("mode", mode="anyone")
    first = facilitator.told["levers"]["levers"][0]
    page.get_by_role("button", name=words["phone.pull"].replace("{lever}", first["title"])).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Pull now?")
    dialog.get_by_role("button", name=words["phone.pull_no"]).click()
    expect(dialog).to_have_count(0)
    facilitator.do("mode", mode="console")
    expect(page.get_by_text(words["phone.mode_console"])).to_be_visible()


def test_a_phone_pulls_once_asked_twice(
    served: Served, facilitator: Client, screens: Screens, words: Mapping[str, str]
) -> None:
    page = screens.open(HAND, served.phone)
    join(page, words, "Cleo", "Red")
    facilitator.do("mode", mode="anyone")
    card = next(card for card in facilitator.told["levers"]["levers"] if card["can_pull"])
    page.get_by_role("button", name=words["phone.pull"].replace("{lever}", card["title"])).click()
    page.get_by_role("dialog").get_by_role("button", name=words["phone.pull_yes"]).click()
    facilitator.wait(
        lambda me: any(pull["by"] == "Red" for pull in me.told["tree"]["branches"][-1]["pulls"]),
        "the pull in the tree",
    )
    expect(page.locator(".lever-state").first).to_be_visible()
    facilitator.do("undo")
    facilitator.do("mode", mode="console")


def test_lost_connection_is_said_and_the_phone_comes_back_where_the_storm_is(
    served: Served, facilitator: Client, screens: Screens, words: Mapping[str, str]
) -> None:
    page = screens.open(HAND)
    outage = Outage(page)
    page.goto(served.phone)
    join(page, words, "Dora")
    before = page.locator("header .time").inner_text()
    facilitator.wait(lambda me: me.state["phones"] >= 1, "a phone")
    outage.begin()
    expect(page.get_by_text(words["phone.lost"])).to_be_visible()
    facilitator.do("pace", pace=3600)
    there = facilitator.do("resume")["t"] + 4 * 3600
    facilitator.wait(lambda me: me.told.get("frame", {"t": 0})["t"] >= there, "four hours later")
    facilitator.do("pause")
    facilitator.do("ballot", question="What now?", seconds=300)
    assert page.locator("header .time").inner_text() == before
    outage.end()
    expect(page.get_by_text(words["phone.lost"])).to_be_hidden()
    expect(page.locator("header .time")).not_to_have_text(before)
    expect(page.get_by_role("group", name="What now?")).to_be_visible()
    page.get_by_role("button", name=words["phone.vote"], exact=True).click()
    expect(page.locator("#ballot").get_by_role("status")).to_have_text(words["phone.choose"])
    page.get_by_label("Wait", exact=True).check()
    page.get_by_role("button", name=words["phone.vote"], exact=True).click()
    facilitator.wait(lambda me: me.state["ballot"]["voted"] == 1, "the vote")
    page.reload()  # the same person again, whose vote is known
    expect(page.get_by_label("Wait", exact=True)).to_be_checked()
    page.get_by_role("button", name=words["phone.vote"], exact=True).click()
    expect(page.locator("#ballot").get_by_role("status")).to_contain_text("You voted: Wait")
    assert facilitator.state["ballot"]["voted"] == 1
    facilitator.do("close_ballot", pull=False)
    expect(page.get_by_text("Wait: 1")).to_be_visible()
