import { describe, expect, expectTypeOf, test } from "vitest";

import type { Call, Command, Invocation } from "../../../../cli/commands/define-command.ts";
import { GROUPS } from "../../../../cli/commands/groups.ts";
import { COMMAND_LINE } from "../../../../cli/commands/index.ts";
import type { spec as up } from "../../../../cli/commands/local/up.ts";
import type { spec as wait } from "../../../../cli/commands/local/wait.ts";
import { helpPage, helpTopic } from "../../../../cli/lib/command-line/help.ts";
import { readLine } from "../../../../cli/lib/command-line/read-line.ts";
import {
  type GivenLine,
  loadCommandLine,
  type LoadedCommand,
  placeOf,
} from "../../../../cli/lib/command-line/spec.ts";

/** Every command with all that is said about it. */
const { commands: COMMANDS } = await loadCommandLine(COMMAND_LINE);

interface Parsed {
  readonly command: LoadedCommand<Command>;
  readonly given: GivenLine;
}

/** Reads a command line; nothing is run. @throws its first problem */
async function parse(line: string): Promise<Parsed> {
  const read = await readLine(COMMAND_LINE, line.split(" "));
  if (read.kind === "call") return read;
  throw read.kind === "wrong" && read.problems[0] !== undefined ? read.problems[0] : new Error(read.kind);
}

async function prepare(line: string): Promise<Call> {
  const { command, given } = await parse(line);
  return command.prepare(given);
}

describe("global options", () => {
  test.each(["--stack second local status", "local status --stack second"])(
    "count wherever they stand: %s",
    async (line) => {
      expect((await prepare(line)).globals.stack).toBe("second");
    },
  );

  test("that are not given are not there, so that the default is decided in one place", async () => {
    expect((await parse("local status")).given.options).not.toHaveProperty("stack");
    expect((await prepare("local status")).globals.stack).toBe("local");
  });
});

describe("every command", () => {
  test.each(COMMANDS)("$name has a summary, and examples that can be parsed and read", async (command) => {
    expect(command.summary).not.toBe("");
    expect(command.examples.length).toBeGreaterThan(0);
    for (const example of command.examples) {
      // An argument in quotes is one word; what the shell does with the output does not concern the command.
      const whole = example.replace(/'[^']*'/g, (quoted) => quoted.replace(/[' |]/g, ""));
      const lines = [...whole.matchAll(/(?<![-\w])nasiko ([^|&<>)"]+)/g)].map(([, line = ""]) => line.trim());
      const calls = await Promise.all(lines.map(parse));
      expect(calls.map(({ command: called }) => called.name)).toContain(command.name);
      for (const { command: called, given } of calls) expect(() => called.prepare(given)).not.toThrow();
    }
  });

  test("belongs to a group, and every group, its words and the essentials are explained", () => {
    const groups = GROUPS.map(({ name }) => name);
    for (const { group } of COMMANDS) expect(groups).toContain(group);
    for (const { summary } of GROUPS) expect(summary).not.toBe("");
    for (const { name } of COMMANDS)
      for (const [index] of name.split(" ").slice(1).entries())
        expect(COMMAND_LINE.namespaces).toHaveProperty([
          name
            .split(" ")
            .slice(0, index + 1)
            .join(" "),
        ]);
    const names = COMMANDS.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([...COMMAND_LINE.essentials]));
    expect(new Set(names).size).toBe(names.length);
  });

  test("follows only with the option that says so", async () => {
    expect((await prepare("local status")).follows).toBe(false);
    expect((await prepare("local status --watch")).follows).toBe(true);
    expect((await prepare("local logs -f kong")).follows).toBe(true);
    expect((await prepare("local watch")).follows).toBe(true);
    const { given } = await parse("local logs -f kong");
    expect(given).toMatchObject({ options: { follow: true }, args: { services: ["kong"] } });
  });
});

describe("a wrong command line is refused:", () => {
  test.each<readonly [line: string, code: string, suggestion: string]>([
    ["local sttaus", "NSK-COMMAND-UNKNOWN", "Did you mean ./nasiko local status?"],
    ["nonsense", "NSK-COMMAND-UNKNOWN", "./nasiko --help"],
    ["local nonsense", "NSK-COMMAND-UNKNOWN", "./nasiko local --help"],
    ["local logs --sicne 10m", "NSK-OPTION-UNKNOWN", "Did you mean --since?"],
    ["local logs -x", "NSK-OPTION-UNKNOWN", "./nasiko local logs --help"],
    ["local stats --follow", "NSK-OPTION-UNKNOWN", "./nasiko local stats --help"],
    ["local logs --tail", "NSK-OPTION-INVALID", "--tail <lines>"],
    ["local status --json=yes", "NSK-OPTION-INVALID", "--json"],
    ["local shell", "NSK-ARGUMENT-MISSING", "./nasiko local shell <service>"],
    ["local urls kong", "NSK-ARGUMENT-UNEXPECTED", "./nasiko local urls"],
  ])("%s", async (line, code, suggestion) => {
    await expect(parse(line)).rejects.toMatchObject({
      code,
      suggestion: expect.stringContaining(suggestion) as string,
    });
  });

  test("with everything that is wrong with its form at once", async () => {
    const read = await readLine(COMMAND_LINE, ["local", "shell", "--sicne", "--nonsense=1", "--json"]);
    expect(read).toMatchObject({
      kind: "wrong",
      problems: [
        { code: "NSK-OPTION-UNKNOWN" },
        { code: "NSK-OPTION-UNKNOWN" },
        { code: "NSK-ARGUMENT-MISSING" },
      ],
      // The refusal is one document, too.
      given: { options: { json: true } },
    });
  });

  test("with every wrong value at once", async () => {
    const refusal = prepare("local logs --stack= --tail many --since soon --grep (");
    await expect(refusal).rejects.toMatchObject({
      problems: ["--stack", "--tail", "--since", "--grep"].map((option) => ({
        code: "NSK-OPTION-INVALID",
        message: expect.stringContaining(option) as string,
      })),
    });
  });

  test("with the words that are accepted", async () => {
    await expect(prepare("local wait --status up")).rejects.toMatchObject({
      problems: [{ suggestion: "--status healthy, or down" }],
    });
    await expect(prepare("completion tcsh")).rejects.toMatchObject({
      problems: [{ suggestion: "bash, or zsh, or fish" }],
    });
  });

  test("when what never ends would have to be one document", async () => {
    await expect(prepare("local status --watch --json")).rejects.toMatchObject({
      problems: [{ suggestion: "--watch --events" }],
    });
  });
});

