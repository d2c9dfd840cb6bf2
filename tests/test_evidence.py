"""The evidence registry is complete, consistent, and agrees with the code that uses its numbers."""

from __future__ import annotations

import subprocess
import sys
import types
import typing
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from momentsim.contract.plan import EFFECTS
from momentsim.scenario.evidence import registry
from momentsim.scenario.fields import kind_of
from momentsim.scenario.types import Scenario, Section

NOT_IN_EFFECTS = {"delight_quantile", "let_down_quantile"}

NEUTRAL_DEFAULTS = {
    "opening_hours.*.closed.self_service": 0,
    "divert.*.self_service": 0,
    "customers.segments.*.expectation": 0,
    "customers.segments.*.patience_factor": 1,
    "customers.segments.*.contact_weight": 1,
    "customers.segments.*.acquired_per_year": 0,
    "customers.segments.*.acquisition_cost": 0,
    "customers.outside_anchor": 0,
    "crises.*.brand_shock": 0,
    "crises.*.helped_elsewhere.hub_dependence": 0,
    "moments.*.complexity_sd": 0,
    "moments.*.self_service.adoption": 0,
    "opening.warm_up": 0,
    "moments.*.head_start": 0,
    "demand.volumes.*.preventable": 0,
    "demand.day_factor_cv": 0,
    "demand.period_factor_cv": 0,
    "workforce.groups.*.skill_mean": 0,
    "workforce.groups.*.shrinkage": 0,
    "workforce.groups.*.absence": 0,
    "workforce.groups.*.knowledge_sd": 0,
    "workforce.groups.*.one_voice": 0,
    "workforce.groups.*.authority": 0,
    "workforce.groups.*.heads.lead": 0,
    "workforce.groups.*.heads.forecast_error": 0,
    "workforce.site_spread": 0,
    "workforce.home_sites": 0,
    "moments.*.beyond_authority": 0,
    "workforce.groups.*.careers.yearly_exits": 0,
    "crises.*.resolution_factor": 1,
    "crises.*.self_service_offer.cost": 0,
    "crises.*.notice.hours_ahead": 0,
    "levers.notice.hours_ahead": 0,
    "programmes.*.lead_time": 0,
    "programmes.*.cost": 0,
    "programmes.*.cost_per_agent": 0,
    "programmes.*.cost_per_month": 0,
    "programmes.ai_assist.cost_per_agent_month": 0,
    "programmes.empathy_hiring.cost_per_hire": 0,
    "customers.segments.*.tier_price": 0,
    "moments.*.promise.repeat_failure": 0,
    "recovery.listening": 0,
    "recovery.delay": 0,
    "recovery.compensation": 0,
    "recovery.gift": 0,
}
"""Defaults that leave things as they are (nothing added, times one): no claim about the world."""

CHOICES = {
    "interval",
    "seed",
    "run.replications",
    "run.run_out",
    "moments.*.priority",
    "routing.heart_agents",
    "waiting.short_abandon",
    "waiting.announcements.*.band",
    "levers.announcement.announcement.band",
    "levers.callback.offer.tries",
    "waiting.callbacks.*.tries",
    "crises.*.reserves.*.short_queue",
    "workforce.groups.*.heads.minimum",
    "workforce.full_time_week",
}
"""Defaults about how a run is made, ranked or reported, and what a firm sets itself: no claim about the world."""

LEVER_TERMS = (".once", ".per_hour", ".per_use", ".lead_time", ".success", ".at_most", ".again_after")
"""Of section `levers`: a pull costs nothing, works, at once and once, unless somebody says otherwise."""

RULES_OF_WORK = "workforce.groups.*.shift_rules."
"""What shifts a firm allows is its own choice."""

STATED_DEFAULTS = {
    "anger_handling": 0.25,
    "complexity_handling": 0.10,
    "anger_half_life_h": 12,
    "anger_after_self_service": 0.3,
    "load_gain": 0.10,
    "overwork_slowing": 0.15,
    "load_memory_h": 2,
    "occupancy_threshold": 0.85,
    "learning_gap": 0.30,
    "learning_tau_months": 2.5,
    "workforce.groups.*.careers.replacement_cost": 12_000,
    "loss_aversion": 2.0,
    "gain_exponent": 0.8,
    "peak_weight": 0.4,
    "end_weight": 0.4,
    "mean_weight": 0.2,
    "loyalty_step": 0.25,
    "kappa": 0.45,
    "wallet_lag_d": 90,
    "notice_induced": 0.66,
    "notice_prevented": 0.5,
    "notice_scale_h": 5,
    "notice_floor": 0.35,
    "context_saved_s": 30,
    "context_lost_s": 45,
    "csat_cut": -0.915,
    "survey_response": 0.12,
    "compensation_redeemed": 0.6,
    "compensation_cost": 0.5,
    "customers.segments.*.yearly_churn": 0.12,
    "moments.*.stakes": 0.2,
    "moments.*.resolution": 0.70,
    "moments.*.self_service.success_simple": 0.58,
    "moments.*.self_service.success_at_stakes": 0.05,
    "demand.period_factor_correlation": 0.6,
    "workforce.groups.*.skill_sd": 0.30,
    "workforce.groups.*.speed_sd": 0.20,
    "workforce.groups.*.script": 0.5,
    "workforce.groups.*.cost_per_hour": 36,
    "waiting.patience.parts.0.weight": 0.05,
    "waiting.patience.parts.0.law.mean": 6,
    "waiting.patience.parts.1.law.median": 270,
    "waiting.patience.parts.1.law.sigma": 1.1,
    "waiting.redial.first": 0.5,
    "waiting.redial.delay.median": 1200,
    "crises.*.patience_factor": 4,
    "crises.*.redial.first": 0.9,
    "crises.*.notice.clarity": 0.6,
    "economics.self_service_session": 0.10,
    "economics.overtime_factor": 1.5,
    "churn_slope": 0.65,  # the model's own reading of E2.17.3; replaces the 0.55 of the default block
}
"""The block of defaults that closes the evidence base (E7), typed again as a second witness."""


