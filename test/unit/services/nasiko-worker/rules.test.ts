import fc from "fast-check";
import { gatewaySecret, telemetrySecret } from "../../../../services/lib/derive-secret.ts";
import { describe, expect, test } from "vitest";
import { checkContainerBody } from "../../../../services/docker-proxy/src/build/container-body.ts";
import { agentEnv, sharedWith } from "../../../../services/nasiko-worker/src/agent-env.ts";
import { followStream } from "../../../../services/nasiko-worker/src/build-output.ts";
import { parseCommand } from "../../../../services/nasiko-worker/src/command.ts";
import { planContainer } from "../../../../services/nasiko-worker/src/container.ts";
import { PermanentFailure } from "../../../../services/nasiko-worker/src/failure.ts";
import { outcomeOf } from "../../../../services/nasiko-worker/src/loop.ts";
import { readSettings } from "../../../../services/nasiko-worker/src/settings.ts";
import { isBefore } from "../../../../services/nasiko-worker/src/stream.ts";

describe("an entry of the stream", () => {
  const entry = (over: Readonly<Record<string, string>> = {}): readonly string[] =>
    Object.entries({ command: "deploy_agent", agent_name: "x", agent_path: "/agents/x/v1", ...over }).flat();
  const parse = (fields: readonly string[]): unknown => parseCommand(fields, "/agents");

  test("is a command when it names an agent and one of its uploads", () => {
    expect(parse(entry())).toMatchObject({
      command: "deploy_agent",
      agent_name: "x",
      agent_path: "/agents/x/v1",
    });
    expect(parse(["command", "remove_agent", "agent_name", "x", "agent_path", ""])).toMatchObject({
      command: "remove_agent",
    });
  });

  test.each<readonly [string, readonly string[]]>([
    ["of an unknown command", entry({ command: "format_disk" })],
    ["without a name", entry({ agent_name: "" })],
    ["with a name that is a path", entry({ agent_name: "../y" })],
    ["with a path outside", entry({ agent_path: "/etc" })],
    ["with a path that leaves", entry({ agent_path: "/agents/x/../../etc" })],
    ["with another agent's path", entry({ agent_path: "/agents/y/v1" })],
    ["with the agent's folder itself", entry({ agent_path: "/agents/x" })],
    ["with a strange address", entry({ base_url: "file:///etc/passwd" })],
    ["with nothing in it", []],
  ])("is refused %s", (_what, fields) => {
    expect(() => parse(fields)).toThrow(PermanentFailure);
  });
});

test("what failed is tried again until it was tried often enough, unless that would not help", () => {
  const broken = new PermanentFailure("x");
  const away = new Error("x");
  const after = (error: unknown, attempt: number, known = true): string =>
    outcomeOf(error, { attempt, maxAttempts: 3, known });
  expect([after(away, 1), after(away, 2), after(away, 3), after(away, 4)]).toEqual([
    "retry",
    "retry",
    "dead",
    "dead",
  ]);
  expect([after(broken, 1), after(broken, 3)]).toEqual(["failed", "failed"]);
  expect(after(broken, 1, false)).toBe("dead");
});

test("entries are in the order in which they were sent", () => {
  expect(isBefore("99-0", "100-0")).toBe(true);
  expect(isBefore("100-9", "100-10")).toBe(true);
  expect(isBefore("100-0", "100-0")).toBe(false);
  expect(isBefore("101-0", "100-5")).toBe(false);
});

test("the agent's own variables count more than shared ones, but not for who it is", () => {
  const options = {
    agent: "x",
    stack: "local",
    ownerId: "me",
    publicUrl: "http://gateway/x/",
    gatewaySecret: "secret",
    shared: { KEY: "shared", OTHER: "o" },
    accessSecret: undefined,
  };
  expect(agentEnv({ ...options, envFile: 'KEY="own"\n# note\nAGENT_NAME=evil\nbad-name=1\n' })).toEqual([
    "AGENT_NAME=x",
    "AGENT_PUBLIC_URL=http://gateway/x/",
    "KEY=own",
    `NASIKO_GATEWAY_SECRET=${gatewaySecret("secret", "x")}`,
    "OTHER=o",
    "OWNER_ID=me",
  ]);
});

