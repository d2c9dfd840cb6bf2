"""Centres with priorities, any laws, balking and redials: their scenario files, and how figures are read."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import poisson

from momentsim.contract.plan import SECOND
from momentsim.contract.trace import CONTACT
from momentsim.prepare.laws import quantiles
from momentsim.rules.experience import balk_probability
from momentsim.scenario.sections.settings import SWITCHES
from momentsim.validation import general_laws, markov, priorities, service_levels
from momentsim.validation.centres import SimulatedCentre
from momentsim.validation.proof import LARGEST_EDGE, ProofOutcome, prove_small_share
from momentsim.validation.simulation import SimulatedSample, blueprint_of, load_text

ROOMS = (
    priorities.THREE,
    priorities.ONE_AGENT,
    priorities.PATIENT,
    priorities.HEAD_START,
    priorities.HEAD_START_PATIENCE,
    *map(general_laws.one_agent_room, general_laws.HANDLING),
    *map(general_laws.patience_room, general_laws.PATIENCE),
    *map(general_laws.loss_room, general_laws.HANDLING),
    general_laws.ENDLESS,
    markov.BALKING,
    markov.REDIALS,
    service_levels.ROOM,
)


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_rooms_are_scenarios_without_behaviour(room: SimulatedCentre) -> None:
    scenario = load_text(room.text).scenario
    assert not any(getattr(scenario.behaviour, switch) for switch in SWITCHES)
    assert scenario.waiting.lines == room.lines
    assert scenario.workforce.groups["team"].heads == room.agents
    for stream in room.streams:
        moment = scenario.moments[stream.name]
        assert (moment.priority, moment.head_start) == (stream.priority, stream.head_start_s)
        assert moment.resolution == 1.0
        assert scenario.demand.volumes[stream.name].per_day == 24 * stream.per_hour


def test_names_and_seeds_tell_rooms_apart() -> None:
    assert len({room.name for room in ROOMS}) == len(ROOMS)


@pytest.mark.parametrize("law", general_laws.HANDLING)
def test_handling_laws_have_the_mean_and_spread_that_theory_is_told(law: str) -> None:
    blueprint = blueprint_of(load_text(general_laws.one_agent_room(law).text))
    shares = (np.arange(2_000_000) + 0.5) / 2_000_000
    quantiles(blueprint.laws, blueprint.samples, int(blueprint.reasons["talk_law"][0]), shares)
    mean = shares.mean() / SECOND
    assert mean == pytest.approx(general_laws.HANDLING_S, rel=1e-4)
    assert shares.std() / SECOND / mean == pytest.approx(general_laws.HANDLING[law].cv, rel=2e-3, abs=1e-9)


def test_busy_times_count_overlapping_contacts_within_the_window() -> None:
    rows = np.zeros(20, CONTACT)
    rows["answered"], rows["talk"] = np.arange(20), 100
    # the k-th call begins at k - 1, and the k-th last one ends at 119 - (k - 1)
    expected = [float(119 - 2 * (count - 1)) for count in general_laws.BUSY_COUNTS]
    assert general_laws.busy_times(rows, 0, 1000) == expected
    assert general_laws.busy_times(rows, 30, 40) == [10.0] * len(general_laws.BUSY_COUNTS)


@pytest.mark.parametrize("count", [1, 7, 30])
def test_poisson_tail(count: int) -> None:
    assert general_laws.poisson_tail(10.0, count) == pytest.approx(poisson.sf(count - 1, 10.0), rel=1e-9)


@pytest.mark.parametrize("waiting", [0, 3, 12])
def test_the_proof_of_balking_and_the_rule_mean_the_same(waiting: int) -> None:
    line = markov.BALKING_LINE
    announced = (waiting + 1) * line.handling_time_s / line.agents
    balk = balk_probability(announced, line.patience_s * np.log(2.0), markov.BALK_STRENGTH)
    assert markov.stays(waiting) == pytest.approx(1.0 - balk)


def test_a_chain_cut_too_early_fails() -> None:
    assert prove_small_share("case", LARGEST_EDGE / 2).verdict is ProofOutcome.PASSED
    assert prove_small_share("case", LARGEST_EDGE * 2).verdict is ProofOutcome.FAILED
    assert not prove_small_share("case", 0.0).is_sampled


def test_a_ratio_needs_no_digests() -> None:
    loaded = load_text(markov.BALKING.text)
    made = SimulatedSample(loaded.scenario, blueprint_of(loaded).names, [])
    found = made.ratio(np.array([1.0, 2.0, 3.0]), np.array([4.0, 4.0, 4.0]))
    assert (found.value, found.replications) == (0.5, 3)
