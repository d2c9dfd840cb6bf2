"""Writes the messages of the workshop app down: docs/app_messages.md, and the JSON Schema of what clients may say.

`python -m momentsim.app.messages_page docs` writes both there.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from momentsim.app.messages import CLIENT, COMMON, MAX_BYTES, MessageField, MessageKind
from momentsim.app.messages_out import SERVER, SentMessage

PAGE = Path("app_messages.md")
SCHEMA = Path("reference") / "app_messages.schema.json"

_HEAD = f"""# Messages of the workshop app

Generated from `app/messages.py` and `app/messages_out.py` by `python -m momentsim.app.messages_page docs`; do not edit.

Server and pages speak JSON in the text frames of one WebSocket a client, `/ws/CODE`. Times (`t`) are seconds since the
scenario's start. A client's message has at most {MAX_BYTES:,} bytes, and there are at most 10 a second; anything that
is not listed is refused with a sentence. The same as a schema:
[reference/app_messages.schema.json](reference/app_messages.schema.json).
"""


def message_schema() -> dict[str, Any]:
    """JSON Schema of what a client may say."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What a client of momentsim app may say",
        "oneOf": [_schema_of(kind) for kind in CLIENT],
    }


def _schema_of(kind: MessageKind) -> dict[str, Any]:
    common = {field.name: _field_schema(field) for field in COMMON} | {"type": {"const": kind.type}}
    own = {field.name: _field_schema(field) for field in kind.fields}
    return {
        "type": "object",
        "description": kind.words,
        "properties": common | own,
        "required": [*common, *(field.name for field in kind.fields if field.required)],
        "additionalProperties": False,
    }


def _field_schema(field: MessageField) -> dict[str, Any]:
    about = {"description": field.words}
    if field.choices:
        return {"enum": list(field.choices), **about}
    if field.kind == "switch":
        return {"type": "boolean", **about}
    if field.kind == "texts":
        items = {"type": "string", "minLength": 1, "maxLength": field.letters}
        return {
            "type": "array",
            "items": items,
            "minItems": int(field.low),
            "maxItems": int(field.high),
            **about,
        }
    if field.kind == "text":
        if field.pattern:
            return {"type": "string", "pattern": f"^{field.pattern}$", **about}
        return {"type": "string", "minLength": int(field.low), "maxLength": int(field.high), **about}
    kind = "integer" if field.kind == "whole" else "number"
    return {"type": kind, "minimum": field.low, "maximum": field.high, **about}


def messages_page() -> str:
    """The page, as Markdown."""
    parts = [
        _HEAD,
        "\n## From a client\n\nEvery message has these.\n\n",
        _table([_field_row(one) for one in COMMON]),
    ]
    parts += [_client_section(kind) for kind in CLIENT]
    parts += [
        "\n## From the server\n\nEvery message has `v` and `type`. Clients ignore what they do not know.\n"
    ]
    parts += [_server_section(sent) for sent in SERVER]
    return "".join(parts)


def _client_section(kind: MessageKind) -> str:
    head = f"\n### `{kind.type}`\n\n{_sentence(kind.words)}\n"
    return head if not kind.fields else f"{head}\n{_table([_field_row(field) for field in kind.fields])}"


def _server_section(sent: SentMessage) -> str:
    rows = [(f"`{name}`", words) for name, words in sent.fields]
    lines = ["| field | meaning |", "|---|---|", *(f"| {name} | {words} |" for name, words in rows)]
    return f"\n### `{sent.type}` (server)\n\n{_sentence(sent.words)}\n" + (
        "\n" + "\n".join(lines) + "\n" if rows else ""
    )


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def _table(rows: list[tuple[str, str, str]]) -> str:
    lines = ["| field | allowed | meaning |", "|---|---|---|", *(f"| {a} | {b} | {c} |" for a, b, c in rows)]
    return "\n".join(lines) + "\n"


def _field_row(field: MessageField) -> tuple[str, str, str]:
    name = f"`{field.name}`" if field.required else f"`{field.name}`, may be missing"
    return name, _allowed(field), field.words


def _allowed(field: MessageField) -> str:
    if field.choices:
        return ", ".join(f"`{choice}`" for choice in field.choices)
    if field.kind == "switch":
        return "true, false"
    if field.kind == "texts":
        return f"{field.low:g} to {field.high:g} texts of at most {field.letters} letters"
    if field.kind == "text":
        if field.pattern:
            return f"`{field.pattern}`"
        return f"{field.low:g} to {field.high:g} letters" if field.high else "one of those below"
    return f"{'a whole number' if field.kind == 'whole' else 'a number'} from {field.low:,.0f} to {field.high:,.0f}"


def main() -> None:
    """Write both files below the folder named."""
    folder = Path(sys.argv[1])
    (folder / PAGE).write_text(messages_page(), encoding="utf-8")
    (folder / SCHEMA).write_text(json.dumps(message_schema(), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
