import { randomUUID } from "node:crypto";

import { type Message, Role, TaskState } from "@a2a-js/sdk";
import { AgentEvent, type AgentExecutor } from "@a2a-js/sdk/server";

import { answer, type Outcome } from "./answer.ts";

const {
  OPENAI_API_KEY,
  OPENAI_BASE_URL = "https://api.openai.com/v1",
  OPENAI_MODEL = "gpt-4o-mini",
} = process.env;

const STATES: Readonly<Record<Outcome["kind"], TaskState>> = {
  answered: TaskState.TASK_STATE_COMPLETED,
  "key needed": TaskState.TASK_STATE_AUTH_REQUIRED,
  failed: TaskState.TASK_STATE_FAILED,
};

/** Each question is a task: its state says whether there is an answer, or what is in the way of one. */
export const executor: AgentExecutor = {
  execute: async ({ userMessage, contextId, taskId }, events) => {
    const texts = userMessage.parts.map(({ content }) => (content?.$case === "text" ? content.value : ""));
    const { kind, text } = await answer(texts.join(" "), {
      key: OPENAI_API_KEY,
      baseUrl: OPENAI_BASE_URL,
      name: OPENAI_MODEL,
    });
    const message = textMessage(text, contextId, taskId);
    events.publish(
      AgentEvent.task({
        id: taskId,
        contextId,
        status: { state: STATES[kind], message, timestamp: new Date().toISOString() },
        artifacts: [],
        history: [userMessage],
        metadata: undefined,
      }),
    );
    events.finished();
  },
  // A question that is being answered is answered.
  cancelTask: () => Promise.resolve(),
};

const textMessage = (text: string, contextId: string, taskId: string): Message => ({
  messageId: randomUUID(),
  contextId,
  taskId,
  role: Role.ROLE_AGENT,
  parts: [
    { content: { $case: "text", value: text }, metadata: undefined, filename: "", mediaType: "text/plain" },
  ],
  metadata: undefined,
  extensions: [],
  referenceTaskIds: [],
});
