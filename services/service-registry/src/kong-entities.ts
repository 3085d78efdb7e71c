import { createHash } from "node:crypto";
import type { JsonObject } from "../../lib/json.ts";
import type { AgentContainer } from "./containers.ts";
import type { GatewayRules } from "./gateway-rules.ts";
import { type GuardPlugin, guardsOfAgent } from "./guard.ts";

/** The part of Kong's entities that matters here. */
export interface KongEntity {
  readonly id: string;
  /** Services and routes: unique name. Plugins: which plugin it is. */
  readonly name: string | undefined;
  readonly tags: readonly string[];
  /** The service that a route or plugin belongs to. */
  readonly serviceId: string | undefined;
  /** The route that a plugin belongs to. */
  readonly routeId: string | undefined;
  /** Everything that Kong told about it. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export const COLLECTIONS = ["services", "plugins", "routes"] as const;
export type Collection = (typeof COLLECTIONS)[number];

/** All that Kong holds, foreign entities included. */
export type KongState = Readonly<Record<Collection, readonly KongEntity[]>>;

/** An entity as it should be: `fields` are what we set, everything else is left to Kong's defaults. */
export interface Wanted {
  readonly collection: Collection;
  readonly id: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Without it in place the owner's route must not exist. @default false */
  readonly guards?: true;
}

/** Milliseconds. Agents may think long; connecting to a container on the same machine is instant or hopeless. */
export const TIMEOUTS = { connect_timeout: 5000, read_timeout: 300_000, write_timeout: 300_000 } as const;

/** Tokens travel in headers, so no page needs the browser to send credentials along. */
const CORS = { credentials: false, max_age: 3600 } as const;

export const serviceName = (agent: string): string => `agent-${agent}`;
const routeName = (agent: string): string => `agent-${agent}-route`;
/** Path of the agent at the gateway. */
export const urlPath = (agent: string): string => `/agents/agent-${agent}`;

/** Whole path segments only: as a plain prefix, the route of agent "a" would take what is meant for agent "ab". */
const routePath = (agent: string): string => `~${urlPath(agent)}(?=/|$)`;

const AGENT_TAG = "nasiko-agent-";
const PROXY_TAG = "nasiko-proxy-";

/** Tags by which an entity is known to be ours; one without all of them is never touched. */
export const ownTags = (stack: string): readonly string[] => ["nasiko", `nasiko-stack-${stack}`];

/** Tag of all that belongs to an agent. */
export const agentTag = (agent: string): string => `${AGENT_TAG}${agent}`;
/** Tag of all that belongs to a route to a service of the platform. */
export const proxyTag = (proxy: string): string => `${PROXY_TAG}${proxy}`;

export const agentOf = (owner: string): string | undefined => suffix(owner, AGENT_TAG);
export const proxyOf = (owner: string): string | undefined => suffix(owner, PROXY_TAG);

const suffix = (owner: string, prefix: string): string | undefined =>
  owner.startsWith(prefix) ? owner.slice(prefix.length) : undefined;

/** The tag that says to whom an entity of ours belongs, undefined when the entity is not ours. */
export function ownerOf(entity: KongEntity, stack: string): string | undefined {
  if (!ownTags(stack).every((tag) => entity.tags.includes(tag))) return undefined;
  return entity.tags.find((tag) => tag.startsWith(AGENT_TAG) || tag.startsWith(PROXY_TAG));
}

/** Namespace of our name-based UUIDs (RFC 9562, version 5). */
const NAMESPACE = Buffer.from("6f1c2a54c0b94c3b9d0f5f2f7f3a9d61", "hex");

/**
 * The id of an entity: always the same, so that writing it twice is writing it once, and a foreign entity of the
 * same name makes Kong refuse the write instead of losing what it was.
 * @param owner name of the agent, or something that cannot be one
 */
export function entityId(stack: string, owner: string, collection: Collection): string {
  const digest = createHash("sha1").update(NAMESPACE).update(`${stack}/${collection}/${owner}`).digest();
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x50, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = digest.toString("hex", 0, 16);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/**
 * What the gateway has to hold so that calls reach this container, in the order in which it has to be written:
 * plugins before the route, so that no call slips past a plugin that could not be set.
 */
export function wantedEntities(rules: GatewayRules, container: AgentContainer): readonly Wanted[] {
  const { stack, hosts } = rules;
  const { agent } = container;
  const tags = [...ownTags(stack), agentTag(agent)];
  const service = { id: entityId(stack, agent, "services") };
  return [
    {
      collection: "services",
      id: service.id,
      fields: {
        name: serviceName(agent),
        protocol: "http",
        host: container.name,
        port: container.port,
        ...TIMEOUTS,
        enabled: true,
        tags: [...tags, `nasiko-hash-${container.hash}`],
      },
    },
    ...agentPlugins(rules, agent),
    {
      collection: "routes",
      id: entityId(stack, agent, "routes"),
      fields: {
        name: routeName(agent),
        service,
        protocols: ["http", "https"],
        hosts,
        paths: [routePath(agent)],
        strip_path: true,
        preserve_host: false,
        tags,
      },
    },
  ];
}

/** Paths at which callers look for a card; more telling than the agent's own route, so asked first. */
const cardPath = (agent: string): string => `~${urlPath(agent)}/\\.well-known/agent(?:-card)?\\.json$`;

/**
 * What makes the gateway itself answer with an agent's card, for an agent that serves none. The route belongs to the
 * agent's service, so that whatever stands before the agent stands before its card.
 */
export function cardEntities(
  { stack, hosts }: GatewayRules,
  agent: string,
  card: JsonObject,
): readonly Wanted[] {
  const tags = [...ownTags(stack), agentTag(agent)];
  const route = { id: entityId(stack, `${agent}:card`, "routes") };
  return [
    {
      collection: "routes",
      id: route.id,
      fields: {
        name: `${routeName(agent)}-card`,
        service: { id: entityId(stack, agent, "services") },
        protocols: ["http", "https"],
        hosts,
        methods: ["GET", "HEAD", "OPTIONS"],
        paths: [cardPath(agent)],
        regex_priority: 1,
        strip_path: true,
        preserve_host: false,
        tags,
      },
    },
    {
      collection: "plugins",
      id: entityId(stack, `${agent}:card`, "plugins"),
      fields: {
        name: "request-termination",
        route,
        config: { status_code: 200, content_type: "application/json", body: JSON.stringify(card) },
        enabled: true,
        tags,
      },
    },
  ];
}

/** The plugins of an agent's service, whichever container is behind it. */
export const agentPlugins = (rules: GatewayRules, agent: string): readonly Wanted[] => {
  const { stack, origins } = rules;
  return wantedPlugins(
    {
      ...{ stack, origins, traces: traceReport(rules) },
      owner: agent,
      service: { id: entityId(stack, agent, "services") },
      tags: [...ownTags(stack), agentTag(agent)],
    },
    guardsOfAgent(rules, agent),
  );
};

interface PluginOwner {
  readonly stack: string;
  /** As for `entityId`. */
  readonly owner: string;
  readonly service: { readonly id: string };
  readonly tags: readonly string[];
  /** Whose pages may call it. */
  readonly origins: readonly string[];
  /** How its requests are reported. @default they are not */
  readonly traces?: GuardPlugin | undefined;
}

/** Header of every answer in which a caller finds the trace of its request. */
const TRACE_HEADER = "X-Trace-Id";

/** The gateway as a part of each trace; undefined where nobody takes traces. */
export const traceReport = ({ collectorUrl, stack }: GatewayRules): GuardPlugin | undefined =>
  collectorUrl === undefined
    ? undefined
    : {
        name: "opentelemetry",
        config: {
          traces_endpoint: `${collectorUrl}/v1/traces`,
          // All: whoever comes without a trace begins one here.
          sampling_rate: 1,
          http_response_header_for_traceid: TRACE_HEADER,
          resource_attributes: {
            "service.name": "kong",
            "service.namespace": "nasiko",
            "openinference.project.name": "nasiko",
            "deployment.environment.name": stack,
          },
        },
      };

/** The plugins of a service: pages of these origins may call it, and its guards. */
export function wantedPlugins(
  { stack, owner, service, tags, origins, traces }: PluginOwner,
  guards: readonly GuardPlugin[],
): readonly Wanted[] {
  const plugin = (id: string, name: string, config: GuardPlugin["config"]): Wanted => ({
    collection: "plugins",
    id: entityId(stack, id, "plugins"),
    fields: { name, service, ...(config === undefined ? {} : { config }), enabled: true, tags },
  });
  return [
    // To Kong, no origin at all means every one.
    ...(origins.length === 0 ? [] : [plugin(owner, "cors", { ...CORS, origins })]),
    ...(traces === undefined ? [] : [plugin(`${owner}:${traces.name}`, traces.name, traces.config)]),
    // A colon, so that no agent's entities can have the same ids.
    ...guards.map(({ name, config }): Wanted => ({
      ...plugin(`${owner}:${name}`, name, config),
      guards: true,
    })),
  ];
}
