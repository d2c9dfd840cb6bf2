"""Says for one key what it is: value, unit, range, meaning, who set it, and the source of a claim."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from momentsim import units
from momentsim.errors import MomentsimError
from momentsim.scenario.enough_compensation import enough_text
from momentsim.scenario.evidence import registry
from momentsim.scenario.evidence.registry import BEHAVIOURAL, PARAMETERS, Parameter
from momentsim.scenario.expected_rest import contacts_a_year, expected_rest
from momentsim.scenario.fields import (
    FieldFacts,
    OfKind,
    facts_at,
    keys_of,
    range_of,
    section_at,
    unit_mark,
    unit_of,
    with_kinds,
)
from momentsim.scenario.files.nodes import KeyPath, MappingNode, key_text
from momentsim.scenario.files.overrides import parse_key
from momentsim.scenario.known_keys import meant_key
from momentsim.scenario.laws.distributions import Distribution
from momentsim.scenario.laws.law import Law
from momentsim.scenario.laws.law_figures import distribution_of
from momentsim.scenario.lever_words import lever_text
from momentsim.scenario.loading import LoadedScenario, Origin
from momentsim.scenario.written import show_value
from momentsim.suggestions import did_you_mean

_PARAMETERS: KeyPath = ("behaviour", "parameters")
_SEGMENTS: KeyPath = ("customers", "segments")
MOVED_WHERE_WRITTEN = (
    "plausible worlds (--worlds) move it also where it is written, by as much as the range says"
)
_DECIDE_REST = {"customers", "contact_weight"}
_OF_KEYS = tuple((pattern.split("."), each) for pattern, each in PARAMETERS.items() if each.is_key)


@dataclass(frozen=True, slots=True, repr=False)
class Explanation:
    """What is known of a key. `evidence` is the registry's entry when the key is a claim about the world;
    `law` are the figures of a law of durations, `rest` is where a segment's customers go without contacts."""

    key: str
    value: Any
    unit: str
    range: str
    default: str
    meaning: str
    origin: Origin
    evidence: Parameter | None = None
    law: str = ""
    enough: str = ""
    """For an amount of compensation: where more of it does hardly more."""
    says: str = ""
    """For a lever: what it does, how soon, and what it costs."""
    rest: str = ""
    planned: str = ""
    """For heads that a goal asks for: what is planned."""
    used_to: str = ""
    """For keys of customers and of waiting: the service that customers are used to, where a run has found that out."""
    observed: str = ""
    """For a handling time or a share solved: how it comes out in the reference operation, where that is known."""

    def as_dict(self) -> dict[str, Any]:
        """Plain data for machine-readable output; empty entries are left out."""
        entries = dict(self._lines())
        entries["value"] = self.value
        return {"key": self.key, **entries}

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        lines = [self.key, *(f"  {label:<9} {text}" for label, text in self._lines())]
        return "\n".join(lines)

    def _lines(self) -> list[tuple[str, str]]:
        lines = [
            ("value", write_value(self.value)),
            ("unit", self.unit),
            ("law", self.law),
            ("enough", self.enough),
            ("says", self.says),
            ("rest", self.rest),
            ("planned", self.planned),
            ("used to", self.used_to),
            ("observed", self.observed),
            ("range", self.range),
            ("default", self.default),
            ("meaning", self.meaning),
            ("set by", str(self.origin)),
        ]
        if self.evidence is not None:
            lines += [
                ("plausible", f"{self.evidence.range_text()} {self.evidence.unit}"),
                ("worlds", MOVED_WHERE_WRITTEN if self.evidence.is_belief else ""),
                ("tag", self.evidence.tag),
                ("source", self.evidence.source),
                ("evidence", self.evidence.evidence),
            ]
        return [(label, text) for label, text in lines if text]


def explain(loaded: LoadedScenario, key: str) -> Explanation:
    """The explanation of a key like `workforce.groups.frontline.heads`; MomentsimError if there is none."""
    path = parse_key(key)
    if path is None:
        raise MomentsimError(f"'{key}' is not a key, write one like waiting.lines")
    if path[:2] == _PARAMETERS and len(path) == 3:
        return _of_parameter(loaded, key, str(path[2]))
    path = with_kinds(path, loaded.tree)
    facts = facts_at(path)
    if facts is None:
        raise MomentsimError(_unknown(path, loaded.tree))
    value = _value(loaded, path)
    info = facts.info
    currency = loaded.scenario.currency
    default = default_text(info.get_default(), facts, currency) if info and not info.is_required() else ""
    return Explanation(
        key=key_text(path),
        value=value,
        unit=unit_of(facts),
        range=range_of(facts, with_technical_limits=False),
        default=default,
        meaning=meaning_of(facts, path),
        origin=loaded.origin(key),
        evidence=evidence_of(path),
        law=_law_figures(loaded, path),
        enough=enough_text(loaded.scenario, path),
        says=lever_text(loaded.scenario, path),
        rest=_rest(loaded, path),
    )


def _rest(loaded: LoadedScenario, path: KeyPath) -> str:
    """About where attitudes of a segment rest, at its key and at those that decide it; empty elsewhere."""
    if path[:2] != _SEGMENTS or len(path) < 3 or not set(map(str, path[3:])) <= _DECIDE_REST:
        return ""
    name = str(path[2])
    contacts = sum(contacts_a_year(loaded.scenario)[name].values())
    return (
        f"about {expected_rest(loaded.scenario)[name]:+.2f} SD: where attitudes go without contacts, which gives back "
        f"what {contacts:.3g} contacts a year cost"
    )


