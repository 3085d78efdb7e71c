import { z } from "zod";
import { Problem } from "./problem.ts";

/** What a schema finds wrong with a request, all of it in one sentence; undefined for every other error. */
export function invalidInput(error: unknown): Problem | undefined {
  if (!(error instanceof z.ZodError)) return undefined;
  const problems = error.issues.map(({ path, message }) => `${path.join(".") || "body"}: ${message}`);
  return new Problem(400, problems.join("; "), { cause: error });
}
