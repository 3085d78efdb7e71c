import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createTokenStore, type Keyring } from "../../../../../cli/stack/session/token-store.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nasiko-tokens-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function memoryKeyring(): { readonly held: Map<string, string>; readonly open: () => Promise<Keyring> } {
  const held = new Map<string, string>();
  const keyring: Keyring = {
    get: (name) => Promise.resolve(held.get(name)),
    set: (name, secret) => Promise.resolve(void held.set(name, secret)),
    remove: (name) => Promise.resolve(void held.delete(name)),
  };
  return { held, open: () => Promise.resolve(keyring) };
}
const noKeyring = (): Promise<never> => Promise.reject(new Error("no keyring on this machine"));
const files = (): readonly string[] => readdirSync(folder, { recursive: true }).map(String);

describe("a token", () => {
  test("goes into the keyring where there is one, and into no file", async () => {
    const { held, open } = memoryKeyring();
    const store = createTokenStore({ folder }, "local", open);
    expect(await store.write("t")).toBe("keyring");
    expect(await store.read()).toBe("t");
    expect([...held.values()]).toEqual(["t"]);
    expect(files()).toEqual([]);
    await store.remove();
    expect([await store.read(), held.size]).toEqual([undefined, 0]);
  });

  test("else goes into a file that only its owner can read", async () => {
    const store = createTokenStore({ folder }, "local", noKeyring);
    expect(await store.write("t")).toBe("file");
    expect(await store.read()).toBe("t");
    const file = join(folder, "tokens", "local.json");
    expect([statSync(file).mode & 0o777, statSync(join(folder, "tokens")).mode & 0o777]).toEqual([
      0o600, 0o700,
    ]);
    expect(files()).toEqual(["tokens", join("tokens", "local.json")]);
    await store.remove();
    expect(await store.read()).toBeUndefined();
  });

  test("does not stay in a file once there is a keyring", async () => {
    await createTokenStore({ folder }, "local", noKeyring).write("old");
    const { open } = memoryKeyring();
    const store = createTokenStore({ folder }, "local", open);
    expect(await store.read()).toBe("old");
    await store.write("new");
    expect(await store.read()).toBe("new");
    expect(await createTokenStore({ folder }, "local", noKeyring).read()).toBeUndefined();
  });

  test("of one stack or home is not another's", async () => {
    const { open } = memoryKeyring();
    await createTokenStore({ folder }, "a/../b", open).write("t");
    expect(await createTokenStore({ folder }, "b", open).read()).toBeUndefined();
    expect(await createTokenStore({ folder: "/elsewhere" }, "a/../b", open).read()).toBeUndefined();
    await createTokenStore({ folder }, "a/../b", noKeyring).write("t");
    expect(await createTokenStore({ folder }, "b", noKeyring).read()).toBeUndefined();
    // The name of a stack leads to no other folder.
    expect(files()).toEqual(["tokens", join("tokens", "a%2F..%2Fb.json")]);
  });
});
