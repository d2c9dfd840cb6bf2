"""What every column of every output table means; the reference page prints it, a test keeps it complete."""

from __future__ import annotations

from typing import Final

from momentsim.measures.columns_worlds import WORLD_TABLES

_REPLICATION: Final = {"replication": "number of the replication, from 1"}
_INTERVAL: Final = {
    "low": "lower end of the 95 % interval; blank for one replication or antithetic pair",
    "high": "upper end of the 95 % interval",
}


def _ends(*names: str) -> dict[str, str]:
    """Of each of these columns, the columns of its interval."""
    sides = (("low", "lower"), ("high", "upper"))
    return {f"{name}_{end}": f"{side} end of the 95 % interval" for name in names for end, side in sides}


SUMMARY: Final = {
    "measure": "name of the measure",
    "scope": "all, reason, skill, group or segment",
    "item": "which reason, skill, group or segment; `all` for scope all",
    "value": "estimate over replications; blank where it has no meaning",
    **_INTERVAL,
    "unit": "unit; money in the scenario's currency",
    "replications": "number of replications; antithetic ones (`run.antithetic`) are half as many pairs",
}

COMPARISON: Final = {
    "measure": "name of the measure",
    "scope": "as in the summary",
    "item": "as in the summary",
    "baseline": "estimate under the baseline",
    "variant": "estimate under the variant",
    "difference": "variant minus baseline",
    "low": "lower end of the 95 % interval of the paired difference",
    "high": "upper end of it",
    "low_all": "lower end of the interval that holds for all variants together with 95 %, for one measure and item "
    "(Bonferroni over the variants)",
    "high_all": "upper end of it",
    "probability_better": "chance that the variant is truly better; blank for measures neither good nor bad",
    "variance_reduction": "variance of the difference without common draws over that with them; blank if none",
    "unit": "unit",
    "replications": "number of replications that both have, paired one by one",
}

STAFFING: Final = {
    "interval_start": "start of the interval, of warm-up and horizon",
    "group": "name of the group; only groups with a goal (`heads: {goal: ...}`) are listed",
    "offered_forecast": "contacts expected in the interval by all groups that are planned together",
    "handling_s": "their mean handling time, wrap-up included, seconds",
    "heads": "heads of this group on duty that the goal needs",
    "heads_needed": "heads on the roster for that: on duty / ((1 - shrinkage) x (1 - absence)), rounded up",
    "heads_rostered": "heads on the roster in fact; those of the file without variants where its plan stands",
    "fte": "these as full-time equivalents over the horizon (`workforce.full_time_week`): rows of a group add up to "
    "its number; 0 in the warm-up",
}

VERDICTS: Final = {
    "case": "name of the variant",
    "gain": "`customers kept` (fewer are lost by experience than under the baseline), or `service level` where "
    "memory is off",
    "gained": "more of it than under the baseline, customers or share",
    "gained_low": "lower end of the interval; it and that of the cost hold together, for all variants, with 95 % "
    "(Bonferroni over twice the variants)",
    "gained_high": "upper end of it",
    "cost": "total cost above the baseline's, currency",
    "cost_low": "lower end of the interval, corrected likewise",
    "cost_high": "upper end of it",
    "probability_better": "chance that the net benefit is truly higher",
    "price": "cost above the baseline's per customer kept, currency; below 0 when both are better",
    "price_low": "lower end of Fieller's interval; those of all variants hold together with 95 %",
    "price_high": "upper end of it",
    "price_blank": "why there is no price",
    "replications": "number of replications that both have, paired one by one",
}

RANKING: Final = {
    "case": "name of the variant or the baseline; highest net benefit first",
    "cost_total": "estimate, currency",
    "value_net": "estimate, currency",
    "net_benefit": "estimate, currency",
    "best_place": "best place by net benefit that it may truly have; all places hold together with 95 % "
    "(Bonferroni over all pairs of cases)",
    "worst_place": "worst place that it may truly have",
    "on_front": "whether no other case costs less and gives more value, by the estimates",
    "on_front_probability": "chance that this is truly so (multivariate t)",
    "beaten_by": "case that most probably costs no more and gives no less; blank on the front",
}

