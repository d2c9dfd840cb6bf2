"""Turns what the type checker refuses into problems that a planner can act on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import get_args

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
from momentsim.scenario.files.nodes import (
    KeyPath,
    MappingNode,
    Mark,
    Node,
    ValueNode,
    child,
    is_null,
    key_text,
    place,
)
from momentsim.scenario.known_keys import meant_key
from momentsim.scenario.laws.law import Family, Law
from momentsim.scenario.quantities import currencies_meant
from momentsim.scenario.readings import number_readings, range_ends
from momentsim.scenario.sections.base import ALL_DAYS, Section, meant_weekday, weekdays_of
from momentsim.scenario.sections.customers import Segment
from momentsim.scenario.sections.demand import Volume
from momentsim.scenario.sections.opening_hours import OpeningHours
from momentsim.scenario.sections.workforce import Group
from momentsim.scenario.written import is_number, show_value
from momentsim.suggestions import did_you_mean, suggestion

_KEY_MARKER = "[key]"
_KIND_ERRORS = ("union_tag_invalid", "union_tag_not_found")
_MANY_KEYS = 10
_PLAIN_UNITS = ("ratio", "SD")
Wording = tuple[str, str, str]
OTHER_WORDS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("from", "begin", "begins", "open", "opens"), ("start",)),
    **dict.fromkeys(("to", "until", "till", "close", "closes", "stop"), ("end",)),
    **dict.fromkeys(("agents", "staff", "fte", "headcount", "people"), ("heads",)),
    **dict.fromkeys(("aht", "handle_time", "handletime", "service_time"), ("handling_time",)),
    **dict.fromkeys(("duration", "hours"), ("length", "horizon")),
    **dict.fromkeys(("calls", "volume", "contacts", "offered"), ("per_day",)),
    **dict.fromkeys(("sla", "goal", "target"), ("service_level",)),
    **dict.fromkeys(("wage", "cost", "hourly_cost"), ("cost_per_hour",)),
    **dict.fromkeys(("fcr", "first_contact_resolution"), ("resolution",)),
}
"""What planners call a key, and the key."""
_OF_A_PERIOD = ("days", "from", "to", "start", "end", "open", "close", "opens", "closes")
"""Keys of the hours of a day, where a section wants a list of them."""


def problem_of(error: ErrorDetails, root: MappingNode) -> Problem:
    """One problem, placed in the file that wrote the value (or that lacks it)."""
    path = with_kinds(written_path(error["loc"], root, error["type"]), root)
    if error["type"] in _KIND_ERRORS:
        path = (*path, "kind")
    key = key_text(path)
    if error["loc"] and error["loc"][-1] == _KEY_MARKER:
        mark = _key_mark(root, path)
        return mark.problem(key, *_wording(error, path))
    if error["type"] == "extra_forbidden":
        return _key_mark(root, path).problem(key, *unknown_key(path, root))
    what, allowed, meant = _wording(error, path)
    return place(root, path).problem(key, what, allowed, meant)


def written_path(location: tuple[int | str, ...], root: MappingNode, kind: str) -> KeyPath:
    """The key as written: without the names of alternatives that the type checker adds."""
    node: Node | None = root
    path: list[str | int] = []
    parts = [part for part in location if part != _KEY_MARKER]
    tagged: Node | None = None
    for position, part in enumerate(parts):
        if node is not tagged and part == _kind_of(
            node
        ):  # an alternative, even where a key has the same name
            tagged = node
            continue
        below = child(node, part) if node is not None else None
        is_missing = kind == "missing" and position == len(parts) - 1
        if below is None and not is_missing:
            continue
        path.append(part)
        node = below
    return tuple(path)


def _kind_of(node: Node | None) -> object:
    """What stands at the key `kind` of a section; None where nothing does."""
    kind = None if node is None else child(node, "kind")
    return kind.value if isinstance(kind, ValueNode) else None


def _key_mark(root: MappingNode, path: KeyPath) -> Mark:
    parent: Node | None = root
    for part in path[:-1]:
        parent = child(parent, part) if parent is not None else None
    if isinstance(parent, MappingNode) and path and str(path[-1]) in parent.key_marks:
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


def unknown_key(path: KeyPath, root: MappingNode) -> Wording:
    """Words for a key that its section does not have."""
    section = section_at(path[:-1])
    known = keys_of(section) if section else ()
    allowed = f"allowed here: {', '.join(known)}" if len(known) <= _MANY_KEYS else ""
    word = str(path[-1])
    meant = next((f"did you mean '{own}'?" for own in OTHER_WORDS.get(word.lower(), ()) if own in known), "")
    if not meant and section is OpeningHours and word in _OF_A_PERIOD:
        meant = "did you mean weekly: [{start: 08:00, end: 18:00, days: mon-fri}]?"
    if not meant and len(path) == 1:
        meant = meant_key(path, root)  # written without the sections above it, as with --set
    meant = meant or did_you_mean(word, known) or meant_key(path, root)
    return "unknown key", "" if meant and not allowed else allowed, meant


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
    what = f"{show_value(value)} is not a choice here"
    if isinstance(value, str) and tuple(known) == ALL_DAYS:
        if weekdays_of(value) is not None:
            return f"{show_value(value)} names a day that has a value already", "write each day once", ""
        return what, f"choose one of {', '.join(known)}", meant_weekday(value)
    meant = did_you_mean(value, known) if isinstance(value, str) else ""
    return what, f"choose one of {', '.join(known)}", meant


def _kind(error: ErrorDetails, path: KeyPath) -> Wording:
    context = error.get("ctx", {})
    known = [word.strip().strip("'") for word in str(context.get("expected_tags", "")).split(",")]
    tag = str(context.get("tag", ""))
    return f"'{tag}' is not a choice here", f"choose one of {', '.join(known)}", did_you_mean(tag, known)


def _type(wanted: str) -> Callable[[ErrorDetails, KeyPath], Wording]:
    def words(error: ErrorDetails, path: KeyPath) -> Wording:
        value = error.get("input")
        several = _several(value, path) if "number" in wanted else ""
        return f"{show_value(value)} is not {wanted}", f"write {wanted}", several or _meant(value, wanted)

    return words


def _several(value: object, path: KeyPath) -> str:
    """How the values of a range are tried, which is no single value."""
    ends = range_ends(value) if isinstance(value, str) else None
    return (
        f"several are tried by momentsim sweep --vary {key_text(path)}={ends[0]}..{ends[1]}:1" if ends else ""
    )


def _meant(value: object, wanted: str) -> str:
    """What would be of the wanted kind."""
    if wanted == "a list":
        return f"did you mean [{value}]?" if isinstance(value, str) and value.strip() else ""
    if wanted == "a text":
        return f"did you mean '{value}'?" if is_number(value) else ""
    if "number" not in wanted:
        return ""
    if isinstance(value, float) and wanted == "a whole number" and abs(value) < 1e15:
        return f"did you mean {int(value)}?"
    return _meant_number(value, wanted) if isinstance(value, str) else ""


def _meant_number(text: str, wanted: str) -> str:
    """The number in a text, or all readings of one that has several."""
    quantity = units.parse_quantity(text)
    numbers = number_readings(text)
    if not numbers and quantity is not None:
        number, unit = quantity
        numbers = [units.format_number(float(f"{number / 100:.12g}") if unit == "%" else number)]
    whole = [number for number in numbers if wanted == "a number" or number.lstrip("-").isdecimal()]
    return suggestion(whole, quoted=False)


def _section(error: ErrorDetails, path: KeyPath) -> Wording:
    section, value = section_at(path), error.get("input")
    keys = f" with keys like {', '.join(keys_of(section)[:4])}" if section else ""
    return f"{show_value(value)} is not a section", f"write a mapping{keys}", _meant_section(section, value)


def _meant_section(section: type[Section] | None, value: object) -> str:
    """A mapping with the one key that a single value belongs to."""
    is_file = isinstance(value, str) and value.lower().endswith((".csv", ".csv.gz"))
    is_count = is_number(value) or (isinstance(value, str) and units.parse_quantity(value) is not None)
    for kind, key_of_file, key_of_number in _KEYS_OF_A_VALUE:
        if section is kind and is_file:
            kind_of_law = "distribution: empirical, " if kind is Law else ""
            return f"did you mean {{{kind_of_law}{key_of_file}: {value}}}?" if key_of_file else ""
        if section is kind and is_count:
            return f"did you mean {{{key_of_number}: {value}}}?"
    if section is Law and value in get_args(Family):
        return f"did you mean {{distribution: {value}{'' if value == 'never' else ', mean: 5 min'}}}?"
    return ""


_KEYS_OF_A_VALUE = (
    (Law, "file", "mean"),
    (Volume, "file", "per_day"),
    (Group, "heads_file", "heads"),
    (Segment, "", "customers"),
)
"""Sections, and the keys of theirs that are meant by the name of a file and by a number in their place."""


def _too_short(error: ErrorDetails, _path: KeyPath) -> Wording:
    return (
        f"{show_value(error.get('input')) if error.get('input') else 'this'} is empty",
        "at least one is needed",
        "",
    )


def _currency(error: ErrorDetails, _path: KeyPath) -> Wording:
    value = str(error.get("input"))
    what, allowed = f"{show_value(value)} is not a currency", "three capital letters, like USD"
    return what, allowed, suggestion(currencies_meant(value)[:3])


def _too_long(error: ErrorDetails, _path: KeyPath) -> Wording:
    limit = error.get("ctx", {}).get("max_length", "")
    return f"{show_value(error.get('input'))} is too long", f"at most {limit} characters", ""


def _too_many(error: ErrorDetails, _path: KeyPath) -> Wording:
    limit = error.get("ctx", {}).get("max_length", "")
    return f"{show_value(error.get('input'))} with too many items", f"at most {limit}", ""


_WORDINGS: Mapping[str, Callable[[ErrorDetails, KeyPath], Wording]] = {
    "momentsim": _custom,
    "missing": _missing,
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


def removed_keys(root: MappingNode) -> list[Problem]:
    """Problems of keys set to null that no section has: a typing error there would go unnoticed."""
    return list(_removed_in(root, (), root))


def _removed_in(node: Node, path: KeyPath, root: MappingNode) -> list[Problem]:
    if not isinstance(node, MappingNode):
        return []
    problems: list[Problem] = []
    for key, below in node.items.items():
        here = (*path, key)
        if is_null(below) and facts_at(here) is None and facts_at(path) is not None:
            problems.append(node.key_marks[key].problem(key_text(here), *unknown_key(here, root)))
        problems += _removed_in(below, here, root)
    return problems
