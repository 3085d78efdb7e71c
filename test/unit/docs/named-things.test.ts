import { describe, expect, test } from "vitest";

import { unknownAnchors, unknownNames } from "../../../docs/named-things.ts";

const problems = (text: string): readonly string[] => unknownNames("docs/PAGE.md", text);

describe("what a page names", () => {
  test.each([
    ["a path that is gone", "See `platform/nowhere.ts`.", "there is no path platform/nowhere.ts"],
    [
      "a test that is gone",
      "`test/e2e/agent-rollout.test.ts`",
      "there is no path test/e2e/agent-rollout.test.ts",
    ],
    ["a pattern without a match", "`test/{unit,e2e}/nowhere*`", "there is no path test/{unit,e2e}/nowhere*"],
    ["a variable that nothing reads", "NASIKO_PROT_KONG", "there is no variable NASIKO_PROT_KONG"],
    ["a config key that is no setting", "`nasiko:authMod`", "there is no config key nasiko:authMod"],
    ["an error that nobody throws", "NSK-PORT-IN-USES", "there is no error NSK-PORT-IN-USES"],
  ])("is refused: %s", (_, text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });

  test.each([
    ["paths and patterns", "`platform/settings` `test/{unit,e2e}` `index.ts`"],
    ["variables and keys", "NASIKO_HOME, `nasiko:authMode`, `nasiko:platform:Service`"],
    ["errors", "NSK-PORT-IN-USE"],
    ["what belongs to somebody else", "`application/json` `message/send` `docker.io/library` `@a2a-js/sdk`"],
    ["what is written into a block", "```sh\nls `platform/nowhere`\n```\n"],
  ])("is accepted: %s", (_, text) => {
    expect(problems(text)).toEqual([]);
  });

  test("leads to headings that exist", () => {
    const page =
      "# One\n\n## Exit codes & more\n[a](#one) [b](#two) [c](../README.md#compared) [d](../README.md#nope)";
    expect(unknownAnchors("README.md", "# One\n[b](#two)")).toEqual(["README.md has no heading #two"]);
    expect(unknownAnchors("docs/ENGINE.md", page)).toEqual([
      "docs/ENGINE.md has no heading #one",
      "docs/ENGINE.md has no heading #two",
      "README.md has no heading #nope",
    ]);
  });
});
