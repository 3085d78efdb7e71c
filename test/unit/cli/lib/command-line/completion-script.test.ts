import { execFileSync } from "node:child_process";

import { describe, expect, test } from "vitest";

import { COMMAND_LINE as LISTED } from "../../../../../cli/commands/index.ts";
import { completionScript, placesOf, SHELLS } from "../../../../../cli/lib/command-line/completion-script.ts";
import { loadCommandLine } from "../../../../../cli/lib/command-line/spec.ts";

const COMMAND_LINE = await loadCommandLine(LISTED);
const { commands: COMMANDS } = COMMAND_LINE;
const MEMBERS = { service: ["kong", "redis"], agent: ["translator"] };

/** What bash offers after these words. */
function offered(...words: readonly string[]): readonly string[] {
  const script = `${completionScript("bash", COMMAND_LINE, MEMBERS)}
COMP_WORDS=(nasiko ${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length}; _nasiko
printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync("bash", ["-c", script], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line !== "");
}

describe("bash completes", () => {
  test("the first word", () => {
    expect(offered("loca")).toEqual(["local"]);
    expect(offered("previ")).toEqual(["preview"]);
  });

  test("words below a word, also behind options", () => {
    expect(offered("local", "re")).toContain("restart");
    expect(offered("--json", "local", "statu")).toEqual(["status"]);
  });

  test("options of a command", () => {
    expect(offered("local", "up", "--auto")).toEqual(["--auto-ports"]);
    expect(offered("local", "logs", "kong", "--fo")).toEqual(["--follow"]);
  });

  test("agents where a command takes one", () => {
    expect(offered("local", "remove-agent", "")).toContain("translator");
  });

  test("services where a command takes them", () => {
    expect(offered("local", "logs", "re")).toEqual(["redis"]);
    expect(offered("local", "down", "re")).toEqual([]);
  });
});

test("every command has its place", () => {
  const places = placesOf(COMMAND_LINE, MEMBERS).map(({ words }) => words);
  for (const { name } of COMMANDS) expect(places).toContain(name);
});

test.each(SHELLS)("the script for %s knows every command and quotes every help text", (shell) => {
  const script = completionScript(shell, COMMAND_LINE, MEMBERS);
  for (const { name } of COMMANDS) expect(script).toContain(name.split(" ").at(-1) ?? name);
  // An odd number of single quotes would end the script in the middle of a word.
  expect((script.replaceAll("'\\''", "").match(/'/g) ?? []).length % 2).toBe(0);
});
