"""Checks across keys: each says where, what, and how to repair it."""

from __future__ import annotations

import pytest

from .scenario_fixtures import Loaded, Problems

PLAIN_CASES = [
    ("horizon: 12 h", "horizon: 12 h\ninterval: 7 min", "interval: 7 min does not divide a day"),
    (
        "horizon: 12 h",
        "horizon: 12.1 h",
        "x.yaml:3:10: horizon: 726 min is not a whole number of intervals, the interval is 30 min",
    ),
    (
        "08:00",
        "08:10",
        "x.yaml:2:8: start: 2026-03-02 08:10 is not at the start of an interval, "
        'intervals of 30 min are counted from midnight, did you mean "2026-03-02 08:00"?',
    ),
    (
        "120 USD",
        "120 USD, promoters: 80 %, detractors: 0.3",
        "customers.segments.all.promoters: promoters and detractors add up to 110 %, "
        "together they are at most 100 %",
    ),
    (
        "120 USD",
        "120 USD, yearly_churn: 100 %",
        "customers.segments.all.yearly_churn: everybody leaves within a year, write less than 100 %",
    ),
    (
        "120 USD",
        "120 USD, monthly_churn: 100 %",
        "customers.segments.all.monthly_churn: everybody leaves within a month, write less than 100 %",
    ),
    (
        "120 USD",
        "120 USD, yearly_churn: 20 %, monthly_churn: 2 %",
        "customers.segments.all.monthly_churn: the same is said by yearly_churn, write one of them",
    ),
    (
        "120 USD",
        "120 USD, monthly_churn: [38 %, 20 %]",
        "customers.segments.all.monthly_churn: a table of churn by months or tenure is not taken, write the share",
    ),
    (
        "{mean: 4 min, cv: 0.8}",
        "{cv: 0.8}",
        "moments.question.handling_time: this lognormal law lacks 'mean' or 'median'",
    ),
    (
        "{mean: 4 min, cv: 0.8}",
        "{mean: 4 min, median: 3 min, cv: 0.8}",
        "moments.question.handling_time.median: 'mean' and 'median' are both given, give one; "
        "'mean: null' takes out what another layer set",
    ),
    (
        "cv: 0.8}",
        "cv: 0.8, sigma: 1}",
        "moments.question.handling_time.sigma: 'cv' and 'sigma' are both given",
    ),
    (
        "{mean: 4 min, cv: 0.8}",
        "{distribution: exponential, mean: 4 min, cv: 0.8}",
        "moments.question.handling_time.cv: an exponential law has no cv, it uses 'mean', 'median', 'quantile'; "
        "'cv: null' takes out what another layer set",
    ),
    (
        "{mean: 4 min, cv: 0.8}",
        "{mean: 4 min, file: a.csv}",
        "moments.question.handling_time.file: a lognormal law has no file, it uses 'mean', 'median', 'cv', "
        "'sigma', 'quantile'; 'file: null' takes out what another layer set, did you mean 'distribution: empirical'?",
    ),
    (
        "mean: 4 min",
        "mean: 0 s",
        "a lognormal law needs a mean above 0, for no time at all write 'distribution: constant'",
    ),
    (
        "{mean: 4 min, cv: 0.8}",
        "{distribution: mixture, parts: [{weight: 50 %, law: {distribution: never}}, "
        "{weight: 40 %, law: {mean: 1 min}}]}",
        "moments.question.handling_time.parts: the weights add up to 90 %, they must add up to 100 %",
    ),
    (
        "{mean: 4 min, cv: 0.8}",
        "{distribution: mixture, parts: [{weight: 1, law: {distribution: mixture, parts: "
        "[{weight: 1, law: {mean: 1 s}}]}}]}",
        "moments.question.handling_time.parts[0].law: a mixture inside a mixture, list all "
        "parts in one mixture",
    ),
    (
        "{mean: 4 min, cv: 0.8}",
        "{distribution: empirical}",
        "this empirical law lacks 'file', write file: durations.csv",
    ),
    (
        "{mean: 4 min, cv: 0.8}",
        "{distribution: gama, mean: 4 min, cv: 0.8}",
        "did you mean 'gamma'?",
    ),
    (
        "{mean: 4 min, cv: 0.8}",
        "{distribution: gamma, mean: 4 min}",
        "moments.question.handling_time: this gamma law lacks 'cv' or 'shape' or 'quantile', write for "
        "instance {mean: 6 min, cv: 0.8} or {shape: 1.5, scale: 4 min} (it takes 'mean' or 'median' or "
        "'scale' with 'cv' or 'shape' or 'quantile')",
    ),
    (
        "{mean: 4 min, cv: 0.8}",
        "{distribution: gamma, mean: 4 min, scale: 1 min, cv: 0.8}",
        "moments.question.handling_time.scale: 'mean' and 'scale' are both given, give one",
    ),
    (
        "{mean: 4 min, cv: 0.8}",
        "{distribution: uniform, low: 1 min, high: 2 min, mean: 90 s}",
        "moments.question.handling_time.mean: 'low' and 'mean' are both given, give one",
    ),
    (
        "{mean: 4 min, cv: 0.8}",
        "{distribution: uniform, low: 3 min, high: 2 min}",
        "moments.question.handling_time.high: low 3 min is above high 2 min",
    ),
    (
        "{mean: 4 min, cv: 0.8}",
        "{distribution: uniform, mean: 3 min, cv: 0.8}",
        "moments.question.handling_time.cv: a uniform law has no cv of 0.8, it has at most 0.577",
    ),
    (
        "{mean: 4 min, cv: 0.8}",
        "{distribution: hyperexponential, mean: 3 min, cv: 0.8}",
        "a hyperexponential law has no cv of 0.8, it has 1 or more, did you mean gamma or lognormal?",
    ),
    (
        "{mean: 4 min, cv: 0.8}",
        "{distribution: hyperexponential, parts: [{weight: 1, law: {mean: 1 min}}]}",
        "moments.question.handling_time.parts[0].law.distribution: a lognormal law inside a hyperexponential "
        "one, its parts are exponential, did you mean 'distribution: mixture'?",
    ),
    (
        "{mean: 4 min, cv: 0.8}",
        "{distribution: erlang, shape: 3, mean: 4 min}",
        "moments.question.handling_time.shape: an erlang law has no shape, it uses 'mean', 'median', 'scale', "
        "'phases'",
    ),
    (
        "{mean: 4 min, cv: 0.8}",
        "{distribution: weibull, mean: 4 min, quantile: {share: 90 %, at: 8 min}}",
        "moments.question.handling_time.quantile: a quantile goes with 'median', write median: 3 min, "
        "quantile: {share: 90 %, at: 8 min}",
    ),
    (
        "{mean: 4 min, cv: 0.8}",
        "{median: 4 min, quantile: {share: 50 %, at: 8 min}}",
        "moments.question.handling_time.quantile.share: 50 % is the median itself, write another share",
    ),
    (
        "{mean: 4 min, cv: 0.8}",
        "{median: 4 min, quantile: {share: 90 %, at: 3 min}}",
        "moments.question.handling_time.quantile.at: with a median of 4 min, 90 % of a lognormal law cannot "
        "end by 3 min, write 4 min to 5911 s",
    ),
    (
        "{mean: 4 min, cv: 0.8}",
        "{distribution: uniform, median: 4 min, quantile: {share: 90 %, at: 8 min}}",
        "with a median of 4 min, 90 % of a uniform law cannot end by 8 min, write 4 min to 432 s",
    ),
    (
        "behaviour: off",
        "opening: {backlog: {qestion: 3}}",
        "opening.backlog.qestion: there is no moment 'qestion', known: question, did you mean 'question'?",
    ),
    (
        "behaviour: off",
        "opening: {warm_up: 100 min}",
        "opening.warm_up: 100 min is not a whole number of intervals, the interval is 30 min",
    ),
    (
        "behaviour: off",
        "opening: {warm_up: 1 h, backlog: {question: 3}}",
        "opening.warm_up: 'backlog' and 'warm_up' are both given, "
        "a scenario opens in one way: leave one of them out",
    ),
    (
        "    question: {per",
        "    qestion: {per",
        "demand.volumes.qestion: there is no moment 'qestion', known: question, did you mean 'question'?",
    ),
    (
        "{per_day: 900}",
        "{}",
        "demand.volumes.question: this says not how many, "
        "give one of per_day, per_customer_year, per_hour, rates, file",
    ),
    (
        "per_day: 900",
        "per_day: 900, per_customer_year: 2",
        "demand.volumes.question.per_customer_year: 'per_day' and 'per_customer_year' are both given",
    ),
    (
        "per_day: 900",
        "per_day: 900, replay: on",
        "demand.volumes.question.replay: there is nothing to replay, replay needs 'file'",
    ),
    (
        "per_day: 900",
        "per_day: 900, profile: [1, 2]",
        "demand.volumes.question.profile: the profile has 2 weights, write 24, 48, 96 or 288",
    ),
    (
        "per_day: 900",
        f"per_day: 900, profile: {[0] * 24}",
        "demand.volumes.question.profile: all weights are 0",
    ),
    (
        "heads: 14, ",
        "",
        "workforce.groups.frontline: this says not how many, give one of heads, heads_file, shifts, "
        "shifts_file",
    ),
    (
        "heads: 14",
        'heads: 14, shifts: {a: {start: "08:00", length: 8 h, heads: 3}}',
        "workforce.groups.frontline.shifts: 'heads' and 'shifts' are both given",
    ),
    (
        "heads: 14",
        'heads: [{start: "18:00", end: "06:00", heads: 3}]',
        "heads[0].end: 18:00 to 06:00 does not run forwards, "
        'a period ends at "24:00" at the latest; write two periods across midnight',
    ),
    (
        "heads: 14",
        'heads: [{start: "08:00", end: "12:00", heads: 3}, {start: "11:00", end: "13:00", '
        "heads: 3, days: [mon, sun]}]",
        "heads[1].start: 11:00 to 13:00 overlaps 08:00 to 12:00 on mon, sun, periods of a "
        "day must not overlap",
    ),
    (
        "heads: 14",
        "heads: []",
        "workforce.groups.frontline.heads: the list is empty, write at least one period",
    ),
    (
        "heads: 14",
        'shifts: {a: {start: "08:00", length: 8 h, heads: 3, breaks: [{after: 7.5 h, length: 1 h}]}}',
        "shifts.a.breaks[0]: the break ends 8.5 h after the start, the shift lasts 8 h",
    ),
    (
        "heads: 14",
        'shifts: {a: {start: "08:00", length: 8 h, heads: 3, breaks: [{after: 2 h, length: '
        "1 h}, {after: 2.5 h, length: 1 h}]}}",
        "shifts.a.breaks[1]: the break starts before the one before it ends, breaks must not overlap",
    ),
    (
        "heads: 14",
        'shifts: {a: {start: "24:00", length: 8 h, heads: 3}}',
        'shifts.a.start: 24:00 is no start, write "00:00"',
    ),
    (
        "heads: 14",
        'shifts: {a: {start: "08:00", length: 8 h, heads: 3, days: [mon, mon]}}',
        "shifts.a.days: a weekday is listed twice",
    ),
    (
        "heads: 14",
        "heads: 14, skills: []",
        "workforce.groups.frontline.skills: the list is empty, leave 'skills' out for all skills",
    ),
    (
        "heads: 14",
        "heads: 14, overflow_after: {voce: 1 min}",
        "overflow_after.voce: there is no skill of this group 'voce'",
    ),
    (
        "heads: 14",
        "heads: 14, talk_factors: {voce: 1.2}",
        "talk_factors.voce: there is no skill of this group 'voce'",
    ),
    (
        "behaviour: off",
        "behaviour: {parameters: {kapa: 0.5}}",
        "behaviour.parameters.kapa: unknown evidence parameter, see `momentsim evidence`, "
        "did you mean 'kappa'?",
    ),
    (
        "behaviour: off",
        "behaviour: {parameters: {kappa: 7}}",
        "behaviour.parameters.kappa: 7 is outside the plausible range, allowed is 0.1..0.9",
    ),
    (
        "heads: 14",
        'heads: [{start: "08:00", end: "12:00", heads: 3, days: []}]',
        "heads[0].days: the list is empty, leave 'days' out for every day",
    ),
]


