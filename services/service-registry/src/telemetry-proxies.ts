import { telemetrySecret } from "../../lib/derive-secret.ts";
import type { GatewayRules, Signal, TelemetryRules } from "./gateway-rules.ts";
import { CREDENTIALS, inAnySpelling, type GuardPlugin } from "./guard.ts";
import { ownerOf, proxyOf, type KongState } from "./kong-entities.ts";
import type { PlatformProxy } from "./platform-proxies.ts";

/**
 * How telemetry of agents comes to the collector. Each sender has a route of its own, which asks for a credential that
 * nobody else has and tells the collector who sends, so that no agent reports as another.
 */

/** The collector's own name, under which agents find the gateway. */
const COLLECTOR = "otel-collector";
/** The gateway's name where the collector's own is not to be had. */
const GATEWAY = "kong";

/** Services of the platform that share no network with the collector. */
const SERVICES = ["kong-service-registry", "nasiko-auth-service"];

/** Names under which the platform itself reports: what an agent of such a name sent would be taken for that. */
const RESERVED = /^(?:nasiko|kong|default)(?:-|$)/;

/** What one sender may hand in. Whoever sends in batches, as SDKs do, sends some twelve a minute. */
const LIMITS: Readonly<
  Record<Signal, { readonly second: number; readonly minute: number; readonly kilobytes: number }>
> = {
  traces: { second: 10, minute: 180, kilobytes: 4096 },
  // What comes is held until it is fetched, all of it.
  metrics: { second: 5, minute: 30, kilobytes: 128 },
};

interface Sender {
  readonly name: string;
  /** What its credential is made for. */
  readonly sendsAs: string;
  readonly namespace: string;
  /** In Phoenix, what its traces are kept under. */
  readonly project: string;
  readonly hosts: readonly string[];
}

const agentSender = (agent: string): Sender => ({
  name: agent,
  sendsAs: agent,
  namespace: "nasiko-agents",
  project: agent,
  hosts: [COLLECTOR],
});

const serviceSender = (service: string): Sender => ({
  name: service,
  sendsAs: `service:${service}`,
  namespace: "nasiko",
  project: "nasiko",
  hosts: [COLLECTOR, GATEWAY],
});

/**
 * A route for each sender and signal, and what answers whoever has no credential. None where nobody takes telemetry.
 * @param agents that there are, in whatever state
 */
export function telemetryProxies(
  { telemetry }: GatewayRules,
  agents: readonly string[],
): readonly PlatformProxy[] {
  if (telemetry === undefined) return [];
  const senders = [
    ...SERVICES.map(serviceSender),
    ...[...new Set(agents)].filter((agent) => !RESERVED.test(agent)).map(agentSender),
  ];
  return [
    ...senders.flatMap((sender) => telemetry.signals.map((signal) => letThrough(telemetry, sender, signal))),
    ...refusals(telemetry.signals),
  ];
}

const nameOf = (signal: Signal, sender: string): string => `${signal}-of-${sender}`;

/** Senders for whom the gateway holds a route already, while nobody knows which agents there are. */
export const heldSenders = (kong: KongState, stack: string): readonly string[] => [
  ...new Set(
    kong.services.flatMap((service) => {
      const owner = ownerOf(service, stack);
      const proxy = owner === undefined ? undefined : proxyOf(owner);
      const sender = /^(?:traces|metrics)-of-(.+)$/.exec(proxy ?? "")?.[1];
      return sender === undefined ? [] : [sender];
    }),
  ),
];

function letThrough({ secret, host, port }: TelemetryRules, sender: Sender, signal: Signal): PlatformProxy {
  const credential = `Bearer ${telemetrySecret(secret, sender.sendsAs)}`;
  return {
    ...{ name: nameOf(signal, sender.name), host, port, strip: false, agents: "may" },
    hosts: sender.hosts,
    path: `~/v1/${signal}$`,
    methods: ["POST"],
    // More conditions than any other route has under these names, so it is asked first.
    headers: { authorization: [credential] },
    guards: [...limits(signal), named(sender)],
  };
}

/** Counted for each sender by itself: whoever floods keeps nobody else out. */
function limits(signal: Signal): readonly GuardPlugin[] {
  const { second, minute, kilobytes } = LIMITS[signal];
  return [
    {
      name: "rate-limiting",
      config: { second, minute, limit_by: "service", policy: "local", hide_client_headers: true },
    },
    {
      name: "request-size-limiting",
      config: { allowed_payload_size: kilobytes, size_unit: "kilobytes", require_content_length: false },
    },
  ];
}

/** What the collector reads. */
const HEADERS = {
  "X-Nasiko-Sender": ({ name }: Sender) => name,
  "X-Nasiko-Namespace": ({ namespace }: Sender) => namespace,
  "X-Nasiko-Project": ({ project }: Sender) => project,
} as const;

/** Takes off the credential and what the sender says of itself, and says who it is. */
const named = (sender: Sender): GuardPlugin => ({
  name: "request-transformer",
  config: {
    remove: {
      headers: inAnySpelling([...CREDENTIALS, ...Object.keys(HEADERS), "X-Nasiko-Gateway-Secret"]),
    },
    add: { headers: Object.entries(HEADERS).map(([header, value]) => `${header}:${value(sender)}`) },
  },
});

/** Nothing is ever asked of it. */
const NOWHERE = { host: "127.0.0.1", port: 9, strip: false, hosts: [COLLECTOR] } as const;

const refusals = (signals: readonly Signal[]): readonly PlatformProxy[] => [
  {
    ...{ name: "telemetry-refused", ...NOWHERE, path: `~/v1/(?:${signals.join("|")})$` },
    ends: {
      status: 401,
      message: "Telemetry is taken with the sender's own credential, as in OTEL_EXPORTER_OTLP_HEADERS",
    },
  },
  {
    ...{ name: "telemetry-elsewhere", ...NOWHERE, path: "/" },
    ends: { status: 404, message: `Taken here: POST ${signals.map((signal) => `/v1/${signal}`).join(", ")}` },
  },
];
