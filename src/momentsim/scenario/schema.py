"""The JSON Schema of scenario files, for editors that complete and check while one types.

Only constructs that mean the same in draft-07 and 2020-12 are used.
"""

from __future__ import annotations

import copy
import json
from typing import Any

from momentsim.scenario.quantities import NAME_PATTERN
from momentsim.scenario.types import Scenario

JsonSchema = dict[str, Any]
_PREFIX = "#/$defs/"
_PARTIAL = "Partial"


def schema() -> JsonSchema:
    """The schema. A file that extends another one may leave out what that one says; so may a variant."""
    whole = _with_plain_choices(Scenario.model_json_schema(ref_template=_PREFIX + "{model}"))
    definitions: JsonSchema = whole.pop("$defs")
    whole["required"].remove("customers")  # under `behaviour: off` a file may leave them out
    definitions["Scenario"] = whole
    partial = {_PARTIAL + name: _partial(definition) for name, definition in definitions.items()}
    for definition in (whole, partial[_PARTIAL + "Scenario"]):
        definition["properties"]["behaviour"] = _with_switch(definition["properties"]["behaviour"])
    variant = copy.deepcopy(partial[_PARTIAL + "Scenario"]) | {"title": "Variant"}
    variant["properties"] |= _VARIANT_KEYS
    for definition in (whole, partial[_PARTIAL + "Scenario"]):
        definition["properties"] |= _FILE_KEYS
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "momentsim scenario",
        "type": "object",
        "if": {"required": ["extends"]},
        "then": {"$ref": f"{_PREFIX}{_PARTIAL}Scenario"},
        "else": {"$ref": f"{_PREFIX}Scenario"},
        "$defs": {**definitions, **partial, "Variant": variant},
    }


def schema_text() -> str:
    """The schema as the text that is committed beside the reference page."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


_VARIANT_KEYS: JsonSchema = {
    "new": {
        "description": "This variant adds groups, moments, segments, programmes or crises; else an unknown name is an "
        "error.",
        "enum": ["off", "on", True, False],
    },
}
_FILE_KEYS: JsonSchema = {
    "extends": {
        "description": "A scenario file (or several) in the same folder or below, which this one changes.",
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
    },
    "variants": {
        "description": "Named overrides; the key `description` says what a variant is about.",
        "type": "object",
        "propertyNames": {"pattern": NAME_PATTERN},
        "additionalProperties": {"anyOf": [{"$ref": _PREFIX + "Variant"}, {"type": "null"}]},
    },
}


def _with_switch(behaviour: JsonSchema) -> JsonSchema:
    """`behaviour: off` switches everything off."""
    return {
        "anyOf": [{"enum": ["off", "on", True, False]}, behaviour],
        "description": behaviour.get("description", ""),
    }


def _partial(definition: JsonSchema) -> JsonSchema:
    """A definition in which every key may be missing or null."""
    changed: JsonSchema = _with_partial_references(copy.deepcopy(definition))
    changed.pop("required", None)
    properties = changed.get("properties", {})
    changed["properties"] = {name: _or_null(inner) for name, inner in properties.items()}
    return changed


def _or_null(inner: JsonSchema) -> JsonSchema:
    described = {"description": inner["description"]} if "description" in inner else {}
    return {"anyOf": [inner, {"type": "null"}], **described}


def _with_plain_choices(node: Any) -> Any:
    """Kinds of a thing as `anyOf`: a part of it, in a variant, may fit several; and no mark of another standard."""
    if isinstance(node, list):
        return [_with_plain_choices(item) for item in node]
    if not isinstance(node, dict):
        return node
    is_choice = isinstance(node.get("discriminator"), dict) and "oneOf" in node
    names = {"oneOf": "anyOf"} if is_choice else {}
    return {
        names.get(key, key): _with_plain_choices(item)
        for key, item in node.items()
        if not (is_choice and key == "discriminator")
    }


def _with_partial_references(node: Any) -> Any:
    """References lead to partial definitions; a collection may be empty."""
    if isinstance(node, list):
        return [_with_partial_references(item) for item in node]
    if not isinstance(node, dict):
        return node
    changed = {key: _with_partial_references(item) for key, item in node.items() if key != "minProperties"}
    if isinstance(changed.get("$ref"), str):
        changed["$ref"] = changed["$ref"].replace(_PREFIX, _PREFIX + _PARTIAL, 1)
    return changed
