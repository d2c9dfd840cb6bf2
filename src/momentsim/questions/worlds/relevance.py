"""Which entries of the evidence registry a scenario reads: those whose switch is on and whose section is there.

What nothing reads cannot move a result. These rules leave out only what certainly is not read; tests move all that is
left out in the shipped scenarios and find every number unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from momentsim.scenario.evidence.registry import Parameter
from momentsim.scenario.types import Group, Scenario

Reads: TypeAlias = Callable[[Scenario], bool]


def is_read(parameter: Parameter, scenario: Scenario) -> bool:
    """Whether something in the scenario may read this entry; an entry without a rule is taken to be read."""
    own = BY_NAME.get(parameter.name)
    reads = BY_SECTION.get(parameter.section) if own is None else own
    return reads is None or reads(scenario)


def _on(*switches: str) -> Reads:
    """Any of these switches of behaviour is on."""
    return lambda scenario: any(getattr(scenario.behaviour, switch) for switch in switches)


def _all(*conditions: Reads) -> Reads:
    return lambda scenario: all(holds(scenario) for holds in conditions)


def _any(*conditions: Reads) -> Reads:
    return lambda scenario: any(holds(scenario) for holds in conditions)


def _some_group(has: Callable[[Group], bool]) -> Reads:
    return lambda scenario: any(has(group) for group in scenario.workforce.groups.values())


def _some_moment(field: str) -> Reads:
    """A contact reason says something under this key."""
    return lambda scenario: any(getattr(moment, field) for moment in scenario.moments.values())


def _programme(*kinds: str) -> Reads:
    return lambda scenario: any(programme.kind in kinds for programme in scenario.programmes.values())


def _lever(field: str) -> Reads:
    """A crisis has this lever."""
    return lambda scenario: any(getattr(storm, field) is not None for storm in scenario.crises.values())


def _crises(scenario: Scenario) -> bool:
    return bool(scenario.crises)


def _recovery(scenario: Scenario) -> bool:
    return scenario.recovery is not None


def _detector(scenario: Scenario) -> bool:
    return scenario.routing.agent_choice == "heart" or scenario.routing.order == "detected"


def _announced(scenario: Scenario) -> bool:
    levers = any(lever.kind == "announcement" for lever in scenario.levers.values())
    return levers or bool(scenario.waiting.announcements)


def _callbacks(scenario: Scenario) -> bool:
    return bool(scenario.waiting.callbacks) or any(
        lever.kind == "callback" for lever in scenario.levers.values()
    )


_MEMORY = _on("memory")
_LABOUR = _all(_on("emotional_labour"), _on("memory", "burnout"))
_SELF_SERVICE = _some_moment("self_service")
_CAREERS = _some_group(lambda group: group.careers is not None)
_INCENTIVES = _any(
    _some_group(lambda group: group.incentives is not None or group.incentives_practised is not None),
    _programme("incentive_change"),
)
_MONEY = _any(_lever("compensation"), _recovery)
_NOVICES = _any(_on("learning"), _CAREERS, _programme("ai_assist"))

BY_SECTION: Final[Mapping[str, Reads]] = {
    "anger": _on("anger"),
    "fatigue": _on("fatigue"),
    "load": _on("load"),
    "incentives": _all(_on("incentives"), _INCENTIVES),
    "knowledge": _on("knowledge"),
    "authority": _some_moment("beyond_authority"),
    "experience": _MEMORY,
    "loyalty": _MEMORY,
    "customers over time": _MEMORY,
    "word of mouth": _all(_MEMORY, _on("word_of_mouth")),
    "survey": _recovery,  # without a recovery nobody acts on answers, and verdicts do not ask for them
    "waiting": _announced,
    "self_service": _SELF_SERVICE,
    "crisis": _crises,
    "programmes": _programme("wow_budget"),
    "learning": _NOVICES,
    "recovery": _recovery,
    "promises": _any(_some_moment("promise"), _recovery, _callbacks),
    "selling": _some_moment("selling"),
    "careers": _CAREERS,
}
"""Sections of the registry that only some scenarios read; the others are always read."""

BY_NAME: Final[Mapping[str, Reads]] = {
    "balk_strength": _any(lambda it: it.waiting.announce_wait, _announced),
    "anger_after_self_service": _all(_on("anger"), _SELF_SERVICE),
    "occupancy_threshold": _on("fatigue", "load", "burnout"),
    "load_memory_h": _any(
        _on("fatigue", "load", "burnout"), lambda it: it.routing.agent_choice != "longest_idle"
    ),
    "ei_at_stakes": _on("emotional_intelligence"),
    "ei_at_routine": _on("emotional_intelligence"),
    "ei_with_skill": _on("emotional_intelligence"),
    "deep_acting_base": _LABOUR,
    "deep_acting_ei": _all(_LABOUR, _on("emotional_intelligence")),
    "deep_acting_autonomy": _LABOUR,
    "deep_acting_stress": _all(_LABOUR, _on("fatigue", "load")),
    "script_at_stakes": _on("scripting"),
    "script_speed": _on("scripting"),
    "script_alike": _all(_on("scripting"), _on("knowledge")),
    "matched_quality": _all(_on("matching"), _some_group(lambda group: bool(group.matches))),
    "resolution_per_complexity": lambda it: any(moment.complexity_sd > 0 for moment in it.moments.values()),
    "complexity_handling": lambda it: any(moment.complexity_sd > 0 for moment in it.moments.values()),
    "anger_per_transfer": _all(_on("anger"), _some_moment("beyond_authority")),
    "self_service_success_score": _all(_MEMORY, _SELF_SERVICE),
    "self_service_failure_score": _all(_MEMORY, _SELF_SERVICE),
    "effort_channel_switch": _all(_MEMORY, _SELF_SERVICE),
    "expectation_up": _all(_MEMORY, _on("expectations")),
    "expectation_down": _all(_MEMORY, _on("expectations")),
    "grievance_solved": _all(_MEMORY, _on("grievances")),
    "grievance_unsolved": _all(_MEMORY, _on("grievances")),
    "grievance_half_life_d": _all(_MEMORY, _on("grievances")),
    "grievance_amplify": _all(_MEMORY, _on("grievances")),
    "churn_per_grievance": _all(_MEMORY, _on("grievances")),
    "buffer_product": _all(_MEMORY, _on("buffering"), _some_moment("failure")),
    "amplify_promise": _all(_MEMORY, _on("buffering"), _some_moment("failure")),
    "brand_permanent": _all(_on("brand"), _crises),
    "brand_acquisition": _all(_on("brand"), _crises),
    "notice_prevented": _lever("notice"),
    "notice_induced": _lever("notice"),
    "notice_satisfaction": _all(_MEMORY, _any(_lever("notice"), _lever("pre_cancel"))),
    "compensation_redeemed": _MONEY,
    "compensation_cost": _MONEY,
    "cash_redeemed": _MONEY,
    "cash_cost": _MONEY,
    "failed_price": _MONEY,
    "generosity_scale": _MONEY,
    "justice_of_money": _all(_MONEY, _on("grievances")),
    "grievance_closes": _all(_MONEY, _on("grievances")),
    "burnout_absence": _all(_CAREERS, _on("burnout")),
    "burnout_exit": _all(_CAREERS, _on("burnout")),
    "burnout_per_surface_act": _all(_CAREERS, _on("burnout")),
    "burnout_recovery": _all(_CAREERS, _on("burnout")),
    "engagement_exit": _all(_CAREERS, _on("engagement")),
    "engagement_handling_time": _all(_CAREERS, _on("engagement"), _INCENTIVES),
    "engagement_customer_voice": _all(_CAREERS, _on("engagement"), _INCENTIVES),
    "engagement_incentive_gap": _all(_CAREERS, _on("engagement"), _INCENTIVES),
    "novice_resolution": _all(_CAREERS, _on("learning")),
    "customers.segments.*.value_cv": _on("memory", "feedback"),
    "customers.segments.*.promoters": _MEMORY,
    "customers.segments.*.detractors": _MEMORY,
    "moments.*.stakes": _any(_MEMORY, _on("emotional_intelligence", "anger", "knowledge")),
    "demand.day_factor_correlation": lambda it: it.demand.day_factor_cv > 0,
    "demand.period_factor_correlation": lambda it: it.demand.period_factor_cv > 0,
    "workforce.groups.*.emotional_intelligence_mean": _on("emotional_intelligence"),
    "workforce.groups.*.emotional_intelligence_sd": _on("emotional_intelligence"),
    "workforce.groups.*.script": _on("emotional_intelligence", "scripting"),
    "routing.detector.sensitivity": _detector,
    "routing.detector.specificity": _detector,
    "routing.detector.stakes_above": _detector,
    "economics.discount_rate": _MEMORY,
    "economics.self_service_session": _SELF_SERVICE,
    "economics.notice_message": _lever("notice"),
}
"""Entries with a rule of their own, which stands in place of that of their section."""
