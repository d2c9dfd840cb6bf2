"""Cards of levers: what each does, how soon and for what price, before it is pulled; and how it goes after that."""

from __future__ import annotations

from typing import Any, Final, Literal, NamedTuple

from momentsim import units
from momentsim.app.setting import Setting
from momentsim.contract.plan import NEVER, SECOND, LeverKind
from momentsim.engine import SteeredRun
from momentsim.runs import glance
from momentsim.scenario.laws.law import Law
from momentsim.scenario.lever_words import sentence
from momentsim.scenario.sections import levers as kinds
from momentsim.scenario.types import Lever, Scenario, Storm

State = Literal["ready", "on_its_way", "in_force", "undone", "used_up", "waits"]

_TITLES = {
    LeverKind.SELF_SERVICE_OFFER: "Open self-service",
    LeverKind.NOTICE: "Tell customers",
    LeverKind.COMPENSATION: "Compensate",
}


class SizeText(NamedTuple):
    """A size of a lever in words."""

    name: str
    words: str
    price: str


class LeverText(NamedTuple):
    """What is said of a lever before it is pulled."""

    name: str
    title: str
    words: str
    lead: str
    lead_s: float
    price: str
    sizes: list[SizeText]


def lever_texts(setting: Setting) -> list[LeverText]:
    """By lever, in the order of the plan's rows."""
    scenario, names = setting.scenario, setting.quiet.names.levers
    of_crises = names[: len(names) - len(scenario.levers)]
    texts = [_crisis_text(scenario, name) for name in of_crises]
    return [*texts, *(_section_text(scenario, name, lever) for name, lever in scenario.levers.items())]


def lever_cards(texts: list[LeverText], steered: SteeredRun) -> list[dict[str, object]]:
    """The cards as they stand now."""
    return [_card(text, steered, row) for row, text in enumerate(texts)]


def why_not(steered: SteeredRun, row: int) -> str:
    """Why a lever cannot be pulled now; empty when it can."""
    live = steered.live()
    if steered.is_over or steered.time >= steered.end:
        return "the story is over"
    if live.is_held(row):
        return "it is pulled already"
    if live.pulls_left(row) <= 0:
        return (
            "it can be pulled only once"
            if _at_most(steered, row) == 1
            else "it was pulled as often as it may be"
        )
    return "it was pulled too lately" if steered.time < live.pull_again_at(row) else ""


def _card(text: LeverText, steered: SteeredRun, row: int) -> dict[str, object]:
    live, state = steered.live(), glance.world_of(steered)["pulled"][row]
    pulled_at = live.pulled_at(row)
    reason = why_not(steered, row)
    held = live.is_held(row)
    return {
        "name": text.name,
        "title": text.title,
        "words": text.words,
        "lead": text.lead,
        "lead_s": text.lead_s,
        "price": text.price,
        "sizes": [size._asdict() for size in text.sizes],
        "state": _state(steered, row, reason),
        "pulled_at": None if pulled_at is None else pulled_at / SECOND,
        "acts_at": _acts_at(steered, row) if held else None,
        "progress": _progress(steered, row, state) if held else "",
        "can_pull": not reason,
        "can_undo": held,
        "why_not": reason,
    }


def _state(steered: SteeredRun, row: int, reason: str) -> State:
    live, state = steered.live(), glance.world_of(steered)["pulled"][row]
    if live.is_held(row):
        return "in_force" if state["effective"] < NEVER and not _nobody_here(steered, row) else "on_its_way"
    if live.pulled_at(row) is None:
        return "ready"
    if not reason:
        return "waits"
    if live.pulls_left(row) > 0:
        return "waits"
    return "undone" if 0 < state["released"] < NEVER else "used_up"


def _acts_at(steered: SteeredRun, row: int) -> float | None:
    """When it takes, or took, effect; seconds since the start."""
    state = glance.world_of(steered)["pulled"][row]
    if state["effective"] < NEVER:
        return float(state["effective"] - glance.start_of(steered)) / SECOND
    world = glance.world_of(steered)
    size = world["lever_sizes"][state["row"]] if state["pulls"] else world["levers"][row]
    pulled_at = steered.live().pulled_at(row)
    return None if pulled_at is None else (pulled_at + int(size["lead_time"])) / SECOND


def _progress(steered: SteeredRun, row: int, state: Any) -> str:
    about = glance.world_of(steered)["levers"][row]
    if about["kind"] == LeverKind.RESERVES:
        called = int(glance.world_of(steered)["groups"]["agents"][about["group"]])
        return f"{glance.people_here(steered, int(about['group']))} of {called} called people are here"
    used = int(max(state["uses"], state["counted"]))
    return f"used {used:,} times so far" if used else ""


def _nobody_here(steered: SteeredRun, row: int) -> bool:
    about = glance.world_of(steered)["levers"][row]
    return about["kind"] == LeverKind.RESERVES and not glance.people_here(steered, int(about["group"]))


def _at_most(steered: SteeredRun, row: int) -> int:
    return int(glance.world_of(steered)["levers"]["at_most"][row])


