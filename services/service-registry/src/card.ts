import { readCard } from "../../../engine/formats/a2a/card.ts";
import { isObject, JsonTooLarge, parseBoundedJson, type JsonObject } from "../../lib/json.ts";

/** The outcome of asking a container for its card. */
export type CardCheck =
  | {
      readonly kind: "card";
      readonly card: JsonObject;
      /** Where it answered. @default the port of its label */
      readonly port?: number;
      /** It shows no card, and the one of its folder stands in. @default the card is its own */
      readonly fromFolder?: true;
      /** It shows it at the path of A2A before 0.3 alone. @default it is where callers of today look */
      readonly atOldPath?: true;
    }
  | { readonly kind: "no card"; readonly reason: string };

export const noCard = (reason: string): CardCheck => ({ kind: "no card", reason });

/** Bytes; no card comes near this. */
export const LARGEST_CARD = 64 * 1024;
const LIMITS = { values: 5000, depth: 32 };

/** Whether a body is an agent card: a JSON object that names the agent. */
export function checkCard(body: string): CardCheck {
  let card: unknown;
  try {
    card = parseBoundedJson(body, LIMITS);
  } catch (error) {
    if (error instanceof JsonTooLarge) return noCard(`the agent card is too large: ${error.message}`);
    return noCard("the agent card is not JSON");
  }
  if (!isObject(card)) return noCard("the agent card is not a JSON object");
  return readCard(card) === undefined ? noCard("the agent card has no name") : { kind: "card", card };
}
