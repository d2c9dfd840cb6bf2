"""What a sweep finds, in words: the best point, what one more of a key is worth, which key matters.

Ends of intervals are rounded outward, so that what is read out is never narrower than what was found.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from momentsim.measures.catalogue import BY_NAME
from momentsim.questions.sweep.sensitivity import FIRST, NOISE, R2, RANK, TOTAL
from momentsim.questions.sweep.slopes import AVERAGED
from momentsim.questions.sweep.store import Swept
from momentsim.questions.sweep.tables import BENEFIT
from momentsim.report.numbers import capitalise, join_words, with_unit
from momentsim.report.verdicts import (
    NOT_VARIED,
    SURELY_FIRST,
    Verdict,
    amounts,
    customers_words,
    decide,
    signed_words,
    unit_words,
)

LOST = "customers_lost_expected"
MOST_NAMED = 4
"""Points that are named one by one."""
WIDE = 0.8
"""Width of an interval of a share that says nothing."""
MOST_KEYS = 5
"""Keys of which a sensitivity is told."""
Row = Mapping[Any, Any]


def sentences(swept: Swept) -> list[str]:
    """The best point, a sentence per key, and which key matters most."""
    if swept.about["finished"] == 0:
        return ["No point was finished but the file as written."]
    if not swept.table["low"].notna().any():
        return ["One replication tells nothing about how sure this is."]
    return [*best_point(swept), *slope_sentences(swept), *sensitivity_sentences(swept), *notes_of_keys(swept)]


MOST_PHRASES = 3
"""Measures of which the paragraph to read out says what one more of a key does to them."""
MOST_LEADS = 2
"""Keys of which it says so."""


def paragraph(swept: Swept) -> list[str]:
    """At most four sentences to read out: the best point, what moves it, and what that rests on."""
    if swept.about["finished"] == 0 or not swept.table["low"].notna().any():
        return sentences(swept)[:1]
    return [*best_point(swept), *_slopes_in_short(swept), *_matters_in_short(swept), _basis(swept)]


def _slopes_in_short(swept: Swept) -> list[str]:
    """One sentence: of one key what one more of it does to several measures, of more keys to the principal one."""
    if swept.about["design"] != "grid":
        return []
    most = MOST_PHRASES if len(swept.keys) == 1 else 1
    names = short_names([str(key["key"]) for key in swept.keys])
    parts = []
    for key, rows in _local_slopes(swept):
        if phrases := [phrase(row) for row in rows if math.isfinite(row["low_all"])][:most]:
            parts.append(f"{_lead(rows[0], key, names)}: {join_words(phrases)}")
    told = "; ".join(parts[:MOST_LEADS])
    return [f"{told}."] if told else []


def _matters_in_short(swept: Swept) -> list[str]:
    """One sentence without the language of statistics: on which keys the principal measure depends, the most first."""
    table, title = _of_principal(swept), BY_NAME[principal(swept)].title.strip()
    index = RANK if (table["index"] == RANK).any() else TOTAL
    rows = table[(table["index"] == index) & table["value"].notna()]
    if len(swept.keys) < 2 or not len(rows):
        return []
    known = rows[[_is_known(row) and decide(row["low"], row["high"]).is_clear for _, row in rows.iterrows()]]
    if not len(known):
        return [f"On which key {title} depends over these values can't be told."]
    names = short_names([str(key["key"]) for key in swept.keys])
    ordered = known.reindex(known["value"].abs().sort_values(ascending=False).index)["key"].head(MOST_LEADS)
    return [
        f"Over these values {title} depends most on {', then on '.join(names[str(key)] for key in ordered)}."
    ]


def _basis(swept: Swept) -> str:
    """What it rests on, with the words of a comparison."""
    if BENEFIT not in swept.measures:
        return f"{capitalise(NOT_VARIED)}."
    return (
        f"Net benefit is the expected margin of customers {swept.about['outlook']}, less cost; {NOT_VARIED}."
    )


def principal(swept: Swept) -> str:
    """The measure that points are ranked by: net benefit if it is measured, else the first."""
    return BENEFIT if BENEFIT in swept.measures else swept.measures[0]


def place_words(swept: Swept, row: Row) -> str:
    """`heads = 10, patience.mean = 3 min`: the values of a point; the last part of a key names it if that is clear."""
    names = short_names([str(key["key"]) for key in swept.keys])
    return ", ".join(
        f"{names[str(key['key'])]} = {value_words(key, row[key['column']])}" for key in swept.keys
    )


def value_words(key: Row, value: Any) -> str:
    """A value of a key with its unit, as written."""
    if key["numbers"] is None or not isinstance(value, int | float):
        return str(value)
    return f"{value:.10g} {key['unit']}".strip()


def short_names(keys: Sequence[str]) -> dict[str, str]:
    """The shortest endings of keys that tell them apart, two parts at least where there are two."""
    names: dict[str, str] = {}
    for key in keys:
        parts = key.split(".")
        for length in range(min(2, len(parts)), len(parts) + 1):
            name = ".".join(parts[-length:])
            if sum(other == name or other.endswith(f".{name}") for other in keys) == 1:
                break
        names[key] = name
    return names


def best_point(swept: Swept) -> list[str]:
    """Where net benefit is highest, and which points may be as good."""
    rows = [row for row in swept.of(BENEFIT).to_dict(orient="records") if row["point"] > 0]
    if len(rows) < 2:
        return []
    if len({row["value"] for row in rows}) == 1:
        return ["Net benefit is the same at all points."]
    best = max(rows, key=lambda row: float(row["value"]))
    rivals = [
        row
        for row in swept.points.to_dict(orient="records")
        if row["best_place"] == 1 and row["point"] != best["point"]
    ]
    spot = f"{place_words(swept, best)}{_against_file(swept, best)}"
    text = f"Net benefit is highest at {spot}"
    if not rivals:
        return [f"{text}{SURELY_FIRST}{_at_the_end(swept, best)}."]
    if len(rivals) == len(rows) - 1:
        return [f"{text}; but that is not sure, any other point may be as good."]
    if len(rivals) > MOST_NAMED:
        return [f"{text}; {len(rivals)} other points may be as good (best_place 1 in points.csv)."]
    named = " or ".join(place_words(swept, row) for row in rivals)
    return [f"{text}; {named} may be as good{_at_the_end(swept, best)}."]


def best_title(swept: Swept) -> str:
    """The same in few words, for a title; empty where net benefit is not measured."""
    told = best_point(swept)
    if not told:
        return ""
    first, _, doubt = told[0].rstrip(".").partition("; ")
    if doubt:
        return f"By the estimates {first[0].lower()}{first[1:]}; other points may be as good"
    return first.split(SURELY_FIRST)[0]


def _at_the_end(swept: Swept, best: Row) -> str:
    """Where the best value of a key is the last one that was tried, more of the same may be better."""
    names = short_names([str(key["key"]) for key in swept.keys])
    ends = [
        names[str(key["key"])]
        for key in swept.keys
        if key["numbers"] is not None
        and len(key["numbers"]) > 1
        and best[key["column"]] in (min(key["numbers"]), max(key["numbers"]))
    ]
    return f" (the end of what was tried of {' and '.join(ends)}: it may be better beyond)" if ends else ""


def _against_file(swept: Swept, row: Row) -> str:
    """How far it is from the file as written."""
    if int(row["point"]) == swept.about["as_written_point"]:
        return ", as the file is written"
    change = signed_words(
        float(row["difference_low_all"]), float(row["difference_high_all"]), str(row["unit"])
    )
    return f", {change} against the file as written" if change else ""


def slope_sentences(swept: Swept) -> list[str]:
    """For every key that is a number: what one more of it is worth at the file's own value."""
    told = []
    for key, rows in _local_slopes(swept):
        phrases = "; ".join(phrase(row) for row in rows if math.isfinite(row["low_all"]))
        told.append(f"{_lead(rows[0], key, {})}: {phrases or 'nothing can be told'}.")
        told += _elasticities(rows, str(key["key"]))
    return told


