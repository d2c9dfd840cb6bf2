"""Antithetic replications: pairs share their names and mirror their draws, and count as one."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

import momentsim as ms
from engine.stories import differences
from momentsim.contract.plan import Prepared, Table
from momentsim.errors import MomentsimError
from momentsim.measures.facts import Sample
from momentsim.measures.service import contact_facts
from momentsim.prepare import prepare
from momentsim.runs.backends.base import FinishedReplication
from momentsim.runs.choices import ClockName
from momentsim.runs.collected import CollectedReplications
from momentsim.runs.reference import FIRST_PILOT_REPLICATION
from momentsim.validation.antithetic import MEASURED, influences
from momentsim.validation.simulation import blueprint_of

QUICKSTART = Path(__file__).parents[2] / "scenarios" / "quickstart.yaml"
SHORT = {"horizon": "4 h", "demand.volumes.question.per_day": 2400}
CLOCKS: tuple[ClockName, ClockName] = ("compiled", "simpy")
ANTITHETIC = {**SHORT, "run.antithetic": "on"}


def loaded(**changes: object) -> Any:
    return ms.load(QUICKSTART, overrides={**ANTITHETIC, **changes})


def made(replication: int, **changes: object) -> Prepared:
    return prepare(blueprint_of(loaded(**changes)), replication)


def moments(prepared: Prepared) -> Table:
    return prepared.moments_of_day(0)


def test_the_odd_one_is_as_without_and_the_even_one_its_mirror_image() -> None:
    first, second = made(1), made(2)
    alone = prepare(blueprint_of(ms.load(QUICKSTART, overrides=SHORT)), 1)
    assert np.array_equal(moments(first), moments(alone))
    assert np.array_equal(first.plan.agents, alone.plan.agents)
    traits = first.plan.agents["emotional_intelligence"], second.plan.agents["emotional_intelligence"]
    assert np.allclose(traits[0] + traits[1], (traits[0] + traits[1])[0], atol=1e-9)
    assert np.std(traits[0]) > 0


def test_both_members_know_their_moments_by_the_same_names() -> None:
    """A moment that both have belongs to the same customer in both."""
    one, other = ({row["key"]: row["customer"] for row in moments(made(number))} for number in (1, 2))
    common = one.keys() & other.keys()
    assert len(common) > 0.8 * len(one)
    assert all(one[key] == other[key] for key in common)
    assert one.keys() != other.keys()


def test_the_pilot_is_not_mirrored() -> None:
    even = FIRST_PILOT_REPLICATION + 1
    on, off = (blueprint_of(loaded(**{"run.antithetic": state})) for state in ("on", "off"))
    keys = [prepare(one, even, score_only=True).plan.settings["key"][0] for one in (on, off)]
    assert keys[0] == keys[1]


def test_both_clocks_tell_the_same_pair() -> None:
    compiled, simpy = (ms.run(loaded(), replications=2, log="all", clock=clock) for clock in CLOCKS)
    assert not np.array_equal(compiled.traces[1].contacts["talk"], compiled.traces[2].contacts["talk"])
    for number in (1, 2):
        assert differences(compiled.traces[number], simpy.traces[number]) == [], number


def test_policies_share_the_draws_of_both_members() -> None:
    """One agent more: the same moments and the same agents, in the odd and in the even replication."""
    for number in (1, 2):
        few, more = (made(number, **{"workforce.groups.team.heads": heads}) for heads in (18, 19))
        assert few.plan.settings["key"] == more.plan.settings["key"]
        assert np.array_equal(moments(few), moments(more))
        for trait in ("key", "emotional_intelligence", "skill", "pace"):
            assert np.array_equal(few.plan.agents[trait], more.plan.agents[trait][:18])


def test_intervals_rest_on_pairs_everywhere() -> None:
    """Summary and paired differences against pair sums worked out by hand."""
    result = ms.run(loaded(), replications=8, log="none")
    facts = contact_facts(Sample(result.loaded.scenario, result.names, tuple(result.digests.values())), "all")
    for name in MEASURED:
        row = result.summary.query("measure == @name and scope == 'all'").iloc[0]
        members = influences(facts, name).reshape(4, 2).mean(axis=1)
        half = 3.182446 * np.sqrt((members**2).sum() / 3 / 4)
        assert row["replications"] == 8
        assert (row["high"] - row["low"]) / 2 == pytest.approx(half, rel=1e-6)
    assert result.ledger["high"].notna().all()
    assert result.intervals["wait_mean_s_high"].notna().any()


def test_one_pair_has_no_interval() -> None:
    result = ms.run(loaded(), replications=2, log="none")
    assert result.summary["low"].isna().all()


def test_an_odd_number_is_refused_with_the_even_ones_beside_it() -> None:
    with pytest.raises(MomentsimError, match=r"run\.replications: 5 .* did you mean 4 or 6\?"):
        ms.run(loaded(), replications=5)


def paired_scenario(folder: Path, changes: str) -> Path:
    path = folder / "small.yaml"
    path.write_text(
        QUICKSTART.read_text(encoding="utf-8").split("\nvariants:")[0]
        + f"\nvariants: {{other: {{{changes}}}}}\n",
        encoding="utf-8",
    )
    return path


def test_all_cases_of_a_comparison_are_antithetic_or_none(tmp_path: Path) -> None:
    path = paired_scenario(tmp_path, "run: {antithetic: on}")
    with pytest.raises(MomentsimError, match="on in one case and off in another"):
        ms.compare(path, ["other"], replications=2)


def test_differences_of_pairs_are_compared(tmp_path: Path) -> None:
    path = paired_scenario(tmp_path, "workforce: {groups: {team: {heads: 19}}}")
    path.write_text(
        path.read_text(encoding="utf-8") + "run: {antithetic: on, run_out: 1 h}\n", encoding="utf-8"
    )
    made = ms.compare(path, ["other"], replications=6)
    changes = []
    for result in made.cases.values():
        digests = tuple(result.digests.values())
        facts = contact_facts(Sample(result.loaded.scenario, result.names, digests), "all")
        changes.append(influences(facts, "wait_mean_s"))
    units = (changes[1] - changes[0]).reshape(3, 2).mean(axis=1)
    half = 4.302653 * np.sqrt((units**2).sum() / 2 / 3)
    row = made.table.query("measure == 'wait_mean_s' and scope == 'all'").iloc[0]
    assert (row["high"] - row["low"]) / 2 == pytest.approx(half, rel=1e-6)
    assert row["replications"] == 6


def test_a_replication_is_kept_when_its_pair_is_whole() -> None:
    one = cast("FinishedReplication", object())
    harvest = CollectedReplications()
    assert harvest.complete_units(1, one, 2) == []
    assert harvest.complete_units(4, one, 2) == []
    assert harvest.complete_units(2, one, 2) == [(1, one), (2, one)]
    assert harvest.complete_units(5, one, 2) == []
    assert harvest.complete_units(3, one, 2) == [(3, one), (4, one)]
    assert CollectedReplications().complete_units(5, one, 1) == [(5, one)]


def test_any_number_of_workers_gives_the_same_pairs() -> None:
    serial, threads = (ms.run(loaded(), replications=4, workers=workers) for workers in (1, 3))
    pd.testing.assert_frame_equal(serial.summary, threads.summary, check_exact=True)
    assert threads.replications == (1, 2, 3, 4)
