import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { parseBody, requireModel, requireName } from "./context.ts";
import { digestOf, type Model, type Models } from "./models.ts";
import { jsonLines, NDJSON } from "./stream.ts";
import { Problem } from "../../../../services/lib/problem.ts";

/** "name" is what "model" was called before. */
const ModelBody = z.object({
  model: z.string().optional(),
  name: z.string().optional(),
  stream: z.boolean().optional(),
});

/** Lists, shows, pulls and deletes models. */
export function registerModels(app: FastifyInstance, models: Models): void {
  app.get("/api/tags", () => ({ models: models.list().map(tagView) }));
  app.get("/api/ps", () => ({ models: [] }));

  app.post("/api/show", ({ body }) => {
    const model = requireModel(models, namedIn(body));
    return {
      details: DETAILS,
      model_info: { "general.architecture": "standin" },
      capabilities: ["completion", "embedding"],
      modified_at: model.modified.toISOString(),
    };
  });

  app.post("/api/pull", (request, reply) => {
    const name = requireName(namedIn(request.body));
    const { stream = true } = parseBody(ModelBody, request.body);
    models.add(name);
    request.log.info({ model: name }, "model recorded");
    if (!stream) return reply.send({ status: "success" });
    return reply.type(NDJSON).send(Readable.from(jsonLines(pullProgress(name))));
  });

  app.delete("/api/delete", (request, reply) => {
    const model = requireModel(models, namedIn(request.body));
    models.remove(model.name);
    request.log.info({ model: model.name }, "model removed");
    return reply.code(200).send();
  });
}

function namedIn(body: unknown): string {
  const { model, name } = parseBody(ModelBody, body);
  const named = model ?? name;
  if (named === undefined || named === "") throw new Problem(400, "model is required");
  return named;
}

/** The steps that a client of Ollama waits for, and one that says what they are worth. */
function pullProgress(name: string): readonly Readonly<Record<string, string | number>>[] {
  const digest = `sha256:${digestOf(name)}`;
  return [
    { status: "pulling manifest" },
    { status: "recorded by the offline stand-in: no weights are fetched" },
    { status: `pulling ${digestOf(name).slice(0, 12)}`, digest, total: 0, completed: 0 },
    { status: "verifying sha256 digest" },
    { status: "writing manifest" },
    { status: "success" },
  ];
}

const DETAILS = {
  parent_model: "",
  format: "standin",
  family: "standin",
  families: ["standin"],
  parameter_size: "0",
  quantization_level: "none",
} as const;

function tagView({ name, modified, digest }: Model): Readonly<Record<string, unknown>> {
  return { name, model: name, modified_at: modified.toISOString(), size: 0, digest, details: DETAILS };
}
