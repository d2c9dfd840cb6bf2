"""What a staffing says about itself: plain data from which its words, its figures and its JSON are made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from momentsim.measures.outlook_words import outlook_words
from momentsim.questions.staff.goal import Aim, is_plain
from momentsim.questions.staff.search import bound
from momentsim.questions.staff.staffing import PoolStaffing, Staffing, as_record, replaced_groups
from momentsim.questions.staff.tables import TIGHTEST
from momentsim.questions.staff.trials import JUDGE_SEED_OFFSET, Level
from momentsim.questions.staff.value_goal import ValueAnswer
from momentsim.runs.staffing.requirement import FloatArray, IntArray, goal_by_erlang_a
from momentsim.scenario.staffed import heads_file_name
from momentsim.units import SECONDS_PER_HOUR


def about(staffing: Staffing) -> dict[str, Any]:
    """What was asked and, unless Ctrl-C came first, what was found."""
    parts = [_about_part(staffing, part) for part in staffing.parts]
    return parts[0] if len(parts) == 1 else _about_all(staffing, parts)


def _about_all(staffing: Staffing, parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Of pools that were staffed in turn: the same, summed or side by side, and each as a part."""
    content = {
        **parts[0],
        "goal": str(staffing.asked.goals),
        "erlang_a_hours": sum(part["erlang_a_hours"] for part in parts),
        "erlang_c_hours": _sum_known([part["erlang_c_hours"] for part in parts]),
        "heads_files": {name: file for part in parts for name, file in part["heads_files"].items()},
        **{name: [each for part in parts for each in part[name]] for name in SIDE_BY_SIDE},
        "parts": list(parts),
    }
    if not staffing.interrupted:
        found = [part["found"] for part in parts]
        content["found"] = {name: sum(each[name] for each in found) for name in ("agent_hours", "net_hours")}
    return content


SIDE_BY_SIDE: Final = ("goals", "groups", "skills", "shifts_replaced")


def _sum_known(numbers: Sequence[float | None]) -> float | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None


def _about_part(staffing: Staffing, part: PoolStaffing) -> dict[str, Any]:
    """What was asked of one pool, and what was found for it."""
    scenario, asked = staffing.loaded.scenario, part.asked
    first = asked.goals[0]
    content: dict[str, Any] = {
        "scenario": scenario.name,
        "replications": staffing.replications,
        "goal": str(asked.goals),
        "goal_kind": first.kind,
        "goal_share": first.share,
        "goal_threshold_s": first.threshold_s,
        **_about_goals(part),
        "confidence": asked.confidence,
        "least_heads": asked.least,
        "groups": list(part.pool.groups),
        "skills": list(part.pool.skill_names),
        "shifts_replaced": replaced_groups(staffing.loaded, part.pool.groups),
        "heads_files": {name: heads_file_name(name) for name in part.pool.groups},
        "judged_with_seed": scenario.seed + JUDGE_SEED_OFFSET,
        "horizon_s": scenario.horizon,
        "interval_s": scenario.interval,
        "currency": scenario.currency,
        "outlook": outlook_words(scenario),
        "service_level_formula": scenario.waiting.service_level_abandons,
        "erlang_a_hours": _formula_hours(staffing, part, part.ladder.formulas.erlang_a),
        "erlang_c_hours": _hours_c(staffing, part),
    }
    return content if part.answer is None else {**content, "found": _about_level(staffing, part)}


def _about_level(staffing: Staffing, part: PoolStaffing) -> dict[str, Any]:
    """The level chosen: its hours, its goal measure, and what Erlang A would have promised for it."""
    answer, chosen, pool = part.answer, part.chosen, part.pool
    assert answer is not None
    assert chosen is not None
    at_work = pool.at_work(pool.roster_heads(pool.divide(part.ladder.heads(answer.level)))).sum(axis=1)
    measures = [_about_measure(part, chosen, aim, at_work + pool.beside) for aim in part.aims]
    about = {
        "level": answer.level,
        "agent_hours": chosen.agent_hours,
        "net_hours": _hours(staffing, at_work),
        **{name: value for name, value in measures[0].items() if name != "goal"},
        **({} if is_plain(staffing.asked.goals) else {"goals": measures}),
        **({"tightest": _tightest(part)} if len(measures) > 1 else {}),
        **{name: value for name, value in as_record(answer).items() if name != "level"},
    }
    if isinstance(answer, ValueAnswer):
        hours = part.levels.set_index(["stage", "level"])["agent_hours"]
        searched = hours.loc["searching"]
        about["as_good_hours"] = [float(searched.loc[level]) for level in answer.as_good]
        if answer.customary is not None:
            about["customary_hours"] = float(hours.loc[("judging", answer.customary.level)])
    return about


def _about_goals(part: PoolStaffing) -> dict[str, Any]:
    """Where there are several goals, or one of a queue: each of them."""
    if is_plain(part.asked.goals):
        return {}
    fields = ("kind", "share", "threshold_s", "scope")
    return {
        "goals": [
            {
                "goal": str(aim.goal),
                **{name: getattr(aim.goal, name) for name in fields},
                "column": aim.column,
            }
            for aim in part.aims
        ]
    }


def _about_measure(part: PoolStaffing, chosen: Level, aim: Aim, at_work: FloatArray) -> dict[str, Any]:
    """A goal's measure at the staffing found, and what Erlang A would have promised for it."""
    return {
        "goal": str(aim.goal),
        "goal_measure": as_record(bound(chosen.estimates[aim.name], part.asked.confidence)),
        "erlang_a_promises": goal_by_erlang_a(part.forecast, at_work, aim.goal),
    }


def _tightest(part: PoolStaffing) -> list[dict[str, Any]]:
    """By goal, in how many intervals it has the fewest heads to spare on average, and at which times of day.

    Times are None where days differ.
    """
    table = part.requirement
    own = table[(table["group"] == part.pool.groups[0]) & (table[TIGHTEST].fillna("") != "")]
    times = own["interval_start"].dt.strftime("%H:%M")
    alike = bool((own.groupby(times)[TIGHTEST].nunique() == 1).all())
    return [
        {
            "goal": str(goal),
            "intervals": int((own[TIGHTEST] == str(goal)).sum()),
            "times": sorted(set(times[own[TIGHTEST] == str(goal)])) if alike else None,
        }
        for goal in part.asked.goals
    ]


def _hours(staffing: Staffing, heads: FloatArray | IntArray) -> float:
    """Agent-hours of so many heads within the horizon."""
    scenario = staffing.loaded.scenario
    skipped = round(scenario.opening.warm_up / scenario.interval)
    return float(heads[skipped:].sum()) * scenario.interval / SECONDS_PER_HOUR


def _formula_hours(staffing: Staffing, part: PoolStaffing, need: FloatArray) -> float:
    """Agent-hours to roster for what a formula needs at work: rounded up once, when it is rostered."""
    return _hours(staffing, part.pool.roster_need(part.ladder.own_part(need)))


def _hours_c(staffing: Staffing, part: PoolStaffing) -> float | None:
    """The same by Erlang C; None for a goal that it does not know."""
    if not part.asked.goals.are_in_erlang_c:
        return None
    return _formula_hours(staffing, part, part.ladder.formulas.erlang_c)
