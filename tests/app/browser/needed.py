"""What browser tests need besides the app; without it they are skipped, and where they are required one test fails."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path

import pytest

_MODULES = ("playwright", "axe_playwright_python", "websockets")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")


def is_required() -> bool:
    """Whether what is missing is an error: in continuous integration, or by MOMENTSIM_BROWSER=required."""
    return bool(os.environ.get("CI")) or os.environ.get("MOMENTSIM_BROWSER") == "required"


def missing_libraries() -> str:
    """What must be installed for Python; empty where all is there."""
    missing = [name for name in _MODULES if importlib.util.find_spec(name) is None]
    return f"no {', '.join(missing)}: pip install -e '.[app,browser]'" if missing else ""


def found_chromium() -> Path | None:
    """The browser named in MOMENTSIM_CHROMIUM, or one on the path."""
    named = os.environ.get("MOMENTSIM_CHROMIUM")
    found = [named] if named else [path for name in _BROWSERS if (path := shutil.which(name))]
    return Path(found[0]) if found and Path(found[0]).is_file() else None


def missing_browser() -> str:
    """Why there is no browser to test with; empty where there is one."""
    if found_chromium() is not None:
        return ""
    named = os.environ.get("MOMENTSIM_CHROMIUM")
    return f"no Chromium ({named or ', '.join(_BROWSERS)}): install it, or name it in MOMENTSIM_CHROMIUM"


def need_playwright() -> None:
    """Skip the module that is being imported where a library is missing."""
    if why := missing_libraries():
        pytest.skip(why, allow_module_level=True)
