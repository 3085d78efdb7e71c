import { cardSummary } from "../cards/agent-card.ts";
import type { RoutableAgent } from "../cards/directory.ts";
import { causeOf } from "../../../lib/cause.ts";
import { rank, type Ranked } from "../rank/bm25.ts";
import { candidatesOf } from "../rank/candidates.ts";
import type { Selector } from "./selector.ts";

/** Which agent is to answer, and why. */
export type Choice =
  | {
      readonly kind: "agent";
      readonly agent: RoutableAgent;
      /** `asked`: the caller named it. */
      readonly method: "asked" | "text" | Selector["method"];
      readonly reason: string;
      /** Others that were close, best first. */
      readonly others: readonly string[];
    }
  | { readonly kind: "none"; readonly reason: string };

/** Milliseconds a selector may take. Whoever waits for an answer waits for this, too. */
const DEADLINE = 8000;

/**
 * Chooses the agent for a query: by the words of the cards, and where these do not decide, by the first selector that
 * answers in time.
 * @param failed told why a selector could not be asked
 */
export async function choose(
  query: string,
  agents: readonly RoutableAgent[],
  selectors: readonly Selector[],
  signal: AbortSignal,
  failed: (selector: Selector, cause: string) => void,
): Promise<Choice> {
  if (agents.length === 0) return { kind: "none", reason: "No agent is running at present." };
  const { close, fits } = candidatesOf(rank(query, agents));
  const [best] = close;
  if (best !== undefined && fits && close.length === 1) return byText(best, []);
  for (const selector of selectors) {
    const candidates = close.map(({ item }) => ({ name: item.card.name, summary: cardSummary(item.card) }));
    try {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE)]);
      const { index, reason } = await selector.select(query, candidates, limited);
      const chosen = index === undefined ? undefined : close[index];
      // Where words fit, a selector decides between agents; it does not decide that none of them may try.
      if (chosen === undefined && fits) break;
      if (chosen === undefined)
        return { kind: "none", reason: reason === "" ? "No agent's card fits the request." : reason };
      return {
        kind: "agent",
        agent: chosen.item,
        method: selector.method,
        reason: reason === "" ? `Chosen by ${selector.name}.` : reason,
        others: namesOf(close.filter((entry) => entry !== chosen)),
      };
    } catch (error) {
      if (signal.aborted) throw error;
      failed(selector, causeOf(error));
    }
  }
  if (best === undefined || !fits) return { kind: "none", reason: noneFits(agents) };
  return byText(best, close.slice(1));
}

/** The agent that the caller named, by its name at the gateway or the one on its card. */
export function named(name: string, agents: readonly RoutableAgent[]): Choice {
  const wanted = name
    .trim()
    .toLowerCase()
    .replace(/^agent-/, "");
  const agent =
    agents.find((entry) => entry.agent === wanted) ??
    agents.find(({ card }) => card.name.toLowerCase() === wanted);
  return agent === undefined
    ? { kind: "none", reason: `No agent named ${name} is running. ${runningNow(agents)}` }
    : { kind: "agent", agent, method: "asked", reason: "It was asked for by name.", others: [] };
}

function byText(best: Ranked<RoutableAgent>, others: readonly Ranked<RoutableAgent>[]): Choice {
  const shared = `Its card fits the request by ${countOf(best.matched.length, "word")}: ${best.matched.join(", ")}.`;
  return { kind: "agent", agent: best.item, method: "text", reason: shared, others: namesOf(others) };
}

const namesOf = (ranked: readonly Ranked<RoutableAgent>[]): readonly string[] =>
  ranked.map(({ item }) => item.agent);

const noneFits = (agents: readonly RoutableAgent[]): string =>
  `No agent's card has enough in common with the request. ${runningNow(agents)}`;

function runningNow(agents: readonly RoutableAgent[]): string {
  if (agents.length === 0) return "No agent is running at present.";
  const names = agents.slice(0, 5).map(({ card }) => card.name);
  const more = agents.length > names.length ? ` and ${agents.length - names.length} more` : "";
  return `Running: ${names.join(", ")}${more}.`;
}

const countOf = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
