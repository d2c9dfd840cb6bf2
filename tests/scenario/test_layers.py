"""Layers: extended files, variants, --set; what wins, what conflicts, and who set what."""

from __future__ import annotations

import pytest

from momentsim.errors import MomentsimError, ScenarioError
from momentsim.scenario import Origin, load, load_all
from momentsim.scenario.files.renamed_keys import lever_name

from .scenario_fixtures import Loaded, Problems, Write


def refusal(path: object, **arguments: object) -> str:
    with pytest.raises(ScenarioError) as raised:
        load(path, **arguments)  # type: ignore[arg-type]  # one helper for all keywords
    return str(raised.value)


def test_a_file_extends_another(plain: str, write: Write) -> None:
    write(plain, "parts/base.yaml")
    loaded = load(
        write("extends: parts/base.yaml\nname: mine\nworkforce: {groups: {frontline: {heads: 20}}}\n")
    )
    assert loaded.scenario.name == "mine"
    assert loaded.scenario.workforce.groups["frontline"].heads == 20
    assert loaded.scenario.workforce.groups["frontline"].cost_per_hour == 36.0
    assert loaded.origin("name") == Origin("scenario", "x.yaml", 2)
    assert loaded.origin("horizon") == Origin("extended file base.yaml", "parts/base.yaml", 3)
    assert loaded.origin("interval") == Origin("default")


def test_of_several_extended_files_the_later_wins(plain: str, write: Write) -> None:
    write(plain, "one.yaml")
    write("seed: 7\nhorizon: 1 d\n", "two.yaml")
    loaded = load(write("extends: [one.yaml, two.yaml]\n"))
    assert (loaded.scenario.seed, loaded.scenario.horizon) == (7, 86400.0)


def test_errors_name_the_file_that_wrote_the_value(plain: str, write: Write) -> None:
    write(plain.replace("heads: 14", "heads: -1"), "base.yaml")
    assert refusal(write("extends: base.yaml\nseed: x\n")).split("\n") == [
        "base.yaml:15:24: workforce.groups.frontline.heads: -1 is outside the range, "
        "allowed is 0 .. 100000000",
        "x.yaml:2:7: seed: 'x' is not a whole number, write a whole number",
    ]


def test_lists_replace_and_null_removes(storm: str, write: Write) -> None:
    write(storm, "base.yaml")
    text = """extends: base.yaml
workforce:
  login_cap: null
  groups:
    home: {heads: null, shifts: {all: {start: "08:00", length: 8 h, heads: 5}}}
    office: {shifts: {early: {days: [sat]}}}
crises: {ice: {blackouts: []}}
"""
    scenario = load(write(text)).scenario
    assert scenario.workforce.login_cap is None
    assert scenario.workforce.groups["home"].heads is None
    assert (scenario.workforce.groups["office"].shifts or {})["early"].days == ("sat",)
    assert (scenario.workforce.groups["office"].shifts or {})["early"].heads == 20
    assert scenario.crises["ice"].blackouts == ()


def test_removing_what_is_needed_or_unknown_is_an_error(storm: str, write: Write) -> None:
    write(storm, "base.yaml")
    assert refusal(write("extends: base.yaml\nhorizon: null\nwaitng: null\n")).split("\n") == [
        "x.yaml:2:10: horizon: this key is missing, it is needed (How long new moments arise)",
        "x.yaml:3:1: waitng: unknown key, did you mean 'waiting'?",
    ]


def test_extending_in_a_circle(write: Write) -> None:
    write("extends: x.yaml\n", "b.yaml")
    assert refusal(write("extends: b.yaml\n")) == (
        "b.yaml:1:10: extends: 'x.yaml' extends itself in a circle, x.yaml -> b.yaml -> x.yaml"
    )


def test_extending_too_deeply(plain: str, write: Write) -> None:
    for number in range(12):
        write(f"extends: f{number + 1}.yaml\n", f"f{number}.yaml")
    write(plain, "f12.yaml")
    assert "files extend each other too deeply, at most 8 levels" in refusal("f0.yaml")
    assert load("f4.yaml").scenario.name == "plain"


