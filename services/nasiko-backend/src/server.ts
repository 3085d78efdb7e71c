import { boundJsonBodies } from "../../lib/json-bodies.ts";
import fastify, { type FastifyInstance } from "fastify";
import { answerErrors } from "../../lib/error-answers.ts";
import { invalidInput } from "../../lib/invalid-input.ts";
import type { Platform } from "./platform.ts";
import { refuseUnknownHosts } from "../../lib/known-hosts.ts";
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
  answerErrors(app, {
    field: "detail",
    notFound: "Not Found",
    failure: { status: 503, sentence: "The platform's data is not available" },
    asProblem: invalidInput,
    log: platform.log,
  });
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
