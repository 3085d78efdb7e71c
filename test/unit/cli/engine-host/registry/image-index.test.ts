import { describe, expect, test } from "vitest";

import {
  INDEX_TYPE,
  MANIFEST_TYPES,
  platformsOf,
  readIndex,
  tagState,
  withImage,
} from "../../../../../cli/engine-host/registry/image-index.ts";

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const image = (letter: string) => ({ digest: digest(letter), mediaType: MANIFEST_TYPES[1], size: 7 });
const amd = { hash: "v1:a", platform: "linux/amd64" };
const arm = { hash: "v1:a", platform: "linux/arm64" };

describe("a tag", () => {
  test("is free when the registry has none of that name", () => {
    expect(tagState(undefined, amd)).toEqual({ kind: "free" });
  });

  test("has the same content already, whatever the digest of its build", () => {
    expect(tagState(withImage([], image("a"), amd), amd)).toEqual({ kind: "there" });
  });

  test("takes the same content for another platform beside the first", () => {
    const first = withImage([], image("a"), arm);
    const state = tagState(first, amd);
    expect(state).toEqual({ kind: "other-platforms", kept: first.manifests });
    const both = withImage(state.kind === "other-platforms" ? state.kept : [], image("b"), amd);
    expect(both.mediaType).toBe(INDEX_TYPE);
    expect(platformsOf(readIndex(both) ?? [])).toEqual(["linux/amd64", "linux/arm64"]);
    expect(tagState(both, arm)).toEqual({ kind: "there" });
  });

  test.each([
    ["other content", withImage([], image("a"), { ...amd, hash: "v1:b" })],
    ["other content for another platform", withImage([], image("a"), { ...arm, hash: "v1:b" })],
    ["an index of nothing", { manifests: [] }],
    ["one image that somebody else pushed", { config: { digest: digest("c") } }],
    ["an index without our annotation", { manifests: [image("a")] }],
    ["a digest that is none", { manifests: [{ ...image("a"), digest: "sha256:1" }] }],
    ["no JSON", {}],
  ])("is taken by %s", (_, content) => {
    expect(tagState(content, amd)).toEqual({ kind: "taken" });
  });
});
