import type { IncomingHttpHeaders } from "node:http";
import type { FastifyInstance } from "fastify";

/** Methods that change nothing. */
const SAFE: readonly string[] = ["GET", "HEAD", "OPTIONS"];

/**
 * Refuses requests that change something and could come from a form of any page, with 403: browsers send those without
 * asking first. Whoever sends one of these headers from another origin is asked about it beforehand (CORS).
 */
export function refuseForms(app: FastifyInstance): void {
  app.addHook("onRequest", async ({ method, headers }, reply) => {
    if (SAFE.includes(method) || cannotBeForm(headers)) return undefined;
    return reply.code(403).send({
      message:
        "Send Content-Type: application/json, Authorization: Bearer or X-Requested-With: a form could send this",
    });
  });
}

/** Whether a request carries a header that no form can send, or that says that it comes from the server's own page. */
function cannotBeForm(headers: IncomingHttpHeaders): boolean {
  const { authorization = "", "content-type": type = "", "sec-fetch-site": site } = headers;
  return (
    /^bearer /i.test(authorization) ||
    /^application\/(?:[\w.-]+\+)?json(?:\s*;|\s*$)/i.test(type) ||
    headers["x-requested-with"] !== undefined ||
    site === "same-origin"
  );
}
