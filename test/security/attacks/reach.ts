import { connect, type Socket } from "node:net";

import { expect } from "vitest";

import { doorsOf, openFrom } from "../../e2e/support/reach.ts";
import { docker } from "../../e2e/support/test-stack.ts";
import { BOTH, defineAttacks } from "../support/attack.ts";
import { MALLORY } from "../support/mallory.ts";
import { PORTS, type World } from "../support/world.ts";

/** What an agent needs, and all that it reaches. */
const FOR_AGENTS = new Set([
  "kong:8000",
  "kong:4318",
  "kong-service-registry:8080",
  // The gateway, under the collector's name.
  "otel-collector:4318",
]);

/** Host port of Kong's Admin API, as Kong has it, and of its TLS sibling: published by nothing. */
const ADMIN_PORTS = [8001, 8444];

/** Who keeps data in MongoDB, or makes its users. */
const OF_MONGO =
  /-(?:mongodb(?:-accounts)?|agents-mongo|nasiko-auth-service|nasiko-backend|nasiko-chat-history|nasiko-superuser-init)$/;

/** Which of these `[host, port]` open from inside a container. */
export const opened = async (
  world: World,
  doors: readonly (readonly [string, number])[],
): Promise<readonly string[]> => {
  const script = `
    const { connect } = require("node:net");
    const open = await Promise.all(args.map(([host, port]) => new Promise((resolve) => {
      const socket = connect({ host, port, timeout: 3000 });
      const done = (value) => { socket.destroy(); resolve(value); };
      socket.on("connect", () => done(host + ":" + port)).on("error", () => done("")).on("timeout", () => done(""));
    })));
    return open.filter((door) => door !== "");`;
  // The script's own contract.
  return (await world.asAgent(script, doors)) as readonly string[];
};

const isOpenHere = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port })
      .on("connect", () => {
        socket.destroy();
        resolve(true);
      })
      .on("error", () => resolve(false));
  });

/** Heads and bodies that never end. */
const SLOW = [
  "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
  "POST /router HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{",
  "POST /api/v1/agents/upload HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer x\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000000\r\n\r\n--x\r\n",
  "POST /agents/agent-mallory/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n",
  "",
];
/** Connections of each kind to each place. */
const MANY = 40;

