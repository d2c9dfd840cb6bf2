"""The browser of the app's tests, for reports."""

from app.browser.conftest import browser, screens, watch

__all__ = ["browser", "screens", "watch"]
