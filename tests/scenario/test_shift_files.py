"""CSV of shifts: read as if written in the scenario, and refused with the line of the CSV."""

from __future__ import annotations

import pytest

from momentsim.scenario.types import ALL_DAYS, Break, Shift

from .scenario_fixtures import Loaded, Problems, Write

HEADER = "shift,start,end,days,heads,breaks,unpaid_breaks"
EARLY = "early,06:00,14:00,mon-fri,3,08:00-08:15,10:00-10:30"
NIGHT = "night,22:00,06:00,,2,,"
H = 3600


@pytest.fixture
def from_file(plain: str) -> str:
    return plain.replace("heads: 14", "shifts_file: shifts.csv")


def test_rows_are_shift_templates(from_file: str, write: Write, loaded: Loaded) -> None:
    write("\n".join([HEADER, EARLY, NIGHT]), "shifts.csv")
    group = loaded(from_file).scenario.workforce.groups["frontline"]
    breaks = (Break(after=2 * H, length=900), Break(after=4 * H, length=1800, paid=False))
    assert group.shifts == {
        "early": Shift(start=6 * H, length=8 * H, heads=3, days=ALL_DAYS[:5], breaks=breaks),
        "night": Shift(start=22 * H, length=8 * H, heads=2),
    }
    assert group.shifts_file is None


def test_the_same_as_written_in_the_scenario(
    from_file: str, plain: str, write: Write, loaded: Loaded
) -> None:
    """One content, one hash: a run from the CSV is the run from the scenario."""
    write("\n".join(["shift,start,end,heads", "a,08:00,16:00,3"]), "shifts.csv")
    written = plain.replace("heads: 14", 'shifts: {a: {start: "08:00", length: 8 h, heads: 3}}')
    assert loaded(from_file).content_hash == loaded(written).content_hash


def test_spreadsheets_may_save_it(from_file: str, write: Write, loaded: Loaded) -> None:
    """Semicolons, a byte order mark, seconds, single digits, capitals, other order of columns, empty lines."""
    text = "\ufeffheads;shift;end;start;days;breaks\r\n4;a;0:00;16:00:00;Fri-Mon;19:00-19:30 21:00-21:15\r\n;;;;;\r\n"
    write(text, "shifts.csv")
    shift = (loaded(from_file).scenario.workforce.groups["frontline"].shifts or {})["a"]
    assert (shift.start, shift.length, shift.heads) == (16 * H, 8 * H, 4)
    assert shift.days == ("fri", "sat", "sun", "mon")
    assert [pause.after for pause in shift.breaks] == [3 * H, 5 * H]


