"""The report of every kind of results folder, told from its tables by the words that its command prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from momentsim.measures.catalogue import BY_NAME
from momentsim.questions.compare.first_screen import Compared, best_words, key_measures, paragraph
from momentsim.report import drawing
from momentsim.report.changes import Change
from momentsim.report.document import comparison_chapters
from momentsim.report.document.closing_chapters import assumptions, command_of, method, numbers
from momentsim.report.document.measure_tables import difference_table, row_of
from momentsim.report.document.parts import Chapter, Drawn, Listing, Report, Tile
from momentsim.report.document.run_report import run_report
from momentsim.report.document.svg import drawn
from momentsim.report.forest import Panel, panel
from momentsim.report.numbers import WORD_DIGITS, capitalise, show_number, span
from momentsim.report.stored_folder import Cell, StoredFolder, StoredTable
from momentsim.report.tables import Row, verdict
from momentsim.report.verdicts import signed_words, unit_words
from momentsim.report.workbook.comparison_sheets import what_differs
from momentsim.report.workbook.write import LEFT_OUT, title_of

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


def compared_in(stored: StoredFolder) -> Compared:
    """The tables of a comparison that are told."""
    from momentsim.questions.compare.store import read_comparison

    found = read_comparison(stored.folder, dict(stored.about))
    whole = found.table[found.table["scope"] == "all"].set_index("measure")
    return Compared(
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
        Chapter("decision", "The decision", sentences, tables=tables),
        comparison_chapters.when(stored, table, told, cases),
        comparison_chapters.customers(stored, table, told, compared.baseline),
        Chapter("people", "Our people", _people(stored)),
        comparison_chapters.money(stored, table, told, cases),
        _differs(stored),
        Chapter("how-sure", "How sure", [paragraph(compared)[-1], sentences[-1]], tables=_worlds(stored)),
        *assumptions(inputs, f"{compared.baseline}/inputs.csv"),
        method(stored.about, inputs, command_of("compare", stored.about, inputs)),
        numbers(map(str, table["measure"])),
    ]
    variants = f"{len(compared.variants)} variant{'' if len(compared.variants) == 1 else 's'}"
    return Report(
        f"{stored.about['scenario']}: {variants} against {compared.baseline}",
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


def _told(compared: Compared) -> str:
    """The variant on the first page: the first by estimates."""
    return compared.ranked[0]


def _of_tiles(compared: Compared) -> tuple[str, ...]:
    return TILES if compared.judged_by == "net_benefit" else TILES_WITHOUT_MEMORY


def _tile(compared: Compared, table: StoredTable, case: str, name: str) -> Tile:
    row: Row = compared.rows(case)[name]
    numbers_of = row.numbers
    half = (numbers_of["high_all"] - numbers_of["low_all"]) / 2
    sign = "+" if numbers_of["difference"] > 0 else ""
    size = show_number(numbers_of["difference"], row.unit, half, WORD_DIGITS)
    interval = span(numbers_of["low_all"], numbers_of["high_all"], row.unit)
    return Tile(
        f"{capitalise(BY_NAME[name].title.strip())}, {case} less {compared.baseline}",
        f"{sign}{size}{unit_words(row.unit)}",
        f"95 %: {interval}" if interval else "no interval: one replication",
        str(verdict(BY_NAME[name], numbers_of)),
        f"comparison.csv, row {row_of(table, name, case)}",
    )


def forest(compared: Compared) -> Drawn:
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
    tables = [_listing("Values that are not the same in all cases", found)] if found else []
    return Chapter("differences", "What the cases differ in", tables=tables)


def _worlds(stored: StoredFolder) -> list[Listing]:
    return [
        _listing(caption, table, f"{name}.csv")
        for name, caption in (
            ("worlds_spread", "Over plausible worlds"),
            ("assumptions", "Which assumption decides"),
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
        f"{title_of(stored)}: {stored.kind}",
        f"Answer of momentsim {stored.kind}.",
        sentences[0],
        [],
        pictures[0] if pictures else None,
        "Intervals show chance only, assumptions were not varied.",
        [
            Chapter("decision", "The answer", sentences, pictures[1:]),
            Chapter("tables", "Tables", tables=tables),
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
        "The numbers behind it", {name: table[name] for name in names}, "numbers.csv", len(table["name"])
    )
    return [Chapter("assumptions", "What was assumed", tables=[listing])]


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


def _listing(caption: str, table: StoredTable, file: str = "", most: int = MOST_ROWS) -> Listing:
    """A stored table as it is, its first rows where it is long."""
    columns = list(table)
    rows = [
        (*(_text(table[name][row]) for name in columns), *((f"{file}, row {row + 2}",) if file else ()))
        for row in range(min(most, len(table[columns[0]])))
    ]
    left_out = len(table[columns[0]]) - len(rows)
    more = f" (the first {len(rows)} rows; {left_out} more are in the file)" if left_out > 0 else ""
    header = (*(name.replace("_", " ") for name in columns), *(("from",) if file else ()))
    return Listing(f"{caption}{more}", header, rows, has_source=bool(file))


def _text(value: Cell) -> str:
    if isinstance(value, float):
        return show_number(value, "")
    return "" if value is None else f"{value:%Y-%m-%d %H:%M}" if not isinstance(value, str) else value
