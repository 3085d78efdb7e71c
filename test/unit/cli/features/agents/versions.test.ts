import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  earlierVersion,
  outlivedVersions,
  versionIn,
  versionsOf,
} from "../../../../../cli/features/agents/versions.ts";

const tag = (digit: string): string => digit.repeat(16);
const image = (version: string, Created: number, agent = "calculator") => ({
  RepoTags: [`nasiko/agent-${agent}:${version}`],
  Created,
  Size: 1,
});

describe("versions of an agent", () => {
  test("are its images and nobody else's, newest first", () => {
    const images = [
      image(tag("a"), 1),
      image(tag("b"), 3),
      image(tag("c"), 2),
      image(tag("d"), 4, "calculator-two"),
      { RepoTags: ["nasiko/agent-calculator:latest", "redis:7"], Created: 5, Size: 1 },
    ];
    expect(versionsOf("calculator", images).map(({ version }) => version)).toEqual(["b", "c", "a"].map(tag));
  });

  test("are told by the tag of the agent's own image", () => {
    expect(versionIn(`nasiko/agent-calculator:${tag("1")}`, "calculator")).toBe(tag("1"));
    expect(versionIn(`nasiko/agent-calculator:${tag("1")}`, "calc")).toBeUndefined();
    expect(versionIn("sha256:0123", "calculator")).toBeUndefined();
  });
});

describe("going back", () => {
  const versions = versionsOf("calculator", [
    image("aa" + "0".repeat(14), 3),
    image("ab" + "0".repeat(14), 2),
    image(tag("c"), 1),
  ]);
  const [newest, middle, oldest] = versions;

  test("means the version that was built before the present one", () => {
    expect(earlierVersion(versions, newest?.version, undefined)).toBe(middle);
    expect(earlierVersion(versions, middle?.version, undefined)).toBe(oldest);
    expect(earlierVersion(versions, oldest?.version, undefined)).toBeUndefined();
    expect(earlierVersion(versions, undefined, undefined)).toBe(newest);
  });

  test("means the version that begins as said, when it is only one", () => {
    expect(earlierVersion(versions, undefined, "ab")).toBe(middle);
    expect(earlierVersion(versions, undefined, "a")).toBeUndefined();
    expect(earlierVersion(versions, undefined, "f")).toBeUndefined();
  });
});

test("what outlived its use is never the present version, one in use or one of the newest", () => {
  const digits = fc.uniqueArray(fc.constantFrom("0", "1", "2", "3", "4", "5", "a", "b", "c", "d", "e", "f"), {
    minLength: 1,
  });
  fc.assert(
    fc.property(digits, fc.integer({ min: 1, max: 8 }), fc.nat(), fc.nat(), (names, count, at, usedAt) => {
      const versions = versionsOf(
        "calculator",
        names.map((name, index) => image(tag(name), index)),
      );
      const current = versions[at % versions.length]?.version ?? "";
      const used = versions[usedAt % versions.length]?.reference ?? "";
      const outlived = outlivedVersions(versions, count, current, new Set([used]));
      expect(outlived.map(({ version }) => version)).not.toContain(current);
      expect(outlived.map(({ reference }) => reference)).not.toContain(used);
      const left = versions.length - outlived.length;
      expect(left).toBeGreaterThanOrEqual(Math.min(count, versions.length));
      expect(left).toBeLessThanOrEqual(Math.max(count, 1) + 1);
      const newestGone = outlived[0];
      for (const { built, version } of versions.slice(0, count - 1))
        if (newestGone !== undefined && version !== current) expect(built).toBeGreaterThan(newestGone.built);
    }),
  );
});
