import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";

import { DEFAULT_SOCKET, findEngine } from "../../engine-host/find-engine.ts";

/** What setup has to know about this machine. */
export interface Machine {
  /** Debian or one of its descendants, with apt-get. */
  readonly debian: boolean;
  readonly root: boolean;
  /** A service manager runs and starts what packages install. */
  readonly serviceManager: boolean;
  /** Something answers on the engine's socket. */
  readonly engineAnswers: boolean;
  /** The engine's program is installed. */
  readonly engineInstalled: boolean;
  /** Base images can be made: debootstrap is installed. */
  readonly debootstrapInstalled: boolean;
}

export const ENGINE_SOCKET = DEFAULT_SOCKET;

export async function inspectMachine(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Machine> {
  const path = environment["PATH"] ?? "";
  return {
    debian:
      /^ID(?:_LIKE)?=.*(?:debian|ubuntu)/m.test(readIfThere("/etc/os-release")) && installed("apt-get", path),
    root: process.getuid?.() === 0,
    serviceManager: existsSync("/run/systemd/system"),
    // One that was chosen, wherever it is, is not for us to start.
    engineAnswers: findEngine(environment).source !== "the default socket" || (await answers(ENGINE_SOCKET)),
    engineInstalled: installed("dockerd", `${path}:/usr/sbin`),
    debootstrapInstalled: installed("debootstrap", `${path}:/usr/sbin`),
  };
}

/** Whether a program listens on a Unix socket. */
export async function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    connection
      .on("connect", () => {
        connection.destroy();
        resolve(true);
      })
      .on("error", () => resolve(false));
  });
}

function installed(program: string, path: string): boolean {
  return path.split(":").some((folder) => isExecutable(join(folder, program)));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const readIfThere = (file: string): string => (existsSync(file) ? readFileSync(file, "utf8") : "");
