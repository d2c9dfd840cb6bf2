"""A staffing in words: what the goal needs, how sure that is, and what formulas would have said."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from momentsim.report.numbers import capitalise, is_money, plain, with_unit
from momentsim.report.verdicts import NOT_VARIED, Verdict, apart, decide, outward
from momentsim.scenario.sections.staffing_goal import Goal
from momentsim.units import format_duration, format_number

Found = Mapping[str, Any]
CLOSE = 0.01
"""Share of agent-hours below which the price of being sure is not worth a sentence."""
SAME = 0.0005
"""Share below which two numbers of hours are the same."""


def staffing_words(about: Found, levels: pd.DataFrame) -> tuple[str, ...]:
    """The answer in sentences; `about` is the manifest."""
    if "found" not in about:
        return ("Stopped before an answer was found; what was simulated is kept.",)
    if about["goal_kind"] == "value":
        return (*_value(about, about["found"]), *replaced_words(about))
    return (
        _needed_words(about),
        _below(about, levels),
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
    return _needed_words(about), _below(about, levels), _by_formulas(about), basis


def hours(agent_hours: float) -> str:
    """`9,442 agent-hours`."""
    return f"{plain(agent_hours, 0 if agent_hours >= 100 else 1)} agent-hours"


def goal_text(about: Found) -> str:
    """What the goal's measure is called, after its value: `are answered within 20 s`, `hang up`."""
    if about["goal_kind"] == "abandoned":
        return "hang up"
    return f"are answered within {format_number(about['goal_threshold_s'])} s"


def _needed_words(about: Found) -> str:
    level, confidence = about["found"], _percent(about["confidence"])
    limit = level["goal_measure"]["high" if is_limit(about) else "low"]
    at_most = "at most" if is_limit(about) else "at least"
    outwards = math.ceil if is_limit(about) else math.floor
    sure = f"{plain(outwards(10 * factor_of(about) * limit) / 10, 1)} {unit_of(about)}"
    return (
        f"{about['goal']} {need_words(about)} {hours(level['agent_hours'])} in {format_duration(about['horizon_s'])}"
        f"{_at_work(about)}: {_comes_true(about, level['goal_measure']['value'])}, {at_most} {sure} with "
        f"{confidence} % confidence."
    )


def goal_of(about: Found) -> Goal:
    """The goal that was asked for."""
    return Goal(about["goal_kind"], about["goal_share"], about["goal_threshold_s"])


def is_limit(about: Found) -> bool:
    """Whether less of the goal's measure is better."""
    return goal_of(about).is_limit


def wanted(about: Found) -> float:
    """What the goal's measure is to be: a share, or seconds."""
    return float(goal_of(about).wanted)


def unit_of(about: Found) -> str:
    """How the goal's measure is told: in percent or in seconds."""
    return "s" if about["goal_kind"] == "wait" else "%"


def factor_of(about: Found) -> float:
    """From the goal's measure to its unit."""
    return 1.0 if about["goal_kind"] == "wait" else 100.0


def _comes_true(about: Found, measure: float) -> str:
    """`84.8 % are answered within 20 s`, or how long those answered wait."""
    value = _number(about, measure)
    return (
        f"{value} {goal_text(about)}"
        if about["goal_kind"] != "wait"
        else f"those answered wait {value} on average"
    )


def _at_work(about: Found) -> str:
    level = about["found"]
    if level["net_hours"] >= 0.9995 * level["agent_hours"]:
        return ""
    return f" rostered ({plain(level['net_hours'], 0)} at work, the rest is absence and shrinkage)"


def need_words(about: Found) -> str:
    """`needs`, or `is met with` where fewer may do."""
    return "needs" if about["found"]["below"] == "misses" else "is met with"


def _below(about: Found, levels: pd.DataFrame) -> str:
    level = about["found"]
    judged = levels[levels["stage"] == "judging"].set_index("level")
    if level["level"] - 1 not in judged.index:
        return "Nothing is left to take away."
    row = judged.loc[level["level"] - 1]
    fewer = hours(float(level["agent_hours"] - row["agent_hours"]))
    comes_true = _comes_true(about, float(row["goal_measure"]))
    if level["below"] == "misses":
        return f"With {fewer} less, the next staffing below, {comes_true}: it misses the goal."
    enough = "more replications would tell"
    return (
        f"With {fewer} less, the next staffing below, {comes_true}: whether that is enough can't be "
        f"told with {about['replications']} replications ({enough})."
    )


def _on_average(about: Found, levels: pd.DataFrame) -> tuple[str, ...]:
    """Where the mean crosses the goal, if being sure costs clearly more than that."""
    meets = mean_meets_at(about, levels)
    if meets is None or meets >= (1.0 - CLOSE) * about["found"]["agent_hours"]:
        return ()
    return (
        f"On average the goal is met from about {hours(meets)} on (by the search's draws); the rest is the price of "
        f"being {_percent(about['confidence'])} % sure with {about['replications']} replications: more lower it.",
    )


def mean_meets_at(about: Found, levels: pd.DataFrame) -> float | None:
    """Agent-hours at which the searched means cross the goal, between neighbours; None where they do not."""
    searched = levels[levels["stage"] == "searching"].sort_values("agent_hours")
    sign = -1.0 if is_limit(about) else 1.0
    above = (sign * (searched["goal_measure"] - wanted(about))).to_numpy(float)
    places = searched["agent_hours"].to_numpy(float)
    for index in range(1, len(above)):
        before, after = above[index - 1], above[index]
        if before < 0 <= after:
            return float(places[index - 1] - before / (after - before) * (places[index] - places[index - 1]))
    return None


def _formulas(about: Found) -> str:
    """Roster against roster; and what a formula promises for who is at work of the roster found."""
    level = about["found"]
    return (
        f"{_by_formulas(about)} For who is at work of the roster found Erlang A promises {_promised(about)}, and "
        f"{_number(about, level['goal_measure']['value'])} come true."
    )


def _promised(about: Found) -> str:
    promised = about["found"]["erlang_a_promises"]
    return _number(about, promised) if math.isfinite(promised) else "that somebody waits for ever"


def _number(about: Found, measure: float) -> str:
    return f"{plain(factor_of(about) * measure, 1).removesuffix('.0')} {unit_of(about)}"


def _by_formulas(about: Found) -> str:
    """What formulas ask for, in one sentence."""
    level = about["found"]
    more = level["agent_hours"] / about["erlang_a_hours"] - 1.0 if about["erlang_a_hours"] else 0.0
    by_c = "" if about["erlang_c_hours"] is None else f", Erlang C {plain(about['erlang_c_hours'], 0)}"
    asks = f"Rostered, Erlang A asks for {plain(about['erlang_a_hours'], 0)} agent-hours{by_c}"
    against = (
        "as much as" if abs(more) < SAME else f"{_percent(abs(more))} % {'more' if more > 0 else 'less'} than"
    )
    return f"{asks}; the goal needs {against} Erlang A says."


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
