import { randomBytes } from "node:crypto";
import { expect } from "vitest";

import { docker } from "../../e2e/support/test-stack.ts";
import { BOTH, defineAttacks } from "../support/attack.ts";
import { MALLORY } from "../support/mallory.ts";
import type { World } from "../support/world.ts";
import { opened } from "./reach.ts";

/** Sends bodies, all at once, from the attacker's agent, with headers on top of its own credential's; `null` takes one away. */
const SEND = `
  const [, own] = decodeURIComponent(process.env.OTEL_EXPORTER_OTLP_HEADERS).match(/^authorization=(.+)$/);
  return Promise.all(args.map(async ({ path = "/v1/traces", method = "POST", body, large = 0, headers = {} }) => {
    const given = { "content-type": "application/json", authorization: own, ...headers };
    const kept = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
    const sent = method === "GET" ? undefined : large > 0 ? "x".repeat(large) : body;
    const response = await fetch("http://otel-collector:4318" + path, { method, body: sent, headers: kept });
    await response.arrayBuffer();
    return response.status;
  }));`;

interface Sent {
  readonly path?: string;
  readonly method?: string;
  readonly body?: string;
  /** Letters of a body that is nonsense. */
  readonly large?: number;
  readonly headers?: Readonly<Record<string, string | null>>;
}

// The script's own contract.
const send = async (world: World, ...requests: readonly Sent[]): Promise<readonly number[]> =>
  (await world.asAgent(SEND, requests)) as readonly number[];

const value = (key: string, stringValue: string): object => ({ key, value: { stringValue } });

/** A span that says that it is somebody else's, in every place where that can be said. */
function forged(name: string, sender: string): string {
  const now = `${Date.now()}000000`;
  const claims = [
    value("service.name", sender),
    value("service.namespace", "nasiko"),
    value("openinference.project.name", "nasiko"),
  ];
  const span = {
    ...{ traceId: randomBytes(16).toString("hex"), spanId: randomBytes(8).toString("hex"), name, kind: 1 },
    ...{ startTimeUnixNano: now, endTimeUnixNano: now, attributes: claims },
  };
  return JSON.stringify({
    resourceSpans: [{ resource: { attributes: claims }, scopeSpans: [{ scope: {}, spans: [span] }] }],
  });
}

/** What Phoenix keeps under that name, as "project: service". */
async function kept(world: World, name: string): Promise<readonly string[]> {
  const script = `
    const { data: projects } = await (await fetch("http://phoenix:6006/v1/projects?limit=1000")).json();
    const found = [];
    for (const { name: project } of projects) {
      const { data } = await (await fetch("http://phoenix:6006/v1/projects/" + encodeURIComponent(project) + "/spans?limit=1000")).json();
      for (const span of data) if (span.name === args) found.push(project + ": " + span.attributes["service.name"]);
    }
    return found;`;
  // The script's own contract.
  return (await world.inside(world.stack.containerName("nasiko-router"), script, name)) as readonly string[];
}

/** Who says what in traces, and what that costs others. */
export const TELEMETRY_ATTACKS = defineAttacks([
  {
    id: "S-35",
    name: "collector_reach",
    modes: BOTH,
    run: async (world) => {
      const ports = [4317, 4318, 4320, 13_133, 8888, 8889, 55_679, 1777];
      const container = await docker.container(world.stack.containerName("otel-collector"));
      const addresses = Object.values(container?.NetworkSettings.Networks ?? {}).map(
        ({ IPAddress }) => IPAddress,
      );
      expect(addresses.length).toBeGreaterThan(0);
      const hosts = ["otel-collector", "otel-collector-server", ...addresses];
      const doors = hosts.flatMap((host) => ports.map((port) => [host, port] as const));
      expect(await opened(world, doors)).toEqual(["otel-collector:4318"]);
      const broken: readonly Sent[] = [
        { body: "[".repeat(100_000) },
        { body: "\0", headers: { "content-type": "application/x-protobuf" } },
        { large: 5_000_000 },
      ];
      const [fine, ...refused] = await send(world, { body: "{}" }, ...broken);
      expect(fine).toBe(200);
      for (const status of refused) expect(status).toBeGreaterThanOrEqual(400);
      return "the collector's name leads agents to the gateway, and nothing else leads to the collector";
    },
  },
  {
    id: "S-36",
    name: "report_as_another",
    modes: BOTH,
    run: async (world) => {
      const name = `forged-${randomBytes(6).toString("hex")}`;
      const says = {
        "x-nasiko-sender": "translator",
        x_nasiko_sender: "translator",
        "x-nasiko-project": "nasiko",
        "x-nasiko-namespace": "nasiko",
      };
      const statuses = await send(
        world,
        { body: forged(name, "translator") },
        { body: forged(name, "nasiko-router"), headers: says },
      );
      expect(statuses).toEqual([200, 200]);
      const own = `${MALLORY}: ${MALLORY}`;
      await expect
        .poll(() => kept(world, name), { timeout: 60_000, interval: 1000 })
        .toEqual(statuses.map(() => own));
      return "whatever its spans and headers say, they are kept as the attacker's own";
    },
  },
  {
    id: "S-36",
    name: "report_without_a_credential",
    modes: BOTH,
    run: async (world) => {
      const body = forged("never", "translator");
      expect(await send(world, { body: "{}" })).toEqual([200]);
      const authorizations = [
        null,
        "",
        "Bearer",
        "Bearer translator",
        `Bearer ${"0".repeat(64)}`,
        "~*.*",
        "Bearer service:kong-service-registry",
      ];
      const tried = authorizations.map((authorization): Sent => ({ body, headers: { authorization } }));
      expect(await send(world, ...tried)).toEqual(tried.map(() => 401));
      // Its other secrets open nothing here either.
      const others = (await world.asAgent(
        `return [process.env.NASIKO_GATEWAY_SECRET, process.env.AGENT_ACCESS_SECRET].filter(Boolean);`,
      )) as readonly string[];
      expect(others.length).toBeGreaterThan(0);
      for (const secret of others)
        expect(await send(world, { body, headers: { authorization: `Bearer ${secret}` } })).toEqual([401]);
      expect(await send(world, { path: "/v1/logs", body: "{}" }, { path: "/api/v1/healthcheck" })).toEqual([
        404, 404,
      ]);
      expect(await send(world, { method: "GET" })).toEqual([401]);
      return "no credential, a made-up one and those for other things: 401; logs: 404";
    },
  },
  {
    id: "S-36",
    name: "telemetry_flood",
    modes: BOTH,
    run: async (world) => {
      const flood = Array.from({ length: 60 }, (): Sent => ({ body: "{}" }));
      const statuses = await send(world, ...flood);
      expect(statuses).toContain(429);
      expect(new Set(statuses)).toEqual(new Set([200, 429]));
      await world.othersAreServed();
      return `${statuses.filter((status) => status === 429).length} of ${flood.length} requests at once get 429, and the others are served`;
    },
  },
]);
