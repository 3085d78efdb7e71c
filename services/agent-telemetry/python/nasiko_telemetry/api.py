"""The API of OpenTelemetry that everything here uses: one of its own, set up without looking around in the agent.

Whatever needs OpenTelemetry imports this before.
"""

from __future__ import annotations

import logging
from typing import Any, Callable

from .vendored.opentelemetry.util import _importlib_metadata as installed

# What libraries have to tell developers is nothing for an agent's log.
logging.getLogger("nasiko_telemetry").addHandler(logging.NullHandler())
logging.getLogger("nasiko_telemetry").propagate = False


class _Known:
    """What is named instead of being looked for among all that the agent has installed, which takes long."""

    def __init__(self, load: Callable[[], Any]) -> None:
        self.load = load


def _entry_points(*, group: str, **_: Any) -> tuple[_Known, ...]:
    if group == "opentelemetry_context":
        return (_Known(_contexts),)
    if group == "opentelemetry_propagator":
        return (_Known(_trace_context),)
    return ()


def _contexts() -> Any:
    from .vendored.opentelemetry.context.contextvars_context import ContextVarsRuntimeContext

    return ContextVarsRuntimeContext


def _trace_context() -> Any:
    from .vendored.opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator


installed.entry_points = _entry_points  # type: ignore[assignment]

from .vendored.opentelemetry import context, propagate, trace  # noqa: E402
from .vendored.opentelemetry.metrics import NoOpMeterProvider  # noqa: E402

__all__ = ["NoOpMeterProvider", "context", "propagate", "trace"]
