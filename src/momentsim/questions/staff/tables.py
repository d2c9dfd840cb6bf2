"""The tables of a staffing: heads by interval, the levels that were tried, and what each replication said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from momentsim.measures.statistics import difference, interval
from momentsim.questions.staff.goal import Aim
from momentsim.questions.staff.search import bound, verdict
from momentsim.questions.staff.simulated import simulated_by_interval
from momentsim.questions.staff.trials import BENEFIT, COST, LOST, Level, Trials
from momentsim.questions.staff.value_goal import value_of
from momentsim.runs.staffing.forecast import Forecast
from momentsim.runs.staffing.pool import Pool
from momentsim.runs.staffing.requirement import FloatArray, IntArray, Ladder, effect_of_a_head
from momentsim.scenario import LoadedScenario
from momentsim.scenario.sections.staffing_goal import Goal
from momentsim.scenario.staffed import interval_starts

REQUIREMENT_COLUMNS: Final = (
    "interval_start", "group", "offered_forecast", "handling_s", "patience_s", "heads_erlang_c", "heads_erlang_a",
    "heads", "heads_rostered", "offered_simulated", "service_level_simulated", "service_level_low",
    "service_level_high", "abandoned_simulated", "abandoned_low", "abandoned_high",
)  # fmt: skip
TIGHTEST: Final = "tightest_goal"
"""Of several goals, the one with the fewest heads to spare on average."""
CUT: Final = 1e6
"""Parts of a head in a table."""
LEVEL_COLUMNS: Final = (
    "stage", "level", "agent_hours", "goal_measure", "low", "high", "verdict", "customers_lost_expected", "value",
    "cost_total", "net_benefit", "against_best", "against_best_low", "against_best_high", "replications",
)  # fmt: skip


def requirement_table(
    loaded: LoadedScenario,
    pool: Pool,
    forecast: Forecast,
    ladder: Ladder,
    aims: tuple[Aim, ...],
    chosen: tuple[FloatArray | None, Level | None],
) -> pd.DataFrame:
    """A row per group and interval of warm-up and horizon; contacts and service are the whole pool's.

    Goals other than a service level or abandonment of the whole pool have columns of their own. `chosen` are the net
    heads (intervals, groups) and the level they were judged at; blank without.
    """
    net, level = chosen
    own = {aim.column: aim for aim in aims if f"{aim.column}_simulated" not in REQUIREMENT_COLUMNS}
    starts = interval_starts(loaded.scenario)
    skipped = round(loaded.scenario.opening.warm_up / loaded.scenario.interval)
    formulas = {
        name: pool.divide(ladder.less_others(heads))
        for name, heads in (("heads_erlang_c", ladder.erlang_c), ("heads_erlang_a", ladder.erlang_a))
    }
    rostered = None if net is None else pool.roster_heads(net)
    truth = (
        None
        if level is None
        else simulated_by_interval(level.samples, pool.skills, len(starts) - skipped, own)
    )
    titles = [
        *REQUIREMENT_COLUMNS,
        *(f"{name}_{end}" for name in own for end in ("simulated", "low", "high")),
    ]
    titles += [TIGHTEST] if len(aims) > 1 else []
    if rostered is not None and len(aims) > 1:
        at_work = pool.at_work(rostered).sum(axis=1) + pool.beside
        effects = [effect_of_a_head(forecast, at_work, aim.goal) for aim in aims]
    parts = []
    for index, group in enumerate(pool.groups):
        columns = {
            "interval_start": starts,
            "group": group,
            "offered_forecast": forecast.offered,
            "handling_s": forecast.handling_s,
            "patience_s": forecast.patience_s,
            **{name: heads[:, index].astype(np.int64) for name, heads in formulas.items()},
            "heads": np.nan if net is None else _as_written(net[:, index]),
            "heads_rostered": np.nan if rostered is None else rostered[:, index],
        }
        part = pd.DataFrame(columns)
        if truth is not None:
            part = part.join(truth.set_axis(range(skipped, skipped + len(truth))))
            if len(aims) > 1:
                spare = [
                    heads_to_spare(aim.goal, part[f"{aim.column}_simulated"].to_numpy(float), effect)
                    for aim, effect in zip(aims, effects, strict=True)
                ]
                part[TIGHTEST] = _tightest(np.stack(spare), aims)
        parts.append(part.reindex(columns=titles))
    return pd.concat(parts, ignore_index=True)


def _as_written(heads: FloatArray) -> FloatArray | IntArray:
    """Heads at work, whole where all of them are; else cut, so that a roster made of them has no head more."""
    if (heads == np.rint(heads)).all():
        return heads.astype(np.int64)
    return np.floor(heads * CUT) / CUT


def _tightest(spare: FloatArray, aims: Sequence[Aim]) -> list[str]:
    """By interval, the goal with the fewest heads to spare, (goals, intervals); empty where nothing was measured."""
    known = np.where(np.isfinite(spare), spare, np.inf)
    names = np.array([str(aim.goal) for aim in aims])[known.argmin(axis=0)]
    return [
        name if fewest < np.inf else ""
        for name, fewest in zip(names.tolist(), known.min(axis=0).tolist(), strict=True)
    ]


def heads_to_spare(goal: Goal, measure: FloatArray, effect: FloatArray) -> FloatArray:
    """How many heads a measure is better than its goal, where one of them has this effect on it."""
    surplus = goal.wanted - measure if goal.is_limit else measure - goal.wanted
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(surplus / effect, np.float64)


def levels_table(bench: Trials, confidence: float, *, several: bool) -> pd.DataFrame:
    """A row per level and stage that was simulated, and goal where there are several, by stage and agent-hours.

    Bounds are one-sided each.
    """
    rows = [
        {
            "stage": stage,
            "level": level,
            "goal": str(aim.goal),
            "agent_hours": each.agent_hours,
            "goal_measure": float(each.estimates[aim.name].value[0]),
            "low": bound(each.estimates[aim.name], confidence).low,
            "high": bound(each.estimates[aim.name], confidence).high,
            "verdict": verdict(aim.surplus(each.estimates[aim.name]), confidence),
            LOST: float(each.estimates[LOST].value[0]),
            "value": float(value_of(each).value[0]),
            COST: float(each.estimates[COST].value[0]),
            "net_benefit": float((value_of(each).value - each.estimates[COST].value)[0]),
            **_against_best(bench, stage, each),
            "replications": len(each.sample.digests),
        }
        for (stage, level), each in bench.tried.items()
        for aim in bench.aims
    ]
    columns = [*LEVEL_COLUMNS[:2], *(["goal"] if several else []), *LEVEL_COLUMNS[2:]]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["stage", "level"], ascending=[False, True], ignore_index=True, kind="stable")


def _against_best(bench: Trials, stage: str, level: Level) -> dict[str, float]:
    """Net benefit less that of the stage's best level, paired, with its 95 % interval."""
    others = [each for (own, _), each in bench.tried.items() if own == stage]
    best = max(others, key=lambda each: float(each.estimates[BENEFIT].value[0]))
    changed = difference(best.estimates[BENEFIT], level.estimates[BENEFIT])
    limits = interval(changed)
    return {
        "against_best": float(changed.value[0]),
        "against_best_low": float(limits.low[0]),
        "against_best_high": float(limits.high[0]),
    }


def observations_table(bench: Trials) -> pd.DataFrame:
    """What each replication says of each level: means are those of the levels, and differences pair by number."""
    parts = [_observations(stage, each) for (stage, _), each in bench.tried.items()]
    columns = ["stage", "level", "measure", "replication", "value"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def _observations(stage: str, level: Level) -> pd.DataFrame:
    tables = []
    for measure, estimated in level.estimates.items():
        step = max(1, len(level.sample.digests) // len(estimated.influence))
        tables.append(
            pd.DataFrame(
                {
                    "stage": stage,
                    "level": level.level,
                    "measure": measure,
                    "replication": range(1, len(level.sample.digests) + 1, step),
                    "value": estimated.value[0] + estimated.influence[:, 0],
                }
            )
        )
    return pd.concat(tables, ignore_index=True)
