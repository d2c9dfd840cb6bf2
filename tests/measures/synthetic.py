"""Made-up but consistent plans and traces, so that measures and reports are tested without the engine."""

from __future__ import annotations

from typing import Any

import numpy as np

from momentsim.contract import plan, trace
from momentsim.contract.plan import DAY, HOUR, MINUTE, SECOND
from momentsim.measures import Digest, Sample, digest
from momentsim.scenario.types import Scenario

NAMES = plan.Names(
    reasons=("rebooking", "status", "baggage"),
    owners=("operations", "operations", "ground"),
    segments=("leisure", "business"),
    queues=("help", "bags"),
    groups=("frontline", "backup"),
    crises=("storm",),
    levers=("storm.reserves", "storm.web"),
    lever_sizes=(("",), ("",)),
    teams=(plan.TeamName("frontline", 0, "north"), plan.TeamName("backup", 0, "")),
)
HORIZON_DAYS = 4
STEP = 30 * MINUTE


def scenario(*, crisis: bool = True, **waiting: Any) -> Scenario:
    """A scenario that fits `NAMES`: two segments, three reasons, two skills, two groups."""
    law = {"mean": 300.0, "cv": 0.8}
    skills = {"rebooking": "help", "status": "help", "baggage": "bags"}
    storm = {
        "moment": "rebooking",
        "days": {"2007-02-15": {"scheduled": 500, "failed": 250, "announced_from": 6 * 3600}},
    }
    return Scenario.model_validate(
        {
            "name": "ice storm",
            "start": "2007-02-14 00:00",
            "horizon": float(HORIZON_DAYS * 86400),
            "customers": {
                "segments": {
                    "leisure": {
                        "customers": 400_000,
                        "yearly_margin": 80.0,
                        "promoters": 0.5,
                        "detractors": 0.2,
                    },
                    "business": {
                        "customers": 50_000,
                        "yearly_margin": 600.0,
                        "promoters": 0.4,
                        "detractors": 0.25,
                    },
                }
            },
            "moments": {
                reason: {"handling_time": law, "skill": skill, "owner": owner}
                for (reason, skill), owner in zip(skills.items(), NAMES.owners, strict=True)
            },
            "demand": {"volumes": {reason: {"per_day": 4000.0} for reason in skills}},
            "workforce": {
                "groups": {
                    "frontline": {"heads": 120, "cost_per_hour": 36.0},
                    "backup": {"heads": 40, "cost_per_hour": 30.0, "reserve": True, "skills": ("help",)},
                }
            },
            "waiting": waiting,
            "crises": {"storm": storm} if crisis else {},
        }
    )


def make_plan() -> plan.Plan:
    """A plan with what measures read; the rest is empty."""
    settings = np.zeros(1, plan.SETTINGS)
    settings["horizon"] = HORIZON_DAYS * DAY
    settings["run_out"] = 7 * DAY
    settings["interval"] = STEP
    settings["year_after"] = (HORIZON_DAYS + 365) * DAY
    effects = np.zeros(1, plan.EFFECTS)
    effects["churn_slope"] = 0.65
    effects["displacement_half_life_d"] = 180.0
    effects["grievance_half_life_d"], effects["wallet_half_life_d"] = 90.0, 360.0
    effects["kappa"] = 0.45
    reasons = np.zeros(3, plan.REASON)
    reasons["queue"] = (0, 0, 1)
    levers = np.zeros(2, plan.LEVER)
    levers["kind"] = (plan.LeverKind.RESERVES, plan.LeverKind.SELF_SERVICE_OFFER)
    levers["amount"] = (0.0, 25_000.0)
    empty = {name: np.zeros(0, plan.LAW) for name in ("laws", "crises", "blackouts", "agents", "roster")}
    return plan.Plan(
        settings=settings,
        effects=effects,
        reasons=reasons,
        segments=_segments(),
        groups=np.zeros(2, plan.GROUP),
        serves_by_group=_serves(),
        serves_by_queue=_serves(),
        levers=levers,
        samples=np.zeros(0),
        matches=np.zeros((2, 2), np.int64),
        dates=np.zeros(0, plan.DATE),
        pay_dates=np.zeros(0, np.int64),
        expectation_law=np.zeros(0),
        newcomers=np.zeros((0, 2)),
        queues=2,
        **empty,
    )


