import { symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import type { PlannedAgent } from "../../../../platform/blueprint/agents.ts";
import { ImageCatalogue } from "../../../../platform/blueprint/images.ts";
import { planAgents } from "../../../../platform/blueprint/plan-agents.ts";
import { NasikoError, NasikoErrors } from "../../../../platform/errors/define-error.ts";
import { catalogue } from "../../../../platform/services/catalogue.ts";
import { derived, secret, sensitive } from "../../../../platform/services/env-value.ts";
import { resolveSettings } from "../../../../platform/settings/resolve.ts";
import { file, plant, type Tree, withFolder } from "../images/trees.ts";

const DOCKERFILE = file("agents/a/Dockerfile", "FROM python:3.11-slim\nCMD python main.py\n");
const CARD = file("agents/a/AgentCard.json", '{ "name": "A" }');
const compose = (...environment: readonly string[]): Tree[number] =>
  file(
    "agents/a/docker-compose.yml",
    [
      "services:",
      "  a:",
      "    build: .",
      "    environment:",
      ...environment.map((line) => `      ${line}`),
    ].join("\n"),
  );

/** What every agent of a stack with a collector is told, as in the OpenTelemetry specification. */
const TELEMETRY = {
  OTEL_EXPORTER_OTLP_ENDPOINT: "http://otel-collector:4318",
  // Its own credential, by which the gateway lets it through.
  OTEL_EXPORTER_OTLP_HEADERS: {
    kind: "template",
    parts: ["authorization=Bearer%20", derived(secret("telemetry-secret"), "a")],
  },
  OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
  NASIKO_TRACE_CONTENT: "false",
  OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: "false",
  OPENINFERENCE_HIDE_INPUTS: "true",
  OPENINFERENCE_HIDE_OUTPUTS: "true",
  TRACELOOP_TRACE_CONTENT: "false",
  OTEL_METRICS_EXPORTER: "otlp",
  OTEL_LOGS_EXPORTER: "none",
  OTEL_SERVICE_NAME: "a",
  OTEL_RESOURCE_ATTRIBUTES: expect.stringMatching(
    /^service\.namespace=nasiko-agents,service\.version=[0-9a-f]{16},openinference\.project\.name=a,deployment\.environment\.name=local$/,
  ) as string,
};

/** What one on Node.js or Python loads to report traces, and where it is. */
const PRELOADS = {
  NODE_OPTIONS: "--require=/nasiko-telemetry/current/node/register.cjs",
  PYTHONPATH: "/nasiko-telemetry/current/python",
};
const PRELOADS_MOUNT = { volume: "agent-telemetry", path: "/nasiko-telemetry", readOnly: true };

interface Surroundings {
  /** @default { a: "agents/a" } */
  readonly agents?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Once the folder is planted. */
  readonly before?: (root: string) => void;
}

/** Plans the agents of a checkout that holds this tree. */
function plan(tree: Tree, { agents, secrets, env = {}, before }: Surroundings = {}): readonly PlannedAgent[] {
  return withFolder((root) => {
    plant(root, [file("images.lock.json", '{"version":1,"images":[]}'), ...tree]);
    before?.(root);
    const result = resolveSettings({
      stack: "local",
      architecture: "x64",
      env: [{ name: "the environment", values: env }],
      stackConfig: {
        "nasiko:publicImages": "offline",
        "nasiko:agents": JSON.stringify(agents ?? { a: "agents/a" }),
        "nasiko:agentSecrets": JSON.stringify(secrets ?? {}),
      },
    });
    if (!result.ok) throw new NasikoErrors(result.problems);
    const { settings, variable } = result.resolved;
    const images = new ImageCatalogue(root, settings);
    return planAgents({ root, settings, services: catalogue(settings), images, variable });
  });
}

/** Codes and messages of everything that was refused. */
function refusal(tree: Tree, surroundings?: Surroundings): readonly string[] {
  try {
    plan(tree, surroundings);
  } catch (error) {
    const problems = error instanceof NasikoErrors ? error.problems : [error];
    return problems.map((problem) => {
      if (!(problem instanceof NasikoError)) throw problem;
      return `${problem.code} ${problem.message}`;
    });
  }
  throw new Error("nothing was refused");
}

const only = (agents: readonly PlannedAgent[]): PlannedAgent => {
  const [agent, ...others] = agents;
  if (agent === undefined || others.length > 0) throw new Error(`${agents.length} agents`);
  return agent;
};

test("a folder called .env, as Python's environments are, holds no variables; a link to nowhere stays one", () => {
  const tree = [DOCKERFILE, CARD, file("agents/a/.env/pyvenv.cfg", "x"), compose("- A=1")];
  const before = (root: string): void => symlinkSync("/nowhere/at/all", join(root, "agents/a/dangling"));
  expect(only(plan(tree, { before })).container.env).toMatchObject({ A: "1" });
});

test("the stage that the compose file names is built", () => {
  const dockerfile = "FROM python:3.11-slim AS first\nEXPOSE 7000\nFROM python:3.11-slim\nEXPOSE 8000\n";
  const files = [file("agents/a/Dockerfile", dockerfile), CARD];
  const build = (target: string): PlannedAgent =>
    only(plan([...files, file("agents/a/compose.yaml", `services: {a: {build: {context: ., ${target}}}}`)]));
  const [first, last] = [build("target: first"), build("")];
  expect(first.image).toMatchObject({ kind: "built", target: "first" });
  expect(last.image).not.toHaveProperty("target");
  expect(first.image.reference).not.toBe(last.image.reference);
  expect([first, last].map(({ container }) => container.labels["nasiko.port"])).toEqual(["7000", "8000"]);
});

describe("the secrets of a build", () => {
  const build = (...lines: readonly string[]): Tree => [
    file("agents/a/Dockerfile", "FROM python:3.11-slim\nRUN --mount=type=secret,id=token true\n"),
    CARD,
    file(
      "agents/a/compose.yaml",
      [
        "services: {a: {build: {context: ., secrets: [token, {source: key, target: id_rsa}]}}}",
        ...lines,
      ].join("\n"),
    ),
  ];
  const declared = "secrets: {token: {environment: PIP_TOKEN}, key: {file: ./key}}";
  const key = file("agents/a/key", "-----BEGIN");

  test("are the agent's own, or in files of its folder, and change nothing of its image's name", () => {
    const [one, other] = ["first", "second"].map((value) =>
      only(plan([...build(declared), key], { secrets: { a: { PIP_TOKEN: value } } })),
    );
    if (one?.image.kind !== "built" || other?.image.kind !== "built") throw new Error("not built");
    expect(new Map(one.image.secrets)).toEqual(
      new Map([
        ["token", Buffer.from("first")],
        ["id_rsa", Buffer.from("-----BEGIN")],
      ]),
    );
    expect(one.image.reference).toBe(other.image.reference);
    // Neither does the container get them, nor is anybody told that nothing asks for them.
    expect(one.container.env).not.toHaveProperty("PIP_TOKEN");
    expect(one.notes.join("\n")).not.toMatch(/PIP_TOKEN|left out/);
  });

  test("are missed by the line that asks for them", () => {
    expect(refusal([...build(declared), key])).toEqual([
      "NSK-AGENT-VARIABLE-MISSING agents/a/compose.yaml:1: agent a needs PIP_TOKEN, which has no value.",
    ]);
    expect(refusal(build(declared), { secrets: { a: { PIP_TOKEN: "x" } } })[0]).toContain(
      "agents/a/compose.yaml:1: its build has a secret from the file ./key, which is not there",
    );
    expect(refusal([...build("secrets: {token: {external: true}}"), key])).toHaveLength(2);
  });
});

describe("an agent's folder", () => {
  test("gives the variables that its compose file names, and no others", () => {
    const tree = [
      DOCKERFILE,
      CARD,
      compose("PLAIN: x", "KEY: ${OPENAI_API_KEY}", "LEVEL: ${LEVEL:-info}", "OWN:"),
    ];
    const env = { OPENAI_API_KEY: "sk-1", OWN: "mine", OTHER: "not for it", HOME: "/root" };
    expect(only(plan(tree, { env })).container.env).toEqual({
      PLAIN: "x",
      KEY: sensitive("sk-1"),
      LEVEL: "info",
      OWN: sensitive("mine"),
      AGENT_NAME: "a",
      AGENT_PUBLIC_URL: "http://127.0.0.1:9100/agents/agent-a/",
      NASIKO_GATEWAY_SECRET: derived(secret("agents-gateway-secret"), "a"),
      ...TELEMETRY,
      ...PRELOADS,
    });
  });

  test("loads what reports its traces besides its own, and waits until that is there", () => {
    const own = file("agents/a/Dockerfile", "FROM python:3.13\nENV PYTHONPATH=/app\n");
    const agent = only(plan([own, CARD, compose("NODE_OPTIONS: ${OWN}")], { env: { OWN: "--no-warnings" } }));
    expect(agent.container.env).toMatchObject({
      PYTHONPATH: "/app:/nasiko-telemetry/current/python",
      NODE_OPTIONS: sensitive("--no-warnings --require=/nasiko-telemetry/current/node/register.cjs"),
    });
    expect(agent.after).toEqual(["agent-telemetry"]);
  });

  test.each([
    ["it is switched off for all", "FROM python:3.13", { NASIKO_AGENT_INSTRUMENTATION: "false" }, []],
    ["it is switched off for it", "FROM python:3.13", { NASIKO_AGENT_INSTRUMENTATION_OFF: "b,a" }, []],
    ["nobody takes traces", "FROM python:3.13", { TRACING_ENABLED: "false" }, []],
    ["its image holds one program", "FROM scratch", {}, []],
    [
      "its base may have variables of its own",
      "FROM acme/base:1",
      { NASIKO_PUBLIC_IMAGES: "registry" },
      [/only by itself/],
    ],
  ])("is left as it is where %s", (_, from, env, notes) => {
    const agent = only(
      plan([file("agents/a/Dockerfile", `${from}\nCMD run\n`), CARD, compose("X: y")], { env }),
    );
    expect(Object.keys(agent.container.env)).not.toContain("PYTHONPATH");
    expect(Object.keys(agent.container.env)).not.toContain("NODE_OPTIONS");
    expect([agent.container.volumes, agent.after]).toEqual([[], []]);
    expect(agent.notes.filter((note) => note.includes("traces"))).toEqual(
      notes.map((note) => expect.stringMatching(note) as string),
    );
  });

  test("gets a secret of the agent before the environment, and only its own", () => {
    const tree = [DOCKERFILE, CARD, compose("KEY: Bearer ${KEY}")];
    const secrets = { A: { KEY: "mine", UNUSED: "x" }, b: { KEY: "other" } };
    const agent = only(plan(tree, { secrets, env: { KEY: "shell" } }));
    expect(agent.container.env["KEY"]).toEqual(sensitive("Bearer mine"));
    expect(agent.notes.join("\n")).toMatch(/secret UNUSED that agents\/a\/docker-compose\.yml does not name/);
  });

  test("may bring values in files of its own", () => {
    const tree = [
      DOCKERFILE,
      CARD,
      file("agents/a/.env", "KEY='from .env'\nLEFT_OUT=1\n"),
      file("agents/a/more.env", "MORE=1\n"),
      file(
        "agents/a/docker-compose.yml",
        "services:\n  a:\n    env_file: more.env\n    environment: [KEY]\n",
      ),
    ];
    expect(only(plan(tree)).container.env).toMatchObject({
      KEY: sensitive("from .env"),
      MORE: sensitive("1"),
    });
    expect(only(plan(tree)).container.env).not.toHaveProperty("LEFT_OUT");
  });

  test("is told where the gateway is, from the inside", () => {
    const tree = [DOCKERFILE, CARD, compose("GATEWAY: ${NASIKO_GATEWAY_URL:-http://127.0.0.1:9100}")];
    expect(only(plan(tree)).container.env["GATEWAY"]).toBe("http://kong:8000");
  });

  test("makes a new version when a secret or the port changes, and none when another agent's does", () => {
    const tree = [DOCKERFILE, CARD, compose("KEY: ${KEY}")];
    const hash = (key: string, other = ""): string =>
      only(plan(tree, { secrets: { a: { KEY: key }, b: { KEY: other } } })).hash;
    expect(hash("1")).toBe(hash("1", "changed"));
    expect(hash("1")).not.toBe(hash("2"));
    const moved = only(plan([DOCKERFILE, file("agents/a/AgentCard.json", '{"name":"A","port":8000}')]));
    expect(moved.container.labels["nasiko.port"]).toBe("8000");
  });

  test("keeps what it writes to volumes with a name, which are the same for every version", () => {
    const withVolume = (more: string): Tree => [
      DOCKERFILE,
      CARD,
      file(
        "agents/a/compose.yaml",
        `services:\n  a:\n    build: .\n    volumes: ["data:/data"]\n${more}volumes:\n  data:\n`,
      ),
    ];
    const [first, second] = ["", "    hostname: h\n"].map((more) => only(plan(withVolume(more))));
    expect(first?.hash).not.toBe(second?.hash);
    for (const agent of [first, second])
      expect(agent?.container.volumes).toEqual([{ volume: "agent_a_data", path: "/data" }, PRELOADS_MOUNT]);
    expect(second?.container.options).toEqual({ hostname: "h" });
  });

  test("may be built from a Containerfile, and needs no compose file", () => {
    const agent = only(plan([file("agents/a/Containerfile", "FROM scratch\nEXPOSE 8000\n")]));
    expect(agent.image).toMatchObject({ kind: "built", dockerfile: { path: "agents/a/Containerfile" } });
    expect(agent.container.labels).toMatchObject({ "nasiko.port": "8000", "nasiko.other-ports": "5000" });
  });

  test("gets its folder's card along, with the address that it has here", () => {
    const card = file("agents/a/agentcard.json", '{"name":"A","url":"http://localhost:9999/a2a"}');
    const { labels } = only(plan([DOCKERFILE, card])).container;
    expect(labels["nasiko.port"]).toBe("9999");
    expect(JSON.parse(labels["nasiko.card"] ?? "")).toEqual({
      name: "A",
      url: "http://127.0.0.1:9100/agents/agent-a/a2a",
    });
  });

  test("may name a ready image by its digest", () => {
    const digest = `sha256:${"0".repeat(64)}`;
    const tree = [
      CARD,
      file("agents/a/docker-compose.yml", `services:\n  a:\n    image: acme/a:1@${digest}\n`),
    ];
    expect(only(plan(tree)).image).toMatchObject({ kind: "pulled", reference: `acme/a:1@${digest}`, digest });
    const unpinned = [CARD, file("agents/a/docker-compose.yml", "services:\n  a:\n    image: acme/a:1\n")];
    expect(refusal(unpinned)).toEqual([
      "NSK-AGENT-IMAGE-UNPINNED agents/a/docker-compose.yml:3: agent a runs the ready image acme/a:1, which may be another one tomorrow.",
    ]);
  });

  test("in upper case is the same agent in lower case, and says so", () => {
    const agent = only(plan([DOCKERFILE, CARD], { agents: { "My-Agent": "agents/a" } }));
    expect(agent).toMatchObject({ name: "my-agent", routeName: "agent-my-agent" });
    expect(agent.notes[0]).toBe(
      "Agent My-Agent is called my-agent here: names are DNS labels, in lower case.",
    );
    expect(refusal([DOCKERFILE, CARD], { agents: { A: "agents/a", a: "agents/a" } })).toEqual([
      "NSK-AGENT-NAME-TWICE A and a would both be agent a: names are in lower case.",
    ]);
  });
});

describe("an agent is refused, each problem with one clear error,", () => {
  test("for every variable without a value, all at once", () => {
    const tree = [DOCKERFILE, CARD, compose("- A=${ONE}/${TWO:?}", "- THREE", "- FOUR=${OPENAI_API_KEY}")];
    expect(refusal(tree)).toEqual(
      [
        [5, "ONE"],
        [5, "TWO"],
        [6, "THREE"],
        [7, "OPENAI_API_KEY"],
      ].map(
        ([line, name]) =>
          `NSK-AGENT-VARIABLE-MISSING agents/a/docker-compose.yml:${line}: agent a needs ${name}, which has no value.`,
      ),
    );
  });

  test("for everything that is wrong with its files", () => {
    const tree = [file("agents/a/docker-compose.yml", "services: 1\n"), file("agents/a/AgentCard.json", "{")];
    expect(refusal(tree)).toEqual([
      "NSK-AGENT-FILE-INVALID agents/a/docker-compose.yml:1: services: services is no map.",
      expect.stringMatching(/^NSK-AGENT-FILE-INVALID agents\/a\/AgentCard\.json:1: it is no JSON: .*\.$/),
      "NSK-DOCKERFILE-MISSING Image agent-a has no Dockerfile: agents/a/Dockerfile does not exist.",
    ]);
  });

  test("for a name that is no DNS label or a service's, and a folder that is none", () => {
    const agents = {
      under_score: "agents/a",
      redis: "agents/a",
      gone: "agents/none",
      file: "agents/a/Dockerfile",
    };
    expect(refusal([DOCKERFILE, CARD], { agents }).map((text) => text.split(" ")[0])).toEqual([
      "NSK-AGENT-NAME-INVALID",
      "NSK-AGENT-NAME-TAKEN",
      "NSK-AGENT-FOLDER-MISSING",
      "NSK-AGENT-FOLDER-MISSING",
    ]);
  });

  test("for a context of 2 GB, naming the file and the setting, before a byte of it is read", () => {
    const before = (root: string): void => {
      writeFileSync(join(root, "agents/a/weights.bin"), "");
      truncateSync(join(root, "agents/a/weights.bin"), 2 * 1024 ** 3);
    };
    const [message, ...others] = refusal([DOCKERFILE, CARD], { before });
    expect(others).toEqual([]);
    expect(message).toMatch(/^NSK-CONTEXT-TOO-LARGE .*agents\/a is too large .* more than 1024MB\.$/);
    expect(plan([DOCKERFILE, CARD, file("agents/a/.dockerignore", "*.bin")], { before })).toHaveLength(1);
  });

  test("for files that are loops of links; links in the context may be", () => {
    const loop = (name: string) => (root: string) => symlinkSync(name, join(root, "agents/a", name));
    expect(plan([DOCKERFILE, CARD], { before: loop("loop") })).toHaveLength(1);
    for (const name of ["Dockerfile", "AgentCard.json", "docker-compose.yml", ".dockerignore"]) {
      const tree = [DOCKERFILE, CARD].filter(({ path }) => path !== `agents/a/${name}`);
      expect(refusal(tree, { before: loop(name) }), name).toEqual([
        expect.stringMatching(/^NSK-CONTEXT-UNREADABLE .* it is a link that leads back to itself\.$/),
      ]);
    }
  });

  test("for a variable that nobody understands", () => {
    expect(refusal([DOCKERFILE, CARD, compose("KEY: ${KEY", "B: ${")])).toEqual([
      'NSK-AGENT-FILE-INVALID agents/a/docker-compose.yml:5: "${KEY" is not closed by "}".',
      'NSK-AGENT-FILE-INVALID agents/a/docker-compose.yml:6: "${" names no variable.',
    ]);
  });
});
