"""Spans of requests for servers and clients that no kept library knows of, by OpenTelemetry's conventions."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Iterator, MutableMapping
from urllib.parse import urlsplit

from .api import context, propagate, trace
from .bridge import current_for_agent, innermost
from .tidy import without_query
from .vendored.opentelemetry.instrumentation.utils import is_http_instrumentation_enabled

_METHODS = frozenset("GET HEAD POST PUT PATCH DELETE OPTIONS CONNECT TRACE QUERY".split())


class Request:
    """One that is being answered."""

    def __init__(self, span: trace.Span, method: str, fails_from: int) -> None:
        self.span, self._method, self._fails_from = span, method, fails_from

    def answered(self, status: int, route: str | None = None) -> None:
        self.span.set_attribute("http.response.status_code", status)
        if route is not None:
            self.span.set_attribute("http.route", route)
            self.span.update_name(f"{self._method} {route}")
        if status >= self._fails_from:
            self.span.set_attribute("error.type", str(status))
            self.span.set_status(trace.StatusCode.ERROR)

    def failed(self, error: BaseException) -> None:
        self.span.set_attribute("error.type", type(error).__qualname__)
        self.span.set_status(trace.StatusCode.ERROR)


def _known(method: str) -> str:
    return method if method in _METHODS else "_OTHER"


@contextmanager
def serving(tracer: trace.Tracer, headers: Any, method: str, target: str) -> Iterator[Request]:
    """Answers a request as part of the trace that it names."""
    method = _known(method)
    # Its names are looked up in any case of letters.
    carrier = {name: headers[name] for name in ("traceparent", "tracestate", "baggage") if name in headers}
    attributes = {
        "http.request.method": method,
        "url.path": urlsplit(target).path,
        "url.scheme": "http",
    }
    token = context.attach(propagate.extract(carrier))
    try:
        span = tracer.start_span(
            "HTTP" if method == "_OTHER" else method, kind=trace.SpanKind.SERVER, attributes=attributes
        )
        request = Request(span, method, 500)
        with trace.use_span(span, end_on_exit=True, record_exception=False, set_status_on_exception=False), current_for_agent():
            try:
                yield request
            except Exception as error:
                request.failed(error)
                raise
    finally:
        context.detach(token)


def calling(tracer: trace.Tracer, method: str, url: str, headers: MutableMapping[str, str]) -> Request | None:
    """Begins a request to another one, and tells that one of its trace; None outside of traces."""
    if not is_http_instrumentation_enabled() or not trace.get_current_span(innermost()).get_span_context().is_valid:
        return None
    method = _known(method.upper())
    address = without_query(url)
    parts = urlsplit(address)
    attributes: dict[str, Any] = {"http.request.method": method, "url.full": address}
    if parts.hostname:
        attributes["server.address"] = parts.hostname
        attributes["server.port"] = parts.port or (443 if parts.scheme == "https" else 80)
    span = tracer.start_span(
        "HTTP" if method == "_OTHER" else method, kind=trace.SpanKind.CLIENT, attributes=attributes
    )
    propagate.inject(headers, context=trace.set_span_in_context(span))
    return Request(span, method, 400)
