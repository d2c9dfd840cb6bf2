"""Accessibility of a page as axe-core finds it."""

from __future__ import annotations

from app.browser.chromium import Page


def check_accessible(page: Page) -> None:
    """Fail on anything that axe finds, with its report; the page must also not be wider than its window."""
    from axe_playwright_python.sync_playwright import Axe  # after it is known to be there

    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page.url} is too wide"
