import { createHash } from "node:crypto";
import {
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { beforeEach, describe, expect, onTestFinished, test } from "vitest";

import {
  type Crypter,
  createSnapshotFolder,
  readManifest,
  sealManifest,
  snapshotFolder,
  type UnsealedManifest,
  verifyArchives,
  verifySeal,
  writeManifest,
} from "../../../../../cli/features/snapshot/manifest.ts";
import { type Home, locateHome } from "../../../../../cli/stack/home/home.ts";
import { createCrypter, openCrypter } from "../../../../../engine/core/secrets.ts";
import { NasikoError } from "../../../../../platform/errors/define-error.ts";

const ID = "local-20261130-101500";
const PASSPHRASE = "a passphrase that is kept somewhere safe";
const ARCHIVE = Buffer.from("what the volume held");

let home: Home;
let crypter: Crypter;

beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), "nasiko-snapshot-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  home = locateHome(folder, {});
  crypter = await createCrypter(PASSPHRASE);
  const manifest: UnsealedManifest = {
    format: 2,
    id: ID,
    stack: "local",
    createdAt: "2026-11-30T10:15:00.000Z",
    authMode: "simple",
    secrets: { salt: crypter.salt, sealed: crypter.encrypt("{}") },
    volumes: [
      {
        volume: "redis-data",
        file: "redis-data.tar.gz",
        bytes: ARCHIVE.length,
        sha256: createHash("sha256").update(ARCHIVE).digest("hex"),
      },
    ],
  };
  writeFileSync(join(createSnapshotFolder(home, ID), "redis-data.tar.gz"), ARCHIVE);
  writeManifest(home, sealManifest(manifest, crypter));
});

const file = (name: string): string => join(snapshotFolder(home, ID), name);

/** Changes the manifest on disk. */
function tamper(change: (manifest: Record<string, unknown>) => void): void {
  const manifest = JSON.parse(readFileSync(file("snapshot.json"), "utf8")) as Record<string, unknown>;
  change(manifest);
  writeFileSync(file("snapshot.json"), JSON.stringify(manifest));
}

/** What a restore does first. @returns why it does not go on */
async function problems(): Promise<string | undefined> {
  try {
    const manifest = readManifest(home, ID);
    await verifyArchives(home, manifest);
    verifySeal(manifest, await openCrypter(PASSPHRASE, manifest.secrets.salt));
    return undefined;
  } catch (error) {
    if (!(error instanceof NasikoError)) throw error;
    expect(error.code).toBe("NSK-SNAPSHOT-DAMAGED");
    return error.detail;
  }
}

test("a snapshot that nobody touched is restored, also when its manifest is formatted anew", async () => {
  expect(await problems()).toBeUndefined();
  tamper(() => undefined);
  expect(await problems()).toBeUndefined();
});

describe("a snapshot is refused when", () => {
  test("it stands in the folder of another one", () => {
    renameSync(snapshotFolder(home, ID), snapshotFolder(home, "local-20261130-101501"));
    expect(() => readManifest(home, "local-20261130-101501")).toThrow("is not what was written");
  });

  test.for<readonly [string, unknown]>([
    ["id", "../../elsewhere"],
    ["stack", "../x"],
    ["format", 1],
    ["authMode", "none"],
    ["seal", undefined],
    ["volumes", [{ volume: "../x", file: "../x.tar.gz", bytes: 1, sha256: "0".repeat(64) }]],
    ["volumes", [{ volume: "a", file: "b.tar.gz", bytes: 1, sha256: "0".repeat(64) }]],
  ])("its %s is %j", async ([key, value]) => {
    tamper((manifest) => {
      manifest[key] = value;
    });
    expect(await problems()).toContain("snapshot.json");
  });

  test("its mode was changed, and with it who gets in", async () => {
    tamper((manifest) => {
      manifest["authMode"] = "enterprise";
    });
    expect(await problems()).toContain("was changed, or written by somebody without this passphrase");
  });

  test("archive and checksum were exchanged together", async () => {
    const other = Buffer.from("something else entire");
    writeFileSync(file("redis-data.tar.gz"), other);
    tamper((manifest) => {
      const [volume] = manifest["volumes"] as Record<string, unknown>[];
      Object.assign(volume ?? {}, {
        bytes: other.length,
        sha256: createHash("sha256").update(other).digest("hex"),
      });
    });
    expect(await problems()).toContain("was changed");
  });

  test("the whole manifest was sealed under another passphrase", async () => {
    const other = await createCrypter("another passphrase");
    const { seal, ...manifest } = readManifest(home, ID);
    expect(seal).not.toBe("");
    const forged = sealManifest(manifest, other);
    expect(() => verifySeal(forged, crypter)).toThrow(NasikoError);
  });

  test("an archive is longer, shorter, different, a link, or gone", async () => {
    truncateSync(file("redis-data.tar.gz"), 3);
    expect(await problems()).toBe("redis-data.tar.gz has 3 bytes, not 20");
    writeFileSync(file("redis-data.tar.gz"), ARCHIVE.toString().toUpperCase());
    expect(await problems()).toBe("redis-data.tar.gz has another checksum than when it was written");
    renameSync(file("redis-data.tar.gz"), file("elsewhere"));
    expect(await problems()).toBe("redis-data.tar.gz is not there, or no file");
    symlinkSync("elsewhere", file("redis-data.tar.gz"));
    expect(await problems()).toBe("redis-data.tar.gz is not there, or no file");
  });

  test("its manifest is huge, or no JSON", async () => {
    writeFileSync(file("snapshot.json"), "[".repeat(2 ** 20 + 1));
    expect(await problems()).toContain("larger than");
    writeFileSync(file("snapshot.json"), "[".repeat(1000));
    expect(await problems()).toContain("snapshot.json");
  });
});
