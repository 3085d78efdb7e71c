import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { sendMessage } from "./support/a2a.ts";
import { doorsOf, openFrom, openHere, type Door } from "./support/reach.ts";
import type { ZipItem } from "../integration/services/support/zip.ts";
import { evaluate } from "../../policies/evaluate.ts";
import { factsOfInspect } from "../../policies/facts/inspect.ts";
import { docker, type Outcome, TestStack } from "./support/test-stack.ts";
import type { Trace } from "./support/traces.ts";
import { echoAgent, ended, removeAgentImages, upload } from "./support/upload.ts";

interface Status {
  readonly ok: boolean;
  readonly services: readonly { readonly name: string; readonly kind: string; readonly state: string }[];
}

interface Chatted {
  readonly answer: string;
  readonly agent: string;
  readonly trace: Trace;
}

/** Everything that no profile leaves out. */
const ALL = { NASIKO_SERVICES: "" };

/** What an archive may not hold, what it is made of, and what the sender is told. */
const REFUSED: readonly (readonly [string, ZipItem | ZipItem[], string])[] = [
  ["a path that leaves its folder", { name: "../../outside", content: "x" }, "leaves the archive's folder"],
  ["an absolute path", { name: "/etc/passwd", content: "x" }, "is an absolute path"],
  ["a link out of it", { name: "out", content: "../../etc/passwd", mode: 0o120777 }, "links out of"],
  [
    "more than 1000 entries",
    Array.from({ length: 1001 }, (_, index) => ({ name: `file-${index}` })),
    "more than 1000 entries",
  ],
  ["a bomb that says how large it is", { name: "bomb", claimed: 0xfffffff0 }, "unpacks to more than 400 MB"],
  [
    "a bomb that lies about its size",
    { name: "bomb", content: Buffer.alloc(64 * 1024 * 1024), claimed: 10 },
    "too many bytes",
  ],
];

/** Uploaded by these tests. */
const UPLOADED = "e2e-echo";

let stack: TestStack;
let firstUp: Outcome;

beforeAll(async () => {
  stack = await TestStack.create("e2e-whole");
  stack.copyAgent("translator");
  firstUp = await stack.nasiko(["local", "up", "--yes"], ALL);
}, 1_500_000);

afterAll(async () => {
  await stack.remove();
  await removeAgentImages(UPLOADED);
});

/** Names of an agent's running containers. */
async function versionsRunning(agent: string): Promise<readonly string[]> {
  const labels = [`nasiko.stack=${stack.name}`, `nasiko.agent=${agent}`];
  return (await docker.containers({ labels }))
    .filter(({ State }) => State === "running")
    .map(({ Names }) => Names[0]?.slice(1) ?? "");
}

const agentsOf = async (): Promise<string> => {
  const response = await fetch(`${stack.gateway}/api/v1/registry/user/agents`, {
    headers: { authorization: "Bearer anybody" },
  });
  expect(response.status).toBe(200);
  return response.text();
};

