"""Every page at both widths: accessible, not wider than its window, and little to load."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from app.browser.axe import check_accessible
from app.browser.chromium import DESK, HAND, WALL, Page, Response, Screens, expect
from app.browser.clients import Client, client
from app.browser.served import Served, serve

pytestmark = pytest.mark.browser
SCENARIO = Path(__file__).with_name("small_town.yaml")
FIRST_LOAD = 100_000
"""Bytes that cross the wire until a page stands."""
PAGES = ("start", "join", "phone", "wall", "console", "debrief")
SIZES = {"wide": WALL, "desk": DESK, "hand": HAND}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Client]]:
    """A room in the middle of its story, with a vote that is open, seen by X-ray."""
    with serve(tmp_path_factory.mktemp("app"), str(SCENARIO)) as app, client(app, "console") as facilitator:
        facilitator.do("mode", mode="anyone")
        facilitator.do("stop_at", t=3600.0, label="One hour")
        facilitator.do("pace", pace=3600)
        facilitator.do("start")
        facilitator.wait(lambda me: me.state["t"] >= 3600.0 and me.state["state"] == "paused", "one hour")
        facilitator.do("pull", lever="call_helpers", size="half")
        facilitator.do("ask", question="customers_lost")
        facilitator.do("ballot", question="What now?", seconds=600)
        facilitator.do("show", xray=True)
        yield app, facilitator


def address(served: Served, name: str) -> str:
    """Where a page is."""
    places = {
        "start": f"{served.address}/#t={served.token}",
        "join": f"{served.address}/j",
        "phone": served.phone,
    }
    return places.get(name) or served.page(name)


def stand(page: Page, name: str, words: Mapping[str, str]) -> None:
    """Wait until a page has all its parts; a phone joins first."""
    if name == "phone":
        page.get_by_label(words["join.name"]).fill("Ann")
        page.get_by_role("button", name=words["join.join"], exact=True).click()
    shown = {
        "start": "h2, h3", "join": "form", "phone": "#levers article", "wall": "#river svg", "console": "#branches li",
        "debrief": "#tree svg",
    }  # fmt: skip
    expect(page.locator(shown[name]).first).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible_and_fits(
    played: tuple[Served, Client], screens: Screens, words: Mapping[str, str], name: str, size: str
) -> None:
    page = screens.open(SIZES[size], address(played[0], name))
    stand(page, name, words)
    check_accessible(page)
    assert "[" not in page.locator("body").inner_text()  # a word that is missing shows its key in brackets


@pytest.mark.parametrize("name", PAGES)
def test_first_load_is_little_and_comes_from_here(
    played: tuple[Served, Client], screens: Screens, words: Mapping[str, str], name: str
) -> None:
    page = screens.open(DESK)
    came: list[Response] = []
    page.on("response", lambda response: came.append(response))
    page.goto(address(played[0], name))
    stand(page, name, words)
    sizes = [response.request.sizes() for response in came if response.ok]
    assert sum(one["responseBodySize"] + one["responseHeadersSize"] for one in sizes) < FIRST_LOAD
    assert len(sizes) > 3
