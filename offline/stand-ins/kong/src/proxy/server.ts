import { randomBytes } from "node:crypto";
import * as http from "node:http";
import * as https from "node:https";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import type { Certificate } from "../config/certificate.ts";
import type { Log } from "../lib/log.ts";
import type { Answer } from "../plugins/plugin.ts";
import { forward } from "./forward.ts";
import { planRequest, type IncomingFacts } from "./plan.ts";
import type { Pools } from "./pools.ts";
import { sendAnswer } from "./respond.ts";
import type { Snapshot } from "./snapshot.ts";
import { Stopwatch } from "./stopwatch.ts";
import { forwardUpgrade } from "./upgrade.ts";
import { causeOf } from "../../../../../services/lib/cause.ts";

export interface ProxyContext {
  readonly snapshot: () => Snapshot;
  readonly pools: Pools;
  readonly log: Log;
  /** True once the process was asked to stop: connections are then closed after their response. */
  readonly draining: () => boolean;
}

const isWebSocket = (request: http.IncomingMessage): boolean =>
  request.headers.upgrade?.toLowerCase() === "websocket";

function factsOf(request: http.IncomingMessage): IncomingFacts {
  return {
    method: request.method ?? "GET",
    target: request.url ?? "",
    httpVersion: request.httpVersion,
    rawHeaders: request.rawHeaders,
    clientAddress: (request.socket.remoteAddress ?? "").replace(/^::ffff:/, ""),
    localPort: request.socket.localPort ?? 0,
    secure: request.socket instanceof TLSSocket,
    requestId: randomBytes(16).toString("hex"),
  };
}

/** Writes an answer of ours and says how long it took. */
function answerer(
  context: ProxyContext,
  response: http.ServerResponse,
  facts: IncomingFacts,
  watch: Stopwatch,
): (answer: Answer, finish: Parameters<typeof sendAnswer>[2]["finish"]) => void {
  return (answer, finish) => {
    if (response.headersSent || response.destroyed) return;
    if (context.draining()) response.setHeader("Connection", "close");
    sendAnswer(response, answer, { requestId: facts.requestId, latency: watch.total(), finish });
  };
}

const ownStatus = ({ headersSent, statusCode }: http.ServerResponse): number | undefined =>
  headersSent ? statusCode : undefined;

async function handleRequest(
  context: ProxyContext,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const watch = new Stopwatch();
  const facts = factsOf(request);
  const send = answerer(context, response, facts, watch);
  const plan = planRequest(context.snapshot(), facts);
  // Comes once for every response, whether it was finished or its client has left.
  response.once("close", () => plan.ended(watch.ended(ownStatus(response))));
  if (plan.kind === "answer") {
    send(plan.answer, plan.finish);
    return;
  }
  const { requestId } = facts;
  const result = await forward(context.pools, request, response, plan, {
    requestId,
    watch,
    draining: context.draining,
  });
  const about = `${facts.method} ${plan.service.host}:${plan.service.port}, request_id ${requestId}`;
  if (result.kind === "failed") {
    context.log("error", `upstream failed: ${causeOf(result.error)}; ${about}`);
    send({ status: result.failure.status, error: result.failure.message }, plan.finish);
    // What is left of a body that was broken off stands before the connection's next request.
    request.resume();
  } else if (result.kind === "passed on" && result.error !== undefined)
    context.log("error", `upstream broke off: ${causeOf(result.error)}; ${about}`);
}

async function handleUpgrade(
  context: ProxyContext,
  request: http.IncomingMessage,
  socket: Duplex & { readonly remoteAddress?: string },
  head: Buffer,
): Promise<void> {
  const watch = new Stopwatch();
  const facts = factsOf(request);
  const response = new http.ServerResponse(request);
  // Node hands over a net.Socket here and types it as the Duplex that it extends.
  response.assignSocket(request.socket);
  response.shouldKeepAlive = false;
  response.once("finish", () => socket.end());
  socket.on("error", (error) => context.log("info", `client broke off: ${causeOf(error)}`));
  const send = answerer(context, response, facts, watch);
  const plan = planRequest(context.snapshot(), facts);
  socket.once("close", () => plan.ended(watch.ended(ownStatus(response))));
  if (plan.kind === "answer") {
    send(plan.answer, plan.finish);
    return;
  }
  const { requestId } = facts;
  const result = await forwardUpgrade({ socket, head }, response, plan, { requestId, watch });
  if (result === undefined) return;
  context.log("error", `upstream failed: ${causeOf(result.error)}; request_id ${requestId}`);
  send({ status: result.failure.status, error: result.failure.message }, plan.finish);
}

/** Uploads may take as long as they like; only the headers have to come in time. Limits as nginx has them. */
const LIMITS: http.ServerOptions = {
  requestTimeout: 0,
  headersTimeout: 60_000,
  keepAliveTimeout: 75_000,
  maxHeaderSize: 32 * 1024,
  shouldUpgradeCallback: isWebSocket,
};

/**
 * The server that clients of the gateway talk to.
 * @param certificate for one that speaks TLS (1.2 or later)
 */
export function createProxyServer(context: ProxyContext, certificate?: Certificate): http.Server {
  const failed = (error: unknown): void =>
    context.log("crit", error instanceof Error ? (error.stack ?? error.message) : String(error));
  const answer: http.RequestListener = (request, response) => {
    handleRequest(context, request, response).catch((error: unknown) => {
      failed(error);
      response.destroy();
    });
  };
  const server =
    certificate === undefined
      ? http.createServer(LIMITS, answer)
      : https.createServer({ ...LIMITS, cert: certificate.certificate, key: certificate.key }, answer);
  server.on("upgrade", (request, socket, head) => {
    handleUpgrade(context, request, socket, head).catch((error: unknown) => {
      failed(error);
      socket.destroy();
    });
  });
  server.on("connect", (_, socket) =>
    socket.end("HTTP/1.1 405 Method Not Allowed\r\nConnection: close\r\n\r\n"),
  );
  return server;
}
