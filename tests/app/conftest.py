"""A server for tests, with rooms of paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.server_fixtures import Server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server that runs."""
    one = Server(tmp_path)
    with one.client:
        yield one
