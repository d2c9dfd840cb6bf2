"""Which tests run: the quick loop, or all; and in which order."""

from __future__ import annotations

import gc
import os
from typing import Final

import pytest
from hypothesis import settings

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
    """Take nearly all tests if asked for, else a quarter of the examples; no screen in particular; the order below."""
    gc.disable()  # of thousands of tests that are collected none is garbage
    for name in OF_A_TERMINAL:
        os.environ.pop(name, None)
    if config.option.all:
        config.option.markexpr = "not long"
    config.option.loadscopereorder = False
    # The first example may compile a function, and shared machines are slow at times.
    settings.register_profile("quick", deadline=None, max_examples=settings().max_examples // 4)
    settings.register_profile("all", deadline=None)
    settings.load_profile("all" if config.option.all else "quick")


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
