"""From a scenario to what the engine gets: customers, demand, crises, agents and rosters as arrays."""

from momentsim.prepare.blueprint import Blueprint, lower, prepare
from momentsim.prepare.crisis_demand import affected_parties, asking_parties
from momentsim.prepare.loaded import Loaded, Operation
from momentsim.prepare.pilot import reference_from, reference_operation
from momentsim.prepare.reference import ReasonReference, Reference

__all__ = [
    "Blueprint",
    "Loaded",
    "Operation",
    "ReasonReference",
    "Reference",
    "affected_parties",
    "asking_parties",
    "lower",
    "prepare",
    "reference_from",
    "reference_operation",
]
