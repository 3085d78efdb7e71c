import type { FastifyInstance } from "fastify";
import type { Platform } from "../platform.ts";

export function healthRoutes(app: FastifyInstance, { databaseAnswers, queue }: Platform): void {
  app.get("/livez", () => ({ status: "alive" }));
  app.get("/healthcheck", async (_request, reply) => {
    const [mongodb, redis] = await Promise.all([databaseAnswers(), queue.answers()]);
    if (mongodb && redis) return reply.send({ status: "ok" });
    return reply.code(503).send({ status: "unavailable", mongodb, redis });
  });
}
