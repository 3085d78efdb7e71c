import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { type EnvSource, resolveSettings } from "../../../../platform/settings/resolve.ts";
import type { Settings } from "../../../../platform/settings/settings.ts";

const env = (name: string, values: EnvSource["values"]): EnvSource => ({ name, values });

function resolve(sources: {
  readonly env?: readonly EnvSource[];
  readonly stackConfig?: Readonly<Record<string, string>>;
}): ReturnType<typeof resolveSettings> {
  return resolveSettings({ stack: "local", architecture: "x64", env: [], stackConfig: {}, ...sources });
}

function settingsOf(result: ReturnType<typeof resolveSettings>): Settings {
  if (!result.ok) throw new Error(result.problems.map((problem) => problem.message).join("\n"));
  return result.resolved.settings;
}

function problemsOf(result: ReturnType<typeof resolveSettings>): readonly string[] {
  return result.ok ? [] : result.problems.map(({ code, message }) => `${code} ${message}`);
}

describe("settings", () => {
  test("have defaults for everything", () => {
    expect(settingsOf(resolve({}))).toMatchObject({
      authMode: "simple",
      running: true,
      dockerApi: "1.41",
      platform: "linux/amd64",
      portOffset: 0,
      agents: { translator: "agents/translator" },
    });
  });

  test("are taken from the environment before files before the stack's config", () => {
    const sources = {
      env: [
        env("the environment", { NASIKO_PORT_KONG: "1" }),
        env(".env", { NASIKO_PORT_KONG: "2", DOCKER_NETWORK: "file" }),
      ],
      stackConfig: { "nasiko:portKong": "3", "nasiko:dockerNetwork": "config", "nasiko:portOffset": "7" },
    };
    expect(settingsOf(resolve(sources))).toMatchObject({ portKong: 1, dockerNetwork: "file", portOffset: 7 });
  });

  test("remember where each value came from", () => {
    const result = resolve({ env: [env(".env", { NASIKO_PORT_KONG: "9200" })] });
    expect(result.ok && result.resolved.origins.portKong).toEqual({ text: "9200", source: ".env" });
  });

  test("take an empty variable as not set", () => {
    expect(settingsOf(resolve({ env: [env("the environment", { AUTH_MODE: "" })] })).authMode).toBe("simple");
  });

  test("name every problem at once, with setting, value and what is allowed", () => {
    const result = resolve({
      env: [env(".env", { NASIKO_PORT_KONG: "99999", AUTH_MODE: "none", NASIKO_PORT_KNOG: "1" })],
    });
    expect(problemsOf(result)).toEqual([
      "NSK-SETTING-UNKNOWN There is no setting NASIKO_PORT_KNOG.",
      'NSK-SETTING-INVALID AUTH_MODE cannot be "none".',
      'NSK-SETTING-INVALID NASIKO_PORT_KONG cannot be "99999".',
    ]);
    expect(result.ok || result.problems[0]?.suggestion).toBe("Did you mean NASIKO_PORT_KONG?");
    expect(result.ok || result.problems[2]?.detail).toBe("It comes from .env. Allowed: a port, 1 to 65535.");
  });

  test("refuse an unknown key of the stack's config with the nearest one", () => {
    const result = resolve({ stackConfig: { "nasiko:agent": "{}", "aws:region": "x" } });
    expect(problemsOf(result)).toEqual(["NSK-SETTING-UNKNOWN There is no setting nasiko:agent."]);
    expect(result.ok || result.problems[0]?.suggestion).toBe("Did you mean nasiko:agents?");
  });

  test("that must be unanimous refuse two values, wherever they stand, and name each place", () => {
    const result = resolve({
      env: [env("the environment", { AUTH_MODE: "simple" }), env(".env", { AUTH_MODE: "" })],
      stackConfig: { "nasiko:authMode": "enterprise" },
    });
    expect(problemsOf(result)).toEqual(["NSK-SETTING-CONTRADICTED AUTH_MODE has more than one value."]);
    expect(result.ok || result.problems[0]?.detail).toBe(
      'the environment says "simple", the stack\'s config says "enterprise".',
    );
    const agreeing = { stackConfig: { "nasiko:authMode": "enterprise" } };
    const both = resolve({ env: [env("the environment", { AUTH_MODE: "enterprise" })], ...agreeing });
    expect(settingsOf(both).authMode).toBe("enterprise");
  });

  test.each([
    ["1m", 60],
    ["12h", 43_200],
    ["168h", 604_800],
  ])("take %j as the lifetime of tokens", (text, seconds) => {
    const result = resolve({ env: [env(".env", { NASIKO_TOKEN_LIFETIME: text })] });
    expect(settingsOf(result).tokenLifetime).toBe(seconds);
  });

  test.each(["0h", "169h", "30s", "12", "-1h"])("refuse %j as the lifetime of tokens", (text) => {
    expect(problemsOf(resolve({ env: [env(".env", { NASIKO_TOKEN_LIFETIME: text })] }))).toHaveLength(1);
  });

  test("leave variables alone that are not ours", () => {
    expect(resolve({ env: [env("the environment", { NASICO: "1", PORT: "x", HOME: "/" })] }).ok).toBe(true);
  });

  test("refuse by name what decides nothing here, with the reason and what to set in its place", () => {
    const values = { MONGO_NASIKO_PASSWORD: "x", K8S_ENABLED: "true", AGENT_IMAGE_TAG: "v1" };
    const result = resolve({ env: [env(".env", values)] });
    expect(problemsOf(result)).toEqual([
      "NSK-SETTING-FIXED MONGO_NASIKO_PASSWORD is no setting here.",
      "NSK-SETTING-FIXED AGENT_IMAGE_TAG is no setting here.",
      "NSK-SETTING-FIXED K8S_ENABLED is always false here.",
    ]);
    expect(result.ok || result.problems[0]?.suggestion).toBe(
      "Remove MONGO_NASIKO_PASSWORD from .env, and set MONGO_ROOT_PASSWORD if you mean that.",
    );
  });

  test("take a file that says what is so anyway", () => {
    const values = { K8S_ENABLED: "false", REDIS_HOST: "redis", MONGO_NASIKO_PORT: "27017" };
    expect(problemsOf(resolve({ env: [env(".env", values)] }))).toEqual([]);
  });

  test("judge in the environment, which other programs share, only names that are the platform's alone", () => {
    const values = { BASE_URL: "/", REDIS_HOST: "elsewhere", MONGO_NASIKO_HOST: "elsewhere" };
    const result = resolve({ env: [{ ...env("the environment", values), shared: true }] });
    expect(problemsOf(result)).toEqual(["NSK-SETTING-FIXED MONGO_NASIKO_HOST is always mongodb here."]);
  });

  test.each([
    ["LANGTRACE_API_HOST", "acme.example"],
    ["AGENT_REGISTRY_URL", "http://images.example"],
    ["AGENT_MEMORY_MB", "8"],
    ["AGENT_CPUS", "0"],
    ["AGENT_CPUS", "many"],
    ["NASIKO_AGENT_BASES", "node,$(x)"],
    ["NASIKO_BUILD_TIMEOUT", "30"],
    ["NASIKO_UPLOAD_AGENTS", "0"],
    ["MAX_FILE_SIZE", "1e6"],
    ["KONG_DB_NAME", "a b"],
  ])("refuse %s=%s", (name, value) => {
    expect(problemsOf(resolve({ env: [env(".env", { [name]: value })] }))).toEqual([
      `NSK-SETTING-INVALID ${name} cannot be "${value}".`,
    ]);
  });

  test.each([
    ["MONGO_ROOT_PASSWORD", "a@b"],
    ["KONG_DB_PASSWORD", "a/b"],
  ])("refuse a bad %s without repeating it", (name, value) => {
    const result = resolve({ env: [env(".env", { [name]: value })] });
    expect(problemsOf(result)).toEqual([`NSK-SETTING-INVALID ${name} cannot be what it is set to.`]);
    expect(JSON.stringify(result)).not.toContain(value);
  });

  test.each([
    ["a=b", { a: "b" }],
    ["a=b, c=d=e", { a: "b", c: "d=e" }],
    ['{"a":"b"}', { a: "b" }],
  ])("read agents from %j", (text, agents) => {
    expect(settingsOf(resolve({ env: [env(".env", { NASIKO_AGENTS: text })] })).agents).toEqual(agents);
  });

  test.each(["translator", "{", '{"a":1}', "a="])("refuse %j as agents", (text) => {
    expect(problemsOf(resolve({ env: [env(".env", { NASIKO_AGENTS: text })] }))).toHaveLength(1);
  });

  test("never throw, whatever the values are", () => {
    const variables = fc.constantFrom(
      "NASIKO_PORT_KONG",
      "NASIKO_AGENTS",
      "AUTH_MODE",
      "NASIKO_DOCKER_API",
      "DOCKER_NETWORK",
    );
    fc.assert(
      fc.property(fc.dictionary(variables, fc.string()), (values) => {
        const result = resolve({ env: [env("the environment", values)] });
        expect(result.ok || result.problems.length > 0).toBe(true);
      }),
    );
  });
});
