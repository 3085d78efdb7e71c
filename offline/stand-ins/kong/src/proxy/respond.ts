import { STATUS_CODES, type ServerResponse } from "node:http";
import type { Answer } from "../plugins/plugin.ts";
import { SERVER_TOKEN } from "../lib/version.ts";
import { HeaderList } from "../http/header-list.ts";

const JSON_TYPE = "application/json; charset=utf-8";

function bodyOf(answer: Answer, requestId: string): { readonly text: string; readonly type?: string } {
  if (answer.error !== undefined)
    return { text: JSON.stringify({ message: answer.error, request_id: requestId }), type: JSON_TYPE };
  if (answer.body === undefined) return { text: "" };
  if (typeof answer.body === "string") return { text: answer.body };
  return { text: JSON.stringify(answer.body), type: JSON_TYPE };
}

/** Sends an answer that was made here. @param latency milliseconds since the request came */
export function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  facts: {
    readonly requestId: string;
    readonly latency: number;
    readonly finish: (headers: HeaderList) => void;
  },
): void {
  const { text, type } = bodyOf(answer, facts.requestId);
  const headers = new HeaderList();
  if (type !== undefined) headers.set("Content-Type", type);
  for (const [name, value] of answer.headers ?? []) headers.set(name, value);
  headers.set("Server", SERVER_TOKEN);
  headers.set("Content-Length", String(Buffer.byteLength(text)));
  headers.set("X-Kong-Response-Latency", String(facts.latency));
  facts.finish(headers);
  headers.set("X-Kong-Request-Id", facts.requestId);
  response.writeHead(answer.status, STATUS_CODES[answer.status] ?? "", headers.toRaw());
  response.end(text);
}
