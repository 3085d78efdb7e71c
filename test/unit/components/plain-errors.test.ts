import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";

import { plainErrors } from "../../../components/plain-errors.ts";
import { describeError } from "../../../engine/core/program-errors.ts";
import { loadSettings } from "../../../platform/settings/load.ts";

function failureOf(body: () => unknown): unknown {
  try {
    return plainErrors(body);
  } catch (error) {
    return error;
  }
}

const load = (environment: Readonly<Record<string, string>>, stackConfig: Readonly<Record<string, string>>) =>
  failureOf(() => loadSettings({ root: "/nowhere", stack: "plain", environment, stackConfig }));

describe("wrong input, as the Pulumi CLI tells it", () => {
  test("a config value of the wrong type is named with its suggestion, without a stack trace", () => {
    const error = load({}, { "nasiko:portOffset": "[1,2]" });
    // The SDK prints the message of these, and nothing else.
    expect(pulumi.RunError.isInstance(error)).toBe(true);
    const { message } = error as Error;
    expect(message).toContain("nasiko:portOffset");
    expect(message).toMatch(/^→ \S/m);
    expect(message).toContain("NSK-SETTING-INVALID");
    expect(message).not.toMatch(/^\s+at /m);
  });

  test("a contradiction and a wrong type are told together, and one by one to our own engine", () => {
    const error = load(
      { AUTH_MODE: "simple" },
      { "nasiko:authMode": "enterprise", "nasiko:running": "maybe" },
    );
    const { message } = error as Error;
    expect(message).toContain("AUTH_MODE");
    expect(message).toContain("nasiko:running");
    const codes = describeError(error).map(({ problem }) => problem?.code);
    expect(codes.toSorted()).toEqual(["NSK-SETTING-CONTRADICTED", "NSK-SETTING-INVALID"]);
  });

  test("what is our own fault stays as it is, with its trace", () => {
    const fault = new TypeError("ours");
    const thrown = failureOf(() => {
      throw fault;
    });
    expect(thrown).toBe(fault);
    expect(describeError(thrown)[0]?.message).toMatch(/\n +at /);
  });
});
