"""Checks of how long and how different durations of a law are: no law asks for times that no run can hold.

Durations are cut at the longest that there is (`units.LONGEST_DURATION_S`). A law of which the cut would take
much is refused, since its mean would be another than the one written; one of which it takes a little is warned of.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from momentsim import units
from momentsim.scenario.files.nodes import KeyPath
from momentsim.scenario.findings import Finding
from momentsim.scenario.laws.distributions import Distribution
from momentsim.scenario.laws.law import MAX_CV, Law
from momentsim.scenario.laws.law_checks import Samples, is_observed, known_law, laws_in
from momentsim.scenario.types import Scenario

MAX_WORK_S = 30 * units.SECONDS_PER_DAY
"""Longest mean of work: of a talk, of its wrap-up, of a session or of a case of the recovery team."""
REFUSED_SHARE, WARNED_SHARE = 0.1, 0.001
"""Shares of the mean that the cut may take: more than the first is refused, more than the second is warned of."""
_WORK = ("handling_time", "wrap_up", "duration")
_LONGEST = units.format_duration(units.LONGEST_DURATION_S)


def check_endless_work(scenario: Scenario) -> Iterator[Finding]:
    """Customers may wait without end and stay away without end, but nobody works on one thing without end."""
    for path, law in laws_in(scenario):
        if law.distribution == "never" and _key_of(path) in _WORK:
            yield Finding((*path, "distribution"), "this would never be finished", "take any law but never")


def check_sizes(scenario: Scenario) -> Iterator[Finding]:
    """Means and spreads are such as a run can show; laws from files are checked when these are read."""
    for path, law in laws_in(scenario):
        if not is_observed(law):
            yield from _too_large(scenario, path, law, {})


def check_observed(scenario: Scenario, samples: Samples) -> Iterator[Finding]:
    """The same for laws from files, of which all were read."""
    for path, law in laws_in(scenario):
        if is_observed(law):
            yield from _too_large(scenario, path, law, samples)


def warn_cut_laws(scenario: Scenario) -> Iterator[Finding]:
    """Says where the longest durations of a law are cut."""
    for path, law in laws_in(scenario):
        found = None if is_observed(law) else _cut_law(path, law, {})
        factor = _factor(scenario, path)
        lost = _share_lost(found, factor) if found is not None else 0.0
        if WARNED_SHARE < lost <= REFUSED_SHARE:
            yield Finding(path, _words(lost, factor), "durations are cut there", _meant(path))


def _too_large(scenario: Scenario, path: KeyPath, law: Law, samples: Samples) -> Iterator[Finding]:
    found = _cut_law(path, law, samples)
    if found is None:
        return
    if law.parts is not None and found.cv > MAX_CV:
        what = f"the parts are so different that the CV is {found.cv:,.3g}"
        yield Finding((*path, "parts"), what, f"at most {MAX_CV:g}")
    factor = _factor(scenario, path)
    lost = _share_lost(found, factor)
    mean = factor * found.mean
    if _key_of(path) in _WORK and MAX_WORK_S < mean < math.inf:
        times = f", {factor:g} times as much in a blackout," if factor > 1.0 else ""
        what = f"the mean{times} is {units.brief_duration(mean)}"
        yield Finding(path, what, f"at most {units.format_duration(MAX_WORK_S)}")
    elif lost > REFUSED_SHARE:
        allowed = f"at most {units.format_share(REFUSED_SHARE)} may, since durations are cut there"
        yield Finding(path, _words(lost, factor), allowed, _meant(path))


def _cut_law(path: KeyPath, law: Law, samples: Samples) -> Distribution | None:
    """A law that is cut: not one of times between moments, which only say how busy it is."""
    return None if "interarrival" in path else known_law(path, law, samples)


def _share_lost(law: Distribution, factor: float) -> float:
    """Share of the mean (0..1) that the cut takes when all durations are `factor` times as long.

    Since (t - c)+ is at most t^2 / 4c, it is at most mean (1 + CV^2) / 4c, which spares most laws the integral.
    """
    limit = units.LONGEST_DURATION_S / factor
    if not 0.0 < law.mean < math.inf or law.mean * (1.0 + law.cv**2) < 4.0 * WARNED_SHARE * limit:
        return 0.0
    return law.share_beyond(limit)


def _factor(scenario: Scenario, path: KeyPath) -> float:
    """The largest factor that a scenario puts on durations of the law at a key, at least 1."""
    storms = scenario.crises.values()
    if _key_of(path) == "patience":
        segments = scenario.customers.segments.values()
        crises = max((storm.patience_factor for storm in storms), default=1.0)
        return max(max(segment.patience_factor for segment in segments) * max(crises, 1.0), 1.0)
    if _key_of(path) == "handling_time" and path[0] == "moments":
        spells = [spell for storm in storms if storm.moment == path[1] for spell in storm.blackouts]
        return max((spell.handling_factor for spell in spells), default=1.0)
    return 1.0


def _key_of(path: KeyPath) -> str:
    """The key of a law, also of a part of it."""
    while path[-1] == "law":
        path = path[:-3]
    return str(path[-1])


def _words(lost: float, factor: float) -> str:
    times = f" (times {factor:g})" if factor > 1.0 else ""
    return f"{100 * lost:.2g} % of the mean of this law{times} lies beyond {_LONGEST}"


def _meant(path: KeyPath) -> str:
    return "did you mean 'distribution: never'?" if _key_of(path) == "patience" else ""


Check = Callable[[Scenario], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (check_endless_work, check_sizes)
WARNINGS: tuple[Check, ...] = (warn_cut_laws,)