def _segments() -> plan.Table:
    segments = np.zeros(2, plan.SEGMENT)
    segments["customers"] = (400_000, 50_000)
    segments["margin"] = (80.0, 600.0)
    segments["hazard"] = segments["usual_hazard"] = segments["observed_hazard"] = 0.13 / (365 * DAY)
    segments["wallet_rest"] = 1.0
    segments["detractor_below"] = (-0.84, -0.67)
    segments["promoter_above"] = (0.0, 0.25)
    return segments


def _serves() -> plan.Table:
    serves = np.zeros(3, plan.SERVES)
    serves["group"] = (0, 0, 1)
    serves["queue"] = (0, 1, 0)
    return serves


def make_prepared() -> plan.Prepared:
    return plan.Prepared(
        plan=make_plan(),
        moments_of_day=lambda day: np.zeros(0, plan.MOMENT),
        days=HORIZON_DAYS,
        names=NAMES,
        paid_hours=np.array([120.0 * 24 * HORIZON_DAYS, 0.0]),
    )


def make_trace(seed: int, *, rows: int = 400, relief: float = 0.0) -> trace.Trace:
    """One replication of a storm on the second day; `relief` 0..1 takes part of the jam away."""
    rng = np.random.default_rng(seed)
    intervals = _intervals(rng, relief)
    waits = _waits(rng, intervals)
    return trace.Trace(
        contacts=_contacts(rng, rows),
        moments=_moments(rng, rows),
        customers=_customers(rng, 30_000, relief),
        agents=_agents(rng, relief),
        levers=np.array([(30 * HOUR, 0, 30 * HOUR + 1, 0, 0, 0)], trace.LEVER_ROW),
        programmes=np.zeros(0, trace.PROGRAMME_ROW),
        intervals=intervals,
        staff=_staff(len(intervals), relief),
        queue_time=np.stack(
            [intervals["wait_answered"].sum(axis=1), intervals["wait_abandoned"].sum(axis=1)], 1
        ),
        tallies=_tallies(rng, relief),
        booked=np.zeros(6),
        waits=waits,
        lost=rng.poisson((500, 60)),
        joined=np.zeros(0, trace.JOINED),
        acquisition=np.zeros(2, trace.ACQUISITION),
        rested=np.zeros(2, trace.RESTED),
        ended=6 * DAY,
        events=1_000_000,
    )


def _hours(count: int) -> np.ndarray[Any, Any]:
    return np.arange(count) * (STEP / HOUR)


def _intervals(rng: np.random.Generator, relief: float) -> Any:
    count = 5 * 48  # a day of run-out
    hours = _hours(count)
    day = np.maximum(0.05, np.exp(-((hours % 24 - 13) ** 2) / 30))
    storm = np.where((hours >= 30) & (hours < 62), np.exp(-(hours - 30) / 16), 0.0) * (1 - 0.7 * relief)
    table: Any = np.zeros((count, 3), trace.INTERVAL)
    for reason, share in enumerate((1.0, 0.5, 0.25)):
        load = rng.gamma(400, 1 / 400) * (150 * day + (900 * storm if reason == 0 else 0.0)) * share
        offered = rng.poisson(np.where(hours < 96, load, load * 0.02))
        lost = np.clip(0.02 + 0.75 * storm, 0, 0.9)
        failed = rng.binomial(offered, lost)
        table["offered"][:, reason] = offered
        table["blocked"][:, reason] = rng.binomial(failed, 0.4)
        table["abandoned"][:, reason] = failed - table["blocked"][:, reason]
        table["answered"][:, reason] = offered - failed
        table["answered_in_threshold"][:, reason] = rng.binomial(
            offered - failed, np.clip(0.85 - storm, 0.05, 1)
        )
        table["abandoned_short"][:, reason] = rng.binomial(table["abandoned"][:, reason], 0.05)
        table["wait_answered"][:, reason] = (offered - failed) * (20 + 900 * storm) * SECOND
        table["wait_abandoned"][:, reason] = table["abandoned"][:, reason] * (60 + 600 * storm) * SECOND
        table["talk"][:, reason] = (offered - failed) * 320 * SECOND
        table["wrap"][:, reason] = (offered - failed) * 40 * SECOND
        if reason == 1:
            for name, mean in (("contained", 30), ("gave_up", 5), ("broke_out", 12)):
                table[name][:, reason] = rng.poisson(mean * day * (hours < 96))
    return table