/** Where code of somebody else gets to, and what lies open on this machine. */
export const REACH_ATTACKS = defineAttacks([
  {
    id: "S-06",
    name: "agent_network_reach",
    modes: BOTH,
    run: async (world) => {
      const agent = await world.agentContainer(MALLORY);
      const doors = await doorsOf(world.stack);
      const open = new Set((await openFrom(agent, doors)).map(({ service, port }) => `${service}:${port}`));
      expect([...open]).toEqual(expect.arrayContaining([...FOR_AGENTS]));
      expect([...open].filter((door) => !FOR_AGENTS.has(door) && !door.startsWith("ollama:"))).toEqual([]);
      return `of ${doors.length} doors, by name and by address, only those for agents open`;
    },
  },
  {
    id: "S-06",
    name: "machine_from_agent",
    modes: BOTH,
    run: async (world) => {
      const script = `
        const { readFileSync } = require("node:fs");
        const [, ...rows] = readFileSync("/proc/net/route", "utf8").split("\\n").map((row) => row.split("\\t"));
        const gateway = rows.find(([, destination]) => destination === "00000000")?.[2] ?? "";
        return gateway.match(/../g).reverse().map((part) => parseInt(part, 16)).join(".");`;
      const machine = String(await world.asAgent(script));
      expect(machine).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
      const published = Object.values(PORTS).map((port) => port + world.stack.portOffset);
      // What they are published for: this machine.
      expect(await isOpenHere(world.port("gateway"))).toBe(true);
      const doors = [...published, 2375, 2376].map((port) => [machine, port] as const);
      expect(await opened(world, doors)).toEqual([]);
      return `nothing of ${doors.length} ports of the machine opens from a container`;
    },
  },
  {
    id: "S-34",
    name: "what_an_operator_can_ask",
    modes: BOTH,
    // In mode enterprise it stops the auth service for a moment, to see that nobody gets in meanwhile.
    restarts: true,
    run: async (world) => {
      const told = await world.nasiko(["local", "verify", "--json"]);
      expect(told, told.stdout + told.stderr).toMatchObject({ exitCode: 0 });
      expect(JSON.parse(told.stdout)).toMatchObject({ ok: true });
      expect(told.stdout).toContain("agents");
      return "`nasiko local verify` finds nothing that is open and should not be";
    },
  },
  {
    id: "S-31",
    name: "mongo_credentials",
    modes: BOTH,
    run: async (world) => {
      const labels = [`nasiko.stack=${world.stack.name}`];
      const containers = await docker.containers({ labels });
      const holding = await Promise.all(
        containers.map(async ({ Id }) => {
          const { Name = "", Config } = (await docker.container(Id)) ?? {};
          const secrets = (Config?.Env ?? []).filter((line) =>
            /^\w*MONGO\w*=.*(?:mongodb:\/\/|\w{20})/.test(line),
          );
          return { name: Name, secrets };
        }),
      );
      const names = holding.filter(({ secrets }) => secrets.length > 0).map(({ name }) => name);
      expect(names.length).toBeGreaterThan(0);
      expect(names.filter((name) => !OF_MONGO.test(name))).toEqual([]);
      return "who keeps no data in MongoDB has no login to it (the stand-in knows one user for the others)";
    },
  },
  {
    id: "S-32",
    name: "admin_api_published",
    modes: BOTH,
    run: async (world) => {
      const kong = await docker.container(world.stack.containerName("kong"));
      // The engine says null for a port that is not published.
      const ports: readonly ({ HostIp: string }[] | null)[] = Object.values(
        kong?.NetworkSettings.Ports ?? {},
      );
      const published = ports.flatMap((hosts) => hosts ?? []);
      expect(published.length).toBeGreaterThan(0);
      expect(new Set(published.map(({ HostIp }) => HostIp))).toEqual(new Set(["127.0.0.1"]));
      for (const port of ADMIN_PORTS) expect(await isOpenHere(port + world.stack.portOffset)).toBe(false);
      const script = `const { status, headers } = await fetch("http://kong-admin:8001/", { headers: { origin: "http://evil.example" } });
        return { status, allowed: headers.get("access-control-allow-origin"), credentials: headers.get("access-control-allow-credentials") };`;
      const told = await world.inside(world.stack.containerName("nasiko-backend"), script);
      expect(told).toMatchObject({ status: 200, credentials: null });
      expect(told).not.toMatchObject({ allowed: "http://evil.example" });
      return "no port of the machine leads to it, and it lets no page read it";
    },
  },
  {
    id: "S-14",
    name: "slow_peers",
    modes: BOTH,
    run: async (world) => {
      const ports = (["gateway", "registry", "web"] as const).map(world.port);
      const sockets: Socket[] = [];
      try {
        for (const port of ports)
          for (const text of SLOW)
            for (let count = 0; count < MANY; count++) {
              const socket = connect({ host: "127.0.0.1", port });
              socket.on("error", () => undefined);
              socket.write(text);
              sockets.push(socket);
            }
        const drip = setInterval(() => {
          for (const socket of sockets) if (socket.writable) socket.write("a");
        }, 200);
        try {
          await new Promise((resolve) => setTimeout(resolve, 2000));
          for (let time = 0; time < 3; time++) await world.othersAreServed();
          expect((await world.ask({ at: "registry", path: "/status" })).status).toBe(200);
          expect((await world.ask({ at: "web", path: "/" })).status).toBe(200);
        } finally {
          clearInterval(drip);
        }
      } finally {
        for (const socket of sockets) socket.destroy();
      }
      return `${sockets.length} connections that say one letter at a time, and the others are served`;
    },
  },
]);
