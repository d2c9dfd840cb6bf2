"""Section `levers`: what a scenario can do while it runs, each with lead time, price, sizes and an end.

A kind is a class below `_Lever`, listed in `Lever`, with a class of sizes below `_Size`; what its fields mean to the
engine stands in `prepare/levers.py`, what it does in `engine/levers/effects.py`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from momentsim.scenario.laws.law import Law
from momentsim.scenario.quantities import Duration, Money, MoneyPerHour, Name, Share, Switch
from momentsim.scenario.sections.base import Section
from momentsim.scenario.sections.lever_conditions import ConditionText
from momentsim.scenario.sections.lever_time import LeverEnd, LeverTime
from momentsim.scenario.sections.waiting import Announcement, CallbackOffer

MOST_SIZES = 20
_DAY_S = 86_400.0
MOST_PULLS = 1000
Text = Annotated[str, Field(min_length=1, max_length=500)]


class Price(Section):
    """What a lever costs; a line `levers` of the ledger."""

    once: Money = Field(0, description="For each pull, whether it works or not.")
    per_hour: MoneyPerHour = Field(0, description="For each hour in which it is in force.")
    per_use: Money = Field(0, description="For each use; the kind says what that is.")


class _Size(Section):
    """What every size may say in place of the lever itself."""

    lead_time: Duration | None = Field(None, description="From the pull to the effect, in this size.")
    success: Share | None = Field(None, description="Share of pulls that work, in this size.")
    price: Price | None = Field(None, description="What this size costs.")
    says: Text | None = Field(None, description="The sentence of this size.")


class _Lever(Section):
    """What every kind of lever has."""

    at: LeverTime = Field("never", description="When the plan pulls it.")
    when: ConditionText | None = Field(
        None, description="Pulled once this holds; looked at each minute from the scenario's start on."
    )
    until: LeverEnd = Field("never", description="When it is undone: a time, or a duration after its effect.")
    undo_when: ConditionText | None = Field(None, description="Undone once this holds.")
    at_most: Annotated[int, Field(ge=1, le=MOST_PULLS)] = Field(1, description="Pulls in one run.")
    again_after: Duration = Field(60, ge=60, description="From one pull to the next, at least.")
    lead_time: Duration = Field(0, description="From the pull to the effect.")
    success: Share = Field(1.0, description="Share of pulls that work; one draw for each pull.")
    price: Price = Field(Price(), description="What it costs.")
    size: Name | None = Field(
        None, description="The size that plan and trigger pull; the first when left out."
    )
    says: Text | None = Field(
        None, description="What is said before it is pulled; made from its fields when left out."
    )


class CallInSize(_Size):
    """A size of `call_in`."""

    show_up: Share | None = Field(None, description="Share of those called who come, in this size.")


class CallIn(_Lever):
    """A reserve group is called in; undone, it is sent home. A use is a contact that it serves."""

    kind: Literal["call_in"] = Field(description="What sort of lever it is.")
    group: Name = Field(description="A group of the workforce with `reserve: on`.")
    delay: Law = Field(Law(median=3 * 3600, sigma=0.4), description="Time until a called agent is ready.")
    show_up: Share = Field(0.8, description="Share of those called who come.")
    sizes: dict[Name, CallInSize] = Field({}, max_length=MOST_SIZES, description="Named sizes.")


class ExtraLinesSize(_Size):
    """A size of `extra_lines`."""

    lines: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        None, description="Lines opened in this size."
    )


class ExtraLines(_Lever):
    """More lines are opened, so that fewer callers hear busy; undone, they are closed as they get free."""

    kind: Literal["extra_lines"] = Field(description="What sort of lever it is.")
    lines: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        description="Lines opened beyond `waiting.lines`."
    )
    sizes: dict[Name, ExtraLinesSize] = Field({}, max_length=MOST_SIZES, description="Named sizes.")


class CallbackSize(_Size):
    """A size of `callback`."""

    offer: CallbackOffer | None = Field(None, description="What is offered in this size.")


class Callback(_Lever):
    """A queue offers callbacks, in place of its own offer if it has one. A use is a callback that is taken.

    Undone, no more are offered; who has taken one is still called.
    """

    kind: Literal["callback"] = Field(description="What sort of lever it is.")
    queue: Name = Field(description="The queue.")
    offer: CallbackOffer = Field(CallbackOffer(), description="What is offered.")
    sizes: dict[Name, CallbackSize] = Field({}, max_length=MOST_SIZES, description="Named sizes.")


class AnnouncementSize(_Size):
    """A size of `announcement`."""

    announcement: Announcement | None = Field(None, description="What callers are told in this size.")


class AnnouncementLever(_Lever):
    """Callers of a queue are told something, in place of its own announcement.

    A use is a caller who is told something, by a message or in the queue.
    """

    kind: Literal["announcement"] = Field(description="What sort of lever it is.")
    queue: Name = Field(description="The queue.")
    announcement: Announcement = Field(Announcement(), description="What callers are told.")
    sizes: dict[Name, AnnouncementSize] = Field({}, max_length=MOST_SIZES, description="Named sizes.")


class NoticeSize(_Size):
    """A size of `notice`."""

    reach: Share | None = Field(None, description="Share of the affected who get it, in this size.")
    clarity: Share | None = Field(None, description="How clear it is, in this size.")
    hours_ahead: Duration | None = Field(None, description="Time to the disruption, in this size.")


class SendNotice(_Lever):
    """Those whom a crisis hits are told before they call: clear, it spares calls; unclear, it brings some.

    A use is a customer whom it reaches, beside `economics.notice_message`. Undone, no more are told.
    """

    kind: Literal["notice"] = Field(description="What sort of lever it is.")
    crisis: Name = Field(description="The crisis whose affected are told.")
    reach: Share = Field(0.8, description="Share of the affected who get it.")
    clarity: Share = Field(0.6, description="0.3 poor, 0.9 complete with a way to act.")
    hours_ahead: Duration = Field(0, description="Time between the notice and the disruption.")
    sizes: dict[Name, NoticeSize] = Field({}, max_length=MOST_SIZES, description="Named sizes.")


class PreCancellationSize(_Size):
    """A size of `pre_cancellation`."""

    share: Share | None = Field(None, description="Share of the affected who are told ahead, in this size.")
    hours_ahead: Duration | None = Field(None, description="By how much earlier, in this size.")


class PreCancel(_Lever):
    """What is still to fail is announced ahead, which softens the harm; calls keep their times.

    Nobody is told longer ahead than since it took effect. A use is a customer who is told.
    """

    kind: Literal["pre_cancellation"] = Field(description="What sort of lever it is.")
    crisis: Name = Field(description="The crisis whose failures are announced.")
    share: Share = Field(0.7, description="Share of the affected who are told ahead.")
    hours_ahead: Duration = Field(14 * 3600, description="By how much earlier than in `days`, at most.")
    sizes: dict[Name, PreCancellationSize] = Field({}, max_length=MOST_SIZES, description="Named sizes.")


class SelfServiceSize(_Size):
    """A size of `self_service_offer`."""

    adoption: Share | None = Field(None, description="Share of customers who try it, in this size.")
    solves: Share | None = Field(None, description="Success at average complexity, in this size.")


class OfferSelfService(_Lever):
    """Customers may help themselves while it is in force: those whom a crisis hit, or all who have a need.

    A use is a customer who tries; each tries once.
    """

    kind: Literal["self_service_offer"] = Field(description="What sort of lever it is.")
    crisis: Name | None = Field(None, description="The crisis whose affected may; this or `moment`.")
    moment: Name | None = Field(None, description="The need with which everybody may; this or `crisis`.")
    adoption: Share = Field(0.5, description="Share of customers who try it.")
    solves: Share = Field(0.7, description="Success at average complexity.")
    sizes: dict[Name, SelfServiceSize] = Field({}, max_length=MOST_SIZES, description="Named sizes.")


class CompensationSize(_Size):
    """A size of `compensation`."""

    amount: Money | None = Field(None, description="Face value for each customer, in this size.")
    delay: Duration | None = Field(None, description="From the disruption to the customer, in this size.")


class PayCompensation(_Lever):
    """Customers whom a crisis has hit are paid. A use is a customer who is paid.

    What is promised is kept: undone, only those who are hit later get nothing.
    """

    kind: Literal["compensation"] = Field(description="What sort of lever it is.")
    crisis: Name = Field(description="The crisis whose affected are paid.")
    whom: Literal["all", "called", "unhelped"] = Field(
        "all",
        description="All who were hit; those who have called, or whom nobody has helped, when it comes.",
    )
    amount: Money = Field(description="Face value for each of them.")
    delay: Duration = Field(2 * 86400, description="From the disruption to the customer's hands.")
    apology: Switch = Field(True, description="With an apology that admits the fault.")
    form: Literal["voucher", "cash"] = Field("voucher", description="Not all vouchers are used; cash is.")
    sizes: dict[Name, CompensationSize] = Field({}, max_length=MOST_SIZES, description="Named sizes.")


class AuthoritySize(_Size):
    """A size of `goodwill_authority`."""

    amount: Money | None = Field(None, description="By how much the limit is raised, in this size.")


class RaiseAuthority(_Lever):
    """Agents may spend more on a decision, so that fewer needs are passed on; what they spend is goodwill.

    It acts on moments with `beyond_authority`. A use is not counted: the money is in the ledger's goodwill.
    """

    kind: Literal["goodwill_authority"] = Field(description="What sort of lever it is.")
    group: Name | None = Field(None, description="Whose limit is raised; everybody's when left out.")
    amount: Annotated[Money, Field(gt=0)] = Field(
        description="By how much the limit of a decision is raised."
    )
    sizes: dict[Name, AuthoritySize] = Field({}, max_length=MOST_SIZES, description="Named sizes.")


class OneVoiceSize(_Size):
    """A size of `one_voice`."""

    strength: Share | None = Field(None, description="How much it takes away, in this size.")


class SpeakWithOneVoice(_Lever):
    """The front line is told what to say: of differences in knowledge and of what a blackout does, a part goes."""

    kind: Literal["one_voice"] = Field(description="What sort of lever it is.")
    crisis: Name | None = Field(None, description="Only for moments of this crisis; for all when left out.")
    group: Name | None = Field(None, description="Who is told; everybody when left out.")
    strength: Share = Field(0.8, description="Share of the differences and of the blackout that goes.")
    sizes: dict[Name, OneVoiceSize] = Field({}, max_length=MOST_SIZES, description="Named sizes.")


class OvertimeSize(_Size):
    """A size of `overtime`."""

    hours: Duration | None = Field(
        None, gt=0, le=_DAY_S, description="How long they stay at most, in this size."
    )
    agree: Share | None = Field(None, description="Share of those asked who stay, in this size.")


class Overtime(_Lever):
    """Agents of a group whose shift ends are asked to stay, paid as overtime. A use is an agent who stays once."""

    kind: Literal["overtime"] = Field(description="What sort of lever it is.")
    group: Name = Field(description="A group of the workforce that is no reserve.")
    hours: Duration = Field(
        2 * 3600, gt=0, le=_DAY_S, description="How long they stay at most; undone, they go at once."
    )
    agree: Share = Field(0.5, description="Share of those asked who stay; everybody is asked at each end.")
    sizes: dict[Name, OvertimeSize] = Field({}, max_length=MOST_SIZES, description="Named sizes.")


class LoginCapSize(_Size):
    """A size of `login_cap`."""

    agents: Annotated[int, Field(ge=-1_000_000, le=1_000_000)] | None = Field(
        None, description="More agents who may be logged in, in this size."
    )


class LoginCap(_Lever):
    """More agents may be logged in at once, or fewer; nobody is thrown out."""

    kind: Literal["login_cap"] = Field(description="What sort of lever it is.")
    agents: Annotated[int, Field(ge=-1_000_000, le=1_000_000)] = Field(
        description="More agents who may be logged in, beyond `workforce.login_cap`; below 0 fewer."
    )
    sizes: dict[Name, LoginCapSize] = Field({}, max_length=MOST_SIZES, description="Named sizes.")


class PrioritySize(_Size):
    """A size of `priority`."""

    level: Annotated[int, Field(ge=1, le=9)] | None = Field(None, description="The level in this size.")


class Priority(_Lever):
    """Contacts of a moment that arrive while it is in force have another priority in their queue."""

    kind: Literal["priority"] = Field(description="What sort of lever it is.")
    moment: Name = Field(description="Whose contacts.")
    level: Annotated[int, Field(ge=1, le=9)] = Field(description="1 is served first, as in `moments`.")
    sizes: dict[Name, PrioritySize] = Field({}, max_length=MOST_SIZES, description="Named sizes.")


class PlainSize(_Size):
    """A size of a lever that has nothing else to be sized."""


class PauseOffers(_Lever):
    """Agents make no offers while it is in force."""

    kind: Literal["pause_offers"] = Field(description="What sort of lever it is.")
    moment: Name | None = Field(None, description="In contacts of which moment; in all when left out.")
    sizes: dict[Name, PlainSize] = Field({}, max_length=MOST_SIZES, description="Named sizes.")


class StartProgramme(_Lever):
    """A programme of section `programmes` waits for it; undone, the programme is stopped and fades."""

    kind: Literal["start_programme"] = Field(description="What sort of lever it is.")
    programme: Name = Field(description="A programme, which then has no `start` of its own.")
    sizes: dict[Name, PlainSize] = Field({}, max_length=MOST_SIZES, description="Named sizes.")


Lever = Annotated[
    CallIn
    | Overtime
    | ExtraLines
    | LoginCap
    | Priority
    | PauseOffers
    | StartProgramme
    | SendNotice
    | PreCancel
    | OfferSelfService
    | PayCompensation
    | RaiseAuthority
    | SpeakWithOneVoice
    | Callback
    | AnnouncementLever,
    Field(discriminator="kind"),
]
"""One lever of any kind."""


def sizes_of(lever: Lever) -> dict[str, Lever]:
    """A lever as it is in each of its sizes, by name; one without a name where it has none."""
    if not lever.sizes:
        return {"": lever}
    return {name: lever.model_copy(update=_written(size)) for name, size in lever.sizes.items()}


def usual_size(lever: Lever) -> int:
    """Number of the size that plan and trigger pull."""
    names = list(lever.sizes)
    return names.index(lever.size) if lever.size is not None and lever.size in names else 0


def _written(size: _Size) -> dict[str, Any]:
    return {name: value for name in size.model_fields_set if (value := getattr(size, name)) is not None}
