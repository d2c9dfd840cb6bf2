"""Sweeps: one or several keys of a scenario over values, on grids or designs, under common draws."""
