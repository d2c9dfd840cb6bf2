"""The results folder of a sweep: its tables, what each replication says, the file as written, figures."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from momentsim.measures.display import Short, ShownAnswer
from momentsim.questions.sweep.axes import Axis
from momentsim.questions.sweep.grid import Design
from momentsim.questions.sweep.points import Points
from momentsim.questions.sweep.sensitivity import sensitivity_table
from momentsim.questions.sweep.slopes import slopes_table
from momentsim.questions.sweep.sweep import Sweep
from momentsim.questions.sweep.tables import pairs_table, points_table, sweep_table
from momentsim.runs.files import rows, write_csv, write_json
from momentsim.runs.identity import combine, identity
from momentsim.runs.manifest import manifest
from momentsim.runs.results_folder import MANIFEST, document, draft, find_in, folder_name
from momentsim.runs.settings import RunSettings
from momentsim.runs.stored_run import FIGURES, RESULTS
from momentsim.scenario.resolved_file import resolved_text

CONTENT = "sweep.json"
SCENARIO = "scenario.yaml"


@dataclass(frozen=True, repr=False)
class Swept(ShownAnswer):
    """A sweep as its tables tell it, fresh or from its folder.

    `about` is the manifest; its `keys` are the varied keys with their values, its `sentences` what is said in the end.
    `table` has a row per point and measure, `slopes` what one more of a key is worth, `sensitivity` which key matters,
    `pairs` what each replication says. Their columns are explained in docs/what_if.md. `scenario` is the text of the
    file as written, with all that it leaves to defaults.
    """

    about: Mapping[str, Any]
    points: pd.DataFrame
    table: pd.DataFrame
    slopes: pd.DataFrame
    sensitivity: pd.DataFrame
    pairs: pd.DataFrame
    scenario: str

    def short(self) -> Short:
        """The measures at each point."""
        varied = ", ".join(str(key["key"]) for key in self.keys)
        more = ".table, .points, .slopes, .sensitivity; .of(MEASURE); ms.words, ms.plot, ms.save"
        keys = self.points[["point", *(key["column"] for key in self.keys)]]
        values = self.table.pivot(index="point", columns="measure", values="value")[self.measures]
        return Short(
            f"{varied}: {len(self.points)} points", keys.merge(values.reset_index(), on="point"), more
        )

    @property
    def keys(self) -> list[dict[str, Any]]:
        """The varied keys: `key`, `column` (its name in tables), `unit`, `values`, `written` and more."""
        return list(self.about["keys"])

    @property
    def sentences(self) -> list[str]:
        """What is said in the end."""
        return list(self.about["sentences"])

    @property
    def measures(self) -> list[str]:
        """Measures in the order asked for."""
        return list(self.about["measures"])

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables by the name of their file."""
        return {
            "points": self.points,
            "sweep": self.table,
            "slopes": self.slopes,
            "sensitivity": self.sensitivity,
            "pairs": self.pairs,
        }

    def of(self, measure: str) -> pd.DataFrame:
        """Rows of one measure, by point; the file as written is point 0 unless a point is just that."""
        return self.table[self.table["measure"] == measure].reset_index(drop=True)


Draw = Callable[[Path, Swept], None]
"""Draws the figures of a sweep into a folder."""
Say = Callable[[Swept], Sequence[str]]
"""Says what a sweep finds."""


def sweep_identity(
    axes: Sequence[Axis], design: Design, points: Points, settings: RunSettings, measures: Sequence[str]
) -> str:
    """SHA-256 of the identities of all points in their order, the design and the measures."""
    every = [points.as_written, *points.points]
    parts = (
        f"{design.name} {design.size} {' '.join(measures)}",
        *(f"{axis.key} {axis.texts!r} {axis.unit}" for axis in axes),
        *(identity(point.loaded, point.base, settings) for point in every),
    )
    return combine(parts)


def sweep_place(points: Points, identity_hash: str) -> Path:
    """`results/NAME-swept-HASH8`."""
    return RESULTS / folder_name(f"{points.as_written.loaded.scenario.name}-swept", identity_hash)


def tell_sweep(swept: Sweep, identity_hash: str, say: Say) -> Swept:
    """The tables of a sweep, and what they say."""
    about = {
        **manifest(swept.baseline),
        "identity": identity_hash,
        "currency": swept.currency,
        "design": swept.design.name,
        "design_size": swept.design.size,
        "design_points": len(swept.design.places),
        "points": len(swept.design.rows),
        "finished": len(swept.items),
        "as_written_point": swept.here + 1,
        "measures": list(swept.estimates),
        "keys": [_about(axis) for axis in swept.axes],
        "interrupted": swept.interrupted,
        "complete": not swept.interrupted,
        "sentences": [],
    }
    answer = Swept(
        about,
        points_table(swept),
        sweep_table(swept),
        slopes_table(swept),
        sensitivity_table(swept),
        pairs_table(swept),
        resolved_text(swept.baseline.loaded),
    )
    about["sentences"] = list(say(answer))
    return answer


def _about(axis: Axis) -> dict[str, Any]:
    return {
        "key": axis.key,
        "column": axis.column,
        "kind": axis.kind,
        "unit": axis.unit,
        "values": list(axis.texts),
        "numbers": None if axis.numbers is None else list(axis.numbers),
        "written": axis.written,
        "here": None if math.isnan(axis.here) else axis.here,
        "range": axis.grain is not None,
        "rounded": axis.rounded,
        "holds_in_reference": axis.world,
    }


def find_sweep(folder: Path, identity_hash: str) -> Swept | None:
    """The complete sweep of this identity at `folder`, if there is one."""
    return find_in(folder, identity_hash, (CONTENT, SCENARIO), partial(read_sweep, folder))


def read_sweep(folder: Path, about: dict[str, Any]) -> Swept:
    """What lies at `folder`, the folder of this manifest."""
    content = document(folder, CONTENT)
    words = {"measure", "unit", "key", "from", "to", "at", "per", "index", "method"}
    words |= {key["column"] for key in about["keys"] if key["numbers"] is None}

    def table(name: str) -> pd.DataFrame:
        read = pd.DataFrame(content[name]["rows"], columns=content[name]["columns"])
        blank = [column for column in read if column not in words and read[column].dtype == object]
        return read.astype(dict.fromkeys(blank, float))

    return Swept(
        about,
        table("points"),
        table("sweep"),
        table("slopes"),
        table("sensitivity"),
        table("pairs"),
        (folder / SCENARIO).read_text(encoding="utf-8"),
    )


def write_sweep(swept: Swept, folder: Path, *, draw: Draw) -> None:
    """Write a sweep as a whole folder."""
    with draft(folder) as draft_folder:
        for name, table in swept.tables.items():
            write_csv(table, draft_folder / f"{name}.csv")
        content = {
            name: {"columns": list(table.columns), "rows": rows(table)}
            for name, table in swept.tables.items()
        }
        write_json(content, draft_folder / CONTENT)
        (draft_folder / SCENARIO).write_text(swept.scenario, encoding="utf-8")
        (draft_folder / FIGURES).mkdir()
        draw(draft_folder / FIGURES, swept)
        write_json(swept.about, draft_folder / MANIFEST)
