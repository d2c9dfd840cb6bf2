"""Which tests run: the quick loop, or all; and in which order."""

from __future__ import annotations

from typing import Final

import pytest

LONGEST: Final = (
    "test_tree.py", "test_folders.py", "test_notebooks.py", "test_fence.py", "test_command_resume.py",
)  # fmt: skip


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--all` is the opposite of the marks that pyproject.toml leaves out."""
    parser.addoption(
        "--all", action="store_true", help="slow tests, tools and cold caches too; all but -m long"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Take nearly all tests if asked for; where files are shared out to several processes, keep the order below."""
    if config.option.all:
        config.option.markexpr = "not long"
    config.option.loadscopereorder = False


def pytest_report_header(config: pytest.Config) -> str:
    """Say which tests these are."""
    return f"tests: -m '{config.option.markexpr}' (--all runs all but the long ones)"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, so that no process is left with one at the end; the others as they were."""
    items.sort(key=lambda item: item.path.name not in LONGEST)
