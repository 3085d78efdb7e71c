import { boundJsonBodies } from "../../lib/json-bodies.ts";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { z } from "zod";
import type { Platform } from "./platform.ts";
import { refuseUnknownHosts } from "../../lib/known-hosts.ts";
import { Problem } from "../../lib/problem.ts";
import { chatRoutes } from "./routes/chat.ts";
import { deploymentRoutes } from "./routes/deployment.ts";
import { healthRoutes } from "./routes/health.ts";
import { registryRoutes } from "./routes/registry.ts";
import { uploadRoute } from "./routes/upload.ts";
import { userRoutes } from "./routes/users.ts";

/** Bytes of a JSON body; uploads have a limit of their own. */
const LARGEST_BODY = 2 * 1024 * 1024;

/** @param allowedHosts names that it goes by besides those of the loopback interface */
export function createServer(platform: Platform, allowedHosts: readonly string[]): FastifyInstance {
  const app = fastify({ forceCloseConnections: true, bodyLimit: LARGEST_BODY });
  refuseUnknownHosts(app, allowedHosts);
  boundJsonBodies(app);
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, platform));
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ detail: "Not Found" }));
  void app.register(
    async (api) => {
      healthRoutes(api, platform);
      registryRoutes(api, platform);
      deploymentRoutes(api, platform);
      userRoutes(api, platform);
      chatRoutes(api, platform);
      await uploadRoute(api, platform);
    },
    { prefix: "/api/v1" },
  );
  return app;
}

function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { log }: Platform,
): FastifyReply {
  if (error instanceof Problem) {
    if (error.status === 401) reply.header("www-authenticate", "Bearer");
    return reply.code(error.status).send({ detail: error.message, ...error.more });
  }
  if (error instanceof z.ZodError) {
    const problems = error.issues.map(({ path, message }) => `${path.join(".") || "body"}: ${message}`);
    return reply.code(400).send({ detail: problems.join("; ") });
  }
  // The framework's own refusals, e.g. of a body that is no JSON or too large, carry their status.
  const status = error instanceof Error && "statusCode" in error ? Number(error.statusCode) : 500;
  const text = error instanceof Error ? error.message : String(error);
  if (status < 500) return reply.code(status).send({ detail: text });
  log("error", "request failed", { path: request.url.split("?", 1)[0], error: text });
  return reply.code(503).send({ detail: "The platform's data is not available" });
}
