"""Files of the pages: all words are there, nothing is read as HTML or comes from outside."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import momentsim

STATIC = Path(momentsim.__file__).parent / "app" / "static"
SCRIPTS = sorted(STATIC.glob("*.js"))
PAGES = sorted(STATIC.glob("*.html"))
WORDS: dict[str, str] = json.loads((STATIC / "words_en.json").read_text("utf-8"))
COMMENT = re.compile(r"/\*.*?\*/|(?:^|\s\s)//[^\n]*", re.DOTALL | re.MULTILINE)
FORBIDDEN = (
    "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "setTimeout(\"",
)  # fmt: skip


def used_keys() -> tuple[set[str], set[str]]:
    """Keys that scripts and pages name in full, and the beginnings of those that they put together."""
    whole: set[str] = set()
    beginnings: set[str] = set()
    for file in (*SCRIPTS, *PAGES):
        text = COMMENT.sub("", file.read_text("utf-8"))
        whole |= set(re.findall(r"[\"'`]([a-z]+(?:\.[\w-]+)+)[\"'`]", text))
        beginnings |= set(re.findall(r"`([a-z]+\.[\w.-]*)\$\{", text))
    return whole, beginnings


def test_every_word_that_is_asked_for_is_there() -> None:
    first_parts = {key.split(".")[0] for key in WORDS}
    whole, _ = used_keys()
    asked = {key for key in whole if key.split(".")[0] in first_parts and not key.endswith((".js", ".json"))}
    assert sorted(asked - WORDS.keys()) == []


def test_every_word_is_asked_for() -> None:
    whole, beginnings = used_keys()
    idle = [key for key in WORDS if key not in whole and not any(key.startswith(one) for one in beginnings)]
    assert idle == []


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_scripts_take_text_for_text(file: Path) -> None:
    text = file.read_text("utf-8")
    assert [word for word in FORBIDDEN if word in text] == []
    outside = set(re.findall(r"https?://[^\s\"'`)$]+", text)) - {"http://www.w3.org/2000/svg"}
    assert not outside


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_pages_fit_the_strict_policy(file: Path) -> None:
    text = file.read_text("utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=", text)
    assert re.findall(r"<script(?![^>]*\ssrc=\"/static/)", text) == []
    assert "//" not in text.replace("<!doctype html>", "")
    assert re.search(r"<html[^>]* lang=\"en\"", text)
    assert re.search(r"<title>[^<]+</title>", text)
