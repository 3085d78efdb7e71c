import { expect } from "vitest";

/** How a client of A2A speaks: 0.3 and before, or 1.0. */
export type Dialect = "0.3" | "1.0";

/** As much of a card as a client needs to call. */
interface Card {
  readonly name?: string;
  readonly url?: string;
  readonly supportedInterfaces?: readonly { readonly url: string; readonly protocolBinding: string }[];
}

const METHOD = { "0.3": "message/send", "1.0": "SendMessage" } as const;

/** Reads an agent's card through the gateway, as any client does. */
async function cardThrough(gateway: string, agent: string): Promise<Card> {
  const response = await fetch(`${gateway}/agents/agent-${agent}/.well-known/agent-card.json`);
  expect(response.status, await response.clone().text()).toBe(200);
  return (await response.json()) as Card;
}

/** Calls an agent where its card says, in its own dialect. @returns every text in its answer, in order */
export async function askOutside(
  gateway: string,
  agent: string,
  { dialect, text }: { readonly dialect: Dialect; readonly text: string },
): Promise<string> {
  const { url, supportedInterfaces = [] } = await cardThrough(gateway, agent);
  const address =
    supportedInterfaces.find(({ protocolBinding }) => protocolBinding === "JSONRPC")?.url ?? url;
  // What it says of itself is the developer's machine; what it is asked at has to be the gateway.
  expect(address).toMatch(new RegExp(`^${gateway}/agents/agent-${agent}(?:/|$)`));
  const message =
    dialect === "0.3"
      ? { kind: "message", messageId: crypto.randomUUID(), role: "user", parts: [{ kind: "text", text }] }
      : { messageId: crypto.randomUUID(), role: "ROLE_USER", parts: [{ text }] };
  const response = await fetch(address ?? "", {
    method: "POST",
    headers: { "content-type": "application/json", ...(dialect === "1.0" ? { "a2a-version": "1.0" } : {}) },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: METHOD[dialect], params: { message } }),
  });
  const body = await response.text();
  expect(response.status, body).toBe(200);
  const { result } = JSON.parse(body) as { readonly result?: Readonly<Record<string, unknown>> };
  // What a task was asked is in its history; only what it answers counts.
  return textsIn({ ...result, history: undefined }).join(" ");
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === "text" && typeof inner === "string" ? [inner] : textsIn(inner),
  );
}
