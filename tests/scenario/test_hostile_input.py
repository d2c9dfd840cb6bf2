"""Hostile files: refused with a message, within 2 s of work and 300 MB beyond what Python and the packages take.

The budget is measured in a process of its own, which reads one file after the other; see docs/scenarios.md.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from momentsim.errors import MAX_PROBLEMS, MAX_WORDS, ScenarioError
from momentsim.scenario import load
from momentsim.scenario.files.side_files import Counted, count_rows

from .conftest import PLAIN
from .scenario_fixtures import Problems, Write

SECONDS, MEGABYTES = 2.0, 300

READER = """
import json, resource, sys, time
from momentsim.errors import MomentsimError
from momentsim.scenario import load
base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for name in sys.argv[1:]:
    began = time.process_time()
    try:
        load(name)
        said = "loaded"
    except MomentsimError as error:
        said = str(error)[:5000]
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base) / 1024
    print(json.dumps({"file": name, "said": said, "seconds": time.process_time() - began, "grown": grown}))
"""


def _groups(lines: str) -> str:
    return PLAIN.replace("groups:\n", f"groups:\n{lines}", 1)


def _many(count: int, text: str) -> str:
    return "".join(text.replace("@", str(number)) for number in range(count))


PERIOD = '        - {start: "00:00", end: "24:00", heads: 1}\n'
BOMBS: dict[str, tuple[str, str]] = {
    "laughs.yaml": (
        "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1]\n"
        + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 8)}]\n" for n in range(1, 20)),
        "too many values, aliases counted in full",
    ),
    "aliases.yaml": ("a: &a 1\nb: [" + "*a, " * 5000 + "]\n", "too many aliases"),
    "brackets.yaml": ("a: " + "[" * 100_000, "nested too deeply"),
    "braces.yaml": ("a: " + "{a: " * 100_000, "nested too deeply"),
    "dashes.yaml": ("a:\n " + "- " * 100_000 + "1", "nested too deeply"),
    "items.yaml": ("a: [" + "1," * 490_000 + "]", "too many values"),
    "keys.yaml": (_many(24_000, "k@: 1\n"), "and"),
    "text.yaml": ("a: |\n" + " x\n" * 300_000, "a text of 600,000 characters, at most 100,000"),
    "size.yaml": ("#" * 1_000_001, "the file has 1,000,001 bytes, at most 1,000,000"),
    "quote.yaml": ('a: "' + "x" * 999_000, "not valid YAML"),
    "directives.yaml": ("%YAML 1.1\n" * 90_000, "not valid YAML"),
    "documents.yaml": ("---\n" * 200_000, "a second document starts here"),
    "colons.yaml": (":" * 999_000, "a text of 998,999 characters"),
    "groups.yaml": (_groups(_many(8000, "    q@: {heads: 1}\n")), "a mapping with too many items, at most 1000"),
    "typos.yaml": (_groups(_many(900, "    q@: {hdeads: 1}\n")), "did you mean 'heads'?"),
    "periods.yaml": (_groups("    per:\n      heads:\n" + PERIOD * 6000), "a list with too many items"),
    "overlaps.yaml": (_groups("    per:\n      heads:\n" + PERIOD * 1000), "periods of a day must not overlap"),
    "skills.yaml": (_groups("    per: {heads: 1, skills: [" + "a, " * 40_000 + "]}\n"), "too many items"),
    "weekdays.yaml": (
        _groups('    p: {heads: [{start: "01:00", end: "02:00", heads: 1, days: [' + "mon, " * 40_000 + "]}]}\n"),
        "a weekday is listed twice",
    ),
    "volumes.yaml": (
        PLAIN.replace("volumes:\n", "volumes:\n" + _many(990, "    q@: {per_day: 1}\n")), "there is no moment 'q0'"
    ),
    "variants.yaml": (PLAIN + "variants:\n" + _many(9000, "  v@: {seed: 1}\n"), "there are 9,000 variants"),
    "sums.yaml": (
        PLAIN + "extends: [" + "part.yaml, " * 8 + "]\n", "this file and those it extends are too much together"
    ),
    "chain.yaml": (PLAIN + "extends: [link0.yaml]\n", "files extend each other too deeply"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals, links, pipes and limits are different there")
def test_bombs_are_refused_within_time_and_memory(write: Write) -> None:
    for name, (text, _told) in BOMBS.items():
        write(text, name)
    write("a: [" + "1, " * 20_000 + "]\n", "part.yaml")
    for level in range(9):
        write(f"extends: [{f'link{level + 1}.yaml, ' * 50}]\n", f"link{level}.yaml")
    done = subprocess.run(
        [sys.executable, "-c", READER, *BOMBS], capture_output=True, text=True, timeout=300, check=True
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(BOMBS)
    for answer in answers:
        assert BOMBS[answer["file"]][1] in answer["said"], answer
        assert answer["seconds"] < SECONDS, answer
        assert answer["grown"] < MEGABYTES, answer


OVERRIDES = {
    "horizon=1e308 years": "'1e308 years' is too long, at most 100 years",
    "horizon=1000000 years": "1000000 years is outside the range",
    "horizon=1e400 d": "is not a duration",
    "interval=0.000001 s": "allowed is 1 min .. 1 d",
    "seed=1e308": "1e+308 is not a whole number, write a whole number",
    "seed=9223372036854775808": "is outside the range",
    "start=9999-12-31 00:00": "years are 1900 to 2999",
    "start=0001-01-01 00:00": "years are 1900 to 2999",
    "workforce.groups.frontline.heads=1000000": "there are 1,000,000 agents in all, at most 50,000",
    "customers.segments.all.customers=90000000": "there are 90,000,000 customers in all, at most 50,000,000",
    "demand.volumes.question.per_day=1e9": "about 1,000,000,000 moments a day, at most 10,000,000",
    "demand.volumes.question.per_day=.nan": "is not a finite number",
    "demand.volumes.question.per_day=-.inf": "is not a finite number",
    "demand.volumes.question.weekdays.mon=1e9": "moments a day",
    ".".join(["a"] * 4000) + "=1": "is not an override",
    "a" * 20_000 + "=1": "this override has 20,002 characters, at most 10,000",
    "name=[" + "[" * 5000: "nested too deeply",
    'name="\\x1b[31m"': "the character \\x1b cannot be shown",
    'name="\\0"': "the character \\x00 cannot be shown",
    'name="\\u202e"': "the character \\u202e cannot be shown",
    "name=\x07": "not valid YAML",
    "seed=\ud800": "this is not UTF-8 text",
}


@pytest.mark.parametrize(
    "override", OVERRIDES, ids=[text[:30].encode("unicode_escape").decode() for text in OVERRIDES]
)
def test_numbers_and_texts_beyond_all_range(override: str, problems: Problems) -> None:
    told = "\n".join(problems(PLAIN, overrides=(override,)))
    assert OVERRIDES[override] in told
    assert len(told) < 5000
    assert all(character.isprintable() or character == "\n" for character in told)


def test_years_of_crowds_are_refused_before_anything_is_made(problems: Problems) -> None:
    crowd = ("horizon=1098 d", "demand.volumes.question.per_day=1000000")
    assert any(
        "moments over the horizon, at most 200,000,000" in line for line in problems(PLAIN, overrides=crowd)
    )
    books = ("horizon=1098 d", "interval=1 min")
    many = PLAIN.replace("moments:\n", "moments:\n" + _many(9, "  m@: {handling_time: {mean: 1 min}}\n"))
    assert any("about 1,591,200 intervals for each of" in line for line in problems(many, overrides=books))
    rosters = ("horizon=1098 d", "workforce.groups.frontline.heads=30000")
    assert any("starts, breaks and ends" in line for line in problems(PLAIN, overrides=rosters))


def test_long_runs_are_announced(write: Write) -> None:
    found = load(write(PLAIN), overrides=("demand.volumes.question.per_day=1e6", "run.replications=100000"))
    assert any("they take about 25 h on one processor" in str(warning) for warning in found.warnings)


def test_messages_are_bounded_and_cannot_move_the_cursor(problems: Problems) -> None:
    told = problems(PLAIN + '"\\x1b[2J\\n": 1\n')
    assert "x.yaml:17:1: \\x1b[2J\\n: unknown key" in "\n".join(told)
    many = problems(PLAIN + _many(900, "variants@: 1\n"))
    assert len(many) <= MAX_PROBLEMS + 1
    assert all(len(line) < 5 * MAX_WORDS for line in many)


@pytest.mark.skipif(os.name == "nt", reason="signals, links, pipes and limits are different there")
def test_pipes_devices_and_links_in_a_circle_are_no_scenario(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "zero.yaml").symlink_to("/dev/zero")
    (tmp_path / "one.yaml").symlink_to("two.yaml")
    (tmp_path / "two.yaml").symlink_to("one.yaml")
    for name, words in {
        "pipe": "a pipe or a device",
        "zero": "a pipe or a device",
        "one": "no name of a file",
    }.items():
        with pytest.raises(ScenarioError, match=words):
            load(tmp_path / f"{name}.yaml")


@pytest.mark.skipif(os.name == "nt", reason="signals, links, pipes and limits are different there")
@pytest.mark.parametrize(
    "name", ["pipe.csv", "zero.csv", "circle.csv", "passwd.csv", "~/x.csv", "..", "/dev/zero"]
)
def test_no_way_out_of_the_folder(name: str, write: Write, problems: Problems) -> None:
    write("")
    os.mkfifo("pipe.csv")
    Path("zero.csv").symlink_to("/dev/zero")
    Path("circle.csv").symlink_to("circle.csv")
    Path("passwd.csv").symlink_to("/etc/passwd")
    told = "\n".join(problems(PLAIN.replace("{per_day: 900}", f"{{file: {name}}}")))
    assert any(
        words in told for words in ("outside the scenario's folder", "no name of a file", "there is no file")
    )
    assert "root:" not in told


ROW = "2026-03-02 08:00,{}\n"
CELLS = {
    "=1+1": "'=1+1' is not a number", "+5": None, "@SUM(A1)": "'@SUM(A1)' is not a number", "-3": "-3 is negative",
    "=cmd|' /C calc'!A0": "is not a number", "nan": "'nan' is not a number", "inf": "'inf' is not a number",
    "1e999": "'1e999' is not a number", "1e9999999999": "is not a number", "1e10": "1e10 is too large",
    "": "the cell is empty",
    '"3,5"': "'3,5' is not a number", "1_000": "is not a number", "0x10": "is not a number",
    "\u0663": "is not a number",
    '"3\n4"': "is not a number", "9" * 5000: "is not a number", "5 kg": "is not a number",
}  # fmt: skip


@pytest.mark.parametrize("cell", CELLS, ids=[ascii(cell)[:20] for cell in CELLS])
def test_cells_are_numbers_and_nothing_else(cell: str, write: Write) -> None:
    text = PLAIN.replace("{per_day: 900}", "{file: v.csv}").replace("horizon: 12 h", "horizon: 30 min")
    write("interval_start,offered\n" + ROW.format(cell), "v.csv")
    words = CELLS[cell]
    if words is None:
        assert load(write(text)).tables["v.csv"][0][1] == 5
        return
    with pytest.raises(ScenarioError) as raised:
        load(write(text))
    assert words in str(raised.value)
    assert "v.csv:" in str(raised.value)


@pytest.mark.slow
def test_ten_million_rows_are_refused_unread(write: Write) -> None:
    text = PLAIN.replace("{per_day: 900}", "{file: v.csv}")
    with write("interval_start,offered\n", "v.csv").open("r+b") as stream:
        stream.truncate(200_000_000)  # a file of this size without its contents
    with pytest.raises(ScenarioError, match=r"the file has 200,000,000 bytes, at most 20,000,000"):
        load(write(text))
    write("interval_start,offered\n" + "a,b\n" * 500_000, "v.csv")
    with pytest.raises(ScenarioError, match="the file has 500,001 rows, at most 400,000"):
        load(write(text))
    write("interval_start,offered\n" + "a,b\n" * 300_000, "v.csv")
    with pytest.raises(ScenarioError, match="more problems in this file"):
        load(write(text))


def test_a_file_named_a_thousand_times_is_read_once(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[Path] = []

    def counted(path: Path, column: str, **how: Any) -> Counted:
        reads.append(path)
        return count_rows(path, column, **how)

    monkeypatch.setattr("momentsim.scenario.files.scenario_files.count_rows", counted)
    write("interval_start,offered\n" + ROW.format(3), "v.csv")
    text = PLAIN.replace("horizon: 12 h", "horizon: 30 min").replace(
        "    question: {per_day: 900}\n", _many(300, "    m@: {file: v.csv}\n")
    )
    load(
        write(text.replace("moments:\n", "moments:\n" + _many(300, "  m@: {handling_time: {mean: 1 min}}\n")))
    )
    assert len(reads) == 1
