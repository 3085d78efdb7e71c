import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { createCheckpointWriter } from "../../../../engine/core/checkpoint-text.ts";
import { openDeployment, parseCheckpoint } from "../../../../engine/core/deployment.ts";
import { createSealer } from "../../../../engine/core/sealing.ts";
import { sameRecord } from "../../../../engine/core/same-record.ts";
import type { ResourceRecord } from "../../../../engine/core/resource-record.ts";
import type { Crypter } from "../../../../engine/core/secrets.ts";
import { createCrypter, openCrypter } from "../../../../engine/core/secrets.ts";
import { markSecrets } from "../../../../engine/core/property-values.ts";
import type { SealedProperties } from "../../../../engine/core/values.ts";
import {
  containsSecret,
  isSecret,
  reveal,
  secret,
  SECRET,
  SIGNATURE,
} from "../../../../engine/core/values.ts";
import { markedMap, recordOf, urnOf } from "./arbitraries.ts";

let crypter: Crypter;
beforeAll(async () => {
  crypter = await createCrypter("correct horse");
});
const head = { project: "test", stack: "local", time: "2026-01-01T00:00:00.000Z" };
const render = (resources: readonly ResourceRecord[], sealer = createSealer(crypter)): string =>
  createCheckpointWriter(sealer)({ resources, operations: [] }, { ...head, salt: crypter.salt });

const arbitraryRecord: fc.Arbitrary<ResourceRecord> = fc
  .record({
    inputs: markedMap,
    outputs: markedMap,
    protect: fc.boolean(),
    taint: fc.boolean(),
    delete: fc.boolean(),
    pendingReplacement: fc.boolean(),
    initErrors: fc.array(fc.string()),
    dependencies: fc.array(fc.constantFrom(urnOf("a"), urnOf("b"))),
    propertyDependencies: fc.dictionary(fc.constantFrom("one", "two"), fc.array(fc.constant(urnOf("a"))), {
      noNullPrototype: true,
    }),
    customTimeouts: fc.constantFrom({ create: 1.5 }, { create: 60, delete: 30 }),
    rest: fc.constantFrom({}, { sourcePosition: "project:///index.ts#1,2" }),
  })
  .map((parts) => recordOf("web", parts));

describe("a checkpoint", () => {
  test("is read back as it was written, whatever the resources hold", () => {
    fc.assert(
      fc.property(fc.array(arbitraryRecord, { maxLength: 4 }), (records) => {
        const sealer = createSealer(crypter);
        const read = openDeployment(parseCheckpoint(render(records)), sealer);
        expect(read.resources.length).toBe(records.length);
        for (const [index, record] of read.resources.entries()) {
          const written = records[index];
          expect(written !== undefined && sameRecord(written, record)).toBe(true);
        }
      }),
    );
  });
  test("is written as the very same text when nothing changed since it was read", () => {
    fc.assert(
      fc.property(fc.array(arbitraryRecord, { maxLength: 4 }), (records) => {
        const text = render(records);
        const sealer = createSealer(crypter);
        const { resources } = openDeployment(parseCheckpoint(text), sealer);
        expect(render(resources, sealer)).toBe(text);
      }),
    );
  });
  test("holds no secret in the open", () => {
    fc.assert(
      fc.property(
        fc.uuid(),
        fc.array(fc.constantFrom("list", "map", "value"), { maxLength: 4 }),
        (text, nesting) => {
          const inner = nesting.reduce<Parameters<typeof secret>[0]>(
            (value, kind) => (kind === "list" ? [value] : kind === "map" ? { in: value } : value),
            secret(text),
          );
          expect(render([recordOf("web", { inputs: { field: inner } })])).not.toContain(text);
        },
      ),
    );
  });
  test("has the fields of Pulumi's, in its order, and leaves out what is empty", () => {
    const record = recordOf("web", {
      inputs: { b: 1, a: 2 },
      parent: urnOf("p"),
      created: "now",
      protect: true,
    });
    const file = JSON.parse(render([record])) as { checkpoint: { latest: { resources: object[] } } };
    expect(Object.keys(file)).toEqual(["version", "checkpoint"]);
    expect(Object.keys(file.checkpoint)).toEqual(["stack", "latest"]);
    expect(Object.keys(file.checkpoint.latest)).toEqual([
      "manifest",
      "secrets_providers",
      "resources",
      "metadata",
    ]);
    const [written = {}] = file.checkpoint.latest.resources;
    expect(Object.keys(written)).toEqual([
      "urn",
      "custom",
      "id",
      "type",
      "inputs",
      "parent",
      "protect",
      "created",
    ]);
    expect(JSON.stringify(written)).toContain('"inputs":{"a":2,"b":1}');
  });
  test("that is only taken apart keeps its secrets sealed: they read as data, never as nothing", () => {
    const record = recordOf("web", { inputs: { password: secret("hunter2"), port: 80 } });
    const [sealed] = parseCheckpoint(render([record])).resources;
    expect(isSecret(sealed?.inputs["password"])).toBe(false);
    expect(containsSecret(sealed?.inputs ?? {})).toBe(true);
    expect(reveal(sealed?.inputs ?? {})).toEqual(sealed?.inputs);
    expect(() => createSealer(crypter).seal(record.urn, sealed?.inputs ?? {})).toThrow("sealed already");
  });
  test("keeps the operations that were begun", () => {
    const resource = recordOf("web", { inputs: { password: secret("hunter2") } });
    const deployment = { resources: [], operations: [{ type: "creating", resource } as const] };
    const text = createCheckpointWriter(createSealer(crypter))(deployment, { ...head, salt: crypter.salt });
    expect(text).not.toContain("hunter2");
    expect(openDeployment(parseCheckpoint(text), createSealer(crypter)).operations).toEqual(
      deployment.operations,
    );
  });
  test.each([
    ["", /JSON/],
    ['{"version":3,"checkpoint":', /JSON/],
    ["[]", /not an object/],
    ['{"version":4,"checkpoint":{}}', /its version is 4/],
    ['{"version":3,"checkpoint":{"latest":{"resources":[{"type":"t"}]}}}', /resources\[0\]\.urn/],
    ['{"version":3,"checkpoint":{"latest":{"resources":{}}}}', /resources is not a list/],
    ['{"version":3,"checkpoint":{"latest":{"secrets_providers":{"type":"cloud"}}}}', /cloud, not passphrase/],
    ['{"checkpoint":{}}', /its version is undefined/],
    ['{"version":3}', /^checkpoint is not an object$/],
    [
      '{"version":3,"checkpoint":{"latest":{"resources":[{"urn":"u","type":"t","dependencies":[1]}]}}}',
      /^checkpoint\.latest\.resources\[0\]\.dependencies\[0\] is not a text$/,
    ],
    [
      '{"version":3,"checkpoint":{"latest":{"resources":[{"urn":"u","type":"t","inputs":[],"protect":"yes"}]}}}',
      /inputs is not an object; .*protect is neither true nor false/,
    ],
    [
      '{"version":3,"checkpoint":{"latest":{"pending_operations":[{"type":"painting"}]}}}',
      /pending_operations\[0\]\.type is not an operation/,
    ],
  ])("that reads %j is refused with what is wrong", (text, message) => {
    expect(() => parseCheckpoint(text)).toThrow(message);
  });
  test("without a deployment is an empty stack", () => {
    expect(parseCheckpoint('{"version":3,"checkpoint":{"stack":"organization/p/s"}}')).toEqual({
      stack: "organization/p/s",
      salt: undefined,
      resources: [],
      operations: [],
    });
  });
});

