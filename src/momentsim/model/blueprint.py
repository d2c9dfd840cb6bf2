"""A scenario lowered once (`Blueprint`), and one replication prepared from it (`Prepared`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt

from momentsim.draws import NO_KEY, Key, replication_key
from momentsim.model.agents import agent_rows
from momentsim.model.calendar import MONTH, Calendar, date_rows, of_seconds
from momentsim.model.careers import fill_group
from momentsim.model.choice import share_rows
from momentsim.model.crises import blackout_rows, crisis_rows, lever_names, lever_rows
from momentsim.model.customers import segment_rows
from momentsim.model.demand import Demand, lower_demand, yearly_moments
from momentsim.model.factors import Factors, factors
from momentsim.model.laws import LawBook
from momentsim.model.loaded import Loaded
from momentsim.model.opening import backlog_strips
from momentsim.model.points import in_order, moments_of_strips
from momentsim.model.reasons import queue_names, reason_rows, serves_rows, settings_row
from momentsim.model.reference import Reference
from momentsim.model.renewal import RenewalMoments
from momentsim.model.rosters import GroupRoster, Window, chance_free, lower_rosters, roster_of
from momentsim.model.storm import StormDemand, StormMoments, lower_storms
from momentsim.plan import DAY, GROUP, Names, Plan, Prepared, Table
from momentsim.scenario import evidence
from momentsim.scenario.types import Demand as DemandSection
from momentsim.scenario.types import Group, Scenario


@dataclass(frozen=True, slots=True)
class Blueprint:
    """Everything about a scenario that is the same in every replication."""

    seed: int
    antithetic: bool
    settings: Table
    effects: Table
    reasons: Table
    segments: Table
    groups: Table
    serves_by_group: Table
    serves_by_queue: Table
    laws: Table
    samples: npt.NDArray[np.float64]
    crises: Table
    blackouts: Table
    levers: Table
    dates: Table  # DATE
    pay_dates: npt.NDArray[np.int64]
    names: Names
    window: Window
    demand: Demand
    backlog: Table  # STRIP
    busyness: DemandSection
    shares: Table
    storms: tuple[StormDemand, ...]
    rosters: tuple[GroupRoster, ...]
    fixed_roster: tuple[Table, npt.NDArray[np.float64]] | None
    """Roster and paid hours where chance has no part in them."""
    workforce: tuple[Group, ...]
    learning: tuple[float, float] | None
    label_quantiles: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Chunks:
    """Demand of one replication, day by day (`Prepared.moments_of_day`)."""

    key: Key
    horizon: int
    demand: Demand
    backlog: Table
    factors: Factors
    shares: Table
    storms: tuple[StormDemand, ...]
    storm_moments: StormMoments
    renewals: tuple[RenewalMoments, ...]

    def __call__(self, day: int) -> Table:
        """MOMENT rows of day number `day` (0 first), sorted by `began` (ties by key)."""
        begin, end = day * DAY, min((day + 1) * DAY, self.horizon)
        strips = self.demand.strips(begin, end)
        self.factors.apply(strips)
        if day == 0 and len(self.backlog):
            strips = np.concatenate([self.backlog, strips])
        moments = moments_of_strips(self.key, strips, self.shares, begin, end)
        others = [self.storm_moments.of(storm, begin, end) for storm in self.storms]
        others += [renewal.of(day, end, self.shares) for renewal in self.renewals]
        return in_order(np.concatenate([moments, *others]) if others else moments, begin, end)


def lower(loaded: Loaded, reference: Reference) -> Blueprint:
    """Lower a checked scenario to arrays; done once, the result serves all replications."""
    scenario = loaded.scenario
    values = evidence.values(scenario.behaviour.parameters)
    calendar = Calendar(scenario.start - timedelta(seconds=scenario.opening.warm_up))
    start = calendar.time(scenario.start)
    horizon = start + of_seconds(scenario.horizon)
    window = Window(calendar, horizon, horizon + of_seconds(scenario.run.run_out), start)
    book = LawBook(loaded.samples)
    queues = queue_names(scenario)
    demand = lower_demand(loaded, calendar, book)
    rosters = lower_rosters(loaded, window)
    crises = crisis_rows(scenario, book)
    delays = {name: book.add(storm.first_contact_delay) for name, storm in scenario.crises.items()}
    levers = lever_rows(scenario, book, calendar)
    reasons = reason_rows(scenario, book, queues, reference)
    settings = settings_row(scenario, book, window)
    by_group, by_queue = serves_rows(scenario, queues)
    settings["has_overflow"] = int(np.any(by_group["after"] > 0))
    return Blueprint(
        seed=scenario.seed,
        antithetic=scenario.run.antithetic,
        settings=settings,
        effects=evidence.effects_record(scenario.behaviour.parameters),
        reasons=reasons,
        segments=_segments(scenario, values, reference, yearly_moments(demand, start, horizon, len(reasons))),
        groups=_groups(scenario, rosters, values, reference),
        serves_by_group=by_group,
        serves_by_queue=by_queue,
        laws=book.table(),
        samples=book.samples(),
        crises=crises,
        blackouts=blackout_rows(scenario, calendar),
        levers=levers,
        dates=date_rows(calendar, window.until),
        pay_dates=np.arange(start + MONTH, int(settings["outlook"][0]) + 1, MONTH, dtype=np.int64),
        names=_names(scenario, queues),
        window=window,
        demand=demand,
        backlog=backlog_strips(scenario),
        busyness=scenario.demand,
        shares=share_rows(scenario.customers.segments),
        storms=lower_storms(scenario, calendar, delays),
        rosters=rosters,
        fixed_roster=roster_of(NO_KEY, rosters, window) if chance_free(rosters) else None,
        workforce=tuple(scenario.workforce.groups.values()),
        learning=_learning(scenario, values),
        label_quantiles=(values["let_down_quantile"], values["delight_quantile"]),
    )


def prepare(blueprint: Blueprint, replication: int, score_only: bool = False) -> Prepared:
    """The plan, demand and names of one replication; `score_only` for the pilot that makes the reference."""
    antithetic = blueprint.antithetic and not score_only
    key = replication_key(blueprint.seed, replication, antithetic=antithetic)
    settings = blueprint.settings.copy()
    settings["key"], settings["score_only"] = key, int(score_only)
    roster, paid_hours = blueprint.fixed_roster or roster_of(key, blueprint.rosters, blueprint.window)
    owners = [group.owners for group in blueprint.rosters]
    plan = Plan(
        settings=settings,
        effects=blueprint.effects,
        reasons=blueprint.reasons,
        segments=blueprint.segments,
        groups=blueprint.groups,
        serves_by_group=blueprint.serves_by_group,
        serves_by_queue=blueprint.serves_by_queue,
        agents=agent_rows(key, blueprint.workforce, owners, blueprint.learning),
        roster=roster,
        laws=blueprint.laws,
        samples=blueprint.samples,
        crises=blueprint.crises,
        blackouts=blueprint.blackouts,
        levers=blueprint.levers,
        dates=blueprint.dates,
        pay_dates=blueprint.pay_dates,
        queues=len(blueprint.names.queues),
    )
    days = -(-blueprint.window.horizon // DAY)
    return Prepared(plan, _chunks(blueprint, key), days, blueprint.names, paid_hours)


def _chunks(blueprint: Blueprint, key: Key) -> Chunks:
    window = blueprint.window
    busyness = factors(key, blueprint.busyness, window.calendar, window.horizon)
    laws = blueprint.laws, blueprint.samples
    return Chunks(
        key=key,
        horizon=window.horizon,
        demand=blueprint.demand,
        backlog=blueprint.backlog,
        factors=busyness,
        shares=blueprint.shares,
        storms=blueprint.storms,
        storm_moments=StormMoments(key, blueprint.shares, blueprint.laws, blueprint.samples, window.calendar),
        renewals=tuple(RenewalMoments(key, each, busyness, laws) for each in blueprint.demand.renewals),
    )


def _segments(
    scenario: Scenario, values: Mapping[str, float], reference: Reference, yearly: npt.NDArray[np.float64]
) -> Table:
    """SEGMENT rows; everyday contacts of a segment's customers follow its contact weight."""
    segments = scenario.customers.segments
    weight = sum(segment.customers * segment.contact_weight for segment in segments.values())
    squares = np.array([reference.of(name).jump_square for name in scenario.moments])
    total = float(np.sum(yearly * squares))  # mean squared jumps of y of the whole base, per year
    rates = {
        name: total * segment.contact_weight / weight if weight else 0.0 for name, segment in segments.items()
    }
    return segment_rows(segments, values["churn_slope"], values["displacement_half_life_d"], rates)


def _groups(
    scenario: Scenario, rosters: Sequence[GroupRoster], values: Mapping[str, float], reference: Reference
) -> Table:
    rows = np.zeros(len(rosters), GROUP)
    for row, (name, group), roster in zip(rows, scenario.workforce.groups.items(), rosters, strict=True):
        row["first_agent"], row["agents"] = roster.first_agent, len(roster.owners)
        row["autonomy"], row["script"], row["reserve"] = group.autonomy, group.script, group.reserve
        fill_group(row, group, values, reference.strain_of(name))
    return rows


def _names(scenario: Scenario, queues: tuple[str, ...]) -> Names:
    return Names(
        reasons=tuple(scenario.moments),
        owners=tuple(moment.owner for moment in scenario.moments.values()),
        segments=tuple(scenario.customers.segments),
        queues=queues,
        groups=tuple(scenario.workforce.groups),
        crises=tuple(scenario.crises),
        levers=lever_names(scenario),
    )


def _learning(scenario: Scenario, values: Mapping[str, float]) -> tuple[float, float] | None:
    if not scenario.behaviour.learning:
        return None
    return values["learning_gap"], values["learning_tau_months"]
