import { describe, expect, test } from "vitest";

import {
  apiPrefix,
  compareApi,
  isVersionRefusal,
  negotiateApi,
} from "../../../../engine/formats/api-version.ts";

test.each([
  ["20.10", { ApiVersion: "1.41", MinAPIVersion: "1.12" }, "1.41"],
  ["26.1", { ApiVersion: "1.45", MinAPIVersion: "1.24" }, "1.45"],
  ["28.5", { ApiVersion: "1.51", MinAPIVersion: "1.24" }, "1.51"],
  ["one newer than this program", { ApiVersion: "1.56", MinAPIVersion: "1.40" }, "1.51"],
  ["one that gave up old versions", { ApiVersion: "1.54", MinAPIVersion: "1.44" }, "1.51"],
  ["one that gave up all that is known here", { ApiVersion: "1.70", MinAPIVersion: "1.60" }, "1.60"],
  ["one that does not say since when", { ApiVersion: "1.41" }, "1.41"],
  ["Podman", { ApiVersion: "1.41", MinAPIVersion: "1.24", Version: "4.3.1" }, "1.41"],
])("with %s the newest version that both know is spoken", (_, answer, version) => {
  expect(negotiateApi(answer)).toBe(version);
  expect(apiPrefix(answer)).toBe(`/v${version}`);
});

test.each([undefined, null, "OK", {}, { ApiVersion: "" }, { ApiVersion: 1.41 }, { ApiVersion: "1.41/../x" }])(
  "an engine that answers %j is asked without a version",
  (answer) => {
    expect(apiPrefix(answer)).toBe("");
  },
);

test("versions are compared as numbers", () => {
  expect(compareApi("1.9", "1.41")).toBeLessThan(0);
  expect(compareApi("2.0", "1.99")).toBeGreaterThan(0);
  expect(compareApi("1.44", "1.44")).toBe(0);
});

describe("the refusal of a version", () => {
  test.each([
    [400, "client version 1.41 is too old. Minimum supported API version is 1.44, please upgrade", true],
    [400, "client version 1.60 is too new. Maximum supported API version is 1.51", true],
    [400, "dockerfile parse error line 1: unknown instruction: FORM", false],
    [500, "client version 1.41 is too old", false],
    [undefined, "client version 1.41 is too old", false],
  ])("%j %s: %s", (status, message, expected) => {
    expect(isVersionRefusal(status, message)).toBe(expected);
  });
});
