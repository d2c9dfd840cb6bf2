"""Trace -> tidy tables: the catalogue of measures, service, experience, the ledger and costs."""

from __future__ import annotations

from momentsim.measures.catalogue import MEASURES, Measure, find_measure
from momentsim.measures.digest import Digest, digest
from momentsim.measures.facts import Sample
from momentsim.measures.interval_table import interval_table
from momentsim.measures.ledger import ledger_table
from momentsim.measures.paired import paired_table
from momentsim.measures.sites import sites_table
from momentsim.measures.summary import summary
from momentsim.measures.tables import (
    agents_table,
    contacts_table,
    customers_table,
    levers_table,
    moments_table,
)
from momentsim.measures.teams import teams_table

__all__ = [
    "MEASURES",
    "Digest",
    "Measure",
    "Sample",
    "agents_table",
    "contacts_table",
    "customers_table",
    "digest",
    "find_measure",
    "interval_table",
    "ledger_table",
    "levers_table",
    "moments_table",
    "paired_table",
    "sites_table",
    "summary",
    "teams_table",
]
