import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Platform } from "../platform.ts";

export function healthRoutes(app: FastifyInstance, { databaseAnswers, memory, gateway }: Platform): void {
  const health = async (_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const [database, cache] = await Promise.all([databaseAnswers(), memory.answers()]);
    const usable = database && cache && gateway.ready();
    return reply.code(usable ? 200 : 503).send({
      status: usable ? "healthy" : "unhealthy",
      mode: "enterprise",
      database: database ? "healthy" : "unreachable",
      cache: cache ? "healthy" : "unreachable",
      gateway: gateway.ready() ? "in step" : "not in step yet",
    });
  };
  app.get("/health", health);
  // Below the one path that the gateway leads here.
  app.get("/auth/health", health);
}
