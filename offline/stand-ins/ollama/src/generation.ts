import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { parseBody, requireModel } from "./context.ts";
import { DIMENSIONS, embed, words } from "./embedding.ts";
import type { Models } from "./models.ts";
import { Problem } from "../../../../services/lib/problem.ts";
import { composeReply, type Reply } from "./reply.ts";
import { jsonLines, NDJSON } from "./stream.ts";

const Format = z.union([z.literal(""), z.literal("json"), z.record(z.string(), z.unknown())]).optional();

const Options = z.looseObject({ num_predict: z.int().optional() }).optional();

const GenerateBody = z.object({
  model: z.string(),
  prompt: z.string().default(""),
  stream: z.boolean().default(true),
  format: Format,
  options: Options,
});

const ChatBody = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content: z.string().default("") })).default([]),
  stream: z.boolean().default(true),
  format: Format,
  options: Options,
});

const EmbedBody = z.object({
  model: z.string(),
  input: z.union([z.string(), z.array(z.string())]).default([]),
  dimensions: z.int().min(1).max(4096).default(DIMENSIONS),
});

const EmbeddingsBody = z.object({ model: z.string(), prompt: z.string().default("") });

/** Ollama's own routes for text and vectors. */
export function registerGeneration(app: FastifyInstance, models: Models): void {
  app.post("/api/generate", (request, reply) => {
    const { model, prompt, stream, format, options } = parseBody(GenerateBody, request.body);
    requireModel(models, model);
    if (prompt === "") return reply.send(loaded(model, { response: "" }));
    const composed = composeReply({ model, prompt, json: wantsJson(format), limit: options?.num_predict });
    return answer(reply, { model, stream, composed, wrap: (text) => ({ response: text }) });
  });

  app.post("/api/chat", (request, reply) => {
    const { model, messages, stream, format, options } = parseBody(ChatBody, request.body);
    requireModel(models, model);
    const wrap = (content: string): Part => ({ message: { role: "assistant", content } });
    if (messages.length === 0) return reply.send(loaded(model, wrap("")));
    const composed = composeReply({
      model,
      prompt: lastQuestion(messages),
      json: wantsJson(format),
      limit: options?.num_predict,
    });
    return answer(reply, { model, stream, composed, wrap });
  });

  app.post("/api/embed", ({ body }) => {
    const { model, input, dimensions } = parseBody(EmbedBody, body);
    requireModel(models, model);
    const texts = typeof input === "string" ? [input].filter((text) => text !== "") : input;
    return {
      model,
      embeddings: texts.map((text) => embed(text, dimensions)),
      prompt_eval_count: texts.reduce((sum, text) => sum + words(text).length, 0),
    };
  });

  app.post("/api/embeddings", ({ body }) => {
    const { model, prompt } = parseBody(EmbeddingsBody, body);
    requireModel(models, model);
    return { embedding: prompt === "" ? [] : embed(prompt) };
  });
}

type Part = Readonly<Record<string, unknown>>;

/** The text that is answered: the last thing the user said. */
export function lastQuestion(
  messages: readonly { readonly role: string; readonly content: string }[],
): string {
  return messages.findLast(({ role }) => role === "user")?.content ?? messages.at(-1)?.content ?? "";
}

function wantsJson(format: z.output<typeof Format>): boolean {
  if (typeof format === "object") throw new Problem(400, "the stand-in cannot follow a JSON schema");
  return format === "json";
}

interface Answer {
  readonly model: string;
  readonly stream: boolean;
  readonly composed: Reply;
  /** Puts a piece of text where the route has it. */
  readonly wrap: (text: string) => Part;
}

function answer(reply: FastifyReply, { model, stream, composed, wrap }: Answer): FastifyReply {
  const created_at = new Date().toISOString();
  const end = {
    done: true,
    done_reason: composed.reason,
    prompt_eval_count: composed.promptTokens,
    eval_count: composed.pieces.length,
  };
  if (!stream) return reply.send({ model, created_at, ...wrap(composed.pieces.join("")), ...end });
  const parts = [
    ...composed.pieces.map((piece) => ({ model, created_at, ...wrap(piece), done: false })),
    { model, created_at, ...wrap(""), ...end },
  ];
  return reply.type(NDJSON).send(Readable.from(jsonLines(parts)));
}

/** What Ollama says when it was only asked to load a model. */
const loaded = (model: string, empty: Part): Part => ({
  model,
  created_at: new Date().toISOString(),
  ...empty,
  done: true,
  done_reason: "load",
});
