import fastify, { LogController, type FastifyInstance } from "fastify";
import { readGateway, type GatewayView } from "./kong.ts";
import { refuseUnknownHosts } from "../../../../services/lib/known-hosts.ts";
import { gatewayPage } from "./page.ts";

/** One page; it is there even while the gateway is not, and says so. */
export function createServer(kongAdminUrl: string, allowedHosts: readonly string[]): FastifyInstance {
  const app = fastify({
    forceCloseConnections: true,
    logger: { messageKey: "message" },
    logController: new LogController({ disableRequestLogging: true }),
  });
  refuseUnknownHosts(app, allowedHosts);
  app.get("/", async (request, reply) => {
    const gateway: GatewayView | Error = await readGateway(kongAdminUrl).catch((error: unknown) => {
      request.log.warn(error, "the Admin API does not answer");
      return error instanceof Error ? error : new Error(String(error));
    });
    return reply.type("text/html; charset=utf-8").send(gatewayPage(gateway));
  });
  return app;
}
