"""Keys of volumes that belong together, and those that contradict each other."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from pathlib import Path

import pytest

from momentsim.scenario import resolved

from .scenario_fixtures import Loaded, Problems, Write

PLACE = "demand.volumes.question"
CASES = [
    ("per_hour: 60, per_day: 3", ".per_hour: 'per_day' and 'per_hour' are both given, give one of per_day, "),
    ("per_hour: -1", ".per_hour: "),
    (
        "per_hour: 60, profile: flat",
        ".profile: 'per_hour' already says how busy each hour is, leave out 'profile'",
    ),
    ("rates: []", ".rates: the list is empty, write at least one period"),
    (
        'rates: [{start: "08:00", end: "12:00", per_hour: 3}], weekday_profiles: {mon: flat}',
        ".weekday_profiles: 'rates' already says how busy each hour is, leave out 'weekday_profiles'",
    ),
    ('rates: [{start: 8, end: "12:00", per_hour: 3}]', ".rates[0].start: 8 is not a time of day"),
    (
        'rates: [{start: "12:00", end: "08:00", per_hour: 3}]',
        '.rates[0].end: 12:00 to 08:00 does not run forwards, a period ends at "24:00" at the latest',
    ),
    (
        'rates: [{start: "08:00", end: "12:00", per_hour: 3}, '
        '{start: "11:00", end: "13:00", per_hour: 3, days: [mon]}]',
        ".rates[1].start: 11:00 to 13:00 overlaps 08:00 to 12:00 on mon",
    ),
    ('rates: [{start: "08:00", end: "12:00", per_hour: 3, days: []}]', ".rates[0].days: the list is empty"),
    ("per_day: 9, weekday_profiles: {tue: [1, 2]}", ".weekday_profiles.tue: the profile has 2 weights"),
    ("per_day: 9, sparse: on", ".sparse: there is no file, sparse needs 'file'"),
    (
        "interarrival: {distribution: lognormal, cv: 0.5}",
        ".interarrival: this law has no mean, so nothing says how many, give its mean, or one of per_day",
    ),
    (
        "per_day: 9, interarrival: {mean: 3 min, cv: 0.5}",
        ".interarrival.mean: 'per_day' already says how many, leave out 'mean' or 'per_day'",
    ),
    (
        "interarrival: {mean: 3 min, cv: 0.5}, profile: flat",
        ".profile: 'interarrival' already says how busy each hour is",
    ),
    (
        "per_day: 9, interarrival: {distribution: never}",
        ".interarrival.distribution: nobody would come any more",
    ),
    ("interarrival: {distribution: constant, mean: 0 s}", ".interarrival: all would come at once"),
    ("interarrival: {distribution: uniform, low: 0 s, high: 0 s}", ".interarrival: all would come at once"),
    ("per_hour: 3, interarrival: {distribution: erlang}", ".interarrival: "),
    (
        "per_day: 9, interarrival: {distribution: uniform, low: 1 s, high: 3 s}",
        ".interarrival.low: 'per_day' already says how many, leave out 'low' or 'per_day'",
    ),
    (
        "per_day: 9, interarrival: {distribution: constant, cv: 2}",
        ".interarrival.cv: a constant law has no cv",
    ),
]


@pytest.mark.parametrize(("written", "message"), CASES, ids=[case[0][:50] for case in CASES])
def test_contradictions_are_explained(written: str, message: str, plain: str, problems: Problems) -> None:
    found = problems(plain.replace("per_day: 900", written))
    assert any(f": {PLACE}{message}" in line for line in found), found


def test_replay_and_a_law_contradict(plain: str, write: Write, problems: Problems) -> None:
    write(
        "interval_start,offered\n"
        + "".join(f"2026-03-02 {8 + n // 2:02}:{n % 2 * 30:02},1\n" for n in range(24)),
        "v.csv",
    )
    text = plain.replace("per_day: 900", "file: v.csv, replay: on, interarrival: {distribution: exponential}")
    message = f"{PLACE}.interarrival: replay already says how many come in each interval, give one of the two"
    assert [line for line in problems(text) if message in line]


KINDS = [
    (
        "per_day: 900", "heavy: {share: 60 %}, quiet: {share: 50 %}",
        "demand.day_kinds: the shares of kinds of days add up to 110 %, at most 100 %; what is left are usual days",
    ),
    (
        "per_day: 900", "heavy: {share: 60 %, factors: {questoin: 2}}",
        "demand.day_kinds.heavy.factors.questoin: there is no moment with a volume 'questoin', known: question",
    ),
    ("per_day: 900", "heavy: {share: 60 %, factors: {question: 21}}", "demand.day_kinds.heavy.factors.question: "),
    ("per_day: 900", "heavy: {factors: {question: 2}}", "demand.day_kinds.heavy.share: "),
    (
        "per_day: 6000000", "heavy: {share: 1 %, factors: {question: 2}}",
        "demand.volumes.question: about 12,000,000 moments a day, at most 10,000,000",
    ),
    (
        "file: v.csv, replay: on", "heavy: {share: 60 %, factors: {question: 2}}",
        "demand.day_kinds.heavy.factors.question: replay already says how many come in each interval, leave out",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("volume", "kinds", "message"), KINDS, ids=[case[1][:50] for case in KINDS])
def test_kinds_of_days_fit_the_volumes(
    volume: str, kinds: str, message: str, plain: str, write: Write, problems: Problems
) -> None:
    write(
        "interval_start,offered\n"
        + "".join(f"2026-03-02 {8 + n // 2:02}:{n % 2 * 30:02},1\n" for n in range(24)),
        "v.csv",
    )
    text = plain.replace("per_day: 900", volume).replace("demand:\n", f"demand:\n  day_kinds: {{{kinds}}}\n")
    found = problems(text)
    assert any(f": {message}" in line for line in found), found


GOOD = [
    "per_hour: 60, weekdays: {sun: 0}",
    'rates: [{start: "08:00", end: "10:13", per_hour: 3}, {start: "10:13", end: "24:00", per_hour: 9, days: [mon]}]',
    "per_day: 900, weekday_profiles: {mon: flat}, interarrival: {distribution: lognormal, cv: 0.4}",
    "interarrival: {distribution: constant, mean: 50 s}",
    "interarrival: {distribution: uniform, low: 10 s, high: 50 s}",
    "per_hour: 9, interarrival: {distribution: erlang, phases: 4}",
    "per_hour: 9, interarrival: {distribution: hyperexponential, cv: 1.5}",
    "per_hour: 9, interarrival: {distribution: mixture, "
    "parts: [{weight: 1, law: {distribution: exponential, mean: 1 s}}]}",
]


@pytest.mark.parametrize("written", GOOD)
def test_what_fits_is_read_and_written_back(written: str, plain: str, loaded: Loaded, write: Write) -> None:
    made = loaded(plain.replace("per_day: 900", written))
    assert not made.warnings
    again = loaded(json.dumps(resolved(made.scenario)))
    assert again.scenario == made.scenario


BANK = [f"2026-03-{day:02} {8 + n // 12:02}:{n % 12 * 5:02}" for day in (2, 3, 5) for n in range(144)]
"""Five-minute rows of twelve hours on three days, with other headers, as in a public file of a bank's calls."""