PAIRS: Final = {
    "case": "name of the variant or the baseline",
    "measure": "name of a measure that verdicts and places are made of, of scope all",
    "replication": "number of the replication, the same draws in every case",
    "value": "what this replication says; ratios linearised, so that the mean is the estimate",
}

INTERVALS: Final = {
    "interval_start": "local time, no daylight saving",
    "skill": "queue in which contacts wait, or `all`: the sum over the queues",
    "offered": "attempts that reached this queue, by the interval in which they did (as all counts and waits here); "
    "one that is passed on is offered anew to the second queue",
    "answered": "attempts answered",
    "abandoned": "callers who hung up waiting",
    "blocked": "attempts that heard busy",
    "balked": "callers who left on hearing the announced wait",
    "closed": "attempts that found this queue closed; not among the offered",
    "disconnected": "of the offered: cut off while waiting, since the queue closed",
    "diverted": "of the offered: diverted (`divert`) after too long a wait, or since too many waited",
    "diverted_closed": "attempts diverted since this queue was closed; neither offered nor `closed`",
    "service_level": "by the formula named in the column `service_level_formula`",
    "service_level_formula": "`waiting.service_level_abandons`: how abandoned attempts count",
    "wait_mean_s": "mean wait of answered attempts, s",
    "queue_mean": "mean number of callers waiting, by clock time",
    "agents_on_duty": "mean number of agents on duty who serve this skill, by clock time",
    "occupancy": "share of their time on duty spent on contacts, by clock time",
    **_ends("service_level", "wait_mean_s", "queue_mean", "occupancy"),
    "part": "horizon, or run_out: after it, when those still open call again",
}

LEDGER: Final = {
    "line": "value_created, value_destroyed_by_operation, value_destroyed_by_handling, value_won_back, "
    "value_usual_price and value_rest, each in two lines like `value_created: churn` (margins of who stays, at the "
    "usual wallet) and `value_created: wallet` (what wallets bring beyond); value_sold, "
    "value_word_of_mouth, value_acquired, service_tier (income of paid tiers), or a cost; pay is one line per group, "
    "like `paid_hours: frontline`; programmes are one line each, like `programme: empathy`",
    "owner": "department that causes the contacts; blank where no single reason does",
    "reason": "contact reason",
    "segment": "customer segment",
    "amount": "mean over replications, currency; gains positive, losses and costs negative",
    **_INTERVAL,
}

CONTACTS: Final = {
    **_REPLICATION,
    "contact": "serial number of the attempt",
    "moment": "serial number of the moment",
    "attempt": "1 is the moment's first attempt",
    "leg": "1 is the attempt's first leg",
    "customer": "number of the customer",
    "segment": "customer segment",
    "reason": "contact reason",
    "channel": "voice, self_service, callback: a message that waits for one (`divert.*.voicemail`), or "
    "callback_offer: took one instead of waiting (`waiting.callbacks`)",
    "skill": "queue in which the leg waited; blank in self-service",
    "agent": "number of the agent; blank without one",
    "group": "group of the agent",
    "interval_start": "local start of the interval in which the leg arrived, and counts",
    "arrived_s": "s since the start, when this leg arrived: leg 1 when the customer dialled or began, further ones "
    "when they reached the next queue",
    "queued_s": "s; blank if busy, balked or in self-service",
    "answered_s": "s; blank if not answered",
    "ended_s": "end of the customer's part, s",
    "wait_s": "from joining the queue to the answer or the hang-up, s",
    "talk_s": "s",
    "hold_s": "s",
    "wrap_s": "after-call work, s",
    "outcome": "answered, transferred (to a person, or to a colleague who may decide), abandoned, blocked, balked, "
    "contained, gave_up, called_back, open, closed (found it closed; not offered), disconnected (cut off at closing), "
    "diverted (sent away from the queue; not offered where `queued_s` is blank: it was closed), "
    "informed (by the message; not offered), not_reached (answered no call back), not_called (never called back)",
    "resolved": "whether this leg solved the need; an answer that the customer doubts has not",
    "anger_before": "0..1",
    "anger_after": "0..1",
    "quality": "quality of the encounter, SD; blank without one",
}

