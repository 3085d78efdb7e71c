import { cardAt } from "../../../engine/formats/a2a/card-at.ts";
import { readCard } from "../../../engine/formats/a2a/card.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { Admission } from "./admission.ts";
import { urlPath } from "./kong-entities.ts";

/** Characters of a card that the gateway keeps; a larger one is shown by its agent alone. */
const LARGEST_CARD = 32_768;

/**
 * The card that the gateway itself answers with: of an agent that shows none, or where clients of today do not look, or
 * whose card names an address at which only its author reaches it, such as http://localhost:9999/.
 * @param publicUrl where people reach the gateway
 * @returns undefined where the agent's own answer will do
 */
export function shownCard(
  { card, fromFolder, atOldPath }: Extract<Admission, { readonly kind: "admitted" }>,
  agent: string,
  publicUrl: string | undefined,
): JsonObject | undefined {
  if (fromFolder === true) return card;
  if (publicUrl === undefined) return undefined;
  const route = urlPath(agent);
  const isPlaced = knowsItsPlace(card, route);
  if (isPlaced && atOldPath !== true) return undefined;
  const shown = isPlaced ? card : cardAt(card, `${publicUrl}${route}/`);
  return JSON.stringify(shown).length > LARGEST_CARD ? undefined : shown;
}

/** Whether every web address on a card leads to the agent's route, at whatever name of the gateway. */
const knowsItsPlace = (card: JsonObject, route: string): boolean =>
  (readCard(card)?.interfaces ?? []).every(({ url }) => {
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    const isWeb = parsed?.protocol === "http:" || parsed?.protocol === "https:";
    return !isWeb || `${parsed.pathname}/`.startsWith(`${route}/`);
  });
