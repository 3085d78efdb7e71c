import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Outcome } from "./events.ts";

/** What is counted, for Prometheus. */
export interface Metrics {
  readonly started: () => void;
  /** @param seconds since the request came */
  readonly finished: (outcome: Outcome | "left", seconds: number) => void;
  /** Too many at a time. */
  readonly refused: () => void;
  readonly chosen: (method: string) => void;
  readonly selectorFailed: (selector: string) => void;
  readonly notRecorded: () => void;
  readonly contentType: string;
  readonly text: () => Promise<string>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: "nasiko_router_requests_total",
    help: "Requests by how they ended",
    labelNames: ["outcome"],
    registers,
  });
  const choices = new Counter({
    name: "nasiko_router_choices_total",
    help: "Agents chosen, by what decided",
    labelNames: ["method"],
    registers,
  });
  const failures = new Counter({
    name: "nasiko_router_model_failures_total",
    help: "Models that did not answer in time or at all",
    labelNames: ["model"],
    registers,
  });
  const unrecorded = new Counter({
    name: "nasiko_router_unrecorded_total",
    help: "Exchanges that could not be written to the chat history",
    registers,
  });
  const running = new Gauge({
    name: "nasiko_router_requests_running",
    help: "Requests that are being answered",
    registers,
  });
  const seconds = new Histogram({
    name: "nasiko_router_request_seconds",
    help: "Time from a request to the end of its answer",
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300],
    registers,
  });
  return {
    started: () => running.inc(),
    finished: (outcome, duration) => {
      running.dec();
      requests.inc({ outcome });
      seconds.observe(duration);
    },
    refused: () => requests.inc({ outcome: "refused" }),
    chosen: (method) => choices.inc({ method }),
    selectorFailed: (model) => failures.inc({ model }),
    notRecorded: () => unrecorded.inc(),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}
