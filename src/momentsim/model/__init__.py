"""From a scenario to what the engine gets: customers, demand, crises, agents and rosters as arrays."""

from momentsim.model.blueprint import Blueprint, lower, prepare
from momentsim.model.loaded import Loaded, Operation
from momentsim.model.reference import ReasonReference, Reference, reference_from, reference_operation
from momentsim.model.storm import affected_parties, asking_parties

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
