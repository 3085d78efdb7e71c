"""What vendored libraries find as their `typing_extensions`, which changes Python's own `typing` for everybody.

Two versions of it in one program can make each other's classes fail, and an agent has one. Nothing at run time needs more
than these names.
"""

from __future__ import annotations

import typing
from typing import Any, Callable


class _Word:
    """Something to write types with that this Python does not know yet."""

    def __getitem__(self, _: Any) -> _Word:
        return self

    def __call__(self) -> None:
        """What can be called passes for a type."""


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    return getattr(typing, name, _Word())


def deprecated(*_: Any, **__: Any) -> Callable[[Any], Any]:
    """Nobody here can do anything about it."""
    return lambda what: what


def assert_never(value: object) -> None:
    raise AssertionError(f"unexpected: {value!r}")