def _law_figures(loaded: LoadedScenario, path: KeyPath) -> str:
    """Mean, CV, median and 90th percentile of the law at a key; empty for anything else."""
    law = _at(loaded.scenario, path)
    if not isinstance(law, Law):
        return ""
    figures_of_law = distribution_of(law, loaded.samples)
    if math.isinf(figures_of_law.mean) and math.isinf(figures_of_law.median):
        return "without end"
    times = (figures_of_law.mean, figures_of_law.median, float(figures_of_law.quantile(0.9)))
    mean, median, ninth = ("never" if math.isinf(time) else units.brief_duration(time) for time in times)
    cv = "" if math.isnan(figures_of_law.cv) else f", CV {figures_of_law.cv:.3g}"
    return f"mean {mean}{cv}, median {median}, 90 % within {ninth}{_cut(figures_of_law, path)}"


def _cut(law: Distribution, path: KeyPath) -> str:
    """How much of a law's mean is cut off; times between moments are not cut."""
    lost = 0.0 if "interarrival" in path else law.share_beyond(units.LONGEST_DURATION_S)
    if lost < 1e-6:
        return ""
    longest = units.format_duration(units.LONGEST_DURATION_S)
    return f", cut at {longest}: {100 * lost:.2g} % of the mean is lost"


def _at(value: Any, path: KeyPath) -> Any:
    """The typed value at a key of the scenario, or None."""
    for part in path:
        if isinstance(value, Mapping):
            value = value.get(str(part))
        elif isinstance(value, tuple):
            value = value[part] if isinstance(part, int) and part < len(value) else None
        else:
            value = getattr(value, str(part), None)
    return value


def evidence_of(path: KeyPath) -> Parameter | None:
    """The registry's entry for the default of a key; entries are named like `moments.*.resolution`.

    Where kinds of things differ, the kind stands for the name: `programmes.empathy_training.gain`.
    """
    names = [part.kind if isinstance(part, OfKind) else str(part) for part in path]
    parameters = [
        (parts.count("*"), parameter)
        for parts, parameter in _OF_KEYS
        if len(parts) == len(names)
        and all(want in ("*", name) for want, name in zip(parts, names, strict=True))
    ]
    return min(parameters, key=lambda each: each[0])[1] if parameters else None


def write_value(value: Any) -> str:
    """A value as one would write it in a scenario file, on one line."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {write_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(write_value(item) for item in value) + "]"
    return "not set" if value is None else str(value)


def default_text(default: Any, facts: FieldFacts, currency: str = "USD") -> str:
    """A default as one would write it; `none` where leaving it out means that there is nothing."""
    if default is None or default in ({}, (), ""):
        return "none"
    if hasattr(default, "model_dump"):
        return (
            write_value(default.model_dump(mode="json", exclude_defaults=True))
            if default.model_fields_set
            else "see there"
        )
    mark = unit_mark(facts)
    is_number = isinstance(default, int | float) and not isinstance(default, bool)
    money = {"money": f" {currency}", "money per hour": f" {currency}/h"}.get(mark.name, "") if mark else ""
    return mark.format(default) + money if mark and is_number else write_value(default)


def _of_parameter(loaded: LoadedScenario, key: str, name: str) -> Explanation:
    parameter = BEHAVIOURAL.get(name)
    if parameter is None:
        hint = did_you_mean(name, BEHAVIOURAL)
        raise MomentsimError(
            f"there is no evidence parameter '{name}', see `momentsim evidence`"
            + (f", {hint}" if hint else "")
        )
    behaviour = loaded.scenario.behaviour
    return Explanation(
        key=key,
        value=registry.values(behaviour.parameters, textbook=behaviour.textbook)[name],
        unit=parameter.unit,
        range=parameter.range_text(),
        default=write_value(parameter.value),
        meaning=parameter.meaning,
        origin=loaded.origin(key),
        evidence=parameter,
    )


def _value(loaded: LoadedScenario, path: KeyPath) -> Any:
    """The value in written units; MomentsimError where a name or an item is not in this scenario."""
    value: Any = loaded.resolved()
    for position, part in enumerate(path):
        facts = facts_at(path[: position + 1])
        is_item = facts is not None and facts.info is None
        if isinstance(value, dict) and str(part) in value:
            value = value[str(part)]
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        elif is_item and isinstance(value, dict | list):
            names = value if isinstance(value, dict) else range(len(value))
            known = ", ".join(str(name) for name in names) or "none"
            hint = did_you_mean(str(part), names)
            where = key_text(path[:position])
            raise MomentsimError(
                f"{where} has no {show_value(part)}, known: {known}" + (f", {hint}" if hint else "")
            )
        else:
            return None
    return value


def meaning_of(facts: FieldFacts, path: KeyPath) -> str:
    """What a key means, in a sentence; empty where nothing is written about it."""
    if facts.info is not None and facts.info.description:
        return facts.info.description
    section = section_at(path)
    return (section.__doc__ or "").split("\n")[0] if section else ""


def _unknown(path: KeyPath, tree: MappingNode) -> str:
    """Words for a key that no scenario can have."""
    for length in range(1, len(path) + 1):
        if facts_at(path[:length]) is None:
            section = section_at(path[: length - 1])
            near = did_you_mean(str(path[length - 1]), keys_of(section)) if section else ""
            hint = near or meant_key(path, tree)
            return f"there is no key {key_text(path[:length])}" + (f", {hint}" if hint else "")
    return f"there is no key {key_text(path)}"
