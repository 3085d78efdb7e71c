import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { parseBody, requireModel } from "./context.ts";
import { DIMENSIONS, embed, words } from "./embedding.ts";
import { lastQuestion } from "./generation.ts";
import type { Model, Models } from "./models.ts";
import { Problem } from "../../../../services/lib/problem.ts";
import { composeReply, type Reply } from "./reply.ts";
import { serverSentEvents } from "./stream.ts";

/** A message's content: a text, or parts of which only the text counts here. */
const Content = z
  .union([z.string(), z.null(), z.array(z.looseObject({ text: z.string().optional() }))])
  .default("")
  .transform((content) =>
    Array.isArray(content) ? content.map(({ text }) => text ?? "").join("\n") : (content ?? ""),
  );

const ChatBody = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content: Content })).min(1),
  stream: z.boolean().default(false),
  stream_options: z.object({ include_usage: z.boolean().default(false) }).optional(),
  max_tokens: z.int().positive().optional(),
  response_format: z.looseObject({ type: z.string() }).optional(),
});

const EmbeddingsBody = z.object({
  model: z.string(),
  input: z.union([z.string(), z.array(z.string())]),
  dimensions: z.int().min(1).max(4096).default(DIMENSIONS),
});

/** The routes that clients of OpenAI's API use. */
export function registerOpenAi(app: FastifyInstance, models: Models): void {
  app.get("/v1/models", () => ({ object: "list", data: models.list().map(modelView) }));
  app.get<{ Params: { "*": string } }>("/v1/models/*", ({ params }) =>
    modelView(requireModel(models, params["*"])),
  );

  app.post("/v1/chat/completions", (request, reply) => {
    const body = parseBody(ChatBody, request.body);
    const { model, messages, stream, max_tokens: limit, response_format: format } = body;
    requireModel(models, model);
    if (format?.type === "json_schema") throw new Problem(400, "the stand-in cannot follow a JSON schema");
    const json = format?.type === "json_object";
    const composed = composeReply({ model, prompt: lastQuestion(messages), json, limit });
    const head = { id: `chatcmpl-${randomUUID()}`, created: seconds(new Date()), model };
    if (stream) return streamed(reply, head, composed, body.stream_options?.include_usage ?? false);
    const message = { role: "assistant", content: composed.pieces.join("") };
    const choice = { index: 0, message, finish_reason: composed.reason };
    return reply.send({ ...head, object: "chat.completion", choices: [choice], usage: usageOf(composed) });
  });

  app.post("/v1/embeddings", ({ body }) => {
    const { model, input, dimensions } = parseBody(EmbeddingsBody, body);
    requireModel(models, model);
    const texts = typeof input === "string" ? [input] : input;
    const tokens = texts.reduce((sum, text) => sum + words(text).length, 0);
    return {
      object: "list",
      model,
      data: texts.map((text, index) => ({ object: "embedding", index, embedding: embed(text, dimensions) })),
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    };
  });
}

function streamed(reply: FastifyReply, head: object, composed: Reply, withUsage: boolean): FastifyReply {
  const chunk = (delta: object, reason: string | null): object => ({
    ...head,
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta, finish_reason: reason }],
  });
  const chunks = [
    chunk({ role: "assistant", content: "" }, null),
    ...composed.pieces.map((content) => chunk({ content }, null)),
    chunk({}, composed.reason),
    ...(withUsage
      ? [{ ...head, object: "chat.completion.chunk", choices: [], usage: usageOf(composed) }]
      : []),
  ];
  return reply.type("text/event-stream").send(Readable.from(serverSentEvents(chunks)));
}

function usageOf({ promptTokens, pieces }: Reply): object {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: pieces.length,
    total_tokens: promptTokens + pieces.length,
  };
}

const modelView = ({ name, modified }: Model): object => ({
  id: name,
  object: "model",
  created: seconds(modified),
  owned_by: "library",
});

const seconds = (time: Date): number => Math.floor(time.getTime() / 1000);
