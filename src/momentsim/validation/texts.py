"""The scenarios that are proved, as a user would write them."""

from __future__ import annotations

from typing import Final

PLAIN: Final = """\
name: {name}
start: "2024-01-01 00:00"
horizon: {days} d
seed: {seed}
customers: {{segments: {{everyone: {{customers: 1000, yearly_margin: 0 USD}}}}}}
moments:
  call:
    handling_time: {{distribution: exponential, mean: {handling_s} s}}
    resolution: 100 %
demand: {{volumes: {{call: {{per_day: {per_day}, profile: flat}}}}}}
workforce: {{groups: {{team: {{heads: {agents}, speed_sd: 0}}}}}}
waiting:
  patience: {patience}
  lines: {lines}
  redial: {{first: 0 %, further: 0 %}}
  service_level: 80/20
behaviour: off
"""
"""One skill, Poisson arrivals, exponential handling, equal agents: what Erlang's formulas describe."""

SURGE: Final = """\
name: surge
start: "2024-01-01 00:00"
horizon: {days} d
seed: 21
customers: {{segments: {{everyone: {{customers: 1000, yearly_margin: 0 USD}}}}}}
moments:
  call:
    handling_time: {{distribution: exponential, mean: {handling_s} s}}
    resolution: 100 %
demand: {{volumes: {{call: {{per_day: {per_day}, profile: [{profile}]}}}}}}
workforce:
  groups:
    team:
      speed_sd: 0
      shifts:{shifts}
waiting:
  patience: {{distribution: exponential, mean: {patience_s} s}}
  redial: {{first: 0 %, further: 0 %}}
behaviour: off
"""
"""Plain callers and agents; the load and the number of agents change through the day."""

DESK: Final = """\
name: desk
start: "2024-01-01 00:00"
horizon: {days} d
seed: 61
customers: {{segments: {{everyone: {{customers: 1000, yearly_margin: 0 USD}}}}}}
moments:
  call:
    handling_time: {{distribution: exponential, mean: {handling_s} s}}
    resolution: 100 %
demand: {{volumes: {{call: {{per_hour: {per_hour}}}}}}}
opening_hours:
  call:
    weekly: [{{start: "08:00", end: "18:00"}}]
    at_closing: {at_closing}
    closed: {{call_again: 0 %}}
workforce: {{groups: {{team: {{speed_sd: 0, heads: [{{start: "08:00", end: "18:00", heads: {agents}}}]}}}}}}
waiting:
  patience: {{distribution: exponential, mean: {patience_s} s}}
  redial: {{first: 0 %, further: 0 %}}
behaviour: off
"""
"""A desk that is open by day, and callers who come round the clock."""

OVERLOAD: Final = """\
name: overload
start: "2024-01-01 00:00"
horizon: {hours} h
seed: {seed}
customers: {{segments: {{everyone: {{customers: 1000, yearly_margin: 0 USD}}}}}}
moments:
  call:
    handling_time: {{distribution: exponential, mean: {handling_s} s}}
    resolution: 100 %
demand: {{volumes: {{call: {{per_day: {per_day}, profile: flat}}}}}}
workforce: {{groups: {{team: {{heads: {agents}, speed_sd: 0}}}}}}
waiting:
  patience: {{distribution: exponential, mean: {patience_s} s}}
  redial:
    first: {redial} %
    further: {redial} %
    delay: {{distribution: exponential, mean: {delay_s} s}}
behaviour: off
run: {{run_out: 2 h}}
"""
"""More fresh calls than agents can serve, for good, and callers who try again."""

REDIALS: Final = """\
name: redials
start: "2024-01-01 00:00"
horizon: 4 d
seed: 5
customers: {segments: {everyone: {customers: 1000, yearly_margin: 0 USD}}}
moments:
  call: {handling_time: {distribution: constant, mean: 5 min}}
demand: {volumes: {call: {per_day: 1000, profile: flat}}}
workforce: {groups: {team: {heads: 0}}}
waiting:
  patience: {distribution: constant, mean: 1 s}
  redial: {first: 50 %, further: 80 %, delay: {distribution: constant, mean: 1 min}}
behaviour: off
"""
"""Nobody answers: every attempt is abandoned, so attempts per moment follow from the redial shares alone."""