def test_extending_stays_inside_the_folder(plain: str, write: Write) -> None:
    write(plain, "base.yaml")
    outside = "is outside the scenario's folder, extend files in that folder or below it"
    assert (
        refusal(write("extends: ../base.yaml\n", "inner/x.yaml"))
        == f"inner/x.yaml:1:10: extends: '../base.yaml' {outside}"
    )
    assert outside in refusal(write("extends: /etc/passwd\n"))
    assert refusal(write("extends: bas.yaml\n")) == (
        "x.yaml:1:10: extends: there is no file 'bas.yaml', did you mean 'base.yaml'?"
    )
    assert "this is not a file name, write a path or a list of paths" in refusal(write("extends: {a: 1}\n"))
    assert "is no name of a file" in refusal(write('extends: "a\\0b"\n'))


def test_side_files_of_an_extended_file_are_found_beside_it(plain: str, write: Write) -> None:
    write(
        plain.replace("mean: 4 min, cv: 0.8", "distribution: empirical, file: times.csv"), "parts/base.yaml"
    )
    write("seconds\n10\n20.5\n", "parts/times.csv")
    loaded = load(write("extends: parts/base.yaml\n"))
    assert loaded.scenario.moments["question"].handling_time.file == "parts/times.csv"
    assert loaded.samples == {"parts/times.csv": (10.0, 20.5)}


def test_side_files_inside_lists_are_found_too(plain: str, write: Write) -> None:
    mixture = "distribution: mixture, parts: [{weight: 1, law: {distribution: empirical, file: times.csv}}]"
    write(plain.replace("mean: 4 min, cv: 0.8", mixture), "parts/base.yaml")
    write("seconds\n10\n", "parts/times.csv")
    assert load(write("extends: parts/base.yaml\n")).samples == {"parts/times.csv": (10.0,)}


def test_a_variant_may_change_nothing(plain: str, loaded: Loaded) -> None:
    text = plain + "variants: {same: null}\n"
    assert loaded(text, "same").content_hash == loaded(text).content_hash


def test_lists_are_set_as_a_whole(storm: str, loaded: Loaded) -> None:
    skills = loaded(
        storm,
        overrides=(
            "workforce.groups.office.skills=[service]",
            "workforce.groups.office.overflow_after={sales: null}",
        ),
    )
    assert skills.scenario.workforce.groups["office"].skills == ("service",)


def test_variants_are_named_and_described(storm: str, loaded: Loaded) -> None:
    base = loaded(storm)
    assert base.variants == {"more": "More heads at home", "calm": "", "short": "", "long": ""}
    more = loaded(storm, "more")
    assert more.scenario.workforce.groups["home"].heads == 80
    assert more.scenario.description == ""
    assert more.origin("workforce.groups.home.heads") == Origin("variant more", "x.yaml", 55)
    assert more.content_hash != base.content_hash


def test_variants_compose(storm: str, loaded: Loaded) -> None:
    both = loaded(storm, "more+calm").scenario
    assert both.workforce.groups["home"].heads == 80
    assert both.crises == {}
    assert loaded(storm, "calm+more").content_hash == loaded(storm, "more+calm").content_hash


def test_variants_that_disagree_are_refused(storm: str, problems: Problems) -> None:
    assert problems(storm, "short+long") == [
        "x.yaml:58:19: horizon: variants short and long both set this, differently, see "
        "also line 57 of x.yaml"
    ]
    inside = storm + "  milder: {crises: {ice: {anger: 0.1}}}\n"
    assert "variants calm and milder both set this, differently" in problems(inside, "calm+milder")[0]


def test_variants_that_agree_are_fine(storm: str, loaded: Loaded) -> None:
    assert loaded(storm + "  same: {horizon: 3 d}\n", "short+same").scenario.horizon == 3 * 86400


