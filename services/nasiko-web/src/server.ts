import proxy from "@fastify/http-proxy";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Asset } from "./assets.ts";
import { answerErrors } from "../../lib/error-answers.ts";
import { refuseUnknownHosts } from "../../lib/known-hosts.ts";
import type { Log } from "../../lib/log.ts";
import type { SpanReporter } from "../../lib/telemetry/reported-spans.ts";
import { pageSpanRoutes } from "./telemetry/page-spans.ts";
import { sessionCheck } from "./telemetry/sessions.ts";

export interface ServerOptions {
  readonly assets: ReadonlyMap<string, Asset>;
  /** Where the page's calls go when the page was not opened through the gateway. */
  readonly gatewayUrl: string;
  readonly log: Log;
  /** Names that it goes by besides those of the loopback interface. */
  readonly allowedHosts: readonly string[];
  /** Takes the page's own spans. @default nobody takes traces */
  readonly reporter?: SpanReporter | undefined;
}

/** What the page calls. Everything else stays here. */
const GATEWAY_PATHS = ["/api", "/router", "/agents", "/status", "/auth/users/login"];
/** Milliseconds. The gateway gives agents this long, too. */
const LONGEST_ANSWER = 300_000;
/** Bytes: agents are uploaded as zip files of up to 100 MB. */
const LARGEST_BODY = 110 * 1024 * 1024;

const SECURITY_HEADERS = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
} as const;

/** Serves the page, and hands its calls to the gateway. */
export function createServer({
  assets,
  gatewayUrl,
  log,
  allowedHosts,
  reporter,
}: ServerOptions): FastifyInstance {
  const app = fastify({ forceCloseConnections: true, bodyLimit: LARGEST_BODY });
  refuseUnknownHosts(app, allowedHosts);
  answerErrors(app, {
    field: "message",
    notFound: "not found",
    failure: { status: 500, sentence: "internal error" },
    log,
  });

  for (const [path, asset] of assets) app.get(path, (request, reply) => send(asset, request, reply));
  // Whoever comes to the gateway's front door is led here; a relative address would depend on the last slash.
  for (const path of ["/landing", "/landing/"])
    app.get(path, (_request, reply) => reply.redirect("/app/", 302));
  app.get("/health", () => ({ status: "healthy" }));
  pageSpanRoutes(app, reporter, sessionCheck(gatewayUrl));

  for (const prefix of GATEWAY_PATHS) {
    void app.register(proxy, {
      upstream: gatewayUrl,
      prefix,
      rewritePrefix: prefix,
      replyOptions: {
        // Ours is sent instead: that of the call to the gateway, which is part of the same trace.
        rewriteRequestHeaders: (_request, headers) => ({ ...headers, traceparent: undefined }),
        // A kept connection may be closed by the gateway in the moment in which it is used; reads are asked again.
        retriesCount: 1,
        onError: (reply, { error }) => {
          log("warn", "gateway not reached", { error: error.message });
          void reply.code(503).send({ message: "the gateway does not answer" });
        },
      },
      undici: { headersTimeout: LONGEST_ANSWER, bodyTimeout: LONGEST_ANSWER },
    });
  }
  return app;
}

function send(asset: Asset, { headers }: FastifyRequest, reply: FastifyReply): FastifyReply {
  const [encoding, body] = negotiate(asset, headers["accept-encoding"] ?? "");
  const etag = `"${asset.etag}${encoding === undefined ? "" : `-${encoding}`}"`;
  void reply.headers({
    ...SECURITY_HEADERS,
    etag,
    // Kept, but asked for every time: a new version of the platform shows at once.
    "cache-control": "no-cache",
    vary: "accept-encoding",
  });
  const known = headers["if-none-match"]?.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  if (known?.includes(etag) === true) return reply.code(304).send();
  if (encoding !== undefined) void reply.header("content-encoding", encoding);
  return reply.type(asset.type).send(body);
}

/** The smallest form that the browser says it understands. */
function negotiate(asset: Asset, accepted: string): readonly [encoding: string | undefined, body: Buffer] {
  const offered = new Map(
    accepted.split(",").map((entry) => {
      const [name, ...parameters] = entry.split(";").map((part) => part.trim());
      return [name?.toLowerCase(), !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))];
    }),
  );
  if (offered.get("br") === true) return ["br", asset.brotli];
  if (offered.get("gzip") === true) return ["gzip", asset.gzip];
  return [undefined, asset.plain];
}
