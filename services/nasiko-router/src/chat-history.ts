import { randomUUID } from "node:crypto";
import type { Caller } from "./cards/directory.ts";
import { causeOf } from "../../lib/cause.ts";
import type { HttpClient } from "../../lib/http.ts";
import { isObject, isText } from "../../lib/json.ts";

/** What was asked and what came of it. */
export interface Exchange {
  readonly sessionId: string;
  readonly query: string;
  /** What the user was told in the end. */
  readonly said: string;
  /** Null when no agent was asked. */
  readonly agent: string | null;
}

/** Writes an exchange to the chat history. Never rejects; gives what went wrong, if anything did. */
export type RecordExchange = (exchange: Exchange, caller: Caller) => Promise<string | undefined>;

/** Milliseconds for all of it: by then the user has the answer. */
const PATIENCE = 5000;

export function createRecorder(http: HttpClient, chatUrl: string): RecordExchange {
  return async ({ sessionId, query, said, agent }, { authorization }) => {
    // Not the caller's: an answer that came at the last moment is recorded, too.
    const signal = AbortSignal.timeout(PATIENCE);
    const post = async (path: string, body: unknown): Promise<void> => {
      const answer = await http.json(`${chatUrl}/chat/session${path}`, {
        method: "POST",
        headers: { authorization },
        body,
        signal,
      });
      if (answer.status < 300) return;
      const detail = isObject(answer.body) ? answer.body["detail"] : undefined;
      throw new Error(`it answers ${answer.status}${isText(detail) ? `, ${detail}` : ""}`);
    };
    const messages = `/${encodeURIComponent(sessionId)}/messages`;
    const ofAgent = agent === null ? {} : { agent_id: agent };
    try {
      // A session that is there already stays as it is.
      await post("", { session_id: sessionId });
      await post(messages, { message_id: randomUUID(), role: "user", content: query });
      const role = agent === null ? "system" : "agent";
      await post(messages, { message_id: randomUUID(), role, content: said, ...ofAgent });
      return undefined;
    } catch (error) {
      return `the chat history cannot be written: ${causeOf(error)}`;
    }
  };
}