def test_an_unknown_variant_has_a_suggestion(storm: str, plain: str, problems: Problems) -> None:
    assert problems(storm, "mor") == [
        "x.yaml: variants: there is no variant 'mor', known: more, calm, short, long, did you mean 'more'?"
    ]
    assert problems(plain, "more") == [
        "x.yaml: variants: there is no variant 'more', this scenario has no variants"
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("variants: [a]", "x.yaml:17:1: variants: this is not a mapping, write variants by name"),
        ("variants: {a: 5}", "variants.a: this is not a mapping, a variant holds the keys that it changes"),
        ("variants: {a b: {}}", "variants.a b: 'a b' is not a name, use letters, digits, _ and -"),
        (
            "variants: {a: {extends: x.yaml}}",
            "variants.a.extends: a variant cannot have 'extends', compose variants as a+b",
        ),
    ],
)
def test_badly_written_variants(text: str, message: str, plain: str, problems: Problems) -> None:
    assert (
        message in problems(f"{plain}{text}\n")[0]
        or message.replace("17:1", "17:11") in problems(f"{plain}{text}\n")[0]
    )


def test_all_variants_are_checked_together(storm: str, write: Write) -> None:
    path = write(storm.replace("heads: 80", "hed: 80").replace("horizon: 3 d", "horizon: 3"))
    with pytest.raises(ScenarioError) as raised:
        load_all(path)
    assert [line.split(": ")[1] for line in str(raised.value).split("\n")] == [
        "workforce.groups.home.hed",
        "horizon",
    ]
    assert list(load_all(write(storm))) == [None, "more", "calm", "short", "long"]


def test_what_is_wrong_in_a_variant_only_is_said_to_be(storm: str, write: Write) -> None:
    hours = "opening_hours: {all: {weekly: [{start: '08:00', end: '18:00'}]}}\n"
    rest = f"divert: {{all: {{after: 2 min, closed: on}}}}\n{hours}"
    path = write(storm.replace("variants:\n", f"{rest}variants:\n  always: {{opening_hours: null}}\n"))
    with pytest.raises(ScenarioError) as raised:
        load_all(path)
    (problem,) = raised.value.problems
    assert problem.key == "divert.all.closed"
    assert problem.what.endswith("no queue of this rule ever closes, in the variant 'always'")


OLD_NAMES = {
    "customers_per_service: 20": "passengers_per_service: 20",
    "self_service_offer:": "web_rebooking:",
    "failed: 200": "cancelled: 200",
}


def test_old_names_of_keys_are_read_and_noted(storm: str, loaded: Loaded) -> None:
    today = storm.replace("    blackouts:", "    customers_per_service: 20\n    blackouts:")
    today = today.replace(
        "    blackouts:", '    self_service_offer: {at: "2007-02-14 06:00"}\n    blackouts:'
    )
    old = today
    for name, once in OLD_NAMES.items():
        assert name in today
        old = old.replace(name, once)
    overrides = ("crises.ice.days.2007-02-14.cancelled=7", "crises.ice={web_rebooking: {adoption: 20 %}}")
    written, now = loaded(old, None, overrides), loaded(today, None, overrides)
    assert written.scenario == now.scenario
    assert written.content_hash == now.content_hash
    assert written.scenario.crises["ice"].days["2007-02-14"].failed == 7
    assert written.origin("crises.ice.passengers_per_service") == now.origin(
        "crises.ice.customers_per_service"
    )
    notes = [problem for problem in written.warnings if "the old name is still read" in problem.allowed]
    assert [(note.file.startswith("--set"), note.key.split(".")[-1], note.what) for note in notes] == [
        (False, "failed", "'cancelled' is called 'failed' now"),
        (True, "failed", "'cancelled' is called 'failed' now"),
        (False, "customers_per_service", "'passengers_per_service' is called 'customers_per_service' now"),
        (True, "self_service_offer", "'web_rebooking' is called 'self_service_offer' now"),
    ]


def test_old_names_of_levers_are_read() -> None:
    """As in files of levers and in playbooks, which name them whole or in part."""
    written = ("ice.web_rebooking", "web_rebooking", "ice.reserves.web_rebooking.all", "ice.compensation", "")
    assert [lever_name(name) for name in written] == [
        "ice.self_service_offer",
        "self_service_offer",
        "ice.reserves.web_rebooking.all",
        "ice.compensation",
        "",
    ]


def test_an_old_name_beside_the_new_one_is_unknown(storm: str, loaded: Loaded) -> None:
    both = storm.replace(
        "    blackouts:", "    customers_per_service: 20\n    passengers_per_service: 20\n    blackouts:"
    )
    with pytest.raises(ScenarioError, match=r"crises\.ice\.passengers_per_service: unknown key"):
        loaded(both)


