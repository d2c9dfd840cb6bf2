"""Any small scenario, over the whole schema: one function for each section, so that a new key has its place.

Strategies give plain data as a planner would write it. Names are fixed (two skills, up to three reasons, segments
and groups), so that sections fit together whatever is drawn; what is drawn is everything else.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from momentsim import units
from momentsim.scenario.sections.settings import SWITCHES

Data = dict[str, Any]
Some = st.SearchStrategy[Data]
START_DAY = "2024-01-08"
SKILLS = ("sales", "care")

shares = st.sampled_from([0.0, "1 %", 0.3, "80 %", 1.0])
switches = st.booleans()
short = st.sampled_from(["0 s", "1 s", "30 s", "4 min"])


def record(needed: dict[str, Any], **optional: Any) -> Some:
    """A mapping with the needed keys and any of the optional ones; values are strategies or constants."""
    return st.fixed_dictionaries(
        {key: _strategy(value) for key, value in needed.items()},
        optional={key: _strategy(value) for key, value in optional.items()},
    )


def _strategy(value: Any) -> st.SearchStrategy[Any]:
    return value if isinstance(value, st.SearchStrategy) else st.just(value)


def simple_laws(*durations: str) -> Some:
    """A law of one part, around these durations; constants may be zero."""
    some = st.sampled_from(list(durations))
    return st.one_of(
        record({"mean": some}, cv=st.sampled_from([0, 0.7, "300 %"])),
        record({"median": some}, sigma=st.sampled_from([0.2, 1.5])),
        record({"distribution": st.sampled_from(["exponential", "constant"]), "mean": some}),
        record({"distribution": "exponential", "median": some}),
        st.just({"distribution": "constant", "mean": "0 s"}),
    )


def laws(*durations: str) -> Some:
    """Any law; also mixtures, and an empirical one from a side file."""
    part = simple_laws(*durations)
    mixture = st.builds(
        lambda some, most: {
            "distribution": "mixture",
            "parts": [{"weight": 0.2, "law": some}, {"weight": "80 %", "law": most}],
        },
        part,
        part,
    )
    return st.one_of(part, part, mixture, st.just({"distribution": "empirical", "file": "seconds.csv"}))


def patiences() -> Some:
    return st.one_of(laws("5 s", "3 min", "1 h"), st.just({"distribution": "never"}))


def customers() -> Some:
    """Section `customers`."""
    segment = record(
        {"customers": st.sampled_from([1, 3, 200]), "yearly_margin": st.sampled_from(["0 USD", "50 USD"])},
        value_cv=st.sampled_from([0, 1, 3]),
        yearly_churn=st.sampled_from([0, "12 %", "95 %"]),
        promoters=st.sampled_from([0, "45 %", "80 %"]),
        detractors=st.sampled_from([0, "18 %", "20 %"]),
        expectation=st.sampled_from([-3, 0.4, 3]),
        patience_factor=st.sampled_from([0.01, 3, 10]),
        contact_weight=st.sampled_from([0, 1, 50]),
        tier_price=st.sampled_from(["0 USD", "60 USD"]),
    )
    return record({"segments": record({"many": segment}, few=segment, gold=segment)})


def self_service() -> Some:
    return record(
        {},
        adoption=shares, success_simple=shares, success_at_stakes=shares, break_out=shares,
        context_passed=shares, complexity_slope=st.sampled_from([0, 5]), duration=laws("30 s", "10 min"),
    )  # fmt: skip


def moment(skill: str) -> Some:
    """One reason of section `moments`."""
    return record(
        {"skill": skill, "handling_time": laws("20 s", "4 min", "2 h")},
        beyond_authority=shares, escalates_to=st.sampled_from(SKILLS),
        escalated=record(
            {}, handling_time=laws("10 s", "6 min"), wrap_up=laws("5 s", "1 min"), patience=patiences()
        ),
        stakes=shares, builder=switches, owner=st.sampled_from(["billing", "it"]), priority=st.integers(1, 9),
        wrap_up=laws("10 s", "2 min"), complexity_sd=st.sampled_from([0, 1, 3]), resolution=shares,
        reconnect=shares, reconnect_delay=laws("1 min", "5 h"), patience=patiences(),
        expected_wait=st.sampled_from(["0 s", "2 min", "1 d"]), self_service=self_service(),
        promise=promise(), selling=selling(),
    )  # fmt: skip


def promise() -> Some:
    return record(
        {"within": st.sampled_from(["1 s", "3 h", "30 d"]), "kept": shares},
        repeat_failure=shares, repeat_after=laws("1 min", "5 h"),
    )  # fmt: skip


def selling() -> Some:
    return record(
        {"pressure": shares, "margin": st.sampled_from(["0 USD", "20 USD"]), "acceptance": shares},
        only_after_help=switches,
    )


def recovery() -> Some:
    """Section `recovery`."""
    team = record(
        {"people": st.sampled_from([1, 40]), "handling_time": laws("1 min", "2 h"),
         "start": st.sampled_from(["00:00", "08:00"]), "end": st.sampled_from(["08:01", "24:00"]),
         "cost_per_hour": st.just("30 USD/h")},
        days=st.sampled_from([["mon"], ["tue", "wed"]]),
    )  # fmt: skip
    return record(
        {},
        survey=switches, complaints=switches, listening=shares, team=team,
        speech_analytics=record({"sensitivity": shares, "specificity": shares}),
        order=st.sampled_from(["first_come", "stakes", "value"]), delay=st.sampled_from(["0 s", "1 h"]),
        give_up_after=st.sampled_from(["1 s", "2 d"]), apology=switches,
        compensation=st.sampled_from(["0 USD", "20 USD"]), gift=st.sampled_from(["0 USD", "5 USD"]),
    )  # fmt: skip


def moments() -> Some:
    """Section `moments`: two reasons with ordinary volume, and one that only a crisis brings."""
    first, second = SKILLS
    return record({"order": moment(first), "fault": moment(second), "rescue": moment(second)})


def volume() -> Some:
    profile = st.one_of(
        st.sampled_from(["flat", "business_day"]),
        st.lists(st.sampled_from([0, 1, 20]), min_size=24, max_size=24).filter(any),
    )
    amount = st.one_of(
        st.fixed_dictionaries({"per_day": st.sampled_from([0, 1, 40, 150])}),
        st.fixed_dictionaries({"per_customer_year": st.sampled_from([0, 30, 300])}),
        st.just({"file": "volumes.csv"}),
        st.just({"file": "volumes.csv", "replay": "on"}),
    )
    rest = record(
        {},
        weekdays=st.sampled_from([{}, {"mon": 0}, {"tue": 2, "sat": 0.1}]),
        profile=profile,
        preventable=shares,
    )
    return st.builds(lambda some, more: {**some, **more}, amount, rest)


def _without_kinds_of_replayed(data: Data) -> Data:
    replayed = "replay" in data["volumes"]["order"]
    return {key: value for key, value in data.items() if not (replayed and key == "day_kinds")}


def demand() -> Some:
    """Section `demand`."""
    kinds = {
        "heavy": {"share": "40 %", "factors": {"order": 2}},
        "none": {"share": "30 %", "factors": {"order": 0}},
    }
    whole = record(
        {"volumes": record({"order": volume()}, fault=volume())},
        day_factor_cv=st.sampled_from([0, "10 %", "50 %"]),
        day_factor_correlation=st.sampled_from([0, "70 %", "99 %"]),
        period_factor_cv=st.sampled_from([0, "10 %", "50 %"]),
        period_factor_correlation=shares,
        day_kinds=st.just(kinds),
    )
    return st.builds(_without_kinds_of_replayed, whole)


def heads() -> Some:
    """Who is on duty, in each of its forms."""
    days = st.sampled_from([["mon"], ["tue", "wed"], ["sat", "sun"]])
    shift = record(
        {"start": st.sampled_from(["00:00", "03:30", "20:00"]), "length": st.sampled_from(["1 min", "2 h", "8 h"]),
         "heads": st.integers(0, 4)},
        breaks=st.sampled_from([[], [{"after": "0 s", "length": "30 s"}], [{"after": "20 s", "length": "40 s"}]]),
        days=days,
    )  # fmt: skip
    period = record({"start": "08:00", "end": st.sampled_from(["08:01", "12:00", "24:00"]),
                     "heads": st.integers(0, 5)}, days=days)  # fmt: skip
    return st.one_of(
        st.fixed_dictionaries({"heads": st.integers(0, 6)}),
        st.fixed_dictionaries({"heads": st.lists(period, min_size=1, max_size=1)}),
        st.fixed_dictionaries({"shifts": record({"early": shift}, late=shift)}),
        st.just({"shifts": {}}),
        st.just({"heads_file": "heads.csv"}),
    )


def incentives() -> Some:
    """What agents are judged by."""
    weights = st.sampled_from([(1, 0, 0), (0, 1, 0), (0, 0, 1), (0.2, 0.3, 0.5)])
    return st.builds(
        lambda three: dict(zip(("handling_time", "resolution", "customer_voice"), three, strict=True)),
        weights,
    )


def group(*skills: str) -> Some:
    """One group of section `workforce`."""
    first, second = skills
    rest = record(
        {"skills": st.sampled_from([[first], [first, second], [second, first]])},
        emotional_intelligence_mean=st.sampled_from([40, 100, 160]),
        emotional_intelligence_sd=st.sampled_from([0, 30]),
        skill_mean=st.sampled_from([-3, 3]), skill_sd=st.sampled_from([0, 2]), speed_sd=st.sampled_from([0, 1]),
        tenure_mean=st.sampled_from(["0 s", "1 d", "10 years"]), autonomy=shares, script=shares,
        cost_per_hour=st.sampled_from(["0 USD/h", "40 USD/h"]), shrinkage=st.sampled_from([0, "90 %"]),
        absence=st.sampled_from([0, "40 %"]),
        knowledge_sd=st.sampled_from([0, 2]), one_voice=shares, authority=st.sampled_from(["0 USD", "40 USD"]),
        incentives=incentives(), teams=st.sampled_from([{"count": 1, "spread": 0}, {"count": 1, "spread": 2}]),
        site=st.sampled_from(["north", "south"]),
        talk_factors=st.sampled_from([{first: 0.5}, {first: 3}]),
    )  # fmt: skip
    return st.builds(_with_overflow, heads(), rest, st.sampled_from([None, "0 s", "2 min", "100 years"]))


def _with_overflow(staffed: Data, rest: Data, delay: str | None) -> Data:
    overflow = {rest["skills"][-1]: delay} if delay and len(rest["skills"]) > 1 else {}
    return {**staffed, **rest, "overflow_after": overflow}


def workforce() -> Some:
    """Section `workforce`; the reserve sits at home unless a crisis calls it."""
    sales, care = SKILLS
    reserve = st.builds(lambda data: {**data, "reserve": "on"}, group(care, sales))
    return record(
        {"groups": record({"front": group(sales, care), "back": group(care, sales), "reserve": reserve})},
        login_cap=st.integers(1, 6),
    )


def routing() -> Some:
    """Section `routing`."""
    return record(
        {},
        agent_choice=st.sampled_from(
            ["longest_idle", "highest_emotional_intelligence", "most_skilled", "least_occupied", "heart"]
        ),
        order=st.sampled_from(["first_come", "stakes", "value", "anger", "detected"]),
        between_queues=st.sampled_from(["preference", "longest_wait"]),
        between_groups=st.sampled_from(["alike", "preference", "specialists"]),
        heart_agents=shares,
        detector=record({}, sensitivity=shares, specificity=shares, stakes_above=shares),
    )


def redial() -> Some:
    return record(
        {}, first=shares, further=st.sampled_from([0, "70 %", "97 %"]), delay=laws("10 s", "30 min")
    )


def waiting() -> Some:
    """Section `waiting`."""
    return record(
        {},
        lines=st.integers(1, 12), patience=patiences(), announce_wait=switches, redial=redial(),
        service_level=st.sampled_from(["80/20", "100/0", "1/86400"]),
        service_level_abandons=st.sampled_from(["count", "ignore", "ignore_short"]), short_abandon=short,
    )  # fmt: skip


def levers() -> Some:
    """What is done in a storm, any of it."""
    at = st.sampled_from([f"{START_DAY} 01:00", f"{START_DAY} 05:30"])
    return record(
        {},
        blackouts=st.just([{"start": f"{START_DAY} 01:00", "end": f"{START_DAY} 03:00",
                            "resolution_factor": 0, "handling_factor": 3}]),
        reserves=record({"more": record({"group": "reserve", "at": at}, delay=laws("1 s", "2 h"), show_up=shares,
                                        until_short_for=st.sampled_from(["1 min", "3 h"]))}),
        self_service_offer=record({"at": at}, adoption=shares, success=shares, cost=st.just("100 USD")),
        notice=record({"at": at}, reach=shares, clarity=shares, hours_ahead=st.sampled_from(["0 s", "1 d"])),
        compensation=record({"at": at, "amount": st.sampled_from(["0 USD", "200 USD"])},
                            delay=st.sampled_from(["0 s", "2 d"]), apology=switches),
    )  # fmt: skip


def storm() -> Some:
    """One crisis with its levers."""
    count = st.sampled_from([0, 1, 3])
    day = st.builds(
        lambda failed, more, times: {"scheduled": failed + more, "failed": failed, **times},
        count, count,
        st.sampled_from([{}, {"announced_from": "00:00", "announced_until": "00:01"}]),
    )  # fmt: skip
    event = record(
        {"moment": "rescue", "days": st.fixed_dictionaries({START_DAY: day}),
         "customers_per_service": st.sampled_from([1, 60]), "status_threshold": st.sampled_from([0, 2])},
        status_moment="fault", party_size=st.sampled_from([0.5, 1.7]), call_share=shares, status_share=shares,
        first_contact_delay=laws("1 min", "4 h"), stakes=shares, severity=st.sampled_from([0, 1, 4]), anger=shares,
        patience_factor=st.sampled_from([0.5, 100]), resolution_factor=shares, redial=redial(), reconnect=shares,
        reconnect_delay=laws("1 min", "4 h"),
    )  # fmt: skip
    return st.builds(lambda some, done: {**some, **done}, event, levers())


TRIGGERS = (
    {"when": "queue > 2 for 2 min", "undo_when": "queue <= 0 for 5 min"},
    {"when": "longest_wait(care) > 1 min", "until": "40 min"},
    {"when": "abandoned(sales) > 10 % over 1 h", "undo_when": "abandoned(sales) <= 1 % over 1 h"},
    {"when": "complaints > 0 over 2 h", "until": "1 s"},
    {"when": "on_duty(back) < 1 for 1 h", "undo_when": "on_duty(back) > 2"},
)
"""What pulls a lever and what undoes it, with room between the two."""


def lever(kind: str, needed: Data, **fields: Any) -> Some:
    """One lever that a trigger pulls, again and again, or the plan at a time."""
    at = {"at": f"{START_DAY} 05:45"}
    often = {"at_most": st.sampled_from([1, 3]), "again_after": st.sampled_from(["1 min", "2 h"])}
    sure = record(
        {"kind": kind, **needed}, lead_time=st.sampled_from(["0 s", "20 min"]), success=shares, **often, **fields,
        price=record({}, once=st.just("9 USD"), per_hour=st.just("2 USD/h"), per_use=st.just("0.5 USD")),
    )  # fmt: skip
    pulled = st.sampled_from([at, {**at, "until": "3 h"}, *TRIGGERS, {**at, **TRIGGERS[0]}])
    return st.builds(lambda data, when: {**data, **when}, sure, pulled)  # a new one, which may be changed


def all_levers() -> Some:
    """Section `levers`: any kinds that such a centre can have, side by side."""
    message = record({}, lost=shares)
    told = st.one_of(
        record({}, tells=st.sampled_from(["wait", "place"]), message=message),
        record({"tells": "nothing", "message": message}),
    )
    offer = record(
        {}, waiting_above=st.integers(0, 2), acceptance=shares, called=st.sampled_from(["in_turn", "when_quiet"]),
        promise=st.sampled_from(["1 min", "2 h"]), tries=st.integers(1, 2), no_answer=shares,
    )  # fmt: skip
    return record(
        {},
        stay=lever("overtime", {"group": "front"}, hours=st.sampled_from(["1 h", "24 h"]), agree=shares),
        lines=lever("extra_lines", {"lines": st.sampled_from([1, 40])}),
        cap=lever("login_cap", {"agents": st.sampled_from([-3, 2])}),
        first=lever("priority", {"moment": "order", "level": st.sampled_from([1, 9])}),
        voice=lever("one_voice", {}, strength=shares),
        freer=lever("goodwill_authority", {"amount": st.sampled_from(["1 USD", "90 USD"])}),
        web=lever("self_service_offer", {"moment": "order"}, adoption=shares, solves=shares),
        back=lever("callback", {"queue": "care"}, offer=offer),
        told=lever("announcement", {"queue": "sales"}, announcement=told),
        tell=lever("notice", {"crisis": "storm"}, reach=shares, clarity=shares),
        ahead=lever("pre_cancellation", {"crisis": "storm"}, share=shares),
    )  # fmt: skip


def programmes() -> Some:
    """Section `programmes`: most kinds at once, soon strong, some of them over within the horizon."""
    brief = st.sampled_from(["0 s", "3 h", "2 d"])
    soon = {"lead_time": st.sampled_from(["0 s", "1 h", "3 d"]), "adoption": brief}
    course = {
        "hours": st.sampled_from(["10 min", "3 h", "90 h"]),
        "hours_per_day": st.sampled_from(["1 s", "2 h", "24 h"]),
    }
    return record(
        {},
        empathy=record({"kind": "empathy_training", **course}, gain=st.sampled_from([0, 2]), **soon),
        skill=record({"kind": "skill_training", **course}, speed=shares, spill_over=shares, **soon),
        teams=record({"kind": "expert_teams"}, strength=shares, resolution_points=st.sampled_from([0, 0.5]), **soon),
        pledge=record({"kind": "service_pledges"}, quality=st.sampled_from([-1, 1]), **soon),
        home=record({"kind": "home_working", "cost_per_month": "9 USD"}, availability=shares, speed=shares, **soon),
        script=record({"kind": "script_change", "script": shares}, decay_half_life=st.just("2 d"), **soon),
        free=record({"kind": "empowerment", "autonomy": shares}, cost=st.just("5 USD"), **soon),
        wow=record({"kind": "wow_budget", "gift": st.sampled_from(["1 USD", "50 USD"]), "budget_per_month": "5000 USD"},
                   words_only=switches, **soon),
    )  # fmt: skip


def behaviour() -> st.SearchStrategy[Any]:
    """Section `behaviour`."""
    return st.one_of(
        st.sampled_from(["on", "off"]),
        record({}, load_mode=st.sampled_from(["speedup", "slowdown"]), **dict.fromkeys(SWITCHES, switches)),
    )


def economics() -> Some:
    """Section `economics`."""
    return record(
        {},
        telephony_per_minute=st.sampled_from(["0 USD", "1 USD"]), self_service_session=st.just("0.2 USD"),
        notice_message=st.just("0.1 USD"), overtime_factor=st.sampled_from([0.5, 3]),
        outlook=st.sampled_from(["lifetime", "1 months", "36 months"]), discount_rate=st.sampled_from(["1 %", "90 %"]),
    )  # fmt: skip


def opening() -> Some:
    """Section `opening`; a warm-up in intervals, which `_timed` turns into a duration."""
    return st.one_of(
        record({"backlog": record({}, order=st.integers(0, 30), rescue=st.sampled_from([0, 2]))}),
        record({"warm_up": st.sampled_from([0, 1, 7])}),
    )


def scenarios() -> Some:
    """A whole scenario."""
    times = st.sampled_from(
        [("00:00", "6 h", "30 min"), ("00:00", "25 h", "1 h"), ("05:30", "50 h", "10 min"),
         ("00:00", "30 min", "30 min"),         ("00:00", "2 d", "1 d"), ("00:00", "6 h", "90 min")]
    )  # fmt: skip
    whole = record(
        {"name": "random", "seed": st.integers(0, 50), "customers": customers(), "moments": moments(),
         "demand": demand(), "workforce": workforce(), "run": record({}, run_out=st.sampled_from(["0 s", "12 h"]))},
        routing=routing(), waiting=waiting(), crises=st.fixed_dictionaries({"storm": storm()}),
        programmes=programmes(), behaviour=behaviour(), economics=economics(), opening=opening(),
        recovery=recovery(), levers=all_levers(),
    )  # fmt: skip
    return st.builds(_timed, whole, times)


def _timed(whole: Data, times: tuple[str, str, str]) -> Data:
    start, horizon, interval = times
    data = {**whole, "start": f"{START_DAY} {start}", "horizon": horizon, "interval": interval}
    intervals = whole.get("opening", {}).get("warm_up")
    if intervals is not None:
        seconds = intervals * (units.parse_duration(interval) or 0.0)
        data["opening"] = {"warm_up": f"{seconds:g} s"}
    if start != "00:00" or horizon == "30 min":
        data.pop("crises", None)  # levers lie within the horizon
    if horizon == "30 min":
        for about in data.get("levers", {}).values():
            about.pop("at", None)
    return data