DAY_MEMORY: Final = """\
name: days that remember
start: "2024-01-01 00:00"
horizon: 728 d
seed: 51
customers: {segments: {everyone: {customers: 1000, yearly_margin: 0 USD}}}
moments:
  call: {handling_time: {distribution: constant, mean: 1 min}}
demand:
  day_factor_cv: 20 %
  day_factor_correlation: 70 %
  volumes: {call: {per_day: 500, profile: flat}}
workforce: {groups: {team: {heads: 5}}}
behaviour: off
"""
"""Two years of days of which each is busy like the one before it."""

ENCOUNTER: Final = """\
name: encounter
start: "2024-01-01 00:00"
horizon: 4 d
seed: 31
customers: {segments: {everyone: {customers: 20000, yearly_margin: 150 USD}}}
moments:
  trouble:
    stakes: 100 %
    builder: on
    handling_time: {distribution: constant, mean: 5 min}
    resolution: 80 %
    reconnect: 0 %
demand:
  volumes:
    trouble: {per_day: 3000, profile: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0]}
workforce: {groups: {team: {heads: 60, speed_sd: 0, script: 0 %, autonomy: 50 %}}}
behaviour: {load: off, fatigue: off, anger: off, learning: off}
"""
"""Everything is at stake, there are agents in plenty, and nothing but how talks go differs."""

STILL: Final = """\
name: still
start: "2024-01-01 00:00"
horizon: 365 d
interval: 1 h
seed: 20
customers:
  segments:
    many: {customers: 12000, yearly_margin: 100 USD, yearly_churn: 12 %}
    few: {customers: 12000, yearly_margin: 300 USD, yearly_churn: 8 %, contact_weight: 0.4}
moments:
  question: {handling_time: {distribution: exponential, mean: 4 min}}
  claim: {stakes: 90 %, builder: true, handling_time: {distribution: exponential, mean: 6 min}}
demand:
  volumes:
    question: {per_day: 160, profile: flat}
    claim: {per_day: 30, profile: flat}
workforce:
  groups: {team: {heads: 3, skill_sd: 0, speed_sd: 0, emotional_intelligence_sd: 0, knowledge_sd: 0}}
"""
"""A year of a calm centre that loses 12 and 8 % of its customers; agents are alike, so that replications are."""

TIES: Final = """\
name: ties
start: "2024-01-01 00:00"
horizon: 1 d
seed: 1
customers: {segments: {everyone: {customers: 1000, yearly_margin: 0 USD}}}
moments:
  call:
    handling_time: {distribution: constant, mean: 1 h}
    resolution: 0 %
    reconnect: 100 %
    reconnect_delay: {distribution: constant, mean: 7 h}
demand: {volumes: {call: {file: calls.csv, replay: on}}}
workforce:
  groups:
    team:
      speed_sd: 0
      heads:
        - {start: "09:00", end: "12:00", heads: 25}
        - {start: "12:00", end: "24:00", heads: 10}
waiting:
  patience: {distribution: constant, mean: 1 h}
  redial: {first: 0 %, further: 0 %}
behaviour: off
run: {run_out: 0 s}
"""
"""25 callers come before 09:00 (file), are all answered then, and all call again at 17:00 sharp.

Ten are answered at once. At 18:00 ten calls end at the very microsecond at which the patience of the fifteen
others ends: the rule lets ten of them through, and five hang up. Nothing else happens on that day.
"""
TIED_CALLERS: Final = 25
TIED_AGENTS: Final = 10


def tied_calls() -> str:
    """The CSV file of `TIES`: all calls in the half hour before the centre opens."""
    starts = [f"2024-01-01T{hour:02}:{minute:02}:00" for hour in range(24) for minute in (0, 30)]
    calls = {"2024-01-01T08:30:00": TIED_CALLERS}
    return "\n".join(["interval_start,offered", *(f"{start},{calls.get(start, 0)}" for start in starts), ""])


