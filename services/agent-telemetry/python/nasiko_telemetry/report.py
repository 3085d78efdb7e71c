"""Sends spans to the collector, as OTLP over HTTP in JSON."""

from __future__ import annotations

import atexit
import sys
import time
from dataclasses import dataclass
from typing import Callable, Mapping, Sequence

from . import api as api
from .say import say
from .tidy import Tidy
from .transport import Transport
from .vendored.opentelemetry.exporter.otlp.json.http.trace_exporter import OTLPSpanExporter
from .vendored.opentelemetry.sdk.resources import OTELResourceDetector, Resource
from .vendored.opentelemetry.sdk.trace import ReadableSpan, SpanLimits, TracerProvider
from .vendored.opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from .vendored.opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased

#: Seconds. A collector that takes longer than this loses a batch; no request waits for it.
PATIENCE = 1.5
#: Seconds by which an agent ends later than it would.
LAST_WORDS = 2.0
#: Seconds between two lines about what is lost.
QUIET = 60.0
#: Characters of an attribute's value.
LONGEST = 8192


class Counted(SpanExporter):
    """Tidies spans and sends them; counts those that the collector does not take, and says so once a minute."""

    def __init__(
        self,
        exporter: SpanExporter,
        tidy: Tidy,
        reason: Callable[[], str],
        tell: Callable[[str], None] = say,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._exporter, self._tidy, self._reason, self._tell, self._now = exporter, tidy, reason, tell, now
        self._lost = 0
        self._quiet_until = float("-inf")
        #: From then on nothing is sent any more.
        self.ends_at = float("inf")

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        late = self._now() >= self.ends_at
        result = SpanExportResult.FAILURE if late else self._exporter.export([self._tidy(span) for span in spans])
        if result is not SpanExportResult.SUCCESS:
            self._lost += len(spans)
            if self._now() >= self._quiet_until:
                self._quiet_until = self._now() + QUIET
                self._tell(f"{self._lost} spans lost: {'the agent ends' if late else self._reason()}")
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 0) -> bool:
        return True


@dataclass(frozen=True)
class Report:
    provider: TracerProvider
    flush: Callable[[], object]


def reporter(environment: Mapping[str, str]) -> Report:
    """A provider that nobody else knows of."""
    transport = Transport()
    exporter = OTLPSpanExporter(timeout=PATIENCE, _transport=transport)
    told = OTELResourceDetector().detect().attributes
    resource = Resource(
        {"telemetry.sdk.language": "python", "telemetry.sdk.name": "opentelemetry", **told}
    )
    content = environment.get("NASIKO_TRACE_CONTENT", "").strip().lower() == "true"
    counted = Counted(exporter, Tidy(resource.attributes.get("service.name"), content=content), transport.problem)
    batches = BatchSpanProcessor(
        counted,
        max_queue_size=2048,
        schedule_delay_millis=500,
        max_export_batch_size=512,
        export_timeout_millis=PATIENCE * 1000,
    )
    provider = TracerProvider(
        sampler=ParentBased(ALWAYS_OFF),
        resource=resource,
        shutdown_on_exit=False,
        span_limits=SpanLimits(max_span_attribute_length=LONGEST),
    )
    provider.add_span_processor(batches)

    def close() -> None:
        counted.ends_at = transport.ends_at = time.monotonic() + LAST_WORDS
        provider.shutdown()

    def flush() -> None:
        counted.ends_at = transport.ends_at = time.monotonic() + LAST_WORDS
        provider.force_flush()
        counted.ends_at = transport.ends_at = float("inf")

    atexit.register(close)
    if "multiprocessing.util" in sys.modules:
        # Its children end without the rest of Python.
        from multiprocessing.util import Finalize

        Finalize(None, close, exitpriority=1)
    return Report(provider, flush)
