import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { beforeEach, describe, expect, onTestFinished, test } from "vitest";

import { isInside } from "../../../../platform/agents/folder-border.ts";
import type { PlannedAgent } from "../../../../platform/blueprint/agents.ts";
import { ImageCatalogue } from "../../../../platform/blueprint/images.ts";
import { tryAgent } from "../../../../platform/blueprint/plan-agents.ts";
import { catalogue } from "../../../../platform/services/catalogue.ts";
import { sensitive } from "../../../../platform/services/env-value.ts";
import { resolveSettings } from "../../../../platform/settings/resolve.ts";

/** What the operator's shell holds. */
const SHELL = { AWS_SECRET_ACCESS_KEY: "aws", GREETING: "hello", OPENAI_API_KEY: "sk-1" };
/** What is nobody's business. */
const SECRET_FILE = "the-operators-own-secret";

/** A checkout, and beside it a folder of somebody else. */
let world: { readonly root: string; readonly theirs: string };

beforeEach(() => {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "nasiko-confined-")));
  onTestFinished(() => rmSync(base, { recursive: true }));
  world = { root: join(base, "checkout"), theirs: join(base, "theirs") };
  put(join(world.root, "images.lock.json"), '{"version":1,"images":[]}');
  put(join(base, "secret.env"), `STOLEN=${SECRET_FILE}\n`);
  put(join(base, "home", "Dockerfile"), "FROM python:3.11-slim\n");
});

