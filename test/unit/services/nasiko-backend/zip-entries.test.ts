import fc from "fast-check";
import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import {
  linkProblem,
  planEntries,
  type ZipEntry,
} from "../../../../services/nasiko-backend/src/zip/entries.ts";

const entry = (name: string, more: Partial<ZipEntry> = {}): ZipEntry => ({
  name,
  mode: 0o100644,
  size: 10,
  encrypted: false,
  ...more,
});
const paths = (...entries: readonly ZipEntry[]): unknown => {
  const plan = planEntries(entries);
  return plan.kind === "plan" ? plan.entries.map(({ path }) => path) : plan.reason;
};

test("files, folders and links keep their places", () => {
  const link = entry("src/link", { mode: 0o120777 });
  expect(
    planEntries([
      entry("Dockerfile"),
      entry("src/", { mode: 0 }),
      entry("src/run.sh", { mode: 0o100755 }),
      link,
    ]),
  ).toEqual({
    kind: "plan",
    entries: [
      { index: 0, path: "Dockerfile", kind: "file", executable: false },
      { index: 1, path: "src", kind: "folder", executable: false },
      { index: 2, path: "src/run.sh", kind: "file", executable: true },
      { index: 3, path: "src/link", kind: "link", executable: true },
    ],
  });
});

test("the folder that was archived is not part of the paths", () => {
  expect(
    paths(entry("agent/", { mode: 0o040755 }), entry("agent/Dockerfile"), entry("agent/src/main.ts")),
  ).toEqual(["Dockerfile", "src/main.ts"]);
  expect(paths(entry("src/main.ts"), entry("Dockerfile"))).toEqual(["src/main.ts", "Dockerfile"]);
});

test("what macOS and Windows keep beside people's files is left out", () => {
  const mac = [
    "agent/Dockerfile",
    "agent/.DS_Store",
    "__MACOSX/agent/._Dockerfile",
    "__MACOSX/",
    "agent/src/._x",
  ];
  expect(paths(...mac.map((name) => entry(name)))).toEqual(["Dockerfile"]);
  expect(paths(entry("Dockerfile"), entry("Thumbs.db"), entry("src/desktop.ini"))).toEqual(["Dockerfile"]);
});

describe("an archive is refused", () => {
  test.each<readonly [string, readonly ZipEntry[], RegExp]>([
    ["that leaves its folder", [entry("../evil")], /leaves/],
    ["that leaves it on the way", [entry("a/../../evil")], /leaves/],
    ["with an absolute path", [entry("/etc/passwd")], /absolute/],
    ["with a drive", [entry("C:/x")], /absolute/],
    ["with a backslash", [entry("..\\evil")], /backslash/],
    ["with a control character", [entry("a\nb")], /control/],
    ["with an empty part", [entry("a//b")], /plain/],
    ["with a dot", [entry("./a")], /plain/],
    ["with an endless path", [entry("a/".repeat(200) + "b")], /too long/],
    ["with an encrypted entry", [entry("a", { encrypted: true })], /encrypted/],
    ["with a device", [entry("null", { mode: 0o020666 })], /neither/],
    ["with a folder that is a link", [entry("a/", { mode: 0o120777 })], /neither/],
    ["that holds a place twice", [entry("a"), entry("a")], /twice/],
    ["that writes through a link", [entry("a", { mode: 0o120777 }), entry("a/b")], /file and a folder/],
    ["that claims to be huge", [entry("a", { size: 300e6 }), entry("b", { size: 300e6 })], /400 MB/],
    ["with too many entries", Array.from({ length: 1001 }, (_, index) => entry(`f${index}`)), /1000/],
  ])("%s", (_what, entries, reason) => {
    expect(planEntries(entries)).toEqual({
      kind: "refused",
      reason: expect.stringMatching(reason) as string,
    });
  });
});

test("whatever an archive holds, what is planned stays inside, each place once", () => {
  const name = fc
    .array(fc.constantFrom("a", "b", "..", ".", "", "/", "\\", "C:", "x/y", "…", "\0"), { maxLength: 5 })
    .map((parts) => parts.join("/"));
  const entries = fc.array(
    fc.record({ name, mode: fc.constantFrom(0, 0o100644, 0o120777, 0o040755, 0o010644), size: fc.nat(1e9) }),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(entries, (given) => {
      const plan = planEntries(given.map((one) => ({ ...one, encrypted: false })));
      if (plan.kind === "refused") return;
      const places = plan.entries.filter(({ kind }) => kind !== "folder").map(({ path }) => path);
      expect(new Set(places).size).toBe(places.length);
      for (const { path } of plan.entries) {
        expect(posix.normalize(path)).toBe(path);
        expect(posix.join("/agent", path).startsWith("/agent/")).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
});

describe("a link", () => {
  const files = new Set(["src/main.ts", "README"]);
  test("may point at a file of the archive", () => {
    expect(linkProblem("link", "src/main.ts", files)).toBeUndefined();
    expect(linkProblem("src/link", "../README", files)).toBeUndefined();
    expect(linkProblem("src/link", "./main.ts", files)).toBeUndefined();
  });
  test.each([
    ["/etc/passwd", /absolute/],
    ["", /absolute/],
    ["../../etc/passwd", /out/],
    ["src", /no file/],
    [".", /no file/],
    ["other-link", /no file/],
    ["src/../../README", /out/],
  ])("to %j is refused", (target, reason) => {
    expect(linkProblem("link", target, files)).toMatch(reason);
  });
});