def packed(path: str, rows: list[str]) -> Path:
    Path(path).write_bytes(gzip.compress("\n".join(["datetime,calls", *rows]).encode()))
    return Path(path)


def test_short_rows_other_headers_and_packed_files(plain: str, loaded: Loaded) -> None:
    packed("v.csv.gz", [f"{start},{index % 7}" for index, start in enumerate(BANK[:144])])
    made = loaded(plain.replace("per_day: 900", "file: v.csv.gz"))
    assert len(made.tables["v.csv.gz"]) == 144
    assert made.tables["v.csv.gz"][8] == (datetime(2026, 3, 2, 8, 40), 1.0)


def test_sparse_files_may_have_gaps_and_rows_outside(plain: str, loaded: Loaded, problems: Problems) -> None:
    packed("v.csv.gz", [f"{start},3" for start in BANK])
    text = plain.replace("per_day: 900", "file: v.csv.gz").replace("horizon: 12 h", "horizon: 3 d")
    assert any("are outside the horizon" in line for line in problems(text))
    packed("v.csv.gz", [f"{start},3" for start in BANK[:288]])
    complaints = problems(text)
    packed("v.csv.gz", [f"{start},3" for start in BANK])
    assert any(
        "intervals are missing, the first is 2026-03-02 20:00, write every interval of the horizon, "
        "0 where it is closed" in line
        for line in complaints
    )
    made = loaded(text.replace("file: v.csv.gz", "file: v.csv.gz, sparse: on"))
    assert [start for start, _ in made.tables["v.csv.gz"]] == [
        datetime.fromisoformat(start) for start in BANK[:288]
    ]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["2026-03-02 08:00,1", "2026-03-02 08:00,1"], "2026-03-02 08:00 is here twice"),
        (
            ["2026-03-02 08:00,1", "2026-03-02 08:30,1", "2026-03-02 09:10,1"],
            "is not the start of an interval",
        ),
        (["2027-03-02 08:00,1"], "2027-03-02 08:00 is outside the horizon, it runs from"),
    ],
)
def test_sparse_files_keep_to_the_grid(rows: list[str], message: str, plain: str, problems: Problems) -> None:
    packed("v.csv.gz", rows)
    assert any(
        message in line for line in problems(plain.replace("per_day: 900", "file: v.csv.gz, sparse: on"))
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"datetime,calls\n", "this is not a whole gzip file, pack it again, or give the plain CSV"),
        (gzip.compress(b"datetime,calls\n" * 9999)[:-9], "this is not a whole gzip file"),
        (
            gzip.compress(b"datetime,calls\n" + b"0" * 30_000_000),
            "the file is too large, at most 20,000,000 bytes unpacked",
        ),
        (gzip.compress(b"datetime,calls,contacts\n"), "'calls' and 'contacts' could both be 'offered'"),
        (gzip.compress(b"datetime,calls,calls\n"), "the column 'calls' is there twice, each column once"),
        (
            gzip.compress(b"when,calls\n"),
            "the header has no column 'interval_start', needed are interval_start",
        ),
    ],
    ids=["plain", "cut", "bomb", "two names", "twice", "unknown"],
)
def test_bad_packed_files(content: bytes, message: str, plain: str, write: Write, problems: Problems) -> None:
    Path("v.csv.gz").write_bytes(content)
    assert any(message in line for line in problems(plain.replace("per_day: 900", "file: v.csv.gz")))


def test_times_between_moments_from_a_file(
    plain: str, write: Write, loaded: Loaded, problems: Problems
) -> None:
    text = plain.replace("per_day: 900", "interarrival: {distribution: empirical, file: gaps.csv}")
    write("seconds\n3\n0\n", "gaps.csv")
    assert loaded(text).samples["gaps.csv"] == (3.0, 0.0)
    write("seconds\n0\n0\n", "gaps.csv")
    assert problems(text) == ["gaps.csv: seconds: all times between moments are 0, at least one is above 0"]
