import { z } from "zod";

/** What people want to know of an agent's card. */
const Card = z.object({
  name: z.string(),
  skills: z.array(z.object({ name: z.string(), examples: z.array(z.string()).optional() })).default([]),
});

export type AgentCard = Readonly<z.output<typeof Card>>;

/** Milliseconds that an agent may take to show its card. */
const PATIENCE = 2000;

/**
 * The card that an agent shows at the gateway.
 * @param url of the agent, with the slash at the end
 * @returns undefined when it cannot be had: the agent is down, or the gateway wants to know who asks
 */
export async function fetchCard(url: string): Promise<AgentCard | undefined> {
  try {
    const response = await fetch(`${url}.well-known/agent-card.json`, {
      signal: AbortSignal.timeout(PATIENCE),
    });
    return response.ok ? Card.parse(await response.json()) : undefined;
  } catch {
    return undefined;
  }
}

/** A call that can be pasted into a shell, with an example from the card. */
export function exampleCall(url: string, card: AgentCard | undefined): string {
  const text = card?.skills.flatMap(({ examples = [] }) => examples)[0] ?? "hello";
  const body = {
    jsonrpc: "2.0",
    id: 1,
    method: "message/send",
    params: {
      message: { kind: "message", messageId: "1", role: "user", parts: [{ kind: "text", text }] },
    },
  };
  const quoted = JSON.stringify(body).replaceAll("'", String.raw`'\''`);
  return `curl -s ${url} -H 'content-type: application/json' -d '${quoted}'`;
}