function put(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** Puts an agent into a folder; the compose file's service has these lines, the file those after an empty one. */
function plant(folder: string, ...lines: readonly string[]): void {
  const end = lines.includes("") ? lines.indexOf("") : lines.length;
  const service = [
    ...(lines.some((line) => line.startsWith("build")) ? [] : ["build: ."]),
    ...lines.slice(0, end),
  ];
  put(join(folder, "Dockerfile"), "FROM python:3.11-slim\nCMD python main.py\n");
  put(join(folder, "AgentCard.json"), '{ "name": "A" }');
  put(
    join(folder, "docker-compose.yml"),
    ["services:", "  a:", ...service.map((line) => `    ${line}`), ...lines.slice(end)].join("\n"),
  );
}

interface Given {
  /** @default the one of somebody else */
  readonly folder?: string;
  readonly config?: Readonly<Record<string, string>>;
}

function attempt({ folder = world.theirs, config = {} }: Given = {}): {
  readonly agent: PlannedAgent | undefined;
  readonly problems: readonly string[];
} {
  const { root } = world;
  const result = resolveSettings({
    stack: "local",
    architecture: "x64",
    env: [{ name: "the environment", values: { ...SHELL, MONGO_ROOT_PASSWORD: "0123456789abcdef" } }],
    stackConfig: { "nasiko:publicImages": "offline", ...config },
  });
  if (!result.ok) throw new Error(result.problems[0]?.message);
  const { settings, variable } = result.resolved;
  const images = new ImageCatalogue(root, settings);
  const services = catalogue(settings);
  const { agent, problems } = tryAgent("a", folder, { root, settings, services, images, variable });
  return { agent, problems: problems.map(({ code, message }) => `${code} ${message}`) };
}

describe("variables of the operator's", () => {
  test("are given to nobody else's folder, neither by name nor by interpolation", () => {
    plant(world.theirs, "environment:", "  - AWS_SECRET_ACCESS_KEY", "  - KEY=x${OPENAI_API_KEY}");
    expect(attempt()).toEqual({
      agent: undefined,
      problems: [
        "NSK-AGENT-VARIABLE-UNGIVEN ../theirs/docker-compose.yml:5: agent a asks for AWS_SECRET_ACCESS_KEY, which nobody has given it.",
        "NSK-AGENT-VARIABLE-UNGIVEN ../theirs/docker-compose.yml:6: agent a asks for OPENAI_API_KEY, which nobody has given it.",
      ],
    });
  });

  test("are not given by build arguments either", () => {
    plant(world.theirs, "build: { context: ., args: [AWS_SECRET_ACCESS_KEY] }");
    expect(attempt().problems).toEqual([expect.stringContaining("NSK-AGENT-VARIABLE-UNGIVEN")]);
  });

  test.for([
    ["${GREETING:-hi}", "hi"],
    ["${GREETING-hi}", "hi"],
    ["${GREETING:+set}", ""],
    ["${NOBODY:-${AWS_SECRET_ACCESS_KEY:-hi}}", "hi"],
  ])("%s is as if it had not been set", ([text, value]) => {
    plant(world.theirs, "environment:", `  X: ${text}`);
    expect(attempt().agent?.container.env["X"]).toBe(value);
  });

  test("are given when they were named, each by itself", () => {
    plant(world.theirs, "environment:", "  A: ${GREETING}", "  B: ${OPENAI_API_KEY:-none}");
    const { agent } = attempt({ config: { "nasiko:agentEnv": '{"A":["GREETING"],"b":["OPENAI_API_KEY"]}' } });
    expect(agent?.container.env).toMatchObject({ A: sensitive("hello"), B: "none" });
  });

  test("of its own it may use as it likes", () => {
    put(join(world.theirs, ".env"), "AWS_SECRET_ACCESS_KEY=its own\n");
    plant(world.theirs, "environment: [AWS_SECRET_ACCESS_KEY]");
    expect(attempt().agent?.container.env).toMatchObject({ AWS_SECRET_ACCESS_KEY: sensitive("its own") });
  });

  test("are given to folders of the operator's own", () => {
    const own = join(world.root, "agents", "a");
    plant(own, "environment: [GREETING]");
    expect(attempt({ folder: own }).agent?.container.env).toMatchObject({ GREETING: sensitive("hello") });
    plant(world.theirs, "environment: [GREETING]");
    const config = { "nasiko:trustedAgentFolders": "../theirs" };
    expect(attempt({ config }).agent?.container.env).toMatchObject({ GREETING: sensitive("hello") });
    symlinkSync(world.theirs, join(world.root, "agents", "link"));
    expect(attempt({ folder: join(world.root, "agents", "link") }).problems).toHaveLength(1);
  });
});

describe("secrets of the platform", () => {
  test.for(["MONGO_ROOT_PASSWORD", "JWT_SECRET", "NASIKO_AGENT_SECRETS"])(
    "such as %s go to no agent, not to the operator's own, not when they are named",
    (variable) => {
      const own = join(world.root, "agents", "a");
      plant(own, "environment:", `  X: \${${variable}}`);
      const config = {
        "nasiko:agentEnv": JSON.stringify({ a: [variable] }),
        "nasiko:jwtSecret": "01234567890123456789",
        "nasiko:agentSecrets": "{}",
      };
      expect(attempt({ folder: own, config }).problems).toEqual([
        `NSK-AGENT-VARIABLE-WITHHELD agents/a/docker-compose.yml:5: agent a asks for ${variable}, a secret of the platform.`,
      ]);
    },
  );
});

describe("files outside of somebody else's folder are not read:", () => {
  test.for<readonly [string, readonly string[]]>([
    ["a context", ["build: { context: ../.. }"]],
    ["a context elsewhere", ["build: /"]],
    ["a context behind a link", ["build: { context: out }"]],
    ["a Dockerfile", ["build: { context: ., dockerfile: ../home/Dockerfile }"]],
    ["a Dockerfile behind a link", ["build: { context: ., dockerfile: out/Dockerfile }"]],
    ["an env file", ["env_file: ../secret.env"]],
    ["an env file that need not be there", ["env_file: [{ path: ../secret.env, required: false }]"]],
    ["an env file behind a link", ["env_file: linked.env"]],
    ["another context", ["build: { context: ., additional_contexts: { home: ../home } }"]],
    ["another context in a list", ["build: { context: ., additional_contexts: [home=../home] }"]],
    ["another compose file", ["extends: { file: ../home/compose.yml, service: x }"]],
    ["a secret", ["", "secrets: { key: { file: ../secret.env } }"]],
    ["a configuration", ["", "configs: { key: { file: linked.env } }"]],
    ["an included file", ["", "include: [../home/compose.yml]"]],
  ])("%s", ([, lines]) => {
    plant(world.theirs, ...lines);
    symlinkSync("../home", join(world.theirs, "out"));
    symlinkSync("../secret.env", join(world.theirs, "linked.env"));
    const { agent, problems } = attempt();
    expect(agent).toBeUndefined();
    expect(problems).toEqual([
      expect.stringMatching(
        /^NSK-AGENT-REACHES-OUT \.\.\/theirs\/docker-compose\.yml:\d+: agent a reaches out of its folder: .*\.$/,
      ),
    ]);
  });

  test.for(["Dockerfile", ".dockerignore", "AgentCard.json", "docker-compose.yml", ".env"])(
    "%s that is a link to elsewhere",
    (name) => {
      plant(world.theirs);
      rmSync(join(world.theirs, name), { force: true });
      symlinkSync("../secret.env", join(world.theirs, name));
      const { agent, problems } = attempt();
      expect(agent).toBeUndefined();
      expect(problems).toEqual([
        `NSK-AGENT-REACHES-OUT ../theirs/${name}: agent a reaches out of its folder: it is a link to elsewhere.`,
      ]);
      expect(problems.join()).not.toContain(SECRET_FILE);
    },
  );

  test("what a link in the context leads to is no part of its image", () => {
    plant(world.theirs);
    const hash = (): unknown => attempt().agent?.image.reference;
    symlinkSync("../secret.env", join(world.theirs, "loot"));
    const before = hash();
    put(join(dirname(world.theirs), "secret.env"), "something else\n");
    expect(before).toBeDefined();
    expect(hash()).toBe(before);
  });

  test("inside, and by a way around, everything is as it was", () => {
    put(join(world.theirs, "env/its.env"), "ITS=1\n");
    plant(world.theirs, "env_file: env/../env/its.env");
    expect(attempt().agent?.container.env).toMatchObject({ ITS: sensitive("1") });
  });
});

test("a named pipe or device in place of a file is refused, and does not keep anybody waiting", () => {
  const own = join(world.root, "agents", "a");
  plant(own);
  rmSync(join(own, "docker-compose.yml"));
  symlinkSync("/dev/zero", join(own, "docker-compose.yml"));
  expect(attempt({ folder: own }).problems).toEqual([
    expect.stringMatching(/^NSK-CONTEXT-UNREADABLE .*it is no file\.$/),
  ]);
});

test("a file of megabytes is refused before it is parsed", () => {
  const own = join(world.root, "agents", "a");
  plant(own, `# ${"x".repeat(2 ** 20)}`);
  expect(attempt({ folder: own }).problems).toEqual([
    expect.stringMatching(/^NSK-CONTEXT-UNREADABLE .*it is larger than 1024 KiB\.$/),
  ]);
});

test("a folder's border", () => {
  const inside = join(world.root, "a");
  mkdirSync(join(inside, "..b"), { recursive: true });
  symlinkSync("..b", join(inside, "link"));
  symlinkSync("loop", join(inside, "loop"));
  for (const path of [".", "x/y", "..b/z", "link/z", "x/../y", "loop"])
    expect(isInside(inside, path)).toBe(true);
  for (const path of ["..", "../a2", "/", "x/../../y"]) expect(isInside(inside, path)).toBe(false);
});
