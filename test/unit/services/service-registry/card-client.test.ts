import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { createCardClient } from "../../../../services/service-registry/src/card-client.ts";
import type { AgentContainer } from "../../../../services/service-registry/src/containers.ts";
import { gatewaySecret } from "../../../../services/lib/derive-secret.ts";

const servers: Server[] = [];
const client = createCardClient("a secret of the stack");
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** An agent that answers these paths, and 404 to others. @returns its port */
async function serve(answers: Readonly<Record<string, string>> = {}): Promise<number> {
  const server = createServer((request, response) => {
    const body = answers[request.url ?? ""];
    response.statusCode = body === undefined ? 404 : 200;
    response.end(body ?? "Not Found");
  }).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
/** A port on which nobody listens. */
async function closedPort(): Promise<number> {
  const port = await serve();
  const server = servers.pop();
  server?.close();
  if (server !== undefined) await once(server, "close");
  return port;
}
const container = (port: number, over: Partial<AgentContainer> = {}): AgentContainer => ({
  ...{ id: "c1", name: "127.0.0.1", agent: "x", hash: "1", running: true, status: "Up", port },
  ...over,
});
const ask = (agent: AgentContainer): Promise<unknown> =>
  client.fetchCard(agent, new AbortController().signal);
const CARD = { name: "X" };
const WELL_KNOWN = { "/.well-known/agent-card.json": JSON.stringify(CARD) };

describe("an agent's card is", () => {
  test("what it shows at either path", async () => {
    const old = { "/.well-known/agent.json": JSON.stringify(CARD) };
    expect(await ask(container(await serve(WELL_KNOWN)))).toEqual({ kind: "card", card: CARD });
    expect(await ask(container(await serve(old)))).toEqual({ kind: "card", card: CARD, atOldPath: true });
  });

  test("looked for on the other ports that its folder names, when the first is silent or has none", async () => {
    const port = await serve(WELL_KNOWN);
    for (const first of [await closedPort(), await serve()])
      expect(await ask(container(first, { otherPorts: [await closedPort(), port] }))).toEqual({
        kind: "card",
        card: CARD,
        port,
      });
  });

  test("that of its folder when it answers without one", async () => {
    const card = { name: "Of the folder" };
    expect(await ask(container(await serve(), { card }))).toEqual({ kind: "card", card, fromFolder: true });
    const shown = container(await serve(WELL_KNOWN), { card });
    expect(await ask(shown)).toEqual({ kind: "card", card: CARD });
  });

  test("none when it answers without one and its folder has none, or does not answer at all", async () => {
    expect(await ask(container(await serve()))).toMatchObject({
      kind: "no card",
      reason: "the agent has no card at /.well-known/",
    });
    const port = await closedPort();
    expect(JSON.stringify(await ask(container(port, { card: CARD })))).toMatch(
      new RegExp(`"no card".*does not answer on port ${port}: .*ECONNREFUSED`),
    );
  });
});

test("an agent that knows its secret is asked with it", async () => {
  const given: unknown[] = [];
  const server = createServer((request, response) => {
    given.push(request.headers["x-nasiko-gateway-secret"]);
    response.end(JSON.stringify(CARD));
  }).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  await ask(container((server.address() as AddressInfo).port));
  expect(given).toEqual([gatewaySecret("a secret of the stack", "x")]);
});
