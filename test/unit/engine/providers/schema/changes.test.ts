import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UNKNOWN, type PropertyMap } from "../../../../../engine/core/values.ts";
import { CONTAINER_FIELDS } from "../../../../../engine/providers/docker/container-fields.ts";
import { checkContainer } from "../../../../../engine/providers/docker/container-check.ts";
import { changes } from "../../../../../engine/providers/schema/changes.ts";

const base: PropertyMap = { name: "c", image: "x" };
const between = (old: PropertyMap, news: PropertyMap): readonly string[] =>
  changes(CONTAINER_FIELDS, { ...base, ...old }, { ...base, ...news }).map(
    ({ field, effect }) => `${field}: ${effect}`,
  );

describe("what a change of a container does", () => {
  test.each([
    ["another image", {}, { image: "y" }, ["image: replace"]],
    ["more memory", { memory: 64 }, { memory: 128 }, ["memory: update"]],
    ["no limit any more", { memory: 64 }, {}, ["memory: replace"]],
    ["another health check", {}, { healthcheck: { tests: ["CMD", "x"] } }, ["healthcheck: replace"]],
    ["scratch space", {}, { tmpfs: { "/tmp": "" } }, ["tmpfs: replace"]],
    ["an init process", {}, { init: true }, ["init: replace"]],
    ["another restart policy", {}, { restart: "always" }, ["restart: update"]],
    ["a longer wait", { wait: true }, { wait: true, waitTimeout: 90 }, ["waitTimeout: record"]],
    ["an unknown image", {}, { image: UNKNOWN }, ["image: replace"]],
    [
      "a value that is not known within a list",
      { envs: ["A=1"] },
      { envs: ["A=1", UNKNOWN] },
      ["envs: replace"],
    ],
  ] satisfies readonly (readonly [string, PropertyMap, PropertyMap, readonly string[]])[])(
    "%s",
    (_, old, news, expected) => {
      expect(between(old, news)).toEqual(expected);
    },
  );

  test.each([
    [
      "a duration in another form",
      { healthcheck: { tests: ["CMD", "x"], startPeriod: "120s", interval: "3600s" } },
      { healthcheck: { tests: ["CMD", "x"], startPeriod: "2m0s", interval: "1h" } },
    ],
    [
      "a default written out",
      {},
      { restart: "no", mustRun: true, networkMode: "bridge", tty: false, memoryReservation: 0 },
    ],
    [
      "another order of labels",
      {
        labels: [
          { label: "a", value: "1" },
          { label: "b", value: "2" },
        ],
      },
      {
        labels: [
          { label: "b", value: "2" },
          { label: "a", value: "1" },
        ],
      },
    ],
    [
      "marks of defaults",
      { ports: [{ internal: 1, ip: "0.0.0.0", protocol: "tcp", __defaults: ["ip", "protocol"] }] },
      { ports: [{ internal: 1 }] },
    ],
    ["an empty list", {}, { dns: [], labels: [] }],
    [
      "what the official provider adds to a block",
      { capabilities: { drops: ["ALL"] } },
      { capabilities: { adds: [], drops: ["ALL"] } },
    ],
  ] satisfies readonly (readonly [string, PropertyMap, PropertyMap])[])("%s is none", (_, old, news) => {
    expect(between(old, news)).toEqual([]);
  });

  test("the order of a command and of ports does matter", () => {
    expect(between({ command: ["a", "b"] }, { command: ["b", "a"] })).toEqual(["command: replace"]);
  });

  test("checked inputs never differ from themselves, whatever the order of sets", () => {
    const inputs = fc.record(
      {
        image: fc.string({ minLength: 1 }),
        envs: fc.array(fc.string().map((value) => `A=${value}`)),
        labels: fc.array(fc.record({ label: fc.string(), value: fc.string() })),
        command: fc.array(fc.string({ minLength: 1 })),
        memory: fc.nat(),
        tmpfs: fc.dictionary(fc.string(), fc.string()),
        networksAdvanced: fc.array(fc.record({ name: fc.string(), aliases: fc.array(fc.string()) })),
      },
      { requiredKeys: ["image"] },
    );
    fc.assert(
      fc.property(inputs, (given) => {
        const { inputs: once } = checkContainer(given);
        const { inputs: again } = checkContainer({
          ...given,
          envs: [...(given.envs ?? [])].reverse(),
          labels: [...(given.labels ?? [])].reverse(),
          networksAdvanced: [...(given.networksAdvanced ?? [])].reverse(),
        });
        expect(changes(CONTAINER_FIELDS, once, again)).toEqual([]);
      }),
    );
  });
});
