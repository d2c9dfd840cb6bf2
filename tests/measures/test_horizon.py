"""Headlines are about the horizon, by the queue that legs waited in: summary, intervals and log say the same."""

from __future__ import annotations

import io
from typing import NamedTuple

import pandas as pd
import pytest
from rich.console import Console

import momentsim as ms
from momentsim.report.queue_table import print_queues
from momentsim.report.run_words import headline
from momentsim.runs.result import Result

DESKS = """\
name: desks
start: "2024-01-08 00:00"
horizon: 2 d
seed: 4
customers: {segments: {everyone: {customers: 50000, yearly_margin: 100 USD}}}
moments:
  call:
    skill: front
    handling_time: {mean: 4 min, cv: 1}
    wrap_up: {mean: 1 min, cv: 1}
    beyond_authority: 30 %
    escalates_to: back
    self_service: {adoption: 20 %}
    reconnect_delay: {distribution: constant, mean: 5 h}
demand: {volumes: {call: {per_hour: 60}}}
workforce:
  groups:
    front: {heads: 5, skills: [front]}
    back: {heads: 2, skills: [back], authority: 1000000 USD}
waiting: {patience: {mean: 4 min, cv: 1}}
economics: {telephony_per_minute: 0.1 USD, self_service_session: 0.2 USD}
run: {run_out: 2 d}
"""
END_S = 2 * 86400.0
PAY = 27.5


class Desks(NamedTuple):
    """A run and its parts."""

    result: Result
    summary: pd.DataFrame
    intervals: pd.DataFrame
    contacts: pd.DataFrame
    moments: pd.DataFrame

    def value(self, measure: str, item: str = "all", scope: str = "") -> float:
        """One value of the summary."""
        scope = scope or ("all" if item == "all" else "skill")
        table = self.summary
        row = table[(table["measure"] == measure) & (table["scope"] == scope) & (table["item"] == item)]
        return float(row["value"].iloc[0])

    @property
    def within(self) -> pd.DataFrame:
        """Legs that arrived within the horizon."""
        return self.contacts[self.contacts["arrived_s"] < END_S]

    @property
    def after(self) -> pd.DataFrame:
        """Legs that arrived after it."""
        return self.contacts[self.contacts["arrived_s"] >= END_S]


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Desks:
    path = tmp_path_factory.mktemp("desks") / "desks.yaml"
    path.write_text(DESKS)
    pay = (
        f"workforce.groups.front.cost_per_hour={PAY} USD/h",
        f"workforce.groups.back.cost_per_hour={PAY} USD/h",
    )
    result = ms.run(ms.load(path, overrides=pay), replications=1, workers=1)
    return Desks(result, result.summary, result.intervals, result.contacts, result.moments)


@pytest.mark.parametrize("skill", ["front", "back"])
def test_each_queue_has_its_own_numbers_in_summary_intervals_and_log(desks: Desks, skill: str) -> None:
    legs = desks.within[desks.within["skill"] == skill]
    answered = legs[legs["answered_s"].notna()]
    rows = desks.intervals
    rows = rows[(rows["skill"] == skill) & (rows["part"] == "horizon")]
    assert desks.value("offered", skill) == len(legs) == rows["offered"].sum() > 100
    assert desks.value("answered", skill) == len(answered) == rows["answered"].sum()
    assert desks.value("wait_mean_s", skill) == pytest.approx(answered["wait_s"].mean())
    abandoned = (legs["outcome"] == "abandoned").sum()
    assert desks.value("abandoned_share", skill) == pytest.approx(abandoned / len(legs))
    in_time = (answered["wait_s"] <= 20).sum() / len(legs)
    assert desks.value("service_level", skill) == pytest.approx(in_time)
    by_start = legs.groupby("interval_start", observed=True).size()
    counted = rows.set_index("interval_start")["offered"]
    assert counted[counted > 0].to_dict() == by_start[by_start > 0].to_dict()


def test_all_is_the_sum_of_the_queues_and_callers_are_what_is_not_passed_on(desks: Desks) -> None:
    offered = [desks.value("offered", skill) for skill in ("all", "front", "back")]
    assert offered[0] == offered[1] + offered[2]
    passed_on = desks.value("transferred_share") * desks.value("answered")
    first = desks.within[(desks.within["skill"] == "front")]
    assert offered[1] == len(first)
    # who is passed on at the very end gets to the second queue in the run-out
    assert 0 <= passed_on - offered[2] < 5 and passed_on > 50


