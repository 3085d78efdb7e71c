"""Makes requests that come with a `traceparent` spans of their trace, in the servers that agents are made of.

What is changed is changed in its place, so that it does not matter who has imported it already.
"""

from __future__ import annotations

import functools
from types import ModuleType
from typing import Any, Mapping

from .awake import awake, tracing
from .say import give_up, quietly

_PARENT = "traceparent"
_SEEN = "nasiko.telemetry"


class _Seen:
    """An application that a request is for. @ivar reached: whether it has got it"""

    def __init__(self, app: Any) -> None:
        self.app, self.reached = app, False


def starlette(module: ModuleType) -> None:
    """FastAPI's applications, and those of A2A's SDK, are Starlette's."""
    served = module.Starlette.__call__

    async def dispatch(scope: Any, receive: Any, send: Any) -> None:
        scope[_SEEN].reached = True
        await served(scope[_SEEN].app, scope, receive, send)

    @functools.wraps(served)
    async def __call__(app: Any, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            try:
                await served(app, scope, receive, send)
            finally:
                # Some servers end with the signal that they got, at which nothing of Python runs any more.
                quietly(_flush)
            return
        # An application may be part of another one.
        middleware = None if scope["type"] != "http" or _SEEN in scope else quietly(_around_asgi, scope, dispatch)
        if middleware is None:
            await served(app, scope, receive, send)
            return
        # Into the scope itself, since what is around the application may look there for what it has found.
        seen = scope[_SEEN] = _Seen(app)
        try:
            await middleware(scope, receive, send)
        except Exception as error:
            if seen.reached:
                raise
            give_up(error)
            await served(app, scope, receive, send)

    module.Starlette.__call__ = __call__


_asgi: dict[Any, Any] = {}


def _around_asgi(scope: Any, dispatch: Any) -> Any:
    continued = any(name == b"traceparent" for name, _ in scope["headers"])
    loaded = tracing(needed=continued)
    if loaded is None or not continued:
        return None
    if dispatch not in _asgi:
        _asgi[dispatch] = loaded.asgi(dispatch, _details)
    return _asgi[dispatch]


def _details(scope: Any) -> tuple[str, dict[str, str]]:
    route = quietly(_route, scope[_SEEN].app.routes, scope)
    return (scope["method"], {}) if route is None else (f"{scope['method']} {route}", {"http.route": route})


def _route(routes: Any, scope: Any) -> str | None:
    from starlette.routing import Match

    for route in routes:
        match, inner = route.matches(scope)
        if match is Match.NONE:
            continue
        path: str = getattr(route, "path", "")
        below = _route(getattr(route, "routes", None) or (), {**scope, **inner})
        return path if below is None else path + below
    return None


def _flush() -> None:
    loaded = awake()
    if loaded is not None:
        loaded.flush()


def flask(module: ModuleType) -> None:
    served = module.Flask.wsgi_app

    def dispatch(environ: Any, start_response: Any) -> Any:
        environ[_SEEN].reached = True
        return served(environ[_SEEN].app, environ, start_response)

    known: list[Any] = []

    def around(environ: Any) -> Any:
        continued = "HTTP_TRACEPARENT" in environ
        loaded = tracing(needed=continued)
        if loaded is None or not continued or _SEEN in environ:
            return None
        if not known:
            known.append(loaded.wsgi(dispatch, _name_after_rule))
        return known[0]

    @functools.wraps(served)
    def wsgi_app(app: Any, environ: Any, start_response: Any) -> Any:
        middleware = quietly(around, environ)
        if middleware is None:
            return served(app, environ, start_response)
        seen = environ[_SEEN] = _Seen(app)
        try:
            return middleware(environ, start_response)
        except Exception as error:
            if seen.reached:
                raise
            give_up(error)
            return served(app, environ, start_response)

    module.Flask.wsgi_app = wsgi_app


def _name_after_rule(span: Any, environ: Mapping[str, Any]) -> None:
    quietly(_name, span, environ)


def _name(span: Any, environ: Mapping[str, Any]) -> None:
    method = environ["REQUEST_METHOD"]
    span.update_name(method)
    try:
        rule, _ = environ[_SEEN].app.url_map.bind_to_environ(environ).match(return_rule=True)
    except Exception:
        # There is none, or not for this method; the agent's own answer says so.
        return
    span.update_name(f"{method} {rule.rule}")
    span.set_attribute("http.route", rule.rule)


class _Safely:
    """A request is answered in it; outside of traces, and if something goes wrong here, nothing else happens."""

    def __init__(self, headers: Any, method: str, target: str) -> None:
        self._begun = quietly(self._serving, headers, method, target)

    @staticmethod
    def _serving(headers: Any, method: str, target: str) -> Any:
        continued = headers.get(_PARENT) is not None
        loaded = tracing(needed=continued)
        if loaded is None or not continued:
            return None
        from .requests import serving

        return serving(loaded.tracer, headers, method, target)

    def __enter__(self) -> Any:
        return None if self._begun is None else quietly(self._begun.__enter__)

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if self._begun is not None:
            quietly(self._end, kind, error, trace)

    def _end(self, kind: Any, error: Any, trace: Any) -> None:
        try:
            self._begun.__exit__(kind, error, trace)
        except BaseException as raised:
            # What the agent raises goes on by itself.
            if raised is not error:
                raise


def aiohttp(module: ModuleType) -> None:
    handled = module.Application._handle

    @functools.wraps(handled)
    async def _handle(app: Any, request: Any) -> Any:
        # An application may be part of another one, which resolves its requests.
        with _Safely(request.headers, request.method, request.path) as served:
            response = await handled(app, request)
            if served is not None:
                quietly(_told_aiohttp, served, request, response)
            return response

    module.Application._handle = _handle


def _told_aiohttp(served: Any, request: Any, response: Any) -> None:
    resource = request.match_info.route.resource
    served.answered(response.status, None if resource is None else resource.canonical)


def http_server(module: ModuleType) -> None:
    handler = module.BaseHTTPRequestHandler
    one, parsed, told = handler.handle_one_request, handler.parse_request, handler.send_response_only

    @functools.wraps(one)
    def handle_one_request(request: Any) -> None:
        # Those who have a way of their own to handle one, like the server of Flask, do without.
        request._nasiko_served, request._nasiko_begun, request._nasiko_handles = None, None, True
        failed: tuple[Any, Any, Any] = (None, None, None)
        try:
            one(request)
        except Exception as error:
            failed = (type(error), error, error.__traceback__)
            raise
        finally:
            if request._nasiko_begun is not None:
                request._nasiko_begun.__exit__(*failed)

    @functools.wraps(parsed)
    def parse_request(request: Any) -> bool:
        ok: bool = parsed(request)
        if ok and getattr(request, "_nasiko_handles", False):
            quietly(_begin, request)
        return ok

    @functools.wraps(told)
    def send_response_only(request: Any, code: Any, *more: Any, **named: Any) -> Any:
        if getattr(request, "_nasiko_served", None) is not None:
            quietly(request._nasiko_served.answered, int(code), None)
        return told(request, code, *more, **named)

    handler.handle_one_request = handle_one_request
    handler.parse_request = parse_request
    handler.send_response_only = send_response_only


def _begin(request: Any) -> None:
    request._nasiko_begun = _Safely(request.headers, request.command, request.path)
    request._nasiko_served = request._nasiko_begun.__enter__()


SERVERS = {
    "starlette.applications": starlette,
    "flask.app": flask,
    "aiohttp.web_app": aiohttp,
    "http.server": http_server,
}
