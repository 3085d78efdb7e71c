import { lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

import fc from "fast-check";
import { expect, test } from "vitest";

import { unpack, ZipRefused } from "../../../services/nasiko-backend/src/zip/unpack.ts";
import { agentFiles, zipOf } from "../../integration/services/support/zip.ts";
import { almostBytes } from "./mutations.ts";

const archive = almostBytes([
  zipOf(agentFiles("one")),
  zipOf([
    ...agentFiles("two"),
    ...[{ name: "src/" }, { name: "src/a", content: "x".repeat(2000) }],
    { name: "link", content: "src/a", mode: 0o120777 },
  ]),
]);

/** Everything below a folder: where it is, its bytes, and where it leads. */
function below(
  folder: string,
): readonly { readonly path: string; readonly size: number; readonly leadsTo?: string }[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const stat = lstatSync(path);
    if (stat.isDirectory()) return below(path);
    const leadsTo = stat.isSymbolicLink() ? resolve(dirname(path), readlinkSync(path)) : undefined;
    return [{ path, size: stat.size, ...(leadsTo === undefined ? {} : { leadsTo }) }];
  });
}

test("every archive unpacks into its folder alone, or is refused", async () => {
  await fc.assert(
    fc.asyncProperty(archive, async (bytes) => {
      const place = mkdtempSync(join(tmpdir(), "nasiko-zip-"));
      try {
        const folder = mkdtempSync(join(place, "agent-"));
        writeFileSync(join(place, "upload.zip"), bytes);
        const size = await unpack(join(place, "upload.zip"), folder).catch((error: unknown) => {
          expect(error).toBeInstanceOf(ZipRefused);
          return undefined;
        });
        expect(readdirSync(place)).toHaveLength(2);
        const found = below(folder);
        for (const { leadsTo = folder } of found) expect(leadsTo.startsWith(folder)).toBe(true);
        if (size !== undefined)
          expect(found.reduce((sum, one) => sum + (one.leadsTo === undefined ? one.size : 0), 0)).toBe(size);
      } finally {
        rmSync(place, { recursive: true });
      }
    }),
    { numRuns: 150 },
  );
});
