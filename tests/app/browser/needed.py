"""What browser tests need besides the app; without it they are skipped, and where they are required they fail."""

from __future__ import annotations

import importlib.util
import os

import pytest

_MODULES = ("playwright", "axe_playwright_python", "websockets")
_HOW = "browser tests come with pip install -e '.[app,browser]'"


def is_required() -> bool:
    """Whether what is missing is an error: in continuous integration, or by MOMENTSIM_BROWSER=required."""
    return bool(os.environ.get("CI")) or os.environ.get("MOMENTSIM_BROWSER") == "required"


def need_playwright() -> None:
    """Skip the module that is being imported where Playwright or axe is not installed; an error where required."""
    missing = [name for name in _MODULES if importlib.util.find_spec(name) is None]
    if missing and is_required():
        raise ImportError(f"{', '.join(missing)}: {_HOW}")
    if missing:
        pytest.skip(_HOW, allow_module_level=True)
