import { isObject, isText } from "../../../lib/json.ts";
import { readCard, type AgentCard } from "../../../../engine/formats/a2a/card.ts";

/** Where the gateway serves an agent; the name is what follows. */
const AGENT_PATH = /\/agents\/agent-([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\/?$/;

/**
 * Reads the backend's list of registered agents: cards by the agents' names at the gateway. Entries that lead
 * nowhere at the gateway are left out.
 */
export function readRegistered(body: unknown): ReadonlyMap<string, AgentCard> {
  const found = new Map<string, AgentCard>();
  for (const entry of entriesOf(body)) {
    const card = readCard(isObject(entry) && isObject(entry["agent_card"]) ? entry["agent_card"] : entry);
    const agent = isObject(entry) ? agentOf(entry) : undefined;
    if (card !== undefined && agent !== undefined) found.set(agent, card);
  }
  return found;
}

/** A bare list, or one in an envelope. */
function entriesOf(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body;
  if (!isObject(body)) return [];
  const inner = body["data"] ?? body["agents"];
  return inner === undefined ? [] : entriesOf(inner);
}

/** By the address that it was registered with, else by its id. */
function agentOf(entry: Readonly<Record<string, unknown>>): string | undefined {
  const { url, id } = entry;
  const [, named] = isText(url) ? (AGENT_PATH.exec(url) ?? []) : [];
  return named ?? (isText(id) ? id : undefined);
}
