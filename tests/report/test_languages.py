"""Words of the report in every language: the same keys, the same places, none missing."""

from __future__ import annotations

import json
from importlib import resources
from string import Formatter

import pytest

from momentsim.errors import MomentsimError
from momentsim.measures.catalogue import MEASURES
from momentsim.measures.columns import TABLES
from momentsim.questions.staff.tables import LEVEL_COLUMNS, REQUIREMENT_COLUMNS
from momentsim.questions.sweep.sensitivity import COLUMNS as SENSITIVITY_COLUMNS
from momentsim.questions.sweep.slopes import SLOPE_COLUMNS
from momentsim.questions.sweep.tables import MEASURE_COLUMNS
from momentsim.questions.worth.chain import COLUMNS as CHAIN_COLUMNS
from momentsim.questions.worth.months import COLUMNS as MONTHS_COLUMNS
from momentsim.report.document.words import (
    LANGUAGES,
    Word,
    Words,
    column_word,
    interval_word,
    name_word,
    unit_word,
    word,
    words_of,
)
from momentsim.scenario.files.shift_files import COLUMNS as SHIFT_COLUMNS

ONLY_ELSEWHERE = ("page.notice",)
"""English needs no word that says what is English."""
SHOWN = (
    *TABLES["curve.csv"][1],
    *TABLES["worlds_spread.csv"][1],
    *TABLES["assumptions.csv"][1],
    *LEVEL_COLUMNS,
    *REQUIREMENT_COLUMNS,
    *SENSITIVITY_COLUMNS,
    *SLOPE_COLUMNS,
    *MEASURE_COLUMNS,
    *CHAIN_COLUMNS,
    *MONTHS_COLUMNS,
    *SHIFT_COLUMNS,
)


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def is_chinese(text: str) -> bool:
    return any("一" <= letter <= "鿿" for letter in text)


def test_languages_have_the_same_keys_and_places() -> None:
    english, chinese = (words_of(language) for language in LANGUAGES)
    assert english.keys() == chinese.keys()
    for key, text in english.items():
        assert places(text) == places(chinese[key]), key
        assert bool(text) == bool(chinese[key]) or key in ONLY_ELSEWHERE, key


def test_no_file_has_a_word_twice_or_of_a_measure_that_is_gone() -> None:
    for language in LANGUAGES:
        file = resources.files("momentsim.report.document").joinpath(f"words_{language}.json")
        pairs = json.loads(file.read_text("utf-8"), object_pairs_hook=list)
        keys = [key for key, _ in pairs]
        assert len(set(keys)) == len(keys) > 100
        assert set(keys) <= words_of("en").keys()


def test_every_measure_has_a_name_a_meaning_and_a_unit() -> None:
    words = words_of("zh")
    for measure in MEASURES:
        for kind in ("measures", "meanings", "capitals", "names", "columns"):
            assert is_chinese(words[f"{kind}.{measure.name}"]), (kind, measure.name)
        assert measure.unit in ("share", "money") or isinstance(unit_word(measure.unit), Word)
    titles = [words[f"measures.{measure.name}"] for measure in MEASURES]
    twice = {title for title in titles if titles.count(title) > 1}
    english = [measure.title.strip() for measure in MEASURES]
    assert len(twice) <= len({title for title in english if english.count(title) > 1})


@pytest.mark.parametrize("name", dict.fromkeys(SHOWN))
def test_every_column_that_is_shown_has_a_word(name: str) -> None:
    said = column_word(name)
    assert isinstance(said, Word)
    assert Words("en").say(said) == name.replace("_", " ")
    assert is_chinese(Words("zh").say(said))


def test_names_of_a_scenario_are_no_words() -> None:
    """Neither keys that look like columns, nor braces in a name."""
    assert column_word("workforce.groups.team.heads") == "workforce.groups.team.heads"
    assert name_word("heads") == "heads"
    assert unit_word("USD") == "USD" and unit_word("share") == "%"
    against = word("captions.against", case="{baseline}", baseline="value")
    assert Words("en").say(against) == "{baseline} against value"
    assert Words("zh").say(against) == "{baseline} 与 value 对比"
    assert Words("zh").say("value") == "value"


def test_an_interval_is_said_in_both() -> None:
    interval = interval_word(-1.25, 3.5, "s")
    assert (Words("en").say(interval), Words("zh").say(interval)) == ("-1.2 to 3.5", "-1.2 至 3.5")
    assert interval_word(float("nan"), 1.0, "s") == ""


def test_a_language_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(MomentsimError, match="language: there is no 'fr', allowed: en and zh"):
        Words("fr")
