import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { extract } from "tar-stream";
import { describe, expect, test } from "vitest";
import { nodeContext } from "../../../../../cli/engine-host/images/node-context.ts";
import { baseReferences } from "../../../../../platform/images/base-recipes.ts";
import { file, plant } from "../../../platform/images/trees.ts";

const REFERENCES = baseReferences();

/** Two packages as npm packs them, read back from the context. */
async function contextOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const big = "x".repeat(300_000);
  plant(folder, [
    file("node/package/bin/node", big, "0755"),
    file("node/package/include/node/node.h"),
    file("node/package/LICENSE", "free"),
    file("npm/package/bin/npm-cli.js", "cli", "0755"),
    file("npm/package/lib/npm.js", "lib"),
    file("npm/package/docs/a.md"),
    file("npm/package/man/npm.1"),
    file("npm/package/README.md"),
    file("npm/package/node_modules/x/README.md", "kept"),
  ]);
  const archives = ["node", "npm"].map((name) => {
    execFileSync("tar", ["-C", join(folder, name), "-czf", join(folder, `${name}.tgz`), "package"]);
    return join(folder, `${name}.tgz`);
  });
  const [node = "", npm = ""] = archives;
  const found = new Map<string, string>();
  for await (const entry of nodeContext("base-node", { node, npm }, REFERENCES).pipe(extract())) {
    const { name, type, mode, linkname } = entry.header;
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(Buffer.from(chunk as Uint8Array));
    const content = Buffer.concat(chunks).toString();
    const shown = type === "symlink" ? `→ ${linkname}` : `${mode.toString(8)} ${content}`;
    found.set(name, shown === `755 ${big}` ? "755 big" : shown);
  }
  return found;
}

describe("the context of the Node.js base", () => {
  test("holds the mapped Dockerfile, and of the packages what the layout takes", async () => {
    const folder = mkdtempSync(join(tmpdir(), "nasiko-test-"));
    try {
      const found = await contextOf(folder);
      expect(found.get("Dockerfile")).toContain(`\nFROM ${REFERENCES["base-debian"]}\n`);
      const rest = Object.fromEntries([...found].filter(([name]) => name !== "Dockerfile"));
      expect(rest).toEqual({
        "packages/bin/node": "755 big",
        "packages/share/doc/node/LICENSE": "644 free",
        "packages/lib/node_modules/npm/bin/npm-cli.js": "755 cli",
        "packages/lib/node_modules/npm/lib/npm.js": "644 lib",
        "packages/lib/node_modules/npm/node_modules/x/README.md": "644 kept",
        "packages/bin/npm": "→ ../lib/node_modules/npm/bin/npm-cli.js",
        "packages/bin/npx": "→ ../lib/node_modules/npm/bin/npx-cli.js",
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
