import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { chosenHome } from "../../../../../cli/stack/home/chosen-home.ts";
import { loadSettings } from "../../../../../platform/settings/load.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "nasiko chosen höme "))));
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const load = (stack: string, environment = {}) =>
  loadSettings({ root: folder, stack, environment, stackConfig: {} });

test("NASIKO_HOME of an env file is obeyed, the environment's before it and .nasiko.env before .env", () => {
  write(".env", 'A=1\nNASIKO_HOME="/of env"\n');
  expect(chosenHome({}, folder)).toBe("/of env");
  write(".nasiko.env", "export NASIKO_HOME=/of-nasiko-env # ours\n");
  expect(chosenHome({}, folder)).toBe("/of-nasiko-env");
  write("chosen", "NASIKO_HOME=/of-config");
  expect(chosenHome({ NASIKO_CONFIG_FILE: "chosen" }, folder)).toBe("/of-config");
  expect(chosenHome({ NASIKO_HOME: "/of-environment" }, folder)).toBe("/of-environment");
});

test.each(["", "relative"])("NASIKO_HOME=%s in the environment counts as unset", (home) => {
  expect(chosenHome({ NASIKO_HOME: home }, folder)).toBeUndefined();
  expect(load("local", { NASIKO_HOME: home }).settings.home).toBeUndefined();
});

test("every stack is told the home of an env file, and other stacks nothing else of it", () => {
  write(".env", "NASIKO_HOME=/of-env\nNASIKO_PORT_KONG=9200\n");
  expect(load("local").settings).toMatchObject({ home: "/of-env", portKong: 9200 });
  expect(load("two").settings).toMatchObject({ home: "/of-env", portKong: undefined });
});

test("a folder called .env is somebody else's, e.g. a Python environment", () => {
  mkdirSync(join(folder, ".env"));
  expect(chosenHome({}, folder)).toBeUndefined();
  expect(load("local").settings.stack).toBe("local");
});

test("foreign names of .env are told and reach agents; slips are refused, and so is what stands in our own files", () => {
  write(".env", "REDIS_URL=redis://mine\nNASIKO_TEAM=blue\nOTHER=1\n");
  const { notes, variable } = load("local");
  expect(notes).toEqual([
    "REDIS_URL in .env decides nothing here; agents that ask for it get it.",
    "NASIKO_TEAM in .env decides nothing here; agents that ask for it get it.",
  ]);
  expect([variable("REDIS_URL")?.value, variable("NASIKO_TEAM")?.value]).toEqual(["redis://mine", "blue"]);
  write(".env", "NASIKO_PORT_KNOG=1\n");
  expect(() => load("local")).toThrow("There is no setting NASIKO_PORT_KNOG.");
  write(".env", "");
  write(".nasiko.env", "REDIS_URL=redis://mine\n");
  expect(() => load("local")).toThrow("REDIS_URL is no setting here.");
});
