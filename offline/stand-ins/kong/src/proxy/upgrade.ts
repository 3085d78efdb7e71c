import * as http from "node:http";
import * as https from "node:https";
import { pipeline } from "node:stream";
import type { Duplex } from "node:stream";
import { classifyFailure, type Failure, InvalidAnswer, isFinalStatus } from "./failures.ts";
import type { ForwardPlan } from "./forward.ts";
import { HeaderList } from "../http/header-list.ts";
import { toClient } from "./headers.ts";
import type { Stopwatch } from "./stopwatch.ts";

/** Both ends of a connection that became a WebSocket. */
interface Tunnel {
  readonly client: Duplex;
  readonly clientHead: Buffer;
  readonly upstream: Duplex;
  readonly upstreamHead: Buffer;
}

/** Passes bytes both ways until one end is done. */
function connectEnds({ client, clientHead, upstream, upstreamHead }: Tunnel): void {
  if (upstreamHead.length > 0) client.write(upstreamHead);
  if (clientHead.length > 0) upstream.write(clientHead);
  // A broken tunnel is closed on both sides by pipeline; there is nobody left to tell.
  pipeline(client, upstream, () => client.destroy());
  pipeline(upstream, client, () => upstream.destroy());
}

function upgradeRequest(plan: ForwardPlan): http.ClientRequest {
  const { service, target, headers } = plan;
  headers.set("Connection", "Upgrade");
  headers.set("Upgrade", "websocket");
  const options: https.RequestOptions = {
    host: service.host.replace(/^\[|\]$/g, ""),
    port: service.port,
    path: target,
    method: "GET",
    headers: headers.toRaw(),
    agent: false,
    timeout: service.connect_timeout,
    rejectUnauthorized: service.tls_verify === true,
  };
  return service.protocol === "https" ? https.request(options) : http.request(options);
}

/** A server's refusal to upgrade is an ordinary response. */
function relayRefusal(
  answer: http.IncomingMessage,
  response: http.ServerResponse,
  headers: HeaderList,
): void {
  const status = answer.statusCode ?? 0;
  // The server's own words for its status may hold what Node refuses to write.
  response.writeHead(status, http.STATUS_CODES[status] ?? "", headers.toRaw());
  pipeline(answer, response, () => undefined);
}

/**
 * Opens a WebSocket to the service and joins it with the client's connection.
 * @param response for the case that the service refuses: written to the client's socket
 * @returns why there was no answer, or undefined when there was one
 */
export function forwardUpgrade(
  client: { readonly socket: Duplex; readonly head: Buffer },
  response: http.ServerResponse,
  plan: ForwardPlan,
  facts: { readonly requestId: string; readonly watch: Stopwatch },
): Promise<{ readonly failure: Failure; readonly error: unknown } | undefined> {
  const asked = upgradeRequest(plan);
  facts.watch.asked();
  const headersOf = (answer: http.IncomingMessage): HeaderList => {
    const shares = facts.watch.answered(answer.statusCode ?? 0);
    const headers = HeaderList.fromRaw(answer.rawHeaders);
    toClient(headers, facts.requestId, shares);
    plan.finish(headers);
    return headers;
  };
  return new Promise((resolve) => {
    client.socket.once("close", () => asked.destroy());
    asked.on("upgrade", (answer, upstream, upstreamHead) => {
      const headers = headersOf(answer);
      headers.set("Connection", "Upgrade");
      headers.set("Upgrade", "websocket");
      const lines = headers.toPairs().map(([name, value]) => `${name}: ${value}\r\n`);
      client.socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("")}\r\n`, "latin1");
      upstream.setTimeout(0);
      connectEnds({ client: client.socket, clientHead: client.head, upstream, upstreamHead });
      resolve(undefined);
    });
    asked.on("response", (answer) => {
      if (!isFinalStatus(answer.statusCode ?? 0)) {
        asked.destroy(new InvalidAnswer(`status ${answer.statusCode}`));
        return;
      }
      relayRefusal(answer, response, headersOf(answer));
      resolve(undefined);
    });
    asked.on("timeout", () =>
      asked.destroy(Object.assign(new Error("connect timeout"), { code: "ETIMEDOUT" })),
    );
    asked.on("error", (error) => resolve({ failure: classifyFailure(error), error }));
    asked.end();
  });
}
