import { describe, expect, test } from "vitest";
import { UNKNOWN, type PropertyMap } from "../../../../../engine/core/values.ts";
import { checkContainer } from "../../../../../engine/providers/docker/container-check.ts";
import { CONTAINER_FIELDS } from "../../../../../engine/providers/docker/container-fields.ts";
import { withAutomaticName } from "../../../../../engine/providers/schema/autoname.ts";

const base: PropertyMap = { name: "n", image: "x" };
const failuresOf = (inputs: PropertyMap): readonly string[] =>
  checkContainer({ ...base, ...inputs }).failures.map(({ reason }) => reason);

describe("checked inputs of a container", () => {
  test("carry the defaults and marks that the official plugin writes", () => {
    // What the plugin answered for the same inputs, measured once.
    const { inputs, failures } = checkContainer({
      ...base,
      ports: [{ internal: 80, external: 90, ip: "127.0.0.1" }],
      networksAdvanced: [{ name: "a", aliases: ["b"] }],
      uploads: [{ file: "/x", content: "y" }],
      healthcheck: { tests: ["CMD", "x"] },
      capabilities: { drops: ["ALL"] },
      devices: [{ hostPath: "/dev/null" }],
      logOpts: { "max-size": "1m" },
    });
    expect(failures).toEqual([]);
    expect(inputs).toEqual({
      __defaults: [
        "containerReadRefreshTimeoutMilliseconds",
        "mustRun",
        "networkMode",
        "removeVolumes",
        "restart",
        "start",
        "waitTimeout",
      ],
      name: "n",
      image: "x",
      ports: [{ __defaults: ["protocol"], external: 90, internal: 80, ip: "127.0.0.1", protocol: "tcp" }],
      networksAdvanced: [{ __defaults: [], name: "a", aliases: ["b"] }],
      uploads: [{ __defaults: [], file: "/x", content: "y" }],
      healthcheck: {
        __defaults: ["interval", "startInterval", "startPeriod", "timeout"],
        interval: "0s",
        startInterval: "0s",
        startPeriod: "0s",
        tests: ["CMD", "x"],
        timeout: "0s",
      },
      capabilities: { __defaults: [], drops: ["ALL"] },
      devices: [{ __defaults: ["permissions"], hostPath: "/dev/null", permissions: "rwm" }],
      logOpts: { "max-size": "1m" },
      containerReadRefreshTimeoutMilliseconds: 15000,
      mustRun: true,
      networkMode: "bridge",
      removeVolumes: true,
      restart: "no",
      start: true,
      waitTimeout: 60,
    });
  });

  test("are the same when they are checked again", () => {
    const { inputs } = checkContainer({ ...base, ports: [{ internal: 80 }] });
    const again = checkContainer(inputs);
    expect(again.failures).toEqual([]);
    expect(again.inputs["ports"]).toMatchObject([{ internal: 80, ip: "0.0.0.0", protocol: "tcp" }]);
  });

  test("may be unknown in a dry run, in part or wholly", () => {
    expect(
      failuresOf({ image: UNKNOWN, memory: UNKNOWN, uploads: [{ file: "/a", content: UNKNOWN }] }),
    ).toEqual([]);
    expect(failuresOf({ uploads: UNKNOWN, wait: UNKNOWN })).toEqual([]);
  });
});

describe("inputs that are refused", () => {
  test.each(Object.entries(CONTAINER_FIELDS).filter(([, field]) => field.refused !== undefined))(
    "%s, by name",
    (name) => {
      expect(failuresOf({ [name]: "x" }).join()).toContain(`"${name}" is not supported: `);
    },
  );

  test.each([
    [{ bogus: 1 }, 'unknown property "bogus"'],
    [{ ports: [{ external: 1 }] }, '"ports[0].internal" is required'],
    [{ restart: "sometimes" }, '"restart" must be one of no, on-failure, always, unless-stopped'],
    [{ memory: "64" }, '"memory" must be a whole number'],
    [{ memory: -1 }, '"memory" must be at least 0'],
    [{ command: "sh" }, '"command" must be a list'],
    [{ command: [""] }, '"command[0]" must be not empty'],
    [{ healthcheck: { tests: ["CMD", "x"], interval: "5 s" } }, 'a duration such as "5s"'],
    [{ uploads: [{ file: "/a" }] }, "needs either content or contentBase64"],
    [{ uploads: [{ file: "/a", content: "" }] }, "not an empty one"],
    [{ uploads: [{ file: "/a", content: "x", permissions: "400" }] }, 'a mode such as "0400"'],
    [{ uploads: [{ file: "/a", content: "x", source: "y" }] }, '"uploads[0].source" is not supported'],
    [{ volumes: [{ volumeName: "v" }] }, "needs either containerPath or fromContainer"],
    [{ wait: true, attach: true }, "exclude each other"],
  ] satisfies readonly (readonly [PropertyMap, string])[])("%j: %s", (inputs, reason) => {
    expect(failuresOf(inputs).join()).toContain(reason);
  });

  test("all at once", () => {
    expect(failuresOf({ bogus: 1, memory: "64", restart: "sometimes" })).toHaveLength(3);
  });
});

describe("an automatic name", () => {
  const named = (olds: PropertyMap | undefined): PropertyMap =>
    withAutomaticName(checkContainer({ image: "x" }), "web", olds).inputs;

  test("is the logical name and seven hex digits, marked as a default", () => {
    expect(named(undefined)["name"]).toMatch(/^web-[0-9a-f]{7}$/);
    expect(named(undefined)["__defaults"]).toContain("name");
  });

  test("is kept once it was given", () => {
    const first = named(undefined);
    expect(named(first)["name"]).toBe(first["name"]);
  });

  test("does not take over a name that the program chose before", () => {
    expect(named({ name: "fixed", __defaults: [] })["name"]).toMatch(/^web-/);
  });
});