def _local_slopes(swept: Swept) -> list[tuple[Row, list[Row]]]:
    """Keys that are numbers, each with its slopes at the file's own value, that of the principal measure first."""
    if not len(swept.slopes):
        return []
    local = swept.slopes[swept.slopes["local"].astype(bool)]
    found = [(key, local[local["key"] == key["key"]].to_dict(orient="records")) for key in swept.keys]
    first = principal(swept)
    return [(key, sorted(rows, key=lambda row: row["measure"] != first)) for key, rows in found if rows]


def _lead(row: Row, key: Row, names: Mapping[str, str]) -> str:
    """`One more of team.heads, from 9 to 10`; the whole key where `names` has none for it."""
    per, name = str(row["per"]), names.get(str(row["key"]), str(row["key"]))
    more = {"1": "One more", "1 %": "One point more"}.get(per, f"{per} more")
    if row["at"] == AVERAGED:
        return f"{more} of {name}, on average over {row['from']} to {row['to']} and all other keys"
    step = f"from {row['from']} to {row['to']}"
    width = abs(_number(row["to"]) - _number(row["from"]))
    mean = "" if math.isclose(width, _number(per)) else ", on average"
    return f"{more} of {name}, {step}{mean}" + (f" (at {row['at']})" if row["at"] and not names else "")


def _number(text: Any) -> float:
    return float(str(text).split(" ")[0])


