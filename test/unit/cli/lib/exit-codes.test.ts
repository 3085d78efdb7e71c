import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { EXIT, EXIT_MEANINGS } from "../../../../cli/lib/exit-codes.ts";
import { definedErrors, sources } from "../../../../docs/command-page.ts";

const ROOT = join(import.meta.dirname, "../../../..");
const home = mkdtempSync(join(tmpdir(), "nasiko-exit-"));
afterAll(() => rmSync(home, { recursive: true }));

describe("the table of exit codes", () => {
  test("is made from every error there is", () => {
    const calls = sources().flatMap(({ text }) => text.match(/\bdefineError(?:<\w+>)?\(\s*"/g) ?? []);
    expect(definedErrors()).toHaveLength(calls.length);
  });

  test("has a meaning for every code, and a code for every meaning", () => {
    const used = new Set([...definedErrors().map(({ exitCode }) => exitCode), ...Object.values(EXIT)]);
    expect(
      Object.keys(EXIT_MEANINGS)
        .map(Number)
        .toSorted((a, b) => a - b),
    ).toEqual([...used].toSorted((a, b) => a - b));
  });

  test("no error's code is used twice", () => {
    const codes = definedErrors().map(({ code }) => code);
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
  });
});

describe("the command ends with the code of the table:", () => {
  const nowhere = { DOCKER_HOST: "unix:///nonexistent/docker.sock" };
  test.each<readonly [code: number, line: string, environment: Readonly<Record<string, string>>]>([
    [EXIT.done, "--help", {}],
    [EXIT.done, "config", {}],
    [EXIT.usage, "local sttaus", {}],
    [EXIT.usage, "local wait --timeout soon", nowhere],
    [EXIT.usage, "completion tcsh", {}],
    [10, "local up", { NASIKO_PORT_KNOG: "1" }],
    [10, "--stack Bad_Name config", {}],
    [11, "local up", { NASIKO_AGENTS: "gone=nowhere" }],
    [12, "local up", { NASIKO_PORT_KONG: "4000", NASIKO_PORT_WEB: "4000" }],
    [13, "local status", nowhere],
    [13, "doctor", nowhere],
    [13, "local logs", { DOCKER_HOST: "nonsense" }],
  ])("%s for %s with %o", (code, line, environment) => {
    const { PATH = "", HOME = "" } = process.env;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(ROOT, "cli/main.ts"), ...line.split(" ")],
      { env: { PATH, HOME, NASIKO_HOME: home, ...environment }, encoding: "utf8" },
    );
    expect(status, stdout + stderr).toBe(code);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
