import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Platform } from "../platform.ts";
import { Problem } from "../../../lib/problem.ts";

/** Milliseconds within which the chat history answers. */
const PATIENCE = 10_000;
const PREFIX = "/api/v1";

/** Passes `/chat/*` on to the chat history, which finds out by itself who calls. */
export function chatRoutes(app: FastifyInstance, { chatUrl, identity, log }: Platform): void {
  const pass = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    await identity.user(request.headers.authorization);
    if (chatUrl === undefined) throw new Problem(503, "This platform keeps no chat history");
    const { method, body } = request;
    // Past dot segments the path could be another route of the chat history's.
    if (request.url.includes("..")) throw new Problem(404, "Not Found");
    const sent =
      body === undefined || body === null
        ? {}
        : { body: JSON.stringify(body), type: { "content-type": "application/json" } };
    const response = await fetch(`${chatUrl}${request.url.slice(PREFIX.length)}`, {
      method,
      headers: { authorization: request.headers.authorization ?? "", ...sent.type },
      ...(sent.body === undefined ? {} : { body: sent.body }),
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE),
    }).catch((error: unknown) => {
      const text = error instanceof Error ? error.message : String(error);
      log("warn", "the chat history does not answer", { error: text });
      throw new Problem(503, "The chat history is not available");
    });
    const text = await response.text();
    return text === ""
      ? reply.code(response.status).send()
      : reply.code(response.status).type("application/json").send(text);
  };
  app.route({ method: ["GET", "POST", "DELETE"], url: "/chat/*", handler: pass });
}
