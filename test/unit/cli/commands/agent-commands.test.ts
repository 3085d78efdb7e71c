import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { Command } from "../../../../cli/commands/define-command.ts";
import type { GivenValues } from "../../../../cli/lib/command-line/value.ts";
import type { CommandResult } from "../../../../cli/lib/command-result.ts";
import { type CommandContext, createContext } from "../../../../cli/stack/context.ts";
import { agentsRequest } from "../../../../cli/features/agents/agents-request.ts";
import { recordBuilds } from "../../../../cli/features/agents/record-builds.ts";
import { readPassphrase } from "../../../../cli/stack/home/home.ts";
import { hashAgent } from "../../../../cli/commands/agent/hash.ts";
import { newAgent } from "../../../../cli/commands/agent/new.ts";
import { listSecrets } from "../../../../cli/commands/agent/secret/list.ts";
import { removeSecret } from "../../../../cli/commands/agent/secret/remove.ts";
import { setSecret as setSecretCommand } from "../../../../cli/commands/agent/secret/set.ts";
import { validateAgent } from "../../../../cli/commands/agent/validate.ts";
import { calling } from "../handler-context.ts";
import { createOutput } from "../../../../cli/render/output.ts";
import { openCrypter } from "../../../../engine/core/secrets.ts";
import { planAgents } from "../../../../platform/blueprint/plan-agents.ts";
import { packageFolder } from "../../../../platform/package-folder.ts";

let root: string;
let environment: Record<string, string>;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "nasiko-agents-"));
  environment = { NASIKO_HOME: join(root, "home"), NASIKO_PUBLIC_IMAGES: "offline" };
  writeFileSync(join(root, "images.lock.json"), '{"version":1,"images":[]}');
  cpSync(join(packageFolder(), "templates"), join(root, "templates"), {
    recursive: true,
    filter: (path) => !path.includes("node_modules"),
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true });
});

function context(): CommandContext {
  const output = createOutput({
    json: false,
    events: false,
    quiet: true,
    environment: {},
    stdout: process.stdout,
    stderr: process.stderr,
  });
  const { signal } = new AbortController();
  const interruption = { cancel: signal, terminate: signal };
  return {
    ...createContext({ options: { stack: "local" }, environment, output, interruption, root }),
    cwd: root,
  };
}

const run = (command: Command, given: GivenValues): Promise<CommandResult> =>
  calling(command)(context(), given);
const configFile = (): string => readFileSync(join(root, "Pulumi.local.yaml"), "utf8");

/** Sets a secret the way a pipe does. */
async function setSecret(name: string, variable: string, value: string): Promise<CommandResult> {
  const stdin = Object.assign(Readable.from([value]), { isTTY: false });
  vi.spyOn(process, "stdin", "get").mockReturnValue(stdin as unknown as typeof process.stdin);
  return run(setSecretCommand, { agent: name, variable });
}

