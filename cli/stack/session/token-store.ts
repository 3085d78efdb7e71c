import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Home } from "../home/home.ts";

/** A place for one secret text per name that outlives the command. */
export interface Keyring {
  get(name: string): Promise<string | undefined>;
  set(name: string, secret: string): Promise<void>;
  remove(name: string): Promise<void>;
}

/** Where a text was put. */
export type Place = "keyring" | "file";

export interface TokenStore {
  read(): Promise<string | undefined>;
  write(text: string): Promise<Place>;
  remove(): Promise<void>;
}

/**
 * Keeps the token of one stack: in the system's keyring where there is one, else in a file that only its owner reads.
 * @param openKeyring throws where there is none
 */
export function createTokenStore(
  home: Pick<Home, "folder">,
  stack: string,
  openKeyring: () => Promise<Keyring> = systemKeyring,
): TokenStore {
  const folder = join(home.folder, "tokens");
  const file = join(folder, `${encodeURIComponent(stack)}.json`);
  // Two homes are two worlds, with stacks of the same names.
  const name = `${stack} in ${home.folder}`;
  // No keyring, or one that is locked: the file is the other place, and every command looks into both.
  const tried = async <Result>(use: (keyring: Keyring) => Promise<Result>): Promise<Result | undefined> =>
    openKeyring()
      .then(use)
      .catch(() => undefined);

  return {
    read: async () => (await tried((keyring) => keyring.get(name))) ?? readIfThere(file),
    write: async (text) => {
      const isInKeyring = await tried(async (keyring) => {
        await keyring.set(name, text);
        return true;
      });
      if (isInKeyring === true) {
        rmSync(file, { force: true });
        return "keyring";
      }
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const draft = `${file}.${process.pid}`;
      writeFileSync(draft, text, { mode: 0o600 });
      renameSync(draft, file);
      return "file";
    },
    remove: async () => {
      await tried((keyring) => keyring.remove(name));
      rmSync(file, { force: true });
    },
  };
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * macOS' keychain, Windows' credential manager, or a Secret Service on Linux; not the kernel's keyring, which
 * forgets everything with the session. Loaded when used: it is a native library.
 */
async function systemKeyring(): Promise<Keyring> {
  const { AsyncEntry } = await import("@napi-rs/keyring");
  const entry = (name: string): InstanceType<typeof AsyncEntry> =>
    new AsyncEntry("nasiko", name, { linux: { store: "secret-service" } });
  return {
    get: async (name) => (await entry(name).getPassword()) ?? undefined,
    set: (name, secret) => entry(name).setPassword(secret),
    remove: async (name) => {
      await entry(name).deletePassword();
    },
  };
}
