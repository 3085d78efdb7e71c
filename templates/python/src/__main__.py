"""The agent over HTTP: its card, and JSON-RPC at `/`, for callers of A2A 0.3 and 1.0."""

import json
import os
import sys
from pathlib import Path

import uvicorn
from a2a.helpers import new_text_message
from a2a.server.agent_execution import AgentExecutor, RequestContext
from a2a.server.events import EventQueue
from a2a.server.request_handlers import DefaultRequestHandler
from a2a.server.routes import create_agent_card_routes, create_jsonrpc_routes
from a2a.server.tasks import InMemoryTaskStore
from a2a.types import AgentCapabilities, AgentCard, AgentInterface, AgentSkill
from starlette.applications import Starlette
from starlette.middleware import Middleware

from src.from_gateway import FromGateway
from src.reply import reply_to

CARD = json.loads((Path(__file__).parent.parent / "AgentCard.json").read_text())


class NewAgent(AgentExecutor):
    """Answers each message with one message: nothing takes long enough to be a task."""

    async def execute(self, context: RequestContext, event_queue: EventQueue) -> None:
        answer = new_text_message(reply_to(context.get_user_input()), context_id=context.context_id)
        await event_queue.enqueue_event(answer)

    async def cancel(self, context: RequestContext, event_queue: EventQueue) -> None:
        """Without tasks there is nothing that could be cancelled."""


def agent_card(public_url: str) -> AgentCard:
    return AgentCard(
        name=CARD["name"],
        description=CARD["description"],
        version=CARD["version"],
        capabilities=AgentCapabilities(streaming=CARD["capabilities"]["streaming"]),
        default_input_modes=CARD["defaultInputModes"],
        default_output_modes=CARD["defaultOutputModes"],
        skills=[AgentSkill(**skill) for skill in CARD["skills"]],
        supported_interfaces=[
            AgentInterface(url=public_url, protocol_binding=CARD["preferredTransport"], protocol_version=version)
            for version in ("1.0", "0.3")
        ],
    )


def create_app(card: AgentCard) -> Starlette:
    handler = DefaultRequestHandler(agent_executor=NewAgent(), task_store=InMemoryTaskStore(), agent_card=card)
    return Starlette(
        routes=[
            *create_agent_card_routes(card),
            *create_agent_card_routes(card, card_url="/.well-known/agent.json"),
            *create_jsonrpc_routes(handler, rpc_url="/", enable_v0_3_compat=True),
        ],
        middleware=[Middleware(FromGateway, secret=os.environ.get("NASIKO_GATEWAY_SECRET", ""))],
    )


app = create_app(agent_card(os.environ.get("AGENT_PUBLIC_URL") or CARD["url"]))

if "--check" not in sys.argv:
    uvicorn.run(app, host=os.environ.get("HOST", "0.0.0.0"), port=int(os.environ.get("PORT", "5000")), access_log=False)