def _waits(rng: np.random.Generator, intervals: plan.Table) -> np.ndarray[Any, Any]:
    waits = np.zeros((3, 2, trace.WAIT_BINS), np.int64)
    edges = trace.wait_bin_edges()
    for outcome, name in enumerate(("answered", "abandoned")):
        for reason in range(3):
            number = int(intervals[name][:, reason].sum())
            at_once = outcome == 0
            drawn = np.where(
                rng.random(number) < 0.4 * at_once, 0.0, rng.lognormal(4.5 - outcome, 1.4, number)
            )
            waits[reason, outcome] = np.histogram(np.minimum(drawn, edges[-1] - 1), edges)[0]
    return waits


def _staff(count: int, relief: float) -> Any:
    hours = _hours(count)
    staff: Any = np.zeros((count, 2), trace.STAFF_INTERVAL)
    staff["on_duty"][:, 0] = np.where((hours % 24 >= 6) & (hours < 96), 120, 20) * STEP
    staff["on_duty"][:, 1] = np.where((hours >= 33) & (hours < 60), 40 * relief, 0) * STEP
    staff["busy"] = (0.8 * staff["on_duty"]).astype(np.int64)
    return staff


def _agents(rng: np.random.Generator, relief: float) -> Any:
    agents: Any = np.zeros(160, trace.AGENT_ROW)
    agents["agent"] = np.arange(160)
    agents["group"] = agents["team"] = np.arange(160) >= 120
    horizon = HORIZON_DAYS * DAY
    on = np.where(agents["group"] == 0, 32 * HOUR, int(20 * HOUR * relief))
    agents["talk"] = (on * rng.uniform(0.6, 0.7, 160)).astype(np.int64)
    agents["wrap"] = (on * 0.1).astype(np.int64)
    agents["paused"] = on // 20
    agents["idle"] = on - agents["talk"] - agents["wrap"] - agents["paused"]
    agents["offline"] = horizon - on
    agents["overtime"] = np.minimum(6 * MINUTE, agents["talk"])
    agents["contacts"] = agents["talk"] // (320 * SECOND)
    agents["emotional_intelligence"] = rng.normal(size=160)
    return agents


def _customers(rng: np.random.Generator, count: int, relief: float) -> Any:
    rows: Any = np.zeros(count, trace.CUSTOMER)
    rows["customer"] = rng.choice(450_000, count, replace=False)
    rows["segment"] = rows["customer"] >= 400_000
    rows["norm"] = rng.normal(size=count)
    rows["attitude"] = rng.normal(-0.12 * (1 - relief), 0.15, count)
    rows["behaviour"] = 0.3 * rows["attitude"]
    rows["value"] = np.where(rows["segment"] == 0, 80.0, 600.0) * rng.lognormal(-0.35, 0.83, count)
    rows["wallet"] = 1.0
    rows["wallet_target"] = np.exp(np.where(rng.random(count) < 0.04, -0.1 * (1 - relief), 0.0))
    rows["touched"] = HORIZON_DAYS * DAY
    rate = 0.13 / (365 * DAY) * np.exp(-0.65 * (rows["norm"] + 0.7 * rows["behaviour"]))
    rows["hazard"] = rate * rows["touched"]
    rows["churned"] = rows["joined"] = -1
    return rows


