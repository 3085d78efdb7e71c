import { randomUUID } from "node:crypto";

import { AgentCard, Role } from "@a2a-js/sdk";
import { AgentEvent, type AgentExecutor, DefaultRequestHandler, InMemoryTaskStore } from "@a2a-js/sdk/server";
import { agentCardHandler, jsonRpcHandler, UserBuilder } from "@a2a-js/sdk/server/express";
import express, { type Express } from "express";

import card from "../AgentCard.json" with { type: "json" };
import { fromGateway } from "./from-gateway.ts";
import { replyTo } from "./reply.ts";

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

/** Answers each message with one message. */
const executor: AgentExecutor = {
  execute: ({ userMessage, contextId }, events) => {
    const texts = userMessage.parts.map(({ content }) => (content?.$case === "text" ? content.value : ""));
    events.publish(AgentEvent.message(textMessage(replyTo(texts.join(" ")), contextId)));
    events.finished();
    return Promise.resolve();
  },
  // Without tasks there is nothing that could be cancelled.
  cancelTask: () => Promise.resolve(),
};

type Message = Parameters<typeof AgentEvent.message>[0];

function textMessage(text: string, contextId: string): Message {
  return {
    messageId: randomUUID(),
    contextId,
    taskId: "",
    role: Role.ROLE_AGENT,
    parts: [
      { content: { $case: "text", value: text }, metadata: undefined, filename: "", mediaType: "text/plain" },
    ],
    metadata: undefined,
    extensions: [],
    referenceTaskIds: [],
  };
}

function agentCard(publicUrl: string | undefined): AgentCard {
  const { name, description, version, capabilities, defaultInputModes, defaultOutputModes, skills } = card;
  return AgentCard.fromJSON({
    name,
    description,
    version,
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
