import { describe, expect, test } from "vitest";

import { engineProblems } from "../../../cli/preflight/engine-fit.ts";
import { service } from "../blueprint/catalogues.ts";
import { blueprintOf } from "./blueprints.ts";

const blueprint = {
  ...blueprintOf([service("small", { memory: "128MB" }), service("large", { memory: "1GB" })]),
  memoryMegabytes: 1152,
};

const problems = (memoryMegabytes: number, architecture: string): readonly string[] =>
  engineProblems(blueprint, { memoryMegabytes, architecture }).map(({ message }) => message);

describe("an engine", () => {
  test("that has what the services may use is fine", () => {
    expect(problems(1152, "arm64")).toEqual([]);
  });

  test("that is too small, or of another make, is refused: both at once", () => {
    expect(problems(1000, "riscv64")).toEqual([
      "There are no images for the engine's architecture riscv64.",
      "The services may use 1152 MB of memory together, and the engine has 1000 MB.",
    ]);
  });

  test("that is too small is told of the largest services", () => {
    const [problem] = engineProblems(blueprint, { memoryMegabytes: 1, architecture: "amd64" });
    expect(problem?.detail).toBe("The largest: large 1024 MB, small 128 MB.");
  });
});
