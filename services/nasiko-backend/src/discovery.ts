import type { Db } from "mongodb";
import { z } from "zod";
import { PLATFORMS_ANSWER, readJson } from "../../lib/read-limited.ts";
import { storableCard } from "./storable-card.ts";
import { causeOf } from "../../lib/cause.ts";
import { isAgentName } from "./agent-name.ts";
import { forgetDiscovered, listAgents, upsertAgent, type AgentDocument } from "./agents.ts";
import type { Log } from "../../lib/log.ts";

export interface DiscoveryOptions {
  readonly db: () => Db;
  readonly serviceRegistryUrl: string | undefined;
  /** Opens what the service registry knows. */
  readonly registryToken: string;
  readonly gatewayUrl: string | undefined;
  readonly publicGatewayUrl: string | undefined;
  readonly log: Log;
}

/** Milliseconds for which an answer of the service registry counts as fresh. */
const FRESH = 2000;
const PATIENCE = 2000;

/** What the registry says of one agent. */
const ServedOne = z.object({
  agent: z.string(),
  served: z
    .object({
      hash: z.string(),
      url_path: z.string(),
      card: z.record(z.string(), z.unknown()).nullish(),
    })
    .nullable(),
});
const Served = z.object({ agents: z.array(ServedOne) });

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
  const { agents } = Served.parse(
    await getJson(`${options.serviceRegistryUrl}/agents`, options.registryToken),
  );
  const served = agents.flatMap(({ agent, served: version }): ServedAgent[] =>
    version === null || !isAgentName(agent)
      ? []
      : [{ id: agent, hash: version.hash, urlPath: version.url_path, card: version.card ?? undefined }],
  );
  const known = new Map((await listAgents(options.db(), "all")).map((agent) => [agent.id, agent]));
  const askForCard = async (id: string): Promise<ServedAgent["card"]> => {
    const one = await getJson(`${options.serviceRegistryUrl ?? ""}/agents/${id}`, options.registryToken);
    return ServedOne.parse(one).served?.card ?? undefined;
  };
  const learnt = await Promise.allSettled(
    served.map((agent) => learn(agent, known.get(agent.id), askForCard, options)),
  );
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
  { id, hash, urlPath, card: listed }: ServedAgent,
  known: AgentDocument | undefined,
  askForCard: (id: string) => Promise<ServedAgent["card"]>,
  { db, gatewayUrl, publicGatewayUrl }: DiscoveryOptions,
): Promise<void> {
  if (known?.hash === hash || gatewayUrl === undefined) return;
  // A large one is not in the list.
  const shown = listed ?? (await askForCard(id));
  const card = shown === undefined ? undefined : storableCard(shown);
  if (card === undefined) return;
  const url = `${publicGatewayUrl ?? gatewayUrl}${urlPath}/`;
  const version = typeof card["version"] === "string" ? card["version"] : null;
  const found = { card, hash, url, status: "active" };
  // The version of an upload is the worker's to tell: it knows of a second upload of the same version.
  const more = known === undefined ? { version, source: "discovered" as const } : {};
  await upsertAgent(db(), id, { ...found, ...more });
}

async function getJson(url: string, token: string): Promise<unknown> {
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return readJson(response.body, PLATFORMS_ANSWER);
}
