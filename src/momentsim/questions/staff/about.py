"""What a staffing says about itself: plain data from which its words, its figures and its JSON are made."""

from __future__ import annotations

from typing import Any

from momentsim.measures.outlook_words import outlook_words
from momentsim.questions.staff.goal import GOAL
from momentsim.questions.staff.goal_words import is_plain
from momentsim.questions.staff.search import bound
from momentsim.questions.staff.staffing import Staffing, as_record, replaced_groups
from momentsim.questions.staff.tables import NEAREST
from momentsim.questions.staff.trials import JUDGE_SEED_OFFSET, Level
from momentsim.questions.staff.value_goal import ValueAnswer
from momentsim.runs.staffing.requirement import FloatArray, IntArray, goal_by_erlang_a
from momentsim.scenario.sections.staffing_goal import Goal, Goals
from momentsim.scenario.staffed import heads_file_name
from momentsim.units import SECONDS_PER_HOUR


def about(staffing: Staffing) -> dict[str, Any]:
    """What was asked and, unless Ctrl-C came first, what was found."""
    scenario, asked = staffing.loaded.scenario, staffing.asked
    first = asked.goals[0]
    content: dict[str, Any] = {
        "scenario": scenario.name,
        "replications": staffing.replications,
        "goal": str(asked.goals),
        "goal_kind": first.kind,
        "goal_share": first.share,
        "goal_threshold_s": first.threshold_s,
        **_about_goals(asked.goals),
        "confidence": asked.confidence,
        "least_heads": asked.least,
        "groups": list(staffing.pool.groups),
        "skills": list(staffing.pool.skill_names),
        "shifts_replaced": replaced_groups(staffing.loaded, staffing.pool.groups),
        "heads_files": {name: heads_file_name(name) for name in staffing.pool.groups},
        "judged_with_seed": scenario.seed + JUDGE_SEED_OFFSET,
        "horizon_s": scenario.horizon,
        "interval_s": scenario.interval,
        "currency": scenario.currency,
        "outlook": outlook_words(scenario),
        "service_level_formula": scenario.waiting.service_level_abandons,
        "erlang_a_hours": _formula_hours(staffing, staffing.ladder.formulas.erlang_a),
        "erlang_c_hours": _hours_c(staffing),
    }
    return content if staffing.answer is None else {**content, "found": _about_level(staffing)}


def _about_level(staffing: Staffing) -> dict[str, Any]:
    """The level chosen: its hours, its goal measure, and what Erlang A would have promised for it."""
    answer, chosen = staffing.answer, staffing.chosen
    assert answer is not None
    assert chosen is not None
    pool = staffing.pool
    at_work = pool.at_work(pool.roster_heads(pool.divide(staffing.ladder.heads(answer.level)))).sum(axis=1)
    measures = [
        _about_measure(staffing, chosen, goal, at_work + pool.beside) for goal in staffing.asked.goals
    ]
    about = {
        "level": answer.level,
        "agent_hours": chosen.agent_hours,
        "net_hours": _hours(staffing, at_work),
        **{name: value for name, value in measures[0].items() if name != "goal"},
        **({} if is_plain(staffing.asked.goals) else {"goals": measures}),
        **({"nearest": _nearest(staffing)} if len(measures) > 1 else {}),
        **{name: value for name, value in as_record(answer).items() if name != "level"},
    }
    if isinstance(answer, ValueAnswer):
        hours = staffing.levels.set_index(["stage", "level"])["agent_hours"]
        searched = hours.loc["searching"]
        about["as_good_hours"] = [float(searched.loc[level]) for level in answer.as_good]
        if answer.customary is not None:
            about["customary_hours"] = float(hours.loc[("judging", answer.customary.level)])
    return about


def _about_goals(goals: Goals) -> dict[str, Any]:
    """Where there are several goals, or one of a queue: each of them."""
    if is_plain(goals):
        return {}
    fields = ("kind", "share", "threshold_s", "scope")
    return {
        "goals": [{"goal": str(goal), **{name: getattr(goal, name) for name in fields}} for goal in goals]
    }


def _about_measure(staffing: Staffing, chosen: Level, goal: Goal, at_work: FloatArray) -> dict[str, Any]:
    """A goal's measure at the staffing found, and what Erlang A would have promised for it."""
    name = GOAL if len(staffing.asked.goals) == 1 else str(goal)
    return {
        "goal": str(goal),
        "goal_measure": as_record(bound(chosen.estimates[name], staffing.asked.confidence)),
        "erlang_a_promises": goal_by_erlang_a(staffing.forecast, at_work, goal),
    }


def _nearest(staffing: Staffing) -> list[dict[str, Any]]:
    """By goal, in how many intervals it is the nearest to its limit on average, and at which times of day.

    Times are None where days differ.
    """
    table = staffing.requirement
    own = table[(table["group"] == staffing.pool.groups[0]) & (table[NEAREST].fillna("") != "")]
    times = own["interval_start"].dt.strftime("%H:%M")
    alike = bool((own.groupby(times)[NEAREST].nunique() == 1).all())
    return [
        {
            "goal": str(goal),
            "intervals": int((own[NEAREST] == str(goal)).sum()),
            "times": sorted(set(times[own[NEAREST] == str(goal)])) if alike else None,
        }
        for goal in staffing.asked.goals
    ]


def _hours(staffing: Staffing, heads: FloatArray | IntArray) -> float:
    """Agent-hours of so many heads within the horizon."""
    scenario = staffing.loaded.scenario
    skipped = round(scenario.opening.warm_up / scenario.interval)
    return float(heads[skipped:].sum()) * scenario.interval / SECONDS_PER_HOUR


def _formula_hours(staffing: Staffing, need: FloatArray) -> float:
    """Agent-hours to roster for what a formula needs at work: rounded up once, when it is rostered."""
    return _hours(staffing, staffing.pool.roster_need(staffing.ladder.own_part(need)))


def _hours_c(staffing: Staffing) -> float | None:
    """The same by Erlang C; None for a goal that it does not know."""
    if not staffing.asked.goals.are_in_erlang_c:
        return None
    return _formula_hours(staffing, staffing.ladder.formulas.erlang_c)