def test_set_goes_on_top(storm: str, loaded: Loaded) -> None:
    overrides = (
        "workforce.groups.home.heads=90",
        "crises.ice.days.2007-02-13.failed=150",
        "workforce.groups.office.shifts.early.breaks[1].length=45 min",
        "waiting.patience={distribution: exponential, mean: 3 min}",
        "crises.ice.days.2007-02-13.announced_from=05:30",
        "behaviour.parameters.kappa=0.5",
        "description='calm: a test'",
    )
    scenario = loaded(storm, "more", overrides).scenario
    assert scenario.description == "calm: a test"
    assert scenario.workforce.groups["home"].heads == 90
    assert scenario.crises["ice"].days["2007-02-13"].failed == 150
    assert scenario.crises["ice"].days["2007-02-13"].announced_from == 5.5 * 3600
    assert (scenario.workforce.groups["office"].shifts or {})["early"].breaks[1].length == 2700.0
    assert scenario.waiting.patience.mean == 180.0
    assert scenario.behaviour.parameters == {"kappa": 0.5}


def test_set_is_remembered(storm: str, loaded: Loaded) -> None:
    made = loaded(storm, overrides=("workforce.login_cap=50",))
    assert str(made.origin("workforce.login_cap")) == "--set workforce.login_cap=50"
    assert str(made.origin("workforce.groups.holders.heads")) == "x.yaml:39 (scenario)"


@pytest.mark.parametrize(
    ("override", "message"),
    [
        (
            "horizon=3",
            "--set horizon=3: horizon: 3 has no unit, write it in s, min, h, d, weeks or "
            "years, did you mean '3 s' or '3 min'?",
        ),
        ("horizn=3 d", "--set horizn=3 d: horizn: unknown key, did you mean 'horizon'?"),
        ("horizon", "--set horizon: 'horizon' is not an override, write key.path=value"),
        ("=3", "--set =3: '=3' is not an override, write key.path=value"),
        ("a..b=3", "--set a..b=3: 'a..b=3' is not an override, write key.path=value"),
        ("seed=[1", "this is not valid YAML"),
        ("variants=1", "--set variants=1: variants: this cannot be set from outside, write it in a file"),
        (
            "workforce.groups.home.heads[7].heads=3",
            "workforce.groups.home.heads[7].heads: there is no item 7 in this list, items "
            "are numbered 0 to 1",
        ),
    ],
)
def test_bad_overrides(override: str, message: str, storm: str, problems: Problems) -> None:
    assert message in problems(storm, overrides=(override,))[0]


def test_behaviour_off_and_single_switches(plain: str, loaded: Loaded, write: Write) -> None:
    off = loaded(plain).scenario.behaviour
    assert not any((off.anger, off.fatigue, off.load, off.learning, off.emotional_intelligence))
    assert not any((off.memory, off.crisis_multipliers, off.feedback))
    one = loaded(plain + "variants: {angry: {behaviour: {anger: on}}}\n", "angry")
    assert (one.scenario.behaviour.anger, one.scenario.behaviour.fatigue) == (True, False)
    assert one.origin("behaviour.fatigue") == Origin("scenario", "x.yaml", 16)
    set_on = loaded(plain, overrides=("behaviour=on", "behaviour.load=off")).scenario.behaviour
    assert (set_on.anger, set_on.load) == (True, False)
    write(plain, "base.yaml")
    extended = load(write("extends: base.yaml\nbehaviour: {memory: true}\n", "y.yaml")).scenario.behaviour
    assert (extended.memory, extended.anger) == (True, False)


def test_a_key_that_is_no_key_has_no_origin(plain: str, loaded: Loaded) -> None:
    with pytest.raises(MomentsimError, match=r"'a\.\.b' is not a key; write one like waiting\.lines"):
        loaded(plain).origin("a..b")


def test_names_and_overrides_that_are_no_text(plain: str, problems: Problems) -> None:
    assert problems(plain, overrides=("description=\udcff",)) == [
        "--set description=\\udcff: this is not UTF-8 text, write plain characters"
    ]
    assert refusal("\0/x.yaml") == "'\\x00/x.yaml': this is no name of a file, give a scenario file"
    assert "the file cannot be read" in refusal("x" * 5000)