@pytest.mark.parametrize(
    ("found", "written", "message"), PLAIN_CASES, ids=[case[1][:60] for case in PLAIN_CASES]
)
def test_plain(found: str, written: str, message: str, plain: str, problems: Problems) -> None:
    assert found in plain
    assert any(message in line for line in problems(plain.replace(found, written)))


def test_a_skill_that_nobody_serves(storm: str, problems: Problems) -> None:
    text = storm.replace("    home:\n", "    home:\n      skills: [sales]\n")
    text = text.replace("skills: [service, sales]", "skills: [sales]").replace(
        "holders: {", "holders: {skills: [sales], "
    )
    assert problems(text) == [
        "x.yaml:13:12: moments.rebooking.skill: no group serves the skill 'service', served are sales"
    ]


def test_the_examples_are_fine(plain: str, storm: str, loaded: Loaded) -> None:
    assert loaded(plain).warnings == ()
    assert loaded(storm).warnings == ()


@pytest.mark.parametrize(
    ("found", "written", "message"),
    [
        (
            "    rebooking: {per_day: 300, profile: flat}\n",
            "",
            "crises.ice.moment: 'rebooking' has no ordinary volume in demand",
        ),
        (
            '    reserves:\n      all: {group: holders, at: "2007-02-13 10:00"}\n',
            "",
            "workforce.groups.holders.reserve: no lever calls this reserve",
        ),
        (
            "heads: 30, reserve",
            "heads: 0, reserve",
            "workforce.groups.holders.heads: this group has no agents",
        ),
        (
            "demand:\n",
            "  other: {skill: sales, handling_time: {mean: 1 min}}\ndemand:\n",
            "moments.other: this moment never happens, give it a volume",
        ),
        (
            "demand:\n",
            "  other: {skill: sales, handling_time: {mean: 1 min}, escalated: {wrap_up: {mean: 8 min}}}\ndemand:\n",
            "moments.other.escalated: it has no effect, since nothing is passed on, write moments.other.beyond",
        ),
    ],
)
def test_warnings_travel_along(found: str, written: str, message: str, storm: str, loaded: Loaded) -> None:
    assert found in storm
    assert any(message in str(warning) for warning in loaded(storm.replace(found, written)).warnings)


def test_times_of_a_second_stage_are_no_mistake_where_needs_are_passed_on(storm: str, loaded: Loaded) -> None:
    stage = "beyond_authority: 20 %, escalated: {wrap_up: {mean: 8 min}}"
    other = f"  other: {{skill: sales, handling_time: {{mean: 1 min}}, {stage}}}\ndemand:\n"
    warnings = loaded(storm.replace("demand:\n", other)).warnings
    assert not any("escalated" in str(warning) for warning in warnings)
