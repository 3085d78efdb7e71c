import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { startRootfs } from "../../../../cli/engine-host/images/debian-rootfs.ts";
import { withWorkFolder } from "../../../../cli/engine-host/images/work-folder.ts";

/** Nothing listens there. */
const NO_MIRROR = "http://127.0.0.1:1/debian";

describe("making a root file system", () => {
  test("that fails says what debootstrap said, and leaves nothing", async () => {
    let work = "";
    const attempt = withWorkFolder(async (folder) => {
      work = folder;
      return await startRootfs({
        base: "base-debian",
        arch: "amd64",
        certificates: [],
        work: folder,
        debianMirror: NO_MIRROR,
        report: () => undefined,
        signal: new AbortController().signal,
      });
    });
    await expect(attempt).rejects.toMatchObject({
      code: "NSK-BASE-FAILED",
      exitCode: 14,
      detail: expect.stringContaining("InRelease") as string,
    });
    expect(existsSync(work)).toBe(false);
  });

  test("that is stopped has ended, with all it started, when it says so", async () => {
    const stop = new AbortController();
    let work = "";
    const attempt = withWorkFolder(async (folder) => {
      work = folder;
      return await startRootfs({
        base: "base-debian",
        arch: "amd64",
        certificates: [],
        work: folder,
        report: (line) => {
          if (line.startsWith("Retrieving")) stop.abort();
        },
        signal: stop.signal,
      });
    });
    await expect(attempt).rejects.toThrow("aborted");
    expect(existsSync(work)).toBe(false);
    expect(commandsOfThisMachine().filter((command) => command.includes(work))).toEqual([]);
  });
});

/** Command lines of all processes. */
function commandsOfThisMachine(): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8");
      } catch {
        return "";
      }
    });
}
