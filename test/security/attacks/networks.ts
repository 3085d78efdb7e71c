import { expect } from "vitest";

import { docker } from "../../e2e/support/test-stack.ts";
import { BOTH, defineAttacks } from "../support/attack.ts";
import type { Place, World } from "../support/world.ts";

const EVIL = "http://evil.example";

/** Statuses from inside the attacker's agent, by what was asked: "GET http://…"; 0 where nothing answers. */
const asked = async (
  world: World,
  calls: readonly string[],
  container?: string,
): Promise<Readonly<Record<string, number>>> => {
  const script = `const ask = async (call) => {
      const [method, url] = call.split(" ");
      const body = method === "GET" ? undefined : "{}";
      const headers = { authorization: "Bearer x", "content-type": "application/json" };
      const status = await fetch(url, { method, body, headers, signal: AbortSignal.timeout(10_000) })
        .then(({ status }) => status, () => 0);
      return [call, status];
    };
    // All at once: what is out of reach answers nothing for as long as one waits.
    return Object.fromEntries(await Promise.all(args.map(ask)));`;
  const told =
    container === undefined ? world.asAgent(script, calls) : world.inside(container, script, calls);
  // The script's own contract.
  return (await told) as Readonly<Record<string, number>>;
};

/** Servers of ours that publish a port, with a path that each answers to everybody. */
const PLACES: readonly (readonly [Place, string])[] = [
  ["gateway", "/status"],
  ["registry", "/status"],
  ["web", "/"],
  ["langtrace", "/login"],
  ["n8n", "/healthz"],
];

