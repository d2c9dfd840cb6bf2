"""Which tests run: the quick loop, or all; and in which order."""

from __future__ import annotations

import gc
import os
from typing import Final

import pytest

OF_A_TERMINAL: Final = ("COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR")
"""What a shell may say of its screen; the answers under test do not depend on whose shell runs them."""
LONGEST: Final = (
    "test_workshop.py", "test_tree.py", "test_folders.py", "test_notebooks.py", "test_fence.py",
    "test_command_resume.py",
)  # fmt: skip


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--all` is the opposite of the marks that pyproject.toml leaves out."""
    parser.addoption(
        "--all", action="store_true", help="slow tests, tools and cold caches too; all but -m long"
    )
    parser.addoption(
        "--pictures", action="store_true", help="browser tests write the pictures of docs/workshop.md anew"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Take nearly all tests if asked for, on no screen in particular; keep the order below in several processes."""
    gc.disable()  # of thousands of tests that are collected none is garbage
    for name in OF_A_TERMINAL:
        os.environ.pop(name, None)
    if config.option.all:
        config.option.markexpr = "not long"
    config.option.loadscopereorder = False


def pytest_report_header(config: pytest.Config) -> str:
    """Say which tests these are."""
    return f"tests: -m '{config.option.markexpr}' (--all runs all but the long ones)"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, so that no process is left with one at the end; the others as they were."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


def pytest_collection_finish() -> None:
    """Look for garbage again, but not among all that was collected and imported."""
    gc.freeze()
    gc.enable()
