import * as http from "node:http";
import * as https from "node:https";
import { text } from "node:stream/consumers";

import { isLoopback } from "../../../platform/settings/loopback.ts";
import { gatewayPlain, gatewayUnreachable } from "./errors.ts";

/** A request to the gateway. */
export interface GatewayRequest {
  /** @default "GET" */
  readonly method?: string;
  /** Sent exactly as it is written: no dot segment is resolved, nothing is encoded. */
  readonly path: string;
  /** Sent as a bearer token. */
  readonly token?: string | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds without a sign of life. @default 30 s */
  readonly patience?: number;
  /** It carries what somebody could log in with: over a network it is sent with TLS, or not at all. @default false */
  readonly confidential?: boolean;
}

export interface GatewayAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** Decoded JSON; undefined where the body is none. */
  readonly body: unknown;
}

/** Milliseconds. */
const PATIENCE = 30_000;

/**
 * Asks the gateway.
 * @param gateway e.g. "http://127.0.0.1:9100/"
 * @throws NSK-GATEWAY-UNREACHABLE, NSK-GATEWAY-PLAIN
 */
export async function askGateway(gateway: string, request: GatewayRequest): Promise<GatewayAnswer> {
  return withAnswer(gateway, request, async (response) => {
    const { statusCode = 0, headers } = response;
    return { status: statusCode, headers, body: parsed(await text(response)) };
  });
}

/**
 * The same for an answer that comes bit by bit.
 * @param read takes the answer as it comes; what it throws counts as the gateway's fault
 */
export async function withAnswer<Result>(
  gateway: string,
  request: GatewayRequest,
  read: (response: http.IncomingMessage) => Promise<Result>,
): Promise<Result> {
  const { patience = PATIENCE } = request;
  const { protocol, hostname, port } = new URL(gateway);
  if (request.confidential === true && protocol === "http:" && !isLoopback(hostname))
    throw gatewayPlain({ gateway });
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const options: https.RequestOptions = {
    hostname,
    port,
    path: request.path,
    method: request.method ?? "GET",
    timeout: patience,
    // On this machine nobody stands in between, and a certificate that the stack made itself is known to nobody.
    rejectUnauthorized: !isLoopback(hostname),
    headers: {
      ...(request.token === undefined ? {} : { authorization: `Bearer ${request.token}` }),
      ...(body === undefined
        ? {}
        : { "content-type": "application/json", "content-length": Buffer.byteLength(body) }),
      ...request.headers,
    },
  };
  try {
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const sent = protocol === "https:" ? https.request(options) : http.request(options);
      sent.once("response", resolve).once("error", reject);
      sent.once("timeout", () => sent.destroy(new Error(`no answer for ${patience / 1000} s`)));
      sent.end(body);
    });
    return await read(response);
  } catch (error) {
    throw gatewayUnreachable({ gateway, reason: error instanceof Error ? error.message : "" }, error);
  }
}

/** JSON, or undefined for what is none. */
export function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Pages and proxies answer with other things than JSON; nobody here reads those.
    return undefined;
  }
}
