"""Carries batches with Python's own HTTP: an agent's libraries have no part in it, nor are they traced by it."""

from __future__ import annotations

import http.client
import ssl
import time
from dataclasses import dataclass, field
from typing import Mapping
from urllib.parse import urlsplit

from . import api as api
from .vendored.opentelemetry.exporter.http.transport._base import BaseHTTPResult, BaseHTTPTransport


@dataclass(frozen=True)
class Answer(BaseHTTPResult):
    fields: Mapping[str, str] = field(default_factory=dict)

    def content(self) -> bytes:
        return b""

    def headers(self) -> Mapping[str, str]:
        return self.fields


class Transport(BaseHTTPTransport):
    """One connection for each batch: batches are few, and none is lost to a connection that has become stale."""

    def __init__(self) -> None:
        self._problem = ""
        #: No request takes longer than until then.
        self.ends_at = float("inf")

    def problem(self) -> str:
        """Why the last request failed."""
        return self._problem

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str] | None = None,
        timeout: float | None = None,
        data: bytes | None = None,
    ) -> Answer:
        parts = urlsplit(url)
        patience = max(0.1, min(timeout or 10.0, self.ends_at - time.monotonic()))
        try:
            connection = (
                http.client.HTTPSConnection(parts.netloc, timeout=patience, context=ssl.create_default_context())
                if parts.scheme == "https"
                else http.client.HTTPConnection(parts.netloc, timeout=patience)
            )
            try:
                connection.request(method, parts.path or "/", body=data, headers=headers or {})
                response = connection.getresponse()
                response.read(65536)
            finally:
                connection.close()
        except Exception as error:
            self._problem = f"{type(error).__name__}: {error}"
            return Answer(error=error)
        self._problem = f"HTTP {response.status}"
        # The names of an answer's fields may be written in any way; the message knows them in all.
        return Answer(status_code=response.status, reason=response.reason, fields=response.headers)  # type: ignore[arg-type]

    def close(self) -> None:
        """There is nothing that stays open."""

    def is_connection_error(self, exception: Exception | None) -> bool:
        return isinstance(exception, ConnectionError)
