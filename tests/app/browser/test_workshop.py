"""The 45 minutes of docs/workshop.md by a script: 24 phones, a wall and a console, without the internet."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest
import yaml

from app.browser.axe import check_accessible
from app.browser.chromium import DESK, HAND, WALL, Page, Screens, Watch, expect
from app.browser.clients import Client, client
from app.browser.served import Served, serve

if TYPE_CHECKING:
    from app.browser.conftest import Shoot

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SCENARIO: Final = Path(__file__).parents[3] / "scenarios" / "airline_ice_storm.yaml"
PEOPLE: Final = ("customers", "customers_per_service", "per_day", "heads", "lines", "login_cap")
"""Keys that count people, or what is there for so many of them."""
SCALE: Final = 0.2
TEAMS: Final = ("Blue", "Red", "Green", "Gold")
PHONES: Final = 24
STORMS: Final = 2
"""The guide says 20; what is shown is the same."""
HOUR: Final = 3600.0
EVENING: Final = 42 * HOUR
"""Tuesday 18:00, the evening before the storm."""
LONG_MS: Final = 600_000
LONG_S: Final = 600.0
RESERVES, ONE_VOICE, WEB = "ice_storm.reserves.called_out", "one_word", "web"
WINNERS: Final = ("", RESERVES, ONE_VOICE, "", WEB)
"""What most vote for at each stop; empty for waiting."""

Words = Mapping[str, str]


@pytest.fixture
def served(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Served]:
    """The storm of February 2007; of a fifth of its people but for the pictures, since nobody waits for this one."""
    file = SCENARIO
    if not request.config.getoption("--pictures"):
        file = tmp_path / SCENARIO.name
        file.write_text(
            yaml.safe_dump(fewer(yaml.safe_load(SCENARIO.read_text("utf-8"))), sort_keys=False),
            encoding="utf-8",
        )
    with serve(tmp_path, str(file), storms=STORMS) as app:
        yield app


def fewer(data: Any) -> Any:
    """Data of a scenario with a fifth of the people."""
    if isinstance(data, list):
        return [fewer(item) for item in data]
    if not isinstance(data, dict):
        return data
    return {
        key: max(1, round(SCALE * value)) if key in PEOPLE and isinstance(value, int) else fewer(value)
        for key, value in data.items()
    }


class People(NamedTuple):
    """Who is in the room: a facilitator who is told everything, and phones; all leave with the stack."""

    facilitator: Client
    phones: list[Client]
    stack: ExitStack


@pytest.fixture
def people(served: Served) -> Iterator[People]:
    """24 people in four teams."""
    with ExitStack() as stack:
        facilitator = stack.enter_context(client(served, "console"))
        phones = [
            stack.enter_context(client(served, "phone", name=f"P{number}", team=TEAMS[number % len(TEAMS)]))
            for number in range(PHONES)
        ]
        yield People(facilitator, phones, stack)


class Workshop:
    """The pages that are looked at, and what is done minute by minute."""

    def __init__(self, served: Served, people: People, screens: Screens, words: Words, shoot: Shoot) -> None:
        self.served, self.people, self.words, self.shoot = served, people, words, shoot
        self.room = people.facilitator
        self.wall = screens.open(WALL, served.page("wall"))
        self.console = screens.open(DESK, served.page("console"))
        self.phone = screens.open(HAND, served.phone)

    def press(self, key: str, page: Page | None = None) -> None:
        """A button on the console, or on another page."""
        name = re.compile(f"^{re.escape(self.words[key])}( \\S+)?$")
        (page or self.console).get_by_role("button", name=name).click()

    def minute_0_join(self) -> None:
        """Everybody joins and says how they feel."""
        self.shoot(self.wall, "lobby")
        self.phone.get_by_label(self.words["join.name"]).fill("Zoe")
        self.phone.get_by_label(self.words["join.team"], exact=True).fill("Gold")
        self.phone.get_by_role("button", name=self.words["join.join"], exact=True).click()
        for number, phone in enumerate(self.people.phones):
            phone.do("mood", value=1 + number % 5)
        expect(self.console.locator("#phones")).to_contain_text(f"{PHONES + 1} phones are here")

    def minute_6_predict(self) -> None:
        """How many will never be helped?"""
        self.press("ask.never_helped")
        for number, phone in enumerate(self.people.phones):
            phone.wait(lambda me: me.state["asking"] is not None, "the question")
            phone.do("predict", question="never_helped", value=500 * number)
        self.room.wait(lambda me: sum(me.state["predictions"][0]["counts"]) == PHONES, "all predictions")
        expect(self.console.locator("#predictions svg")).to_be_visible()

    def minute_8_first_round(self) -> None:
        """Five stops, a vote at each; what wins is pulled."""
        self.console.locator("#paces").get_by_role("button").last.click()
        self.wall.locator("body").press("Space")
        for number, winner in enumerate(WINNERS):
            self.room.wait(lambda me: me.state["state"] == "paused", f"stop {number + 1}", within=LONG_S)
            if number == 2:
                self.a_phone_sleeps()
                self.look_twice()
            self.vote(winner, is_shown=number == 1)
            if number < len(WINNERS) - 1:
                before = self.room.state["t"]
                self.console.locator("#toggle").click()
                self.room.wait(lambda me, then=before: me.state["t"] > then, "the clock")  # type: ignore[misc]

    def look_twice(self) -> None:
        """What the centre sees, and for a moment what really happens; phones that may pull."""
        self.wall.locator("body").press("f")
        expect(self.wall.locator("#face")).to_be_visible()
        self.shoot(self.wall, "wall")
        self.press("wall.xray")
        expect(self.wall.locator("#truth")).to_have_text(self.words["wall.truth.xray"])
        expect(self.wall.locator("#river svg")).to_be_visible()
        expect(self.wall.locator("#second")).to_contain_text(
            self.words["story.iceberg"].split("{")[0].strip()
        )
        self.shoot(self.wall, "wall_xray")
        self.press("wall.xray")
        self.room.do("mode", mode="anyone")
        expect(self.phone.get_by_role("button", name="Pull").first).to_be_visible()
        self.phone.locator("dl.three").evaluate("node => scrollTo(0, node.offsetTop - 60)")
        self.shoot(self.phone, "phone_levers")
        self.room.do("mode", mode="console")

    def vote(self, winner: str, *, is_shown: bool) -> None:
        """Two of three choose the winner, the others wait."""
        self.press("console.vote.open")
        self.phone.get_by_role("button", name=self.words["phone.vote"], exact=True).wait_for()
        if is_shown:
            self.shoot(self.phone, "phone_vote")
            self.shoot(self.console, "console")
        for number, phone in enumerate(self.people.phones):
            phone.wait(lambda me: bool(me.state["ballot"] and me.state["ballot"]["open"]), "the ballot")
            ballot = phone.state["ballot"]
            levers = [choice["lever"] for choice in ballot["choices"]]
            choice = levers.index(winner if number % 3 else "")
            phone.do("vote", ballot=ballot["id"], choice=choice, sure=1 + number % 5)
        expect(self.console.locator("#vote-now")).to_contain_text(f"{PHONES} of {PHONES + 1} voted")
        self.press("console.vote.pull")
        self.room.wait(lambda me: not me.state["ballot"]["open"], "the end of the vote")
        if winner:
            self.room.wait(lambda me: self.last_pull() == winner, "the pull")

    def last_pull(self) -> str:
        """The lever that was pulled last in the first try; empty where none was."""
        pulls = self.room.told["tree"]["branches"][0]["pulls"]
        return str(pulls[-1]["lever"]) if pulls else ""

    def a_phone_sleeps(self) -> None:
        """One is gone for a while and comes back as the same person, where the storm is."""
        sleeper = self.people.phones.pop()
        again = sleeper.told["welcome"]["again"]
        sleeper.close()
        self.room.wait(lambda me: me.state["phones"] == PHONES, "one phone less")
        awake = self.people.stack.enter_context(client(self.served, "phone", name="P23", again=again))
        self.people.phones.append(awake)
        assert awake.told["welcome"]["client"] == sleeper.told["welcome"]["client"]
        assert awake.state["t"] == self.room.state["t"]
        self.room.wait(lambda me: me.state["phones"] == PHONES + 1, "all phones")

    def minute_20_xray(self) -> None:
        """The storm is ended where it stands; the wall becomes the debrief, and phones are told the truth."""
        self.press("console.finish")
        self.press("finish.yes")
        expect(self.wall).to_have_url(re.compile("/debrief/"))
        expect(self.wall.locator("#predictions svg")).to_be_visible(timeout=LONG_MS)
        self.room.wait(lambda me: "never_helped" in me.state["truth"], "the truth")
        truth = self.room.state["truth"]["never_helped"]
        assert truth > 0
        for phone in self.people.phones:
            phone.wait(lambda me: me.state["truth"] == {**me.state["truth"], "never_helped": truth}, "truth")

    def minute_25_same_past(self) -> None:
        """Back to the decision about the reserves, otherwise from there, a day on."""
        pulls = self.console.locator("#branches > li").first.locator("ul li")
        pulls.first.get_by_role("button").click()
        self.room.wait(lambda me: len(me.told["tree"]["branches"]) == 2, "another branch")
        self.room.wait(lambda me: me.state["state"] == "paused" and not me.state["catching_up"], "the past")
        self.room.do("pull", lever=ONE_VOICE)
        self.play("Later reserves", hours=24.0)

    def minute_29_second_round(self) -> None:
        """Two teams, each with a plan of its own, from the evening before."""
        for team, lever in (("Blue", RESERVES), ("Red", WEB)):
            self.room.do("go_to", branch="b1", t=EVENING, name=team)
            self.room.do("pull", lever=lever)
            self.play(team, hours=24.0)

    def play(self, name: str, *, hours: float) -> None:
        """Name what is played, and let it run for so many hours at the highest pace."""
        branch = self.room.state["branch"]
        self.room.do("rename", branch=branch, name=name)
        until = self.room.state["t"] + hours * HOUR
        for stop in list(self.room.state["stops"]):
            if stop["t"] < until:
                self.room.do("drop_stop", t=stop["t"])
        self.room.do("stop_at", t=until, label=name)
        self.room.do("pace", pace=3600)
        self.room.play()
        assert self.room.state["t"] == pytest.approx(until)

    def minute_37_score(self) -> None:
        """The average over common storms, and the score; what an hour costs is asked in a smaller room."""
        self.room.do("finish")
        expect(self.wall.locator("#tree tbody tr")).to_have_count(4)
        self.room.do("compare", branches=["b1", "b2"], storms=STORMS)
        caption = self.wall.locator("#result caption")
        expect(caption).to_contain_text(f"over {STORMS} storms", timeout=LONG_MS)
        self.wall.evaluate("scrollTo(0, 0)")
        self.shoot(self.wall, "debrief")
        self.room.do("score", storms=STORMS)
        expect(self.wall.locator("#score .wide caption")).to_contain_text(
            f"Over {STORMS} storms", timeout=LONG_MS
        )
        check_accessible(self.wall)

    def minute_41_rules(self) -> None:
        """Everybody writes one rule."""
        for number, phone in enumerate(self.people.phones):
            phone.do("rule", text=f"When more than {100 + number} wait for 20 minutes, call in reserves.")
        expect(self.wall.locator("#rules li")).to_have_count(PHONES)

    def minute_44_close(self) -> None:
        """Report, handout, workbook, decisions and pulls stand in the folder."""
        self.press("debrief.button_close", self.wall)
        self.wall.get_by_role("dialog").get_by_role("button", name=self.words["debrief.close_yes"]).click()
        report = self.wall.get_by_role("button", name=self.words["debrief.file_report"])
        expect(report).to_be_visible(timeout=LONG_MS)
        for phone in self.people.phones:
            phone.wait_state("closed")


def test_45_minutes_with_24_phones(
    served: Served,
    people: People,
    screens: Screens,
    words: Words,
    watch: Watch,
    shoot: Shoot,
) -> None:
    workshop = Workshop(served, people, screens, words, shoot)
    workshop.minute_0_join()
    workshop.minute_6_predict()
    workshop.minute_8_first_round()
    workshop.minute_20_xray()
    workshop.minute_25_same_past()
    workshop.minute_29_second_round()
    workshop.minute_37_score()
    workshop.minute_41_rules()
    workshop.minute_44_close()
    here = served.address.split("/")[2]
    assert {address.split("/")[2] for address in watch.asked} == {here}
    (folder,) = (served.folder / "workshops").iterdir()
    kept = {file.name for file in folder.iterdir()}
    assert {"room.json", "decisions.jsonl", "report.html", "results.xlsx", "handout.html"} <= kept
    decisions = [json.loads(line) for line in (folder / "decisions.jsonl").read_text("utf-8").splitlines()]
    said = [decision["said"]["type"] for decision in decisions]
    assert said.count("vote") == PHONES * len(WINNERS)
    assert len(list(folder.glob("*/levers.csv"))) == 4