@pytest.mark.parametrize("parameter", registry.PARAMETERS.values(), ids=lambda parameter: parameter.name)
def test_every_entry_is_complete(parameter: registry.Parameter) -> None:
    assert parameter.low <= parameter.value <= parameter.high
    assert parameter.low < parameter.high
    assert parameter.tag in registry.TAGS
    for text in (parameter.unit, parameter.source, parameter.section, parameter.evidence):
        assert text.strip()
    assert parameter.meaning.endswith(".")
    assert parameter.meaning.count(".") == 1 or "1..5" in parameter.meaning
    assert not parameter.address or parameter.address.startswith("http")


def test_shares_stay_shares() -> None:
    bounded = {"share", "correlation", "anger 0..1", "fatigue 0..1", "stakes 0..1"}
    shares = [entry for entry in registry.PARAMETERS.values() if entry.unit in bounded]
    assert all(entry.low >= 0 and entry.high <= 1 for entry in shares)


def test_only_sources_without_an_address_are_judgements_and_conventions() -> None:
    without = {entry.source.split(" (")[0] for entry in registry.PARAMETERS.values() if not entry.address}
    assert without == {
        "Modelling judgement; no study found",
        "US labour rule on overtime pay, from memory",
        "Trade rule: occupancy sustained above 85-88 % is harmful",
        "Convention of ability tests of emotional intelligence: mean 100, SD 15",
    }


def test_measured_and_claimed_entries_name_more_than_judgement() -> None:
    for entry in registry.PARAMETERS.values():
        if entry.tag in {"measured", "claimed"}:
            assert not entry.source.startswith("Modelling judgement"), entry.name


def test_behavioural_names_are_those_of_the_plan() -> None:
    assert set(registry.BEHAVIOURAL) == set(EFFECTS.names or ()) | NOT_IN_EFFECTS


def test_memory_weights_add_up() -> None:
    weights = (registry.get(f"{part}_weight").value for part in ("peak", "end", "mean"))
    assert sum(weights) == pytest.approx(1)


@pytest.mark.parametrize(("name", "value"), STATED_DEFAULTS.items())
def test_values_agree_with_the_block_of_defaults(name: str, value: float) -> None:
    assert registry.get(name).value == pytest.approx(value)


def test_search_finds_every_word_in_any_case() -> None:
    names = [entry.name for entry in registry.search("Anger SELF-SERVICE")]
    assert "anger_after_self_service" in names
    assert registry.search("E2.9.4")
    assert registry.search("no such words at all") == []


def test_unknown_name_suggests_the_nearest() -> None:
    with pytest.raises(registry.EvidenceError, match="did you mean 'kappa'"):
        registry.get("kapa")


def test_effects_record_takes_overrides() -> None:
    row = registry.effects_record({"kappa": 0.3, "learning_gap": 0.2})
    assert row.dtype == EFFECTS
    assert row.shape == (1,)
    assert row["kappa"][0] == 0.3
    assert row["loss_aversion"][0] == 2.0


def test_effects_record_reports_all_bad_overrides_at_once() -> None:
    with pytest.raises(registry.EvidenceError) as caught:
        registry.effects_record(
            {"kappa": 7, "los_aversion": 2, "wallet_up": float("nan"), "moments.*.stakes": 0.5}
        )
    text = str(caught.value)
    assert "kappa: 7 is outside the plausible range, allowed is 0.1..0.9 factor (source: YouGov" in text
    assert "did you mean 'loss_aversion'" in text
    assert "wallet_up: nan is not a number" in text
    assert "moments.*.stakes: unknown evidence parameter" in text
    assert caught.value.exit_code == 2


def test_a_switch_is_no_number() -> None:
    complaint = registry.complaint_about("kappa", True)
    assert complaint is not None
    assert "is not a number" in complaint.what


