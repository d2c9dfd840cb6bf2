"""Browser tests that are required are not skipped in silence."""

from __future__ import annotations

import pytest

from app.browser.needed import is_required, missing_browser, missing_libraries

pytestmark = pytest.mark.browser


def test_what_is_required_is_there() -> None:
    missing = "; ".join(filter(None, (missing_libraries(), missing_browser())))
    if missing and not is_required():
        pytest.skip(missing)
    assert not missing
