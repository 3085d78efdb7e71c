import fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import { answerErrors } from "../../lib/error-answers.ts";
import { invalidInput } from "../../lib/invalid-input.ts";
import type { Platform } from "./platform.ts";
import { refuseUnknownHosts } from "../../lib/known-hosts.ts";
import { Problem } from "../../lib/problem.ts";
import { auditRoute } from "./routes/audit.ts";
import { grantRoutes } from "./routes/grants.ts";
import { healthRoutes } from "./routes/health.ts";
import { sessionRoutes } from "./routes/sessions.ts";
import { userRoutes } from "./routes/users.ts";

/** Bytes. */
const LARGEST_BODY = 64 * 1024;

/** @param allowedHosts names that it goes by besides those of the loopback interface */
export function createServer(platform: Platform, allowedHosts: readonly string[]): FastifyInstance {
  const app = fastify({
    forceCloseConnections: true,
    bodyLimit: LARGEST_BODY,
    // The one proxy before it is the gateway: the last address that it names is the caller's.
    trustProxy: (_address, hop) => hop === 0,
  });
  refuseUnknownHosts(app, allowedHosts);
  answerErrors(app, {
    field: "detail",
    notFound: "Not Found",
    failure: { status: 503, sentence: "Users and grants are not available" },
    asProblem: invalidInput,
    onProblem: (problem, request) => void noteProblem(problem, request, platform),
    log: platform.log,
  });
  app.addHook("onSend", (_request, reply, payload, done) => {
    // Answers hold tokens and secrets.
    reply.header("cache-control", "no-store");
    done(null, payload);
  });
  // Clients of the public platform post without a body, but say that it is JSON.
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) => {
    try {
      done(null, body === "" ? undefined : JSON.parse(String(body)));
    } catch {
      done(new Problem(400, "The body is no JSON"));
    }
  });
  healthRoutes(app, platform);
  sessionRoutes(app, platform);
  userRoutes(app, platform);
  grantRoutes(app, platform);
  auditRoute(app, platform);
  return app;
}

/** Answers that say that somebody tried what they may not. */
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 409]);
/** They note themselves whose account it was about. */
const LOGINS: ReadonlySet<string> = new Set(["/auth/users/login", "/auth/agents/token"]);
/** Characters of a path that are kept. */
const LONGEST_PATH = 200;

async function noteProblem(
  { status, message }: Problem,
  { headers, method, url, ip }: FastifyRequest,
  { tokens, noteRefusal }: Platform,
): Promise<void> {
  const [path = ""] = url.split("?", 1);
  if (!REFUSALS.has(status) || LOGINS.has(path)) return;
  const [, token = ""] = /^bearer +(\S+)$/i.exec(headers.authorization ?? "") ?? [];
  const subject = token === "" ? undefined : await tokens.read(token);
  const detail = { from: ip, status: String(status), reason: message };
  const target = `${method} ${path.slice(0, LONGEST_PATH)}`;
  noteRefusal({ actor: subject?.id ?? "unknown", action: "refused", target, detail });
}
