import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { parse } from "yaml";

const ROOT = join(import.meta.dirname, "../../..");

test("a Node that runs no TypeScript is refused in one sentence before the program loads", () => {
  const { main } = parse(readFileSync(join(ROOT, "Pulumi.yaml"), "utf8")) as { readonly main: string };
  const script = `import("./${main}").catch((error) => console.log(JSON.stringify({ ...error, message: error.message })))`;
  // A new Node that is told not to strip types is what an old one is.
  const told = execFileSync(process.execPath, ["--no-experimental-strip-types", "--eval", script], {
    cwd: ROOT,
    encoding: "utf8",
    env: { PATH: process.env["PATH"] },
  });
  const error = JSON.parse(told) as Error;
  // The SDK prints the message of these, and nothing else.
  expect(pulumi.RunError.isInstance(error)).toBe(true);
  expect(error.message).toMatch(
    /^Nasiko needs Node 22\.18 or newer, .*; this is v\d+\.\d+\.\d+\.\n→ https:\S+$/,
  );
});
