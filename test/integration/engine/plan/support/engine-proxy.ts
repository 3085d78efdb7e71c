import { mkdtemp, rm } from "node:fs/promises";
import { createConnection, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The client puts the version that it agreed on with the engine in every path. */
const VERSION = /\/v1\.\d+(?=\/)/;

/** A socket that leads to the real engine, and that can go away as an engine does. */
export interface EngineProxy {
  /** In the form of DOCKER_HOST. */
  readonly host: string;
  /**
   * Ends every connection, and takes no new ones, as soon as a request begins like this.
   * @param when `before` the engine sees the request, or `after` it has begun to answer, which nobody sees
   */
  vanishAt(request: RegExp, when: "before" | "after"): void;
  close(): Promise<void>;
}

export async function createEngineProxy(target = "/var/run/docker.sock"): Promise<EngineProxy> {
  const folder = await mkdtemp(join(tmpdir(), "nasiko-proxy-"));
  const path = join(folder, "docker.sock");
  const open = new Set<Socket>();
  let trap: { readonly request: RegExp; readonly when: "before" | "after" } | undefined;

  const vanish = (): void => {
    trap = undefined;
    server.close();
    for (const socket of open) socket.destroy();
  };
  const accept = (socket: Socket): void => {
    const upstream = createConnection(target);
    let caught = false;
    for (const [one, other] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      open.add(one);
      one
        .on("error", () => other.destroy())
        .on("close", () => {
          open.delete(one);
          other.destroy();
        });
    }
    socket.on("data", (chunk) => {
      if (trap?.request.test(chunk.toString("latin1").replace(VERSION, "")) === true) {
        caught = true;
        if (trap.when === "before") {
          vanish();
          return;
        }
      }
      upstream.write(chunk);
    });
    upstream.on("data", (chunk) => {
      if (caught) vanish();
      else socket.write(chunk);
    });
  };
  const server = createServer(accept);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    host: `unix://${path}`,
    vanishAt: (request, when) => {
      trap = { request, when };
    },
    close: async () => {
      vanish();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
