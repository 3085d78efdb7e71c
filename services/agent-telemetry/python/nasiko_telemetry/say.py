"""The few words that an agent's log gets from here."""

from __future__ import annotations

import sys
from typing import Any, Callable

_said = False


def say(text: str) -> None:
    try:
        sys.stderr.write(f"nasiko-telemetry: {text}\n")
    except Exception:
        # An agent without a standard error has nobody to tell.
        pass


def give_up(error: BaseException) -> None:
    """Says why something of the agent is not traced; once, however often."""
    global _said
    if not _said:
        _said = True
        say(f"not everything of this agent is traced: {type(error).__name__}: {error}")


def quietly(work: Callable[..., Any], *given: Any) -> Any:
    """Does something that an agent must not suffer from; None if it fails."""
    try:
        return work(*given)
    except Exception as error:
        give_up(error)
        return None
