import fastify, { type FastifyInstance } from "fastify";
import { causeOf } from "../../../lib/cause.ts";
import type { Log } from "../../../lib/log.ts";
import type { Engine } from "../engine.ts";
import { containerMetrics } from "./container-metrics.ts";
import { exposition, EXPOSITION_TYPE } from "./exposition.ts";
import { readContainers } from "./read-containers.ts";

export interface MetricsOptions {
  readonly stack: string;
  readonly engine: Engine;
  readonly log: Log;
  /** Milliseconds since some point in time. @default performance.now */
  readonly now?: () => number;
}

/** Milliseconds that an answer is given again: the engine works for one reader, however many ask. */
const KEPT = 5000;
/** Milliseconds for the whole of it; Prometheus waits no longer. */
const PATIENCE = 4500;

interface Kept {
  readonly at: number;
  readonly answer: Promise<string>;
}

/** Answers `GET /metrics`, and nothing else: figures of the stack's containers, for Prometheus. */
export function createMetricsServer({
  stack,
  engine,
  log,
  now = () => performance.now(),
}: MetricsOptions): FastifyInstance {
  const app = fastify({ forceCloseConnections: true });
  let kept: Kept | undefined;

  const figures = (): Promise<string> => {
    if (kept !== undefined && now() - kept.at < KEPT) return kept.answer;
    const answer = readContainers(engine, stack, AbortSignal.timeout(PATIENCE)).then((containers) =>
      exposition(containerMetrics(containers)),
    );
    const mine = { at: now(), answer };
    kept = mine;
    // What went wrong is told to those who wait for it, and asked again by the next.
    answer.catch(() => {
      if (kept === mine) kept = undefined;
    });
    return answer;
  };

  app.get("/metrics", async (_request, reply) => {
    try {
      const text = await figures();
      return await reply.type(EXPOSITION_TYPE).send(text);
    } catch (error) {
      log("error", "the Docker engine did not tell of its containers", { error: causeOf(error) });
      return reply.code(503).send({ message: "the Docker engine does not answer" });
    }
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ message: "nothing answers here" }));
  return app;
}
