import { call, NoAnswer, refusal } from "./api.ts";
import { newId } from "./id.ts";
import { jsonLines } from "./lines.ts";
import { fieldsOf, listOf, textOf, type Fields } from "./shape.ts";

/** What happens on the way from a question to its answer. */
export type Happening =
  | { readonly kind: "progress"; readonly text: string }
  | { readonly kind: "choice"; readonly name: string; readonly reason: string }
  | { readonly kind: "reply"; readonly text: string }
  | { readonly kind: "remark"; readonly text: string }
  | { readonly kind: "failure"; readonly text: string };

export interface Question {
  readonly text: string;
  readonly session: string;
  /** Undefined: the router chooses. */
  readonly agent: { readonly name: string; readonly title: string; readonly path: string } | undefined;
  /** Headers that make it part of a trace. @default none */
  readonly trace?: Readonly<Record<string, string>> | undefined;
}

/** Asks the router; an agent that was named is asked directly where there is no router. */
export async function* talk(question: Question, signal: AbortSignal): AsyncGenerator<Happening> {
  const { text, session, agent, trace } = question;
  const response = await call("/router", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/x-ndjson", ...trace },
    body: JSON.stringify({ query: text, session_id: session, ...(agent && { agent: agent.name }) }),
    signal,
  });
  if (response.ok && response.body !== null) {
    for await (const event of jsonLines(chunksOf(response.body))) {
      const happening = read(fieldsOf(event));
      if (happening !== undefined) yield happening;
    }
    return;
  }
  const missing = response.status === 404 || response.status === 502 || response.status === 503;
  if (missing && agent !== undefined) {
    yield {
      kind: "choice",
      name: agent.title,
      reason: "Asked directly; without the router nothing is recorded.",
    };
    yield await askDirectly(agent.path, text, signal, trace);
    return;
  }
  const body: unknown = await response.json().catch(() => undefined);
  throw new NoAnswer(
    missing ? "The router is not running. Choose an agent." : refusal(response.status, body),
  );
}

/** Not every browser lets a stream be iterated. */
async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Reads an event of the router; undefined for those that say nothing to people. */
export function read(event: Fields): Happening | undefined {
  switch (event["type"]) {
    case "progress":
      return { kind: "progress", text: textOf(event["message"]) };
    case "choice":
      return { kind: "choice", name: textOf(event["name"]), reason: textOf(event["reason"]) };
    case "reply":
      return { kind: "reply", text: textOf(event["text"]) };
    case "none":
      return { kind: "remark", text: textOf(event["reason"]) };
    case "warning":
      return { kind: "remark", text: textOf(event["message"]) };
    case "error":
      return { kind: "failure", text: textOf(event["message"]) };
    default:
      return undefined;
  }
}

async function askDirectly(
  path: string,
  text: string,
  signal: AbortSignal,
  trace: Question["trace"],
): Promise<Happening> {
  const messageId = newId();
  const message = { kind: "message", role: "user", messageId, parts: [{ kind: "text", text }] };
  const params = { message, configuration: { blocking: true } };
  const response = await call(`${path}/`, {
    method: "POST",
    headers: { "content-type": "application/json", ...trace },
    body: JSON.stringify({ jsonrpc: "2.0", id: messageId, method: "message/send", params }),
    signal,
  });
  const body = fieldsOf(await response.json().catch(() => undefined));
  const said = spoken(fieldsOf(body["result"]));
  if (said !== "") return { kind: "reply", text: said };
  const problem = textOf(fieldsOf(body["error"])["message"]);
  return { kind: "failure", text: problem === "" ? refusal(response.status, body) : problem };
}

/** The text of a message, or of a task's results. */
function spoken(result: Fields): string {
  const holders = [result, ...listOf(result["artifacts"]), fieldsOf(result["status"])["message"]];
  return holders
    .flatMap((holder) => listOf(fieldsOf(holder)["parts"]))
    .map((part) => textOf(fieldsOf(part)["text"]))
    .filter((text) => text !== "")
    .join("\n");
}
