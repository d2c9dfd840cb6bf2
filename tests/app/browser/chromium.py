"""Which browser the tests use, and what it is watched for: errors, and requests that leave this machine."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from app.browser.needed import found_chromium, is_required, missing_browser, need_playwright

need_playwright()  # where it is missing, whoever imports this is skipped

from playwright.sync_api import (  # noqa: E402
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    ViewportSize,
    WebError,
    WebSocketRoute,
    expect,
    sync_playwright,
)

__all__ = [
    "DESK",
    "HAND",
    "WALL",
    "Outage",
    "Page",
    "Response",
    "Screens",
    "Watch",
    "expect",
    "open_browser",
]

PATIENCE_MS = 60_000
"""A busy machine with two cores may need long for what takes a tenth of a second elsewhere."""
WALL, DESK, HAND = (
    ViewportSize(width=1920, height=1080),
    ViewportSize(width=1280, height=800),
    ViewportSize(width=390, height=844),
)
_OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
_QUIET = ("--disable-background-networking", "--disable-component-update", "--no-first-run")

expect.set_options(timeout=PATIENCE_MS)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A browser that resolves no name: whatever asks for the internet fails."""
    executable = found_chromium()
    if executable is None:
        (pytest.fail if is_required() else pytest.skip)(missing_browser())
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, chromium_sandbox=not is_root, args=[_OFFLINE, *_QUIET]
        )
        try:
            yield browser
        finally:
            browser.close()


class Watch:
    """What pages must not do: write errors or warnings to the console, throw, or ask others than this machine."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.asked: set[str] = set()
        """Addresses of all requests, without their queries."""
        self._expected: list[str] = []

    def expect(self, pattern: str) -> None:
        """A complaint that belongs to the test."""
        self._expected.append(pattern)

    def watch(self, context: BrowserContext) -> None:
        """From now on."""
        context.on("console", self._hear)
        context.on("weberror", self._catch)
        context.on("request", self._follow)

    def check(self) -> None:
        """Fail on anything that was not expected."""
        left = [each for each in self.complaints if not any(re.search(one, each) for one in self._expected)]
        assert not left, "\n".join(left)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    def _catch(self, error: WebError) -> None:
        self.complaints.append(f"thrown: {error.error}")

    def _follow(self, request: Request) -> None:
        parts = urlsplit(request.url)
        self.asked.add(f"{parts.scheme}://{parts.netloc}{parts.path}")
        if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
            self.complaints.append(f"left this machine: {request.url[:200]}")


class Screens:
    """Opens pages of all sizes in one browser, each as if on a machine of its own."""

    def __init__(self, browser: Browser, watch: Watch) -> None:
        self._browser = browser
        self._watch = watch
        self._contexts: list[BrowserContext] = []

    def close(self) -> None:
        """Close all pages."""
        for context in self._contexts:
            context.close()

    def open(self, size: ViewportSize, address: str = "") -> Page:
        """A new page; the address is opened where one is given."""
        context = self._browser.new_context(
            viewport=size, locale="en-GB", has_touch=size is HAND, reduced_motion="reduce"
        )
        context.set_default_timeout(PATIENCE_MS)
        self._contexts.append(context)
        self._watch.watch(context)
        page = context.new_page()
        if address:
            page.goto(address)
        return page


class Outage:
    """Cuts the wire between a page and its room, and mends it; made before the page is opened."""

    def __init__(self, page: Page) -> None:
        self._is_down = False
        self._open: list[WebSocketRoute] = []
        page.route_web_socket("**/ws/*", self._connect)

    def begin(self) -> None:
        """Nothing comes through from now on."""
        self._is_down = True
        for route in self._open:
            route.close()
        self._open.clear()

    def end(self) -> None:
        """The next try succeeds."""
        self._is_down = False

    def _connect(self, route: WebSocketRoute) -> None:
        if self._is_down:
            route.close()
        else:
            route.connect_to_server()
            self._open.append(route)
