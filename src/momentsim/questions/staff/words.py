"""A staffing in words: what the goal needs, how sure that is, and what formulas would have said."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from momentsim.questions.staff.goal_words import (
    Found,
    comes_true,
    factor_of,
    goals_of,
    levels_of,
    measures_of,
    number_of,
    rows_of,
    unit_of,
)
from momentsim.report.numbers import capitalise, is_money, plain, with_unit
from momentsim.report.verdicts import NOT_VARIED, Verdict, apart, decide, outward
from momentsim.scenario.sections.staffing_goal import Goal, Goals
from momentsim.units import format_duration, format_number

CLOSE = 0.01
"""Share of agent-hours below which the price of being sure is not worth a sentence."""
MOST_SPANS = 3
"""Times of day that a sentence names."""
SAME = 0.0005
"""Share below which two numbers of hours are the same."""


def staffing_words(about: Found, levels: pd.DataFrame) -> tuple[str, ...]:
    """The answer in sentences; `about` is the manifest."""
    if "found" not in about:
        return ("Stopped before an answer was found; what was simulated is kept.",)
    if about["goal_kind"] == "value":
        return (*_value(about, about["found"]), *replaced_words(about))
    if "parts" in about:
        parts = (staffing_words(part, rows_of(levels, part)) for part in about["parts"])
        return _in_turn(about), *(sentence for part in parts for sentence in part)
    return (
        _needed_words(about),
        _below(about, levels),
        *([_tightest(about)] if len(goals_of(about)) > 1 else []),
        *_on_average(about, levels),
        _formulas(about),
        *replaced_words(about),
    )


def paragraph(about: Found, levels: pd.DataFrame) -> tuple[str, ...]:
    """At most four sentences to read out: what the goal needs, how sharp that is, what else was said, the basis."""
    if "found" not in about:
        return staffing_words(about, levels)
    basis = f"{capitalise(NOT_VARIED)}."
    if about["goal_kind"] == "value":
        found = about["found"]
        first = _asked_for(about, found, format_duration(about["horizon_s"]))
        customary = _customary(about, found, format_duration(about["horizon_s"]))
        return first, _margin(about, found["margin"], "there"), customary, basis
    if "parts" in about:
        parts = about["parts"]
        return _in_turn(about), _all_needed(parts), _all_below(parts), basis
    beside = _tightest(about) if len(goals_of(about)) > 1 else _by_formulas(about)
    return _needed_words(about), _below(about, levels), beside, basis


def hours(agent_hours: float) -> str:
    """`9,442 agent-hours`."""
    return f"{plain(agent_hours, 0 if agent_hours >= 100 else 1)} agent-hours"


def _in_turn(about: Found) -> str:
    """What pools without a common queue need together."""
    each = [f"{hours(part['found']['agent_hours'])} of {listed(part['groups'])}" for part in about["parts"]]
    total = about["found"]["agent_hours"]
    return (
        f"{about['goal']} take {hours(total)} in {format_duration(about['horizon_s'])}{_at_work(about)}: "
        f"{listed(each)}, staffed one after the other and judged together."
    )


def _all_needed(parts: Sequence[Found]) -> str:
    """What comes true of all goals."""
    told = [
        _with_bound(goal, each["goal_measure"], alone=False)
        for part in parts
        for goal, each in zip(goals_of(part), part["found"]["goals"], strict=True)
    ]
    sure = f"each with {_percent(parts[0]['confidence'])} % confidence"
    return f"{capitalise(listed(told))}; {sure}."


def _all_below(parts: Sequence[Found]) -> str:
    """Whether fewer would do."""
    unsure = [listed(part["groups"]) for part in parts if part["found"]["below"] != "misses"]
    if not unsure:
        return "With the next staffing below each of them misses a goal."
    cannot = f"can't be told with {parts[0]['replications']} replications (more would tell)"
    if len(unsure) == len(parts):
        return f"Whether the next staffing below would do {cannot}."
    return f"The next staffing below misses a goal, but of {listed(unsure)} that {cannot}."


def _needed_words(about: Found) -> str:
    level, goals = about["found"], goals_of(about)
    measures = [each["goal_measure"] for each in measures_of(level, goals)]
    told = [
        _with_bound(goal, each, alone=len(goals) == 1) for goal, each in zip(goals, measures, strict=True)
    ]
    confidence = f"{_percent(about['confidence'])} % confidence"
    sure = f"{told[0]} with {confidence}" if len(goals) == 1 else f"{listed(told)}; each with {confidence}"
    return (
        f"{about['goal']} {need_words(about)} {hours(level['agent_hours'])} in {format_duration(about['horizon_s'])}"
        f"{_at_work(about)}: {sure}."
    )


def _with_bound(goal: Goal, measure: Found, *, alone: bool) -> str:
    """`84.8 % are answered within 20 s, at least 83.1 %`, rounded outward; among others with the bound in brackets."""
    limit = measure["high" if goal.is_limit else "low"]
    outwards = math.ceil if goal.is_limit else math.floor
    sure = f"{plain(outwards(10 * factor_of(goal) * limit) / 10, 1)} {unit_of(goal)}"
    sure = f"{'at most' if goal.is_limit else 'at least'} {sure}"
    told = comes_true(goal, measure["value"])
    return f"{told}, {sure}" if alone else f"{told} ({sure})"


def listed(parts: Sequence[str]) -> str:
    """`one, two and three`."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def _at_work(about: Found) -> str:
    level = about["found"]
    if level["net_hours"] >= 0.9995 * level["agent_hours"]:
        return ""
    return f" rostered ({plain(level['net_hours'], 0)} at work, the rest is absence and shrinkage)"


