"""Who is rostered and who is at work are two states, and each sentence of a staffing speaks of one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import momentsim as ms
from momentsim.questions.staff.about import about
from momentsim.questions.staff.words import staffing_words
from momentsim.theory.erlang import erlang_c

PER_HOUR, HANDLING_S, KEPT = 210.46, 180.0, 0.81

MONTHLY = f"""name: monthly
start: "2024-01-01 00:00"
horizon: 1 d
opening: {{warm_up: 6 h}}
customers: {{segments: {{everyone: {{customers: 500000, yearly_margin: 100 USD}}}}}}
moments:
  call: {{handling_time: {{distribution: exponential, mean: {HANDLING_S:g} s}}, resolution: 100 %, reconnect: 0 %}}
demand: {{volumes: {{call: {{per_hour: {PER_HOUR}}}}}}}
workforce: {{groups: {{team: {{heads: 17, speed_sd: 0, shrinkage: 19 %, cost_per_hour: 20 USD/h}}}}}}
waiting: {{patience: {{distribution: never}}, redial: {{first: 0 %, further: 0 %}}, service_level: 80/30}}
behaviour: off
"""


@pytest.mark.slow
def test_the_roster_found_is_what_formulas_ask_for(tmp_path: Path) -> None:
    """Case 08: 17 rostered at 19 % are 13.77 at work, for whom Erlang C says 84 %: there is no difference.

    It said 7.1 % less than Erlang A, which promised 75.4 % (of 13 at work), and 85.2 % came true (of 13.77).
    """
    (tmp_path / "monthly.yaml").write_text(MONTHLY, "utf-8")
    found = ms.staff(tmp_path / "monthly.yaml", "80/30", replications=16, workers=1)
    said = about(found)
    level = said["found"]
    assert found.heads is not None
    assert set(found.heads["team"]) == {17}
    assert level["agent_hours"] == 17 * 24
    assert level["net_hours"] == pytest.approx(17 * KEPT * 24)
    assert said["erlang_a_hours"] == said["erlang_c_hours"] == 17 * 24
    fewer, more = (erlang_c(PER_HOUR, HANDLING_S, heads, 30.0).service_level_share for heads in (13, 14))
    assert level["erlang_a_promises"] == pytest.approx(0.23 * fewer + 0.77 * more, abs=1e-3)
    # 16 days of 5,000 calls whose waits hang together: the error of their share is about 0.6 points, 5 of them
    assert abs(level["goal_measure"]["value"] - level["erlang_a_promises"]) < 0.03
    words = " ".join(staffing_words(said, found.levels))
    assert f"408 agent-hours in 1 d rostered ({np.round(17 * KEPT * 24):.0f} at work" in words
    assert (
        "Rostered, Erlang A asks for 408 agent-hours, Erlang C 408; the goal needs as much as Erlang A says."
        in words
    )


@pytest.mark.slow
def test_no_smaller_roster_is_passed_over(tmp_path: Path) -> None:
    """Of 355.63 calls an hour, 27 rostered at 19 % are 21.87 at work, for whom Erlang C says 84.7 %; of 26, 79 %.

    It went from 21 heads at work (26 on the roster) to 22 (28), and said that 3.7 % more than Erlang A are needed.
    """
    per_hour = 355.63
    text = MONTHLY.replace(f"per_hour: {PER_HOUR}", f"per_hour: {per_hour}")
    (tmp_path / "monthly.yaml").write_text(text, "utf-8")
    found = ms.staff(tmp_path / "monthly.yaml", "80/30", replications=16, workers=1)
    said = about(found)
    assert found.heads is not None
    assert set(found.heads["team"]) == {27}
    fewer, more = (erlang_c(per_hour, HANDLING_S, heads, 30.0).service_level_share for heads in (21, 22))
    assert said["found"]["erlang_a_promises"] == pytest.approx(0.13 * fewer + 0.87 * more, abs=1e-3)
    assert said["erlang_a_hours"] == said["erlang_c_hours"] == said["found"]["agent_hours"] == 27 * 24
    assert set(found.requirement["heads"]) == {27 * KEPT}  # what `shifts` makes 27 of, and not 28
    assert set(found.requirement["heads_erlang_a"]) == {22}
