import { EventEmitter } from "node:events";

import { expect, test } from "vitest";

import { EXIT } from "../../../../cli/lib/exit-codes.ts";
import { listenForSignals } from "../../../../cli/lib/interruption.ts";
import { tellOfLostReaders } from "../../../../cli/lib/lost-reader.ts";

function listening(ignored: readonly string[] = []) {
  const process = new EventEmitter();
  const stopped = new AbortController();
  const told: string[] = [];
  const onFirst = (): void => void told.push("stopping");
  const interruption = listenForSignals({ process, ignored, stopped: stopped.signal, onFirst });
  return { interruption, stopped, told, send: (signal: string) => process.emit(signal, signal) };
}

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
])("%s cancels, and ends with %i", (signal, code) => {
  const { interruption, send, told } = listening();
  expect(interruption.exitCode()).toBeUndefined();
  send(signal);
  expect(interruption.cancel.aborted).toBe(true);
  expect(interruption.terminate.aborted).toBe(false);
  expect([interruption.exitCode(), told]).toEqual([code, ["stopping"]]);
});

test("the second Ctrl-C stops at once; a terminal that closes twice does not", () => {
  const closed = listening();
  closed.send("SIGHUP");
  closed.send("SIGHUP");
  expect(closed.interruption.terminate.aborted).toBe(false);
  closed.send("SIGINT");
  expect(closed.interruption.terminate.aborted).toBe(true);
});

test("what nohup ignores stays ignored; a reader that goes cancels without a signal", () => {
  const { interruption, send, stopped } = listening(["SIGHUP"]);
  send("SIGHUP");
  expect(interruption.cancel.aborted).toBe(false);
  stopped.abort();
  expect([interruption.cancel.aborted, interruption.exitCode()]).toEqual([true, undefined]);
});

test.each([
  ["EPIPE", EXIT.done, EXIT.lostReader, ""],
  ["EPIPE", EXIT.deploymentFailed, EXIT.deploymentFailed, ""],
  ["ENOSPC", EXIT.done, EXIT.unwritten, "The output cannot be written: ENOSPC"],
])("stdout that fails with %s after %i ends with %i", (code, before, after, said) => {
  const written: string[] = [];
  const stderr = Object.assign(new EventEmitter(), { write: (text: string) => written.push(text) });
  const process = Object.assign(new EventEmitter(), { stdout: new EventEmitter(), stderr, exitCode: before });
  let lost = 0;
  tellOfLostReaders(process, () => (lost += 1));
  process.stdout.emit("error", Object.assign(new Error(code), { code }));
  process.stdout.emit("error", Object.assign(new Error(code), { code }));
  stderr.emit("error", new Error("EIO"));
  process.emit("exit");
  expect([process.exitCode, lost]).toEqual([after, 1]);
  expect(written.join("")).toContain(said);
});