def need_words(about: Found) -> str:
    """`needs`, or `is met with` where fewer may do."""
    one = len(goals_of(about)) == 1
    if about["found"]["below"] == "misses":
        return "needs" if one else "need"
    return "is met with" if one else "are met with"


def _below(about: Found, levels: pd.DataFrame) -> str:
    level, goals = about["found"], goals_of(about)
    judged = levels[levels["stage"] == "judging"]
    rows = judged[judged["level"] == level["level"] - 1]
    if rows.empty:
        return "Nothing is left to take away."
    fewer = hours(float(level["agent_hours"] - rows["agent_hours"].iloc[0]))
    if len(goals) > 1:
        return f"The next staffing below, with {fewer} less, {_below_of_several(about, rows, goals)}"
    begins = f"With {fewer} less, the next staffing below, "
    (measure,) = rows["goal_measure"]
    begins += f"{comes_true(goals[0], float(measure))}: "
    if level["below"] == "misses":
        return f"{begins}it misses the goal."
    return (
        f"{begins}whether that is enough can't be told with {about['replications']} replications "
        "(more replications would tell)."
    )


def _below_of_several(about: Found, rows: pd.DataFrame, goals: Goals) -> str:
    """Which goals hold with fewer people, and so which one decides."""
    told: dict[str, list[str]] = {"misses": [], "cannot tell": [], "meets": []}
    for goal in goals:
        (row,) = levels_of(rows, goal).to_dict(orient="records")
        told[row["verdict"]].append(f"{goal} ({comes_true(goal, float(row['goal_measure']))})")
    parts = [f"misses {listed(told['misses'])}"] if told["misses"] else []
    if told["cannot tell"]:
        more = f"which {about['replications']} replications can't tell (more would)"
        parts.append(f"may miss {listed(told['cannot tell'])}, {more}")
    if told["meets"]:
        parts.append(f"still meets {listed(told['meets'])}")
    deciding = [goal for goal in goals if levels_of(rows, goal)["verdict"].iloc[0] != "meets"]
    decides = f": {deciding[0]} decides" if len(deciding) == 1 else ""
    return f"{'; it '.join(parts)}{decides}."


def _tightest(about: Found) -> str:
    """Which goal has the fewest heads to spare, and when."""
    counts = [each for each in about["found"]["tightest"] if each["intervals"]]
    if len(counts) == 1:
        return f"In every interval {counts[0]['goal']} is the tightest."
    step, total = about["interval_s"] / 60, sum(each["intervals"] for each in counts)
    told = [
        f"{each['goal']} in {plain(each['intervals'], 0)}{_times(each['times'], step)}" for each in counts
    ]
    return f"Of {plain(total, 0)} intervals the tightest is {listed(told)}."