def test_reasons_have_all_legs_and_attempts_are_counted_once(desks: Desks) -> None:
    assert desks.value("offered", "call", "reason") == desks.value("offered")
    assert desks.value("attempts") == (desks.within["leg"] == 1).sum()
    assert desks.value("run_out_attempts") == (desks.after["leg"] == 1).sum() > 0


def test_cost_per_contact_is_the_horizons_cost_per_contact_of_the_horizon(desks: Desks) -> None:
    legs = desks.within
    served = (legs["outcome"] == "answered").sum() + (legs["outcome"] == "contained").sum()
    hours = (5 + 2) * 48 * PAY
    on_the_line = (legs["wait_s"].fillna(0) + legs["talk_s"]).sum() / 60 * 0.1
    sessions = (legs["channel"] == "self_service").sum() * 0.2
    total = hours + on_the_line + sessions
    assert desks.value("cost_total") == pytest.approx(total, rel=1e-6)
    assert desks.value("cost_per_contact") == pytest.approx(total / served, rel=1e-6)
    solved = desks.moments["resolved"] & (desks.moments["ended_s"] < END_S)
    assert desks.value("cost_per_resolved_moment") == pytest.approx(total / solved.sum(), rel=1e-6)


def test_what_was_open_at_the_end_and_how_it_ended_stands_apart(desks: Desks) -> None:
    still = desks.moments[desks.moments["ended_s"] >= END_S]
    assert desks.value("open_moments") == len(still) > 10
    assert desks.value("open_moments_solved_share") == pytest.approx(still["resolved"].mean())
    assert desks.value("open_moments_left_share") == pytest.approx(still["open"].mean())
    phone = desks.after[desks.after["skill"].notna()]
    assert desks.value("run_out_offered") == len(phone)
    rows = desks.intervals
    rows = rows[(rows["skill"] == "all") & (rows["part"] == "run_out")]
    assert rows["offered"].sum() == len(phone)
    met = desks.contacts[desks.contacts["answered_s"].notna()]
    work = (met["ended_s"] + met["wrap_s"] - met["answered_s"].clip(lower=END_S)).clip(lower=0).sum()
    assert desks.value("run_out_hours") == pytest.approx(work / 3600, rel=1e-5)
    line = (desks.after["wait_s"].fillna(0) + desks.after["talk_s"]).sum() / 60 * 0.1
    sessions = (desks.after["channel"] == "self_service").sum() * 0.2
    assert desks.value("cost_run_out") == pytest.approx(work / 3600 * PAY + line + sessions, rel=1e-5)


def test_one_line_on_screen_tells_it_where_there_is_any(desks: Desks) -> None:
    scenario = desks.result.loaded.scenario
    words = headline(scenario, desks.summary)
    (line,) = (sentence for sentence in words if sentence.startswith("At the end"))
    assert f"{desks.value('open_moments'):.0f} needs were still open" in line
    nothing = desks.summary.copy()
    nothing.loc[nothing["measure"] == "open_moments", "value"] = 1.0
    assert any("1 need was still open" in sentence for sentence in headline(scenario, nothing))
    nothing.loc[nothing["measure"] == "open_moments", "value"] = 0.0
    assert not any(sentence.startswith("At the end") for sentence in headline(scenario, nothing))


def test_what_is_passed_on_is_no_further_call(desks: Desks) -> None:
    (words,) = (
        line for line in headline(desks.result.loaded.scenario, desks.summary) if "reached the phone" in line
    )
    legs = round(desks.value("offered"))
    passed_on = round(desks.value("transferred_share") * desks.value("answered"))
    assert passed_on > 100
    assert words.startswith(f"{legs - passed_on:,} calls")
    assert f"reached the phone, and {passed_on:,} were passed on and waited again: {legs:,}" in words


def test_queues_have_their_own_numbers_on_screen(desks: Desks) -> None:
    page = Console(file=io.StringIO(), width=80)
    print_queues(page, desks.result.summary_columns)
    lines = page.file.getvalue().splitlines()  # type: ignore[attr-defined]  # it is the StringIO above
    of_queues = desks.summary[(desks.summary["scope"] == "skill") & (desks.summary["measure"] == "offered")]
    assert len(of_queues) > 1
    for queue, offered in zip(of_queues["item"], of_queues["value"], strict=True):
        (line,) = (line for line in lines if line.startswith(f"{queue} "))
        assert line.split()[1] == f"{offered:,.0f}"
