"""Tracers that go on with traces and begin none."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Iterator

from .api import context as contexts
from .api import trace
from .bridge import innermost

_HERE = "nasiko_telemetry.vendored."


class ContinuedTracer(trace.Tracer):
    """What nobody asked for, like a look around at the start of an agent or a health check, is no trace."""

    def __init__(self, tracer: trace.Tracer) -> None:
        self._tracer = tracer

    def start_span(self, name: str, context: Any = None, *given: Any, **named: Any) -> trace.Span:
        # Libraries are given the current context as often as none.
        if context is None or context is contexts.get_current():
            context = innermost()
        if not trace.get_current_span(context).get_span_context().is_valid:
            return trace.INVALID_SPAN
        return self._tracer.start_span(name, context, *given, **named)

    @contextmanager
    def start_as_current_span(  # type: ignore[override]
        self,
        name: str,
        *given: Any,
        record_exception: bool = True,
        set_status_on_exception: bool = True,
        end_on_exit: bool = True,
        **named: Any,
    ) -> Iterator[trace.Span]:
        span = self.start_span(
            name,
            *given,
            record_exception=record_exception,
            set_status_on_exception=set_status_on_exception,
            **named,
        )
        with trace.use_span(span, end_on_exit, record_exception, set_status_on_exception):
            yield span


class ContinuedTracers(trace.TracerProvider):
    def __init__(self, provider: trace.TracerProvider) -> None:
        self._provider = provider

    def get_tracer(self, name: str, *given: Any, **named: Any) -> trace.Tracer:
        # Readers know libraries by the names that they have elsewhere.
        return ContinuedTracer(self._provider.get_tracer(name.removeprefix(_HERE), *given, **named))
