"""Samples of the results that are compared: the replications that all of them have finished."""

from __future__ import annotations

from momentsim.measures.facts import Sample
from momentsim.runs.result import Result


def common_replications(results: list[Result]) -> list[int]:
    """Replications that all of them have finished, ascending."""
    shared = set.intersection(*(set(result.digests) for result in results))
    return sorted(shared)


def sample_of(result: Result, replications: list[int]) -> Sample:
    """These replications of a result."""
    digests = tuple(result.digests[replication] for replication in replications)
    return Sample(result.loaded.scenario, result.names, digests)
