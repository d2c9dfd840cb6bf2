"""The report of every kind of results folder, told from its tables by the words that its command prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from momentsim.measures.catalogue import BY_NAME
from momentsim.questions.compare.first_screen import ComparisonTables, best_words, key_measures, paragraph
from momentsim.report import drawing
from momentsim.report.changes import Change
from momentsim.report.document import comparison_chapters
from momentsim.report.document.closing_chapters import assumptions, command_of, method, numbers
from momentsim.report.document.measure_tables import difference_table, row_of
from momentsim.report.document.parts import Chapter, Drawn, Listing, Report, Tile
from momentsim.report.document.run_report import interval_told, run_report, title_word
from momentsim.report.document.svg import drawn
from momentsim.report.document.words import (
    Wording,
    column_word,
    name_word,
    row_word,
    unit_word,
    verdict_word,
    word,
)
from momentsim.report.forest import Panel, panel
from momentsim.report.numbers import WORD_DIGITS, capitalise, show_number
from momentsim.report.stored_folder import Cell, StoredFolder, StoredTable
from momentsim.report.tables import MeasureRow, verdict
from momentsim.report.verdicts import signed_words, unit_words
from momentsim.report.workbook.comparison_sheets import what_differs
from momentsim.report.workbook.write import LEFT_OUT, title_of

NAMING: Final = ("measure", "goal_measure")
"""Columns with names of measures."""
MOST_ROWS: Final = 60
"""Rows of a table in a report; the rest is in its file."""
TILES: Final = ("net_benefit", "customers_lost_expected", "cost_total")
TILES_WITHOUT_MEMORY: Final = ("service_level", "wait_mean_s", "cost_total")


def report_of(stored: StoredFolder, sentences: tuple[str, ...]) -> Report:
    """The report of a folder; `sentences` are what its command says."""
    if stored.kind == "run":
        return run_report(stored, title_of(stored), sentences)
    if stored.kind == "compare":
        return _comparison_report(stored, sentences)
    return _other_report(stored, sentences)


def compared_in(stored: StoredFolder) -> ComparisonTables:
    """The tables of a comparison that are told."""
    from momentsim.questions.compare.store import read_comparison

    found = read_comparison(stored.folder, dict(stored.about))
    whole = found.table[found.table["scope"] == "all"].set_index("measure")
    return ComparisonTables(
        str(stored.about["baseline"]),
        found.table,
        found.verdicts,
        found.ranking,
        found.worlds,
        str(whole.loc[["net_benefit"], "unit"].iloc[0]),
        str(stored.about["outlook"]),
        bool((whole.loc[["people_in_need"], "baseline"] > 0).any()),
    )


def _comparison_report(stored: StoredFolder, sentences: tuple[str, ...]) -> Report:
    compared, table = compared_in(stored), stored.table("comparison")
    inputs = stored.table(f"{compared.baseline}/inputs")
    told = _told(compared)
    measures = [measure.name for measure in key_measures(compared)]
    tables = [difference_table(table, case, compared.baseline, measures) for case in compared.ranked]
    cases = [compared.baseline, *compared.ranked]
    chapters = [
        Chapter("decision", word("headings.decision"), sentences, tables=tables),
        comparison_chapters.when(stored, table, told, cases),
        comparison_chapters.customers(stored, table, told, compared.baseline),
        Chapter("people", word("headings.people"), _people(stored)),
        comparison_chapters.money(stored, table, told, cases),
        _differs(stored),
        Chapter(
            "how-sure",
            word("headings.how_sure"),
            [paragraph(compared)[-1], sentences[-1]],
            tables=_worlds(stored),
        ),
        *assumptions(inputs, f"{compared.baseline}/inputs.csv"),
        method(stored.about, inputs, command_of("compare", stored.about, inputs)),
        numbers(map(str, table["measure"])),
    ]
    names = {"scenario": str(stored.about["scenario"]), "baseline": compared.baseline}
    count = len(compared.variants)
    title = "titles.comparison_one" if count == 1 else "titles.comparison_many"
    return Report(
        word(title, count=str(count), **names),
        f"{stored.about['finished']} replications of every case, same draws; value counted {compared.outlook}.",
        f"{best_words(compared)}.",
        [_tile(compared, table, told, name) for name in _of_tiles(compared)],
        forest(compared),
        f"Differences of {told} from {compared.baseline}. {paragraph(compared)[-1]}",
        [chapter for chapter in chapters if chapter.paragraphs or chapter.tables],
    )


def _people(stored: StoredFolder) -> list[str]:
    """Whose heads each variant has, and what that does to hours and pay."""
    return [f"{case}: {words}" for case, words in stored.about.get("staffing", {}).items()]


def _told(compared: ComparisonTables) -> str:
    """The variant on the first page: the first by estimates."""
    return compared.ranked[0]


def _of_tiles(compared: ComparisonTables) -> tuple[str, ...]:
    return TILES if compared.judged_by == "net_benefit" else TILES_WITHOUT_MEMORY


def _tile(compared: ComparisonTables, table: StoredTable, case: str, name: str) -> Tile:
    row: MeasureRow = compared.rows(case)[name]
    numbers_of = row.numbers
    half = (numbers_of["high_all"] - numbers_of["low_all"]) / 2
    sign = "+" if numbers_of["difference"] > 0 else ""
    size = show_number(numbers_of["difference"], row.unit, half, WORD_DIGITS)
    return Tile(
        word("tiles.less", measure=word(f"capitals.{name}"), case=case, baseline=compared.baseline),
        _change_word(f"{sign}{size}", row.unit),
        interval_told(numbers_of["low_all"], numbers_of["high_all"], row.unit),
        verdict_word(verdict(BY_NAME[name], numbers_of)),
        row_word("comparison.csv", row_of(table, name, case)),
    )


def _change_word(number: str, unit: str) -> Wording:
    """A difference in the unit of differences; shares differ by points."""
    of = unit_words(unit).strip()
    if not of:
        return number
    name = unit_word("share points" if unit == "share" else unit)
    return word("tiles.value", number=number, unit=name)


def forest(compared: ComparisonTables) -> Drawn:
    """The measure that is judged by, of every variant, with the intervals that hold for all together."""
    cases = compared.ranked
    rows = {case: compared.rows(case)[compared.judged_by] for case in cases}
    changes = [
        Change(row.numbers["difference"], row.numbers["low_all"], row.numbers["high_all"], row.unit)
        for row in rows.values()
    ]
    figure, (axis,) = drawing.panels((1,), size=(12.8, max(3.0, 1.8 + 0.5 * len(cases))))
    heading = f"{compared.judged_by.replace('_', ' ')}, difference from {compared.baseline}"
    panel(axis, Panel(heading, 1, changes))
    axis.set_yticks(range(len(cases) - 1, -1, -1), cases, fontsize=drawing.TEXT)
    axis.set_ylim(-0.6, len(cases) - 0.4)
    told = "; ".join(
        f"{case} {signed_words(change.low, change.high, change.unit)}"
        for case, change in zip(cases, changes, strict=True)
    )
    marks = "Filled circle: better, square: worse, hollow: can't tell"
    text = f"{capitalise(heading)}: {told}. {marks}. From comparison.csv."
    return drawn(figure, "forest", capitalise(heading), text)


def _differs(stored: StoredFolder) -> Chapter:
    """The values that are not the same in all cases."""
    cases = {str(case): stored.table(f"{case}/inputs") for case in stored.about["cases"]}
    found = what_differs(cases)
    header: tuple[Wording, ...] = (word("header.key"), *(case.replace("_", " ") for case in list(found)[1:]))
    tables = [_listing(word("captions.differing"), found)._replace(header=header)] if found else []
    return Chapter("differences", word("headings.differences"), tables=tables)


def _worlds(stored: StoredFolder) -> list[Listing]:
    return [
        _listing(word(caption), table, f"{name}.csv")
        for name, caption in (
            ("worlds_spread", "captions.worlds_spread"),
            ("assumptions", "captions.deciding"),
        )
        if (table := stored.table(name)) and any(table.values())
    ]


def _other_report(stored: StoredFolder, sentences: tuple[str, ...]) -> Report:
    """A sweep, a staffing, a shift plan, a worth: its sentences, its figures, its tables."""
    pictures = list(_figures(stored))
    tables = [
        _listing(f"{name}.csv", table, f"{name}.csv")
        for name in stored.names
        if name not in (*LEFT_OUT, "numbers") and any((table := stored.table(name)).values())
    ]
    command = f"momentsim {stored.kind} {stored.about.get('file', 'FILE.yaml')} (options: see manifest.json)"
    return Report(
        word("titles.question", title=title_word(stored), kind=word(f"kinds.{stored.kind}")),
        f"Answer of momentsim {stored.kind}.",
        sentences[0],
        [],
        pictures[0] if pictures else None,
        "Intervals show chance only, assumptions were not varied.",
        [
            Chapter("decision", word("headings.answer"), sentences, pictures[1:]),
            Chapter("tables", word("headings.tables"), tables=tables),
            *_numbers_behind(stored),
            method(stored.about, {}, command),
        ],
    )


def _numbers_behind(stored: StoredFolder) -> list[Chapter]:
    table = stored.table("numbers")
    if not table:
        return []
    names = ("name", "value", "unit", "tag", "source")
    listing = _listing(
        word("captions.numbers_behind"),
        {name: table[name] for name in names},
        "numbers.csv",
        len(table["name"]),
    )
    return [Chapter("assumptions", word("headings.assumptions"), tables=[listing])]


def _figures(stored: StoredFolder) -> Iterator[Drawn]:
    for name, draw in FIGURES[stored.kind](stored).items():
        figure = draw()
        title = _finding(figure) or capitalise(name.replace("_", " "))
        yield drawn(figure, name, title, f"{title}. From the tables below.")


def _finding(figure: drawing.Drawing) -> str:
    """What a figure says in its large letters."""
    return str(figure.get_suptitle()).replace("\n", " ")


def _worth_figures(stored: StoredFolder) -> Mapping[str, Callable[[], drawing.Drawing]]:
    from momentsim.questions.worth.figures import figures_of
    from momentsim.questions.worth.store import read_worth

    found = read_worth(stored.folder, dict(stored.about))
    return figures_of(found.table, found.months, str(stored.about["variant"]), str(stored.about["currency"]))


def _sweep_figures(stored: StoredFolder) -> Mapping[str, Callable[[], drawing.Drawing]]:
    from momentsim.questions.sweep.figures.gallery import figures_of
    from momentsim.questions.sweep.store import read_sweep

    return figures_of(read_sweep(stored.folder, dict(stored.about)))


def _staff_figures(stored: StoredFolder) -> Mapping[str, Callable[[], drawing.Drawing]]:
    from momentsim.questions.staff.figures import figures_of
    from momentsim.questions.staff.store import read_staffing

    found = read_staffing(stored.folder, dict(stored.about))
    return figures_of(found.requirement, found.levels, found.manifest)


def _shifts_figures(stored: StoredFolder) -> Mapping[str, Callable[[], drawing.Drawing]]:
    from momentsim.questions.shifts.figures import draw
    from momentsim.questions.shifts.store import read_plan

    return {"cover": lambda: draw(stored.about, read_plan(stored.folder, dict(stored.about)).cover)}


def _curve_figures(stored: StoredFolder) -> Mapping[str, Callable[[], drawing.Drawing]]:
    from momentsim.questions.curve.figures import figures_of
    from momentsim.questions.curve.store import read_curve

    found = read_curve(stored.folder, dict(stored.about))
    return figures_of(found.table, str(stored.about["lever"]), str(stored.about["currency"]))


FIGURES: Final[Mapping[str, Callable[[StoredFolder], Mapping[str, Callable[[], drawing.Drawing]]]]] = {
    "worth": _worth_figures,
    "sweep": _sweep_figures,
    "staff": _staff_figures,
    "shifts": _shifts_figures,
    "curve": _curve_figures,
}
"""By kind of folder, its figures, drawn from its tables."""


def _listing(caption: Wording, table: StoredTable, file: str = "", most: int = MOST_ROWS) -> Listing:
    """A stored table as it is, its first rows where it is long."""
    columns = list(table)
    rows = [
        (*(_cell(name, table[name][row]) for name in columns), *((row_word(file, row + 2),) if file else ()))
        for row in range(min(most, len(table[columns[0]])))
    ]
    left_out = len(table[columns[0]]) - len(rows)
    if left_out > 0:
        caption = word("captions.first", caption=caption, rows=str(len(rows)), more=str(left_out))
    header = (*map(column_word, columns), *((word("header.from"),) if file else ()))
    return Listing(caption, header, rows, has_source=bool(file))


def _cell(name: str, value: Cell) -> Wording:
    return name_word(_text(value)) if name in NAMING else _text(value)


def _text(value: Cell) -> str:
    if isinstance(value, float):
        return show_number(value, "")
    return "" if value is None else f"{value:%Y-%m-%d %H:%M}" if not isinstance(value, str) else value
