import { setTimeout as sleep } from "node:timers/promises";
import type { Db } from "mongodb";
import { z } from "zod";
import type { Log } from "../../lib/log.ts";
import { PLATFORMS_ANSWER, readJson } from "../../lib/read-limited.ts";
import type { Queue } from "./queue.ts";
import { activeUploads, changeStatus } from "./uploads.ts";
import { causeOf } from "../../lib/cause.ts";

export interface RestoreOptions {
  /** @throws Error while MongoDB is not connected */
  readonly db: () => Db;
  readonly queue: Queue;
  readonly serviceRegistryUrl: string | undefined;
  /** Opens what the service registry knows. */
  readonly registryToken: string;
  readonly log: Log;
}

/** Milliseconds. */
const PATIENCE = 2000;
const PAUSE = { first: 250, longest: 5000 };

const Known = z.object({ agents: z.array(z.object({ agent: z.string() })) });

/**
 * Hands every agent that was running and has no container any more to the worker again: the platform was taken down
 * and up in between. What the worker finds done already it does not do twice. Tries until it is done, or the signal says
 * that nobody cares any more.
 */
export async function restoreAgents(options: RestoreOptions, signal: AbortSignal): Promise<void> {
  for (let pause = PAUSE.first; !signal.aborted; pause = Math.min(PAUSE.longest, pause * 2)) {
    try {
      await restore(options);
      return;
    } catch (error) {
      options.log("info", "agents are not looked after yet", { error: causeOf(error) });
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function restore(options: RestoreOptions): Promise<void> {
  const { db, queue, log } = options;
  const uploads = await activeUploads(db());
  if (uploads.length === 0) return;
  const known = await knownAgents(options);
  for (const { agent_name, path: agent_path, owner_id, upload_id } of uploads) {
    if (known.has(agent_name)) continue;
    log("info", "an agent has no container any more: it is started again", { agent: agent_name });
    // In this order: what was sent and is not marked is sent twice, which harms nobody.
    await queue.send({ command: "deploy_agent", agent_name, agent_path, owner_id, upload_id });
    await changeStatus(db(), upload_id, { status: "queued" });
  }
}

/** Agents that have a container, ready or not; none while the service registry is not there yet. */
async function knownAgents({
  serviceRegistryUrl,
  registryToken,
  log,
}: RestoreOptions): Promise<ReadonlySet<string>> {
  if (serviceRegistryUrl === undefined) return new Set();
  try {
    const response = await fetch(`${serviceRegistryUrl}/agents`, {
      headers: { authorization: `Bearer ${registryToken}` },
      signal: AbortSignal.timeout(PATIENCE),
    });
    const { agents } = Known.parse(await readJson(response.body, PLATFORMS_ANSWER));
    return new Set(agents.map(({ agent }) => agent));
  } catch (error) {
    // A platform that is just coming up starts its registry after this service.
    log("info", "the service registry does not answer yet", { error: causeOf(error) });
    return new Set();
  }
}
