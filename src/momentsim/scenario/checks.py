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
from momentsim.scenario.evidence.registry import complaint_about
from momentsim.scenario.files.nodes import KeyPath, MappingNode, key_text, place
from momentsim.scenario.findings import Finding
from momentsim.scenario.laws import law_checks, law_size_checks
from momentsim.scenario.sections import (
    careers_checks,
    crises_checks,
    customer_levers_checks,
    customers_checks,
    demand_checks,
    diverting_checks,
    levers_checks,
    opening_hours_checks,
    operation_checks,
    people_checks,
    programmes_checks,
    recovery_checks,
    shift_rules_checks,
    size_checks,
    waiting_checks,
)
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
        if segment.yearly_churn is not None and segment.monthly_churn is not None:
            what = "the same is said by yearly_churn"
            yield Finding((*path, "monthly_churn"), what, "write one of them, and null for the other")
        for key, share, time in (
            ("yearly_churn", segment.yearly_churn, "year"),
            ("monthly_churn", segment.monthly_churn, "month"),
        ):
            if share is not None and share >= 1:
                yield Finding((*path, key), f"everybody leaves within a {time}", "write less than 100 %")


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
    *law_checks.CHECKS,
    *law_size_checks.CHECKS,
    *demand_checks.CHECKS,
    *operation_checks.CHECKS,
    *opening_hours_checks.CHECKS,
    *diverting_checks.CHECKS,
    *waiting_checks.CHECKS,
    *people_checks.CHECKS,
    *careers_checks.CHECKS,
    *crises_checks.CHECKS,
    *levers_checks.CHECKS,
    *customer_levers_checks.CHECKS,
    *programmes_checks.CHECKS,
    *recovery_checks.CHECKS,
    *shift_rules_checks.CHECKS,
    *size_checks.CHECKS,
)
WARNINGS: tuple[Check, ...] = (
    *law_size_checks.WARNINGS,
    *operation_checks.WARNINGS,
    *opening_hours_checks.WARNINGS,
    *careers_checks.WARNINGS,
    *crises_checks.WARNINGS,
    *levers_checks.WARNINGS,
    *programmes_checks.WARNINGS,
    *customers_checks.WARNINGS,
    *recovery_checks.WARNINGS,
    *size_checks.WARNINGS,
)


def errors_in(scenario: Scenario) -> list[Finding]:
    """Everything across keys that stops a scenario."""
    return [finding for check in CHECKS for finding in islice(check(scenario), MAX_PROBLEMS + 1)]


def warnings_in(scenario: Scenario) -> list[Finding]:
    """Everything that is allowed but probably not meant."""
    return [finding for check in WARNINGS for finding in islice(check(scenario), MAX_PROBLEMS)]


def problem_at(finding: Finding, root: MappingNode) -> Problem:
    """A finding at the place where its key is written, or the nearest key above it."""
    mark = place(root, finding.path)
    return mark.problem(key_text(finding.path), finding.what, finding.allowed, finding.meant)
