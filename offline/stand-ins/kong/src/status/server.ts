import { createServer, type Server } from "node:http";
import { SERVER_TOKEN } from "../lib/version.ts";

export type Readiness = "starting" | "ready" | "draining";

/** What /status/ready answers. Without its database the gateway still proxies, but as in Kong it is not ready. */
export function readinessAnswer(
  readiness: Readiness,
  databaseReachable: boolean,
): { readonly status: number; readonly message: string } {
  switch (readiness) {
    case "starting":
      return { status: 503, message: "router builds not yet complete" };
    case "ready":
      return databaseReachable
        ? { status: 200, message: "ready" }
        : { status: 503, message: "failed to connect to database" };
    case "draining":
      return { status: 503, message: "draining" };
  }
}

export interface StatusContext {
  readonly readiness: () => Readiness;
  /** Asks the database now. */
  readonly databaseReachable: () => Promise<boolean>;
  readonly status: () => Promise<unknown>;
  /** What GET /metrics answers; undefined while no plugin offers it. */
  readonly metrics: (() => Promise<string>) | undefined;
}

interface StatusAnswer {
  readonly status: number;
  /** A text is sent as it is, anything else as JSON. */
  readonly body: unknown;
}

/** The listener for probes: it answers one request per connection, so that a shell can read to the end. */
export function createStatusServer(context: StatusContext): Server {
  const answer = async (method: string, path: string): Promise<StatusAnswer> => {
    if (method !== "GET" && method !== "HEAD")
      return { status: 405, body: { message: "Method not allowed" } };
    if (path === "/status") return { status: 200, body: await context.status() };
    if (path === "/metrics" && context.metrics !== undefined)
      return { status: 200, body: await context.metrics() };
    if (path !== "/status/ready") return { status: 404, body: { message: "Not found" } };
    const { status, message } = readinessAnswer(context.readiness(), await context.databaseReachable());
    return { status, body: { message } };
  };
  return createServer((request, response) => {
    const [path = ""] = (request.url ?? "").split("?");
    const send = ({ status, body }: StatusAnswer): void => {
      const isText = typeof body === "string";
      const text = isText ? body : JSON.stringify(body);
      response.writeHead(status, {
        "Content-Type": isText ? "text/plain; charset=UTF-8" : "application/json; charset=utf-8",
        "Content-Length": Buffer.byteLength(text),
        Connection: "close",
        Server: SERVER_TOKEN,
      });
      response.end(text);
    };
    answer(request.method ?? "GET", path).then(send, () =>
      send({ status: 500, body: { message: "An unexpected error occurred" } }),
    );
  });
}
