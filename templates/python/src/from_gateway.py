"""Lets requests of the platform pass, and no others."""

import hmac

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class FromGateway:
    """The gateway and the service registry know this agent's secret; the other agents on its network do not.

    An empty secret means that there is no platform: then everybody may call.
    """

    def __init__(self, app: ASGIApp, secret: str) -> None:
        self.app = app
        self.secret = secret.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self.secret:
            given = dict(scope["headers"]).get(b"x-nasiko-gateway-secret", b"")
            if not hmac.compare_digest(given, self.secret):
                refusal = JSONResponse({"message": "this agent answers the gateway alone"}, status_code=401)
                await refusal(scope, receive, send)
                return
        await self.app(scope, receive, send)
