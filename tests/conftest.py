"""The order of test files: the longest first, so that at the end no process works while the others have nothing."""

from __future__ import annotations

from typing import Final

import pytest

LONGEST: Final = ("test_tree.py", "test_notebooks.py")


def pytest_configure(config: pytest.Config) -> None:
    """Keep the order below, where files are shared out to several processes, which would begin with the fullest."""
    config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, the others as they were."""
    items.sort(key=lambda item: item.path.name not in LONGEST)
