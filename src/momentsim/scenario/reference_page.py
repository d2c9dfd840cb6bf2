"""The reference page of scenario files, generated from the types.

`python -m momentsim.scenario.reference_page docs/reference` writes it there, with the JSON Schema and the
page of evidence.
"""

from __future__ import annotations

import sys
from functools import cache
from inspect import cleandoc
from pathlib import Path
from typing import Any, get_args, get_origin

from momentsim.scenario.evidence import registry
from momentsim.scenario.explain import default_text
from momentsim.scenario.fields import all_sections, facts_at, kind_of, options, range_of, unit_of
from momentsim.scenario.files.headings import DAY_NUMBER, OTHER_NAMES
from momentsim.scenario.files.nodes import KeyPath
from momentsim.scenario.schema import schema_text
from momentsim.scenario.types import Part, Scenario, Section

PAGE_NAME = "scenario.md"
SCHEMA_NAME = "scenario.schema.json"
EVIDENCE_NAME = "evidence.md"
_HEAD = """# Scenario files

Every key of a scenario file, generated from the types by
`python -m momentsim.scenario.reference_page docs/reference`.

How values are written:

| quantity | written | inside |
|---|---|---|
| duration | `6 min`, `20 s`, `1.5 h`, `8 h 30 min`, `00:04:00`, `3 d`, `2 weeks`, `1 year` | seconds |
| share | `12 %` or `0.12` | 0..1 |
| ratio | `0.8` or `80 %` | number |
| money | `25 USD`, or `$25` where the currency has that sign | the scenario's currency |
| money per hour | `36 USD/h`, `$36/h` | the scenario's currency |
| service goal | `80/20` or `80 %/20 s` (80 % answered within 20 s) | share and seconds |
| time of day | `08:30` or `8:30 am`, up to `24:00` | seconds since midnight |
| local date and time | `2007-02-14 06:00`; for a `start` the date alone, from its midnight | no daylight saving |
| weekdays | `mon-fri`, `weekend`, `Wednesday`, or a list of them | `mon` to `sun` |
| on or off | `on`, `off`, `yes`, `no`, `true`, `false` | |

What can be read in one way only is read, with or without quotes; what has several readings is refused with all of
them: `1,200` (numbers have a point for decimals and no mark for thousands), `4:00`, `3/2/2026`. A bare number where a
unit is needed is an error. `key: null` puts a key back to its default.

Files build on each other. `extends: other.yaml` (or a list) takes everything from files in the same folder or
below. `variants:` holds named sets of changes, each with a `description:` if wanted, applied by `--variant a`
or `--variant a+b`. `--set key.path=value` goes on top. Mappings merge deeply, lists replace.
`behaviour: off` switches off every switch of that section, and what is not written is as in a textbook then
(`behaviour.textbook`): `resolution` 100 %, `redial` 0 %, `speed_sd` and `skill_sd` 0, no seconds for a lost context
or a handover, and no section `customers` is needed. What is written still holds.

CSV side files lie in the scenario's folder or below, may be packed (`.gz`), have a header, `,`, `;`, a tab or
`|` between cells, and one row for every interval of the horizon, and of the warm-up if there is one:
`interval_start` with `offered` (volumes) or `heads` (agents on duty). Files of observed durations have the column
`seconds`.
A sheet of an Excel workbook may be named instead: `plan.xlsx#Heads`, `plan.xlsx#Heads!A1:D50`,
`plan.xlsx#june` (the name of a range), or `plan.xlsx` where it has one visible sheet.

Rows of volumes may be shorter than the interval if their length divides it. With `sparse: on` rows may be missing
(nobody comes) and rows outside are left out. Volume files of other programs are read as they are where
their headers are in this table (large letters, blanks and `_` do not matter); without a column of starts, a `date` and
a `time` beside it are one:

| column | also read as |
|---|---|
{names}
"""


def reference() -> str:
    """The page (Markdown): one table for each section."""
    names = [
        f"| `{name}` | {', '.join(f'`{other}`' for other in others)} |"
        for name, others in OTHER_NAMES.items()
        if name != DAY_NUMBER  # a scenario does not say which date the first day is
    ]
    head = _HEAD.replace("{names}", "\n".join(names))
    return "\n".join([head, *(_table(section) for section in all_sections())])


def write(folder: Path) -> None:
    """Writes the page of keys, the schema and the page of evidence into a folder."""
    (folder / PAGE_NAME).write_text(reference(), "utf-8")
    (folder / SCHEMA_NAME).write_text(schema_text(), "utf-8")
    (folder / EVIDENCE_NAME).write_text(registry.reference_page(), "utf-8")


def places_of(section: type[Section]) -> list[str]:
    """Keys at which a section may stand, like `workforce.groups.NAME`."""
    return [place for place, section_there in _everywhere() if section_there is section]


@cache
def _everywhere() -> list[tuple[str, type[Section]]]:
    """Every key at which a section may stand, with the section."""
    return [(_pattern(path), section) for path, section in _walk(Scenario, (), ())]


def _table(section: type[Section]) -> str:
    places = ["Law.parts[]"] if section is Part else [place for place in places_of(section) if place]
    title = f"`{places[0]}`" if len(places) == 1 else section.__name__ if places else "The file"
    if len([other for other in all_sections() if places_of(other) == places]) > 1:
        title += f" of kind `{kind_of(section)}`"
    used = f"\nStands at {', '.join(f'`{place}`' for place in places)}.\n" if len(places) > 1 else ""
    lines = [
        f"## {title}\n",
        cleandoc(section.__doc__ or ""),  # as newer Pythons keep it
        used,
        "| key | unit | range | default | meaning |",
        "|---|---|---|---|---|",
    ]
    return "\n".join([*lines, *(_row(section, name) for name in section.model_fields)]) + "\n"


def _row(section: type[Section], name: str) -> str:
    facts = facts_at((name,), section)
    assert facts is not None and facts.info is not None
    default = "needed" if facts.info.is_required() else default_text(facts.info.get_default(), facts)
    cells = (
        f"`{name}`",
        unit_of(facts),
        range_of(facts, with_technical_limits=False),
        default,
        facts.info.description or "",
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _walk(
    section: type[Section], path: KeyPath, above: tuple[type[Section], ...]
) -> list[tuple[KeyPath, type[Section]]]:
    """Every place of every section; a section inside itself (parts of a mixture) is followed once."""
    sections: list[tuple[KeyPath, type[Section]]] = [(path, section)]
    for name, info in section.model_fields.items():
        for suffix, inner in _sections_in(info.annotation):
            if inner not in above:
                sections += _walk(inner, (*path, name, *suffix), (*above, section))
    return sections


def _sections_in(annotation: Any) -> list[tuple[KeyPath, type[Section]]]:
    sections: list[tuple[KeyPath, type[Section]]] = []
    for option in options(annotation):
        if isinstance(option, type) and issubclass(option, Section):
            sections.append(((), option))
        elif get_origin(option) in (dict, tuple):
            arguments = [item for item in get_args(option) if item is not Ellipsis]
            step: str | int = "NAME" if get_origin(option) is dict else 0
            sections += [((step, *suffix), inner) for suffix, inner in _sections_in(arguments[-1])]
    return sections


def _pattern(path: KeyPath) -> str:
    text = ""
    for part in path:
        text += "[]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
