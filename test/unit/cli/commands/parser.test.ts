import { describe, expect, test } from "vitest";

import type { Command, OptionValues } from "../../../../cli/commands/command.ts";
import { COMMANDS } from "../../../../cli/commands/commands.ts";
import { createParser } from "../../../../cli/commands/parser.ts";

/** Parses a command line; nothing is run. */
async function parse(line: string): Promise<{ readonly name: string; readonly options: OptionValues }> {
  let found: { readonly name: string; readonly options: OptionValues } | undefined;
  const parser = createParser(COMMANDS, ({ name }: Command, options) => {
    found = { name, options };
    return Promise.resolve();
  });
  for (const each of [parser, ...parser.commands, ...parser.commands.flatMap(({ commands }) => commands)])
    each.exitOverride().configureOutput({ writeErr: () => undefined });
  await parser.parseAsync(["node", "nasiko", ...line.split(" ")]);
  if (found === undefined) throw new Error("no command was run");
  return found;
}

describe("global options", () => {
  test.each(["--stack second local status", "local status --stack second"])(
    "count wherever they stand: %s",
    async (line) => {
      expect((await parse(line)).options["stack"]).toBe("second");
    },
  );

  test("that are not given are not there, so that the default is decided in one place", async () => {
    expect((await parse("local status")).options).not.toHaveProperty("stack");
  });
});

describe("every command", () => {
  test.each(COMMANDS)("$name has a handler, a summary and examples that can be parsed", async (command) => {
    const { handler } = await command.load();
    expect(handler).toBeTypeOf("function");
    expect(command.summary).not.toBe("");
    expect(command.examples.length).toBeGreaterThan(0);
  });

  test("follows only with the option that says so", async () => {
    for (const name of ["local status", "local logs"]) {
      const follows = COMMANDS.find((command) => command.name === name)?.follows;
      expect(follows?.({})).toBe(false);
      expect(follows?.({ watch: true, follow: true })).toBe(true);
    }
    const { options } = await parse("local logs -f kong");
    expect(options).toMatchObject({ follow: true, services: ["kong"] });
  });
});

test.each(["local sttaus", "local logs --sicne 10m", "local shell", "--stack= local status"])(
  "a wrong command line is refused: %s",
  async (line) => {
    await expect(parse(line)).rejects.toThrow();
  },
);
