import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, describe, expect, test } from "vitest";
import { createCardClient } from "../../../../services/service-registry/src/card-client.ts";
import { checkCard } from "../../../../services/service-registry/src/card.ts";
import { agentsView, type Snapshot } from "../../../../services/service-registry/src/view.ts";
import type { AgentContainer } from "../../../../services/service-registry/src/containers.ts";

const client = createCardClient("a secret of the stack");
const servers: Server[] = [];
afterAll(async () => {
  await client.close();
  for (const server of servers) server.close();
});

async function verdictOn(body: string): Promise<unknown> {
  const server = createServer((_request, response) => response.end(body)).listen(0, "127.0.0.1");
  servers.push(server);
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  return client.fetchCard(
    { agent: "x", name: "127.0.0.1", port } as AgentContainer,
    new AbortController().signal,
  );
}

describe("an agent's card", () => {
  test("is taken as large as a card can be, and no larger", async () => {
    const card = (length: number): string => JSON.stringify({ name: "x", description: "d".repeat(length) });
    expect(await verdictOn(card(60_000))).toMatchObject({ kind: "card" });
    expect(await verdictOn(card(70_000))).toEqual({
      kind: "no card",
      reason: "the agent card is larger than 64 KiB",
    });
    expect(await verdictOn("x".repeat(20_000_000))).toMatchObject({
      reason: "the agent card is larger than 64 KiB",
    });
  });

  test.each([
    `{"name":"x","a":[${"{},".repeat(10_000)}{}]}`,
    `{"name":"x","a":${"[".repeat(100)}${"]".repeat(100)}}`,
  ])("is none when it would become too much: %.40s", (body) => {
    expect(checkCard(body)).toMatchObject({
      kind: "no card",
      reason: expect.stringContaining("too large") as string,
    });
  });
});

test("a list has room for everybody's ordinary card, whatever somebody else's large ones take", () => {
  const card = (name: string, length: number): { name: string; description: string } => ({
    name,
    description: "d".repeat(length),
  });
  const cards = new Map<string, { name: string; description: string }>([
    ...Array.from({ length: 40 }, (_, index) => [`large-${index}`, card("large", 60_000)] as const),
    ...Array.from({ length: 50 }, (_, index) => [`small-${index}`, card("small", 3000)] as const),
  ]);
  const agents = [...cards.keys()].map((agent) => ({
    id: agent,
    name: agent,
    agent,
    hash: "h",
    running: true,
    status: "Up",
  }));
  const snapshot = {
    agents,
    served: new Map(agents.map(({ agent }) => [agent, { container: agent, hash: "h", since: new Date(0) }])),
    admissionOf: (id: string) => ({ kind: "admitted", failures: 0, card: cards.get(id) ?? {} }),
  } as unknown as Snapshot;
  const list = agentsView(snapshot, { kind: "everything" });
  expect(list).toHaveLength(90);
  const shown = list.filter(({ served }) => served?.card !== null).map(({ agent }) => agent);
  expect(shown.filter((agent) => agent.startsWith("small"))).toHaveLength(50);
  expect(JSON.stringify(list).length).toBeLessThan(1_200_000);
});