def _tallies(rng: np.random.Generator, relief: float) -> Any:
    tallies: Any = np.zeros((3, 2, 3), trace.MOMENT_TALLY)
    mean = np.zeros((3, 2, 3))
    mean[:, 0, 0], mean[:, 1, 0] = 4000, 900
    mean[0, 0, 1], mean[0, 1, 1] = 9000, 1500
    mean[1, 0, 2], mean[1, 1, 2] = 2500, 400
    moments = rng.poisson(mean)
    share = np.where(np.arange(3) == 1, 0.55 + 0.3 * relief, 0.93)
    tallies["moments"] = moments
    tallies["no_contact"] = rng.binomial(moments, 0.03)
    contacted = moments - tallies["no_contact"]
    tallies["resolved"] = rng.binomial(contacted, share)
    tallies["resolved_first"] = rng.binomial(tallies["resolved"], 0.72)
    tallies["unserved"] = moments - tallies["resolved"]
    tallies["contacts"] = contacted + rng.poisson(contacted * (1.6 - relief))
    tallies["effort"] = tallies["no_contact"] + contacted * rng.normal(
        1.9 - 0.3 * relief, 0.01, moments.shape
    )
    tallies["delight"] = rng.binomial(contacted, 0.16)
    tallies["let_down"] = rng.binomial(contacted, 0.34 - 0.1 * relief)
    tallies["surveyed"] = rng.binomial(contacted, 0.2)
    tallies["surveyed_promoters"] = rng.binomial(tallies["surveyed"], 0.38)
    tallies["surveyed_detractors"] = rng.binomial(tallies["surveyed"] - tallies["surveyed_promoters"], 0.5)
    tallies["csat_top"] = rng.binomial(tallies["surveyed"], 0.6)
    worth = np.array([1.0, 7.0])[None, :, None]
    noise = rng.normal(1, 0.03, moments.shape)
    affected = np.arange(3) == 1
    tallies["created"] = moments * worth * 2.2 * noise
    tallies["destroyed_by_handling"] = (
        -moments * worth * np.where(affected, 34 * (1 - 0.5 * relief), 2.5) * noise
    )
    tallies["destroyed_by_operation"] = -moments * worth * np.where(affected, 14, 0) * noise
    tallies["won_back"] = moments * worth * np.where(affected, 5, 0) * noise
    tallies["compensation"] = moments * np.where(affected, 12.5, 0)
    tallies["refunds"] = moments * np.where(affected, 30.0, 0)
    tallies["complaints"] = rng.binomial(tallies["let_down"], 0.4)
    tallies["notices"] = moments * affected
    return tallies


def _contacts(rng: np.random.Generator, count: int) -> Any:
    rows: Any = np.zeros(count, trace.CONTACT)
    rows["contact"] = np.arange(count)
    rows["moment"] = np.arange(count)
    rows["arrived"] = np.sort(rng.integers(0, HORIZON_DAYS * DAY, count))
    outcome = rng.choice(4, count, p=(0.7, 0.2, 0.05, 0.05))
    codes = np.array(
        [trace.Outcome.ANSWERED, trace.Outcome.ABANDONED, trace.Outcome.BLOCKED, trace.Outcome.CONTAINED]
    )
    rows["outcome"] = codes[outcome]
    answered, queued = outcome == 0, outcome <= 1
    rows["queued"] = np.where(queued, rows["arrived"], -1)
    wait = rng.integers(0, 300 * SECOND, count)
    rows["answered"] = np.where(answered, rows["arrived"] + wait, -1)
    rows["talk"] = np.where(answered, 200 * SECOND, 0)
    rows["ended"] = np.where(queued, rows["arrived"] + wait, rows["arrived"]) + rows["talk"]
    rows["agent"] = np.where(answered, rng.integers(0, 160, count), -1)
    rows["group"] = np.where(answered, rows["agent"] >= 120, -1)
    rows["reason"] = rng.integers(0, 3, count)
    rows["queue"] = np.where(outcome == 3, -1, rows["reason"] == 2)
    rows["channel"] = np.where(outcome == 3, trace.Channel.SELF_SERVICE, trace.Channel.VOICE)
    rows["attempt"], rows["leg"] = 1, 1
    rows["quality"] = np.where(answered, rng.normal(size=count), np.nan)
    rows["resolved"] = answered
    return rows


def _moments(rng: np.random.Generator, count: int) -> Any:
    rows: Any = np.zeros(count, trace.MOMENT_ROW)
    rows["moment"] = np.arange(count)
    rows["reason"] = rng.integers(0, 3, count)
    rows["label"] = rng.integers(0, 3, count)
    rows["wallet_event"] = rng.integers(-1, 2, count)
    rows["surveyed"] = rng.random(count) < 0.2
    rows["nps_answer"] = np.where(rows["surveyed"] == 1, rng.integers(0, 11, count), -1)
    rows["ended"] = 1 + np.arange(count) * SECOND
    return rows


def make_digests(count: int, *, relief: float = 0.0) -> tuple[Digest, ...]:
    prepared = make_prepared()
    return tuple(digest(prepared, make_trace(seed, relief=relief)) for seed in range(count))


def make_sample(count: int = 5, *, relief: float = 0.0, crisis: bool = True, **waiting: Any) -> Sample:
    return Sample(scenario(crisis=crisis, **waiting), NAMES, make_digests(count, relief=relief))
