import { isDeepStrictEqual } from "node:util";

import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";

import { containerInputs } from "../../../../components/docker/container-inputs.ts";
import { formatDuration } from "../../../../engine/formats/duration.ts";
import { buildBlueprint } from "../../../../platform/blueprint/blueprint.ts";
import { catalogue } from "../../../../platform/services/catalogue.ts";
import { resolveSettings } from "../../../../platform/settings/resolve.ts";
import { duration, unlikeForms } from "./provider-forms.ts";

const root = new URL("../../../..", import.meta.url).pathname;

type Inputs = Readonly<Record<string, unknown>>;

/** What the program declares of every container of a stack with these settings, secrets in the open. */
async function containersOf(stackConfig: Readonly<Record<string, string>>): Promise<readonly Inputs[]> {
  const result = resolveSettings({ stack: "local", architecture: "x64", env: [], stackConfig });
  if (!result.ok) throw new Error(result.problems[0]?.message);
  const { settings } = result.resolved;
  const { layers, agents } = buildBlueprint({ root, settings, catalogue });
  const named = (name: string): string => name;
  const wiring = { network: named, volume: named, secret: named, image: named };
  return Promise.all(
    [...layers.flatMap(({ services }) => services), ...agents].map(
      ({ container }) =>
        new Promise<Inputs>((resolve) => {
          // Resolved arguments are plain JSON; the SDK's types do not know.
          pulumi
            .output(containerInputs(container, wiring, settings.dockerApi))
            .apply((inputs) => resolve(inputs as unknown as Inputs));
        }),
    ),
  );
}

const STACKS: readonly Readonly<Record<string, string>>[] = ["simple", "enterprise"].flatMap((authMode) => [
  { "nasiko:authMode": authMode, "nasiko:optionalServices": "konga" },
  { "nasiko:authMode": authMode, "nasiko:dockerApi": "1.44" },
  { "nasiko:authMode": authMode, "nasiko:healthInterval": "90s" },
  { "nasiko:authMode": authMode, "nasiko:healthInterval": "120m", "nasiko:gatewayTls": "true" },
]);

describe("what the program writes is what the official provider reads back", () => {
  test.each(STACKS)("for every container of the stack %o", async (stackConfig) => {
    const containers = await containersOf(stackConfig);
    expect(containers.length).toBeGreaterThan(20);
    const unlike = containers.flatMap((inputs) =>
      unlikeForms(inputs).map((field) => ({ container: inputs["name"], ...field })),
    );
    expect(unlike).toEqual([]);
  });

  test.each(["simple", "enterprise"])(
    "planning for a newer engine in mode %s changes only what needs it",
    async (authMode) => {
      const inputsFor = (dockerApi: string): Promise<readonly Inputs[]> =>
        containersOf({ "nasiko:authMode": authMode, "nasiko:dockerApi": dockerApi });
      const [oldest, ...newer] = await Promise.all(["1.41", "1.43", "1.44", "1.51"].map(inputsFor));
      const changed = newer.map((containers) =>
        containers.filter((inputs, at) => !isDeepStrictEqual(inputs, oldest?.[at])).map(({ name }) => name),
      );
      expect(changed).toEqual([[], ["nasiko-local-phoenix"], ["nasiko-local-phoenix"]]);
    },
  );

  test.each([
    ["a duration", { healthcheck: { tests: ["CMD", "x"], startPeriod: "120s" } }],
    ["a capability", { capabilities: { adds: ["CHOWN"] } }],
    ["an empty list", { command: [] }],
    ["the order of ports", { ports: [port(9000), port(80)] }],
    ["a boolean", { init: "true" }],
    ["a number", { memory: "256" }],
    ["a field that it does not know", { nothing: 1 }],
  ])("%s in another form is noticed", (_, inputs) => {
    expect(unlikeForms(inputs)).toHaveLength(1);
  });

  test("durations of all lengths are those of Go", () => {
    for (const seconds of [0, 1, 5, 59, 60, 61, 120, 3599, 3600, 3661, 7200, 86_400, 360_000])
      expect(formatDuration(seconds, "s")).toBe(duration(`${seconds}s`));
  });
});

function port(internal: number): object {
  return { internal, external: internal, ip: "127.0.0.1", protocol: "tcp" };
}
