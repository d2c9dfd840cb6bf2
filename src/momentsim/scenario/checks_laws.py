"""Checks of laws of durations: each has exactly the keys that its distribution needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from momentsim import units
from momentsim.scenario.demand import scaled_law
from momentsim.scenario.findings import Finding, sections_in
from momentsim.scenario.laws import Law
from momentsim.scenario.nodes import KeyPath
from momentsim.scenario.types import Scenario

_KEYS = ("mean", "cv", "median", "sigma", "parts", "file")
_NEEDED: dict[str, tuple[tuple[str, ...], ...]] = {
    "lognormal": (("mean", "median"),),
    "exponential": (("mean", "median"),),
    "constant": (("mean", "median"),),
    "never": (),
    "mixture": (("parts",),),
    "empirical": (("file",),),
}
_OPTIONAL: dict[str, tuple[str, ...]] = {"lognormal": ("cv", "sigma")}
_WEIGHT_TOLERANCE = 1e-6


def laws_in(scenario: Scenario) -> Iterator[tuple[KeyPath, Law]]:
    """Every law of a scenario with its key, parts of mixtures included; interarrival laws with a scale."""
    for path, section in sections_in(scenario):
        if isinstance(section, Law):
            yield path, scaled_law(section) if path[-1] == "interarrival" else section


def check_needed_keys(scenario: Scenario) -> Iterator[Finding]:
    """A law gives what its distribution needs, once."""
    for path, law in laws_in(scenario):
        for alternatives in _NEEDED[law.distribution]:
            given = [key for key in alternatives if getattr(law, key) is not None]
            names = " or ".join(f"'{key}'" for key in alternatives)
            if not given:
                yield Finding(path, f"this {law.distribution} law lacks {names}", _advice(law))
            elif len(given) > 1:
                yield _too_many((*path, given[1]), given)


def check_foreign_keys(scenario: Scenario) -> Iterator[Finding]:
    """A law gives nothing that its distribution does not use."""
    for path, law in laws_in(scenario):
        needed = [key for alternatives in _NEEDED[law.distribution] for key in alternatives]
        known = (*needed, *_OPTIONAL.get(law.distribution, ()))
        for key in _KEYS:
            if getattr(law, key) is not None and key not in known:
                uses = ", ".join(f"'{name}'" for name in known) or "no further key"
                allowed = f"it uses {uses}; '{key}: null' takes out what another layer set"
                yield Finding((*path, key), f"{_named(law)} has no {key}", allowed, _meant(key))


def check_spread(scenario: Scenario) -> Iterator[Finding]:
    """A lognormal law has one measure of spread, and durations above 0."""
    for path, law in laws_in(scenario):
        if law.distribution == "lognormal" and law.cv is not None and law.sigma is not None:
            yield _too_many((*path, "sigma"), ["cv", "sigma"])
        for key in ("mean", "median"):
            if law.distribution in ("lognormal", "exponential") and getattr(law, key) == 0:
                what = f"{_named(law)} needs a {key} above 0"
                yield Finding((*path, key), what, "for no time at all write 'distribution: constant'")


def check_mixtures(scenario: Scenario) -> Iterator[Finding]:
    """Weights of a mixture add up to 1, and its parts are simple laws."""
    for path, law in laws_in(scenario):
        parts = law.parts or ()
        total = sum(part.weight for part in parts)
        if law.parts is not None and abs(total - 1) > _WEIGHT_TOLERANCE:
            text = units.format_share(round(total, 9))
            yield Finding((*path, "parts"), f"the weights add up to {text}", "they must add up to 100 %")
        for position, part in enumerate(parts):
            if part.law.distribution == "mixture":
                where = (*path, "parts", position, "law")
                yield Finding(where, "a mixture inside a mixture", "list all parts in one mixture")


def _too_many(path: KeyPath, given: list[str]) -> Finding:
    names = " and ".join(f"'{key}'" for key in given)
    return Finding(
        path, f"{names} are both given", f"give one; '{given[0]}: null' takes out what another layer set"
    )


def _named(law: Law) -> str:
    article = "an" if law.distribution[0] in "aeiou" else "a"
    return f"{article} {law.distribution} law"


def _advice(law: Law) -> str:
    examples = {
        "lognormal": "write for instance {mean: 6 min, cv: 0.8} or {median: 5 min, sigma: 0.8}",
        "mixture": "write parts: [{weight: 5 %, law: {...}}, ...]",
        "empirical": "write file: durations.csv",
    }
    return examples.get(law.distribution, "write for instance mean: 6 min")


def _meant(key: str) -> str:
    meant = {"parts": "mixture", "file": "empirical"}.get(key)
    return f"did you mean 'distribution: {meant}'?" if meant else ""


CHECKS: tuple[Callable[[Scenario], Iterator[Finding]], ...] = (
    check_needed_keys,
    check_foreign_keys,
    check_spread,
    check_mixtures,
)
