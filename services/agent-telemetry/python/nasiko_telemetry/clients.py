"""Has clients of HTTP and of models record what they ask, once there is something to record it with."""

from __future__ import annotations

import functools
import importlib
import os
import sys
from types import ModuleType
from typing import Any, Callable, Mapping

from .awake import awake
from .say import give_up, quietly

#: By the module whose end of loading makes it whole: a kept library for it.
LIBRARIES: Mapping[str, tuple[str, str]] = {
    "httpx": ("opentelemetry.instrumentation.httpx", "HTTPXClientInstrumentor"),
    "httpx2": ("opentelemetry.instrumentation.httpx", "HTTPX2ClientInstrumentor"),
    "requests": ("opentelemetry.instrumentation.requests", "RequestsInstrumentor"),
    "urllib3": ("opentelemetry.instrumentation.urllib3", "URLLib3Instrumentor"),
    "openai": ("openinference.instrumentation.openai", "OpenAIInstrumentor"),
    "anthropic": ("openinference.instrumentation.anthropic", "AnthropicInstrumentor"),
    "langchain_core.language_models.chat_models": (
        "openinference.instrumentation.langchain",
        "LangChainInstrumentor",
    ),
}

#: What libraries are given; None as long as nothing is loaded.
_given: Mapping[str, Any] | None = None


def http_client(module: ModuleType) -> None:
    """Python's own, which `urllib` asks through, too."""
    connection = module.HTTPConnection
    asked, answered = connection.request, connection.getresponse

    def begin(self: Any, method: str, url: str, headers: dict[str, str]) -> Any:
        loaded = awake()
        if loaded is None:
            return None
        from .requests import calling

        scheme = "https" if isinstance(self, module.HTTPSConnection) else "http"
        port = "" if self.port == self.default_port else f":{self.port}"
        address = url if "://" in url else f"{scheme}://{self.host}{port}{url}"
        return calling(loaded.tracer, method, address, headers)

    @functools.wraps(asked)
    def request(self: Any, method: str, url: str, body: Any = None, headers: Any = {}, **named: Any) -> None:
        more: dict[str, str] = {}
        call = quietly(begin, self, method, url, more)
        if call is None:
            asked(self, method, url, body, headers, **named)
            return
        self._nasiko_call = call
        try:
            asked(self, method, url, body, {**headers, **more}, **named)
        except BaseException as error:
            _end(self, lambda: call.failed(error))
            raise

    @functools.wraps(answered)
    def getresponse(self: Any, *given: Any, **named: Any) -> Any:
        call = getattr(self, "_nasiko_call", None)
        if call is None:
            return answered(self, *given, **named)
        try:
            response = answered(self, *given, **named)
        except BaseException as error:
            _end(self, lambda: call.failed(error))
            raise
        _end(self, lambda: call.answered(response.status))
        return response

    connection.request = request
    connection.getresponse = getresponse


def _end(connection: Any, last: Callable[[], None]) -> None:
    call, connection._nasiko_call = connection._nasiko_call, None
    quietly(last)
    quietly(call.span.end)


def aiohttp(module: ModuleType) -> None:
    """Sessions may be older than the first request, and the kept library sees new ones only."""
    asked = module.ClientSession._request

    def begin(session: Any, method: str, url: Any, headers: dict[str, str]) -> Any:
        loaded = awake()
        if loaded is None:
            return None
        from .requests import calling

        return calling(loaded.tracer, method, str(session._build_url(url)), headers)

    @functools.wraps(asked)
    async def _request(session: Any, method: str, str_or_url: Any, **named: Any) -> Any:
        more: dict[str, str] = {}
        call = quietly(begin, session, method, str_or_url, more)
        if call is None:
            return await asked(session, method, str_or_url, **named)
        headers = module.client.CIMultiDict(named.pop("headers", None) or {})
        headers.update(more)
        try:
            response = await asked(session, method, str_or_url, headers=headers, **named)
        except BaseException as error:
            quietly(call.failed, error)
            raise
        else:
            quietly(call.answered, response.status)
            return response
        finally:
            quietly(call.span.end)

    module.ClientSession._request = _request


#: Those whose turn comes when the present one is done: a library for one client may import another client.
_waiting: list[str] = []
_busy = False


def _imported(module: ModuleType) -> None:
    if _given is not None:
        _instrument(module.__name__)


def instrument_all(given: Mapping[str, Any]) -> None:
    """From now on, what the agent has imported or imports is recorded."""
    global _given
    _given = given
    for name in LIBRARIES:
        if name in sys.modules:
            _instrument(name)


def _instrument(name: str) -> None:
    global _busy
    _waiting.append(name)
    if _busy:
        return
    _busy = True
    try:
        while _waiting:
            _instrument_one(_waiting.pop(0))
    finally:
        _busy = False


def _instrument_one(name: str) -> None:
    where, what = LIBRARIES[name]
    try:
        instrumentor = getattr(importlib.import_module(f".vendored.{where}", __package__), what)()
        # The agent has done it, or has a version that the library is not made for.
        if instrumentor.is_instrumented_by_opentelemetry or instrumentor._check_dependency_conflicts():
            return
        more = {"config": _without_content()} if where.startswith("openinference.") else {}
        instrumentor.instrument(skip_dep_check=True, raise_exception_on_conflict=False, **_given, **more)
    except Exception as error:
        give_up(error)


def _without_content() -> Any:
    from .vendored.openinference.instrumentation import TraceConfig

    if os.environ.get("NASIKO_TRACE_CONTENT", "").strip().lower() == "true":
        return TraceConfig()
    return TraceConfig(
        hide_inputs=True,
        hide_outputs=True,
        hide_llm_invocation_parameters=True,
        hide_llm_tools=True,
    )


def opentelemetry(module: ModuleType) -> None:
    """The agent's own, when it is imported late."""
    loaded = awake()
    if loaded is not None:
        from .bridge import serve_proxies

        serve_proxies(module, loaded.provider)


HOOKS: Mapping[str, Callable[[ModuleType], None]] = {
    "http.client": http_client,
    "aiohttp": aiohttp,
    "opentelemetry.trace": opentelemetry,
    **{name: _imported for name in LIBRARIES},
}
