"""What a point or a comma in a column means is proved by the column, or refused with both readings."""

from __future__ import annotations

from pathlib import Path

import pytest

from momentsim.errors import ScenarioError
from momentsim.scenario.files.side_files import count_rows, read_counts, read_samples
from momentsim.scenario.files.written_numbers import TwoReadings, read_number, read_numbers

from .scenario_fixtures import Write

OPEN = TwoReadings("1412", "1.4120")


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["412", "388"], [412.0, 388.0]),
        (["1.412", "388"], [OPEN, 388.0]),
        (["1,412"], [OPEN]),
        (["1,412", "12,5"], [1.412, 12.5]),  # a comma is for decimals
        (["1.412", "12,5"], [1412.0, 12.5]),  # and then a point is for thousands
        (["1,412", "0,388"], [1.412, 0.388]),  # no group of thousands begins with 0
        (["1.412", "1.412.000"], [1412.0, 1412000.0]),
        (["1,412", "1.412.000"], [1.412, 1412000.0]),
        (["1.412,5", "1.388"], [1412.5, 1388.0]),
        (["1,412.5", "1,388", "388.25"], [1412.5, 1388.0, 388.25]),
        (["1412,500", "1,388"], [1412.5, 1.388]),  # four digits stand before no group of thousands
        (["-1.412", "12,5"], [-1412.0, 12.5]),
        (["", "x", "1.41.2", "1,2,3", ".", "1 412"], [None] * 6),
    ],
)
def test_cells_between_semicolons(cells: list[str], numbers: list[object]) -> None:
    assert read_numbers(cells, semicolons=True)[0] == numbers


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["1.412", "388"], [1.412, 388.0]),
        (["1,412", "388"], [OPEN, 388.0]),
        (["1,412", "12.5"], [1412.0, 12.5]),
        (["1.412", "1.412.000"], [1412.0, 1412000.0]),
        (["3,5", "1.5"], [None, 1.5]),
        (["4.12e2"], [412.0]),
    ],
)
def test_cells_between_commas(cells: list[str], numbers: list[object]) -> None:
    assert read_numbers(cells, semicolons=False)[0] == numbers


def test_both_readings_that_are_offered_have_one_reading() -> None:
    for text in (OPEN.thousands, OPEN.decimals):
        assert read_numbers([text], semicolons=True)[0] == [read_number(text)]


@pytest.mark.parametrize(
    ("cells", "place"),
    [
        (["12,5", "3.5"], 1),
        (["1.412.000", "9", "3.5"], 2),
        (["1.412,5", "1,412.5"], 1),
        (["12,5", "1.388"], -1),
    ],
)
def test_a_column_is_written_in_one_way(cells: list[str], place: int) -> None:
    assert read_numbers(cells, semicolons=True)[1].contradiction == place


@pytest.mark.parametrize("mark", [".", ","])
@pytest.mark.parametrize("column", ["offered", "heads"])
def test_thousands_of_a_spreadsheet_are_refused_with_both_readings(
    mark: str, column: str, write: Write
) -> None:
    path = write(f"interval_start;{column}\n2025-01-20 09:00;1{mark}412\n2025-01-20 09:30;388\n", "c.csv")
    message = (
        f"c.csv:2:1: {column}: '1{mark}412' can be read as 1412 or as 1.412, "
        "write 1412 or 1.4120; no other row says what the mark is for"
    )
    with pytest.raises(ScenarioError) as error:
        count_rows(path, column)
    assert str(error.value).endswith(message)


def test_observed_durations_are_read_by_the_same_rules(write: Write) -> None:
    assert read_samples(write("seconds;x\n93,125;1\n0,5;1\n", "s.csv")) == [93.125, 0.5]
    with pytest.raises(ScenarioError, match=r"'93,125' can be read as 93125 or as 93\.125"):
        read_samples(write("seconds;x\n93,125;1\n", "s.csv"))


def test_a_column_in_two_ways_is_an_error_with_its_line(write: Write) -> None:
    path: Path = write("interval_start;offered\n2025-01-20 09:00;12,5\n2025-01-20 09:30;3.5\n", "c.csv")
    with pytest.raises(
        ScenarioError, match=r"c\.csv:3:1: offered: '3\.5' is not written like the rows before it"
    ):
        read_counts(path, "offered")
