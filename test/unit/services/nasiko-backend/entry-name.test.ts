import { describe, expect, test } from "vitest";
import { readName } from "../../../../services/nasiko-backend/src/zip/entry-name.ts";

const UNIX = 3 << 8;
const WINDOWS = 0;
const named = (name: string | Uint8Array, versionMadeBy: number, utf8 = false): string =>
  readName({
    fileNameRaw: Buffer.from(name),
    versionMadeBy,
    generalPurposeBitFlag: utf8 ? 0x800 : 0,
    extraFields: [],
  });

describe("the name of an entry", () => {
  test.each<[string, string | Uint8Array, number, string]>([
    ["plain", "src/main.ts", UNIX, "src/main.ts"],
    ["of Windows, with backslashes", "src\\main.ts", WINDOWS, "src/main.ts"],
    ["of Unix, in which a backslash is a letter", "a\\b", UNIX, "a\\b"],
    ["of macOS, in UTF-8 without saying so", "café/ü.txt", UNIX, "café/ü.txt"],
    ["of macOS, with accents apart", "cafe\u0301.txt", UNIX, "caf\u00e9.txt"],
    ["of DOS", Uint8Array.from([0x81, 0x2e, 0x74]), WINDOWS, "ü.t"],
    ["that leaves the archive stays one", "..\\evil", WINDOWS, "../evil"],
  ])("%s", (_what, raw, versionMadeBy, name) => {
    expect(named(raw, versionMadeBy)).toBe(name);
  });
});
