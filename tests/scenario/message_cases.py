"""What is written instead of something in the plain scenario, and the one problem that it gives."""

from __future__ import annotations

# what stands in the plain scenario, what is written instead, and the one problem it gives
CASES = [
    (
        "horizon: 12 h",
        "horizon: 12",
        "x.yaml:3:10: horizon: 12 has no unit, write it in s, min, h, d, weeks or years, "
        "did you mean '12 s' or '12 min'?",
    ),
    (
        "horizon: 12 h",
        "horizon: '12'",
        "x.yaml:3:10: horizon: '12' has no unit, write it in s, min, h, d, weeks or years, "
        "did you mean '12 s' or '12 min'?",
    ),
    (
        "horizon: 12 h",
        "horizon: 12 fortnights",
        "x.yaml:3:10: horizon: unknown unit 'fortnights', use s, min, h, d, weeks or years",
    ),
    (
        "horizon: 12 h",
        "horizon: soon",
        "x.yaml:3:10: horizon: 'soon' is not a duration, a duration like '6 min' (s, min, "
        "h, d, weeks or years)",
    ),
    (
        "horizon: 12 h",
        "horizon: [12 h]",
        "x.yaml:3:1: horizon: a list is not a duration, a duration like '6 min' (s, min, "
        "h, d, weeks or years)",
    ),
    (
        "horizon: 12 h",
        "horizon: -12 h",
        "x.yaml:3:10: horizon: -43200 s is outside the range, allowed is >0 s .. 1098 d",
    ),
    (
        "horizon: 12 h",
        "horizon: 4 years",
        "x.yaml:3:10: horizon: 4 years is outside the range, allowed is >0 s .. 1098 d",
    ),
    (
        'start: "2026-03-02 08:00"',
        'start: "2026-02-30 08:00"',
        "x.yaml:2:8: start: '2026-02-30 08:00' is not a date with a time, "
        'write a real local date and time like "2007-02-14 06:00"',
    ),
    (
        "customers: 20000",
        "customers: -5",
        "customers.segments.all.customers: -5 is outside the range, allowed is 1 .. 100000000",
    ),
    (
        "customers: 20000",
        "customers: 2.5",
        "customers.segments.all.customers: 2.5 is not a whole number, write a whole number, did you mean 2?",
    ),
    (
        "customers: 20000",
        "customers: '20000'",
        "customers.segments.all.customers: '20000' is not a whole number, write a whole "
        "number, did you mean 20000?",
    ),
    (
        "120 USD",
        "120",
        "customers.segments.all.yearly_margin: 120 has no unit, write an amount like '36 "
        "USD', did you mean '120 USD'?",
    ),
    (
        "120 USD",
        "120 EUR",
        "customers.segments.all.yearly_margin: '120 EUR' is not in USD, "
        "write it in the scenario's currency, like '36 USD', did you mean '120 USD'?",
    ),
    (
        "120 USD",
        "much",
        "customers.segments.all.yearly_margin: 'much' is not an amount of money, write it like '36 USD'",
    ),
    (
        "36 USD/h",
        "36 USD",
        "workforce.groups.frontline.cost_per_hour: '36 USD' is not in USD/h, "
        "write it in the scenario's currency, like '36 USD/h', did you mean '36 USD/h'?",
    ),
    (
        "cv: 0.8}",
        "cv: 0.8}\n    stakes: 30",
        "moments.question.stakes: 30 is outside 0..1, write a share from 0 % to 100 %, did you mean '30 %'?",
    ),
    (
        "cv: 0.8}",
        "cv: 0.8}\n    stakes: 130 %",
        "moments.question.stakes: '130 %' is outside 0..100 %, write a share from 0 % to 100 %",
    ),
    (
        "cv: 0.8}",
        "cv: 0.8}\n    stakes: high",
        "moments.question.stakes: 'high' is not a share, write a share from 0 % to 100 %, "
        "like '12 %' or 0.12",
    ),
    (
        "cv: 0.8}",
        "cv: wide}",
        "moments.question.handling_time.cv: 'wide' is not a ratio, write a number like 0.8 or '80 %'",
    ),
    (
        "cv: 0.8}",
        "cv: 0.8}\n    priority: 0",
        "moments.question.priority: 0 is outside the range, allowed is 1 .. 9",
    ),
    (
        "cv: 0.8}",
        "cv: 0.8}\n    owner: the boss",
        "moments.question.owner: 'the boss' is not a name, a name has letters, digits, _ and - "
        "and starts with a letter, did you mean 'the_boss'?",
    ),
    ("heads: 14", "headcont: 14", "workforce.groups.frontline.headcont: unknown key, did you mean 'heads'?"),
    (
        "heads: 14",
        "heads: -14",
        "workforce.groups.frontline.heads: -14 is outside the range, allowed is 0 .. 100000000",
    ),
    (
        "heads: 14",
        "heads: many",
        "workforce.groups.frontline.heads: 'many' is not a whole number, write a whole number",
    ),
    (
        "heads: 14",
        'heads: [{start: "08:00", end: "25:00", heads: 4}]',
        "workforce.groups.frontline.heads[0].end: '25:00' is not a time of day, "
        'write it like "08:30", up to "24:00"',
    ),
    (
        "heads: 14",
        'heads: [{start: 830, end: "12:00", heads: 4}]',
        "workforce.groups.frontline.heads[0].start: 830 is not a time of day, "
        "write it like \"08:30\", up to \"24:00\", did you mean '08:30' or '13:50'?",
    ),
    (
        "heads: 14",
        'heads: [{start: "08:00", end: "12:00"}]',
        "workforce.groups.frontline.heads[0].heads: this key is missing, it is needed (Agents on duty)",
    ),
    (
        "per_day: 900",
        "per_day: 900, profile: busy_day",
        "demand.volumes.question.profile: 'busy_day' is not a choice here, "
        "choose one of flat, business_day, did you mean 'business_day'?",
    ),
    (
        "per_day: 900",
        "per_day: 900, weekdays: {mondy: 1}",
        "demand.volumes.question.weekdays.mondy: 'mondy' is not a choice here, "
        "choose one of mon, tue, wed, thu, fri, sat, sun, did you mean 'mon'?",
    ),
    (
        "behaviour: off",
        "behaviour: of",
        "behaviour: 'of' is not a section, write a mapping with keys like anger, fatigue, load, learning",
    ),
    (
        "behaviour: off",
        "routing: longest_idle",
        "routing: 'longest_idle' is not a section, write a mapping with keys like agent_choice, heart_agents, "
        "detector, order",
    ),
    (
        "behaviour: off",
        "routing: {ordr: value}",
        "routing.ordr: unknown key, allowed here: agent_choice, heart_agents, detector, order, between_queues, "
        "between_groups, did you mean 'order'?",
    ),
    (
        "behaviour: off",
        "waiting: {service_level: 0.8}",
        "waiting.service_level: 0.8 is not a service goal, write it like '80/20' (80 % answered within 20 s)",
    ),
    (
        "behaviour: off",
        "waiting: {service_level: 120/20}",
        "waiting.service_level: '120/20' is outside the range, the share is above 0 and at "
        "most 100, the seconds are 0 to 86400",
    ),
    (
        "behaviour: off",
        "currency: dollars",
        "currency: 'dollars' is not a currency, three capital letters, like USD, did you mean 'USD'?",
    ),
    ("behaviour: off", "waitin: {}", "waitin: unknown key, did you mean 'waiting'?"),
    ("behaviour: off", "waitin: null", "waitin: unknown key, did you mean 'waiting'?"),
    ("name: plain", "name: ''", "name: this is empty, at least one is needed"),
    ("name: plain", "name: 12", "name: 12 is not a text, write a text, did you mean '12'?"),
    (
        "behaviour: off",
        "behaviour: {parameters: {kappa: often}}",
        "behaviour.parameters.kappa: 'often' is not a number, write a number",
    ),
    (
        "per_day: 900",
        "per_day: 900, weekdays: {mon: 120 %}",
        "demand.volumes.question.weekdays.mon: '120 %' is not a number, write a number, did you mean 1.2?",
    ),
    (
        "customers: 20000",
        "customers: 1e3",
        "customers.segments.all.customers: 1000.0 is not a whole number, "
        "write a whole number, did you mean 1000?",
    ),
    ("name: plain", f"name: {'x' * 101}", f"name: '{'x' * 56}... is too long, at most 100 characters"),
    (
        "heads: 14",
        "heads: ''",
        "workforce.groups.frontline.heads: '' is not a whole number, write a whole number",
    ),
    (
        "behaviour: off",
        "behaviour: {load_mode: 3}",
        "behaviour.load_mode: 3 is not a choice here, choose one of speedup, slowdown",
    ),
    (
        "behaviour: off",
        "economics: [1]",
        "economics: a list is not a section, write a mapping with keys like outlook, discount_rate, "
        "telephony_per_minute, self_service_session",
    ),
    (
        "behaviour: off",
        "run: {antithetic: on, replications: 7}",
        "run.replications: 7 antithetic replications are no whole number of pairs, "
        "write an even number, or run.antithetic: off, did you mean 6 or 8?",
    ),
    (
        "behaviour: off",
        "run: {antithetic: on, replications: 1}",
        "run.replications: 1 antithetic replications are no whole number of pairs, "
        "write an even number, or run.antithetic: off, did you mean 2?",
    ),
    (
        "behaviour: off",
        "behaviour: {anger: 1}",
        "behaviour.anger: 1 is not a switch, write on or off, did you mean on?",
    ),
]