def phrase(row: Row) -> str:
    """`net benefit rises by 1,200 to 1,900 USD`, `10 to 14 more customers stay`."""
    low, high, unit = float(row["low_all"]), float(row["high_all"]), str(row["unit"])
    if row["measure"] == LOST:
        return customers_words(-high, -low) + _doubt(low, high)
    title = BY_NAME[str(row["measure"])].title.strip()
    verdict = decide(low, high)
    if verdict is Verdict.SAME:
        return f"{title} does not change"
    if not verdict.is_clear:
        return f"{title} moves by {signed_words(low, high, unit)}{_doubt(low, high)}"
    least, most = amounts(low, high, unit)
    size = least if least == most else f"{least} to {most}"
    return f"{title} {'rises' if verdict is Verdict.HIGHER else 'falls'} by {size}{unit_words(unit)}"


def _doubt(low: float, high: float) -> str:
    return " (can't tell)" if decide(low, high) is Verdict.UNSURE else ""


def _elasticities(rows: Sequence[Row], key: str) -> list[str]:
    """`1 % more of it moves cost, total by +0.9 to +1.0 %`; measures that can be below 0 have none to tell."""
    known = [
        row
        for row in rows
        if decide(row["elasticity_low"], row["elasticity_high"]).is_clear
        and not BY_NAME[str(row["measure"])].signed
    ]
    parts = [
        f"{BY_NAME[str(row['measure'])].title.strip()} by "
        f"{signed_words(row['elasticity_low'], row['elasticity_high'], 'factor')} %"
        for row in known
    ]
    return [f"There, 1 % more of {key} moves {', '.join(parts)} (elasticities, 95 % each)."] if parts else []


def sensitivity_sentences(swept: Swept) -> list[str]:
    """Which key moves the principal measure over the ranges, and what of it is noise."""
    table, title = _of_principal(swept), BY_NAME[principal(swept)].title.strip()
    if not len(table):
        return []
    (noise,) = table.loc[table["index"] == NOISE, "value"]
    of_noise = _noise_words(float(noise))
    if (table["index"] == RANK).any():
        return [_ranks(table, title) + of_noise]
    first = table[table["index"] == FIRST].set_index("key")
    total = table[table["index"] == TOTAL].set_index("key")
    if not first["value"].notna().any():
        return [f"{capitalise(title)} varies no more over these points than noise does."]
    ordered = list(total.sort_values("value", ascending=False).index[:MOST_KEYS])
    clear = [key for key in ordered if _is_known(first.loc[key]) or _is_known(total.loc[key])]
    if not clear:
        return [f"Which key moves {title} over these values can't be told.{of_noise}"]
    parts = [
        f"{key} makes up {_share(first.loc[key])} of its variance by itself, {_share(total.loc[key])} with all "
        "that it takes part in"
        for key in clear
    ]
    return [f"What moves {title} over these values: {'; '.join(parts)}.{of_noise}"]


def _of_principal(swept: Swept) -> pd.DataFrame:
    return swept.sensitivity[swept.sensitivity["measure"] == principal(swept)]


def _is_known(row: pd.Series[Any]) -> bool:
    """Is its interval narrow enough to say anything?"""
    return not float(row["high"]) - float(row["low"]) > WIDE


def _share(row: pd.Series[Any]) -> str:
    low, high = float(row["low"]), float(row["high"])
    if not (math.isfinite(low) and math.isfinite(high)):
        return with_unit(float(row["value"]), "share", 0.05)
    least, most = amounts(low, high, "share")
    return f"{least} to {most} %" if least != most else f"{least} %"


def _ranks(table: pd.DataFrame, title: str) -> str:
    rows = table[table["index"] == RANK].copy()
    (explained,) = table.loc[table["index"] == R2, "value"]
    rows = rows.reindex(rows["value"].abs().sort_values(ascending=False).index).head(MOST_KEYS)
    parts = ", ".join(f"{row['key']} {row['value']:+.2f}" for row in rows.to_dict(orient="records"))
    weak = "" if explained >= 0.7 else "; below 0.7 they say little, take --design sobol"
    return f"What moves {title}, coefficients of ranks from -1 to 1: {parts} (R2 {explained:.2f}{weak})."


def _noise_words(noise: float) -> str:
    if not math.isfinite(noise):
        return ""
    size = "less than 1 %" if noise < 0.01 else f"{100 * min(noise, 1.0):.0f} %"
    return f" Sampling noise makes up {size} of what is seen" + (
        "." if noise < 0.2 else "; more replications would tell more."
    )


def notes_of_keys(swept: Swept) -> list[str]:
    """What one has to know about keys to read the rest."""
    told = []
    world = [str(key["key"]) for key in swept.keys if key["holds_in_reference"]]
    if world:
        verb = "describes" if len(world) == 1 else "describe"
        told.append(
            f"{' and '.join(world)} {verb} the world: at every point customers are used to it (the reference "
            "operation has it too)."
        )
    rounded = [str(key["key"]) for key in swept.keys if key["rounded"]]
    if rounded:
        told.append(f"Values of {' and '.join(rounded)} are rounded to whole ones.")
    return told
