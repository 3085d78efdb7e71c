import fastify, { type FastifyInstance } from "fastify";
import { refuseUnknownHosts } from "../../lib/known-hosts.ts";
import type { Log } from "../../lib/log.ts";
import { refuseForms } from "../../lib/no-forms.ts";
import type { Registry } from "./registry.ts";
import { agentsView, agentView, servicesView, statusView } from "./view.ts";

export interface ServerOptions {
  readonly registry: Registry;
  readonly log: Log;
  /** Names that it goes by besides those of the loopback interface. */
  readonly allowedHosts: readonly string[];
}

/** The registry's own HTTP interface. */
export function createServer({ registry, log, allowedHosts }: ServerOptions): FastifyInstance {
  const app = fastify({ forceCloseConnections: true });
  refuseUnknownHosts(app, allowedHosts);
  refuseForms(app);
  app.setErrorHandler((error, request, reply) => {
    const text = error instanceof Error ? error.message : String(error);
    log("error", "request failed", { path: request.url.split("?", 1)[0], error: text });
    return reply.code(500).send({ message: "internal error" });
  });

  app.get("/health", () => ({ status: "healthy" }));

  app.get("/status", (_request, reply) => {
    const view = statusView(registry.snapshot());
    return reply.code(view.status === "healthy" ? 200 : 503).send(view);
  });

  app.get("/services", () => ({ services: servicesView(registry.snapshot()) }));

  app.get("/agents", () => ({ agents: agentsView(registry.snapshot()) }));

  app.get<{ Params: { name: string } }>("/agents/:name", (request, reply) => {
    const view = agentView(registry.snapshot(), request.params.name);
    return reply.code(view.candidates.length === 0 && view.served === null ? 404 : 200).send(view);
  });

  app.post("/sync", async (_request, reply) => {
    try {
      const { calls, problems } = await registry.sync();
      const { status, last_sync, services_count } = statusView(registry.snapshot());
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
