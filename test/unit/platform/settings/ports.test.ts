import { describe, expect, test } from "vitest";

import { hostPort, type PortName, PORT_SETTINGS } from "../../../../platform/settings/ports.ts";
import { type ResolvedSettings, resolveSettings } from "../../../../platform/settings/resolve.ts";

function resolved(values: Readonly<Record<string, string>>): ResolvedSettings {
  const env = [{ name: ".env", values }];
  const result = resolveSettings({ stack: "local", architecture: "x64", env, stackConfig: {} });
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join("\n"));
  return result.resolved;
}

const portOf = (name: PortName, values: Readonly<Record<string, string>>): number | undefined =>
  hostPort(resolved(values).settings, name);

test("Kong's Admin API has no host port, and who wants one reads why, whether variable or config says it", () => {
  const problems = (
    values: Readonly<Record<string, string>>,
    stackConfig: Readonly<Record<string, string>>,
  ) => {
    const result = resolveSettings({
      stack: "local",
      architecture: "x64",
      env: [{ name: ".env", values }],
      stackConfig,
    });
    return result.ok ? [] : result.problems.map(({ code, detail }) => ({ code, detail }));
  };
  const why = expect.stringContaining("no authentication") as string;
  const problem = { code: "NSK-SETTING-FIXED", detail: why };
  expect(problems({ NASIKO_PORT_KONG_ADMIN: "8001" }, {})).toEqual([problem]);
  expect(problems({}, { "nasiko:portKongAdmin": "8001" })).toEqual([problem]);
});

describe("a host port", () => {
  test.each(Object.keys(PORT_SETTINGS) as PortName[])("%s has its default, moved, or none", (name) => {
    const { default: preset } = PORT_SETTINGS[name];
    expect(portOf(name, {})).toBe(preset === undefined ? undefined : Number(preset));
    const moved = portOf(name, { NASIKO_PORT_OFFSET: "1000" });
    expect(moved).toBe(preset === undefined ? undefined : Number(preset) + 1000);
  });

  test("that somebody set stays where it is, also when it is the default", () => {
    expect(portOf("portKong", { NASIKO_PORT_OFFSET: "1000", NASIKO_PORT_KONG: "9100" })).toBe(9100);
    expect(portOf("portRedis", { NASIKO_PORT_OFFSET: "1000", NASIKO_PORT_REDIS: "6379" })).toBe(6379);
  });

  test("is told as it is used: as a default that was moved", () => {
    const { origins, variable } = resolved({ NASIKO_PORT_OFFSET: "1000", NASIKO_PORT_WEB: "4000" });
    expect(origins.portKong).toEqual({ text: "10100", source: "default" });
    expect(origins.portWeb).toEqual({ text: "4000", source: ".env" });
    expect(origins.portRedis).toEqual({ text: undefined, source: "default" });
    expect(variable("NASIKO_PORT_KONG")).toEqual({ value: "10100", sensitive: false });
    expect(variable("NASIKO_PORT_REDIS")).toBeUndefined();
  });
});
