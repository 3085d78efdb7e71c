import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { readStackConfig } from "../../../../../cli/stack/config/stack-config.ts";

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), "nasiko-config-"))));
afterEach(() => rmSync(root, { recursive: true }));

const write = (text: string): void => writeFileSync(join(root, "Pulumi.local.yaml"), text);

describe("a stack's config", () => {
  test("hands structured values on as JSON text, as Pulumi does", () => {
    write(
      "encryptionsalt: v1:x\nconfig:\n  nasiko:portKong: 9200\n  nasiko:running: true\n  nasiko:agents: {a: b}\n",
    );
    expect(readStackConfig(root, "local").values).toEqual({
      "nasiko:portKong": "9200",
      "nasiko:running": "true",
      "nasiko:agents": '{"a":"b"}',
    });
  });

  test("is empty without a file, and with an empty one", () => {
    expect(readStackConfig(root, "other").values).toEqual({});
    write("");
    expect(readStackConfig(root, "local").values).toEqual({});
  });

  test.each([
    "config: [1",
    "config: 3",
    "config:\n  nasiko:x:\n    secure: v1:abc\n",
    `config: ${"[".repeat(5000)}`,
    `config: ${"{? ".repeat(5000)}`,
    `config:\n  a: &a [x]\n${Array.from({ length: 40 }, (_, i) => `  a${i}: &b${i} [*${i === 0 ? "a" : `b${i - 1}`}, *a]`).join("\n")}\n`,
    `#${"x".repeat(1_100_000)}`,
  ])("is refused with a reason: %j", (text) => {
    write(text);
    expect(() => readStackConfig(root, "local")).toThrow(
      "The stack's config Pulumi.local.yaml cannot be used.",
    );
  });
});