def _times(times: Sequence[str] | None, step: float) -> str:
    """` (09:00 to 12:00)`, where days are alike and the times can be said in few words."""
    minutes = [60 * int(time[:2]) + int(time[3:]) for time in times or ()]
    begins = [minute for minute in minutes if minute - step not in minutes]
    ends = [minute + step for minute in minutes if minute + step not in minutes]
    spans = [f"{_clock(begin)} to {_clock(end)}" for begin, end in zip(begins, ends, strict=True)]
    return f" ({', '.join(spans)})" if 0 < len(spans) <= MOST_SPANS else ""


def _clock(minute: float) -> str:
    return f"{int(minute) // 60:02d}:{int(minute) % 60:02d}"


def _on_average(about: Found, levels: pd.DataFrame) -> tuple[str, ...]:
    """Where the mean crosses the goal, if being sure costs clearly more than that."""
    crossings = [mean_meets_at(goal, levels) for goal in goals_of(about)]
    known = [crossing for crossing in crossings if crossing is not None]
    if not known or max(known) >= (1.0 - CLOSE) * about["found"]["agent_hours"]:
        return ()
    met = "the goal is met" if len(crossings) == 1 else "the goals are met"
    return (
        f"On average {met} from about {hours(max(known))} on (by the search's draws); the rest is the price of "
        f"being {_percent(about['confidence'])} % sure with {about['replications']} replications: more lower it.",
    )


def mean_meets_at(goal: Goal, levels: pd.DataFrame) -> float | None:
    """Agent-hours at which the searched means cross a goal, between neighbours; None where they do not."""
    own = levels_of(levels, goal)
    searched = own[own["stage"] == "searching"].sort_values("agent_hours")
    sign = -1.0 if goal.is_limit else 1.0
    above = (sign * (searched["goal_measure"] - goal.wanted)).to_numpy(float)
    places = searched["agent_hours"].to_numpy(float)
    for index in range(1, len(above)):
        before, after = above[index - 1], above[index]
        if before < 0 <= after:
            return float(places[index - 1] - before / (after - before) * (places[index] - places[index - 1]))
    return None


def _formulas(about: Found) -> str:
    """Roster against roster; and what a formula promises for who is at work of the roster found."""
    goals, measures = goals_of(about), measures_of(about["found"], goals_of(about))
    told = [
        (_promised(goal, each["erlang_a_promises"]), number_of(goal, each["goal_measure"]["value"]))
        for goal, each in zip(goals, measures, strict=True)
    ]
    begins = f"{_by_formulas(about)} For who is at work of the roster found Erlang A promises"
    if len(goals) == 1:
        ((promised, true),) = told
        return f"{begins} {promised}, and {true} come true."
    each_goal = [
        f"for {goal} {promised} ({true})" for goal, (promised, true) in zip(goals, told, strict=True)
    ]
    return f"{begins} (and there come true) {listed(each_goal)}."


def _promised(goal: Goal, promised: float) -> str:
    return number_of(goal, promised) if math.isfinite(promised) else "that somebody waits for ever"


def _by_formulas(about: Found) -> str:
    """What formulas ask for, in one sentence."""
    level, goals = about["found"], goals_of(about)
    more = level["agent_hours"] / about["erlang_a_hours"] - 1.0 if about["erlang_a_hours"] else 0.0
    by_c = "" if about["erlang_c_hours"] is None else f", Erlang C {plain(about['erlang_c_hours'], 0)}"
    asks = f"Rostered, Erlang A asks for {plain(about['erlang_a_hours'], 0)} agent-hours{by_c}"
    against = (
        "as much as" if abs(more) < SAME else f"{_percent(abs(more))} % {'more' if more > 0 else 'less'} than"
    )
    need = "the goal needs" if len(goals) == 1 else "the goals need"
    pooled = ""
    if len(about["skills"]) > 1 and any(goal.scope for goal in goals):
        pooled = " (formulas know no queue apart: as if for all contacts)"
    return f"{asks}{pooled}; {need} {against} Erlang A says."


def _value(about: Found, found: Found) -> tuple[str, ...]:
    horizon = format_duration(about["horizon_s"])
    first = _asked_for(about, found, horizon)
    words = (first, _margin(about, found["margin"], "there"), _customary(about, found, horizon))
    return (*words, *_what_if(about, found))