FULL: Final = """\
name: many_features
description: A small centre in which nearly everything happens that the simulator knows.
start: "2024-03-04 00:00"
horizon: 3 d
seed: 7
customers:
  segments:
    regular: {customers: 6000, yearly_margin: 120 USD, contact_weight: 1}
    premium: {customers: 900, yearly_margin: 600 USD, contact_weight: 3, expectation: 0.4, patience_factor: 0.7}
moments:
  question:
    skill: general
    handling_time: {mean: 5 min, cv: 1.1}
    wrap_up: {mean: 45 s, cv: 0.8}
    complexity_sd: 0.5
    resolution: 75 %
    reconnect_delay: {median: 4 h, sigma: 1}
    self_service: {adoption: 50 %}
  rebooking:
    stakes: 80 %
    builder: on
    skill: travel
    beyond_authority: 30 %
    escalates_to: decisions
    priority: 2
    handling_time: {mean: 9 min, cv: 0.9}
    wrap_up: {distribution: exponential, mean: 1 min}
    complexity_sd: 1
    resolution: 65 %
    reconnect_delay: {median: 3 h, sigma: 1}
  status:
    stakes: 40 %
    skill: travel
    handling_time: {distribution: exponential, mean: 3 min}
demand:
  day_factor_cv: 10 %
  period_factor_cv: 10 %
  volumes:
    question: {per_day: 900}
    rebooking: {per_day: 60}
    status: {per_day: 120}
workforce:
  login_cap: 19
  groups:
    generalists:
      skills: [general, travel]
      overflow_after: {travel: 1 min}
      shifts:
        early:
          start: "07:00"
          length: 8 h
          heads: 7
          breaks: [{after: 2 h, length: 15 min}, {after: 4 h, length: 30 min}]
        late: {start: "14:00", length: 8 h, heads: 7, breaks: [{after: 4 h, length: 30 min}]}
      absence: 5 %
    travel_team:
      skills: [travel, general]
      overflow_after: {general: 2 min}
      heads:
        - {start: "00:00", end: "08:00", heads: 1}
        - {start: "08:00", end: "20:00", heads: 3}
        - {start: "20:00", end: "24:00", heads: 2}
    experts:
      skills: [decisions, travel]
      overflow_after: {travel: 90 s}
      heads: 1
    reserves:
      reserve: on
      skills: [travel, general]
      heads: 6
routing: {agent_choice: highest_emotional_intelligence, order: anger}
waiting:
  lines: 60
  announce_wait: on
  redial: {first: 60 %, further: 60 %, delay: {distribution: exponential, mean: 20 min}}
crises:
  storm:
    moment: rebooking
    status_moment: status
    days:
      "2024-03-05": {scheduled: 20, failed: 8, announced_from: "08:00", announced_until: "14:00"}
    customers_per_service: 100
    status_threshold: 3
    first_contact_delay: {distribution: exponential, mean: 4 h}
    blackouts: [{start: "2024-03-05 10:00", end: "2024-03-05 16:00"}]
    reserves: {called: {group: reserves, at: "2024-03-05 11:00", delay: {median: 1 h, sigma: 0.4}, show_up: 80 %}}
    self_service_offer: {at: "2024-03-05 15:00"}
    notice: {at: "2024-03-05 09:00", hours_ahead: 4 h}
    compensation: {at: "2024-03-05 18:00", amount: 50 USD, delay: 12 h}
    refund: {amount: 80 USD}
run: {run_out: 2 d}
"""

WITHOUT_SOFTENING: Final = ("crises.storm.notice=null", "crises.storm.compensation=null")
"""Overrides of `FULL` for the ledger: its log tells every jump then, but not how far a notice softened one."""

NEWCOMERS: Final = """\
name: newcomers
start: "2024-01-01 00:00"
horizon: 1 d
customers:
  segments: {everyone: {customers: 1000, yearly_margin: 100 USD, value_cv: 0, acquired_per_year: 10 %}}
moments: {call: {handling_time: {distribution: exponential, mean: 5 min}}}
demand: {volumes: {call: {per_day: 10}}}
workforce: {groups: {team: {heads: 1}}}
"""
"""A firm that wins customers, so that what one is worth is known."""

WARM_UP: Final = ("start=2024-03-04 10:30", "opening.warm_up=40 h")
"""Overrides of `FULL`: it opens on a busy morning, when the centre has been at work for 40 hours."""

OPEN_HOURS: Final = (
    'opening_hours.general.weekly=[{start: "07:00", end: "21:00"}]',
    "opening_hours.general.closed.self_service=10 %",
    'opening_hours.travel.weekly=[{start: "06:00", end: "12:00"}, {start: "12:30", end: "24:00"}]',
    "opening_hours.travel.at_closing=disconnect",
    'opening_hours.decisions.weekly=[{start: "08:00", end: "18:00"}]',
    "opening_hours.decisions.at_closing=disconnect",
    "opening_hours.decisions.closed.message=off",
    "opening_hours.travel.closed.call_again=90 %",
    "run.run_out=30 h",
)
"""Overrides of `FULL`: queues close at night, one at noon too, and one before the others."""

