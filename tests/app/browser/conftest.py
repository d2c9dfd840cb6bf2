"""A browser, pages that are watched, the words on them, and pictures of them for the guide."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import momentsim

if TYPE_CHECKING:  # only test modules may be skipped where the browser's libraries are missing
    from playwright.sync_api import Browser

    from app.browser.chromium import Page, Screens, Watch

PICTURES = Path(__file__).parents[3] / "docs" / "workshop"
_COLOURS = 128

Shoot = Callable[["Page", str], None]


@pytest.fixture
def watch() -> Iterator[Watch]:
    """What all pages of a test must not do, looked at when it has passed."""
    from app.browser.chromium import Watch

    watching = Watch()
    yield watching
    watching.check()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the tests of a file; each page has a context of its own.

    While it is there, an event loop runs in this thread, and tests of other files could have none of their own.
    """
    from app.browser.chromium import open_browser

    with open_browser() as opened:
        yield opened


@pytest.fixture
def screens(browser: Browser, watch: Watch) -> Iterator[Screens]:
    """Opens pages, and closes them."""
    from app.browser.chromium import Screens

    opened = Screens(browser, watch)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def words() -> Mapping[str, str]:
    """All words of all pages."""
    file = Path(momentsim.__file__).parent / "app" / "static" / "words_en.json"
    found: dict[str, str] = json.loads(file.read_text("utf-8"))
    return found


@pytest.fixture
def shoot(request: pytest.FixtureRequest) -> Shoot:
    """Takes a picture for the guide, with few colours; does nothing unless `--pictures` asks for them."""
    is_wanted = bool(request.config.getoption("--pictures"))

    def take(page: Page, name: str) -> None:
        if not is_wanted:
            return
        from PIL import Image

        taken = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        PICTURES.mkdir(parents=True, exist_ok=True)
        taken.quantize(_COLOURS).save(PICTURES / f"{name}.png", optimize=True)

    return take