test("an upload is told where traces go, who it is and whose, unless it says otherwise", () => {
  const variables = (envFile?: string): readonly string[] =>
    agentEnv({
      ...{ agent: "x", stack: "s", ownerId: "me, too", publicUrl: "", accessSecret: undefined },
      ...{ gatewaySecret: "secret", telemetrySecret: "other", envFile },
      shared: { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector", OTEL_METRICS_EXPORTER: "otlp" },
    }).filter((line) => line.startsWith("OTEL_"));
  expect(variables()).toEqual([
    "OTEL_EXPORTER_OTLP_ENDPOINT=http://collector",
    `OTEL_EXPORTER_OTLP_HEADERS=authorization=Bearer%20${telemetrySecret("other", "x")}`,
    "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
    "OTEL_LOGS_EXPORTER=none",
    "OTEL_METRICS_EXPORTER=otlp",
    "OTEL_RESOURCE_ATTRIBUTES=service.namespace=nasiko-agents,openinference.project.name=x,enduser.id=me%2C%20too,deployment.environment.name=s",
    "OTEL_SERVICE_NAME=x",
  ]);
  expect(variables("OTEL_SERVICE_NAME=mine\n")).toContain("OTEL_SERVICE_NAME=mine");
});

test("the agent's own secret is the one that the auth service gave, whatever its file says", () => {
  const variables = agentEnv({
    ...{
      agent: "x",
      stack: "local",
      ownerId: "me",
      publicUrl: "",
      shared: {},
      accessSecret: "given",
      gatewaySecret: "secret",
    },
    envFile: "AGENT_ACCESS_SECRET=stolen\n",
  });
  expect(variables).toContain("AGENT_ACCESS_SECRET=given");
});

describe("the operator's keys", () => {
  const settings = (names: string): ReturnType<typeof readSettings> =>
    readSettings({
      ...{ REDIS_URL: "redis://r", NASIKO_STACK: "local", DOCKER_HOST: "tcp://d:2375" },
      ...{
        NASIKO_AGENTS_NETWORK: "n",
        KONG_SERVICE_REGISTRY_URL: "http://r",
        PUBLIC_GATEWAY_URL: "http://g",
      },
      NASIKO_SERVICE_TOKEN: "0123456789abcdef",
      NASIKO_REGISTRY_TOKEN: "0123456789abcdefghij",
      AGENTS_GATEWAY_SECRET: "0123456789abcdefghij",
      ...{ OPENAI_API_KEY: "k1", JINA_API_KEY: "k2", OLLAMA_SERVER: "http://o" },
      NASIKO_AGENT_KEYS_FOR: names,
    });
  const given = (names: string, agent_name = "weather", owner_id = "u1"): unknown =>
    sharedWith(settings(names), { agent_name, owner_id });
  const none = { OLLAMA_SERVER: "http://o" };
  const all = { ...none, OPENAI_API_KEY: "k1", JINA_API_KEY: "k2" };

  test("go to no agent that was uploaded, unless it or its owner is named", () => {
    expect(given("")).toEqual(none);
    expect(given("other,u2")).toEqual(none);
    expect(given("weather")).toEqual(all);
    expect(given("u1")).toEqual(all);
  });

  test("are not had by a name that only begins like one, nor by an agent without an owner", () => {
    expect(given("weather", "weather-2")).toEqual(none);
    expect(given("u1,", "x", "")).toEqual(none);
  });
});

describe("the container of a version", () => {
  const options = {
    stack: "local",
    agent: "x",
    image: "nasiko/agent-x:0123456789abcdef",
    env: ["A=b"],
    network: "nasiko-local-agents",
    memory: 268435456,
    contact: { "nasiko.port": "8000", "nasiko.other-ports": "5000", "nasiko.card": "{}" },
    hashKey: "a secret of the stack",
    cpus: 0.5,
  };

  test("is one that the proxy allows", () => {
    const telemetryMount = { volume: "nasiko-local-agent-telemetry", path: "/nasiko-telemetry" };
    const policy = {
      ...{ stack: "local", agentsNetwork: "nasiko-local-agents", pushRegistry: undefined },
      telemetryMount,
    };
    for (const mount of [undefined, telemetryMount]) {
      const { name, body } = planContainer({ ...options, mount });
      expect(checkContainerBody(JSON.stringify(body), name, policy)).toMatchObject({ kind: "allow" });
    }
  });

  test("has a hash that tells nobody anything about its variables", () => {
    const [one, other] = ["one secret", "another secret"].map((hashKey) =>
      planContainer({ ...options, hashKey }),
    );
    expect(one?.hash).not.toBe(other?.hash);
  });

  test("has another name exactly when something about it is different", () => {
    const env = fc.array(
      fc.string().map((text) => `A=${text}`),
      { maxLength: 2 },
    );
    fc.assert(
      fc.property(env, env, (one, other) => {
        const names = [one, other].map((list) => planContainer({ ...options, env: list }).name);
        expect(names[0] === names[1]).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });
});

// eslint-disable-next-line @typescript-eslint/require-await -- an async iterable is what a socket gives
async function* from(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

describe("what the builder says", () => {
  const follow = (lines: readonly object[], cut = 7): Promise<void> => {
    const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\r\n`).join(""));
    const pieces = Array.from({ length: Math.ceil(bytes.length / cut) }, (_, index) =>
      bytes.subarray(index * cut, (index + 1) * cut),
    );
    return followStream(from(pieces), "the build");
  };

  test("is fine when it ends without an error, however it is cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 50 }), (cut) =>
        follow([{ stream: "Step 1/2 : FROM x\n" }, { stream: "é漢\n" }, { aux: { ID: "x" } }], cut),
      ),
    );
  });

  test("of a line without an end is read in time proportional to it, and told by its beginning", async () => {
    const dot = `${JSON.stringify({ stream: "." })}\n`;
    const end = `${JSON.stringify({ error: "no space left" })}\n`;
    const pieces = Array.from({ length: 100 }, () => Buffer.from(dot.repeat(4000)));
    const failure: unknown = await followStream(from([...pieces, Buffer.from(end)]), "the build").catch(
      (error: unknown) => error,
    );
    expect(String(failure)).toMatch(/^Error: the build failed: no space left\n\.{500}$/);
  });

  test("tells the step that failed and what was said before", async () => {
    const lines = [
      { stream: "Step 1/2 : FROM x\n" },
      { stream: "fine\n" },
      { stream: "Step 2/2 : RUN npm ci\n" },
      { stream: "\x1b[91mnpm error \x1b[0m" },
      { stream: "\x1b[91mmissing lock file\n\x1b[0m" },
      { error: "The command returned a non-zero code: 1" },
    ];
    const failure: unknown = await follow(lines).catch((error: unknown) => error);
    expect(failure).toMatchObject({ step: "Step 2/2 : RUN npm ci" });
    expect(String(failure)).toMatch(/non-zero code: 1\nnpm error missing lock file$/);
  });
});
