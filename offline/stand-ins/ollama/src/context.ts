import type { z } from "zod";
import { canonicalName } from "./model-name.ts";
import type { Model, Models } from "./models.ts";
import { Problem } from "../../../../services/lib/problem.ts";

/** @throws Problem 400 naming the first field that is wrong */
export function parseBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Problem(400, `${["body", ...(issue?.path ?? [])].join(".")}: ${issue?.message ?? "invalid"}`);
}

/** @throws Problem 400 when it is no name */
export function requireName(text: string): string {
  const name = canonicalName(text);
  if (name === undefined) throw new Problem(400, `invalid model name "${text.slice(0, 100)}"`);
  return name;
}

/** @throws Problem 404 when it was never pulled */
export function requireModel(models: Models, text: string): Model {
  const model = models.find(requireName(text));
  if (model === undefined) throw new Problem(404, `model '${text.slice(0, 100)}' not found`);
  return model;
}
