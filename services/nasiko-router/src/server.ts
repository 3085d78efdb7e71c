import { Readable } from "node:stream";
import multipart from "@fastify/multipart";
import { boundJsonBodies } from "../../lib/json-bodies.ts";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Answer } from "./answer.ts";
import type { Caller, ReadDirectory } from "./cards/directory.ts";
import { encodingFor, type Encoding, type Outcome, type RouterEvent } from "./events.ts";
import type { CheckHealth } from "./health.ts";
import { causeOf } from "../../lib/cause.ts";
import { answerErrors } from "../../lib/error-answers.ts";
import { refuseUnknownHosts } from "../../lib/known-hosts.ts";
import { readIncoming, type Incoming } from "./incoming.ts";
import type { Log } from "../../lib/log.ts";
import { refuseForms } from "../../lib/no-forms.ts";
import type { Metrics } from "./metrics.ts";
import type { ContentNotes } from "../../lib/telemetry/content.ts";

export interface ServerOptions {
  readonly answer: Answer;
  readonly directory: ReadDirectory;
  readonly health: CheckHealth;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly content: ContentNotes;
  /** Requests that are answered at a time. */
  readonly concurrency: number;
  /** Milliseconds. */
  readonly requestTimeout: number;
  /** Bytes. */
  readonly largestRequest: number;
  /** Names that it goes by besides those of the loopback interface. */
  readonly allowedHosts: readonly string[];
}

/** What is sent with calls for someone who sent no token: mode `simple` takes any. */
const NO_TOKEN = "Bearer nasiko-router";
const MOST_FILES = 5;

/** The router's HTTP interface, as the gateway hands it on: paths are not stripped. */
export function createServer(options: ServerOptions): FastifyInstance {
  const { answer, directory, health, metrics, log, largestRequest } = options;
  const app = fastify({ forceCloseConnections: true, bodyLimit: largestRequest });
  refuseUnknownHosts(app, options.allowedHosts);
  refuseForms(app);
  boundJsonBodies(app);
  void app.register(multipart, {
    limits: {
      fileSize: largestRequest,
      files: MOST_FILES,
      fields: 10,
      fieldSize: 100_000,
      parts: MOST_FILES + 10,
    },
  });
  answerErrors(app, {
    field: "message",
    notFound: "not found",
    failure: { status: 500, sentence: "internal error" },
    log,
  });

  const sendHealth = async (_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const report = await health();
    return reply.code(report.status === "ok" ? 200 : 503).send(report);
  };
  app.get("/health", sendHealth);
  app.get("/router/health", sendHealth);
  app.get("/metrics", async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));

  app.get("/router/agents", async (request) => {
    const signal = AbortSignal.timeout(options.requestTimeout);
    const { agents, problems } = await directory(callerOf(request, signal));
    return {
      agents: agents.map(({ agent, path, hash, card }) => ({ agent, url_path: path, hash, card })),
      problems,
    };
  });

  let running = 0;
  app.post("/router", async (request, reply) => {
    if (running >= options.concurrency) {
      metrics.refused();
      return reply
        .code(429)
        .header("retry-after", "1")
        .send({ message: "too many requests at a time; try again" });
    }
    running++;
    const left = new AbortController();
    // Comes once for every response, whether it was finished or its caller has left.
    reply.raw.once("close", () => {
      running--;
      left.abort(new Error("the caller has left"));
    });
    const incoming = await readIncoming(request);
    const signal = AbortSignal.any([left.signal, AbortSignal.timeout(options.requestTimeout)]);
    const encoding = encodingFor(request.headers.accept);
    const note = options.content();
    note("input", incoming.query);
    const events = noted(observed(answer, incoming, callerOf(request, signal), left.signal), note);
    return reply
      .headers({
        "content-type": encoding.contentType,
        "cache-control": "no-store",
        // Proxies on the way are to pass on each line as it comes.
        "x-accel-buffering": "no",
      })
      .send(Readable.from(encoded(events, encoding), { objectMode: false }));
  });

  /** Counts a request from its first event to its last, however it ends. */
  async function* observed(
    serve: Answer,
    incoming: Incoming,
    caller: Caller,
    left: AbortSignal,
  ): AsyncGenerator<RouterEvent> {
    const start = performance.now();
    let outcome: Outcome | "left" = "left";
    metrics.started();
    try {
      outcome = yield* serve(incoming, caller);
    } catch (error) {
      if (!left.aborted) {
        outcome = "failed";
        log("error", "request failed", { error: causeOf(error) });
        yield { type: "error", message: "Something went wrong in the router." };
        const session_id = incoming.sessionId ?? null;
        yield { type: "done", outcome, session_id, recorded: false };
      }
    } finally {
      metrics.finished(outcome, (performance.now() - start) / 1000);
    }
  }

  return app;
}

/** Puts the answer where the question is; the events stay what they are. */
async function* noted(
  events: AsyncIterable<RouterEvent>,
  note: ReturnType<ContentNotes>,
): AsyncGenerator<RouterEvent> {
  for await (const event of events) {
    if (event.type === "reply") note("output", event.text);
    yield event;
  }
}

async function* encoded(events: AsyncIterable<RouterEvent>, { encode }: Encoding): AsyncGenerator<Buffer> {
  for await (const event of events) yield Buffer.from(encode(event));
}

function callerOf({ headers }: FastifyRequest, signal: AbortSignal): Caller {
  const { authorization } = headers;
  return {
    authorization: authorization === undefined || authorization === "" ? NO_TOKEN : authorization,
    signal,
  };
}
