import fastify, { LogController, type FastifyInstance } from "fastify";
import { answerErrors } from "../../../../services/lib/error-answers.ts";
import { refuseUnknownHosts } from "../../../../services/lib/known-hosts.ts";
import { registerGeneration } from "./generation.ts";
import { registerModels } from "./model-routes.ts";
import type { Models } from "./models.ts";
import { registerOpenAi } from "./openai.ts";
import { Problem } from "../../../../services/lib/problem.ts";

/** The release whose interface this keeps. */
export const VERSION = "0.32.15-standin";

/** Largest request, in bytes: room for a batch of documents to embed. */
const BODY_LIMIT = 16 * 1024 * 1024;

/** Ollama's HTTP interface, as far as the platform uses it. */
export function createServer(models: Models, allowedHosts: readonly string[]): FastifyInstance {
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: true,
    logger: { messageKey: "message" },
    logController: new LogController({ disableRequestLogging: true }),
  });

  refuseUnknownHosts(app, allowedHosts);
  // Ollama takes JSON whatever its content type says, and `curl -d` says something else.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => {
    try {
      done(null, body === "" ? undefined : JSON.parse(String(body)));
    } catch {
      done(new Problem(400, "the body is no JSON"));
    }
  });
  answerErrors(app, {
    field: "error",
    notFound: "404 page not found",
    failure: { status: 500, sentence: "internal error" },
  });

  app.get("/", (_request, reply) => reply.type("text/plain").send("Ollama is running"));
  app.get("/api/version", () => ({ version: VERSION, standin: true }));
  registerModels(app, models);
  registerGeneration(app, models);
  registerOpenAi(app, models);
  return app;
}