describe("what is typed", () => {
  const given = async (line: string): Promise<GivenLine> => (await parse(line)).given;

  test.each<readonly [line: string, options: GivenLine["options"], args: GivenLine["args"]]>([
    ["local logs -n 5 kong redis", { tail: "5" }, { services: ["kong", "redis"] }],
    ["local logs -fn5 --since=10m", { follow: true, tail: "5", since: "10m" }, { services: [] }],
    ["local logs --grep --help", { grep: "--help" }, { services: [] }],
    ["local logs --tail 1 --tail 2", { tail: "2" }, { services: [] }],
    ["local logs -- --tail", {}, { services: ["--tail"] }],
    ["local deploy-agent a --env A --env B,C", { env: ["A", "B,C"] }, { agent: "a", path: undefined }],
    ["--json local deploy-agent --quiet a ./b", { json: true, quiet: true }, { agent: "a", path: "./b" }],
  ])("%s", async (line, options, args) => {
    expect(await given(line)).toEqual({ options, args });
  });

  test("is incomplete when it is only the beginning of some commands", async () => {
    expect(await readLine(COMMAND_LINE, ["agent", "secret"])).toEqual({
      kind: "incomplete",
      place: "agent secret",
    });
    expect(await readLine(COMMAND_LINE, ["--json"])).toEqual({ kind: "incomplete", place: "" });
  });
});

describe("the words of a command", () => {
  test.each([
    ["local up kong", "local up"],
    ["--stack up local --json down", "local down"],
    ["agent secret set translator", "agent secret set"],
    ["help local", "local"],
    ["nonsense local up", ""],
    ["", ""],
  ])("%s: %s", (line, place) => {
    expect(placeOf(COMMAND_LINE, line.split(" "))).toBe(place);
  });
});

test("nothing but the command that is asked for is loaded", async () => {
  const loaded: string[] = [];
  const line = {
    ...COMMAND_LINE,
    commands: COMMAND_LINE.commands.map((command) => ({
      ...command,
      load: () => {
        loaded.push(command.name);
        return command.load();
      },
    })),
  };
  await helpPage(line, "");
  await helpTopic(line, ["--help"]);
  expect(loaded).toEqual([]);
  await readLine(line, ["--stack", "second", "local", "status"]);
  expect(loaded).toEqual(["local status"]);
});

describe("help", () => {
  test("is found wherever it is asked for", async () => {
    const topicOf = (line: string): Promise<string | undefined> => helpTopic(COMMAND_LINE, line.split(" "));
    expect(await topicOf("--help")).toBe("");
    expect(await topicOf("help local up")).toBe("local up");
    expect(await topicOf("--stack local --help")).toBe("");
    expect(await topicOf("local up kong -h")).toBe("local up");
    expect(await topicOf("local up kong")).toBeUndefined();
    expect(await topicOf("local logs --grep --help")).toBeUndefined();
  });

  test("begins with the five commands that somebody new needs, and has every command under its heading", async () => {
    const page = await helpPage(COMMAND_LINE, "");
    const [start = "", ...groups] = page.split("\n\n").slice(2);
    expect([...start.matchAll(/^ {2}(\S+ \S+) /gm)].map(([, name]) => name)).toEqual(COMMAND_LINE.essentials);
    expect(groups.join("\n").match(/^\S.*(?=: )/gm)).toEqual(GROUPS.map(({ title }) => title));
    for (const { name } of COMMANDS) expect(page).toContain(`\n  ${name} `);
    expect(Math.max(...page.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test("of a command explains its arguments, options and exit codes", async () => {
    const page = await helpPage(COMMAND_LINE, "local wait");
    expect(page).toContain("Usage: nasiko local wait [options] [service...]");
    expect(page).toMatch(/--timeout <time> +how long at most, e\.g\. 90s or 5m \(default: 120s\)/);
    expect(page).toMatch(/^ {2}24 +the time was up/m);
  });
});

test("a handler gets the values that its spec declares, and a misspelt option does not compile", () => {
  type Options = Invocation<typeof up>["options"];
  expectTypeOf<Options["autoPorts"]>().toEqualTypeOf<boolean>();
  expectTypeOf<Options["profile"]>().toEqualTypeOf<readonly string[]>();
  expectTypeOf<Options["config"]>().toEqualTypeOf<string | undefined>();
  expectTypeOf<Invocation<typeof up>["args"]["services"]>().toEqualTypeOf<readonly string[]>();
  expectTypeOf<Invocation<typeof wait>["options"]["timeout"]>().toEqualTypeOf<number>();
  expectTypeOf<Invocation<typeof wait>["options"]["status"]>().toEqualTypeOf<"healthy" | "down">();
  // @ts-expect-error: the option is called autoPorts
  expectTypeOf<Options["autoPrts"]>();
});
