import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { createBuildHandler } from "./build/handle.ts";
import type { BuildMode } from "./build/policy.ts";
import { decide, type Answer } from "./decide.ts";
import type { Engine, EngineAnswer } from "./engine.ts";
import { lines } from "../../lib/lines.ts";
import type { Log } from "../../lib/log.ts";
import { reduceContainers, reduceEvent, reduceNetworks } from "./reduce.ts";

export interface ProxyOptions {
  readonly stack: string;
  readonly engine: Engine;
  /** What may be built and run; without it, only looking is allowed. */
  readonly build?: BuildMode;
  readonly log: Log;
}

/** Lists of which not everything is told. */
const REDUCED: Readonly<Partial<Record<Answer, (text: string) => string>>> = {
  containers: reduceContainers,
  networks: reduceNetworks,
};

/** Own route, outside Docker's API: 200 when the engine answers. */
const HEALTH = "/_health";

/** Time in milliseconds within which a healthy engine answers a ping. */
const PING_PATIENCE = 3000;

/**
 * The filtering proxy. Every request is checked by its target as it stood on the wire, before the framework makes
 * anything of it; what is not explicitly allowed gets 403 in the form of Docker's own errors.
 */
export function createProxy({ stack, engine, build, log }: ProxyOptions): FastifyInstance {
  const app = fastify({
    forceCloseConnections: true,
    frameworkErrors: (_error, request, reply) => void refuse(request, reply, "the request is malformed"),
  });

  const handleBuild = build === undefined ? undefined : createBuildHandler({ engine, policy: build });

  const refuse = (request: FastifyRequest, reply: FastifyReply, reason: string): FastifyReply => {
    // Without the query, which may carry anything, and cut, so that a caller cannot fill the log.
    const path = (request.raw.url ?? "").split("?", 1)[0]?.slice(0, 200) ?? "";
    log("warn", "request denied", { method: request.method, path, reason });
    return reply.code(403).send({ message: `denied by the Docker proxy: ${reason}` });
  };

  app.addHook("onRequest", async (request, reply) => {
    const { method, url = "" } = request.raw;
    if (method === "GET" && url === HEALTH) return health(engine, reply);
    if (handleBuild !== undefined) {
      const answer = await handleBuild(request.raw, reply, goneSignal(reply));
      return "denied" in answer ? refuse(request, reply, answer.denied) : answer;
    }
    const decision = decide(method ?? "", url, stack);
    if (decision.kind === "deny") return refuse(request, reply, decision.reason);
    return forward(method === "HEAD" ? "HEAD" : "GET", decision.path, decision.answer, reply);
  });
  // Hooks run for requests without a route too; all of them were answered there.
  app.setNotFoundHandler((request, reply) => refuse(request, reply, "nothing answers here"));
  app.setErrorHandler((error, request, reply) => {
    const text = error instanceof Error ? error.message : String(error);
    log("error", "the Docker engine did not answer", {
      path: request.raw.url?.split("?", 1)[0],
      error: text,
    });
    return reply.code(502).send({ message: "the Docker engine did not answer" });
  });

  const forward = async (
    method: "GET" | "HEAD",
    path: string,
    kind: Answer,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const endless = kind === "events" && method === "GET";
    const answer = await engine.ask(method, path, { signal: goneSignal(reply), endless });
    if (endless && answer.status === 200) return stream(answer, reply, log);
    const text = await readText(answer.body);
    reply.code(answer.status).headers(answer.headers);
    if (method === "HEAD") return reply.send();
    const reduce = answer.status === 200 ? REDUCED[kind] : undefined;
    return reply.send(reduce?.(text) ?? text);
  };

  return app;
}

/** Aborted when the caller is gone. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once("close", () => gone.abort());
  return gone.signal;
}

async function health(engine: Engine, reply: FastifyReply): Promise<FastifyReply> {
  try {
    const { status, body } = await engine.ask("GET", "/_ping", {
      signal: AbortSignal.timeout(PING_PATIENCE),
    });
    await readText(body);
    if (status === 200) return await reply.send({ status: "healthy" });
  } catch {
    // Whatever kept it from answering, the answer is the same, and is given below.
  }
  return reply.code(503).send({ status: "unhealthy", message: "the Docker engine does not answer" });
}

async function readText(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString("utf8");
}

/** Passes events on as they come. The headers go first: a listener learns from them that it is subscribed. */
async function stream(answer: EngineAnswer, reply: FastifyReply, log: Log): Promise<FastifyReply> {
  reply.hijack();
  reply.raw.writeHead(answer.status, answer.headers);
  reply.raw.flushHeaders();
  try {
    await pipeline(Readable.from(reducedEvents(answer.body)), reply.raw);
  } catch (error) {
    // Both sides may leave at any time; a listener that is cut off connects again.
    log("info", "event stream ended", { cause: error instanceof Error ? error.message : String(error) });
  }
  return reply;
}

async function* reducedEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  for await (const line of lines(body)) {
    const event = reduceEvent(line);
    if (event !== undefined) yield `${event}\n`;
  }
}
