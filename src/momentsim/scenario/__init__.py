"""Scenario files: YAML in, a checked and frozen `Scenario` out. The only room that knows YAML."""

from __future__ import annotations

from momentsim.scenario.explain import Explanation, explain
from momentsim.scenario.loading import LoadedScenario, Origin, load, load_all, resolved
from momentsim.scenario.new import new
from momentsim.scenario.resolved_file import resolved_text
from momentsim.scenario.schema import schema
from momentsim.scenario.shipped import ShippedScenario, shipped_scenarios
from momentsim.scenario.types import Scenario

__all__ = [
    "Explanation",
    "LoadedScenario",
    "Origin",
    "Scenario",
    "ShippedScenario",
    "explain",
    "load",
    "load_all",
    "new",
    "resolved",
    "resolved_text",
    "schema",
    "shipped_scenarios",
]
