import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import type { PreviewReport } from "../../../../../cli/features/preview/report.ts";
import { type Outcome, ROOT, run } from "../../../../e2e/support/test-stack.ts";

/** A repository of two commits: the second gives Redis more memory and leaves all else alone. */
let repository: string;
let home: string;

const git = (...args: readonly string[]): string =>
  execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@localhost", ...args], {
    cwd: repository,
    encoding: "utf8",
  });

beforeAll(() => {
  repository = mkdtempSync(join(tmpdir(), "nasiko-repository-"));
  home = mkdtempSync(join(tmpdir(), "nasiko-home-"));
  const tracked = execFileSync(
    "git",
    ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ":!test"],
    {
      cwd: ROOT,
      encoding: "utf8",
    },
  );
  for (const file of tracked.split("\0").filter((name) => name !== "")) {
    mkdirSync(dirname(join(repository, file)), { recursive: true });
    copyFileSync(join(ROOT, file), join(repository, file));
  }
  git("init", "--quiet");
  git("add", "--all");
  git("commit", "--quiet", "--message", "Before");
  symlinkSync(join(ROOT, "node_modules"), join(repository, "node_modules"));
  const service = join(repository, "platform/services/redis.ts");
  writeFileSync(service, readFileSync(service, "utf8").replace('memory: "256MB"', 'memory: "384MB"'));
  git("commit", "--quiet", "--all", "--message", "Give Redis more memory");
});

afterAll(() => {
  rmSync(repository, { recursive: true });
  rmSync(home, { recursive: true });
});

/** On a machine without an engine. */
const preview = (stack: string, ...args: readonly string[]): Promise<Outcome> =>
  run(process.execPath, [join(repository, "cli/main.ts"), "--stack", stack, "preview", ...args], {
    ...process.env,
    NASIKO_HOME: home,
    DOCKER_HOST: "tcp://127.0.0.1:1",
  });

test("two commits are compared without engine and state: the change, its radius, the sum", async () => {
  const outcome = await preview("enterprise", "--format", "markdown", "--compare", "HEAD~1");
  expect(outcome, outcome.stderr).toMatchObject({ exitCode: 4 });
  expect(outcome.stdout).toContain("**1 step (1 update)");
  expect(outcome.stdout).toMatch(
    /\| update \| container redis \| `memory: 256 → 384`<br>`memorySwap: 256 → 384` \|/,
  );
  expect(outcome.stdout).toMatch(/memory limits: (\d+) → (\d+) MB/);
  expect(git("status", "--porcelain")).toBe("?? node_modules\n");
});

test("a commit compared with itself is no change", async () => {
  const outcome = await preview("local", "--json", "--compare", "HEAD");
  expect(outcome, outcome.stderr).toMatchObject({ exitCode: 0 });
  const report = JSON.parse(outcome.stdout) as PreviewReport;
  expect(report.changes).toEqual([]);
  expect(report.counts.same).toBeGreaterThan(50);
});

test("a commit that git does not know is one clear error", async () => {
  const outcome = await preview("local", "--compare", "no-such-branch");
  expect(outcome).toMatchObject({ exitCode: 10, stdout: "" });
  expect(outcome.stderr).toContain(
    'NSK-REF-UNKNOWN: There is nothing to compare with: git knows no "no-such-branch"',
  );
});

test("from an empty state everything is new, and no engine is asked", async () => {
  const outcome = await preview("local", "--json", "--offline");
  expect(outcome, outcome.stderr).toMatchObject({ exitCode: 4 });
  const { counts, memoryMegabytes } = JSON.parse(outcome.stdout) as PreviewReport;
  expect(counts).toMatchObject({ same: 0, update: 0, replace: 0, delete: 0 });
  expect(memoryMegabytes).toMatchObject({ before: 0 });
  expect(memoryMegabytes.after).toBeGreaterThan(1000);
});
