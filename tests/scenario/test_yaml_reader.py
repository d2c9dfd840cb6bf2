"""The reader: YAML traps are caught, hostile files refused at once; only ScenarioError ever comes out."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from momentsim.errors import ScenarioError
from momentsim.scenario.files.nodes import MappingNode, ValueNode, plain
from momentsim.scenario.files.yaml_reader import read_file, read_text


def value_of(text: str) -> Any:
    node = read_text(f"key: {text}\n", file="x.yaml")
    read = plain(node)
    assert isinstance(read, dict)
    return read.get("key")


def refusal(text: str | bytes, tmp_path: Path) -> str:
    path = tmp_path / "x.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    began = time.process_time()
    with pytest.raises(ScenarioError) as raised:
        read_file(path, shown_as="x.yaml")
    assert time.process_time() - began < 5
    return str(raised.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("off", "off"),
        ("yes", "yes"),
        ("y", "y"),
        ("010", 10),
        ("0o10", 8),
        ("0x10", 16),
        ("1e3", 1000.0),
        ("1e-3", 0.001),
        (".5", 0.5),
        ("-12", -12),
        ("1_000", "1_000"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("80/20", "80/20"),
        ('"10:30"', "10:30"),
        ("'10:30'", "10:30"),
        ("'12'", "12"),
        ("12 %", "12 %"),
        ("6 min", "6 min"),
    ],
)
def test_scalars_follow_yaml_1_2(text: str, value: object) -> None:
    read = value_of(text)
    assert read == value
    assert isinstance(read, bool) == isinstance(value, bool)


@pytest.mark.parametrize("text", ["10:30", "08:30", "22:00", "1:30:00", "2007-02-14", "2007-02-14 06:00"])
def test_times_and_dates_are_texts_as_they_stand(text: str) -> None:
    """Other readers make 1,350 of 22:30; here the text of the file decides, as a value and as a key."""
    assert value_of(text) == text
    assert plain(read_text(f"{text}: 1\n", file="x")) == {text: 1}


@pytest.mark.parametrize("text", [".nan", ".inf", "-.inf", ".NaN", "1e999"])
def test_numbers_are_finite(text: str, tmp_path: Path) -> None:
    assert f"x.yaml:1:7: rate: {text} is not a finite number" in refusal(f"rate: {text}\n", tmp_path)


def test_a_huge_whole_number_is_refused(tmp_path: Path) -> None:
    assert "is too large, a whole number has at most 19 digits" in refusal(f"seed: {'9' * 300}\n", tmp_path)
    assert value_of("9" * 1_000_0) == "9" * 10_000


def test_duplicate_keys_are_refused_with_both_lines(tmp_path: Path) -> None:
    text = "a:\n  heads: 5\n  heads: 6\nb: 1\nb: 2\n"
    assert refusal(text, tmp_path).split("\n") == [
        "x.yaml:3:3: a.heads: this key is here twice, it is already on line 2",
        "x.yaml:5:1: b: this key is here twice, it is already on line 4",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "a: &x {k: 1}\nb:\n  <<: *x\n",
            "x.yaml:3:3: b: the merge key << is not supported, use 'extends: other.yaml'",
        ),
        (
            "a: !!str 12\n",
            "x.yaml:1:4: a: the tag tag:yaml.org,2002:str is not supported, write plain values",
        ),
        (
            "a: !!python/object/apply:os.system [ls]\n",
            "the tag tag:yaml.org,2002:python/object/apply:os.system",
        ),
        ("a: &x [*x]\n", "x.yaml:1:8: a[0]: *x is used before it is complete, define &x above"),
        ("a: *nobody\n", "*nobody is used before it is complete"),
        ("a: 1\n---\nb: 2\n", "x.yaml:2:1: a second document starts here, one file holds one scenario"),
        ("? [a, b]\n: 1\n", "this key is not a word, keys are plain words"),
        (f"? {'k' * 201}\n: 1\n", "x.yaml:1:3: this key is too long, at most 200 characters"),
        ("a: [1, 2\n", "this is not valid YAML"),
        ("a:\n\t- 1\n", "this is not valid YAML"),
        ("", "x.yaml:1:1: the file is empty, a scenario is a mapping like 'name: my_centre'"),
        ("- 1\n- 2\n", "x.yaml:1:1: this is not a mapping"),
        ("just text\n", "x.yaml:1:1: this is not a mapping"),
    ],
)
def test_what_is_not_supported_says_so(text: str, message: str, tmp_path: Path) -> None:
    assert message in refusal(text, tmp_path)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    assert refusal(b"a: 1\nb: \xff\xfe\n", tmp_path) == (
        "x.yaml:2:4: byte 0xff is not UTF-8, save the file as UTF-8"
    )
    assert refusal(b"a: 1\nb: \0\n", tmp_path) == (
        "x.yaml:2:1: the file contains a NUL byte, a scenario is plain text"
    )
    assert "not valid YAML" in refusal(b"a: \x07\n", tmp_path)


def test_a_byte_order_mark_is_no_problem(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert plain(read_file(path)) == {"a": 1}


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    assert (
        refusal("#" + "x" * 1_000_000, tmp_path) == "x.yaml: the file has 1,000,001 bytes, at most 1,000,000"
    )


def test_billion_laughs(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    assert "too many values, aliases counted in full, at most 50,000" in refusal("\n".join(lines), tmp_path)


def test_many_aliases_of_a_mapping(tmp_path: Path) -> None:
    inner = ", ".join(f"k{n}: {n}" for n in range(200))
    text = f"a: &a {{{inner}}}\n" + "".join(f"b{n}: *a\n" for n in range(150))
    assert "too many values" in refusal(text, tmp_path)


def test_too_many_aliases(tmp_path: Path) -> None:
    assert "too many aliases, at most 200" in refusal(
        "a: &a 1\n" + "".join(f"b{n}: *a\n" for n in range(201)), tmp_path
    )


def test_deep_nesting(tmp_path: Path) -> None:
    assert "nested too deeply, at most 40 levels" in refusal("a: " + "[" * 3000, tmp_path)
    assert "nested too deeply" in refusal("a: " + "{a: " * 3000, tmp_path)
    climb = "a0: &a0 [[[[[[[[[[x]]]]]]]]]]\n" + "".join(
        f"a{n}: &a{n} [[[[[[*a{n - 1}]]]]]]\n" for n in range(1, 9)
    )
    assert "nested too deeply" in refusal(climb, tmp_path)


LIMITS = {
    "a: " + "[" * 3000: "x.yaml:1:43: a: nested too deeply, at most 40 levels",
    "a: 1\nbc: " + "[" * 3000: "x.yaml:2:44: bc: nested too deeply, at most 40 levels",
    "k" * 2000 + ": 1": "x.yaml:1:1: this key is too long, at most 200 characters",
    "a:\n  " + "k" * 2000 + ": 1": "x.yaml:2:3: this key is too long, at most 200 characters",
    '"' + "k" * 2000 + '": 1': "x.yaml:1:1: this key is too long, at most 200 characters",
}


@pytest.mark.parametrize("text", LIMITS, ids=lambda text: f"{text[:16]}...")
@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_our_limits_speak_before_those_of_the_parser(
    text: str, loader: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both parsers give up on long keys after 1,024 characters, and libyaml from 0.2.6 on at 1,000 levels."""
    monkeypatch.setattr("momentsim.scenario.files.yaml_reader._LOADER", getattr(yaml, loader))
    told = refusal(text, tmp_path)
    assert told.endswith(LIMITS[text]) or "nested too deeply, at most 40 levels" in told


