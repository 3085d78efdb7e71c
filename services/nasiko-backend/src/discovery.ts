import type { Db } from "mongodb";
import { z } from "zod";
import { CARD_PATHS, readCard } from "../../../engine/formats/a2a/card.ts";
import { isObject } from "../../lib/json.ts";
import { PLATFORMS_ANSWER, readJson } from "../../lib/read-limited.ts";
import { storableCard } from "./storable-card.ts";
import { causeOf } from "../../lib/cause.ts";
import { isAgentName } from "./agent-name.ts";
import { forgetDiscovered, listAgents, upsertAgent, type AgentDocument } from "./agents.ts";
import type { Log } from "../../lib/log.ts";

export interface DiscoveryOptions {
  readonly db: () => Db;
  readonly serviceRegistryUrl: string | undefined;
  readonly gatewayUrl: string | undefined;
  readonly publicGatewayUrl: string | undefined;
  readonly log: Log;
}

/** Milliseconds for which an answer of the service registry counts as fresh. */
const FRESH = 2000;
const PATIENCE = 2000;
/** Of one card, as the service registry takes it. */
const CARD = { size: 64 * 1024, values: 5000, depth: 32 };

const Served = z.object({
  agents: z.array(
    z.object({
      agent: z.string(),
      served: z
        .object({
          hash: z.string(),
          url_path: z.string(),
          card: z.record(z.string(), z.unknown()).nullish(),
        })
        .nullable(),
    }),
  ),
});

interface ServedAgent {
  readonly id: string;
  readonly hash: string;
  readonly urlPath: string;
  /** As the registry read it; undefined for one that does not tell. */
  readonly card: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Brings the registry in step with what is really served: the program's agents are entered by nobody, and the card
 * of an uploaded one is known only once it runs. Asked when somebody looks, so it costs nothing at rest.
 * Never rejects: without the service registry what is known stays.
 */
export function createDiscovery(options: DiscoveryOptions): () => Promise<void> {
  let last: { readonly at: number; readonly done: Promise<void> } | undefined;
  return () => {
    if (last !== undefined && performance.now() - last.at < FRESH) return last.done;
    const done = discover(options).catch((error: unknown) => {
      const text = error instanceof Error ? error.message : String(error);
      options.log("warn", "agents could not be discovered", { error: text });
    });
    last = { at: performance.now(), done };
    return done;
  };
}

async function discover(options: DiscoveryOptions): Promise<void> {
  if (options.serviceRegistryUrl === undefined) return;
  const { agents } = Served.parse(await getJson(`${options.serviceRegistryUrl}/agents`));
  const served = agents.flatMap(({ agent, served: version }): ServedAgent[] =>
    version === null || !isAgentName(agent)
      ? []
      : [{ id: agent, hash: version.hash, urlPath: version.url_path, card: version.card ?? undefined }],
  );
  const known = new Map((await listAgents(options.db(), "all")).map((agent) => [agent.id, agent]));
  const learnt = await Promise.allSettled(served.map((agent) => learn(agent, known.get(agent.id), options)));
  for (const [index, outcome] of learnt.entries()) {
    if (outcome.status === "fulfilled") continue;
    const error = causeOf(outcome.reason);
    options.log("warn", "an agent could not be entered", { agent: served[index]?.id, error });
  }
  // An agent that is only being replaced or restarted has a place in the list too.
  await forgetDiscovered(
    options.db(),
    agents.map(({ agent }) => agent),
  );
}

async function learn(
  { id, hash, urlPath, card: told }: ServedAgent,
  known: AgentDocument | undefined,
  { db, gatewayUrl, publicGatewayUrl }: DiscoveryOptions,
): Promise<void> {
  if (known?.hash === hash || gatewayUrl === undefined) return;
  // At the gateway of mode `enterprise` nobody may ask without a user's token.
  const shown = told ?? (await fetchCard(`${gatewayUrl}${urlPath}`));
  const card = shown === undefined ? undefined : storableCard(shown);
  if (card === undefined) return;
  const url = `${publicGatewayUrl ?? gatewayUrl}${urlPath}/`;
  const version = typeof card["version"] === "string" ? card["version"] : null;
  const found = { card, hash, url, status: "active" };
  // The version of an upload is the worker's to tell: it knows of a second upload of the same version.
  const more = known === undefined ? { version, source: "discovered" as const } : {};
  await upsertAgent(db(), id, { ...found, ...more });
}

async function fetchCard(agentUrl: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  for (const path of CARD_PATHS) {
    const response = await fetch(`${agentUrl}${path}`, { signal: AbortSignal.timeout(PATIENCE) });
    if (response.ok) {
      const card = await readJson(response.body, CARD);
      return readCard(card) !== undefined && isObject(card) ? card : undefined;
    }
    await response.body?.cancel();
  }
  return undefined;
}

async function getJson(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return readJson(response.body, PLATFORMS_ANSWER);
}
