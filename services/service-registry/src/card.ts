import { isObject, isText, parseJson, type JsonObject } from "../../lib/json.ts";

/** Where agents publish their card: today's path, and the one of A2A before 0.3. */
export const CARD_PATHS = ["/.well-known/agent-card.json", "/.well-known/agent.json"] as const;

/** The outcome of asking a container for its card. */
export type Verdict =
  | { readonly kind: "card"; readonly card: JsonObject }
  | { readonly kind: "no card"; readonly reason: string };

export const noCard = (reason: string): Verdict => ({ kind: "no card", reason });

/** Whether a body is an agent card: a JSON object that names the agent. */
export function judgeCard(body: string): Verdict {
  let card: unknown;
  try {
    card = parseJson(body);
  } catch {
    return noCard("the agent card is not JSON");
  }
  if (!isObject(card)) return noCard("the agent card is not a JSON object");
  const name = card["name"];
  return isText(name) && name.trim() !== "" ? { kind: "card", card } : noCard("the agent card has no name");
}
