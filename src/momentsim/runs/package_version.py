"""The version of momentsim that runs."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def package_version() -> str:
    """Version of momentsim; `0+source` when it runs from a source tree that is not installed."""
    try:
        return version("momentsim")
    except PackageNotFoundError:
        return "0+source"
