import { describe, expect, test } from "vitest";
import { readEnvFile, valuesOf } from "../../../../../engine/formats/compose/env-file.ts";

/** Docker Compose itself is asked in test/integration/agents/compose-conformance.test.ts. */
describe("an env file", () => {
  const read = (text: string | Uint8Array): ReturnType<typeof readEnvFile> =>
    readEnvFile(typeof text === "string" ? Buffer.from(text) : text, (name) =>
      name === "OUTER" ? { value: "o", sensitive: true } : undefined,
    );

  test.each<[string, Readonly<Record<string, string>>]>([
    ["A=1 # c\nB=1#c\nC=#c", { A: "1", B: "1#c", C: "#c" }],
    ["A='x # $OUTER'\nB=\"x\\n${OUTER}\" # c", { A: "x # $OUTER", B: "x\no" }],
    ["export A=${NONE:-d}\r\nB=$A\r\n", { A: "d", B: "d" }],
    ["\uFEFFA=1", { A: "1" }],
    ["OUTER\nNONE\n", { OUTER: "o" }],
    ['A="one\ntwo"\nB=2', { A: "one\ntwo", B: "2" }],
    ["", {}],
  ])("%j holds %j", (text, values) => {
    expect([valuesOf(read(text)), read(text).problems]).toEqual([values, []]);
  });

  test("tells each value's line, and keeps secret what is made of a secret", () => {
    expect(read('\n# c\nA="x\ny"\nB=$OUTER\n').variables).toEqual([
      { name: "A", value: "x\ny", sensitive: false, line: 3 },
      { name: "B", value: "o", sensitive: true, line: 5 },
    ]);
  });

  test.each<[string | Uint8Array, number, RegExp]>([
    ["A=1\nB C\n", 2, /no line of the form/],
    ["A=1\n\nB='x\n", 3, /not closed/],
    ['A="x" y\nB=1', 1, /"y" follows its closing/],
    ["A=${", 1, /names no variable/],
    ["A=${NONE:?}", 1, /needs NONE/],
    [Buffer.from("\uFEFFA=1", "utf16le"), 1, /UTF-16/],
    [Buffer.from([0x41, 0x3d, 0xe9]), 1, /another encoding/],
  ])("%j is refused in line %d", (text, line, reason) => {
    expect(read(text).problems).toMatchObject([{ line }]);
    expect(read(text).problems[0]?.reason).toMatch(reason);
  });
});
