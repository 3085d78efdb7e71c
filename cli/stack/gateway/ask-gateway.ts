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
  /** It carries what somebody could log in with: over a network it is sent with TLS, or not at all. @default false */
  readonly confidential?: boolean;
}

export interface GatewayAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** Decoded JSON; undefined where the body is none. */
  readonly body: unknown;
}

/** Milliseconds without a sign of life. */
const PATIENCE = 30_000;

/**
 * Asks the gateway.
 * @param gateway e.g. "http://127.0.0.1:9100/"
 * @throws NSK-GATEWAY-UNREACHABLE, NSK-GATEWAY-PLAIN
 */
export async function askGateway(gateway: string, request: GatewayRequest): Promise<GatewayAnswer> {
  const { protocol, hostname, port } = new URL(gateway);
  if (request.confidential === true && protocol === "http:" && !isLoopback(hostname))
    throw gatewayPlain({ gateway });
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const options: https.RequestOptions = {
    hostname,
    port,
    path: request.path,
    method: request.method ?? "GET",
    timeout: PATIENCE,
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
      sent.once("timeout", () => sent.destroy(new Error(`no answer for ${PATIENCE / 1000} s`)));
      sent.end(body);
    });
    const { statusCode = 0, headers } = response;
    return { status: statusCode, headers, body: parsed(await text(response)) };
  } catch (error) {
    throw gatewayUnreachable({ gateway, reason: error instanceof Error ? error.message : "" }, error);
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Pages and proxies answer with other things than JSON; nobody here reads those.
    return undefined;
  }
}
