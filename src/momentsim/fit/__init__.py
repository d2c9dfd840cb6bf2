"""From observed data to sections of a scenario."""

from momentsim.fit.arrivals import ArrivalFit, fit_arrivals
from momentsim.fit.busyness import Busyness
from momentsim.fit.counts import CountTable, count_table

__all__ = ["ArrivalFit", "Busyness", "CountTable", "count_table", "fit_arrivals"]