describe("nasiko agent secret", () => {
  test("stores a value as Pulumi does, and leaves the rest of the file as it was", async () => {
    writeFileSync(join(root, "Pulumi.local.yaml"), "# mine\nconfig:\n  nasiko:portKong: 9200 # why\n");
    await setSecret("Translator", "API_KEY", "sk-1234\n");
    const text = configFile();
    expect(text).not.toContain("sk-1234");
    expect(text).toMatch(/^# mine\nconfig:\n {2}nasiko:portKong: 9200 # why\n/);
    const salt = /^encryptionsalt: (\S+)$/m.exec(text)?.[1] ?? "";
    const sealed = /translator:\n +API_KEY:\n +secure: (\S+)\n/.exec(text)?.[1] ?? "";
    const crypter = await openCrypter(readPassphrase(context().home), salt);
    expect(crypter.decrypt(sealed)).toBe("sk-1234");
  });

  test("reaches the settings as a secret, next to what is not", async () => {
    await setSecret("a", "ONE", "1");
    await setSecret("a", "TWO", "two lines\nof it\n");
    await setSecret("b", "ONE", "other");
    const { values, secretKeys } = await context().stackConfig();
    expect(JSON.parse(values["nasiko:agentSecrets"] ?? "")).toEqual({
      a: { ONE: "1", TWO: "two lines\nof it" },
      b: { ONE: "other" },
    });
    expect(secretKeys).toEqual(["nasiko:agentSecrets"]);
    expect((await context().settings()).settings.agentSecrets["b"]).toEqual({ ONE: "other" });
    expect((await run(listSecrets, {})).json["secrets"]).toEqual({ a: ["ONE", "TWO"], b: ["ONE"] });
  });

  test("takes one away, and what is empty then", async () => {
    await setSecret("a", "ONE", "1");
    await expect(run(removeSecret, { agent: "a", variable: "TWO" })).rejects.toThrow("has no secret TWO");
    await run(removeSecret, { agent: "a", variable: "ONE" });
    expect(configFile()).not.toContain("agentSecrets");
    expect((await run(listSecrets, {})).text).toBe("No agent has a secret.");
  });

  test("stores neither nothing nor a name that is none", async () => {
    await expect(setSecret("a", "ONE", "\n")).rejects.toThrow("ONE has no value");
    await expect(setSecret("a", "1-2", "x")).rejects.toThrow("cannot be the name of a variable");
    expect(existsSync(join(root, "Pulumi.local.yaml"))).toBe(false);
  });

  test("is refused with one sentence when another passphrase closed the file", async () => {
    await setSecret("a", "ONE", "1");
    environment["NASIKO_HOME"] = join(root, "other-home");
    await expect(context().settings()).rejects.toThrow("The passphrase does not open the secrets");
  });
});

describe.each([
  ["validate", validateAgent],
  ["hash", hashAgent],
])("nasiko agent %s", (_, command) => {
  test.each(["nowhere", "a-file", "loop"])("says of %s that it is no folder", async (path) => {
    writeFileSync(join(root, "a-file"), "");
    symlinkSync("loop", join(root, "loop"));
    await expect(run(command, { path })).rejects.toMatchObject({ code: "NSK-AGENT-FOLDER-MISSING" });
  });
});

describe.each(["typescript", "python"])("nasiko agent new --language %s", (language) => {
  test("makes a folder that validates, with the new name everywhere", async () => {
    const made = await run(newAgent, { agent: "weather-report", language });
    const files = made.json["files"] as readonly string[];
    expect(files).toEqual(expect.arrayContaining(["AgentCard.json", "Dockerfile", "docker-compose.yml"]));
    for (const file of files)
      expect(readFileSync(join(root, "agents/weather-report", file), "utf8")).not.toMatch(/new.agent/i);
    const { json } = await run(validateAgent, { path: "agents/weather-report" });
    expect(json).toMatchObject({
      ok: true,
      name: "weather-report",
      port: 5000,
      notes: [expect.stringContaining("ports, restart: these are the platform's business")],
    });
    expect(json["variables"]).toEqual(
      expect.arrayContaining(["GREETING", "AGENT_NAME", "AGENT_PUBLIC_URL", "NASIKO_GATEWAY_SECRET"]),
    );
  });

  test("writes nothing over what is there, and nothing for a name that cannot be", async () => {
    await run(newAgent, { agent: "weather", path: "elsewhere", language });
    await expect(run(newAgent, { agent: "weather", path: "elsewhere", language })).rejects.toThrow(
      "is there already",
    );
    await expect(run(newAgent, { agent: "redis", language })).rejects.toThrow("is a service of the platform");
    await expect(run(newAgent, { agent: "a b", language })).rejects.toThrow("cannot be the name of an agent");
    expect(existsSync(join(root, "agents"))).toBe(false);
  });
});

describe("nasiko agent", () => {
  test("new refuses a language without a template, naming those with one", async () => {
    await expect(run(newAgent, { agent: "a", language: "cobol" })).rejects.toMatchObject({
      code: "NSK-LANGUAGE-UNKNOWN",
      suggestion: "Choose one of these: python, typescript.",
    });
  });

  test("validate names every problem at once, with file and line", async () => {
    await run(newAgent, { agent: "a" });
    writeFileSync(join(root, "agents/a/AgentCard.json"), '{\n  "name": "A",\n  "port": "5000"\n}\n');
    writeFileSync(join(root, "agents/a/docker-compose.yml"), "services:\n  a:\n    environment: 1\n");
    writeFileSync(join(root, "agents/a/Dockerfile"), "# nothing\n");
    const problems = await run(validateAgent, { path: "agents/a", name: "A_B" }).catch(
      (error: unknown) => error,
    );
    expect(
      String(problems)
        .split("\n")
        .map((line) => line.replace(/^\w+: /, "")),
    ).toEqual([
      '"A_B" cannot be the name of an agent.',
      "agents/a/docker-compose.yml:3: services.a.environment: it is neither a map nor a list of KEY=value.",
      "agents/a/AgentCard.json:3: port is no whole number.",
      "The Dockerfile of image agent-a_b cannot be used: it has no FROM line (agents/a/Dockerfile).",
    ]);
  });

  test("hash explains what went in, and what has changed since the last build", async () => {
    await run(newAgent, { agent: "a" });
    environment["NASIKO_AGENTS"] = "a=agents/a";
    const explain = async (): Promise<readonly string[]> =>
      (await run(hashAgent, { path: "agents/a", explain: true })).text.split("\n");

    const first = await explain();
    expect(first[0]).toMatch(/^v1:[0-9a-f]{64}$/);
    expect(first.at(-1)).toBe("This machine has built no earlier version of it for this stack.");
    expect(first.join("\n")).toMatch(/0644 {2}[0-9a-f]{12} {2}src\/reply\.ts/);
    expect((await run(hashAgent, { path: "agents/a" })).text).toBe(first[0]);

    await recordBuilds(context(), { agents: planAgents(await agentsRequest(context())) });
    expect((await explain()).at(-1)).toBe("Nothing has changed since the last build.");

    writeFileSync(join(root, "agents/a/src/reply.ts"), "// other\n");
    writeFileSync(join(root, "agents/a/src/more.ts"), "");
    rmSync(join(root, "agents/a/.npmrc"));
    const changed = await explain();
    expect(changed.slice(changed.indexOf("Since the last build:") + 1)).toEqual([
      "  removed: file .npmrc",
      "  added: file src/more.ts",
      "  changed: file src/reply.ts",
    ]);
  });
});
