import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { lineReader } from "../../../../../cli/features/logs/log-frames.ts";

const TIME = "2027-06-01T00:00:00.00000000";

/** An entry as the engine sends it. */
function frame(text: string | Buffer, { stream = 1, time = `${TIME}1Z` } = {}): Buffer {
  const bytes = Buffer.concat([Buffer.from(`${time} `), Buffer.from(text)]);
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

function read(sent: Buffer, tty = false, chunk = sent.length): readonly string[] {
  const reader = lineReader("m", tty);
  const lines = [];
  for (let at = 0; at < sent.length; at += chunk) lines.push(...reader.push(sent.subarray(at, at + chunk)));
  return [...lines, ...reader.end()].map(({ text }) => text);
}

describe("lines of a container's log", () => {
  test("longer than the engine's entries come out whole, with the time of their beginning", () => {
    const long = "x".repeat(16_384);
    const reader = lineReader("m", false);
    const lines = [
      ...reader.push(frame(long, { time: `${TIME}1Z` })),
      ...reader.push(frame(long, { time: `${TIME}2Z` })),
      ...reader.push(frame("end\n", { time: `${TIME}3Z` })),
    ];
    expect(lines).toEqual([{ member: "m", time: `${TIME}1Z`, text: `${long}${long}end` }]);
  });

  test("of both streams do not run into each other", () => {
    const sent = [frame("out "), frame("err\n", { stream: 2 }), frame("goes on\n")];
    expect(read(Buffer.concat(sent))).toEqual(["err", "out goes on"]);
  });

  test("keep their carriage returns, and lose that of a Windows line end", () => {
    expect(read(Buffer.concat([frame("10%\r20%\r100%\n"), frame("dos\r\n")]))).toEqual([
      "10%\r20%\r100%",
      "dos",
    ]);
  });

  test("may be no UTF-8, and a character that is cut between entries is none that is lost", () => {
    expect(read(frame(Buffer.from([0x61, 0xff, 0x62, 0x0a])))).toEqual(["a\uFFFDb"]);
    const [first, second] = [Buffer.from("ä\n").subarray(0, 1), Buffer.from("ä\n").subarray(1)];
    expect(read(Buffer.concat([frame(first), frame(second)]))).toEqual(["ä"]);
  });

  test("without an end are told in the end", () => {
    expect(read(frame("no end"))).toEqual(["no end"]);
    expect(read(Buffer.from(`${TIME}1Z a\n${TIME}2Z b`), true)).toEqual(["a", "b"]);
  });

  test("are the same however the stream is cut", () => {
    const text = fc.string({ unit: "binary", maxLength: 40 }).map((line) => line.replaceAll(/[\r\n]/g, ""));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), fc.integer({ min: 1, max: 50 }), (lines, chunk) => {
        const told = lines.map((line) => Buffer.from(line).toString("utf8"));
        expect(read(Buffer.concat(lines.map((line) => frame(`${line}\n`))), false, chunk)).toEqual(told);
        const plain = Buffer.from(lines.map((line) => `${TIME}1Z ${line}\n`).join(""));
        expect(read(plain, true, chunk)).toEqual(told);
      }),
    );
  });
});
