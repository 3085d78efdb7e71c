import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

import { baseProgress, stepOf } from "../../../../../cli/engine-host/images/base-progress.ts";

test.each([
  "Resolving dependencies of required packages...",
  "Unpacking the base system...",
  "Step 2/5 : RUN groupadd --gid 1000 node",
  "nasiko: http://mirror/debian-security has no bookworm-security: this base goes without security updates",
  "importing",
])("%s is a step", (line) => {
  expect(stepOf(line)?.slice(0, 90)).toBe(line.slice(0, 90));
});

test.each([
  "Retrieving adduser 3.134",
  "Validating libc6 2.36-9+deb12u14",
  "Extracting base-files...",
  "Unpacking base-passwd...",
  "Configuring libc6:amd64...",
  "Unpacking libpam0g:amd64 (1.5.2-6+deb12u3) over (1.5.2-6+deb12u1) ...",
  "Setting up perl-base (5.36.0-7+deb12u4) ...",
  "(Reading database ... 6096 files and directories currently installed.)",
  "---> Running in 0123456789ab",
  "building dependency tree",
])("%s is a line within a step", (line) => {
  expect(stepOf(line)).toBeUndefined();
});

test("a step takes one line of a terminal, however long its command is", () => {
  const step = stepOf(`Step 3/7 : RUN apt-get update  && ${"apt-get install x && ".repeat(20)}true`);
  expect(step).toHaveLength(100);
  expect(step).toMatch(/^Step 3\/7 : RUN apt-get update && .*…$/);
});

test("every line is kept in the base's file, of the last run only", () => {
  const logs = mkdtempSync(join(tmpdir(), "nasiko-logs-"));
  try {
    const shown: string[] = [];
    for (const run of ["first", "second"]) {
      const onLine = baseProgress({ logs, show: (base, step) => shown.push(`${base}: ${step}`) });
      for (const line of ["building", "Setting up x", run]) onLine("base-node", line);
    }
    expect(readFileSync(join(logs, "base-node.log"), "utf8")).toBe("building\nSetting up x\nsecond\n");
    const once = [`base-node: all lines go to ${join(logs, "base-node.log")}`, "base-node: building"];
    expect(shown).toEqual([...once, ...once]);
  } finally {
    rmSync(logs, { recursive: true });
  }
});
