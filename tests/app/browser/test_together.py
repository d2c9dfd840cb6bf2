"""Wall, console and two phones in one room, from the lobby to the files that are taken home, without the internet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from app.browser.axe import check_accessible
from app.browser.chromium import DESK, HAND, WALL, Page, Screens, Watch, expect
from app.browser.served import Served, serve

pytestmark = pytest.mark.browser
SCENARIO = Path(__file__).with_name("small_town.yaml")
LONG_MS = 300_000
"""For 20 storms and a search on a busy machine."""
FIRST_LOAD = 100_000
"""Bytes that cross the wire until a page stands."""

Words = Mapping[str, str]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A small centre on a busy morning."""
    with serve(tmp_path, str(SCENARIO)) as app:
        yield app


class Room:
    """The pages of a room and what people do on them, in the order in which a facilitator leads."""

    def __init__(self, served: Served, screens: Screens, words: Words) -> None:
        self.words = words
        self.wall = screens.open(WALL, served.page("wall"))
        self.console = screens.open(DESK, served.page("console"))
        self.phones = [screens.open(HAND, served.phone) for _ in range(2)]

    def button(self, page: Page, key: str) -> None:
        """Press the button with these words; a key of the keyboard may stand behind them."""
        page.get_by_role("button", name=re.compile(f"^{re.escape(self.words[key])}")).click()

    def go_on(self, time: str) -> None:
        """Let the clock run until the room pauses by itself."""
        self.console.locator("#toggle").click()
        expect(self.wall.locator("#clock")).to_contain_text(time)
        expect(self.wall.locator("#pace")).to_have_text(self.words["state.paused"])

    def join(self) -> None:
        """Both phones come in."""
        for page, name in zip(self.phones, ("Ann", "Ben"), strict=True):
            page.get_by_label(self.words["join.name"]).fill(name)
            page.get_by_role("button", name=self.words["join.join"], exact=True).click()
        expect(self.console.locator("#phones")).to_contain_text("2 phones are here")
        expect(self.wall.get_by_role("button", name=self.words["lobby.start"])).to_be_enabled()

    def predict(self) -> None:
        """A question on the phones; the console sees the answers."""
        self.button(self.console, "ask.customers_lost")
        for page, guess in zip(self.phones, ("100", "200"), strict=True):
            page.get_by_role("spinbutton").fill(guess)
            self.button(page, "phone.predict_send")
            expect(page.locator("#asked")).to_contain_text(f"You said {guess}")
        expect(self.console.locator("#predictions svg")).to_be_visible()

    def run_to_a_stop(self) -> None:
        """A stop is set on the console, the wall starts the clock by its key, and it stops by itself."""
        self.console.get_by_label(self.words["console.stop.time"], exact=True).fill("2024-01-08T03:00")
        self.console.get_by_label(self.words["console.stop.label"]).fill("Who helps?")
        self.button(self.console, "console.stop.add")
        expect(self.console.locator("#stops")).to_contain_text("Who helps?")
        self.console.locator("#paces").get_by_role("button").last.click()
        self.wall.locator("body").press("Space")
        expect(self.wall.locator("#second")).to_contain_text("Who helps?")

    def vote(self) -> None:
        """All phones vote, the console closes the ballot and pulls what won, and everybody sees it."""
        self.button(self.console, "console.vote.open")
        for page in self.phones:
            page.get_by_label(re.compile("^Call in helpers")).check()
            page.get_by_role("group", name=self.words["phone.how_sure"]).get_by_label("4").check()
            page.get_by_role("button", name=self.words["phone.vote"], exact=True).click()
            expect(page.locator("#ballot").get_by_role("status")).to_contain_text(
                "You voted: Call in helpers"
            )
        expect(self.console.locator("#vote-now")).to_contain_text("2 of 2 voted")
        self.button(self.console, "console.vote.pull")
        expect(self.wall.locator("#levers .on_its_way")).to_contain_text("Call in helpers")
        for page in self.phones:
            expect(page.locator(".lever-state")).to_contain_text("Pulled Mon 03:00")

    def go_back(self) -> None:
        """On to the next stop; an hour back by a key on the wall; another lever there."""
        self.go_on("09:00")
        self.wall.locator("body").press("ArrowLeft")
        expect(self.console.locator("#branches > li")).to_have_count(2)
        expect(self.wall.locator("#clock")).to_contain_text("08:00")
        self.wall.locator("body").press("2")
        dialog = self.wall.get_by_role("dialog")
        expect(dialog).to_contain_text("Open more lines")
        dialog.get_by_role("button", name=self.words["lever.pull.yes"]).click()
        expect(self.console.locator("#branches > li.now")).to_contain_text("Open more lines")

    def see_what_happened(self) -> None:
        """X-ray is for everybody; before it, phones see nothing of it."""
        for page in self.phones:
            expect(page.get_by_role("heading", name=self.words["phone.xray"])).to_be_hidden()
        self.wall.locator("body").press("x")
        expect(self.wall.locator("#truth")).to_have_text(self.words["wall.truth.xray"])
        for page in self.phones:
            expect(page.get_by_role("heading", name=self.words["phone.xray"])).to_be_visible()

    def finish(self) -> None:
        """To the end, and the wall becomes the debrief; phones are told what they had said and what came."""
        self.go_on("09:00")
        self.go_on("12:00")
        self.button(self.console, "console.finish")
        expect(self.wall).to_have_url(re.compile("/debrief/"))
        expect(self.wall.locator("#tree tbody tr")).to_have_count(2)
        expect(self.wall.locator("#rivers svg").first).to_be_visible()
        expect(self.wall.locator("#predictions svg")).to_be_visible()
        for page, guess in zip(self.phones, ("100", "200"), strict=True):
            expect(page.locator("#asked")).to_contain_text(f"You said {guess}. It came to")

    def write_rules(self) -> None:
        """One rule each, on the wall at once."""
        for number, page in enumerate(self.phones):
            page.get_by_label(self.words["phone.rule"]).fill(f"Call helpers {number + 1} h before.")
            page.locator("section", has_text=self.words["phone.rule_title"]).get_by_role("button").click()
        expect(self.wall.locator("#rules li")).to_have_count(2)

    def ask_what_it_cost(self) -> None:
        """The average over 20 storms: differences, places, and what an hour of waiting costs."""
        debrief = self.wall
        self.button(debrief, "debrief.button_compare")
        result = debrief.locator("#result table")
        expect(result.locator("caption")).to_contain_text("over 20 storms", timeout=LONG_MS)
        expect(result).to_contain_text(self.words["debrief.place_head"])
        self.button(debrief, "debrief.button_score_run")
        expect(debrief.locator("#score .wide caption")).to_contain_text("Over 20 storms", timeout=LONG_MS)
        debrief.get_by_label(self.words["debrief.choose_curve-lever"], exact=True).select_option(
            label="Call in helpers"
        )
        self.button(debrief, "debrief.button_curve_run")
        expect(debrief.locator("#curve svg")).to_be_visible(timeout=LONG_MS)

    def close(self) -> None:
        """Files are written, and opened from the page."""
        debrief = self.wall
        self.button(debrief, "debrief.button_close")
        debrief.get_by_role("dialog").get_by_role("button", name=self.words["debrief.close_yes"]).click()
        for name in ("report", "handout"):
            with debrief.expect_popup() as opened:
                debrief.get_by_role("button", name=self.words[f"debrief.file_{name}"]).click(timeout=LONG_MS)
            expect(opened.value.get_by_role("heading").first).to_be_visible()
            opened.value.close()
        for page in self.phones:
            expect(page.get_by_text(self.words["phone.state_closed"])).to_be_visible()


def test_a_room_plays_from_lobby_to_debrief(
    served: Served, screens: Screens, words: Words, watch: Watch
) -> None:
    room = Room(served, screens, words)
    room.join()
    room.predict()
    room.run_to_a_stop()
    room.vote()
    room.go_back()
    room.see_what_happened()
    room.finish()
    room.write_rules()
    room.ask_what_it_cost()
    check_accessible(room.wall)
    room.close()
    assert {address.split("/")[2] for address in watch.asked} == {served.address.split("/")[2]}