EVENTS: Final = {
    "entity_id": "serial number of the attempt, `contact` of `contacts.parquet`",
    "event_type": "arrival_departure, queue, resource_use or resource_use_end",
    "event": "arrival, depart, self_service, and SKILL_wait, SKILL_callback_wait, SKILL_talk and SKILL_talk_ends",
    "time": "s since the start",
    "timestamp": "the same as local time",
    "pathway": "contact reason",
    "run_number": "replication",
    "resource_id": "number of the agent within the group, from 1: where a picture shows it",
    "unique_resource_id": "number of the agent, as in the other logs",
    "skill": "queue of the leg; blank in self-service",
    "group": "group of the agent; blank without one",
    "channel": "as in `contacts.parquet`",
    "segment": "customer segment",
    "customer": "number of the customer",
    "moment": "serial number of the moment",
    "attempt": "1 is the moment's first attempt",
    "leg": "1 is the attempt's first leg",
    "anger": "of the customer, 0..1: as it came, and at the end of the talk and the departure as it went",
    "outcome": "of the leg, where it ends; as in `contacts.parquet`",
}

MOMENTS: Final = {
    **_REPLICATION,
    "moment": "serial number",
    "customer": "number of the customer",
    "segment": "customer segment",
    "reason": "contact reason",
    "owner": "department that causes it",
    "kind": "ordinary, affected (hit by a crisis) or status (asks because of it)",
    "stakes": "0 routine .. 1 moment of truth",
    "stakes_detected": "whether the detector took it for a moment of truth; never where routing does not ask it",
    "began_s": "s since the start",
    "ended_s": "s",
    "contacts": "number of attempts",
    "effort": "1..5",
    "resolved": "whether the centre met the need",
    "helped_elsewhere": "whether others met it; only where a crisis has `helped_elsewhere`",
    "open": "whether it was open at the end of the run-out",
    "experience": "remembered experience minus expectation and effort, SD",
    "disconfirmation": "experience relative to the reference operation, SD",
    "class": "let_down, neutral or delight",
    "attitude_before": "norm + attitude displacement, SD",
    "attitude_after": "SD",
    "behaviour_before": "norm + behaviour displacement, SD",
    "behaviour_after": "SD",
    "wallet_event": "deepened, cut_back or none",
    "value_change": "value booked when the moment ended, currency",
    "harm": "value booked when the crisis hit, currency",
    "sold": "margin of what was sold in its talks, currency",
    "surveyed": "whether the customer answered a survey",
    "nps_answer": "0..10; blank without an answer",
    "detected": "how it was marked as bad: none, survey, speech, complaint or listening, the first of them",
    "recovered": "whether the recovery team has made it good",
}

CUSTOMERS: Final = {
    **_REPLICATION,
    "customer": "number of the customer",
    "segment": "customer segment",
    "moments": "moments lived through",
    "yearly_margin": "margin at baseline, currency a year",
    "norm": "disposition, SD",
    "attitude_displacement": "what experience did to feelings, SD",
    "behaviour_displacement": "what it did to behaviour, SD",
    "anger": "0..1",
    "expectation": "by which experience has raised what this customer expects, SD",
    "grievance": "open grievance; a need not met at stakes 1 leaves 1",
    "joined_s": "when the customer joined, s; blank for one from the start",
    "wallet": "wallet factor shown now",
    "wallet_target": "wallet factor gone to",
    "churn_hazard": "integrated churn hazard so far",
    "churned_s": "when the customer was found to have left, s; blank while a customer",
    "touched_s": "time to which the states refer, s",
}

