"""What is said of a lever before it is pulled: what it does, how soon, what it costs and when it ends."""

from __future__ import annotations

from datetime import datetime

from momentsim import units
from momentsim.scenario.files.nodes import KeyPath
from momentsim.scenario.sections import levers as kinds
from momentsim.scenario.types import Lever, Scenario


def lever_text(scenario: Scenario, path: KeyPath) -> str:
    """The sentence of a lever, or of one of its sizes; empty for any other key."""
    match path:
        case ("levers", str(name)) if name in scenario.levers:
            return sentence(scenario.levers[name], scenario.currency)
        case ("levers", str(name), "sizes", str(size)) if name in scenario.levers:
            sized = kinds.sizes_of(scenario.levers[name]).get(size)
            return "" if sized is None else sentence(sized, scenario.currency)
    return ""


def sentence(lever: Lever, currency: str) -> str:
    """What a lever says; its own words where it has some."""
    if lever.says is not None:
        return lever.says
    parts = (_what(lever), _how_soon(lever), _price(lever, currency), _when(lever), _end(lever))
    return " ".join(f"{part[0].upper()}{part[1:]}." for part in parts if part)


def _what(lever: Lever) -> str:
    """By kind, in the infinitive; where the fields say nothing more, what the kind is."""
    match lever:
        case kinds.CallIn():
            come = units.format_share(lever.show_up)
            return f"call in the group {lever.group}, of whom {come} come, each after a delay of their own"
        case kinds.Overtime():
            stay = f"up to {units.format_duration(lever.hours)} longer"
            return f"ask agents of {lever.group} whose shift ends to stay {stay}; {units.format_share(lever.agree)} do"
        case kinds.ExtraLines():
            return f"open {lever.lines} more lines"
        case kinds.LoginCap():
            return f"let {abs(lever.agents)} {'more' if lever.agents >= 0 else 'fewer'} agents be logged in"
        case kinds.Priority():
            return f"give contacts of {lever.moment} that arrive the priority {lever.level}"
        case kinds.PauseOffers():
            return f"make no offers in {'any contact' if lever.moment is None else lever.moment}"
        case kinds.StartProgramme():
            return f"start the programme {lever.programme}"
    return _what_customers_feel(lever)


def _what_customers_feel(lever: Lever) -> str:
    """The same of the kinds that customers feel."""
    match lever:
        case kinds.SendNotice():
            reach, clarity = units.format_share(lever.reach), units.format_share(lever.clarity)
            return f"tell those hit by {lever.crisis} before they call; it reaches {reach}, with clarity {clarity}"
        case kinds.PreCancel():
            ahead, share = units.format_duration(lever.hours_ahead), units.format_share(lever.share)
            return f"announce what is still to fail in {lever.crisis} up to {ahead} ahead, to {share}"
        case kinds.OfferSelfService():
            whom = f"those hit by {lever.crisis}" if lever.crisis is not None else f"all with {lever.moment}"
            tries, solves = units.format_share(lever.adoption), units.format_share(lever.solves)
            return f"let {whom} help themselves; {tries} try, {solves} of average cases succeed"
        case kinds.PayCompensation():
            paid = {
                "all": "all",
                "called": "callers among those",
                "unhelped": "those not helped by then, of all",
            }
            delay = units.format_duration(lever.delay)
            amount = f"{units.format_number(lever.amount)} as {lever.form}"
            return f"pay {paid[lever.whom]} hit by {lever.crisis} {amount}, {delay} after they were hit"
        case kinds.RaiseAuthority():
            who = "every agent" if lever.group is None else f"agents of {lever.group}"
            return f"let {who} decide on {units.format_number(lever.amount)} more, which they also give away"
        case kinds.SpeakWithOneVoice():
            goes = units.format_share(lever.strength)
            return f"tell the front line what to say; {goes} of differences in knowledge and of a blackout go"
        case kinds.Callback():
            take = units.format_share(lever.offer.acceptance)
            return (
                f"offer callbacks to callers of {lever.queue} who would have to wait; {take} of them take one"
            )
        case kinds.AnnouncementLever():
            told = {"wait": "the wait", "place": "their place", "nothing": "nothing"}[
                lever.announcement.tells
            ]
            message = ", after a message before the queue" if lever.announcement.message else ""
            return f"tell callers of {lever.queue} who have to wait {told}{message}"
    first = (type(lever).__doc__ or lever.kind).split("\n")[0].rstrip(".")
    return f"{first[0].lower()}{first[1:]}"


def _how_soon(lever: Lever) -> str:
    acts = f"it acts after {units.format_duration(lever.lead_time)}" if lever.lead_time else "it acts at once"
    return acts if lever.success >= 1.0 else f"{acts}, and {units.format_share(lever.success)} of pulls work"


def _price(lever: Lever, currency: str) -> str:
    price = lever.price
    words = (
        (price.once, f"{units.format_number(price.once)} {currency} for each pull"),
        (price.per_hour, f"{units.format_number(price.per_hour)} {currency} for each hour in force"),
        (price.per_use, f"{units.format_number(price.per_use)} {currency} for each use"),
    )
    costs = [text for amount, text in words if amount > 0.0]
    return f"it costs {', '.join(costs)}" if costs else "it has no price of its own"


def _when(lever: Lever) -> str:
    ways = [f"at {units.format_timestamp(lever.at)}"] if isinstance(lever.at, datetime) else []
    ways += [f"when {lever.when}"] if lever.when is not None else []
    often = f", at most {lever.at_most} times" if lever.at_most > 1 else ""
    return f"pulled {' or '.join(ways)}{often}" if ways else f"pulled by hand or by a playbook only{often}"


def _end(lever: Lever) -> str:
    ends = [f"when {lever.undo_when}"] if lever.undo_when is not None else []
    if isinstance(lever.until, datetime):
        ends.append(f"at {units.format_timestamp(lever.until)}")
    elif isinstance(lever.until, float | int):
        ends.append(f"{units.format_duration(lever.until)} after it has taken effect")
    return f"undone {' or '.join(ends)}" if ends else "it stays until somebody undoes it"
