import { Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { createOutput } from "../../../../cli/render/output.ts";
import { createPaint } from "../../../../cli/render/visible.ts";
import { table } from "../../../../cli/render/table.ts";

/** A stream that keeps what it is given. */
function stream(isTTY: boolean): Writable & { readonly isTTY: boolean; text: string } {
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      kept.text += chunk.toString();
      done();
    },
  });
  const kept = Object.assign(sink, { isTTY, text: "" });
  return kept;
}

function outputTo(isTTY: boolean, mode: { readonly json?: boolean; readonly events?: boolean } = {}) {
  const [stdout, stderr] = [stream(isTTY), stream(isTTY)];
  const request = { json: false, events: false, quiet: false, ...mode, stdout, stderr, environment: {} };
  return { output: createOutput(request), stdout, stderr };
}

/** Sets the window's title, fills the clipboard, hides a line, turns text round; and C1's way to begin a sequence. */
const ATTACKS = [
  "\u001b]0;owned\u0007",
  "\u001b]52;c;Y3VybCBldmls\u0007",
  "\u001b[2K\u001b[1A",
  "\u009b31m",
  "harmless\rHARM",
  "gnp.\u202etxt",
  "\u2066a\u2069",
  "\b\b\b",
  "\u007f",
  "\u001b[8mhidden",
];

describe("on a terminal, what others wrote is shown and not run:", () => {
  test.for(ATTACKS)("%j", (text) => {
    const { output, stdout, stderr } = outputTo(true);
    output.line(text);
    output.result({ text, json: {} });
    output.note(text);
    output.failure({ text, json: {} });
    for (const written of [stdout.text, stderr.text])
      expect(written).not.toMatch(
        // eslint-disable-next-line no-control-regex -- these are what must not be there
        /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e-\u200f\u202a-\u202e\u2066-\u2069]/,
      );
  });

  test("by its number", () => {
    const { output, stdout } = outputTo(true);
    output.line("a\u001b[31mb\u202ec\td");
    expect(stdout.text).toBe("a\\x1b[31mb\\u202ec\td\n");
  });

  test("also within our own colours, which are run", () => {
    const { output, stdout } = outputTo(true);
    output.line(output.resultColors.red(`a\u001b[0m${output.resultColors.bold("b")}c`));
    expect(stdout.text).toBe("\u001b[31ma\\x1b[0m\u001b[1mb\u001b[22mc\u001b[39m\n");
  });

  test("whatever it is", () => {
    const { colors, show } = createPaint(true);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const shown = show(`${text}${colors.green(text)}${text}`);
        expect(stripVTControlCharacters(shown)).toBe(show(text).repeat(3));
        // eslint-disable-next-line no-control-regex -- only our own colour's two
        expect(shown.match(/\u001b/g) ?? []).toHaveLength(2);
      }),
    );
  });
});

describe("in a pipe", () => {
  test.for(ATTACKS)("%j stays as it is", (text) => {
    const { output, stdout } = outputTo(false);
    output.line(text);
    expect(stdout.text).toBe(`${text}\n`);
  });

  test("JSON writes it by its number, and means the same", () => {
    for (const mode of [{ json: true }, { events: true }]) {
      const { output, stdout } = outputTo(true, mode);
      output.result({ text: "", json: { attacks: ATTACKS } });
      // eslint-disable-next-line no-control-regex -- these are what must not be there
      expect(stdout.text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
      expect(JSON.parse(stdout.text)).toMatchObject({ attacks: ATTACKS });
    }
  });
});

test("colours of a line can be measured away before it is shown", () => {
  const { colors } = createPaint(true);
  expect(stripVTControlCharacters(colors.red(colors.dim("word")))).toBe("word");
  expect(createPaint(false).colors.red("word")).toBe("word");
});

test("a cell of a table has one line", () => {
  expect(
    table([
      ["A", "B"],
      ["x\nforged  row", "y"],
    ]),
  ).toBe("A             B\nx forged  row  y".replace("A  ", "A   "));
});
