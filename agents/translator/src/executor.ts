import { randomUUID } from "node:crypto";
import { Role, type Part } from "@a2a-js/sdk";
import { AgentEvent, type AgentExecutor } from "@a2a-js/sdk/server";
import { dictionaries } from "./dictionaries.ts";
import { replyTo } from "./reply.ts";

/** Answers each message with one message: nothing takes long enough to be a task. */
export const translator: AgentExecutor = {
  execute: (request, events) => {
    const text = request.userMessage.parts.map(textOf).join(" ");
    events.publish(
      AgentEvent.message({
        messageId: randomUUID(),
        contextId: request.contextId,
        taskId: "",
        role: Role.ROLE_AGENT,
        parts: [
          {
            content: { $case: "text", value: replyTo(text, dictionaries) },
            metadata: undefined,
            filename: "",
            mediaType: "text/plain",
          },
        ],
        metadata: undefined,
        extensions: [],
        referenceTaskIds: [],
      }),
    );
    events.finished();
    return Promise.resolve();
  },
  // Without tasks there is nothing that could be cancelled; the SDK answers for unknown tasks itself.
  cancelTask: () => Promise.resolve(),
};

const textOf = ({ content }: Part): string => (content?.$case === "text" ? content.value : "");
