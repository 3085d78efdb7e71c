import type { Reporter, TestModule } from "vitest/node";

/** Closes a run with one line that people and machines read alike: "N passed, N failed, N skipped". */
export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const states = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => test.result().state),
    );
    const count = (state: string): number => states.filter((other) => other === state).length;
    // A file that cannot be loaded, or whose clean-up fails, holds no test that failed; it is a failure all the same.
    const broken = modules.filter(
      (module) => module.state() === "failed" && [...module.children.allTests("failed")].length === 0,
    ).length;
    const failed = count("failed") + broken + errors.length;
    process.on("exit", () => {
      process.stdout.write(`${count("passed")} passed, ${failed} failed, ${count("skipped")} skipped\n`);
    });
  }
}
