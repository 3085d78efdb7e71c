import { expect } from "vitest";

/** Fetches an agent's card through the gateway. */
export async function fetchCard(gateway: string, agent: string): Promise<{ readonly name: string }> {
  const response = await fetch(`${gateway}/agents/agent-${agent}/.well-known/agent-card.json`);
  expect(response.status).toBe(200);
  return (await response.json()) as { readonly name: string };
}

/** Sends a text to an agent through the gateway, as an A2A client does, and returns the text of its answer. */
export async function sendMessage(gateway: string, agent: string, text: string): Promise<string> {
  const response = await fetch(`${gateway}/agents/agent-${agent}/`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "message/send",
      params: {
        message: {
          kind: "message",
          messageId: crypto.randomUUID(),
          role: "user",
          parts: [{ kind: "text", text }],
        },
      },
    }),
  });
  expect(response.status).toBe(200);
  const answer = (await response.json()) as {
    readonly result?: { readonly parts?: readonly { readonly text?: string }[] };
  };
  return (answer.result?.parts ?? []).map((part) => part.text ?? "").join("");
}
