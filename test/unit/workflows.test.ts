import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

const FOLDER = new URL("../../.github/workflows", import.meta.url).pathname;

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly permissions?: unknown;
  readonly env?: unknown;
  readonly environment?: unknown;
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: unknown;
  readonly env?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const holdsSecret = (value: unknown): boolean => JSON.stringify(value ?? null).includes("secrets.");

describe.each(readdirSync(FOLDER))("the workflow %s", (file) => {
  const workflow = parse(readFileSync(join(FOLDER, file), "utf8")) as Workflow;
  const jobs = Object.values(workflow.jobs);
  const steps = jobs.flatMap((job) => job.steps);

  test("grants nothing that a job does not ask for", () => {
    expect(workflow.permissions).toEqual({});
    for (const { permissions } of jobs) expect(permissions).toBeDefined();
  });

  test("never runs code of a pull request with the rights of the repository", () => {
    expect(Object.keys(workflow.on)).not.toContain("pull_request_target");
    expect(Object.keys(workflow.on)).not.toContain("workflow_run");
  });

  test("gives secrets to single steps, which have an environment whose reviewers decide, and install nothing", () => {
    expect(holdsSecret(workflow.env)).toBe(false);
    for (const job of jobs) {
      expect(holdsSecret(job.env)).toBe(false);
      const given = job.steps.filter((step) => holdsSecret(step.env) || holdsSecret(step.with));
      expect(given.length).toBeLessThanOrEqual(1);
      if (given.length > 0) expect(job.environment).toBeDefined();
      for (const { run = "" } of given) expect(run).not.toMatch(/npm (?:ci|install)/);
    }
  });

  test("runs nobody's code while packages are installed", () => {
    for (const { run = "" } of steps)
      if (/\bnpm (?:ci|install)\b/.test(run)) expect(run).toContain("--ignore-scripts");
  });

  test("uses actions by commit, and a Pulumi CLI by version", () => {
    for (const { uses, with: given } of steps) {
      if (uses === undefined) continue;
      expect(uses).toMatch(/@[0-9a-f]{40}$/);
      if (uses.startsWith("pulumi/actions@")) expect(given?.["pulumi-version"]).toMatch(/^\d+\.\d+\.\d+$/);
      if (uses.startsWith("actions/checkout@")) expect(given?.["persist-credentials"]).toBe(false);
    }
  });

  test("puts no text of a pull request into a command", () => {
    for (const { run = "" } of steps) expect(run).not.toMatch(/\$\{\{/);
  });
});
