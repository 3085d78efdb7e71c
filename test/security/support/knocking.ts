import { send, type Told } from "./http.ts";

/** A request without a token that anybody gave out, and what came back. */
export interface Knock {
  /** Milliseconds since the epoch, when it was sent. */
  readonly at: number;
  readonly path: string;
  /** Undefined where nothing answered. */
  readonly told: Told | undefined;
}

/** What is open in mode simple and guarded in mode enterprise. */
const GUARDED = [
  "/api/v1/registry/user/agents",
  "/agents/agent-translator/.well-known/agent-card.json",
  "/router/agents",
  "/agents",
];

/** Milliseconds between two requests. */
const PACE = 40;

/** Knocks at each guarded path in turn, one request after the other, until it is stopped. */
export function knock(port: number): { readonly stop: () => Promise<readonly Knock[]> } {
  const stopped = new AbortController();
  const work = (async () => {
    const knocks: Knock[] = [];
    for (let turn = 0; !stopped.signal.aborted; turn++) {
      const path = GUARDED[turn % GUARDED.length] ?? "";
      const at = Date.now();
      const told = await send({ port, path, headers: { authorization: "Bearer anybody" } }).catch(
        () => undefined,
      );
      knocks.push({ at, path, told });
      await new Promise((resolve) => setTimeout(resolve, PACE));
    }
    return knocks;
  })();
  return {
    stop: () => {
      stopped.abort();
      return work;
    },
  };
}
