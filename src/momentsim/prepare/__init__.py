"""From a scenario to what the engine gets: customers, demand, crises, agents and rosters as arrays."""

from momentsim.prepare.blueprint import Blueprint, contact_rates, lower, prepare
from momentsim.prepare.calibration import Calibration, calibrate, judge_calibration, observe, slope_between
from momentsim.prepare.crisis_demand import affected_parties, asking_parties
from momentsim.prepare.loaded import Loaded, Operation
from momentsim.prepare.pilot import correct, reference_from, reference_operation
from momentsim.prepare.reference import ReasonReference, Reference
from momentsim.prepare.usual_waits import UsualWaits, attempts_of, measure_usual_waits

__all__ = [
    "Blueprint",
    "Calibration",
    "Loaded",
    "Operation",
    "ReasonReference",
    "Reference",
    "UsualWaits",
    "affected_parties",
    "asking_parties",
    "attempts_of",
    "calibrate",
    "contact_rates",
    "correct",
    "judge_calibration",
    "lower",
    "measure_usual_waits",
    "observe",
    "prepare",
    "reference_from",
    "reference_operation",
    "slope_between",
]
