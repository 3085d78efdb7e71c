import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hashSync } from "bcryptjs";

/** A registry on loopback, run from the distribution's package; nothing of it is left after `stop`. */
export interface LocalRegistry {
  /** e.g. "127.0.0.1:41234" */
  readonly address: string;
  stop(): Promise<void>;
}

export interface RegistryOptions {
  /** Who may use it. @default everybody */
  readonly login?: { readonly user: string; readonly password: string };
}

/** Needs apt and dpkg. */
export async function startRegistry({ login }: RegistryOptions = {}): Promise<LocalRegistry> {
  const folder = mkdtempSync(join(tmpdir(), "nasiko-registry-"));
  const address = `127.0.0.1:${await freePort()}`;
  const program = unpack(folder);
  const passwords = join(folder, "htpasswd");
  if (login !== undefined) writeFileSync(passwords, `${login.user}:${hashSync(login.password, 4)}\n`);
  mkdirSync(join(folder, "data"));
  const config = {
    version: "0.1",
    log: { level: "error", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, "data") } },
    http: { addr: address },
    ...(login === undefined ? {} : { auth: { htpasswd: { realm: "test", path: passwords } } }),
  };
  writeFileSync(join(folder, "config.yml"), JSON.stringify(config));
  const child = spawn(program, ["serve", join(folder, "config.yml")], { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill();
    await ended;
    rmSync(folder, { recursive: true });
  };
  for (let attempt = 0; attempt < 100; attempt++) {
    if (child.exitCode !== null) break;
    if (await answers(address)) return { address, stop };
    await sleep(100);
  }
  await stop();
  throw new Error("the local registry did not start");
}

function unpack(folder: string): string {
  execFileSync("apt-get", ["download", "-q", "docker-registry"], { cwd: folder, stdio: "pipe" });
  const archive = readdirSync(folder).find((name) => name.endsWith(".deb")) ?? "";
  execFileSync("dpkg-deb", ["-x", archive, "package"], { cwd: folder, stdio: "pipe" });
  return join(folder, "package/usr/bin/docker-registry");
}

const answers = (address: string): Promise<boolean> =>
  fetch(`http://${address}/v2/`).then(
    () => true,
    () => false,
  );

/** A port of loopback that nobody listens on. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject).listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
