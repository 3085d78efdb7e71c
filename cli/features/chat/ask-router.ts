import { randomBytes } from "node:crypto";

import { parsed, withAnswer } from "../../stack/gateway/ask-gateway.ts";
import type { Span } from "../../stack/traces/span.ts";
import { chatLoginNeeded, routerRefused } from "./errors.ts";
import { type RouterEvent, routerEvents } from "./router-events.ts";
import { text } from "node:stream/consumers";

export interface Question {
  readonly stack: string;
  /** e.g. "http://127.0.0.1:9100/" */
  readonly gateway: string;
  /** @default nobody's: mode simple asks for none */
  readonly token: string | undefined;
  readonly query: string;
  /** @default the router chooses */
  readonly agent: string | undefined;
  readonly session: string;
  readonly onEvent: (event: RouterEvent) => void;
}

/** What came of a question. */
export interface Reply {
  /** Undefined when there is none. */
  readonly text: string | undefined;
  readonly agent: string | undefined;
  /** Why there is no answer. */
  readonly reason: string | undefined;
  /** Our own part of the trace, the first of all. */
  readonly span: Span;
}

/** Milliseconds: an agent may think for as long as the gateway lets it. */
const LONGEST_ANSWER = 300_000;

/**
 * Puts a question to the router, as the beginning of a trace.
 * @throws NSK-GATEWAY-UNREACHABLE, NSK-CHAT-LOGIN, NSK-CHAT-REFUSED
 */
export async function askRouter(question: Question): Promise<Reply> {
  const { stack, gateway, token, query, agent, session, onEvent } = question;
  const [traceId, spanId] = [randomBytes(16).toString("hex"), randomBytes(8).toString("hex")];
  const start = Date.now();
  let said: { readonly text: string; readonly agent: string } | undefined;
  let reason: string | undefined;
  const request = {
    method: "POST",
    path: "/router",
    token,
    body: { query, session_id: session, ...(agent !== undefined && { agent }) },
    headers: { accept: "application/x-ndjson", traceparent: `00-${traceId}-${spanId}-01` },
    patience: LONGEST_ANSWER,
    confidential: token !== undefined,
  };
  const refusal = await withAnswer(gateway, request, async (response) => {
    const { statusCode: status = 0 } = response;
    if (status !== 200) return { status, message: messageOf(parsed(await text(response))) };
    for await (const event of routerEvents(response)) {
      onEvent(event);
      if (event.type === "reply") said = event;
      if (event.type === "none") ({ reason } = event);
      if (event.type === "error") reason = event.message;
    }
    return undefined;
  });
  if (refusal?.status === 401 || refusal?.status === 403) throw chatLoginNeeded({ stack });
  if (refusal !== undefined) throw routerRefused(refusal);
  return {
    text: said?.text,
    agent: said?.agent,
    reason: said === undefined ? (reason ?? "the router ended without an answer") : undefined,
    span: {
      ...{ traceId, spanId, parentId: undefined, name: "nasiko chat", start, end: Date.now() },
      failed: said === undefined,
      attributes: { "service.name": "command line" },
    },
  };
}

function messageOf(body: unknown): string {
  const message: unknown =
    typeof body === "object" && body !== null ? Reflect.get(body, "message") : undefined;
  return typeof message === "string" ? message : "";
}
