import { z } from "zod";
import { causeOf } from "../../lib/cause.ts";
import { PermanentFailure } from "./failure.ts";

export interface ServedOptions {
  readonly serviceRegistryUrl: string;
  /** Opens what the service registry knows. */
  readonly registryToken: string;
  readonly agent: string;
  readonly hash: string;
  /** Milliseconds. */
  readonly within: number;
  readonly signal: AbortSignal;
}

const Answer = z.object({
  served: z.object({ hash: z.string(), url_path: z.string() }).nullable(),
  candidates: z.array(z.object({ hash: z.string(), state: z.string(), reason: z.string() })),
});

/** Milliseconds between two questions: short at first, because an agent is usually admitted within a second. */
const PAUSE = { first: 100, longest: 1000 };
const PATIENCE = 3000;
/** Looks at a container whose program has ended before it counts as broken: the first may be its very start. */
const ENDED_LOOKS = 3;

/**
 * Waits until the gateway sends calls to this version of the agent.
 * @returns path of the agent at the gateway
 * @throws PermanentFailure when its program has ended, or when it does not show its card in time
 */
export async function untilServed(options: ServedOptions): Promise<string> {
  const startedAt = performance.now();
  let pause = PAUSE.first;
  let ended = 0;
  let said = "the service registry does not know it";
  for (;;) {
    const answer = await ask(options).catch((error: unknown) => causeOf(error));
    if (typeof answer === "string") said = answer;
    else {
      if (answer.served?.hash === options.hash) return answer.served.url_path;
      const own = answer.candidates.find(({ hash }) => hash === options.hash);
      if (own !== undefined) said = own.reason;
      ended = own?.state === "stopped" ? ended + 1 : 0;
    }
    if (ended >= ENDED_LOOKS) throw new PermanentFailure(`the agent's program has ended: ${said}`);
    if (performance.now() - startedAt > options.within)
      throw new PermanentFailure(
        `the agent is not served after ${Math.round(options.within / 1000)} s: ${said}`,
      );
    options.signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, pause));
    pause = Math.min(PAUSE.longest, pause * 1.5);
  }
}

async function ask({
  serviceRegistryUrl,
  registryToken,
  agent,
}: ServedOptions): Promise<z.output<typeof Answer> | string> {
  const response = await fetch(`${serviceRegistryUrl}/agents/${agent}`, {
    headers: { authorization: `Bearer ${registryToken}` },
    signal: AbortSignal.timeout(PATIENCE),
  });
  const body: unknown = await response.json();
  // 404 says in the same form that there is nothing yet.
  if (response.status !== 200 && response.status !== 404)
    return `the service registry answers ${response.status}`;
  return Answer.safeParse(body).data ?? "the service registry does not know it";
}
