import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { locateHome, readPassphrase } from "../../../../../cli/stack/home/home.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "nasiko-home-"))));
afterEach(() => rmSync(folder, { recursive: true }));

describe("the home of the state", () => {
  test.each([
    ["/chosen", { XDG_STATE_HOME: "/xdg", HOME: "/home/a" }, "/chosen"],
    [undefined, { XDG_STATE_HOME: "/xdg", HOME: "/home/a" }, "/xdg/nasiko"],
    [undefined, { HOME: "/home/a" }, "/home/a/.local/state/nasiko"],
    ["", { XDG_STATE_HOME: "", HOME: "/home/a" }, "/home/a/.local/state/nasiko"],
    ["relative", { XDG_STATE_HOME: "relative", HOME: "/home/a" }, "/home/a/.local/state/nasiko"],
    [undefined, { HOME: "relative" }, "/account/.local/state/nasiko"],
    [undefined, {}, "/account/.local/state/nasiko"],
  ])("with %j and %j is %s", (chosen, environment, expected) => {
    expect(locateHome(chosen, environment, () => "/account").folder).toBe(expected);
  });

  test("is asked for when the environment names none", () => {
    expect(() => locateHome(undefined, {}, () => undefined)).toThrow(
      "There is no folder to keep the state in.",
    );
  });
});

describe("the passphrase", () => {
  test("is made once, for the owner only", () => {
    const home = locateHome(join(folder, "new"), {});
    const passphrase = readPassphrase(home);
    expect(passphrase).toMatch(/^[\w-]{43}$/);
    expect(readPassphrase(home)).toBe(passphrase);
    expect(statSync(home.passphraseFile).mode & 0o777).toBe(0o600);
    expect(statSync(home.folder).mode & 0o777).toBe(0o700);
  });

  test("is never replaced when its file is empty: that would lose every secret", () => {
    const home = locateHome(folder, {});
    writeFileSync(home.passphraseFile, "\n", { mode: 0o600 });
    expect(() => readPassphrase(home)).toThrow(`The passphrase file ${home.passphraseFile} cannot be used.`);
  });

  test.each([
    ["readable by the group", 0o640],
    ["writable by everybody", 0o602],
    ["executable by others", 0o601],
  ])("is not believed when its file is %s", (_what, mode) => {
    const home = locateHome(folder, {});
    readPassphrase(home);
    chmodSync(home.passphraseFile, mode);
    expect(() => readPassphrase(home)).toThrow(
      expect.objectContaining({
        code: "NSK-HOME-EXPOSED",
        message: `${home.passphraseFile} is open to other users of this machine.`,
        suggestion: `chmod 600 '${home.passphraseFile}'`,
      }),
    );
    chmodSync(home.passphraseFile, 0o600);
    expect(readPassphrase(home)).toMatch(/^[\w-]{43}$/);
  });

  test("is not believed in a folder that others may look or write into", () => {
    const home = locateHome(folder, {});
    readPassphrase(home);
    for (const mode of [0o770, 0o755, 0o703]) {
      chmodSync(folder, mode);
      expect(() => readPassphrase(home)).toThrow(
        expect.objectContaining({ code: "NSK-HOME-EXPOSED", suggestion: `chmod 700 '${folder}'` }),
      );
    }
  });

  test("is made in a folder that is open, and empty yet: it is closed first", () => {
    chmodSync(folder, 0o755);
    readPassphrase(locateHome(folder, {}));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  test.runIf(process.getuid?.() === 0)("is not taken from somebody else, who would know it", () => {
    const home = locateHome(folder, {});
    readPassphrase(home);
    chownSync(home.passphraseFile, 12_345, 12_345);
    expect(() => readPassphrase(home)).toThrow(expect.objectContaining({ code: "NSK-HOME-OF-OTHER" }));
    chownSync(home.passphraseFile, 0, 0);
    chownSync(folder, 12_345, 12_345);
    expect(() => readPassphrase(home)).toThrow(expect.objectContaining({ code: "NSK-HOME-OF-OTHER" }));
    chownSync(folder, 0, 0);
  });

  test("is not made anew when it is lost: no stack could be opened with it", () => {
    const home = locateHome(folder, {});
    mkdirSync(join(folder, ".pulumi/stacks"), { recursive: true });
    expect(() => readPassphrase(home)).toThrow(
      `The passphrase file ${home.passphraseFile} is gone, but there are stacks whose secrets it opens.`,
    );
    expect(existsSync(home.passphraseFile)).toBe(false);
  });
});
