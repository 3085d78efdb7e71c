import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

import { projectFile } from "../../../docs/project-file.ts";
import { resolveSettings } from "../../../platform/settings/resolve.ts";
import { SETTINGS } from "../../../platform/settings/settings.ts";

const Project = z.object({
  config: z.record(
    z.string(),
    z.object({
      type: z.enum(["string", "boolean", "integer"]),
      description: z.string(),
      default: z.union([z.string(), z.boolean(), z.number()]),
    }),
  ),
});
const { config } = Project.parse(parse(projectFile()));

const settingsFrom = (
  stackConfig: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
) => {
  const result = resolveSettings({
    stack: "local",
    architecture: "x64",
    env: [{ name: "the environment", values: env }],
    stackConfig,
  });
  return result.ok ? result.resolved.settings : result.problems.map(({ message }) => message);
};
const defaults = Object.fromEntries(
  Object.entries(config).map(([key, entry]) => [key, String(entry.default)]),
);

test("what the project declares has the type of its default, and no secret among it", () => {
  for (const [key, { type, default: preset }] of Object.entries(config)) {
    expect(typeof preset, key).toBe(type === "integer" ? "number" : type);
    expect(SETTINGS[key.replace("nasiko:", "") as keyof typeof SETTINGS].secret, key).toBeUndefined();
  }
});

test("its defaults, which reach the program as if the stack had set them, change nothing", () => {
  expect(settingsFrom(defaults, {})).toEqual(settingsFrom({}, {}));
  const env = { AUTH_MODE: "enterprise", REQUEST_TIMEOUT: "30", NASIKO_PORT_OFFSET: "100" };
  expect(settingsFrom(defaults, env)).toEqual(settingsFrom({}, env));
  expect(settingsFrom(defaults, env)).toMatchObject({ authMode: "enterprise", requestTimeout: 30 });
});
