"""Checks of laws of durations: each is given in one of the ways that its distribution accepts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from momentsim import units
from momentsim.scenario.files.nodes import KeyPath
from momentsim.scenario.findings import Finding, sections_in
from momentsim.scenario.laws.distributions import Distribution, weibull_square_cv
from momentsim.scenario.laws.law import WEIBULL_SHAPES, Law
from momentsim.scenario.laws.law_figures import cv_range, distribution_of, quantile_range
from momentsim.scenario.sections.demand import scale_law
from momentsim.scenario.types import Scenario

Slot: TypeAlias = tuple[str, ...]
"""Keys of which exactly one is given."""
Samples: TypeAlias = Mapping[str, Sequence[float]]
"""Observed durations, seconds, by the name of their file."""

_CENTRE: Slot = ("mean", "median")
_SCALED: Slot = ("mean", "median", "scale")
_SHAPED: Slot = ("cv", "shape", "quantile")
WAYS: dict[str, tuple[tuple[Slot, ...], ...]] = {
    "lognormal": ((_CENTRE, ("cv", "sigma", "quantile")), (_CENTRE,)),
    "exponential": ((("mean", "median", "quantile"),),),
    "gamma": ((_SCALED, _SHAPED),),
    "erlang": ((_SCALED, ("phases",)),),
    "weibull": ((_SCALED, _SHAPED),),
    "uniform": ((("low",), ("high",)), (_CENTRE, ("cv", "quantile"))),
    "constant": ((_CENTRE,),),
    "hyperexponential": ((("mean",), ("cv",)), (("parts",),)),
    "mixture": ((("parts",),),),
    "empirical": ((("file",),),),
    "never": ((),),
}
"""The ways to give each law: one key of every slot of one way, and nothing else."""

_KEYS = tuple(key for key in Law.model_fields if key != "distribution")
_ABOVE_0 = ("mean", "median", "scale")
_WEIGHT_TOLERANCE = 1e-6
_COMPOSED = ("mixture", "hyperexponential")


def laws_in(scenario: Scenario) -> Iterator[tuple[KeyPath, Law]]:
    """Every law of a scenario with its key, parts of mixtures included; interarrival laws with a scale."""
    for path, section in sections_in(scenario):
        if isinstance(section, Law):
            yield path, scale_law(section) if path[-1] == "interarrival" else section


def check_laws(scenario: Scenario) -> Iterator[Finding]:
    """Every law is one."""
    for path, law in laws_in(scenario):
        yield from complaints_about(path, law)


def complaints_about(path: KeyPath, law: Law) -> Iterator[Finding]:
    """What is wrong with a law; parts of a mixture are laws of their own."""
    yield from _ways(path, law)
    yield from _values(path, law)
    yield from _quantile(path, law)
    yield from _mixture(path, law)


def known_law(path: KeyPath, law: Law, samples: Samples) -> Distribution | None:
    """The distribution of a law with which nothing is wrong, else None; also before its file is read."""
    laws = (law, *(part.law for part in law.parts or ()))
    if any(next(complaints_about(path, each), None) is not None for each in laws):
        return None
    is_unread = any(each.file is not None and each.file not in samples for each in laws)
    return None if is_unread else distribution_of(law, samples)


def is_observed(law: Law) -> bool:
    """Whether a law, or a part of it, comes from a file."""
    return any(each.file is not None for each in (law, *(part.law for part in law.parts or ())))


def _ways(path: KeyPath, law: Law) -> Iterator[Finding]:
    """A law gives what its distribution needs, once, and nothing that it does not use."""
    foreign = [key for key in _keys_given(law) if key not in _keys_known(law)]
    for key in foreign:
        uses = ", ".join(f"'{name}'" for name in _keys_known(law)) or "no further key"
        allowed = f"it uses {uses}; '{key}: null' takes out what another layer set"
        yield Finding((*path, key), f"{_name_of_law(law)} has no {key}", allowed, _suggest_law(key))
    if not foreign and not any(_fits(law, way) for way in WAYS[law.distribution]):
        yield _misfit(path, law)


def _values(path: KeyPath, law: Law) -> Iterator[Finding]:
    """Durations are above 0, and the spread is one that the distribution can have."""
    for key in _ABOVE_0 if law.distribution != "constant" else ():
        if getattr(law, key) == 0:
            what = f"{_name_of_law(law)} needs a {key} above 0"
            yield Finding((*path, key), what, "for no time at all write 'distribution: constant'")
    if law.low is not None and law.high is not None and law.low > law.high:
        low, high = units.format_duration(law.low), units.format_duration(law.high)
        yield Finding((*path, "high"), f"low {low} is above high {high}", "low is at most high")
    if law.cv and "cv" in _keys_known(law):
        yield from _check_cv((*path, "cv"), law, law.cv)
    if law.distribution == "weibull" and law.shape is not None and law.shape < WEIBULL_SHAPES[0]:
        what = f"{_name_of_law(law)} of shape {law.shape:g} has a CV of {weibull_square_cv(law.shape) ** 0.5:,.3g}"
        slip = 10.0 * law.shape
        yield Finding(
            (*path, "shape"), what, f"shapes are {WEIBULL_SHAPES[0]:g} or more", f"did you mean {slip:.4g}?"
        )


def _check_cv(path: KeyPath, law: Law, cv: float) -> Iterator[Finding]:
    low, high = cv_range(law)
    if cv < low * (1 - 1e-12):
        meant = "did you mean gamma or lognormal?" if law.distribution == "hyperexponential" else ""
        yield Finding(path, f"{_name_of_law(law)} has no cv of {cv:g}", f"it has {low:.3g} or more", meant)
    elif cv > high * (1 + 1e-12):
        meant = f"did you mean '{cv:g} %'?" if low <= cv / 100 <= high else ""
        yield Finding(path, f"{_name_of_law(law)} has no cv of {cv:g}", f"it has at most {high:.3g}", meant)


def _quantile(path: KeyPath, law: Law) -> Iterator[Finding]:
    """A quantile goes with a median, and with one that a law of this family can have beside it."""
    if law.quantile is None or law.distribution == "exponential" or "quantile" not in _keys_known(law):
        return
    if not law.median:
        if law.mean is not None or law.scale is not None:
            what = "a quantile goes with 'median'"
            yield Finding(
                (*path, "quantile"), what, "write median: 3 min, quantile: {share: 90 %, at: 8 min}"
            )
    elif law.quantile.share == 0.5:
        yield Finding((*path, "quantile", "share"), "50 % is the median itself", "write another share")
    elif not _possible(law, law.quantile.at / law.median):
        yield _contradiction((*path, "quantile", "at"), law, law.median)


def _possible(law: Law, ratio: float) -> bool:
    low, high = quantile_range(law)
    return low * (1 - 1e-12) <= ratio <= high * (1 + 1e-12) or ratio == 1.0


def _contradiction(path: KeyPath, law: Law, median: float) -> Finding:
    assert law.quantile is not None
    ends = [float(f"{ratio * median:.4g}") for ratio in quantile_range(law)]
    reach = " to ".join(units.format_duration(end) for end in ends)
    share = units.format_share(law.quantile.share)
    what = f"with a median of {units.format_duration(median)}, {share} of {_name_of_law(law)} cannot end by "
    return Finding(path, what + units.format_duration(law.quantile.at), f"write {reach}")


def _mixture(path: KeyPath, law: Law) -> Iterator[Finding]:
    """Weights of a mixture add up to 1, and its parts are simple laws."""
    parts = law.parts or ()
    total = sum(part.weight for part in parts)
    if law.parts is not None and abs(total - 1) > _WEIGHT_TOLERANCE:
        text = units.format_share(round(total, 9))
        yield Finding((*path, "parts"), f"the weights add up to {text}", "they must add up to 100 %")
    for position, part in enumerate(parts):
        where = (*path, "parts", position, "law")
        if part.law.distribution in _COMPOSED:
            yield Finding(
                where, f"a {part.law.distribution} inside a mixture", "list all parts in one mixture"
            )
        elif law.distribution == "hyperexponential" and part.law.distribution != "exponential":
            meant = "did you mean 'distribution: mixture'?"
            what = f"{_name_of_law(part.law)} inside a hyperexponential one"
            yield Finding((*where, "distribution"), what, "its parts are exponential", meant)


def _keys_given(law: Law) -> list[str]:
    return [key for key in _KEYS if getattr(law, key) is not None]


def _keys_known(law: Law) -> tuple[str, ...]:
    """Keys of a law in the order of its ways."""
    ways = WAYS[law.distribution]
    return tuple(dict.fromkeys(key for way in ways for slot in way for key in slot))


def _fits(law: Law, way: tuple[Slot, ...]) -> bool:
    given = _keys_given(law)
    return len(given) == len(way) and all(any(key in slot for key in given) for slot in way)


def _misfit(path: KeyPath, law: Law) -> Finding:
    """What is wrong with a law that fits none of its ways, by the way that it comes nearest to."""
    given = _keys_given(law)
    ways = WAYS[law.distribution]
    nearest = max(ways, key=lambda way: sum(key in slot for slot in way for key in given))
    for slot in nearest:
        twice = [key for key in given if key in slot]
        if len(twice) > 1:
            return _too_many((*path, twice[1]), twice)
    used = [key for slot in nearest for key in slot if key in given]
    surplus = next((key for key in given if key not in used), None)
    if surplus is not None:
        return _too_many((*path, surplus), [used[0], surplus])
    lacking = next(slot for slot in nearest if not any(key in given for key in slot))
    return Finding(path, f"this {law.distribution} law lacks {_either(lacking)}", _advice(law))


def _too_many(path: KeyPath, given: list[str]) -> Finding:
    names = " and ".join(f"'{key}'" for key in given)
    return Finding(
        path,
        f"{names} are {'both' if len(given) == 2 else 'all'} given",
        f"give one; '{given[0]}: null' takes out what another layer set",
    )


def _either(slot: Slot) -> str:
    return " or ".join(f"'{key}'" for key in slot)


def _name_of_law(law: Law) -> str:
    article = "an" if law.distribution[0] in "aeio" else "a"
    return f"{article} {law.distribution} law"


def _advice(law: Law) -> str:
    examples = {
        "lognormal": "write for instance {mean: 6 min, cv: 0.8} or {median: 5 min, sigma: 0.8}",
        "gamma": "write for instance {mean: 6 min, cv: 0.8} or {shape: 1.5, scale: 4 min}",
        "erlang": "write for instance {phases: 3, mean: 6 min}",
        "weibull": "write for instance {mean: 6 min, cv: 0.8} or {shape: 1.5, scale: 4 min}",
        "uniform": "write for instance {low: 2 min, high: 10 min}",
        "hyperexponential": "write for instance {mean: 6 min, cv: 2}, or parts: [{weight: 10 %, law: {...}}, ...]",
        "mixture": "write parts: [{weight: 5 %, law: {...}}, ...]",
        "empirical": "write file: durations.csv",
    }
    ways = "; or ".join(" with ".join(_either(slot) for slot in way) for way in WAYS[law.distribution])
    return examples.get(law.distribution, "write for instance mean: 6 min") + f" (it takes {ways})"


def _suggest_law(key: str) -> str:
    meant = {
        "parts": "mixture",
        "file": "empirical",
        "phases": "erlang",
        "low": "uniform",
        "high": "uniform",
        "sigma": "lognormal",
        "shape": "gamma' or 'distribution: weibull",
    }.get(key)
    return f"did you mean 'distribution: {meant}'?" if meant else ""


CHECKS: tuple[Callable[[Scenario], Iterator[Finding]], ...] = (check_laws,)