def _section_text(scenario: Scenario, name: str, lever: Lever) -> LeverText:
    money = scenario.currency
    shown = kinds.sizes_of(lever)
    usual = list(shown.values())[kinds.usual_size(lever)]
    lead_s = float(usual.lead_time) + (_typical(usual.delay) if isinstance(usual, kinds.CallIn) else 0.0)
    sizes = [
        SizeText(size, _plain(sentence(each, money)), _price(each, scenario))
        for size, each in shown.items()
        if size
    ]
    alike = [each for each in scenario.levers.values() if _title(each) == _title(lever)]
    title = _title(lever) if len(alike) == 1 else f"{_title(lever)} ({name.replace('_', ' ')})"
    return LeverText(
        name, title, sentence(usual, money), _lead(lead_s), lead_s, _price(usual, scenario), sizes
    )


def _title(lever: Lever) -> str:
    """What to do, in a few words."""
    match lever:
        case kinds.CallIn():
            return f"Call in {_plain(lever.group)}"
        case kinds.Overtime():
            return f"Ask {_plain(lever.group)} for overtime"
        case kinds.LoginCap():
            return "Let more log in" if lever.agents >= 0 else "Let fewer log in"
        case kinds.Priority():
            return f"Serve {_plain(lever.moment)} {'first' if lever.level == 1 else 'in another order'}"
        case kinds.StartProgramme():
            return f"Start {_plain(lever.programme)}"
    return _PLAIN_TITLES[type(lever)]


_PLAIN_TITLES: Final[dict[type, str]] = {
    kinds.ExtraLines: "Open more lines",
    kinds.PauseOffers: "Stop selling",
    kinds.SendNotice: "Tell customers",
    kinds.PreCancel: "Announce failures ahead",
    kinds.OfferSelfService: "Offer self-service",
    kinds.PayCompensation: "Compensate",
    kinds.RaiseAuthority: "Let agents decide more",
    kinds.SpeakWithOneVoice: "Tell agents what to say",
    kinds.Callback: "Offer callbacks",
    kinds.AnnouncementLever: "Tell callers the wait",
}


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _price(lever: Lever, scenario: Scenario) -> str:
    price, money = lever.price, scenario.currency
    parts = [
        (price.once, f"{price.once:,.0f} {money} at once"),
        (price.per_hour, f"{price.per_hour:,.0f} {money}/h"),
        (price.per_use, f"{price.per_use:,g} {money} each use"),
    ]
    if isinstance(lever, kinds.PayCompensation):
        parts.append((lever.amount, f"{lever.amount:,.0f} {money} each"))
    if isinstance(lever, kinds.CallIn | kinds.Overtime):
        hour = scenario.workforce.groups[lever.group].cost_per_hour
        parts.append((hour, f"{hour:g} {money}/h for each who comes"))
    return ", ".join(text for amount, text in parts if amount > 0.0) or "no price of its own"


def _crisis_text(scenario: Scenario, name: str) -> LeverText:
    crisis, _, rest = name.partition(".")
    storm, money = scenario.crises[crisis], scenario.currency
    kind, _, which = rest.partition(".")
    title, words, lead_s, price = _of_crisis(scenario, storm, kind, which)
    many = len([each for each in scenario.crises.values() if _has(each, kind)]) > 1
    about = f" ({crisis.replace('_', ' ')})" if many else ""
    return LeverText(name, title + about, words, _lead(lead_s), lead_s, price.format(money=money), [])


def _has(storm: Storm, kind: str) -> bool:
    return bool(getattr(storm, kind))


def _of_crisis(scenario: Scenario, storm: Storm, kind: str, which: str) -> tuple[str, str, float, str]:
    """Title, words, lead time in seconds and price of a lever of a crisis."""
    if kind == "reserves":
        call = storm.reserves[which]
        group = scenario.workforce.groups[call.group]
        words = (
            f"All of {_plain(call.group)} are called; {units.format_share(call.show_up)} come, "
            "each after a delay of their own."
        )
        title = "Call in reserves" if len(storm.reserves) == 1 else f"Call in {which.replace('_', ' ')}"
        return title, words, _typical(call.delay), f"{group.cost_per_hour:g} {{money}}/h for each who comes"
    if kind == "self_service_offer" and (web := storm.self_service_offer) is not None:
        words = f"{units.format_share(web.adoption)} of those hit try to help themselves."
        return _TITLES[LeverKind.SELF_SERVICE_OFFER], words, 0.0, f"{web.cost:,.0f} {{money}} at once"
    if kind == "notice" and (notice := storm.notice) is not None:
        reach, clarity = units.format_share(notice.reach), units.format_share(notice.clarity)
        words = f"It reaches {reach} of those hit, with clarity {clarity}."
        return (
            _TITLES[LeverKind.NOTICE],
            words,
            0.0,
            f"{scenario.economics.notice_message:g} {{money}} a message",
        )
    pay = storm.compensation
    if kind != "compensation" or pay is None:
        raise ValueError(f"'{kind}' is no lever of this crisis")
    words = (
        f"All who are hit get {pay.amount:g} {{}} as {pay.form}, {units.format_duration(pay.delay)} after it."
    )
    return (
        _TITLES[LeverKind.COMPENSATION],
        words.format(scenario.currency),
        0.0,
        f"{pay.amount:,.0f} {{money}} each",
    )


def _typical(law: Law) -> float:
    """What a duration of this law is like, seconds; 0 where it is not said in numbers."""
    for name in ("median", "mean", "value"):
        number = getattr(law, name, None)
        if isinstance(number, int | float):
            return float(number)
    return 0.0


def _lead(lead_s: float) -> str:
    return "at once" if lead_s <= 0.0 else f"about {units.format_duration(lead_s)}"
