"""From observed data to sections of a scenario."""

from momentsim.fit.arrivals import ArrivalFit, fit_arrivals
from momentsim.fit.busyness import Busyness
from momentsim.fit.counts import DailyCounts, count_table
from momentsim.fit.exports import ExportFit, QueueFit, fit_export
from momentsim.fit.laws import LawFit, fit_law

__all__ = [
    "ArrivalFit", "Busyness", "DailyCounts", "ExportFit", "LawFit", "QueueFit", "count_table", "fit_arrivals",
    "fit_export", "fit_law",
]  # fmt: skip
