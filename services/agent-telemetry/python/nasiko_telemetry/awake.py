"""Loads OpenTelemetry when it is needed first: after a fork, if the server forks, and outside of the agent's imports."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from .say import give_up

if TYPE_CHECKING:
    from .tracing import Tracing

_lock = threading.Lock()
_tracing: Tracing | None = None
_tried = False


def awake() -> Tracing | None:
    """What is loaded by now."""
    return _tracing


def tracing(*, needed: bool) -> Tracing | None:
    """Loads at the first call. @param needed: whether to wait for another thread that is at it"""
    global _tracing, _tried
    if _tried:
        return _tracing
    if not _lock.acquire(blocking=needed):
        return None
    try:
        if not _tried:
            from .tracing import load

            _tracing = load()
    except (Exception, SystemExit) as error:
        give_up(error)
    finally:
        _tried = True
        _lock.release()
    return _tracing


def _in_child() -> None:
    global _lock
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)
