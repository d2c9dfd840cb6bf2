"""Turns what the type checker refuses into problems that a planner can act on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pydantic_core import ErrorDetails

from momentsim import units
from momentsim.errors import Problem
from momentsim.scenario.fields import (
    FieldFacts,
    facts_at,
    keys_of,
    limits_of,
    range_of,
    section_at,
    unit_mark,
    with_kinds,
)
from momentsim.scenario.files.nodes import Branch, KeyPath, Mark, Node, child, is_null, key_text, place
from momentsim.scenario.written import show_value
from momentsim.suggestions import did_you_mean

_KEY_MARKER = "[key]"
_KIND_ERRORS = ("union_tag_invalid", "union_tag_not_found")
_MANY_KEYS = 10
_PLAIN_UNITS = ("ratio", "SD")
Wording = tuple[str, str, str]


def problem_of(error: ErrorDetails, root: Branch) -> Problem:
    """One problem, placed in the file that wrote the value (or that lacks it)."""
    path = with_kinds(written_path(error["loc"], root, error["type"]), root)
    if error["type"] in _KIND_ERRORS:
        path = (*path, "kind")
    key = key_text(path)
    if error["loc"] and error["loc"][-1] == _KEY_MARKER:
        mark = _key_mark(root, path)
        return mark.problem(key, *_wording(error, path))
    what, allowed, meant = _wording(error, path)
    if error["type"] == "extra_forbidden":
        return _key_mark(root, path).problem(key, what, allowed, meant)
    return place(root, path).problem(key, what, allowed, meant)


def written_path(location: tuple[int | str, ...], root: Branch, kind: str) -> KeyPath:
    """The key as written: without the names of alternatives that the type checker adds."""
    node: Node | None = root
    path: list[str | int] = []
    parts = [part for part in location if part != _KEY_MARKER]
    for position, part in enumerate(parts):
        below = child(node, part) if node is not None else None
        is_missing = kind == "missing" and position == len(parts) - 1
        if below is None and not is_missing:
            continue
        path.append(part)
        node = below
    return tuple(path)


def _key_mark(root: Branch, path: KeyPath) -> Mark:
    parent: Node | None = root
    for part in path[:-1]:
        parent = child(parent, part) if parent is not None else None
    if isinstance(parent, Branch) and path and str(path[-1]) in parent.key_marks:
        return parent.key_marks[str(path[-1])]
    return place(root, path)


def _wording(error: ErrorDetails, path: KeyPath) -> Wording:
    maker = _WORDINGS.get(error["type"])
    if maker is not None:
        return maker(error, path)
    return f"{show_value(error.get('input'))} is not accepted", error["msg"].lower(), ""


def _custom(error: ErrorDetails, _path: KeyPath) -> Wording:
    context = error.get("ctx", {})
    return str(context["what"]), str(context["allowed"]), str(context["meant"])


def _missing(_error: ErrorDetails, path: KeyPath) -> Wording:
    facts = facts_at(path)
    meaning = facts.info.description if facts and facts.info and facts.info.description else ""
    return "this key is missing", f"it is needed ({meaning.rstrip('.')})" if meaning else "it is needed", ""


def unknown_key(path: KeyPath) -> Wording:
    """Words for a key that its section does not have."""
    section = section_at(path[:-1])
    known = keys_of(section) if section else ()
    allowed = f"allowed here: {', '.join(known)}" if len(known) <= _MANY_KEYS else ""
    meant = did_you_mean(str(path[-1]), known)
    return "unknown key", "" if meant and not allowed else allowed, meant


def _unknown_key(_error: ErrorDetails, path: KeyPath) -> Wording:
    return unknown_key(path)


def _outside(error: ErrorDetails, path: KeyPath) -> Wording:
    facts = facts_at(path)
    mark = unit_mark(facts) if facts else None
    value = error.get("input")
    text = mark.format(value) if mark and isinstance(value, int | float) else show_value(value)
    allowed = range_of(facts) if facts else ""
    meant = _slipped(value, facts) if facts and (mark is None or mark.name in _PLAIN_UNITS) else ""
    return f"{text} is outside the range", f"allowed is {allowed}" if allowed else "", meant


def _slipped(value: object, facts: FieldFacts) -> str:
    """For a number too large for a small range, the one with its decimal point where it would fit."""
    low, low_open, high, _ = limits_of(facts)
    if not isinstance(value, int | float) or high is None or not high < value < 100 or high >= 10:
        return ""
    for divisor in (10.0, 100.0):
        fits = float(f"{value / divisor:.12g}")
        is_above = low is None or fits > low or (fits == low and not low_open)
        if fits <= high and is_above and (isinstance(high, float) or fits.is_integer()):
            return f"did you mean {units.format_number(fits)}?"
    return ""


def _choice(error: ErrorDetails, _path: KeyPath) -> Wording:
    expected = str(error.get("ctx", {}).get("expected", ""))
    known = [word.strip().strip("'") for word in expected.replace(" or ", ", ").split(",")]
    value = error.get("input")
    meant = did_you_mean(value, known) if isinstance(value, str) else ""
    return f"{show_value(value)} is not a choice here", f"choose one of {', '.join(known)}", meant


def _kind(error: ErrorDetails, path: KeyPath) -> Wording:
    context = error.get("ctx", {})
    known = [word.strip().strip("'") for word in str(context.get("expected_tags", "")).split(",")]
    tag = str(context.get("tag", ""))
    return f"'{tag}' is not a choice here", f"choose one of {', '.join(known)}", did_you_mean(tag, known)


def _type(wanted: str) -> Callable[[ErrorDetails, KeyPath], Wording]:
    def words(error: ErrorDetails, _path: KeyPath) -> Wording:
        value = error.get("input")
        return f"{show_value(value)} is not {wanted}", f"write {wanted}", _meant_number(value, wanted)

    return words


def _meant_number(value: object, wanted: str) -> str:
    """The number in a text or, where a whole one is wanted, the one before the point."""
    if isinstance(value, float) and wanted == "a whole number" and abs(value) < 1e15:
        return f"did you mean {int(value)}?"
    quantity = units.parse_quantity(value) if isinstance(value, str) else None
    if quantity is None or "number" not in wanted:
        return ""
    return f"did you mean {units.format_number(quantity[0])}?"


def _section(error: ErrorDetails, path: KeyPath) -> Wording:
    section = section_at(path)
    keys = f" with keys like {', '.join(keys_of(section)[:4])}" if section else ""
    return f"{show_value(error.get('input'))} is not a section", f"write a mapping{keys}", ""


def _too_short(error: ErrorDetails, _path: KeyPath) -> Wording:
    return (
        f"{show_value(error.get('input')) if error.get('input') else 'this'} is empty",
        "at least one is needed",
        "",
    )


def _currency(error: ErrorDetails, _path: KeyPath) -> Wording:
    return f"{show_value(error.get('input'))} is not a currency", "three capital letters, like USD", ""


def _too_long(error: ErrorDetails, _path: KeyPath) -> Wording:
    limit = error.get("ctx", {}).get("max_length", "")
    return f"{show_value(error.get('input'))} is too long", f"at most {limit} characters", ""


def _too_many(error: ErrorDetails, _path: KeyPath) -> Wording:
    limit = error.get("ctx", {}).get("max_length", "")
    return f"{show_value(error.get('input'))} with too many items", f"at most {limit}", ""


_WORDINGS: Mapping[str, Callable[[ErrorDetails, KeyPath], Wording]] = {
    "momentsim": _custom,
    "missing": _missing,
    "extra_forbidden": _unknown_key,
    "literal_error": _choice,
    **dict.fromkeys(("greater_than", "greater_than_equal", "less_than", "less_than_equal"), _outside),
    "int_type": _type("a whole number"),
    "float_type": _type("a number"),
    "string_type": _type("a text"),
    "tuple_type": _type("a list"),
    "dict_type": _type("a mapping"),
    "union_tag_invalid": _kind,
    "union_tag_not_found": _missing,
    "model_type": _section,
    "model_attributes_type": _section,
    "too_short": _too_short,
    "string_too_short": _too_short,
    "string_too_long": _too_long,
    "too_long": _too_many,
    "string_pattern_mismatch": _currency,
}


def removed_keys(root: Branch) -> list[Problem]:
    """Problems of keys set to null that no section has: a typing error there would go unnoticed."""
    return list(_removed_in(root, ()))


def _removed_in(node: Node, path: KeyPath) -> list[Problem]:
    if not isinstance(node, Branch):
        return []
    problems: list[Problem] = []
    for key, below in node.items.items():
        here = (*path, key)
        if is_null(below) and facts_at(here) is None and facts_at(path) is not None:
            problems.append(node.key_marks[key].problem(key_text(here), *unknown_key(here)))
        problems += _removed_in(below, here)
    return problems