/** As a state file holds it. */
const sealedField = (ciphertext: string): SealedProperties =>
  ({ field: { [SIGNATURE]: SECRET, ciphertext } }) as unknown as SealedProperties;

describe("secrets", () => {
  test("written by the Pulumi CLI open: its salt, its cipher, its way with secrets within secrets", async () => {
    const again = await openCrypter("correct horse", crypter.salt);
    expect(again.decrypt(crypter.encrypt("text"))).toBe("text");
    const inner = { [SIGNATURE]: SECRET, ciphertext: JSON.stringify("deep") };
    const ciphertext = crypter.encrypt(JSON.stringify({ a: [inner], b: "<x>" }).replace("<", "\\u003c"));
    const opened = createSealer(again).open("owner", sealedField(ciphertext));
    expect(opened).toEqual({ field: secret({ a: ["deep"], b: "<x>" }) });
    const sealer = createSealer(again);
    const field = sealer.open("owner", sealedField(ciphertext));
    expect(sealer.seal("owner", field)).toEqual({ field: { [SIGNATURE]: SECRET, ciphertext } });
  });
  test("do not open with another passphrase, or after a change of the text", async () => {
    await expect(openCrypter("wrong", crypter.salt)).rejects.toMatchObject({ code: "NSK-PASSPHRASE-WRONG" });
    const sealed = crypter.encrypt("text");
    const end = sealed.slice(-6).split("").reverse().join("");
    expect(() =>
      crypter.decrypt(sealed.slice(0, -6) + (end === sealed.slice(-6) ? "AAAAAA" : end)),
    ).toThrow();
  });
  test("of two resources do not show that they are equal", () => {
    const sealer = createSealer(crypter);
    const properties = { password: secret("same") };
    expect(sealer.seal("a", properties)).toEqual(sealer.seal("a", properties));
    expect(sealer.seal("a", properties)).not.toEqual(sealer.seal("b", properties));
  });
  test("are marked in what a provider returns wherever they stand in what it was given", () => {
    fc.assert(
      fc.property(markedMap, (marked) => {
        const plain = reveal(marked) as typeof marked; // a map stays a map
        const again = markSecrets(plain, marked);
        expect(reveal(again)).toEqual(plain);
        expect(containsSecret(again)).toBe(containsSecret(marked));
      }),
    );
    expect(markSecrets({ envs: ["a", "b"] }, { envs: [secret("a"), "b"] })).toEqual({
      envs: secret(["a", "b"]),
    });
    expect(markSecrets({ map: { a: 1, b: 2 } }, { map: { a: secret(1), b: 2 } })).toEqual({
      map: { a: secret(1), b: 2 },
    });
  });
});

describe("a checkpoint of the Pulumi CLI", () => {
  const withFeatures = (...features: readonly string[]): string =>
    render([recordOf("web", { taint: true })]).replace(
      '"version":3',
      `"version":4,"features":${JSON.stringify(features)}`,
    );

  test("that marks a resource to be replaced is read", () => {
    expect(parseCheckpoint(withFeatures("taint")).resources).toMatchObject([{ taint: true }]);
    expect(parseCheckpoint(withFeatures()).resources).toHaveLength(1);
  });

  test("that makes use of anything else names it", () => {
    expect(() => parseCheckpoint(withFeatures("taint", "hooks", "views"))).toThrow(
      "it makes use of hooks, views",
    );
  });

  test.each(['"version":4', '"version":4,"features":"taint"', '"version":5,"features":[]'])(
    "with %s is of a version that nobody knows here",
    (head) => {
      expect(() => parseCheckpoint(render([]).replace('"version":3', head))).toThrow(/its version is [45]/);
    },
  );
});
