import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";

import { type Header, pack } from "tar-stream";
import { describe, expect, onTestFinished, test } from "vitest";

import { archiveProblems } from "../../../../../cli/features/snapshot/archive-check.ts";

type Entry = Pick<Header, "name"> & Partial<Header>;

async function archiveOf(...entries: readonly Entry[]): Promise<string> {
  const archive = pack();
  for (const entry of entries) archive.entry({ ...entry, size: 0 }, "");
  archive.finalize();
  return written(gzipSync(await buffer(archive)));
}

function written(content: Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), "nasiko-archive-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "store.tar.gz"), content);
  return join(folder, "store.tar.gz");
}

const check = async (...entries: readonly Entry[]): Promise<readonly string[]> =>
  archiveProblems(await archiveOf(...entries), { volume: "store", mountedAt: ["/var/lib/store"] });

test("what a program's data looks like may be unpacked", async () => {
  expect(
    await check(
      { name: "store/", type: "directory" },
      { name: "store/a..b", type: "file" },
      { name: `store/${"deep/".repeat(60)}file`, type: "file" },
      { name: "store/link", type: "symlink", linkname: "deep/../a..b" },
      { name: "store/x/up", type: "symlink", linkname: "../a..b" },
      { name: "store/own", type: "symlink", linkname: "/var/lib/store/metadata/1" },
      { name: "store/hard", type: "link", linkname: "store/a..b" },
    ),
  ).toEqual([]);
});

describe("what would get somewhere else is refused:", () => {
  test.for<readonly [string, Entry]>([
    ["an absolute path", { name: "/etc/cron.d/x", type: "file" }],
    ["a way up", { name: "store/../other/x", type: "file" }],
    ["a way up from the beginning", { name: "../x", type: "file" }],
    ["another volume", { name: "other/x", type: "file" }],
    ["a name that only begins like the volume", { name: "store2/x", type: "file" }],
    ["a way around", { name: "./store/x", type: "file" }],
    ["a link to elsewhere", { name: "store/x", type: "symlink", linkname: "/etc/passwd" }],
    ["a link up and out", { name: "store/a/x", type: "symlink", linkname: "../../other" }],
    ["a link around its own mount", { name: "store/x", type: "symlink", linkname: "/var/lib/store/../../x" }],
    ["a hard link to elsewhere", { name: "store/x", type: "link", linkname: "other/x" }],
    ["a hard link up", { name: "store/x", type: "link", linkname: "store/../other" }],
    ["a device", { name: "store/sda", type: "block-device" }],
    ["a terminal", { name: "store/tty", type: "character-device" }],
    ["a pipe", { name: "store/pipe", type: "fifo" }],
  ])("%s", async ([, entry]) => {
    expect(await check({ name: "store/", type: "directory" }, entry)).toHaveLength(1);
  });

  test("what is no archive, or ends too early", async () => {
    const bounds = { volume: "store", mountedAt: [] };
    const whole = gzipSync(Buffer.alloc(4096, 7));
    for (const content of [Buffer.from("nothing"), whole, gzipSync(Buffer.alloc(700, 1)).subarray(0, 20)])
      expect(await archiveProblems(written(content), bounds)).not.toEqual([]);
  });
});