describe("the whole platform", () => {
  test("is 21 healthy services and 3 jobs that ended well", async () => {
    expect(firstUp, firstUp.stderr).toMatchObject({ exitCode: 0 });
    const status = await stack.json<Status>(["local", "status"], ALL);
    const states = Object.groupBy(status.services, ({ kind, state }) => `${kind} ${state}`);
    expect(
      Object.fromEntries(Object.entries(states).map(([state, members]) => [state, members?.length])),
    ).toEqual({
      "service healthy": 21,
      "job done": 3,
    });
  });

  test("runs as the rules want it: what the engine tells of every container, held against them", async () => {
    const listed = await docker.containers({ labels: [`nasiko.stack=${stack.name}`] });
    const inspected = await Promise.all(listed.map(({ Id }) => docker.container(Id)));
    const containers = inspected.flatMap((container) => (container ? [factsOfInspect(container)] : []));
    const networks = await docker.networks({ labels: [`nasiko.stack=${stack.name}`] });
    const facts = {
      containers,
      networks: networks.map(({ Name, Labels }) => ({ name: Name, labels: Labels ?? {} })),
      volumes: [],
    };
    expect(containers.length).toBeGreaterThanOrEqual(24);
    const { findings } = evaluate(facts, { strictness: "strict", today: "2027-06-01" });
    expect(findings).toEqual([]);
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

  test("builds, starts and routes an agent that is uploaded, and rolls it to its next version", async () => {
    const first = await upload(stack.gateway, echoAgent(UPLOADED, "first"));
    expect(first).toMatchObject({ status: 201 });
    expect(await ended(stack.gateway, first)).toMatchObject({ stage: "active" });
    expect(await sendMessage(stack.gateway, UPLOADED, "hello")).toBe("first hello");
    expect(await agentsOf()).toContain(UPLOADED);

    const second = await upload(stack.gateway, echoAgent(UPLOADED, "second"));
    expect(await ended(stack.gateway, second)).toMatchObject({ stage: "active" });
    expect(await sendMessage(stack.gateway, UPLOADED, "hello")).toBe("second hello");
    expect(await versionsRunning(UPLOADED)).toHaveLength(1);
  });

  test.each(REFUSED)("refuses an upload with %s, and starts nothing", async (_what, item, reason) => {
    const archive = [...echoAgent("e2e-refused", "never"), ...(Array.isArray(item) ? item : [item])];
    const { status, body } = await upload(stack.gateway, archive);
    expect({ status, errors: body.data?.validation_errors }).toEqual({
      status: 400,
      errors: [expect.stringContaining(reason)],
    });
    expect(await versionsRunning("e2e-refused")).toEqual([]);
  });

  test("lets an agent reach the gateway, the collector, the models and the registry's status, nothing else", async () => {
    const doors = await doorsOf(stack);
    const agents = `nasiko-${stack.name}-agents`;
    // The collector's name leads to the gateway.
    const allowed = ["kong:8000", "kong:4318", "otel-collector:4318", "ollama:11434"].concat(
      // Its status, which is all that it answers; it has to be there to read agents' cards.
      "kong-service-registry:8080",
    );
    const isAllowed = ({ service, port, by }: Door): boolean =>
      allowed.includes(`${service}:${port}`) && ["name", agents].includes(by);

    // Every one of them is open for who may come, so a door that stays shut below is shut for agents.
    const openSomewhere = new Set((await openHere(doors)).map(({ service, port }) => `${service}:${port}`));
    expect(openSomewhere).toEqual(new Set(doors.map(({ service, port }) => `${service}:${port}`)));

    const fromAgent = async (agent: string): Promise<readonly Door[]> => {
      const [container = ""] = await versionsRunning(agent);
      return openFrom(container, doors);
    };
    const [fromDeclared, fromUploaded] = await Promise.all(["translator", UPLOADED].map(fromAgent));
    expect(fromDeclared).toEqual(doors.filter(isAllowed));
    expect(fromUploaded).toEqual(doors.filter(isAllowed));
  });

  test("shows the way of a question as one trace, from the command line into the agent", async () => {
    const question = ["chat", "translate good morning to french"];
    const { answer, agent, trace } = await stack.json<Chatted>(question, ALL);
    expect(answer).toMatch(/bonjour/i);
    expect(agent).toBe("translator");
    const way = [
      ["command line", "nasiko chat"],
      ["kong", "kong"],
      ["kong", "kong.balancer"],
      ["nasiko-router", "POST /router"],
      ["nasiko-router", "invoke_agent translator"],
      ["nasiko-router", "POST"],
      ["kong", "kong"],
      ["kong", "kong.balancer"],
      ["translator", "POST"],
    ] as const;
    // Each of these is a part of the one before it.
    let parent: string | null = null;
    for (const [service, name] of way) {
      const part = trace.spans.find(
        (span) => span.service === service && span.name === name && span.parent === parent,
      );
      expect(part, `${service}: ${name} below ${String(parent)} of ${JSON.stringify(trace)}`).toBeDefined();
      parent = part?.id ?? null;
    }
    expect(trace.spans.filter(({ parent: above }) => above === null)).toHaveLength(1);
    // What the router asks of others, and they of others, is part of it as well.
    const services = new Set(trace.spans.map(({ service }) => service));
    for (const service of ["nasiko-backend", "nasiko-chat-history", "kong-service-registry"])
      expect(services).toContain(service);
    const { traces } = await stack.json<{ readonly traces: readonly Trace[] }>(["traces", "translator"], ALL);
    expect(traces.find(({ id }) => id === trace.id)?.spans).toHaveLength(trace.spans.length);
    // Health checks and services that look around have gone on all the time, and are nobody's request.
    const all = await stack.json<{ readonly traces: readonly Trace[] }>(["traces", "-n", "100"], ALL);
    const beginnings = all.traces.map(({ spans }) => `${spans[0]?.service ?? ""} ${spans[0]?.name ?? ""}`);
    expect(beginnings.filter((name) => !/^(?:command line|kong|nasiko-web) /.test(name))).toEqual([]);
    const figures = await stack.json<{ readonly agents: readonly object[] }>(
      ["local", "stats", "--since", "10m"],
      ALL,
    );
    expect(figures.agents).toContainEqual(
      expect.objectContaining({ agent: "translator", errors: 0, p95: expect.any(Number) as number }),
    );
    // Prometheus has read by now what the gateway counted, or does so within seconds.
    const p95 = encodeURIComponent('agent:request_duration_milliseconds:p95_5m{agent="translator"}');
    const prometheus = `http://127.0.0.1:${9090 + stack.portOffset}/api/v1/query?query=`;
    await expect
      .poll(async () => (await fetch(`${prometheus}${p95}`)).text(), { timeout: 120_000, interval: 1000 })
      .toMatch(/"value":\[[\d.]+,"[\d.]+"\]/);
    const memory = encodeURIComponent('container_memory_working_set_bytes{agent="translator"}');
    expect(await (await fetch(`${prometheus}${memory}`)).text()).toMatch(/"value":\[[\d.]+,"\d{7,}"\]/);
    const { agents: known } = await stack.json<{ readonly agents: readonly object[] }>(
      ["local", "status"],
      ALL,
    );
    expect(known).toContainEqual(
      expect.objectContaining({
        name: "translator",
        requests: { errors: expect.any(Number) as number, p95: expect.any(Number) as number },
      }),
    );
    const { lines } = await stack.json<{ readonly lines: readonly { readonly member: string }[] }>(
      ["local", "logs", "--trace", trace.id],
      ALL,
    );
    expect(new Set(lines.map(({ member }) => member))).toContain("nasiko-router");
  });

  test("answers, and says what is lost, while nobody takes traces", async () => {
    await docker.call("stop the collector", (engine) =>
      engine.getContainer(stack.containerName("otel-collector")).stop(),
    );
    try {
      const asked = await stack.nasiko(["chat", "--json", "translate good morning to german"], ALL);
      expect(asked.exitCode, asked.stderr).toBe(0);
      expect(asked.stdout).toMatch(/guten morgen/i);
      await expect
        .poll(async () => (await docker.logs(stack.containerName("nasiko-router"), 50)).join("\n"), {
          timeout: 120_000,
          interval: 1000,
        })
        .toMatch(/"message":"spans lost","lost":\d+/);
    } finally {
      await docker.call("start the collector", (engine) =>
        engine.getContainer(stack.containerName("otel-collector")).start(),
      );
    }
  });

  test("keeps what was written to MongoDB, and what was uploaded, through down and up", async () => {
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
    expect((await stack.containerIds()).size).toBe(0);
    await stack.json(["local", "up", "--yes"], ALL);
    expect(await agentsOf()).toContain("remembered");
    // The worker starts it again by itself, from an image that is there.
    await expect
      .poll(() => sendMessage(stack.gateway, UPLOADED, "hello").catch(() => "no answer"), {
        timeout: 120_000,
        interval: 500,
      })
      .toBe("second hello");
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
    expect(volumes.map(({ Name }) => Name)).toContain(stack.containerName("mongodb-data-offline"));
  });
});
