import { jsonIn } from "../../../engine/formats/json-text.ts";
import { getText, type TextAnswer } from "../../lib/get-text.ts";
import { field } from "../../lib/json-fields.ts";

/** What the service registry answers about all agents. */
export type ServedAgents =
  | {
      readonly known: true;
      /** Hash of the version that is served, by agent; null for an agent of which none is. */
      readonly hashes: ReadonlyMap<string, string | null>;
    }
  | {
      readonly known: false;
      /** Why nothing is known, e.g. "the service registry does not answer". */
      readonly problem: string;
    };

/** Hash of the version of an agent that is served; undefined when none is, or nobody knows. */
export const servedHash = (served: ServedAgents, agent: string): string | undefined =>
  served.known ? (served.hashes.get(agent) ?? undefined) : undefined;

/**
 * Asks the service registry which version of each agent it serves. Never throws: that it does not answer, or answers
 * something else, is an answer for those who look at a stack.
 * @param patience milliseconds that it may take
 * @param token of the operator, see registry-token.ts
 */
export async function askServedAgents(url: string, patience: number, token = ""): Promise<ServedAgents> {
  let answer: TextAnswer;
  try {
    answer = await getText(url, patience, { authorization: `Bearer ${token}` });
  } catch {
    return { known: false, problem: "the service registry does not answer" };
  }
  if (answer.status !== 200)
    return { known: false, problem: `the service registry answers with status ${answer.status}` };
  const hashes = hashesIn(answer.body);
  if (hashes !== undefined) return { known: true, hashes };
  return {
    known: false,
    problem: "the service registry answers in a form that this version of nasiko does not know",
  };
}

/** Undefined when it is not what the registry of this version answers. */
function hashesIn(body: string): ReadonlyMap<string, string | null> | undefined {
  const agents = field(jsonIn(body), "agents");
  if (!Array.isArray(agents)) return undefined;
  const hashes = new Map<string, string | null>();
  for (const entry of agents) {
    const agent = field(entry, "agent");
    const served = field(entry, "served");
    const hash = served === null ? null : field(served, "hash");
    if (typeof agent !== "string" || !(hash === null || typeof hash === "string")) return undefined;
    hashes.set(agent, hash);
  }
  return hashes;
}
