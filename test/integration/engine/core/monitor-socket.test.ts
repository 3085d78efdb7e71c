import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { createPrivateSocket } from "../../../../engine/core/private-socket.ts";
import { listeningTcp } from "../../../support/listening.ts";
import { createTestStack } from "./support/test-stack.ts";

const isRoot = process.getuid?.() === 0;
const NOBODY = 65534;

/** Folders of monitors that are there now. */
const monitorFolders = (): readonly string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith("engine-"));

/** Connects as another user of this machine; its exit code is 0 when somebody answered. */
const connectAs = (uid: number, path: string): { readonly status: number | null; readonly error: string } => {
  const program = `require("node:net").connect(${JSON.stringify(path)})
    .on("connect", () => process.exit(0))
    .on("error", (error) => { console.error(error.code); process.exit(1); });`;
  const { status, stderr } = spawnSync(process.execPath, ["-e", program], { uid, cwd: "/" });
  return { status, error: stderr.toString().trim() };
};

describe("the engine's monitor", () => {
  test("listens on no TCP port while a program runs, and leaves nothing behind", async () => {
    const before = monitorFolders();
    const stack = await createTestStack();
    let seen:
      | {
          readonly tcp: readonly string[];
          readonly modes: readonly number[];
          readonly folders: readonly string[];
        }
      | undefined;
    stack.world.behaviours.set("database create", () => {
      const folders = monitorFolders().filter((name) => !before.includes(name));
      seen = {
        folders,
        tcp: listeningTcp(process.pid),
        modes: folders.map((name) => statSync(join(tmpdir(), name)).mode & 0o777),
      };
      return Promise.resolve(undefined);
    });

    const run = await stack.up();

    expect(run.outcome).toBe("succeeded");
    expect(seen?.tcp).toEqual([]);
    expect(seen?.modes).toContain(0o700);
    expect(new Set(seen?.modes)).toEqual(new Set([0o700]));
    expect(monitorFolders()).not.toEqual(expect.arrayContaining([...(seen?.folders ?? [])]));
  });

  test("a port that is listened on would have been seen", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    expect(listeningTcp(process.pid)).toHaveLength(1);
    server.close();
  });

  test("nobody else's process can connect to its socket", { skip: !isRoot }, async () => {
    const socket = createPrivateSocket();
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(socket.path, resolve);
    });
    // The process of this test would have to answer, if it were let in: it waits, and the system does it.
    expect(connectAs(NOBODY, socket.path)).toEqual({ status: 1, error: "EACCES" });
    expect(connectAs(0, socket.path).status).toBe(0);
    server.close();
    socket.remove();
  });
});

describe("a socket's folder", () => {
  test("is open to its owner only, and goes with its socket", () => {
    const socket = createPrivateSocket();
    expect(statSync(dirname(socket.path)).mode & 0o777).toBe(0o700);
    socket.remove();
    expect(() => statSync(dirname(socket.path))).toThrow("ENOENT");
  });

  test("lies elsewhere when its path would be too long for a socket", async () => {
    const deep = join(tmpdir(), "n".repeat(120));
    const socket = createPrivateSocket(deep);
    expect(Buffer.byteLength(socket.path)).toBeLessThan(104);
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(socket.path, resolve);
    });
    server.close();
    socket.remove();
  });
});
