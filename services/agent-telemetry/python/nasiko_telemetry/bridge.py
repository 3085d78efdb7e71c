"""Lets an agent's own OpenTelemetry, of whatever version, have a part in the trace.

The agent's API and the one here know nothing of each other. Where a request comes in, the agent's API is told which
span is the current one. And its API hands out proxies until a provider is set, which can be done once. So no provider is
set here; instead spans that proxies are asked for meanwhile, by A2A's SDK for instance, are recorded here. An agent that
sets a provider of its own gets all that it would get without this, as do libraries that look whether there is one.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Iterator

from .api import context as contexts
from .api import trace
from .say import quietly

THEIRS = "opentelemetry.trace"
#: What A2A's SDK tells of itself: dozens of steps of its queues for each question, all as if they were servers.
_A2A = "a2a-python-sdk"
_QUEUES = "a2a.server.events."


def innermost() -> Any:
    """The context with the span that is current, be it one of an agent's or one from here."""
    here = contexts.get_current()
    theirs = sys.modules.get(THEIRS)
    span = None if theirs is None else quietly(theirs.get_current_span)
    # An agent's span that was begun under another one than the current one is further out.
    if getattr(span, "_nasiko_under", None) is trace.get_current_span(here):
        return trace.set_span_in_context(span._nasiko_span, here)
    return here


@contextmanager
def current_for_agent() -> Iterator[None]:
    """Has the agent's API know of the span that is current here."""
    token = quietly(_attach)
    try:
        yield
    finally:
        if token is not None:
            quietly(sys.modules["opentelemetry.context"].detach, token)


def _attach() -> Any:
    theirs, known = sys.modules.get(THEIRS), trace.get_current_span().get_span_context()
    if theirs is None or not known.is_valid:
        return None
    return sys.modules["opentelemetry.context"].attach(
        theirs.set_span_in_context(theirs.NonRecordingSpan(_told(theirs, known)))
    )


def _told(theirs: ModuleType, known: trace.SpanContext) -> Any:
    return theirs.SpanContext(known.trace_id, known.span_id, False, theirs.TraceFlags(known.trace_flags))


def serve_proxies(theirs: ModuleType, provider: trace.TracerProvider) -> None:
    """Records what an agent's API is asked for while the agent has no provider.

    @raises Exception: if this is none of the APIs that are known
    """
    proxies = theirs.ProxyTracer
    unset = proxies.__dict__["_tracer"].fget
    probe = proxies("of nobody")
    if probe._noop_tracer is None or probe._instrumenting_module_name != "of nobody":
        raise AttributeError("tracers of the agent's API are of another kind")
    tracers = _tracers(theirs)

    def current(proxy: Any) -> Any:
        tracer = unset(proxy)
        if tracer is not proxy._noop_tracer:
            return tracer
        known = proxy.__dict__.get("_nasiko_tracer")
        if known is None:
            name = proxy._instrumenting_module_name
            version = proxy._instrumenting_library_version
            known = proxy.__dict__["_nasiko_tracer"] = tracers(provider.get_tracer(name, version), name)
        return known

    proxies._tracer = property(current)


def _tracers(theirs: ModuleType) -> Any:
    """Tracers of the agent's API that record here."""
    spans = _spans(theirs)

    class Tracer(theirs.Tracer):  # type: ignore[misc,name-defined]
        def __init__(self, tracer: trace.Tracer, name: str) -> None:
            self._nasiko, self._is_a2a = tracer, name == _A2A

        def start_span(
            self,
            name: str,
            context: Any = None,
            kind: Any = theirs.SpanKind.INTERNAL,
            attributes: Any = None,
            links: Any = None,
            start_time: int | None = None,
            record_exception: bool = True,
            set_status_on_exception: bool = True,
            **_: Any,
        ) -> Any:
            parent = theirs.get_current_span(context)
            if self._is_a2a and name.startswith(_QUEUES):
                # Its parent stands for it, so that what is done in it has one.
                known = getattr(parent, "_nasiko_span", None)
                stand_in = theirs.NonRecordingSpan(parent.get_span_context())
                return stand_in if known is None else spans(_Unrecorded(known), parent._nasiko_under)
            under = trace.get_current_span()
            span = self._nasiko.start_span(
                name,
                _context(parent, given=context is not None),
                trace.SpanKind.INTERNAL if self._is_a2a else trace.SpanKind(kind.value),
                attributes,
                start_time=start_time,
                record_exception=record_exception,
                set_status_on_exception=set_status_on_exception,
            )
            return theirs.INVALID_SPAN if span is trace.INVALID_SPAN else spans(span, under)

        @contextmanager
        def start_as_current_span(
            self,
            name: str,
            *given: Any,
            record_exception: bool = True,
            set_status_on_exception: bool = True,
            end_on_exit: bool = True,
            **named: Any,
        ) -> Iterator[Any]:
            span = self.start_span(name, *given, **named)
            with theirs.use_span(span, end_on_exit, record_exception, set_status_on_exception):
                yield span

    return Tracer


class _Unrecorded(trace.NonRecordingSpan):
    """Is its parent to those who ask for one, and has no end or attributes of its own."""

    def __init__(self, parent: trace.Span) -> None:
        super().__init__(parent.get_span_context())


def _context(parent: Any, *, given: bool) -> Any:
    """Which context from here goes with a span of the agent's that is to be the parent."""
    if not given:
        return innermost()
    if hasattr(parent, "_nasiko_span"):
        return trace.set_span_in_context(parent._nasiko_span)
    known = parent.get_span_context()
    told = trace.SpanContext(known.trace_id, known.span_id, known.is_remote, trace.TraceFlags(known.trace_flags))
    return trace.set_span_in_context(trace.NonRecordingSpan(told))


def _spans(theirs: ModuleType) -> Any:
    class Span(theirs.Span):  # type: ignore[misc,name-defined]
        def __init__(self, span: trace.Span, under: trace.Span) -> None:
            self._nasiko_span, self._nasiko_under = span, under

        def end(self, end_time: int | None = None) -> None:
            self._nasiko_span.end(end_time)

        def get_span_context(self) -> Any:
            return _told(theirs, self._nasiko_span.get_span_context())

        def set_attributes(self, attributes: Any) -> None:
            self._nasiko_span.set_attributes(attributes)

        def set_attribute(self, key: str, value: Any) -> None:
            self._nasiko_span.set_attribute(key, value)

        def add_event(self, name: str, attributes: Any = None, timestamp: int | None = None) -> None:
            self._nasiko_span.add_event(name, attributes, timestamp)

        def add_link(self, context: Any, attributes: Any = None) -> None:
            """Links are seldom, and of no use to those who read these traces."""

        def update_name(self, name: str) -> None:
            self._nasiko_span.update_name(name)

        def is_recording(self) -> bool:
            return self._nasiko_span.is_recording()

        def set_status(self, status: Any, description: str | None = None) -> None:
            code = getattr(status, "status_code", status).value
            self._nasiko_span.set_status(
                trace.Status(trace.StatusCode(code), getattr(status, "description", description) if code == 2 else None)
            )

        def record_exception(
            self, exception: BaseException, attributes: Any = None, timestamp: int | None = None, escaped: bool = False
        ) -> None:
            self._nasiko_span.record_exception(exception, attributes, timestamp, escaped)

    return Span
