import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { handler } from "../../../../../cli/commands/env.handler.ts";
import { createOutput } from "../../../../../cli/render/output.ts";
import { type CommandContext, createContext } from "../../../../../cli/stack/context.ts";
import { recordSelection } from "../../../../../cli/stack/home/record-selection.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "nasiko-selection-"));
});
afterEach(() => rmSync(home, { recursive: true }));

function contextOf(environment: Readonly<Record<string, string>>): CommandContext {
  const { signal } = new AbortController();
  return createContext({
    options: { stack: "unit-selection" },
    environment: { NASIKO_HOME: home, HOME: home, ...environment },
    output: createOutput({
      ...{ json: false, events: false, quiet: true, environment: {} },
      ...{ stdout: process.stdout, stderr: process.stderr },
    }),
    interruption: { cancel: signal, terminate: signal },
  });
}

const exported = async (): Promise<string> =>
  (await handler(contextOf({}), { options: {}, args: {} } as never)).text;

test("`env` carries what the last run was told to make up, until another one is told something else", async () => {
  expect(await exported()).not.toContain("NASIKO_PROFILES");
  recordSelection(contextOf({ NASIKO_PROFILES: "core", NASIKO_WITHOUT: "n8n" }));
  expect(await exported()).toContain("export NASIKO_PROFILES='core'\nexport NASIKO_WITHOUT='n8n'");
  expect((await contextOf({}).settings()).settings.without).toEqual([]);
  recordSelection(contextOf({}));
  expect(await exported()).not.toContain("NASIKO_PROFILES");
});
