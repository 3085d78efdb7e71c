import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { takenFiles } from "../../../../../cli/stack/config/taken-files.ts";

let folder: string;
let owner: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nasiko-taken-"));
  owner = statSync(folder).uid;
  for (const name of [".env", ".nasiko.env", "Pulumi.local.yaml", "Pulumi.team.yaml", "README.md"])
    writeFileSync(join(folder, name), "");
  mkdirSync(join(folder, "agents"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("what an installed command takes from the folder that it is called in", () => {
  test("is named: env files count for the stack local only", () => {
    expect(takenFiles(folder, "local", owner)).toEqual([
      ".nasiko.env",
      ".env",
      "Pulumi.local.yaml",
      "agents",
    ]);
    expect(takenFiles(folder, "team", owner)).toEqual(["Pulumi.team.yaml", "agents"]);
    expect(takenFiles(join(folder, "agents"), "local", owner)).toEqual([]);
  });

  test.skipIf(process.getuid?.() === 0)(
    "is refused when it is somebody else's, every file with its name",
    () => {
      expect(() => takenFiles(folder, "team", owner + 1)).toThrow(
        expect.objectContaining({
          problems: [expect.objectContaining({ code: "NSK-FILE-OF-OTHER" }), expect.anything()],
        }),
      );
    },
  );

  test.runIf(process.getuid?.() === 0)("may be root's, and nobody else's", async () => {
    const { chownSync } = await import("node:fs");
    expect(takenFiles(folder, "team", 1000)).toEqual(["Pulumi.team.yaml", "agents"]);
    chownSync(join(folder, ".env"), 12_345, 12_345);
    expect(() => takenFiles(folder, "local", 0)).toThrow(
      expect.objectContaining({
        code: "NSK-FILE-OF-OTHER",
        message: `${join(folder, ".env")} decides about the stack and belongs to somebody else.`,
      }),
    );
    expect(takenFiles(folder, "team", 0)).toEqual(["Pulumi.team.yaml", "agents"]);
  });

  test("belongs to nobody where users have no numbers", () => {
    expect(takenFiles(folder, "team", undefined)).toEqual(["Pulumi.team.yaml", "agents"]);
  });
});