/** What a page of another origin, an agent, and a service that is not ours try on their neighbours. */
export const NETWORK_ATTACKS = defineAttacks([
  {
    id: "S-03",
    name: "cors_any_origin",
    modes: BOTH,
    run: async (world) => {
      const allowed = async (path: string, origin: string): Promise<unknown> => {
        const headers = {
          ...{ origin, "access-control-request-method": "POST" },
          "access-control-request-headers": "authorization",
        };
        const { headers: told } = await world.ask({ method: "OPTIONS", path, headers });
        return told["access-control-allow-origin"];
      };
      const own = `http://127.0.0.1:${world.port("gateway")}`;
      for (const path of ["/api/v1/agents/upload", "/router", "/agents", "/agents/agent-translator/"]) {
        expect(await allowed(path, own), path).toBe(own);
        for (const origin of [
          EVIL,
          "null",
          "http://localhost:8888",
          `http://127.0.0.1.evil.example:${world.port("gateway")}`,
        ])
          expect(await allowed(path, origin), `${path} ${origin}`).toBeUndefined();
      }
      return "no other origin is allowed to read anything, or to send a header";
    },
  },
  {
    id: "S-03",
    name: "dns_rebinding_host",
    modes: BOTH,
    run: async (world) => {
      for (const [at, path] of PLACES) {
        const status = async (host: string): Promise<number> =>
          (await world.ask({ at, path, headers: { host } })).status;
        const port = world.port(at);
        expect(await status(`127.0.0.1:${port}`), at).toBe(200);
        for (const host of ["evil.example", `evil.example:${port}`, "localhost.evil.example", "127.0.0.2"])
          expect(await status(host), `${at} as ${host}`).toBe(421);
      }
      return `421 from ${PLACES.map(([at]) => at).join(", ")}`;
    },
  },
  {
    id: "S-38",
    name: "csrf_sync",
    modes: BOTH,
    run: async (world) => {
      for (const type of [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
      ])
        for (const [at, path] of [
          ["registry", "/sync"],
          ["gateway", "/router"],
          ["gateway", "/api/v1/registry"],
        ] as const) {
          const headers = { "content-type": type, origin: EVIL };
          const told = await world.ask({ at, path, method: "POST", headers, body: "query=x" });
          expect([401, 403, 415], `${at} ${path}: ${told.text}`).toContain(told.status);
        }
      return "401, 403 or 415 for whatever a form can send";
    },
  },
  {
    id: "S-09",
    name: "agent_to_platform",
    modes: BOTH,
    run: async (world) => {
      const paths = [
        "/api/v1/registry/user/agents",
        "/api/v1/healthcheck",
        "/router/agents",
        "/app/",
        "/n8n/",
      ];
      const told = await asked(
        world,
        ["/status", ...paths].map((path) => `GET http://kong:8000${path}`),
      );
      expect(told["GET http://kong:8000/status"]).toBe(200);
      for (const path of paths) expect([401, 403], path).toContain(told[`GET http://kong:8000${path}`]);
      return "403 by its address";
    },
  },
  {
    id: "S-04",
    name: "agent_to_agent_direct",
    modes: BOTH,
    run: async (world) => {
      const victim = await world.agentContainer("translator");
      const url = `http://${victim}:5000/.well-known/agent-card.json`;
      const calls = [`GET ${url}`, `POST http://${victim}:5000/`];
      expect(Object.values(await asked(world, calls))).toEqual([401, 401]);
      const token = await world.superUser();
      const honest = await world.ask({ path: "/agents/agent-translator/.well-known/agent-card.json", token });
      expect(honest.status, honest.text).toBe(200);
      return "401: it does not know the secret that the gateway sends";
    },
  },
  {
    id: "S-06",
    name: "control_network_reach",
    modes: BOTH,
    run: async (world) => {
      const controlled = {
        kong: 8001,
        "docker-proxy-build": 2375,
        "docker-proxy-read": 2375,
        "agent-registry": 5000,
      };
      const names = ["http://kong-admin:8001/", "http://kong-service-registry:8080/agents"];
      const addresses = await Promise.all(
        Object.entries(controlled).map(async ([service, port]) => {
          const container = await docker.container(world.stack.containerName(service));
          const { IPAddress: address = "" } =
            container?.NetworkSettings.Networks[`nasiko-${world.stack.name}-control`] ?? {};
          expect(address, service).not.toBe("");
          return [`http://${service}:${port}/`, `http://${address}:${port}/`];
        }),
      );
      const calls = [...names, ...addresses.flat()].map((url) => `GET ${url}`);
      // From where it is allowed, they answer: so what is silent below is out of reach.
      const inside = await asked(world, calls, world.stack.containerName("nasiko-backend"));
      expect(inside["GET http://kong-admin:8001/"]).toBe(200);
      const outside = ["n8n", "langtrace", "nasiko-web", "ollama"];
      const told = await Promise.all(
        outside.map((service) => asked(world, calls, world.stack.containerName(service))),
      );
      expect(told.map((statuses) => Object.values(statuses))).toEqual(outside.map(() => calls.map(() => 0)));
      const agent = await asked(world, calls);
      expect(agent).toEqual({
        ...Object.fromEntries(calls.map((call) => [call, 0])),
        // It is there to read cards, and tells an agent nothing.
        "GET http://kong-service-registry:8080/agents": 401,
      });
      return "neither by name nor by address from n8n, Langtrace, the page, Ollama or an agent";
    },
  },
  {
    id: "S-06",
    name: "gateway_status_from_agent",
    modes: BOTH,
    run: async (world) => {
      const gateway = await docker.container(world.stack.containerName("kong"));
      const addresses = Object.values(gateway?.NetworkSettings.Networks ?? {}).map(
        ({ IPAddress }) => IPAddress,
      );
      expect(addresses.length).toBeGreaterThan(2);
      const calls = ["kong-status", "kong", ...addresses].flatMap((host) =>
        [8007, 8100].map((port) => `GET http://${host}:${port}/metrics`),
      );
      const told = await asked(world, calls);
      expect(told).toEqual(Object.fromEntries(calls.map((call) => [call, 0])));
      const door = "GET http://kong-status:8100/metrics";
      const neighbour = await asked(world, [door], world.stack.containerName("n8n"));
      // From the network of who reads the figures it answers: so what was silent above is out of reach.
      expect(neighbour[door]).toBe(200);
      return "neither by name nor by any of the gateway's addresses";
    },
  },
  {
    id: "S-07",
    name: "agents_list_cross_tenant",
    modes: BOTH,
    run: async (world) => {
      const anybody = await world.ask({ at: "registry", path: "/agents" });
      expect(anybody.status).toBe(401);
      const status = await world.ask({ at: "registry", path: "/status" });
      expect(status.text).not.toMatch(/translator|mallory/);
      const token = await world.superUser();
      expect((await world.ask({ path: "/agents", token })).text).toContain("translator");
      if (world.mode === "simple") {
        const told = await world.asAgent(`return (await fetch("http://kong:8000/agents")).text();`);
        expect(told).toContain("url_path");
        expect(told).not.toMatch(/"(?:container|hash|candidates)"/);
        return "401 past the gateway; agents are told addresses and cards";
      }
      const eve = await world.ask({ path: "/agents", token: (await world.user("eve")).token });
      expect(JSON.parse(eve.text)).toEqual({ agents: [] });
      return "401 past the gateway; a user without grants gets an empty list";
    },
  },
  {
    id: "S-17",
    name: "ollama_delete_from_agent",
    modes: BOTH,
    run: async (world) => {
      const at = (path: string): string => `http://ollama:11434${path}`;
      const changes = [
        ...["/api/pull", "/api/create", "/api/push", "/api/copy", "/api/blobs/sha256:0"].map(
          (path) => `POST ${at(path)}`,
        ),
        `DELETE ${at("/api/delete")}`,
        `POST ${at("/api/../api/pull")}`,
        `POST ${at("/v1/../api/pull")}`,
        `POST ${at("/api/%70ull")}`,
      ];
      const told = await asked(world, [`GET ${at("/api/tags")}`, ...changes]);
      expect(told[`GET ${at("/api/tags")}`]).toBe(200);
      for (const change of changes) expect(told[change], change).toBe(403);
      const direct = await asked(world, [`POST http://ollama-server:11434/api/pull`]);
      expect(Object.values(direct)).toEqual([0]);
      return "403: agents generate, embed and list, and change nothing";
    },
  },
]);
