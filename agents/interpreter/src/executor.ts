import { randomUUID } from "node:crypto";

import { Role } from "@a2a-js/sdk";
import { AgentEvent, type AgentExecutor } from "@a2a-js/sdk/server";

import { interpret } from "./interpret.ts";

const { GATEWAY_URL = "http://127.0.0.1:9100", TRANSLATOR = "agent-translator" } = process.env;

/** Answers each message with one message, when the other agent has answered. */
export const executor: AgentExecutor = {
  execute: async ({ userMessage, contextId }, events) => {
    const texts = userMessage.parts.map(({ content }) => (content?.$case === "text" ? content.value : ""));
    const value = await interpret(texts.join(" "), `${GATEWAY_URL}/agents/${TRANSLATOR}/`);
    events.publish(
      AgentEvent.message({
        messageId: randomUUID(),
        contextId,
        taskId: "",
        role: Role.ROLE_AGENT,
        parts: [
          { content: { $case: "text", value }, metadata: undefined, filename: "", mediaType: "text/plain" },
        ],
        metadata: undefined,
        extensions: [],
        referenceTaskIds: [],
      }),
    );
    events.finished();
  },
  // Without tasks there is nothing that could be cancelled.
  cancelTask: () => Promise.resolve(),
};
