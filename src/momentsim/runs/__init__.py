"""Runs: replications of one or more cases, who makes them, how they are kept, and their results folders."""
