import { randomUUID } from "node:crypto";

/** Milliseconds within which another agent has to answer. */
const PATIENCE = 10_000;

interface Reply {
  readonly error?: { readonly message?: string };
  readonly result?: { readonly parts?: readonly { readonly kind?: string; readonly text?: string }[] };
}

/**
 * Sends a text to another agent over A2A 0.3, and returns the text of its answer.
 *
 * The address is the gateway's from the inside: the one in the other agent's card is for callers outside.
 * @throws Error with what the other agent, or the gateway, said
 */
export async function askAgent(url: string, text: string): Promise<string> {
  const message = { kind: "message", messageId: randomUUID(), role: "user", parts: [{ kind: "text", text }] };
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "message/send", params: { message } }),
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (!response.ok) throw new Error(`the gateway answered ${response.status}`);
  // What it does not hold is missing below, and said to be.
  const { error, result } = (await response.json()) as Reply;
  if (error !== undefined) throw new Error(error.message ?? "it refused without a reason");
  const texts = (result?.parts ?? []).flatMap((part) => (part.kind === "text" ? (part.text ?? "") : []));
  if (texts.length === 0) throw new Error("it answered without a text");
  return texts.join("\n");
}