@pytest.mark.slow
def test_import_is_light() -> None:
    heavy = ("pandas", "scipy", "numba", "matplotlib")
    code = (
        f"import sys, momentsim.scenario.evidence.registry; print([m for m in {heavy} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# Scenario defaults: walk the types and compare each numeric default with its entry.


def _default_numbers() -> dict[str, float]:
    return dict(_of_type(Scenario, ""))


def _of_type(section: type[BaseModel], prefix: str) -> Iterator[tuple[str, float]]:
    for name, field in section.model_fields.items():
        key = f"{prefix if _is_common(section, name) else prefix.replace('*', kind_of(section))}{name}"
        default = field.get_default(call_default_factory=True, validated_data={})
        yield from _of_value(default, field.annotation, key)


def _is_common(section: type[BaseModel], name: str) -> bool:
    """Does a kind of a thing have this field, with this default, from what all kinds have?"""
    base = [each for each in section.__mro__ if issubclass(each, Section) and each is not Section][-1]
    info = base.model_fields.get(name)
    return info is not None and info.default == section.model_fields[name].default


def _of_value(value: Any, annotation: Any, key: str) -> Iterator[tuple[str, float]]:
    if isinstance(value, bool | str):
        return
    if isinstance(value, int | float):
        yield key, float(value)
    elif isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield from _of_value(getattr(value, name), field.annotation, f"{key}.{name}")
    elif isinstance(value, tuple) and value:
        for index, item in enumerate(value):
            yield from _of_value(item, None, f"{key}.{index}")
    elif value is None or value is PydanticUndefined or value in ({}, ()):
        for section, inner in _sections_in(annotation, key):
            if section.__name__ != "Law":  # a law's numbers have no defaults of their own
                yield from _of_type(section, f"{inner}.")


def _sections_in(annotation: Any, key: str) -> Iterator[tuple[type[BaseModel], str]]:
    """Section types inside an annotation, with the key of their fields: collections add `.*`."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation, key
    elif origin in (Union, types.UnionType):
        for argument in arguments:
            yield from _sections_in(argument, key)
    elif origin is Annotated:
        yield from _sections_in(arguments[0], key)
    elif origin is dict:
        yield from _sections_in(arguments[1], f"{key}.*")
    elif origin is tuple:
        yield from _sections_in(arguments[0], f"{key}.*")


REGISTERED_DEFAULTS = {name: entry.value for name, entry in registry.PARAMETERS.items() if entry.is_default}


def test_walk_reaches_the_depth_of_the_types() -> None:
    found = _default_numbers()
    assert "crises.*.blackouts.*.handling_factor" in found
    assert "waiting.patience.parts.1.law.sigma" in found
    assert typing.get_type_hints(Scenario)


def test_every_numeric_default_has_an_entry_or_is_neutral() -> None:
    unexplained = set(_default_numbers()) - set(REGISTERED_DEFAULTS) - set(NEUTRAL_DEFAULTS) - CHOICES
    unexplained -= {key for key in unexplained if key.startswith("levers.") and key.endswith(LEVER_TERMS)}
    unexplained -= {
        key for key in unexplained if ".sizes..offer." in key or ".sizes..announcement." in key
    }  # as without
    assert not [key for key in unexplained if not key.startswith(RULES_OF_WORK)]


def test_neutral_defaults_are_neutral() -> None:
    found = _default_numbers()
    assert {key: found[key] for key in NEUTRAL_DEFAULTS} == NEUTRAL_DEFAULTS


def test_a_written_belief_moves_as_far_as_the_registered_value() -> None:
    redial = registry.get("crises.*.redial.first")
    assert redial.moved(redial.value, 0.97) == pytest.approx(0.97)
    assert redial.moved(0.8, 0.97) == pytest.approx(4 * (0.97 / 0.03) / 9 / (1 + 4 * (0.97 / 0.03) / 9))
    assert redial.moved(0.0, 0.97) == 0.0 and redial.moved(1.0, 0.85) == 1.0
    slower = registry.get("crises.*.blackouts.*.handling_factor")
    assert slower.moved(1.1, slower.low) == pytest.approx(1.0) and slower.moved(1.0, slower.high) == 1.0
    severity = registry.get("crises.*.severity")
    assert severity.moved(1.4, 2.0) == pytest.approx(2.8)


def test_beliefs_without_a_default_are_keys_of_a_scenario() -> None:
    beliefs = [entry for entry in registry.PARAMETERS.values() if entry.section == registry.BELIEFS_SECTION]
    assert beliefs and all(entry.is_belief and entry.name.startswith("crises.*.") for entry in beliefs)
    found = _default_numbers()
    assert not [entry.name for entry in beliefs if found.get(entry.name, 1) != 1]


def test_every_default_entry_equals_the_default() -> None:
    found = _default_numbers()
    assert set(REGISTERED_DEFAULTS) <= set(found)
    assert {key: found[key] for key in REGISTERED_DEFAULTS} == REGISTERED_DEFAULTS
