import { defineConfig } from "vitest/config";

import { AttackLines } from "./test/support/attack-lines.ts";
import { ClosingLine } from "./test/support/closing-line.ts";

/** One project per floor of the test pyramid; e2e runs one file after the other, because they share one engine. */
export default defineConfig({
  test: {
    reporters: ["default", new AttackLines(), new ClosingLine()],
    projects: [
      // The limits only end what hangs: how fast a machine is, no test asks.
      {
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          globalSetup: ["test/support/bundles.ts"],
          // Beside the attacks, which mostly wait.
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          name: "integration",
          include: ["test/integration/**/*.test.ts"],
          globalSetup: [
            "test/support/bundles.ts",
            "test/support/require-engine.ts",
            "test/support/distribution-packages.ts",
          ],
          // On a new machine the first test that needs an image builds it, the collector and Phoenix among them.
          testTimeout: 600_000,
          hookTimeout: 2_400_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: "crash",
          include: ["test/crash/**/*.test.ts"],
          globalSetup: ["test/support/bundles.ts", "test/support/require-engine.ts"],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: 3_600_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: [
            "test/support/bundles.ts",
            "test/support/require-engine.ts",
            "test/support/distribution-packages.ts",
          ],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 900_000,
          hookTimeout: 2_400_000,
        },
      },
      {
        test: {
          name: "security",
          include: ["test/security/**/*.test.ts"],
          globalSetup: [
            "test/support/bundles.ts",
            "test/support/require-engine.ts",
            "test/support/distribution-packages.ts",
          ],
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
          testTimeout: 900_000,
          hookTimeout: 2_400_000,
        },
      },
    ],
  },
});
