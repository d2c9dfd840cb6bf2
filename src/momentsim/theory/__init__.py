"""Exact queueing theory: the yardsticks that every simulated number is held against."""
