import type { Reporter, TestCase } from "vitest/node";

declare module "vitest" {
  interface TaskMeta {
    /** How an attack was refused, in a few words. */
    refused?: string;
  }
}

/** Prints one line for each attack that was tried, and how it was refused. */
export class AttackLines implements Reporter {
  onTestCaseResult(test: TestCase): void {
    if (test.project.name !== "security") return;
    const { state } = test.result();
    const mode = test.parent.type === "suite" ? test.parent.name : "";
    const how = { passed: test.meta().refused ?? "passed", failed: "SUCCEEDED", skipped: "not tried" };
    process.stdout.write(`${mode}: ${test.name}: ${state === "pending" ? state : how[state]}\n`);
  }
}
