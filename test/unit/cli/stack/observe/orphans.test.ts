import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { describeOrphan, type LabelledObject, orphansOf } from "../../../../../cli/stack/observe/orphans.ts";
import type { StackSnapshot } from "../../../../../engine/core/engine.ts";

type Properties = StackSnapshot["resources"][number]["inputs"];
const NO_PROPERTIES = {} as Properties;

type Known = Pick<StackSnapshot, "resources" | "operations">;

/** A state that holds these ids, and names of objects that a run was about to make. */
const stateOf = (ids: readonly string[], begun: readonly string[] = []): Known => ({
  resources: ids.map((id) => ({
    urn: `urn:${id}`,
    type: "docker:index/container:Container",
    name: id,
    custom: true,
    id,
    protect: false,
    dependencies: [],
    delete: false,
    inputs: NO_PROPERTIES,
    outputs: NO_PROPERTIES,
    initErrors: [],
    pendingReplacement: false,
  })),
  operations: begun.map((objectName) => ({ urn: `urn:${objectName}`, type: "creating", objectName })),
});

const object = (name: string, more: Partial<LabelledObject> = {}): LabelledObject => ({
  kind: "container",
  name,
  id: `id-${name}`,
  managedBy: "pulumi",
  ...more,
});

describe("objects with our label", () => {
  test("are orphans when the state does not hold their id, whatever their name", () => {
    const objects = [object("redis"), object("redis", { id: "another" })];
    expect(orphansOf(objects, stateOf(["id-redis"]))).toEqual([
      { kind: "container", name: "redis", command: "docker rm -f redis" },
    ]);
  });

  test("are orphans when there is no state at all", () => {
    const objects = [
      object("net", { kind: "network" }),
      object("data", { kind: "volume", id: "data", managedBy: undefined }),
    ];
    expect(orphansOf(objects, undefined).map(({ command }) => command)).toEqual([
      "docker network rm net",
      "docker volume rm data",
    ]);
  });

  test("are none while a pending operation names them, nor when the worker made them", () => {
    const objects = [object("half-made"), object("uploaded", { managedBy: "worker" })];
    expect(orphansOf(objects, stateOf([], ["half-made"]))).toEqual([]);
  });

  test("are told with the command that removes them, and with what is lost", () => {
    const [volume] = orphansOf([object("data", { kind: "volume" })], undefined);
    expect(volume === undefined ? "" : describeOrphan(volume, "local")).toBe(
      "! volume data carries the label of stack local but is not in its state; it is left alone. " +
        "To remove it (with the data in it): docker volume rm data",
    );
  });

  test("are each either recorded or an orphan, never both", () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,5}$/), { maxLength: 8 });
    fc.assert(
      fc.property(names, names, (present, recorded) => {
        const orphans = orphansOf(
          present.map((name) => object(name)),
          stateOf(recorded.map((name) => `id-${name}`)),
        ).map(({ name }) => name);
        expect(orphans).toEqual(present.filter((name) => !recorded.includes(name)));
      }),
    );
  });
});
