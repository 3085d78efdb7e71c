import { once } from "node:events";
import { text } from "node:stream/consumers";

import { describe, expect, test } from "vitest";

import { runCommand, startCommand } from "../../../../cli/lib/run-command.ts";

/** A program that writes these bytes one after the other, each in a chunk of its own. */
const byteByByte = (bytes: Buffer, stream: "stdout" | "stderr" = "stdout"): readonly string[] => [
  "-e",
  `const bytes = Buffer.from("${bytes.toString("hex")}", "hex");
   const next = (at) => at < bytes.length && process.${stream}.write(bytes.subarray(at, at + 1), () => setTimeout(next, 1, at + 1));
   next(0);`,
];

const FOREVER = ["-e", "setInterval(() => undefined, 1000)"];

describe("a program", () => {
  test("hands on whole lines and whole characters, however its output is cut", async () => {
    const lines: string[] = [];
    const written = "größer €\n\nzwei\r\nthe last has no end";
    const { exitCode, output } = await runCommand(process.execPath, byteByByte(Buffer.from(written)), {
      onLine: (line) => lines.push(line.trimEnd()),
    });
    expect(lines).toEqual(["größer €", "zwei", "the last has no end"]);
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: written });
  });

  test("gets its arguments as they are: there is no shell", async () => {
    const argument = "$(id) `id` ; exit 3 * \"'";
    const { output } = await runCommand(process.execPath, ["-p", "process.argv[1]", argument]);
    expect(output).toBe(argument);
  });

  test("tells its exit code, and both streams", async () => {
    const script = "console.log('out'); console.error('err'); process.exitCode = 3";
    const { exitCode, output } = await runCommand(process.execPath, ["-e", script]);
    expect(exitCode).toBe(3);
    expect(output.split("\n").toSorted()).toEqual(["err", "out"]);
  });

  test("that is not there is an error of its own", async () => {
    await expect(runCommand("nasiko-no-such-program", [])).rejects.toThrow("ENOENT");
  });

  test("has no exit code when its time is over", async () => {
    expect(await runCommand(process.execPath, FOREVER, { timeout: 50 })).toMatchObject({
      exitCode: undefined,
    });
  });

  test("is killed by the signal that it is given, also by one that came before", async () => {
    const stop = new AbortController();
    const running = runCommand(process.execPath, FOREVER, { signal: stop.signal });
    stop.abort();
    expect(await running).toMatchObject({ exitCode: undefined });
    expect(await runCommand(process.execPath, FOREVER, { signal: stop.signal })).toMatchObject({
      exitCode: undefined,
    });
  });
});

describe("a program whose output is read while it runs", () => {
  test("gives stdout as it is, and stderr line by line with its last lines kept", async () => {
    const told: string[] = [];
    const script =
      "process.stdout.write('\\xff\\n'); for (let i = 0; i < 20; i++) console.error('line ' + i)";
    const command = await startCommand(process.execPath, ["-e", script], {
      onLine: (line) => told.push(line),
    });
    expect(await text(command.stdout)).toBe("ÿ\n");
    expect(await command.exit).toBe(0);
    expect(told).toHaveLength(20);
    expect(command.tail()).toEqual(Array.from({ length: 15 }, (_, index) => `line ${index + 5}`));
  });

  test("ends when it is stopped", async () => {
    const command = await startCommand(process.execPath, [
      "-e",
      "console.log('up'); setInterval(() => {}, 1000)",
    ]);
    await once(command.stdout, "readable");
    command.stdout.resume();
    await command.stop();
    expect(await command.exit).toBeUndefined();
  });

  test("says why it could not be started", async () => {
    const command = await startCommand("nasiko-no-such-program", []);
    expect(await command.exit).toBeUndefined();
    expect(command.tail().join("\n")).toContain("nasiko-no-such-program");
  });
});
