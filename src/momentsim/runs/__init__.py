"""Experiments: replications, paired comparison, the store of results."""
