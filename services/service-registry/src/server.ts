import type { IncomingHttpHeaders } from "node:http";
import fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import type { Access } from "./access.ts";
import { answerErrors } from "../../lib/error-answers.ts";
import { refuseUnknownHosts } from "../../lib/known-hosts.ts";
import type { Log } from "../../lib/log.ts";
import { Problem } from "../../lib/problem.ts";
import type { Registry } from "./registry.ts";
import { agentsView, agentView, servicesView, statusView } from "./view.ts";

export interface ServerOptions {
  readonly registry: Registry;
  /** What whoever sent these headers may know. */
  readonly access: (headers: IncomingHttpHeaders) => Access;
  readonly log: Log;
  /** Names that it goes by besides those of the loopback interface. */
  readonly allowedHosts: readonly string[];
}

/** The registry's own HTTP interface. */
export function createServer({ registry, access, log, allowedHosts }: ServerOptions): FastifyInstance {
  const app = fastify({ forceCloseConnections: true });
  refuseUnknownHosts(app, allowedHosts);
  answerErrors(app, {
    field: "message",
    failure: { status: 500, sentence: "internal error" },
    log,
  });
  /** @throws Problem 401 unless whoever calls may know and do everything */
  const requireEverything = ({ headers }: FastifyRequest, _reply: unknown, done: () => void): void => {
    if (access(headers).kind !== "everything") throw new Problem(401, "This is for the operator alone");
    done();
  };
  const forOperator = { onRequest: requireEverything };

  app.get("/health", () => ({ status: "healthy" }));

  app.get("/status", ({ headers }, reply) => {
    const view = statusView(registry.snapshot(), access(headers));
    return reply.code(view.status === "healthy" ? 200 : 503).send(view);
  });

  app.get("/services", forOperator, () => ({ services: servicesView(registry.snapshot()) }));

  app.get("/agents", ({ headers }) => {
    const visible = access(headers);
    if (visible.kind === "nothing") throw new Problem(401, "Ask at the gateway which agents there are");
    return { agents: agentsView(registry.snapshot(), visible) };
  });

  app.get<{ Params: { name: string } }>("/agents/:name", forOperator, (request, reply) => {
    const view = agentView(registry.snapshot(), request.params.name);
    return reply.code(view.candidates.length === 0 && view.served === null ? 404 : 200).send(view);
  });

  app.post("/sync", forOperator, async (request, reply) => {
    try {
      const { calls, problems } = await registry.sync();
      const { status, last_sync, services_count } = statusView(registry.snapshot(), access(request.headers));
      return await reply.send({
        message: "Sync completed.",
        status,
        calls,
        problems,
        services_count,
        last_sync,
      });
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      return reply.code(503).send({ message: `Sync failed: ${cause}` });
    }
  });

  return app;
}
