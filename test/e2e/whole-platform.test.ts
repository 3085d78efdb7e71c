import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { docker, type Outcome, TestStack } from "./support/test-stack.ts";

interface Status {
  readonly ok: boolean;
  readonly services: readonly { readonly name: string; readonly kind: string; readonly state: string }[];
}

/** Everything that no profile leaves out. */
const ALL = { NASIKO_SERVICES: "" };

let stack: TestStack;
let firstUp: Outcome;

beforeAll(async () => {
  stack = await TestStack.create("e2e-whole");
  stack.copyAgent("translator");
  firstUp = await stack.nasiko(["local", "up", "--yes"], ALL);
}, 1_500_000);

afterAll(async () => {
  await stack.remove();
});

const agentsOf = async (): Promise<string> => {
  const response = await fetch(`${stack.gateway}/api/v1/registry/user/agents`, {
    headers: { authorization: "Bearer anybody" },
  });
  expect(response.status).toBe(200);
  return response.text();
};

describe("the whole platform", () => {
  test("is 20 healthy services and 2 jobs that ended well", async () => {
    expect(firstUp, firstUp.stderr).toMatchObject({ exitCode: 0 });
    const status = await stack.json<Status>(["local", "status"], ALL);
    const states = Object.groupBy(status.services, ({ kind, state }) => `${kind} ${state}`);
    expect(
      Object.fromEntries(Object.entries(states).map(([state, members]) => [state, members?.length])),
    ).toEqual({
      "service healthy": 20,
      "job done": 2,
    });
  });

  test("answers at its gateway: the page, the API, the router, the agent", async () => {
    const status = async (path: string): Promise<number> => (await fetch(`${stack.gateway}${path}`)).status;
    expect(await status("/app/")).toBe(200);
    expect(await status("/api/v1/healthcheck")).toBe(200);
    expect(await status("/router/health")).toBe(200);
    expect(await status("/agents/agent-translator/.well-known/agent-card.json")).toBe(200);
    expect(await status("/auth/users/login")).toBe(404);
    expect(await status("/agents/agent-translator2/")).toBe(404);
  });

  test("refuses at the API who shows no token at all, and nobody else", async () => {
    expect((await fetch(`${stack.gateway}/api/v1/registry/user/agents`)).status).toBe(401);
    await agentsOf();
  });

  test("keeps what was written to MongoDB through down and up", async () => {
    const container = await docker.container(stack.containerName("nasiko-backend"));
    const token = /^NASIKO_SERVICE_TOKEN=(.+)$/m.exec(container?.Config.Env.join("\n") ?? "")?.[1] ?? "";
    const written = await fetch(`${stack.gateway}/api/v1/registry/agent/remembered`, {
      method: "PUT",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ name: "remembered", url: "http://nowhere", description: "a record" }),
    });
    expect(written.status, await written.text()).toBeLessThan(300);
    expect(await agentsOf()).toContain("remembered");

    await stack.json(["local", "down"], ALL);
    await stack.json(["local", "up", "--yes"], ALL);
    expect(await agentsOf()).toContain("remembered");
  });

  test("shrinks to what is asked for, with what that needs; status asks for no more", async () => {
    const smaller = await stack.nasiko(["local", "up", "redis", "kong", "--yes"], ALL);
    expect(smaller, smaller.stderr).toMatchObject({ exitCode: 0 });
    expect(smaller.stderr).toContain("kong-database comes along: kong-migrations needs it.");
    const status = await stack.json<Status>(["local", "status"], ALL);
    expect(status.services.map(({ name }) => name).toSorted()).toEqual([
      "kong",
      "kong-database",
      "kong-migrations",
      "redis",
    ]);
    const volumes = await docker.volumes({ labels: [`nasiko.stack=${stack.name}`] });
    expect(volumes.map(({ Name }) => Name)).toContain(stack.containerName("mongodb-data"));
  });
});
