import { describe, expect, test } from "vitest";
import { defineError, NasikoErrors } from "../../../../platform/errors/define-error.ts";
import { engineUnsupported } from "../../../../engine/core/errors.ts";
import type { EngineEvent } from "../../../../engine/core/journal.ts";
import { createJournal } from "../../../../engine/core/journal.ts";
import { describeError } from "../../../../engine/core/program-errors.ts";

describe("the journal", () => {
  test("tells a failure once, however often it comes up, with its parts when it is a user error", () => {
    const events: EngineEvent[] = [];
    const journal = createJournal((event) => events.push(event));
    const error = engineUnsupported({ what: "this" });
    journal.fail(error, "urn:a");
    journal.fail(error);
    journal.fail(new Error("broken", { cause: error }), "urn:a");
    journal.fail(new Error("broken", { cause: error }), "urn:a");
    expect(journal.failed).toBe(true);
    expect(journal.diagnostics.map(({ message, urn, problem }) => [message, urn, problem?.code])).toEqual([
      ["The embedded engine does not support this.", "urn:a", "NSK-ENGINE-UNSUPPORTED"],
      ["broken", "urn:a", "NSK-ENGINE-UNSUPPORTED"],
    ]);
    expect(events).toHaveLength(2);
  });
  test("knows its own words when the program repeats them", () => {
    const journal = createJournal();
    journal.answered("no space left");
    expect(
      journal.isEcho("failed to register new resource x [t]: 2 UNKNOWN: no space left\n    at x.ts:1"),
    ).toBe(true);
    expect(journal.isEcho("Error: no space left\n    at invoke")).toBe(true);
    expect(journal.isEcho("no space left, said the program itself")).toBe(false);
  });
  test("keeps debug lines out of the result", () => {
    const events: EngineEvent[] = [];
    const journal = createJournal((event) => events.push(event));
    journal.note({ severity: "debug", message: "detail" });
    expect(journal.diagnostics).toEqual([]);
    expect(events).toEqual([{ kind: "diagnostic", severity: "debug", message: "detail" }]);
    expect(journal.failed).toBe(false);
  });
});

describe("an error of the program", () => {
  const wrong = defineError("NSK-TEST-WRONG", {
    exitCode: 77,
    sentence: (what: string) => `${what} is wrong.`,
    suggestion: () => "do it right",
  });
  const user = wrong("this");
  test("that is a user error is told in its parts, without a stack trace", () => {
    const [told] = describeError(user);
    expect(told?.message).toBe(user.message);
    expect(told?.problem).toMatchObject({ code: user.code, suggestion: user.suggestion, exitCode: 77 });
  });
  test("of the engine's own kind is told with what helps", () => {
    const [told] = describeError(engineUnsupported({ what: "this" }));
    expect(told?.problem).toEqual({
      code: "NSK-ENGINE-UNSUPPORTED",
      message: "The embedded engine does not support this.",
      action: { id: "use-pulumi-cli" },
    });
  });
  test("that wraps a user error is told as that", () => {
    expect(describeError(new Error("outer", { cause: user }))[0]?.message).toBe(user.message);
  });
  test("that stands for several is told as several", () => {
    const other = wrong("that");
    expect(describeError(new NasikoErrors([user, other])).map(({ message }) => message)).toEqual([
      user.message,
      other.message,
    ]);
  });
  test("of another kind keeps its stack trace", () => {
    expect(describeError(new TypeError("undefined is not a function"))[0]?.message).toMatch(
      /^TypeError: undefined is not a function\n {4}at /,
    );
  });
  test("that only says that the engine has gone is not told", () => {
    expect(describeError(Object.assign(new Error("terminating"), { code: 14 }))).toEqual([]);
  });
  test("by which the SDK misses something is told as that", () => {
    const error = new Error("The Pulumi CLI does not support transforms. Please update the Pulumi CLI");
    expect(describeError(error)[0]?.unsupported).toBe("transforms");
  });
  test("that is no Error is told as it is", () => {
    expect(describeError("text")).toEqual([{ message: "text" }]);
    expect(describeError({ a: 1 })).toEqual([{ message: "{ a: 1 }" }]);
  });
});
