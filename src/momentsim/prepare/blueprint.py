"""A scenario lowered once (`Blueprint`), and one replication prepared from it (`Prepared`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import DAY, Names, Plan, Prepared, Table
from momentsim.draws import NO_KEY, Key, replication_key
from momentsim.prepare.acquisition import growth
from momentsim.prepare.agents import agent_rows, heart_threshold
from momentsim.prepare.backlog import backlog_strips
from momentsim.prepare.busy_days import Factors, factors
from momentsim.prepare.calendar import Calendar, date_rows, of_seconds
from momentsim.prepare.crisis_demand import StormDemand, StormMoments, lower_storms
from momentsim.prepare.crisis_levers import blackout_rows, crisis_rows
from momentsim.prepare.customer_choice import share_rows
from momentsim.prepare.customers import attitude_laws, segment_rows
from momentsim.prepare.demand import RoutineDemand, lower_demand, yearly_moments
from momentsim.prepare.demand_points import in_order, moments_of_strips
from momentsim.prepare.diverting import divert_rows
from momentsim.prepare.groups import TeamAssignment, assign_teams, group_rows, site_names, site_rows
from momentsim.prepare.laws import LawBook
from momentsim.prepare.levers import LeverTables, lever_names, lower_levers, size_names
from momentsim.prepare.loaded import Loaded
from momentsim.prepare.opening_hours import hours_rows
from momentsim.prepare.outlook import PayDates, newcomer_values, pay_dates_of, usual_prices
from momentsim.prepare.programmes import aim_rows, programme_rows
from momentsim.prepare.queue_offers import announcement_rows, callback_rows, informed_shares
from momentsim.prepare.reasons import match_rows, queue_names, reason_rows, serves_rows, settings_row
from momentsim.prepare.recovery import recovery_row
from momentsim.prepare.reference import Reference
from momentsim.prepare.renewal import RenewalMoments
from momentsim.prepare.rosters import GroupRoster, RosterPeriod, chance_free, lower_rosters, roster_of
from momentsim.scenario.evidence import registry
from momentsim.scenario.types import Demand, Group, Scenario


@dataclass(frozen=True, slots=True)
class Volumes:
    """Who makes contact how often, the same in every replication."""

    demand: RoutineDemand
    backlog: Table  # STRIP
    busyness: Demand
    shares: Table
    shares_at_start: Table
    """Of those who were there: crises, replayed counts and renewal processes are theirs."""
    growth: float
    """By which volumes are raised for those who join."""
    storms: tuple[StormDemand, ...]


class CustomerTables(NamedTuple):
    """Tables of a plan that are about customers, but for the dates on which they pay."""

    segments: Table  # SEGMENT
    usual_prices: Table  # USUAL_PRICE
    expectation_law: npt.NDArray[np.float64]
    attitude_laws: npt.NDArray[np.float64]
    newcomers: npt.NDArray[np.float64]


class QueueTables(NamedTuple):
    """Tables of a plan that say when queues are open, and what they tell, offer or do with those they send away."""

    hours: Table  # HOURS
    open_spans: Table  # OPEN_SPAN
    diverts: Table  # DIVERT
    callbacks: Table  # CALLBACK
    announcements: Table  # ANNOUNCEMENT
    informed: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Blueprint:
    """Everything about a scenario that is the same in every replication."""

    seed: int
    antithetic: bool
    settings: Table
    effects: Table
    reasons: Table
    customers: CustomerTables
    groups: Table
    serves_by_group: Table
    serves_by_queue: Table
    matches: npt.NDArray[np.int64]
    laws: Table
    samples: npt.NDArray[np.float64]
    crises: Table
    blackouts: Table
    levers: LeverTables
    programmes: Table  # PROGRAMME
    aims: Table  # AIM
    dates: Table  # DATE
    recovery: Table  # RECOVERY
    queues: QueueTables
    sites: Table  # SITE
    paid: PayDates
    names: Names
    window: RosterPeriod
    volumes: Volumes
    rosters: tuple[GroupRoster, ...]
    fixed_roster: tuple[Table, npt.NDArray[np.float64]] | None
    """Roster and paid hours where chance has no part in them."""
    workforce: tuple[Group, ...]
    teams: TeamAssignment
    heart_agents: float
    learning: tuple[float, float] | None
    label_quantiles: tuple[float, float]


@dataclass(frozen=True, slots=True)
class DemandByDay:
    """Demand of one replication, day by day (`Prepared.moments_of_day`)."""

    key: Key
    horizon: int
    volumes: Volumes
    factors: Factors
    storm_moments: StormMoments
    renewals: tuple[RenewalMoments, ...]

    def __call__(self, day: int) -> Table:
        """MOMENT rows of day number `day` (0 first), sorted by `began` (ties by key)."""
        begin, end = day * DAY, min((day + 1) * DAY, self.horizon)
        volumes = self.volumes
        strips = volumes.demand.strips(begin, end)
        self.factors.apply(strips)
        if day == 0 and len(volumes.backlog):
            strips = np.concatenate([volumes.backlog, strips])
        moments = self._at_random(strips, begin, end)
        others = [part for storm in volumes.storms for part in self.storm_moments.of(storm, begin, end)]
        others += [renewal.of(day, end, volumes.shares_at_start) for renewal in self.renewals]
        return in_order(np.concatenate([moments, *others]) if others else moments, begin, end)

    def _at_random(self, strips: Table, begin: int, end: int) -> Table:
        """Moments of strips; those that are counted and not drawn belong to the customers of the start."""
        volumes = self.volumes
        if volumes.growth == 1.0:
            return moments_of_strips(self.key, strips, volumes.shares, begin, end)
        counted = strips["replay"] != 0
        drawn = strips[~counted]
        drawn["expected"] *= volumes.growth
        return np.concatenate(
            [
                moments_of_strips(self.key, drawn, volumes.shares, begin, end),
                moments_of_strips(self.key, strips[counted], volumes.shares_at_start, begin, end),
            ]
        )


def lower(loaded: Loaded, reference: Reference) -> Blueprint:
    """Lower a checked scenario to arrays; done once, the result serves all replications."""
    scenario = loaded.scenario
    behaviour = scenario.behaviour
    values = registry.values(behaviour.parameters, textbook=behaviour.textbook)
    window = _window(scenario)
    calendar, start = window.calendar, window.start
    book = LawBook(loaded.samples)
    queues = queue_names(scenario)
    demand = lower_demand(loaded, calendar, book)
    rosters = lower_rosters(loaded, window)
    crises = crisis_rows(scenario, book, calendar)
    delays = {name: book.add(storm.first_contact_delay) for name, storm in scenario.crises.items()}
    levers = lower_levers(scenario, book, calendar, values["complaint_lag_h"])
    reasons = reason_rows(scenario, book, queues, reference)
    recovery = recovery_row(scenario, book, calendar)
    matches = match_rows(scenario)
    by_group, by_queue = serves_rows(scenario, queues)
    settings = settings_row(scenario, book, window, by_group, matches)
    effects = registry.effects_record(behaviour.parameters, textbook=behaviour.textbook)
    dates = date_rows(calendar, window.until)
    about_queues = _queue_tables(scenario, queues, book, window)
    paid = pay_dates_of(scenario.economics, start, window.horizon)
    yearly = yearly_moments(demand, start, window.horizon, len(reasons))
    segments = segment_rows(scenario.customers.segments, values, reference, scenario.horizon)
    customers = _customer_tables(scenario, segments, effects, reference, paid, window)
    teams = assign_teams(scenario, rosters)
    agents = [len(roster.owners) for roster in rosters]
    programmes = programme_rows(scenario, calendar, agents, float(yearly.sum()) / 12.0)
    return Blueprint(
        seed=scenario.seed,
        antithetic=scenario.run.antithetic,
        settings=settings,
        effects=effects,
        reasons=reasons,
        customers=customers,
        groups=group_rows(scenario.workforce.groups, rosters, values, reference),
        serves_by_group=by_group,
        serves_by_queue=by_queue,
        matches=matches,
        laws=book.table(),
        samples=book.samples(),
        crises=crises,
        blackouts=blackout_rows(scenario, calendar),
        levers=levers,
        programmes=programmes,
        aims=aim_rows(scenario, programmes),
        dates=dates,
        paid=paid,
        names=_names(scenario, queues, teams),
        recovery=recovery,
        queues=about_queues,
        sites=site_rows(scenario, rosters),
        window=window,
        volumes=_volumes(scenario, demand, lower_storms(scenario, calendar, delays)),
        rosters=rosters,
        fixed_roster=roster_of(NO_KEY, rosters, window) if chance_free(rosters) else None,
        workforce=tuple(scenario.workforce.groups.values()),
        teams=teams,
        heart_agents=scenario.routing.heart_agents,
        learning=_learning(scenario, values),
        label_quantiles=(values["let_down_quantile"], values["delight_quantile"]),
    )


def _queue_tables(
    scenario: Scenario, queues: tuple[str, ...], book: LawBook, window: RosterPeriod
) -> QueueTables:
    return QueueTables(
        *hours_rows(scenario, queues, book, window.calendar, window.until),
        diverts=divert_rows(scenario, queues, book),
        callbacks=callback_rows(scenario),
        announcements=announcement_rows(scenario),
        informed=informed_shares(scenario),
    )


def _customer_tables(
    scenario: Scenario,
    segments: Table,
    effects: Table,
    reference: Reference,
    paid: PayDates,
    window: RosterPeriod,
) -> CustomerTables:
    named, joining = scenario.customers.segments, date_rows(window.calendar, window.until)["begins"]
    span = (window.start, window.until)
    return CustomerTables(
        segments=segments,
        usual_prices=usual_prices(list(scenario.moments), segments, effects, reference, paid, span),
        expectation_law=np.array(reference.expectation_law, np.float64),
        attitude_laws=attitude_laws(named, reference),
        newcomers=newcomer_values(named, segments, effects, reference, paid, joining),
    )


def _window(scenario: Scenario) -> RosterPeriod:
    calendar = Calendar(scenario.start - timedelta(seconds=scenario.opening.warm_up))
    start = calendar.time(scenario.start)
    horizon = start + of_seconds(scenario.horizon)
    return RosterPeriod(calendar, horizon, horizon + of_seconds(scenario.run.run_out), start)


def _volumes(scenario: Scenario, demand: RoutineDemand, storms: tuple[StormDemand, ...]) -> Volumes:
    segments, horizon = scenario.customers.segments, scenario.horizon
    return Volumes(
        demand=demand,
        backlog=backlog_strips(scenario),
        busyness=scenario.demand,
        shares=share_rows(segments, horizon),
        shares_at_start=share_rows(segments, horizon, at_start=True),
        growth=growth(segments, horizon),
        storms=storms,
    )


def prepare(
    blueprint: Blueprint, replication: int, score_only: bool = False, *, evenly: bool = False
) -> Prepared:
    """The plan, demand and names of one replication; `score_only` for the pilot that makes the reference.

    `evenly`: its agents are spread over what they are drawn from, so that a few stand for all.
    """
    antithetic = blueprint.antithetic and not score_only
    key = replication_key(blueprint.seed, replication, antithetic=antithetic)
    settings = blueprint.settings.copy()
    settings["key"], settings["score_only"] = key, int(score_only)
    roster, paid_hours = blueprint.fixed_roster or roster_of(key, blueprint.rosters, blueprint.window)
    agents = _agents(blueprint, key, evenly)
    settings["heart_above"] = heart_threshold(agents, blueprint.heart_agents)
    plan = Plan(
        settings=settings,
        effects=blueprint.effects,
        reasons=blueprint.reasons,
        **blueprint.customers._asdict(),
        groups=blueprint.groups,
        serves_by_group=blueprint.serves_by_group,
        serves_by_queue=blueprint.serves_by_queue,
        agents=agents,
        matches=blueprint.matches,
        roster=roster,
        laws=blueprint.laws,
        samples=blueprint.samples,
        crises=blueprint.crises,
        blackouts=blueprint.blackouts,
        **blueprint.levers._asdict(),
        dates=blueprint.dates,
        pay_dates=blueprint.paid.times,
        pay_weights=blueprint.paid.weights,
        outlook=blueprint.paid.about,
        queues=len(blueprint.names.queues),
        programmes=blueprint.programmes,
        aims=blueprint.aims,
        recovery=blueprint.recovery,
        **blueprint.queues._asdict(),
        sites=blueprint.sites,
    )
    days = -(-blueprint.window.horizon // DAY)
    return Prepared(plan, _demand_by_day(blueprint, key), days, blueprint.names, paid_hours)


def _demand_by_day(blueprint: Blueprint, key: Key) -> DemandByDay:
    window, volumes = blueprint.window, blueprint.volumes
    busyness = factors(key, volumes.busyness, window.calendar, window.horizon, blueprint.names.reasons)
    laws = blueprint.laws, blueprint.samples
    return DemandByDay(
        key=key,
        horizon=window.horizon,
        volumes=volumes,
        factors=busyness,
        storm_moments=StormMoments(key, volumes.shares_at_start, *laws, window.calendar),
        renewals=tuple(RenewalMoments(key, each, busyness, laws) for each in volumes.demand.renewals),
    )


def contact_rates(loaded: Loaded) -> dict[str, npt.NDArray[np.float64]]:
    """By segment: mean moments a year of one customer, by reason; they follow the segment's contact weight."""
    scenario = loaded.scenario
    window = _window(scenario)
    demand = lower_demand(loaded, window.calendar, LawBook(loaded.samples))
    yearly = yearly_moments(demand, window.start, window.horizon, len(scenario.moments))
    segments = scenario.customers.segments
    weight = sum(segment.customers * segment.contact_weight for segment in segments.values())
    return {
        name: yearly * (segment.contact_weight / weight if weight else 0.0)
        for name, segment in segments.items()
    }


def _agents(blueprint: Blueprint, key: Key, evenly: bool) -> Table:
    """AGENT rows of one replication, with their teams."""
    owners = [group.owners for group in blueprint.rosters]
    rows = agent_rows(key, blueprint.workforce, owners, blueprint.learning, evenly=evenly)
    rows["team"] = blueprint.teams.of_agent
    rows["team_quality"] = blueprint.teams.effects(key)[rows["team"]]
    return rows


def _names(scenario: Scenario, queues: tuple[str, ...], teams: TeamAssignment) -> Names:
    return Names(
        reasons=tuple(scenario.moments),
        owners=tuple(moment.owner for moment in scenario.moments.values()),
        segments=tuple(scenario.customers.segments),
        queues=queues,
        groups=tuple(scenario.workforce.groups),
        crises=tuple(scenario.crises),
        levers=lever_names(scenario),
        lever_sizes=size_names(scenario),
        teams=teams.names,
        sites=site_names(scenario.workforce.groups),
        programmes=tuple(scenario.programmes),
    )


def _learning(scenario: Scenario, values: Mapping[str, float]) -> tuple[float, float] | None:
    if not scenario.behaviour.learning:
        return None
    return values["learning_gap"], values["learning_tau_months"]
