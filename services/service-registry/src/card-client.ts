import { Agent, request } from "undici";
import { CARD_PATHS } from "../../../engine/formats/a2a/card.ts";
import { judgeCard, noCard, type Verdict } from "./card.ts";
import type { AgentContainer } from "./containers.ts";
import { causeOf } from "../../lib/cause.ts";

/** Asks a container for its card. Never rejects: not answering is an answer. */
export type FetchCard = (container: AgentContainer, signal: AbortSignal) => Promise<Verdict>;

/** Milliseconds within which an agent has to answer. */
const PATIENCE = 2000;
/** No card comes near this. */
const LONGEST_CARD = 1024 * 1024;

export interface CardClient {
  readonly fetchCard: FetchCard;
  readonly close: () => Promise<void>;
}

export function createCardClient(): CardClient {
  // A connection per check: one that was kept open would not prove that the agent still accepts calls.
  const dispatcher = new Agent({
    pipelining: 0,
    connect: { timeout: PATIENCE },
    headersTimeout: PATIENCE,
    bodyTimeout: PATIENCE,
    maxResponseSize: LONGEST_CARD,
  });
  const ask = async (url: string, signal: AbortSignal): Promise<Verdict | "not found"> => {
    const { statusCode, body } = await request(url, { dispatcher, signal });
    const text = await body.text();
    if (statusCode === 404) return "not found";
    return statusCode === 200 ? judgeCard(text) : noCard(`the agent answers ${statusCode} for its card`);
  };
  return {
    fetchCard: async ({ name, port }, signal) => {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(2 * PATIENCE)]);
      try {
        for (const path of CARD_PATHS) {
          const verdict = await ask(`http://${name}:${port}${path}`, limited);
          if (verdict !== "not found") return verdict;
        }
        return noCard("the agent has no card at /.well-known/");
      } catch (error) {
        return noCard(`the agent does not answer on port ${port}: ${causeOf(error)}`);
      }
    },
    close: () => dispatcher.destroy(),
  };
}