def test_a_parser_that_gives_up_sooner_and_with_other_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def parse(_text: str, **_loader: object) -> None:
        raise yaml.scanner.ScannerError(None, None, "enough of this", yaml.Mark("", 60, 0, 60, "", 60))

    monkeypatch.setattr(yaml, "parse", parse)
    assert refusal("a: " + "[" * 100, tmp_path).endswith("x.yaml:1:44: nested too deeply, at most 40 levels")


@pytest.mark.parametrize(
    "text",
    [
        'a: {b: "' + "[" * 60 + '", c: }}',
        "a: '" + "[{" * 60 + "' b",
        "a: [" + "'[', " * 60 + "b: c: d]",
        "a: " + "long words " * 100 + "b: c",
        "a: b: " + "c" * 300 + ": d",
    ],
)
def test_other_mistakes_stay_what_they_are(text: str, tmp_path: Path) -> None:
    assert "this is not valid YAML" in refusal(text, tmp_path)


@pytest.mark.slow
def test_a_long_list(tmp_path: Path) -> None:
    assert "too many values" in refusal("a: [" + "1," * 400_000 + "1]", tmp_path)


def test_a_mistyped_path_names_near_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("airline.yaml").write_text("a: 1")
    with pytest.raises(ScenarioError) as raised:
        read_file(Path("airlin.yaml"))
    assert str(raised.value) == "airlin.yaml: there is no such file, did you mean 'airline.yaml'?"
    with pytest.raises(ScenarioError) as raised:
        read_file(Path("airline"))
    assert str(raised.value) == "airline: there is no such file, did you mean 'airline.yaml'?"
    with pytest.raises(ScenarioError) as raised:
        read_file(Path("nowhere/airline.yaml"))
    assert str(raised.value) == (
        "nowhere/airline.yaml: there is no such file, there is no folder 'nowhere' either"
    )


def test_a_folder_or_odd_name_is_no_scenario(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="this is a folder, give a scenario file"):
        read_file(tmp_path)
    with pytest.raises(ScenarioError, match="this name has bytes that are no text"):
        read_file(Path("a\0b"))


def test_places_of_keys_and_values_are_kept() -> None:
    node = read_text("a:\n  b: [1, {c: 2}]\n", file="x.yaml", layer="base")
    assert isinstance(node, MappingNode)
    inner = node.items["a"]
    assert isinstance(inner, MappingNode)
    assert (inner.key_marks["b"].line, inner.key_marks["b"].column) == (2, 3)
    leaf = plain_item(inner, "b", 1, "c")
    assert (leaf.mark.line, leaf.mark.column, leaf.mark.layer) == (2, 14, "base")


def plain_item(node: Any, *path: str | int) -> ValueNode:
    for part in path:
        node = node.items[part]
    assert isinstance(node, ValueNode)
    return node


YAML_LIKE = st.text(
    alphabet=st.sampled_from(list("abk:-[]{},&*!?|>'\"%#@\n\t 019.~\\<=")) | st.characters(codec="utf-8"),
    max_size=60,
)


@settings(max_examples=settings().max_examples * 3 // 2)
@given(YAML_LIKE)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_text(text, file="x.yaml")
    except ScenarioError as error:
        assert str(error).startswith("x.yaml:")


@settings(max_examples=settings().max_examples * 3 // 5)
@given(data=st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.yaml"
    path.write_bytes(data)
    try:
        read_file(path)
    except ScenarioError as error:
        assert error.problems
