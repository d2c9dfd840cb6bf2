"""What-if: live formulas over what was counted. It is arithmetic and never a second simulation.

Whoever works at another wage, values customers otherwise or counts the service level by another formula sees at once
what that makes of the same contacts. What people would do otherwise is not in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from momentsim.measures.service import SERVICE_LEVELS
from momentsim.report.stored_folder import StoredTable
from momentsim.report.tables import rows_of
from momentsim.report.workbook.book import Book, Sheet, style_for
from momentsim.report.workbook.summary_sheet import MEASURES

WHAT_IF: Final = "What-if"
NOTE: Final = (
    "Yellow cells are yours to change. All else follows from what the run counted: the estimates, without their "
    "intervals. Nothing is simulated again, so nobody waits, calls or leaves otherwise than in the run."
)
PAY: Final = "paid_hours: "
"""Begins the ledger's lines of regular pay, one a group."""


def what_if_sheet(
    book: Book,
    summary: StoredTable,
    ledger: StoredTable,
    places: Mapping[str, int],
    goal: Mapping[str, Any],
) -> None:
    """The sheet; `places` are the rows of measures on the sheet that has them all."""
    sheet = book.sheet(WHAT_IF, (46, 18, 18, 16, 16))
    values = {name: row.numbers["value"] for name, row in rows_of(summary).items()}
    sheet.put(0, 0, "What if", "title")
    sheet.paragraph(1, NOTE, 5, "note", width=110)
    row = _money(sheet, 3, values, ledger, places)
    _service(sheet, row + 1, values, places, goal)


def _reference(places: Mapping[str, int], name: str) -> str:
    """A measure's value, 0 where it is blank: its cell is in column D, after measure, scope and item."""
    return f"N({MEASURES}!$D${places[name] + 1})"


def _or_nothing(value: float) -> float:
    return value if value == value else 0.0


def _money(
    sheet: Sheet, row: int, values: Mapping[str, float], ledger: StoredTable, places: Mapping[str, int]
) -> int:
    """Pay, value and compensation at other rates; returns the next free row."""
    pay = -sum(
        amount
        for line, amount in zip(ledger["line"], ledger["amount"], strict=True)
        if isinstance(amount, float) and str(line).startswith(PAY)
    )
    hours, cost = values["paid_hours"], values["cost_total"]
    given = {name: _or_nothing(values[name]) for name in ("cost_compensation", "cost_refunds")}
    rate = pay / hours if hours > 0 else 0.0
    sheet.put_row(row, ("Money", "as counted", "yours", "makes"), "header")
    _counted(sheet, row + 1, "hours paid", f"={_reference(places, 'paid_hours')}", hours, "count")
    sheet.put(row + 2, 0, "pay for these hours")
    sheet.formula(row + 2, 1, f'=-SUMIF(Ledger!$A:$A,"{PAY}*",Ledger!$E:$E)', pay, "money")
    sheet.put(row + 3, 0, "pay an hour")
    paid = f"B{row + 3}"
    sheet.formula(row + 3, 1, f"=IF(B{row + 2}>0,{paid}/B{row + 2},0)", rate, "cents")
    sheet.put(row + 3, 2, round(rate, 2), "input")
    sheet.formula(row + 3, 3, f"=B{row + 2}*C{row + 4}", hours * round(rate, 2), "money")
    own_pay = hours * round(rate, 2)
    line = row + 4
    for name, label in (("cost_compensation", "compensation"), ("cost_refunds", "refunds")):
        if name in places:
            _factor(sheet, line, f"{label}, times", _reference(places, name), given[name])
        line += 1
    value = _or_nothing(values["value_net"])
    _factor(sheet, line, "customer value, times", _reference(places, "value_net"), value)
    net = _or_nothing(values["net_benefit"])
    others = f"{paid}-B{row + 5}-B{row + 6}"
    total = line + 1
    sheet.put(total, 0, "cost, total")
    sheet.formula(total, 1, f"={_reference(places, 'cost_total')}", cost, "money")
    sheet.formula(
        total, 3, f"=B{total + 1}-{others}+D{row + 4}+D{row + 5}+D{row + 6}", cost - pay + own_pay, "money"
    )
    sheet.put(total + 1, 0, "value less cost (compare variants with it)")
    sheet.formula(total + 1, 1, f"={_reference(places, 'net_benefit')}", net, "money")
    sheet.formula(
        total + 1, 3, f"=B{total + 2}+D{line + 1}-B{line + 1}-D{total + 1}+B{total + 1}",
        net - own_pay + pay, "money",
    )  # fmt: skip
    _name_inputs(sheet, row, line)
    return total + 3


def _name_inputs(sheet: Sheet, row: int, line: int) -> None:
    names = {"your_pay_an_hour": row + 3, "your_compensation_factor": row + 4, "your_refund_factor": row + 5}
    for name, place in (names | {"your_value_factor": line}).items():
        sheet.book.define(name, sheet.name, place, 2)


def _counted(sheet: Sheet, row: int, label: str, formula: str, value: float, style: str) -> None:
    sheet.put(row, 0, label)
    sheet.formula(row, 1, formula, _or_nothing(value), style)


def _factor(sheet: Sheet, row: int, label: str, reference: str, value: float) -> None:
    """An amount as counted, a factor of one, and what that makes."""
    _counted(sheet, row, label, f"={reference}", value, "money")
    sheet.put(row, 2, 1.0, "input")
    sheet.formula(row, 3, f"=B{row + 1}*C{row + 1}", value, "money")


def _service(
    sheet: Sheet, row: int, values: Mapping[str, float], places: Mapping[str, int], goal: Mapping[str, Any]
) -> None:
    """The service level of the same contacts by each formula, and by the one that is chosen."""
    chosen, share = str(goal["formula"]), float(goal["share"])
    sheet.put_row(
        row,
        (f"Service level within {float(goal['threshold_s']):g} s", "by this formula", "what counts"),
        "header",
    )
    first = row + 1
    for line, (name, (words, _, _)) in enumerate(SERVICE_LEVELS.items(), start=first):
        measure = f"service_level_{name}"
        sheet.put(line, 0, name)
        sheet.formula(line, 1, f"={_reference(places, measure)}", _or_nothing(values[measure]), "share")
        sheet.put(line, 2, words)
    last = first + len(SERVICE_LEVELS) - 1
    line = last + 2
    names, levels = f"$A${first + 1}:$A${last + 1}", f"$B${first + 1}:$B${last + 1}"
    sheet.put(line, 0, "formula (choose from the list)")
    sheet.put(line, 1, chosen, "choice")
    sheet.raw.data_validation(line, 1, line, 1, {"validate": "list", "source": f"={names}"})
    level = _or_nothing(values[f"service_level_{chosen}"])
    sheet.put(line + 1, 0, "goal, share")
    sheet.put(line + 1, 1, share, "input")
    sheet.put(line + 2, 0, "service level by the chosen formula")
    sheet.formula(line + 2, 1, f"=INDEX({levels},MATCH(B{line + 1},{names},0))", level, "share")
    sheet.put(line + 3, 0, "above the goal (points; chance is not in it)")
    sheet.formula(line + 3, 1, f"=B{line + 3}-B{line + 2}", level - share, "share")
    sheet.put(line + 4, 0, "calls offered")
    offered = values["offered"]
    sheet.formula(line + 4, 1, f"={_reference(places, 'offered')}", offered, style_for("attempts", offered))
