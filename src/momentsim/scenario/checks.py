"""The checks that look across keys, as one list of small functions; and where their findings are written.

Each `check_*` follows one thought and says how to repair what it finds. Errors stop; warnings travel with the
results.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice

from momentsim import units
from momentsim.errors import MAX_PROBLEMS, Problem
from momentsim.scenario import (
    checks_careers,
    checks_crises,
    checks_customers,
    checks_demand,
    checks_law_sizes,
    checks_laws,
    checks_operation,
    checks_people,
    checks_programmes,
    checks_recovery,
    checks_shift_rules,
    checks_size,
)
from momentsim.scenario.evidence import complaint_about
from momentsim.scenario.findings import Finding
from momentsim.scenario.nodes import Branch, KeyPath, key_text, place
from momentsim.scenario.types import Scenario

Check = Callable[[Scenario], Iterator[Finding]]


def check_interval(scenario: Scenario) -> Iterator[Finding]:
    """The interval divides a day."""
    if units.SECONDS_PER_DAY % scenario.interval:
        yield Finding(
            ("interval",),
            f"{units.format_duration(scenario.interval)} does not divide a day",
            "take 5, 10, 15, 20, 30 or 60 min, for instance",
        )


def check_start(scenario: Scenario) -> Iterator[Finding]:
    """The scenario starts at a full interval."""
    start = scenario.start
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    late_s = (start - midnight).total_seconds() % scenario.interval
    if late_s:
        before = start - timedelta(seconds=late_s)
        yield Finding(
            ("start",),
            f"{units.format_timestamp(start)} is not at the start of an interval",
            f"intervals of {units.format_duration(scenario.interval)} are counted from midnight",
            f'did you mean "{units.format_timestamp(before)}"?',
        )


def check_horizon(scenario: Scenario) -> Iterator[Finding]:
    """The horizon is a whole number of intervals."""
    if scenario.horizon % scenario.interval:
        yield Finding(
            ("horizon",),
            f"{units.format_duration(scenario.horizon)} is not a whole number of intervals",
            f"the interval is {units.format_duration(scenario.interval)}",
        )


def check_customers(scenario: Scenario) -> Iterator[Finding]:
    """Promoters and detractors of a segment are shares of the same customers; churn leaves somebody."""
    for name, segment in scenario.customers.segments.items():
        path: KeyPath = ("customers", "segments", name)
        total = segment.promoters + segment.detractors
        if total > 1 + 1e-9:
            yield Finding(
                (*path, "promoters"),
                f"promoters and detractors add up to {units.format_share(round(total, 9))}",
                "together they are at most 100 %",
            )
        if segment.yearly_churn >= 1:
            yield Finding((*path, "yearly_churn"), "everybody leaves within a year", "write less than 100 %")


def check_parameters(scenario: Scenario) -> Iterator[Finding]:
    """Overridden evidence parameters exist and are in their plausible range."""
    for name, value in scenario.behaviour.parameters.items():
        complaint = complaint_about(name, value)
        if complaint is not None:
            path = ("behaviour", "parameters", name)
            yield Finding(path, complaint.what, complaint.allowed, complaint.meant)


CHECKS: tuple[Check, ...] = (
    check_interval,
    check_start,
    check_horizon,
    check_customers,
    check_parameters,
    *checks_laws.CHECKS,
    *checks_law_sizes.CHECKS,
    *checks_demand.CHECKS,
    *checks_operation.CHECKS,
    *checks_people.CHECKS,
    *checks_careers.CHECKS,
    *checks_crises.CHECKS,
    *checks_programmes.CHECKS,
    *checks_recovery.CHECKS,
    *checks_shift_rules.CHECKS,
    *checks_size.CHECKS,
)
WARNINGS: tuple[Check, ...] = (
    *checks_law_sizes.WARNINGS,
    *checks_demand.WARNINGS,
    *checks_operation.WARNINGS,
    *checks_careers.WARNINGS,
    *checks_crises.WARNINGS,
    *checks_programmes.WARNINGS,
    *checks_customers.WARNINGS,
    *checks_recovery.WARNINGS,
    *checks_size.WARNINGS,
)


def errors_in(scenario: Scenario) -> list[Finding]:
    """Everything across keys that stops a scenario."""
    return [finding for check in CHECKS for finding in islice(check(scenario), MAX_PROBLEMS + 1)]


def warnings_in(scenario: Scenario) -> list[Finding]:
    """Everything that is allowed but probably not meant."""
    return [finding for check in WARNINGS for finding in islice(check(scenario), MAX_PROBLEMS)]


def placed(finding: Finding, root: Branch) -> Problem:
    """A finding at the place where its key is written, or the nearest key above it."""
    mark = place(root, finding.path)
    return mark.problem(key_text(finding.path), finding.what, finding.allowed, finding.meant)
