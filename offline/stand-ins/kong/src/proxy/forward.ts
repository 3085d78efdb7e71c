import { STATUS_CODES, type IncomingMessage, type ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { Dispatcher } from "undici";
import { requestBody, type RequestBody } from "./body.ts";
import {
  BodyTooLarge,
  classifyFailure,
  InvalidAnswer,
  isFinalStatus,
  mayRetry,
  WriteTimeout,
  type Failure,
} from "./failures.ts";
import { HeaderList } from "../http/header-list.ts";
import { toClient } from "./headers.ts";
import type { Plan } from "./plan.ts";
import type { Pools } from "./pools.ts";
import type { Stopwatch } from "./stopwatch.ts";

export type ForwardPlan = Extract<Plan, { readonly kind: "forward" }>;

/** How a forwarded request ended: passed on (well or cut off in the middle), or never answered. */
export type ForwardResult =
  | { readonly kind: "passed on"; readonly error?: unknown }
  | { readonly kind: "client left" }
  | { readonly kind: "failed"; readonly failure: Failure; readonly error: unknown };

interface Attempt {
  readonly method: string;
  readonly plan: ForwardPlan;
  readonly body: RequestBody;
  readonly signal: AbortSignal;
}

/** With `responseHeaders: "raw"` undici hands out the pairs as they came, though its types say otherwise. */
function rawPairs(headers: unknown): readonly string[] {
  if (!Array.isArray(headers)) return [];
  return headers.map((part: unknown) => (Buffer.isBuffer(part) ? part.toString("latin1") : String(part)));
}

async function ask(pools: Pools, { method, plan, body, signal }: Attempt): Promise<Dispatcher.ResponseData> {
  const { service } = plan;
  const send = (): Promise<Dispatcher.ResponseData> =>
    pools.of(service).request({
      path: plan.target,
      method,
      headers: plan.headers.toRaw(),
      body: body.open(),
      headersTimeout: service.read_timeout,
      bodyTimeout: service.read_timeout,
      responseHeaders: "raw",
      signal,
    });
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      const request = { method, bodyStarted: body.started() };
      if (signal.aborted || !mayRetry(classifyFailure(error), request, attempt, service.retries)) throw error;
    }
  }
}

/** Sends a request to its service and streams the answer back. Times are in milliseconds. */
export async function forward(
  pools: Pools,
  request: IncomingMessage,
  response: ServerResponse,
  plan: ForwardPlan,
  facts: { readonly requestId: string; readonly watch: Stopwatch; readonly draining: () => boolean },
): Promise<ForwardResult> {
  const abort = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) abort.abort();
  });
  let stopped: WriteTimeout | BodyTooLarge | undefined;
  const stop = (reason: WriteTimeout | BodyTooLarge): void => {
    stopped = reason;
    abort.abort(reason);
  };
  const body = requestBody(request, {
    writeTimeout: plan.service.write_timeout,
    onStall: () => stop(new WriteTimeout("the upstream server takes no more of the request")),
    largest: plan.largestBody,
    onTooLarge: () => stop(new BodyTooLarge(`a body of more than ${plan.largestBody} bytes`)),
  });
  facts.watch.asked();
  let answer: Dispatcher.ResponseData;
  try {
    answer = await ask(pools, { method: request.method ?? "GET", plan, body, signal: abort.signal });
  } catch (error) {
    if (abort.signal.aborted && stopped === undefined) return { kind: "client left" };
    const cause = stopped ?? error;
    return { kind: "failed", failure: classifyFailure(cause), error: cause };
  }
  if (!isFinalStatus(answer.statusCode)) {
    const error = new InvalidAnswer(`status ${answer.statusCode}`);
    answer.body.destroy(error);
    return { kind: "failed", failure: classifyFailure(error), error };
  }
  const shares = facts.watch.answered(answer.statusCode);
  const headers = HeaderList.fromRaw(rawPairs(answer.headers));
  toClient(headers, facts.requestId, shares);
  plan.finish(headers);
  if (facts.draining()) headers.set("Connection", "close");
  response.writeHead(answer.statusCode, STATUS_CODES[answer.statusCode] ?? "", headers.toRaw());
  // An event stream may say nothing for a while; its client waits for the headers.
  response.flushHeaders();
  try {
    await pipeline(answer.body, response);
    return { kind: "passed on" };
  } catch (error) {
    response.destroy();
    return abort.signal.aborted && stopped === undefined
      ? { kind: "client left" }
      : { kind: "passed on", error };
  }
}