def _asked_for(about: Found, found: Found, horizon: str) -> str:
    """The staffing of highest net benefit, and which may be as good."""
    level = f"{plain(100 * found['goal_measure']['value'], 0)}/{format_number(about['goal_threshold_s'])}"
    if found["edge"]:
        return f"{edge_words(found)}: the best is the smallest, {hours(found['agent_hours'])} in {horizon} ({level})."
    low, high = found["as_good_hours"]
    near = "" if low == high else f"; anything from {plain(low, 0)} to {hours(high)} may be as good"
    return f"The value goal asks for {level}: {hours(found['agent_hours'])} in {horizon}{near}."


def edge_words(found: Found) -> str:
    """What is known where the fewest people tried have the highest net benefit."""
    net = found["margin"]["net"]
    if decide(net["low"], net["high"]) is Verdict.LOWER:
        return "The first people added to the fewest tried cost more than they bring"
    return "Whether people added to the fewest tried pay for themselves can't be told"


def _what_if(about: Found, found: Found) -> tuple[str, ...]:
    """What the last hour of 80/20 brings, and how much more customers would have to be worth for it to pay."""
    margin = found["customary_margin"]
    if margin is None or found["customary"]["level"] == found["level"]:
        return ()
    words = _margin(about, margin, "at 80/20")
    value, cost = margin["value"], margin["cost"]
    if decide(value["low"], value["high"]) is Verdict.HIGHER and cost["value"] > value["value"]:
        least, most = cost["value"] / value["high"], cost["value"] / value["low"]
        words += (
            f" It would pay if customers were worth {plain(math.floor(10 * least) / 10, 1)} to "
            f"{plain(math.ceil(10 * most) / 10, 1)} times as much."
        )
    return (words,)


def _margin(about: Found, margin: Found, where: str) -> str:
    currency = about["currency"]
    value, cost = margin["value"], margin["cost"]
    brings = f"brings {_interval(value, currency)} of customer value"
    if decide(value["low"], value["high"]) is Verdict.UNSURE:
        brings += " (nothing that can be told from 0)"
    return f"One more agent-hour {where} {brings} and costs {_interval(cost, currency)}."


def _customary(about: Found, found: Found, horizon: str) -> str:
    change, currency = found["customary"], about["currency"]
    if change is None:
        return "80/20 is out of reach here, with any number of people."
    if change["level"] == found["level"]:
        return "That is the staffing of the customary 80/20."
    cost, kept, net = change["cost"], change["kept"], change["net"]
    dearer = cost["value"] > 0
    keeps = {
        Verdict.HIGHER: f"keep {_interval(kept, 'customers')} customers more",
        Verdict.LOWER: f"lose {_interval(_negative(kept), 'customers')} customers more",
        Verdict.SAME: "keep as many customers",
    }.get(
        decide(kept["low"], kept["high"]),
        f"keep {_interval(kept, 'customers')} customers (nothing that can be told from 0)",
    )
    amount = _interval(cost if dearer else _negative(cost), currency)
    costs = f"would cost {amount} {'more' if dearer else 'less'} in {horizon}"
    return f"80/20 ({hours(found['customary_hours'])}) {costs} and {keeps}: net benefit {_interval(net, currency)}."


def replaced_words(about: Found) -> tuple[str, ...]:
    """That shifts of the file do not hold in this answer, where groups have any."""
    names = about["shifts_replaced"]
    if not names:
        return ()
    return (f"The shifts of {' and '.join(names)} give way to heads by interval, without breaks.",)


def _negative(bound: Found) -> dict[str, float]:
    return {"value": -bound["value"], "low": -bound["high"], "high": -bound["low"]}


def _interval(bound: Found, unit: str) -> str:
    """`28.3 to 38.1 USD`, rounded outward; with signs where it includes 0."""
    low, high = bound["low"], bound["high"]
    named = f" {unit}" if is_money(unit) else ""
    if low is None or high is None or not math.isfinite(low):
        return with_unit(bound["value"], unit)
    if decide(low, high).is_clear:
        least, most = outward(low, high, unit)
        return f"{least} to {most}{named}" if least != most else f"{least}{named}"
    fewer, more = apart(low, high, unit)
    return f"-{fewer} to +{more}{named}"


def _percent(share: float) -> str:
    return plain(100 * share, 1).removesuffix(".0")
