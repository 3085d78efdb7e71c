import fastify, {
  LogController,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from "fastify";
import { answerErrors } from "../../../../services/lib/error-answers.ts";
import { refuseUnknownHosts } from "../../../../services/lib/known-hosts.ts";
import { workflowsPage } from "./page.ts";
import { registerPublicApi } from "./public-api.ts";
import type { Store } from "./store.ts";
import { planWorkflow } from "./workflow.ts";

export interface ServerOptions {
  readonly store: Store;
  /** Key of the public API; undefined: nobody may use it. */
  readonly apiKey: string | undefined;
  /** Names that it goes by besides those of the loopback interface. */
  readonly allowedHosts: readonly string[];
}

/** How many workflows the page shows. */
const SHOWN = 200;

/** n8n's HTTP interface, as far as the platform uses it. */
export function createServer({ store, apiKey, allowedHosts }: ServerOptions): FastifyInstance {
  const app = fastify({
    forceCloseConnections: true,
    logger: { messageKey: "message" },
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 16 * 1024 * 1024,
  });
  refuseUnknownHosts(app, allowedHosts);
  // What a webhook is sent plays no part in its answer; it is read so that the connection can go on.
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  answerErrors(app, { field: "message", failure: { status: 500, sentence: "internal error" } });

  app.get("/", (_request, reply) =>
    reply.type("text/html; charset=utf-8").send(workflowsPage(store.list({ limit: SHOWN, offset: 0 }))),
  );
  app.get("/healthz", () => ({ status: "ok" }));
  app.get("/healthz/readiness", (request, reply) => {
    try {
      store.check();
      return { status: "ok" };
    } catch (error) {
      request.log.error(error, "the database does not answer");
      return reply.code(503).send({ status: "error" });
    }
  });
  registerPublicApi(app, store, apiKey);
  app.all<{ Params: { "*": string } }>("/webhook/*", (request, reply) =>
    callWebhook(store, request, reply, request.params["*"].replaceAll(/^\/+|(?<!\/)\/+$/g, "")),
  );
  return app;
}

function callWebhook(
  store: Store,
  { method }: FastifyRequest,
  reply: FastifyReply,
  path: string,
): FastifyReply {
  const workflow = store.byWebhook(method, path);
  const plan = workflow === undefined ? undefined : planWorkflow(workflow);
  if (workflow === undefined || plan?.ok !== true)
    return reply.code(404).send({
      code: 404,
      message: `The requested webhook "${method} ${path}" is not registered.`,
      hint: "The workflow must be active for a production URL to run successfully.",
    });
  store.recordExecution(workflow.id);
  const { status, contentType, body } = plan.webhook.answer;
  reply.code(status);
  return contentType === undefined ? reply.send() : reply.type(contentType).send(body);
}
