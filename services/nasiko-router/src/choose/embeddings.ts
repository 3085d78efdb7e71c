import { z } from "zod";
import type { HttpClient } from "../../../lib/http.ts";
import type { AnswerLimits } from "../../../lib/read-limited.ts";
import type { Selector } from "./selector.ts";
import type { ModelOptions } from "./language-model.ts";

/** Of one vector per text, each a few thousand numbers long. */
const LIMITS: AnswerLimits = { size: 16 * 1024 * 1024, values: 500_000, depth: 16 };
/** Below this cosine, texts have nothing to do with each other in the models that are in use. */
const LEAST_LIKENESS = 0.3;

const openaiShape = z.object({ data: z.array(z.object({ embedding: z.array(z.number()).min(1) })) });
const ollamaShape = z.object({ embeddings: z.array(z.array(z.number()).min(1)) });

/** A selector that compares meanings: the agent whose card lies nearest to the query. */
export function embeddings(http: HttpClient, options: ModelOptions): Selector {
  const ollama = options.provider === "ollama";
  return {
    name: `${options.provider} ${options.model}`,
    method: "embedding",
    select: async (query, candidates, signal) => {
      const input = [query.slice(0, 4000), ...candidates.map(({ summary }) => summary)];
      const { status, body } = await http.json(`${options.baseUrl}${ollama ? "/api/embed" : "/embeddings"}`, {
        method: "POST",
        headers: options.key === "" ? {} : { authorization: `Bearer ${options.key}` },
        body: { model: options.model, input },
        signal,
        limits: LIMITS,
      });
      if (status !== 200) throw new Error(`${options.provider} answers ${status}`);
      const vectors = ollama
        ? ollamaShape.safeParse(body).data?.embeddings
        : openaiShape.safeParse(body).data?.data.map(({ embedding }) => embedding);
      const [asked, ...known] = vectors ?? [];
      if (asked === undefined || known.length !== candidates.length)
        throw new Error(`${options.provider} answers without one embedding per text`);
      const likeness = known.map((vector) => cosine(asked, vector));
      const best = likeness.indexOf(Math.max(...likeness));
      const value = likeness[best] ?? 0;
      if (value < LEAST_LIKENESS)
        return { index: undefined, reason: "No card is near the request in meaning." };
      return { index: best, reason: `Its card is nearest to the request in meaning (${value.toFixed(2)}).` };
    },
  };
}

/** @returns -1 to 1; 0 for vectors of different lengths or without direction */
export function cosine(left: readonly number[], right: readonly number[]): number {
  if (left.length !== right.length) return 0;
  const dot = left.reduce((total, value, index) => total + value * (right[index] ?? 0), 0);
  const size = Math.hypot(...left) * Math.hypot(...right);
  return size === 0 ? 0 : dot / size;
}
