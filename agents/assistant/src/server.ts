import { AgentCard } from "@a2a-js/sdk";
import { DefaultRequestHandler, InMemoryTaskStore } from "@a2a-js/sdk/server";
import { agentCardHandler, jsonRpcHandler, UserBuilder } from "@a2a-js/sdk/server/express";
import express, { type Express } from "express";

import card from "../AgentCard.json" with { type: "json" };
import { executor } from "./executor.ts";
import { fromGateway } from "./from-gateway.ts";

/**
 * The agent over HTTP: its card, and JSON-RPC at `/`, for callers of A2A 0.3 and 1.0.
 * @param publicUrl where callers reach it; default: what AgentCard.json says
 * @param secret by which the platform's requests are known; default: everybody may call
 */
export function createServer(publicUrl: string | undefined, secret?: string): Express {
  const requestHandler = new DefaultRequestHandler(agentCard(publicUrl), new InMemoryTaskStore(), executor);
  const legacyCompat = { enabled: true };
  const app = express();
  app.disable("x-powered-by");
  app.use(fromGateway(secret));
  app.use(
    "/.well-known/agent-card.json",
    agentCardHandler({ agentCardProvider: requestHandler, legacyCompat }),
  );
  app.use("/", jsonRpcHandler({ requestHandler, userBuilder: UserBuilder.noAuthentication, legacyCompat }));
  return app;
}

function agentCard(publicUrl: string | undefined): AgentCard {
  const {
    name,
    description,
    version,
    provider,
    capabilities,
    defaultInputModes,
    defaultOutputModes,
    skills,
  } = card;
  return AgentCard.fromJSON({
    name,
    description,
    version,
    provider,
    capabilities: { streaming: capabilities.streaming },
    defaultInputModes,
    defaultOutputModes,
    skills,
    supportedInterfaces: ["1.0", "0.3"].map((protocolVersion) => ({
      url: publicUrl === undefined || publicUrl === "" ? card.url : publicUrl,
      protocolBinding: card.preferredTransport,
      protocolVersion,
    })),
  });
}
