import type { Ended } from "../plugins/plugin.ts";
import type { Shares } from "./headers.ts";

/** Follows one request from its arrival: what it took so far, and what became of it. Times are milliseconds. */
export class Stopwatch {
  readonly #startedAt = performance.now();
  #askedAt: number | undefined;
  #answer: { readonly at: number; readonly status: number } | undefined;

  /** The service is asked from now on. */
  asked(): void {
    this.#askedAt = performance.now();
  }

  /** The service answered, and its answer is passed on. Gives what the service and the gateway took until now. */
  answered(status: number): Shares {
    const at = performance.now();
    this.#answer = { at, status };
    return this.#shares(this.#askedAt ?? at, at);
  }

  /** Since the request came. */
  total(): number {
    return Math.round(performance.now() - this.#startedAt);
  }

  #shares(askedAt: number, answeredAt: number): Shares {
    return { upstream: Math.round(answeredAt - askedAt), proxy: Math.round(askedAt - this.#startedAt) };
  }

  /** @param own status of the answer that the gateway gave itself; undefined when it gave none */
  ended(own: number | undefined): Omit<Ended, "consumer"> {
    const now = performance.now();
    const { upstream, proxy } = this.#shares(this.#askedAt ?? now, this.#answer?.at ?? now);
    const forwarded = this.#askedAt !== undefined;
    return {
      status: this.#answer?.status ?? own ?? CLIENT_LEFT,
      forwarded,
      source: this.#answer === undefined && own !== undefined ? "kong" : "service",
      latencies: { request: this.total(), upstream: forwarded ? upstream : undefined, kong: proxy },
    };
  }
}

/** Nginx's own status for a client that waited no longer; Kong counts it as the service's. */
const CLIENT_LEFT = 499;