AGENTS: Final = {
    **_REPLICATION,
    "agent": "number of the agent",
    "group": "group",
    "team": "number of the team in the group; blank without teams",
    "emotional_intelligence": "usual scale, 100 +- 15",
    "empathy_gain": "points of it that training has left at the end of the run",
    "skill": "technical skill, SD",
    "contacts": "contacts served, those passed on included",
    "quality_mean": "mean quality of these encounters, SD; blank without memory",
    "moments_ended": "moments that ended with a talk of this agent, in the whole run; as the next three",
    "moments_resolved": "of these, needs met",
    "moments_delight": "of these, delights",
    "moments_let_down": "of these, let-downs",
    "talk_s": "s within the horizon; talk, wrap, idle, paused and offline add up to it",
    "wrap_s": "s",
    "idle_s": "s",
    "paused_s": "on breaks, s",
    "offline_s": "s",
    "overtime_s": "talk and wrap beyond paid time (the shift is over, the group was sent home, or an unpaid break "
    "has begun); with idle time where agents were asked to stay, s",
    "trained_s": "part of offline: rostered and paid time in training, s",
    "occupancy": "(talk + wrap) / (talk + wrap + idle)",
    "absent_s": "part of offline: rostered time of days missed, s (this and the next: groups with careers)",
    "vacant_s": "how long the seat was vacant, s",
    "exits": "how many quit from this seat",
    "incumbent": "how many had the seat before this agent",
    "tenure_months": "time in the job at the end; blank for a vacant seat, and without careers",
    "burnout": "SD at the end; blank likewise",
    "engagement": "SD at the end; blank likewise",
    "fatigue": "0..1 at the end",
}

LEVERS: Final = {
    **_REPLICATION,
    "lever": "name of the lever",
    "size": "size in which it was pulled; blank: it has no sizes",
    "action": "pull or undo",
    "why": "plan, trigger, playbook or hand",
    "pulled_at": "local time at which it was pulled, or undone",
    "pulled_s": "the same, s since the start",
    "effective_s": "s since the start, after the lead time; blank: the pull did not work",
    "worked": "whether the pull worked",
}

_CURVE_MEASURES: Final = {
    "value_net": "customer value, currency",
    "unserved": "customers hit by a crisis who are never helped; blank without one",
    "cost_total": "cost, currency",
    "net_benefit": "value less cost, currency",
}
_CURVE_VIEWS: Final = {
    "never": "difference from the lever never pulled",
    "first": "difference from the first time; blank in its row",
    "hour": "difference from the time before, for each hour between; blank in the first row",
}
_CURVE_ENDS: Final = {"_low": "its 95 % interval, which holds for all times together", "_high": "likewise"}
CURVE: Final = {
    "pulled_s": "when the lever is pulled, s since the start",
    "pulled_at": "local time",
    **{
        f"{measure}{ending}": words
        for measure, meaning in _CURVE_MEASURES.items()
        for ending, words in {
            "": meaning,
            **{
                f"_{view}{end}": said
                for view, told in _CURVE_VIEWS.items()
                for end, said in {"": told, **_CURVE_ENDS}.items()
            },
        }.items()
    },
    "replications": "how many are paired",
}

TEAMS: Final = {
    **_REPLICATION,
    "group": "group",
    "team": "number of the team in the group; blank: the group has no teams and is one",
    "site": "site of the group; blank if none is named",
    "agents": "number of agents",
    "contacts": "contacts served within the horizon",
    "moments": "moments that ended with a talk of one of its agents, in the whole run",
    "delight_share": "share of these that leave delight; blank without memory",
    "let_down_share": "share of these that leave a let-down; blank without memory",
    "resolved_share": "share of these whose need was met",
    "quality_mean": "mean quality of the encounters, SD; blank without memory",
}

