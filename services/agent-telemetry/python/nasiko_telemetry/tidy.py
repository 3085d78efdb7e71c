"""Takes out of spans what nobody agreed to have kept: questions, answers, queries of addresses, headers."""

from __future__ import annotations

from typing import Any, Mapping

from .api import trace
from .vendored.opentelemetry.sdk.trace import Event, ReadableSpan

#: They hold what people and models said, by the conventions of OpenInference, OpenTelemetry and OpenLLMetry.
CONTENT = (
    "input.",
    "output.",
    "llm.input_messages",
    "llm.output_messages",
    "llm.prompt",
    "llm.completions",
    "llm.choices",
    "llm.invocation_parameters",
    "llm.function_call",
    "llm.tools",
    "llm.request.functions",
    "embedding.",
    "retrieval.",
    "reranker.",
    "document.",
    "message.",
    "image.",
    "audio.",
    "metadata",
    "tool.description",
    "tool.parameters",
    "tool_call.",
    "traceloop.entity.",
    "gen_ai.prompt",
    "gen_ai.completion",
    "gen_ai.content",
    "gen_ai.input.messages",
    "gen_ai.output.messages",
    "gen_ai.system_instructions",
    "gen_ai.tool.call.arguments",
    "gen_ai.tool.call.result",
    "gen_ai.tool.definitions",
    "gen_ai.tool.message",
    "gen_ai.user.message",
    "gen_ai.assistant.message",
    "gen_ai.system.message",
    "gen_ai.choice",
)
#: Vectors are no content, but nobody reads them in a trace; counts are welcome.
KEPT = frozenset({"embedding.model_name", "llm.prompt_template.version"})
_ADDRESSES = frozenset({"url.full", "http.url", "http.target", "url.path", "http.route"})
_HEADERS = ("http.request.header.", "http.response.header.", "user_agent.", "http.user_agent", "url.query")


def without_query(address: str) -> str:
    """
    >>> without_query("https://me:secret@api.example/v1/chat?key=1#there")
    'https://api.example/v1/chat'
    """
    rest = address.split("?")[0].split("#")[0]
    scheme, separator, place = rest.partition("://")
    if not separator:
        return rest
    host, slash, path = place.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"


class Tidy:
    """Makes of a span the one that is sent."""

    def __init__(self, service: Any, *, content: bool) -> None:
        self._service, self._content = service, content

    def attributes(self, given: Mapping[str, Any] | None) -> dict[str, Any]:
        kept = {}
        for name, value in (given or {}).items():
            if name.startswith(_HEADERS):
                continue
            if not self._content and name not in KEPT and name.startswith(CONTENT):
                continue
            kept[name] = without_query(value) if name in _ADDRESSES and isinstance(value, str) else value
        return kept

    def _event(self, event: Event) -> Event:
        attributes = self.attributes(event.attributes)
        if not self._content:
            # What failed may have been given a question, and says so.
            for name in ("exception.message", "exception.stacktrace"):
                attributes.pop(name, None)
        return Event(event.name, attributes, event.timestamp)

    def __call__(self, span: ReadableSpan) -> ReadableSpan:
        attributes = self.attributes(span.attributes)
        if self._service is not None:
            # Phoenix keeps nothing of what a resource says, and people want to see who did what.
            attributes["service.name"] = self._service
        return ReadableSpan(
            name=span.name,
            context=span.get_span_context(),
            parent=span.parent,
            resource=span.resource,
            attributes=attributes,
            events=[self._event(event) for event in span.events if self._content or not event.name.startswith(CONTENT)],
            links=span.links,
            kind=span.kind,
            status=span.status if self._content else trace.Status(span.status.status_code),
            start_time=span.start_time,
            end_time=span.end_time,
            instrumentation_scope=span.instrumentation_scope,
        )
