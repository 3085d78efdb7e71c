import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Db } from "mongodb";
import { afterAll, expect, test } from "vitest";
import { createDiscovery } from "../../../../services/nasiko-backend/src/discovery.ts";

const servers: Server[] = [];
afterAll(() => servers.forEach((server) => server.close()));

async function serve(body: string): Promise<string> {
  const server = createServer((_request, response) => response.end(body)).listen(0, "127.0.0.1");
  servers.push(server);
  await new Promise((resolve) => server.once("listening", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** As much of MongoDB as is asked: it refuses to hold one agent. */
function fakeDb(refused: string): {
  readonly db: () => Db;
  readonly held: Map<string, unknown>;
  readonly deleted: unknown[];
} {
  const held = new Map<string, unknown>();
  const deleted: unknown[] = [];
  const collection = {
    find: () => ({ sort: () => ({ toArray: () => Promise.resolve([]) }) }),
    findOne: ({ id }: { id: string }) => Promise.resolve(held.get(id) ?? null),
    updateOne: ({ id }: { id: string }, { $set }: { $set: unknown }) => {
      if (id === refused) return Promise.reject(new Error("it cannot be held"));
      held.set(id, $set);
      return Promise.resolve();
    },
    deleteMany: (filter: unknown) => Promise.resolve(deleted.push(filter)),
  };
  return { db: () => ({ collection: () => collection }) as unknown as Db, held, deleted };
}

const served = (agent: string, card: unknown): object => ({
  agent,
  served: { hash: agent, url_path: `/agents/agent-${agent}`, card },
});

async function discoverFrom(body: string): Promise<{
  readonly held: Map<string, unknown>;
  readonly deleted: unknown[];
  readonly logged: readonly string[];
}> {
  const { db, held, deleted } = fakeDb("broken");
  const logged: string[] = [];
  const url = await serve(body);
  await createDiscovery({
    ...{ db, serviceRegistryUrl: url, gatewayUrl: url, publicGatewayUrl: undefined, registryToken: "token" },
    log: (_level, message, fields) =>
      logged.push(`${message}: ${String(fields?.["agent"] ?? fields?.["error"])}`),
  })();
  return { held, deleted, logged };
}

test("an agent that cannot be entered is left out, with a line in the log; the others are entered and forgotten as ever", async () => {
  const agents = [
    served("broken", { name: "broken" }),
    served("strange", { name: "strange", $where: "1", "a.b": 1, skills: [{ $x: 1 }] }),
    served("fine", { name: "fine" }),
    served("$x", { name: "no agent's name" }),
  ];
  const { held, deleted, logged } = await discoverFrom(JSON.stringify({ agents }));
  expect([...held.keys()]).toEqual(["strange", "fine"]);
  expect(held.get("strange")).toMatchObject({ card: { name: "strange", skills: [{}] } });
  expect(JSON.stringify(held.get("strange"))).not.toMatch(/\$|a\.b/);
  expect(deleted).toHaveLength(1);
  expect(logged).toEqual(["an agent could not be entered: broken"]);
});

test("a list that would fill the memory is not read to its end, and what is known stays", async () => {
  const { held, deleted, logged } = await discoverFrom(`{"agents":[${"{},".repeat(3_000_000)}{}]}`);
  expect([held.size, deleted.length]).toEqual([0, 0]);
  expect(logged).toEqual(["agents could not be discovered: the answer is larger than 4096 KiB"]);
});