INPUTS: Final = {
    "key": "key of the scenario, or `behaviour.parameters.NAME`",
    "value": "value in the units of a scenario file",
    "unit": "unit, or what is allowed",
    "set_by": "who set it: file and line, a variant, `--set`, or default",
    "tag": "how it is known: written (by the file), measured, claimed, derived, calibrated or assumed; blank for "
    "what is no claim about the world",
    "low": "lowest plausible value, of defaults that are claims; in the unit of the evidence",
    "high": "highest plausible value",
    "source": "who says so",
    "address": "where that can be read",
    "evidence": "section of the evidence base",
    "meaning": "what it means",
}

SITES: Final = {
    "site": "site at which customers are at home (`workforce.home_sites`); best - worst: their distance in the same "
    "replication, luck included",
    "measure": "customers: at home there; retention: share expected to stay to the horizon's end; retention_12m: and "
    "12 months more; wallet: yearly margin over that at the usual wallet; value_per_customer: yearly margin expected "
    "12 months after the horizon, per customer",
    "value": "mean over replications",
    "low": "lower end of the 95 % interval",
    "high": "upper end",
    "unit": "unit",
}

DAY_KINDS: Final = {
    "kind": "kind of day (`demand.day_kinds`), or usual days: all other dates",
    "skill": "queue in which contacts wait, or `all`: the sum over the queues",
    "days": "days of the horizon that are of this kind, mean over replications; kinds add up to the horizon",
    "offered": "attempts offered on these dates, mean over replications; kinds add up to the summary, as all counts do",
    "answered": "of the offered: answered, called-back ones among them",
    "abandoned": "callers who hung up waiting",
    "blocked": "attempts that heard busy",
    "balked": "callers who left on hearing the announced wait",
    "disconnected": "cut off while waiting, since the queue closed",
    "diverted": "diverted (`divert`) after too long a wait, or since too many waited",
    "offered_per_day": "offered over days; ratios are those of sums over the replications that have such days",
    "service_level": "by the formula named in the column `service_level_formula`",
    "abandoned_share": "share of offered attempts that hang up waiting",
    "wait_mean_s": "mean wait of answered attempts, s",
    **_ends("offered_per_day", "service_level", "abandoned_share", "wait_mean_s"),
    "service_level_formula": "`waiting.service_level_abandons`: how abandoned attempts count",
}

TABLES: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "summary.csv": ("One row per measure, scope and item.", SUMMARY),
    "comparison.csv": ("One row per measure, scope and item; `case` names the variant.", COMPARISON),
    "verdicts.csv": ("Of a comparison: one row per variant.", VERDICTS),
    "ranking.csv": ("Of a comparison: one row per case.", RANKING),
    "pairs.csv": ("Of a comparison: one row per case, measure and replication.", PAIRS),
    "intervals.csv": ("One row per interval and skill; means over replications.", INTERVALS),
    "ledger.csv": ("Lines add up to the net benefit.", LEDGER),
    "contacts.parquet": ("One row per leg of an attempt.", CONTACTS),
    "moments.parquet": ("One row per moment.", MOMENTS),
    "customers.parquet": ("One row per customer who was touched.", CUSTOMERS),
    "agents.parquet": ("One row per agent.", AGENTS),
    "events.csv": (
        "With `--event-log`: one row per event of an attempt, in the columns that vidigi reads. Each attempt arrives "
        "once and departs once, unless it is open at the end.",
        EVENTS,
    ),
    "curve.csv": ("Of `curve`: one row per time at which the lever is pulled.", CURVE),
    "levers.csv": ("One row per lever that was pulled or undone.", LEVERS),
    "staffing.csv": (
        "Planned heads, where a group has a goal. One row per group and interval; not there where all heads are "
        "written.",
        STAFFING,
    ),
    "teams.csv": ("One row per replication and team.", TEAMS),
    "inputs.csv": ("One row per value that the result rests on.", INPUTS),
    "sites.csv": ("One row per site and measure; only with home sites.", SITES),
    "day_kinds.csv": (
        "One row per kind of day and skill; only with `demand.day_kinds`. A contact counts on the date on which it "
        "arrives in a queue, whenever its need began.",
        DAY_KINDS,
    ),
    **WORLD_TABLES,
}
"""Output file -> what a row is, and its columns."""
