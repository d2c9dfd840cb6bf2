"""Rules are asked as plain Python in the quick loop, so that an edit of one is answered before anything compiles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from momentsim.compiler.decorators import CompiledFunction


def as_plain_python(function: CompiledFunction, *arguments: Any) -> Any:
    """The call without the compiler; whatever the function calls is called likewise."""
    return function.__wrapped__(*arguments)


@pytest.fixture(autouse=True, scope="package")
def plain(request: pytest.FixtureRequest) -> Iterator[None]:
    """`--all` asks the machine code, whose floats divide by 0 and overflow in their own way."""
    with pytest.MonkeyPatch.context() as patch:
        if not request.config.option.all:
            patch.setattr(CompiledFunction, "__call__", as_plain_python)
        yield