DIVERTS: Final = (
    "divert.general.after=3 min",
    "divert.general.closed=on",
    "divert.general.self_service=10 %",
    "divert.travel.most_waiting=2",
    "divert.travel.closed=on",
    "divert.general.voicemail.left=50 %",
    "divert.decisions.after=90 s",
    "divert.decisions.voicemail.queue=travel",
)
"""Overrides of `FULL` and `OPEN_HOURS`: callers are diverted for each of the reasons, passed on or not."""

CUT_SHORT: Final = (
    "horizon=42.5 h",
    "run.run_out=0 s",
    "workforce.groups.generalists.shifts.late.heads=2",
    "waiting.announce_wait=off",
)
"""Overrides of `FULL` that end it in the middle of the crisis, with contacts waiting, talking and at home."""

LIVED: Final = """\
name: lived
start: "2024-01-01 00:00"
horizon: 1 d
seed: 77
customers: {{segments: {{everyone: {{customers: 20000, yearly_margin: 200 USD}}}}}}
moments:
  call:
    stakes: {stakes} %
    builder: {builder}
    handling_time: {{distribution: exponential, mean: {handling_s} s}}
    resolution: {resolution} %
    reconnect: 50 %
demand: {{volumes: {{call: {{per_day: {per_day}, profile: flat}}}}}}
workforce: {{groups: {{team: {{speed_sd: 0, heads: {heads}}}}}}}
waiting:
  patience: {{distribution: exponential, mean: {patience_s} s}}
  redial: {{first: {redial} %, further: {redial} %}}
behaviour: {{load: off, fatigue: off}}
"""
"""A centre whose customers remember what they live through."""

LIVED_WAIT: Final = """\
name: lived_wait
start: "2024-01-01 00:00"
horizon: 1 d
interval: 1 min
seed: 5
customers: {segments: {everyone: {customers: 100000, yearly_margin: 200 USD}}}
moments:
  call:
    handling_time: {distribution: constant, mean: 5 min}
    resolution: 80 %
    reconnect: 0 %
    expected_wait: 0 s
demand: {volumes: {call: {file: calls.csv, replay: on}}}
workforce: {groups: {team: {speed_sd: 0, heads: [{start: "09:00", end: "24:00", heads: 2000}]}}}
waiting: {patience: {distribution: never}, redial: {first: 0 %, further: 0 %}}
behaviour: {anger: off, load: off, fatigue: off, feedback: off}
"""
"""Two thousand callers in one minute, all of whom wait until the centre opens."""


def lived_calls() -> str:
    """The CSV file of `LIVED_WAIT`."""
    starts = [f"2024-01-01T{hour:02}:{minute:02}:00" for hour in range(24) for minute in range(60)]
    calls = {"2024-01-01T08:30:00": 2000}
    return "\n".join(["interval_start,offered", *(f"{start},{calls.get(start, 0)}" for start in starts), ""])


STORM_PAID: Final = """\
name: storm_paid
start: "2024-03-04 00:00"
horizon: 4 d
seed: 7
customers: {segments: {everyone: {customers: 9000, yearly_margin: 200 USD}}}
moments:
  rebooking:
    stakes: 80 %
    builder: on
    handling_time: {mean: 9 min, cv: 0.9}
    resolution: 70 %
    reconnect_delay: {median: 3 h, sigma: 1}
demand: {volumes: {rebooking: {per_day: 150}}}
workforce: {groups: {team: {heads: 6}}}
crises:
  storm:
    moment: rebooking
    days:
      "2024-03-05": {scheduled: 20, failed: 8, announced_from: "08:00", announced_until: "14:00"}
    customers_per_service: 100
    first_contact_delay: {distribution: exponential, mean: 4 h}
    price: 100 USD
    compensation: {at: "2024-03-04 00:00", amount: 50 USD, delay: 12 h}
behaviour: {anger: off, load: off, fatigue: off, feedback: off, word_of_mouth: off}
"""
"""A small crisis in which compensation is paid; contacts are the same whatever is paid."""
