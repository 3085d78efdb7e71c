import fc from "fast-check";
import { expect, test } from "vitest";

import { unusedImages, type UnusedRequest } from "../../../../../cli/engine-host/images/unused-images.ts";

const OURS = "nasiko/redis:0123456789abcdef";
const BASE = "localhost/nasiko/base-node:0123456789ab";
const PULLED = "registry.example/acme/service-registry:1.2.3";

const unused = (request: Partial<UnusedRequest>): readonly string[] =>
  unusedImages({ images: [], containers: [], needed: new Set(), agents: new Set(), ...request }).map(
    ({ reference }) => reference,
  );
const image = (id: string, ...RepoTags: readonly string[]): UnusedRequest["images"][number] => ({
  Id: id,
  RepoTags: [...RepoTags],
  Size: 1,
});

test("what we built, made or pulled and nobody needs is unused", () => {
  const images = [image("1", OURS), image("2", BASE), image("3", PULLED)];
  expect(unused({ images, registryUrls: ["registry.example/acme"] })).toEqual([BASE, OURS, PULLED]);
  expect(unused({ images })).toEqual([BASE, OURS]);
});

test("what a container runs stays, be it stopped, and be it named otherwise", () => {
  const images = [image("1", OURS, "other:1")];
  expect(unused({ images, containers: [{ Image: "other:1", ImageID: "1" }] })).toEqual([]);
  expect(unused({ images, containers: [{ Image: OURS, ImageID: "2" }] })).toEqual([]);
});

test("what a stack needs stays", () => {
  expect(unused({ images: [image("1", OURS)], needed: new Set([OURS]) })).toEqual([]);
});

test("every build of an agent that a stack has stays, because it can be rolled back to", () => {
  const builds = ["nasiko/agent-translator:0123456789abcdef", "nasiko/agent-translator:fedcba9876543210"];
  const other = "nasiko/agent-translator-2:0123456789abcdef";
  const images = [...builds, other].map((tag, index) => image(String(index), tag));
  expect(unused({ images, agents: new Set(["translator"]) })).toEqual([other]);
});

test.each([
  "nasiko/nasiko-backend:latest",
  "nasiko/redis:0123456789abcde",
  "nasiko/other-base:0123456789ab",
  "acme/redis:0123456789abcdef",
  "registry.example/acme/other:1.2.3",
  "<none>:<none>",
])("%s is not ours", (tag) => {
  expect(unused({ images: [image("1", tag)], registryUrls: ["registry.example/acme"] })).toEqual([]);
});

test("no name that people give is ever ours, unless it is one of our hashes", () => {
  const tag = fc.stringMatching(/^[a-z0-9./-]{1,30}:[a-z0-9._-]{1,20}$/);
  fc.assert(
    fc.property(tag, (name) => {
      const mine = /^nasiko\/[^/]+:[0-9a-f]{12}(?:[0-9a-f]{4})?$/.test(name);
      fc.pre(!mine);
      expect(unused({ images: [image("1", name)] })).toEqual([]);
    }),
  );
});
