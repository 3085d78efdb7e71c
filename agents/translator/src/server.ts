import type { AgentCard } from "@a2a-js/sdk";
import { DefaultRequestHandler, InMemoryTaskStore } from "@a2a-js/sdk/server";
import { agentCardHandler, jsonRpcHandler, UserBuilder } from "@a2a-js/sdk/server/express";
import express, { type ErrorRequestHandler, type Express } from "express";
import { translator } from "./executor.ts";
import { fromGateway } from "./from-gateway.ts";

/** Today's path of the card, and the one of A2A before 0.3. */
const CARD_PATHS = ["/.well-known/agent-card.json", "/.well-known/agent.json"];

/** Seconds for which a card may be kept: a new version may come at any time. */
const CARD_MAX_AGE = 60;

/**
 * The agent over HTTP: its card, and JSON-RPC at `/`, for callers of A2A 0.3 and 1.0.
 * @param secret by which the platform's requests are known; default: everybody may call
 */
export function createServer(card: AgentCard, secret?: string): Express {
  const requestHandler = new DefaultRequestHandler(card, new InMemoryTaskStore(), translator);
  const legacyCompat = { enabled: true };
  const app = express();
  app.disable("x-powered-by");
  app.use(fromGateway(secret));
  const cache = { maxAge: CARD_MAX_AGE };
  app.use(CARD_PATHS, agentCardHandler({ agentCardProvider: requestHandler, cache, legacyCompat }));
  app.use("/", jsonRpcHandler({ requestHandler, userBuilder: UserBuilder.noAuthentication, legacyCompat }));
  app.use(refuse);
  return app;
}

/** What never became a JSON-RPC call, e.g. a body that is too large; without this, Express answers with a page. */
const refuse: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) {
    next(error);
    return;
  }
  const status = error instanceof Error && "status" in error ? Number(error.status) : 500;
  const expected = status >= 400 && status < 500;
  response
    .status(expected ? status : 500)
    .json({ message: expected && error instanceof Error ? error.message : "internal error" });
};
