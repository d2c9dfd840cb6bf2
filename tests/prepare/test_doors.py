"""Python hands numbers to compiled code: code of an earlier run is not found by members of enums, and is made anew."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Any, Final

import pytest
from prepared_scenarios import prepared, scenario

from momentsim.compiler.decorators import COMPILING, CompiledFunction
from momentsim.scenario import Scenario, load
from momentsim.scenario.types import Demand, Group, Law, Shift, Volume, Workforce

BANK: Final = Path(__file__).parents[2] / "scenarios" / "retail_bank.yaml"
SHIFTS: Final = {"early": Shift(start=8 * 3600, length=8 * 3600, heads=10)}
STEADY: Final = Volume(per_hour=60.0, interarrival=Law(distribution="constant"))


def scenarios() -> dict[str, Scenario]:
    """Scenarios in which Python itself draws, for agents or for times."""
    missed = Group(shifts=SHIFTS, absence=0.1, shrinkage=0.2)
    return {
        "shifts that agents miss": scenario(workforce=Workforce(groups={"team": missed})),
        "times between arrivals": scenario(demand=Demand(volumes={"question": STEADY})),
        "teams and sites": load(BANK, overrides=("horizon=3d",)).scenario,
    }


@pytest.mark.skipif(not COMPILING, reason="nothing is compiled")
@pytest.mark.parametrize("name", scenarios())
def test_no_member_of_an_enum_goes_through_a_door(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    called: set[str] = set()
    members: list[tuple[str, Enum]] = []
    call = CompiledFunction.__call__

    def watched(function: CompiledFunction, *arguments: Any) -> Any:
        called.add(function.__name__)
        members.extend((function.__name__, value) for value in arguments if isinstance(value, Enum))
        return call(function, *arguments)

    monkeypatch.setattr(CompiledFunction, "__call__", watched)
    assert len(prepared(scenarios()[name], 0).moments_of_day(0))
    assert len(called) > 4
    assert members == []
