"""Everything of OpenTelemetry that the rest needs, loaded as one."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import Any, Callable, Mapping

from . import clients
from .api import NoOpMeterProvider, trace
from .bridge import THEIRS, current_for_agent, serve_proxies
from .continued import ContinuedTracers
from .report import reporter
from .say import quietly
from .vendored.opentelemetry.instrumentation import _semconv as conventions


@dataclass(frozen=True)
class Tracing:
    """What servers and clients record their requests with."""

    tracer: trace.Tracer
    provider: trace.TracerProvider
    #: Goes around an ASGI application.
    asgi: Callable[[Any, Callable[[Any], tuple[str, dict[str, str]]]], Any]
    #: Goes around a WSGI application.
    wsgi: Callable[[Any, Callable[[Any, Mapping[str, Any]], None]], Any]
    #: Sends what is left; two seconds at most.
    flush: Callable[[], object]


def load() -> Tracing:
    """@raises Exception: if this Python has not what it takes"""
    # Names and attributes by the stable conventions only, which have no whole addresses of requests that come.
    http = conventions._OpenTelemetryStabilitySignalType.HTTP
    known = conventions._OpenTelemetrySemanticConventionStability
    known._OTEL_SEMCONV_STABILITY_SIGNAL_MAPPING = {http: conventions._StabilityMode.HTTP}
    known._initialized = True

    report = reporter(os.environ)
    provider = ContinuedTracers(report.provider)
    nothing = NoOpMeterProvider()

    def asgi(app: Any, details: Callable[[Any], tuple[str, dict[str, str]]]) -> Any:
        from .vendored.opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware

        async def inside(scope: Any, receive: Any, send: Any) -> None:
            with current_for_agent():
                await app(scope, receive, send)

        return OpenTelemetryMiddleware(
            inside,
            default_span_details=details,
            tracer_provider=provider,
            meter_provider=nothing,
            exclude_spans=["receive", "send"],
        )

    def wsgi(app: Any, hook: Callable[[Any, Mapping[str, Any]], None]) -> Any:
        from .vendored.opentelemetry.instrumentation.wsgi import OpenTelemetryMiddleware

        def inside(environ: Any, start_response: Any) -> Any:
            with current_for_agent():
                return app(environ, start_response)

        return OpenTelemetryMiddleware(
            inside, request_hook=hook, tracer_provider=provider, meter_provider=nothing
        )

    clients.instrument_all({"tracer_provider": provider, "meter_provider": nothing})
    if THEIRS in sys.modules:
        quietly(serve_proxies, sys.modules[THEIRS], provider)
    return Tracing(provider.get_tracer("nasiko-telemetry"), provider, asgi, wsgi, report.flush)

