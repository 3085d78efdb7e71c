import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  makeUrn,
  nameOf,
  packageOf,
  providerReference,
  providerUrnOf,
  typeOf,
} from "../../../engine/core/urn.ts";
import { parseByteSize } from "../../../engine/formats/byte-size.ts";
import { parseDuration } from "../../../engine/formats/duration.ts";
import {
  familiarName,
  localReference,
  parseReference,
  shortName,
} from "../../../engine/formats/image-reference.ts";
import { almost } from "./mutations.ts";

/** The short texts that stand in settings, files and states. */

describe("a duration", () => {
  test("is a number that is no less than nothing, or none", () => {
    const text = almost(
      ["1h30m", "1.5s", "90s", "100ms", "0"],
      ["h", "m", "s", "ms", "µs", "ns", ".", "1", "-", "1e9"],
    );
    fc.assert(
      fc.property(text, (one) => {
        const parsed = parseDuration(one, "ns");
        if (parsed !== undefined) expect(parsed).toBeGreaterThanOrEqual(0);
        if (parsed !== undefined && !one.includes(".") && parsed !== Infinity) expect(parsed % 1).toBe(0);
      }),
    );
  });
});

describe("a size", () => {
  test("is a number that is no less than nothing, or none", () => {
    const text = almost(
      ["512m", "1.5GB", "256MiB", "6291456"],
      ["k", "m", "g", "b", "ib", ".", "9", " ", "-", "e"],
    );
    fc.assert(
      fc.property(text, (one) => {
        const parsed = parseByteSize(one);
        if (parsed !== undefined) expect(parsed).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test("means the same in every spelling of its unit", () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.constantFrom("k", "m", "g", "t"), (amount, unit) => {
        const [first, ...others] = [unit, `${unit}b`, `${unit}iB`, ` ${unit.toUpperCase()}B`].map(
          (spelling) => parseByteSize(`${amount}${spelling}`),
        );
        for (const other of others) expect(other).toBe(first);
      }),
    );
  });
});

describe("an image's reference", () => {
  const text = almost(
    [
      "127.0.0.1:5000/acme/web:1.2",
      "python:3.12-slim",
      `redis@sha256:${"1".repeat(64)}`,
      "docker.io/library/node",
    ],
    ["/", ":", "@", "sha256:", "localhost", "docker.io/", "library/", "..", "5000"],
  );
  test("is taken apart, whatever it is, and its parts are of it", () => {
    fc.assert(
      fc.property(text, (one) => {
        const { registry, repository, tag, digest } = parseReference(one);
        expect(one.startsWith(repository)).toBe(true);
        expect(one === repository || one.length >= repository.length + (tag?.length ?? 0)).toBe(true);
        if (digest !== undefined) expect(one).toContain(digest);
        expect(registry.length).toBeLessThanOrEqual(Math.max(one.length, "docker.io".length));
        expect(one).toContain(shortName(repository));
        expect(familiarName(repository).length).toBeLessThanOrEqual(repository.length);
        expect(localReference(one).length).toBeLessThanOrEqual(one.length + ":latest".length);
      }),
    );
  });
});

describe("a URN", () => {
  const part = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);
  const type = fc.tuple(part, part, part).map(([pkg, module, name]) => `${pkg}:${module}:${name}`);
  test("is taken apart as it was put together", () => {
    const name = fc.string({ minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(part, part, type, type, name, (stack, project, parentType, own, logical) => {
        const parent = makeUrn({ stack, project, type: parentType, name: "p" });
        const urn = makeUrn({ stack, project, type: own, name: logical, parent });
        expect([nameOf(urn), typeOf(urn), packageOf(typeOf(urn))]).toEqual([logical, own, own.split(":")[0]]);
        expect(providerUrnOf(providerReference(urn, "id"))).toBe(urn);
      }),
    );
  });

  test("that is none is taken apart all the same", () => {
    const text = almost(["urn:pulumi:local::nasiko::a:b:C$d:e:F::name::x"], ["::", ":", "$", "urn:pulumi:"]);
    fc.assert(
      fc.property(text, (one) => {
        for (const taken of [nameOf(one), typeOf(one), packageOf(one), providerUrnOf(one)])
          expect(one).toContain(taken);
      }),
    );
  });
});
