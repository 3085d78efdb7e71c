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

/** Largest answer that is read, in characters; of a thousand agents it has some 300,000. */
const LONGEST_ANSWER = 8_000_000;

/**
 * Asks the service registry which version of each agent it serves. Never throws: that it does not answer, or answers
 * something else, is an answer for those who look at a stack.
 * @param patience milliseconds that it may take
 * @param token of the operator, see registry-token.ts
 */
export async function askServedAgents(url: string, patience: number, token = ""): Promise<ServedAgents> {
  let answer: { readonly status: number; readonly body: string };
  try {
    answer = await get(url, patience, token);
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

/** Without `fetch`, which takes longer to load than a whole `status`, and without an import, which loads it as well. */
function get(
  url: string,
  patience: number,
  token: string,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const request = process.getBuiltinModule("node:http").get(
      url,
      {
        signal: AbortSignal.timeout(patience),
        agent: false,
        headers: { authorization: `Bearer ${token}` },
      },
      (response) => {
        response.setEncoding("utf8");
        let body = "";
        response
          .on("data", (part: string) => {
            body += part;
            if (body.length > LONGEST_ANSWER) request.destroy(new Error("too long an answer"));
          })
          .on("end", () => resolve({ status: response.statusCode ?? 0, body }))
          .on("error", reject);
      },
    );
    request.on("error", reject);
  });
}

/** Undefined when it is not what the registry of this version answers. */
function hashesIn(body: string): ReadonlyMap<string, string | null> | undefined {
  const agents = field(parsed(body), "agents");
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

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