def test_origins_are_lines_of_the_csv(from_file: str, write: Write, loaded: Loaded) -> None:
    write("\n".join([HEADER, EARLY, NIGHT]), "shifts.csv")
    made = loaded(from_file)
    assert str(made.origin("workforce.groups.frontline.shifts.night.heads")) == "shifts.csv:3 (scenario)"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("a,06:00,14:00,,-3,,", "shifts.csv:3:1: workforce.groups.frontline.shifts.a.heads: -3 is outside"),
        ("a,06:00,14:00,,3.5,,", "shifts.csv:3:1: heads: '3.5' is not a whole number, heads are whole people"),
        ("a,06:00,14:00,,,,", "shifts.csv:3:1: heads: the cell is empty, heads are whole people, from 0 up"),
        ("a,25:00,14:00,,3,,", "shifts.csv:3:1: start: '25:00' is not a time of day, write it like 08:30"),
        ("a,06:00,,,3,,", "shifts.csv:3:1: end: the cell is empty, write it like 08:30"),
        ("a,06:00,23:30,,3,,", "shifts.csv:3:1: workforce.groups.frontline.shifts.a.length: 17.5 h is outside"),
        ("a,06:00,14:00,mondy,3,,", "shifts.csv:3:1: days: 'mondy' is no weekday, write days like mon"),
        ("a,06:00,14:00,mon mon,3,,", "shifts.csv:3:1: workforce.groups.frontline.shifts.a.days: a weekday is listed"),
        ("a,06:00,14:00,,3,noon,", "shifts.csv:3:1: breaks: 'noon' is not a break, write times of day like"),
        ("a,06:00,14:00,,3,13:45-14:15,", "shifts.a.breaks[0]: the break ends 495 min after the start"),
        ("a,06:00,14:00,,3,12:00-12:30,12:15-12:30", "the break starts before the one before it ends"),
        ("early,07:00,15:00,,3,,", "shifts.csv:3:1: shift: 'early' is here twice, it is already on line 2"),
        ("9 to 5,09:00,17:00,,3,,", "shifts.csv:3:1: workforce.groups.frontline.shifts.9 to 5: '9 to 5' is not a name"),
        ("a,06:00,14:00,,3,", "shifts.csv:3:1: 6 cells in this row, the header has 7"),
    ],
)  # fmt: skip
def test_bad_rows(row: str, message: str, from_file: str, write: Write, problems: Problems) -> None:
    write("\n".join([HEADER, EARLY, row]), "shifts.csv")
    found = problems(from_file)
    assert any(message in line for line in found), found


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (
            "shift,start,heads",
            "shifts.csv:1:1: the header has no column 'end', needed are shift, start, end, heads",
        ),
        (
            "shift,start,end,heads,breks",
            "there is no column 'breks', columns are shift, start, end, days, heads",
        ),
        ("shift,start,end,heads,breks", "did you mean 'breaks'?"),
        ("shift,start,end,heads,heads", "the column 'heads' is there twice, each column once"),
        (HEADER, "shifts.csv: shift: the file has no rows, write at least one shift"),
    ],
)
def test_bad_headers(header: str, message: str, from_file: str, write: Write, problems: Problems) -> None:
    write(header + "\n", "shifts.csv")
    assert any(message in line for line in problems(from_file))


def test_everything_at_once(from_file: str, write: Write, problems: Problems) -> None:
    write("\n".join([HEADER, "a,6,14:00,,x,,", "b,06:00,14:00,mondy,3,y,"]), "shifts.csv")
    found = problems(from_file.replace("horizon: 12 h", "horizon: 12"))
    assert [line.split(": ")[0] for line in found if "shifts.csv" in line] == [
        "shifts.csv:2:1", "shifts.csv:2:1", "shifts.csv:3:1", "shifts.csv:3:1",
    ]  # fmt: skip
    assert any(line.startswith("x.yaml:3:10: horizon") for line in found)


def test_files_stay_in_the_folder_and_exist(from_file: str, write: Write, problems: Problems) -> None:
    write("\n".join([HEADER, EARLY]), "shift.csv")
    assert "there is no file 'shifts.csv', did you mean 'shift.csv'?" in problems(from_file)[0]
    outside = problems(from_file.replace("shifts.csv", "../shifts.csv"))
    assert "'../shifts.csv' is outside the scenario's folder" in outside[0]


def test_one_way_to_say_heads(from_file: str, write: Write, problems: Problems, loaded: Loaded) -> None:
    write("\n".join([HEADER, EARLY]), "shifts.csv")
    both = from_file.replace("shifts_file:", "heads: 3, shifts_file:")
    assert "'heads' and 'shifts_file' are both given" in problems(both)[0]
    group = loaded(both.replace("heads: 3", "heads: null")).scenario.workforce.groups["frontline"]
    assert list(group.shifts or {}) == ["early"]


def test_a_file_of_an_extended_scenario_is_found_beside_it(
    from_file: str, write: Write, loaded: Loaded
) -> None:
    write(from_file, "below/base.yaml")
    write("\n".join([HEADER, EARLY]), "below/shifts.csv")
    group = loaded("extends: below/base.yaml").scenario.workforce.groups["frontline"]
    assert list(group.shifts or {}) == ["early"]
