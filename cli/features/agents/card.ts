import { callableBy, pathOnCard } from "../../../engine/formats/a2a/call.ts";
import { type AgentCard, CARD_PATHS, readCard } from "../../../engine/formats/a2a/card.ts";

/** Milliseconds that an agent may take to show its card. */
const PATIENCE = 2000;

/**
 * The card that an agent shows at the gateway.
 * @param url of the agent, with the slash at the end
 * @returns undefined when it cannot be had: the agent is down, or the gateway wants to know who asks
 */
export async function fetchCard(url: string): Promise<AgentCard | undefined> {
  try {
    for (const path of CARD_PATHS) {
      const response = await fetch(new URL(`.${path}`, url), { signal: AbortSignal.timeout(PATIENCE) });
      if (response.ok) return readCard(await response.json());
      await response.body?.cancel();
      if (response.status !== 404) return undefined;
    }
    return undefined;
  } catch {
    return undefined;
  }
}

/** A call that can be pasted into a shell, in the version of A2A that the card asks for, with an example from it. */
export function exampleCall(url: string, card: AgentCard | undefined): string {
  const text = card?.skills.flatMap(({ examples }) => examples)[0] ?? "hello";
  const callable = card && callableBy(card);
  const { protocol, url: own } = callable?.kind === "json-rpc" ? callable : { protocol: "0.3", url: "" };
  const path = pathOnCard(own, new URL(url).pathname.replace(/\/$/, ""));
  const older = protocol === "0.3";
  const message = older
    ? { kind: "message", messageId: "1", role: "user", parts: [{ kind: "text", text }] }
    : { messageId: "1", role: "ROLE_USER", parts: [{ text }] };
  const body = { jsonrpc: "2.0", id: 1, method: older ? "message/send" : "SendMessage", params: { message } };
  const quoted = JSON.stringify(body).replaceAll("'", String.raw`'\''`);
  const version = older ? "" : ` -H 'a2a-version: ${protocol}'`;
  return `curl -s ${url}${path.slice(1)} -H 'content-type: application/json'${version} -d '${quoted}'`;
}
