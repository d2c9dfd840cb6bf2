"""A front desk that keeps nobody waiting, and an expert's queue behind it.

With agents without end and Poisson calls, whoever leaves the front desk leaves as a Poisson stream, whatever talks last
(M/G/infinity), and so does the part that is passed on. So the second queue is M/M/n for itself, and Erlang C holds
there; nobody waits in the first. Contacts booked on the queue they came to first would miss in both.
"""

from __future__ import annotations

from typing import Final

from momentsim.theory.erlang import erlang_c
from momentsim.validation.centres import Expected, compare_sample, measure
from momentsim.validation.markov import ALL_OFF
from momentsim.validation.proof import Proof, prove_equal
from momentsim.validation.queueing import WARM_UP
from momentsim.validation.simulation import load_text, sample

PER_HOUR: Final = 150
HANDLING_S: Final = 300
HANDOVER_S: Final = 60
SHARE: Final = 0.4
FRONT: Final = 60
"""Agents for 13.5 erlangs: that all are busy is never seen."""
BACK: Final = 7
REPLICATIONS: Final = 32
IN_A_ROW: Final = f"""\
name: in_a_row
start: "2024-01-01 00:00"
horizon: 36 d
seed: 71
customers: {{segments: {{everyone: {{customers: 1000, yearly_margin: 0 USD}}}}}}
moments:
  call:
    skill: front
    handling_time: {{distribution: exponential, mean: {HANDLING_S} s}}
    beyond_authority: {100 * SHARE:g} %
    escalates_to: back
    resolution: 100 %
demand: {{volumes: {{call: {{per_day: {24 * PER_HOUR}, profile: flat}}}}}}
workforce:
  groups:
    front: {{heads: {FRONT}, speed_sd: 0, skills: [front]}}
    back: {{heads: {BACK}, speed_sd: 0, skills: [back], authority: 1000000 USD}}
waiting:
  patience: {{distribution: never}}
  redial: {{first: 0 %, further: 0 %}}
  service_level: 80/20
behaviour: {{{ALL_OFF}, parameters: {{handover_s: {HANDOVER_S}}}}}
"""


def passed_on_proofs() -> list[Proof]:
    """The share that goes on, whom it meets there, and that nobody waits before."""
    made = sample(load_text(IN_A_ROW), REPLICATIONS, warm_up=WARM_UP)
    exact = erlang_c(SHARE * PER_HOUR, HANDLING_S, BACK, 20.0)
    late = sum(float(one.horizon["wait_answered"][0]) for one in made.digests)
    expected = [
        Expected("passed on by front", "share", SHARE, measure("transferred_share", skill="front")),
        Expected(
            "service level, back", "share", exact.service_level_share, measure("service_level", skill="back")
        ),
        Expected("handling time, back", "s", HANDLING_S, measure("handle_mean_s", skill="back")),
        Expected(
            "handling time, front",
            "s",
            HANDLING_S + SHARE * HANDOVER_S,
            measure("handle_mean_s", skill="front"),
        ),
    ]
    return [
        *compare_sample("passed_on", made, expected),
        prove_equal("passed_on", "time waited, front", "s", 0.0, late),
    ]
