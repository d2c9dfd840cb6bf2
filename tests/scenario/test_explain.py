"""What `explain` says, the new scenario, the shipped ones, and generated pages that must be current."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from momentsim.errors import MomentsimError
from momentsim.scenario import explain, load, schema, shipped_scenarios
from momentsim.scenario.evidence import registry
from momentsim.scenario.fields import all_sections
from momentsim.scenario.reference_page import (
    EVIDENCE_NAME,
    PAGE_NAME,
    SCHEMA_NAME,
    places_of,
    reference,
    write,
)
from momentsim.scenario.schema import schema_text
from momentsim.scenario.types import Law, Scenario

from .scenario_fixtures import Loaded, Write

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
COMMAND = "out of date: run `python -m momentsim.scenario.reference_page docs/reference`"


def test_a_written_value(storm: str, loaded: Loaded) -> None:
    assert str(explain(loaded(storm, "more"), "workforce.groups.home.heads")) == (
        "workforce.groups.home.heads\n"
        "  value     80\n"
        "  unit      count or list or PlannedHeads\n"
        "  range     from 0\n"
        "  default   none\n"
        "  meaning   Agents on duty, all day or by period; or the goal that they are planned for.\n"
        "  set by    x.yaml:55 (variant more)"
    )


def test_a_default_that_is_a_claim_about_the_world(plain: str, loaded: Loaded) -> None:
    found = explain(loaded(plain), "moments.question.reconnect").as_dict()
    parameter = registry.PARAMETERS["moments.*.reconnect"]
    assert (found["value"], found["unit"], found["range"]) == ("95 %", "share", "0 % .. 100 %")
    assert (found["set by"], found["tag"], found["source"]) == ("default", parameter.tag, parameter.source)


@pytest.mark.parametrize(
    ("key", "figures"),
    [
        ("moments.question.handling_time", "mean 4 min, CV 0.8, median 3.123 min, 90 % within 7.693 min"),
        ("waiting.patience", "mean 7.834 min, CV 1.59, median 4.185 min, 90 % within 17.84 min"),
        ("waiting.redial.delay", "mean 32.97 min, CV 1.31, median 20 min, 90 % within 72.04 min"),
        ("waiting.lines", ""),
        ("waiting", ""),
    ],
)
def test_the_figures_of_a_law(plain: str, loaded: Loaded, key: str, figures: str) -> None:
    found = explain(loaded(plain), key)
    assert found.law == figures
    assert ("law       " in str(found)) == bool(figures)


def test_a_law_without_end_and_one_in_a_mixture(plain: str, loaded: Loaded) -> None:
    five = "{weight: 30 %, law: {distribution: constant, mean: 5 s}}"
    parts = f"parts: [{{weight: 70 %, law: {{distribution: never}}}}, {five}]"
    text = loaded(f"{plain}waiting: {{patience: {{distribution: mixture, {parts}}}}}\n")
    key = "waiting.patience"
    assert explain(text, f"{key}.parts[0].law").law == "without end"
    assert explain(text, f"{key}.parts[1].law").law == "mean 5 s, CV 0, median 5 s, 90 % within 5 s"


def test_an_evidence_parameter(plain: str, loaded: Loaded) -> None:
    found = explain(loaded(plain), "behaviour.parameters.kappa")
    assert (found.value, str(found.origin)) == (registry.BEHAVIOURAL["kappa"].value, "default")
    changed = explain(
        loaded(plain, overrides=("behaviour.parameters.kappa=0.5",)), "behaviour.parameters.kappa"
    )
    assert (changed.value, str(changed.origin)) == (0.5, "--set behaviour.parameters.kappa=0.5")
    assert changed.evidence is registry.BEHAVIOURAL["kappa"]


@pytest.mark.parametrize(
    ("key", "value", "unit"),
    [
        ("horizon", "4 d", "duration"),
        ("waiting.service_level", "80/20", "percent/seconds"),
        ("workforce.groups.office.cost_per_hour", "36 USD/h", "money per hour"),
        ("workforce.groups.office.shifts.early.breaks[1].length", "30 min", "duration"),
        ("crises.ice.days.2007-02-13.announced_from", "06:00", "time of day"),
        ("moments.booking.patience", None, "Law"),
        ("moments.booking.wrap_up.mean", None, "duration"),
        ("routing.order", "first_come", "one of first_come, stakes, value, anger, detected"),
        ("behaviour.anger", True, "on or off"),
    ],
)
def test_units_and_values(key: str, value: object, unit: str, storm: str, loaded: Loaded) -> None:
    found = explain(loaded(storm), key)
    assert (found.value, found.unit) == (value, unit)


def test_a_named_thing_is_explained_by_its_type(storm: str, loaded: Loaded) -> None:
    found = explain(loaded(storm), "workforce.groups.holders")
    assert (
        found.meaning
        == "A group of agents. Give one of `heads` (a number, periods or a goal), `heads_file`, "
        "`shifts`, `shifts_file`."
    )
    assert explain(loaded(storm), "waiting.lines").as_dict()["value"] is None


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("workforce.group", "there is no key workforce.group, did you mean 'groups'?"),
        (
            "moments.boking.stakes",
            "moments has no 'boking', known: booking, rebooking, did you mean 'booking'?",
        ),
        ("workforce.groups.home.heads[9]", "workforce.groups.home.heads has no 9, known: 0, 1"),
        (
            "behaviour.parameters.kapa",
            "there is no evidence parameter 'kapa', see `momentsim evidence`, did you mean 'kappa'?",
        ),
        ("horizon.days", "there is no key horizon.days"),
        ("a..b", "'a..b' is not a key, write one like waiting.lines"),
    ],
)
def test_keys_that_are_none(key: str, message: str, storm: str, loaded: Loaded) -> None:
    with pytest.raises(MomentsimError, match=re.escape(message)):
        explain(loaded(storm), key)


def test_every_key_has_a_meaning() -> None:
    for section in all_sections():
        assert section.__doc__, section
        for name, info in section.model_fields.items():
            assert info.description, f"{section.__name__}.{name}"


def test_every_evidence_entry_for_a_default_is_found() -> None:
    from momentsim.scenario.explain import evidence_of
    from momentsim.scenario.files.overrides import parse_key

    for name, parameter in registry.PARAMETERS.items():
        if parameter.is_default:
            path = parse_key(name.replace("*", "any"))
            assert path is not None
            assert evidence_of(path) is parameter


def test_the_reference_pages_are_current() -> None:
    assert (REFERENCE / PAGE_NAME).read_text("utf-8") == reference(), COMMAND
    assert (REFERENCE / SCHEMA_NAME).read_text("utf-8") == schema_text(), COMMAND
    assert (REFERENCE / EVIDENCE_NAME).read_text("utf-8") == registry.reference_page(), COMMAND


@pytest.mark.slow
def test_pages_are_written(tmp_path: Path) -> None:
    write(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [EVIDENCE_NAME, PAGE_NAME, SCHEMA_NAME]


def test_the_page_knows_where_sections_stand() -> None:
    assert places_of(Scenario) == [""]
    assert "moments.NAME.handling_time" in places_of(Law)
    assert (
        "| `cost_per_hour` | money per hour | from 0 | 36 USD/h | Loaded cost of a paid hour. |"
        in reference()
    )


def test_the_schema_keeps_to_what_all_drafts_share() -> None:
    found = schema()
    text = json.dumps(found)
    for word in (
        "prefixItems",
        "unevaluatedProperties",
        "dependentSchemas",
        "$dynamicRef",
        "additionalItems",
    ):
        assert f'"{word}"' not in text
    names = set(found["$defs"])
    assert all(reference in names for reference in re.findall(r'"#/\$defs/(\w+)"', text))
    assert "required" in found["$defs"]["Moment"]
    assert "required" not in found["$defs"]["PartialMoment"]


@pytest.fixture(scope="module")
def definitions() -> Any:
    """Sections of the schema."""
    return schema()["$defs"]


@pytest.mark.parametrize(
    ("quantity", "good", "bad"),
    [
        (
            ("Scenario", "horizon"),
            ["6 min", "1.5 h", "3 d", "1 week", "1 h 30 min", "00:04:00"],
            ["6", "6 m", "six min"],
        ),
        (("Scenario", "start"), ["2007-02-14 06:00", "2007-02-14"], ["06:00"]),
        (("Segment", "yearly_margin"), ["25 USD", "1e3 EUR", "$25"], ["25", "25 usd"]),
        (("Group", "cost_per_hour"), ["36 USD/h", "$36/h"], ["36 USD"]),
        (("Waiting", "service_level"), ["80/20", "80 / 20", "80 %/20 s"], ["0.8", "80"]),
        (("Shift", "start"), ["08:30", "8:30", "24:00", "8 am"], ["0830", "25:00"]),
    ],
)
def test_patterns_agree_with_the_reader(
    quantity: tuple[str, str], good: list[str], bad: list[str], definitions: Any
) -> None:
    section, key = quantity
    pattern = definitions[section]["properties"][key]["pattern"]
    assert all(re.search(pattern, text) for text in good)
    assert not any(re.search(pattern, text) for text in bad)


def test_shipped_scenarios_are_listed() -> None:
    found = {item.name: item for item in shipped_scenarios()}
    assert {"quickstart", "airline_ice_storm"} <= set(found)
    assert all(item.path.is_file() and item.description for item in found.values())


def test_loading_is_from_a_path_only(tmp_path: Path, write: Write, plain: str) -> None:
    assert load(str(write(plain))).scenario == load(write(plain)).scenario


def test_an_amount_says_where_it_is_enough() -> None:
    """-ln(0.05) x 0.5 x 204 USD; without a price 0.2 of the yearly margin stands for it, by segment."""
    storm = load(Path(__file__).parents[2] / "scenarios" / "airline_ice_storm.yaml", variant="compensation")
    words = explain(storm, "crises.ice_storm.compensation.amount").enough
    assert words == "95 % of what money can do is reached at 306 USD"
    assert explain(storm, "crises.ice_storm.price").enough == words
    assert "75 USD (leisure), 210 USD (business)" in explain(storm, "recovery.compensation").enough
    assert explain(storm, "waiting.lines").enough == ""
